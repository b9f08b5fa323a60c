"""One look-up, recorded so that it can be sent to somebody: every request and reply, without a customer's data.

What may stand in a recording is an allow-list: a field that is not known to be harmless is dropped. Ids, numbers and
dates become others, consistently; names, addresses, towns, phones and e-mails are made up; a text stays only where it
is one of the carriers' common phrases, else its length is told. So the replay gives the same states, flags and codes,
and a report of a wrong answer is a failing test (:meth:`shipstation_aissist.testing.FakeShipStation.from_recording`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs

from shipstation_aissist import recorded_fields as fields
from shipstation_aissist._version import __version__
from shipstation_aissist.client import ShipStationClient
from shipstation_aissist.errors import APIError, APIStatusError, PlanUpgradeRequiredError, ShipStationError
from shipstation_aissist.orders.finding import track_order
from shipstation_aissist.orders.query import OrderQuery, check_settings, prepare_lookup
from shipstation_aissist.pseudonyms import Pseudonyms
from shipstation_aissist.wire.decoding import structure
from shipstation_aissist.wire.requests import ApiRequest, JSONValue

FORMAT = "shipstation-aissist recording"
VERSION = 1

_CODE = re.compile(r"[A-Za-z0-9_.: -]{1,60}")


@attrs.frozen
class RecordedReply:
    """One request and its reply, under pseudonyms."""

    path: str
    query: dict[str, str]
    status: int
    body: JSONValue
    retry_after: float | None = None


@attrs.frozen
class Recording:
    """One look-up under pseudonyms.

    Attributes:
        order_id: What to ask the replay for.
        postal_code: The recipient check of the look-up, or ``None``.
        email: The other one, or ``None``.
        order_key: How the id was understood.
        store_id: The store it was asked with, or ``None``.
        at: The time of the look-up, moved like all dates.
        state: What the look-up came to: the order's state, or the error's class.
        replies: Every request and reply, in order.
    """

    order_id: str
    postal_code: str | None
    email: str | None
    order_key: str
    store_id: str | None
    at: datetime
    state: str
    replies: tuple[RecordedReply, ...]

    def to_json(self) -> str:
        """The file: JSON with ``order_id`` on top."""
        document = {
            "order_id": self.order_id,
            "format": FORMAT,
            "version": VERSION,
            "library": __version__,
            "postal_code": self.postal_code,
            "email": self.email,
            "order_key": self.order_key,
            "store_id": self.store_id,
            "at": self.at.isoformat(),
            "state": self.state,
            "replies": [attrs.asdict(reply) for reply in self.replies],
        }
        return json.dumps(document, indent=2) + "\n"

    def save(self, path: str | Path) -> None:
        """Write the file, whole or not at all.

        Args:
            path: Where; a file that is there is replaced.
        """
        target = Path(path)
        beside = target.with_name(f"{target.name}.part")
        beside.write_text(self.to_json(), "utf-8")
        beside.replace(target)


def record(
    client: ShipStationClient,
    order_id: str,
    *,
    postal_code: str | None = None,
    email: str | None = None,
    order_key: Any = "auto",
    store_id: str | None = None,
    seed: int | None = None,
) -> Recording:
    """Look an order up and record every request and reply under pseudonyms.

    Args:
        client: The account to look in.
        order_id: What the customer calls the order.
        postal_code: The recipient check, if the wrong answer came with one.
        email: The other one.
        order_key: How the id is understood (R2).
        store_id: Only shipments of this store.
        seed: The same seed makes the same pseudonyms; default: chance.

    Raises:
        InvalidOrderIdError: It cannot be an order id. Nothing was sent.
        AuthenticationError: The key was refused: there is nothing to record.
        OrderNotFoundError: Nothing matches, and nothing came that looked like it: there is nothing to record.
        APIError: The API could not be asked at all.

    Example:
        ``record(client, "12345").save("case.json")``
    """
    settings = check_settings(order_key, store_id, None, None)
    lookup = prepare_lookup(OrderQuery(order_id, postal_code, email), settings)
    now = datetime.now(UTC)
    heard: list[tuple[ApiRequest[Any], JSONValue | APIError]] = []
    flow = track_order(lookup, settings, lambda _step: None, now)
    outcome: str
    try:
        asked = next(flow)
        while True:
            asked = flow.send(tuple(_ask(client, request, heard) for request in asked))
    except StopIteration as finished:
        outcome = str(finished.value.state)
    except ShipStationError as error:
        if not any(isinstance(reply, Mapping) and _holds_records(reply) for _, reply in heard):
            raise
        outcome = type(error).__name__
    names = Pseudonyms(seed)
    asked_for = _Told(names)
    return Recording(
        order_id=names.number(order_id),
        postal_code=None if postal_code is None else names.postal_code(postal_code, None),
        email=None if email is None else names.email(email),
        order_key=settings.order_key,
        store_id=None if store_id is None else names.number(store_id),
        at=names.moment(now),
        state=outcome,
        replies=tuple(asked_for.reply(request, reply) for request, reply in heard),
    )


def _ask(client: ShipStationClient, request: ApiRequest[Any], heard: list[Any]) -> Any:
    try:
        document = client.get_json(request.path, **dict(request.query))
    except APIError as error:
        heard.append((request, error))
        return error
    heard.append((request, document))
    try:
        return structure(document, request.shape)
    except APIError as error:
        return error


def _holds_records(reply: Mapping[str, JSONValue]) -> bool:
    lists = [reply.get(name) for name in ("shipments", "labels", "fulfillments")]
    return any(isinstance(records, list) and records for records in lists) or "shipment_id" in reply


class _Told:
    """What a recording tells of requests and replies."""

    def __init__(self, names: Pseudonyms) -> None:
        self._names = names

    def reply(self, request: ApiRequest[Any], reply: JSONValue | APIError) -> RecordedReply:
        segments = [
            part if part.isalpha() or "_" in part else self._names.number(part) for part in request.path.split("/")
        ]
        query = {name: self._query_value(name, value) for name, value in request.query}
        if not isinstance(reply, APIError):
            return RecordedReply("/".join(segments), query, 200, self._value("", reply))
        status = reply.status_code if isinstance(reply, APIStatusError) else 0
        return RecordedReply("/".join(segments), query, status, _error_body(reply), getattr(reply, "retry_after", None))

    def _query_value(self, name: str, value: str) -> str:
        return self._names.number(value) if name in fields.NUMBERS else value

    def _value(self, name: str, value: JSONValue) -> JSONValue:
        if isinstance(value, Mapping):
            told = {key: self._field(key, inner, value) for key, inner in value.items()}
            return {key: inner for key, inner in told.items() if inner is not _DROPPED}
        if isinstance(value, list):
            return [self._value(name, inner) for inner in value]
        return value

    def _field(self, name: str, value: JSONValue, record: Mapping[str, JSONValue]) -> Any:
        if name in fields.OBJECTS and isinstance(value, list | Mapping):
            return self._value(name, value)
        if value is None or value == "":
            return value if name in fields.KNOWN else _DROPPED
        if name == "errors":
            return []  # that there are some is what a rule reads; what they say is not told
        if name in fields.COUNTS | fields.FLAGS:
            return value if isinstance(value, bool | int | float) else _type_of(value)
        if name in fields.NUMBERS and isinstance(value, int) and not isinstance(value, bool):
            return int(self._names.number(str(value)))
        if name not in fields.KNOWN:
            return _DROPPED
        if not isinstance(value, str):
            return _type_of(value)
        return self._text(name, value, record)

    def _text(self, name: str, value: str, record: Mapping[str, JSONValue]) -> str:
        names = self._names
        if name in fields.NUMBERS:
            return names.number(value)
        if name in fields.DATES:
            return names.date(value)
        if name in fields.CODES:
            return value if _CODE.fullmatch(value) else f"({len(value)} characters)"
        if name in fields.TEXTS:
            return value if value.strip().rstrip(".").casefold() in fields.PHRASES else f"({len(value)} characters)"
        if name == "state_province":
            return value if len(value) <= 3 else names.words(value)
        if name == "tracking_url":
            return "https://example.com/track" if value.startswith(("https:", "http:")) else "(no web address)"
        special: dict[str, Callable[[str], str]] = {"email": names.email, "phone": names.phone}
        if name == "postal_code":
            country = record.get("country_code")
            return names.postal_code(value, country if isinstance(country, str) else None)
        return special.get(name, names.words)(value)


_DROPPED: Any = object()


def _type_of(value: JSONValue) -> JSONValue:
    """Another value of the same wrong type: that it is wrong is what went wrong, perhaps."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return re.sub(r"\d", "1", value) if re.fullmatch(r"[\d.,]+", value) else "text"
    if isinstance(value, int | float):
        return type(value)(1)
    return [] if isinstance(value, list) else {}


def _error_body(error: APIError) -> JSONValue:
    """Of an API error its codes; what it says only as far as a rule reads it."""
    if not isinstance(error, APIStatusError):
        return {"error": type(error).__name__}
    said = "upgrade your billing plan" if isinstance(error, PlanUpgradeRequiredError) else "An error."
    entries: list[JSONValue] = [
        {
            "error_source": detail.error_source,
            "error_type": detail.error_type,
            "error_code": detail.error_code,
            "message": said,
        }
        for detail in error.errors
    ]
    return {"request_id": "00000000-0000-0000-0000-000000000000", "errors": entries}
