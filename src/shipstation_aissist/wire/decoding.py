"""Bytes become JSON once, JSON becomes models once; a fault names its JSON path, never a value."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from math import isfinite
from typing import Any, Generic, TypeVar, cast

import attrs

from shipstation_aissist.errors import MalformedResponseError
from shipstation_aissist.models import Page
from shipstation_aissist.wire.reading import LONGEST_LIST, MOST_FAULTS, UNREADABLE, Reading, known_names
from shipstation_aissist.wire.requests import AskedFor, Shape

T = TypeVar("T")

_MOST_OBJECTS = 100_000
_MOST_NAMED_PATHS = 10  # in the message; the error's problems hold all
_SURROGATE_ESCAPE = re.compile(rb"\\u[dD][89a-fA-F]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@attrs.frozen
class Decoded(Generic[T]):
    """A reply that could be read.

    Attributes:
        value: The model, page or JSON value.
        unreadable: JSON paths of the values that were given up as ``None``: dates, and what no rule reads.
        skipped: JSON paths of what could not be read in records of a page that were left out, since another was asked
            for.
        partial: Whether the API says, in a success, that something went wrong (API notes 3.6).
    """

    value: T
    unreadable: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    partial: bool = False

    @property
    def unreadable_counts(self) -> tuple[str, ...]:
        """Of a page, the paths of its own values that could not be read: of what belongs to none of its items."""
        return tuple(path for path in self.unreadable if _index_in(path) is None)

    def unreadable_by_item(self) -> Iterator[tuple[int, str]]:
        """Of a page, each unreadable value: the place of its item in ``value.items``, and its path."""
        left_out = {_index_in(path) for path in self.skipped}
        for path in self.unreadable:
            if (index := _index_in(path)) is not None:
                yield index - sum(position < index for position in left_out if position is not None), path


def decode(
    body: bytes, shape: Shape[T], *, asked_for: AskedFor = (), is_over: Callable[[], bool] | None = None
) -> Decoded[T]:
    """Read the body of a success.

    Args:
        body: The bytes, decompressed.
        shape: What they must look like.
        asked_for: What tells the records of a list that were asked for from others: names of fields and their values.
            A record that cannot be read, and is another by one of these, is left out.
        is_over: Says whether the time for reading is over; ``None`` for no bound.

    Raises:
        MalformedResponseError: They are not JSON (``NaN`` is none), have another shape, or hold so many records that
            reading them would take longer than a call may (T1).
        OutOfTimeError: ``is_over`` says so (T1).
    """
    # An object takes two bytes at least: what is shorter than so many objects need not be counted.
    if shape.model is not None and len(body) > 2 * _MOST_OBJECTS and body.count(b"{") > _MOST_OBJECTS:
        raise MalformedResponseError(
            "ShipStation's reply has more records than a page can have and was refused; ask for smaller pages.",
            problems=("$",),
        )
    return structure(parse_json(body), shape, asked_for=asked_for, is_over=is_over)


def parse_json(body: bytes) -> Any:
    """Read JSON, strictly.

    Raises:
        MalformedResponseError: It is not JSON in UTF-8, holds ``NaN`` or an infinity, or is nested too deeply.
    """
    fault: str
    try:
        document = _DECODER.decode(body.decode("utf-8-sig"))
        if b"\\" in body and _SURROGATE_ESCAPE.search(body):
            return _without_lone_surrogates(document)
        return document
    except UnicodeDecodeError:
        fault = "it is not UTF-8"
    except RecursionError:
        fault = "it is nested too deeply"
    except ValueError:
        start = body[:64].lstrip()[:1]
        fault = "it is HTML" if start == b"<" else "it is empty" if not start else "it is not JSON"
    raise unreadable(fault)


def unreadable(fault: str) -> MalformedResponseError:
    """The error of a body that is no JSON at all.

    Args:
        fault: What it is instead: ``"it is HTML"``.
    """
    return MalformedResponseError(
        f"ShipStation's reply cannot be read: {fault}. A proxy or an outage page may have answered instead of the API; "
        "check the base URL and https://status.shipstation.com.",
        problems=("$",),
    )


def structure(
    document: Any, shape: Shape[T], *, asked_for: AskedFor = (), is_over: Callable[[], bool] | None = None
) -> Decoded[T]:
    """Turn parsed JSON into the value that ``shape`` describes; the arguments are those of :func:`decode`.

    Raises:
        MalformedResponseError: With the JSON path of every fault, a hundred at the most.
        OutOfTimeError: ``is_over`` says so (T1).
    """
    if shape.model is None:
        return Decoded(document)
    reading = Reading(is_over)
    value: Any = UNREADABLE
    skipped: tuple[str, ...] = ()
    if type(document) is not dict:
        reading.faults.append("$")
    elif shape.collection is not None:
        value, skipped = _page(document, shape.model, shape.collection, asked_for, reading)
    elif known_names(shape.model).isdisjoint(document):
        reading.faults.append("$")
    else:
        value = reading.read(document, shape.model, "$")
    if reading.faults:
        raise _malformed(reading.faults)
    return Decoded(cast("T", value), tuple(reading.unreadable), skipped, bool(document.get("errors")))


def _page(
    document: dict[str, Any], model: type, collection: str, asked_for: AskedFor, reading: Reading
) -> tuple[Page[Any], tuple[str, ...]]:
    """A page, and the paths of what could not be read in the records that were left out of it."""
    items: list[Any] = []
    skipped: list[str] = []
    records = document.get(collection)
    if type(records) is not list or len(records) > LONGEST_LIST:
        reading.faults.append(f"$.{collection}")
        records = []
    for index, record in enumerate(records):
        reading.check_time()
        faults_before, unreadable_before = len(reading.faults), len(reading.unreadable)
        if (item := reading.read(record, model, f"$.{collection}[{index}]")) is not UNREADABLE:
            items.append(item)
        elif _is_another(record, asked_for):
            skipped.append(reading.faults[faults_before])
            del reading.faults[faults_before:], reading.unreadable[unreadable_before:]
        elif len(reading.faults) >= MOST_FAULTS:
            break
    # How far to read is decided by the number of pages alone: what the others say wrongly costs nobody the list.
    counts = {
        "total": _count(document.get("total"), "$.total", reading.give_up),
        "page": _count(document.get("page"), "$.page", reading.give_up),
        "pages": _count(document.get("pages"), "$.pages", reading.faults.append),
    }
    return Page(items=tuple(items), **counts), tuple(skipped)


def _count(value: Any, path: str, tell: Callable[[str], None]) -> int | None:
    if value is None or value == "":
        return None
    if type(value) is int and value >= 0:
        return value
    tell(path)
    return None


def _is_another(record: Any, asked_for: AskedFor) -> bool:
    """Whether a record is certainly not what was asked for. In doubt it may be: then its fault is a fault."""
    if type(record) is not dict:
        return False
    return any(name in record and _certainly_differ(record[name], value) for name, value in asked_for)


def _certainly_differ(found: Any, value: str) -> bool:
    if found is None or found == "":
        return True
    if type(found) is not str:
        return False
    position, other = _letters_and_digits(found), _letters_and_digits(value)
    return not (
        position.endswith(other) or other.endswith(position)
    )  # a tracking number may have something before it (R3)


def _letters_and_digits(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def _malformed(faults: list[str]) -> MalformedResponseError:
    wrong = tuple(faults[:MOST_FAULTS])
    others = f" and {len(wrong) - _MOST_NAMED_PATHS} other places" if len(wrong) > _MOST_NAMED_PATHS else ""
    return MalformedResponseError(
        f"ShipStation's reply does not have the documented shape at {', '.join(wrong[:_MOST_NAMED_PATHS])}{others}. "
        "If this persists, report it with these paths.",
        problems=wrong,
    )


def _index_in(path: str) -> int | None:
    found = re.search(r"\[(\d+)\]", path)
    return int(found[1]) if found else None


def _refuse_constant(_: str) -> None:
    raise ValueError("not a JSON number")


def _finite(text: str) -> float:
    if isfinite(number := float(text)):
        return number
    raise ValueError("a number beyond all numbers")


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_finite)


def _without_lone_surrogates(value: Any) -> Any:
    """Half an emoji cannot be encoded again, not even in a URL: it becomes U+FFFD."""
    if isinstance(value, str):
        return _LONE_SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_without_lone_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {_without_lone_surrogates(key): _without_lone_surrogates(item) for key, item in value.items()}
    return value
