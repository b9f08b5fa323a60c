"""What a recording tells of requests and replies: the allow-list of ``recorded_fields``, under pseudonyms.

Everything not named there is dropped. A value of a wrong type stays a value of that wrong type, without what it said:
that it is wrong is what went wrong, perhaps.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, unquote

from shipstation_aissist import recorded_fields as fields
from shipstation_aissist.errors import APIError, APIStatusError, PlanUpgradeRequiredError
from shipstation_aissist.pseudonyms import Pseudonyms, plain_words
from shipstation_aissist.wire.requests import ApiRequest, JSONValue

_CODE = re.compile(r"[A-Za-z0-9_.:-]{1,60}")
_ABBREVIATED_STATE = re.compile(r"[A-Z]{2,3}")
_LEAST_TO_AVOID = 3  # letters; shorter words stand in every text by chance


class Telling:
    """What is told of requests and replies.

    Args:
        names: The pseudonyms of the recording.
    """

    def __init__(self, names: Pseudonyms) -> None:
        self._names = names

    def path(self, request: ApiRequest[Any]) -> str:
        """The path of a request, its ids replaced."""
        named = (request.template or request.path).split("/")
        return "/".join(
            quote(self._names.number(unquote(part)), safe="") if name.startswith("{") else part
            for name, part in zip(named, request.path.split("/"), strict=True)
        )

    def query(self, request: ApiRequest[Any]) -> dict[str, str]:
        """The query of a request, its numbers replaced."""
        return {
            name: self._names.number(value) if name in fields.NUMBERS else _code(value) for name, value in request.query
        }

    def body(self, reply: JSONValue) -> JSONValue:
        """A reply: of its records what is known to be harmless."""
        return self._record(reply)

    def _record(self, value: JSONValue) -> JSONValue:
        if isinstance(value, Mapping):
            return {name: self._field(name, inner) for name, inner in value.items() if name in fields.ALL}
        if isinstance(value, list):
            return [self._record(inner) for inner in value]
        return _without_content(value)

    def _field(self, name: str, value: JSONValue) -> JSONValue:
        if value is None or value == "":
            return value
        if name in fields.OBJECTS:
            return self._record(value)
        if name in fields.COUNTS | fields.FLAGS and isinstance(value, bool | int | float):
            return value
        if name in fields.NUMBERS and isinstance(value, int) and not isinstance(value, bool):
            return int(self._names.number(str(value)))
        if not isinstance(value, str) or name in fields.COUNTS | fields.FLAGS:
            return _without_content(value)
        return self._text(name, value)

    def _text(self, name: str, value: str) -> str:
        names = self._names
        if not value.strip():
            return value
        if name in fields.CODES:
            return _code(value)
        if name in fields.TEXTS:
            return _phrase(value)
        if name == "state_province":
            return value if _ABBREVIATED_STATE.fullmatch(value) else names.words(value)
        if name == "tracking_url":
            return "https://example.com/track" if value.startswith(("https:", "http:")) else "(no web address)"
        special: dict[str, Callable[[str], str]] = {
            "email": names.email,
            "phone": names.phone,
            "postal_code": names.postal_code,
            **dict.fromkeys(fields.NUMBERS, names.number),
            **dict.fromkeys(fields.DATES, names.date),
        }
        return special.get(name, names.words)(value)


def personal_words(replies: JSONValue) -> frozenset[str]:
    """The words of replies that a recording must not hold, so that no pseudonym has one in it by chance."""
    return frozenset(word for text in _texts(replies) for word in plain_words(text) if len(word) >= _LEAST_TO_AVOID)


def _texts(value: JSONValue, name: str = "") -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _texts(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, name)
    elif isinstance(value, str) and name not in fields.CODES | fields.DATES:
        yield value


def _code(value: str) -> str:
    return value if _CODE.fullmatch(value) else _phrase(value)


def _phrase(value: str) -> str:
    """A common phrase as it is; of another text its length, and the beginning that a rule reads (R13)."""
    if value.strip().rstrip(".").casefold() in fields.PHRASES:
        return value
    length = f"({len(value)} characters)"
    beginning = fields.BEGINNINGS.match(value)
    return f"{beginning[0]} {length}" if beginning else length


def _without_content(value: JSONValue) -> JSONValue:
    """Another value of the same type, without what it said."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, str):
        return re.sub(r"\d", "1", value) if re.fullmatch(r"[0-9.,]+", value) else "text"
    if isinstance(value, int | float):
        return type(value)(1)
    return [] if isinstance(value, list) else {}


def error_body(error: APIError) -> JSONValue:
    """Of an API error its codes; what it says, which may quote a name, only as far as a rule reads it."""
    if not isinstance(error, APIStatusError):
        return {"error": type(error).__name__}
    said = "upgrade your billing plan" if isinstance(error, PlanUpgradeRequiredError) else "An error."
    entries: list[JSONValue] = [
        {
            "error_source": _code_or_none(detail.error_source),
            "error_type": _code_or_none(detail.error_type),
            "error_code": _code_or_none(detail.error_code),
            "message": said,
        }
        for detail in error.errors
    ]
    return {"request_id": "00000000-0000-0000-0000-000000000000", "errors": entries}


def _code_or_none(code: str | None) -> str | None:
    return None if code is None else _code(code)
