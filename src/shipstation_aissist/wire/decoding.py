"""Bytes become JSON once, JSON becomes models once; a fault names its JSON path, never a value (design 2.2).

Three converters share one set of hooks. The first is fast and stops at the first fault. Only when it stops
does the second read the whole reply again, to name every fault; and where the only faults are dates that
cannot be read, the third one turns those into ``None`` and the caller is told which (design 3, "Dates").
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import lru_cache, partial
from math import isfinite
from operator import eq
from types import GenericAlias, UnionType
from typing import TYPE_CHECKING, Any, Generic, TypeVar, Union, cast, get_args, get_origin

import attrs

from shipstation_aissist.errors import MalformedResponseError
from shipstation_aissist.models import Page
from shipstation_aissist.wire.dates import parse_timestamp
from shipstation_aissist.wire.requests import Shape, is_segment

if TYPE_CHECKING:
    from cattrs import Converter

T = TypeVar("T")

_MOST_OBJECTS = 100_000
_LONGEST_LIST = 10_000
_MOST_FAULTS = 100
_MOST_NAMED_PATHS = 10  # in the message; the error's problems hold all
_SURROGATE_ESCAPE = re.compile(rb"\\u[dD][89a-fA-F]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@attrs.frozen
class Decoded(Generic[T]):
    """A reply that could be read.

    Attributes:
        value: The model, page or JSON value.
        unreadable_dates: JSON paths of the dates that were given up as ``None``.
        partial: Whether the API says, in a success, that something went wrong (api-facts 3.6).
    """

    value: T
    unreadable_dates: tuple[str, ...] = ()
    partial: bool = False


class _UnreadableDateError(ValueError):
    pass


def decode(body: bytes, shape: Shape[T]) -> Decoded[T]:
    """Read the body of a success.

    Args:
        body: The bytes, decompressed.
        shape: What they must look like.

    Raises:
        MalformedResponseError: They are not JSON (``NaN`` is none), have another shape, or hold so many records that
            reading them would take longer than a call may (T1).
    """
    if shape.model is not None and body.count(b"{") > _MOST_OBJECTS:
        raise MalformedResponseError(
            "ShipStation's reply has more records than a page can have and was refused; ask for smaller pages.",
            problems=("$",),
        )
    return structure(parse_json(body), shape)


def parse_json(body: bytes) -> Any:
    """Read JSON, strictly.

    Raises:
        MalformedResponseError: It is not JSON in UTF-8, holds ``NaN`` or an infinity, or is nested too deeply.
    """
    fault: str
    try:
        document = json.loads(body.decode("utf-8-sig"), parse_constant=_refuse_constant, parse_float=_finite)
        if _SURROGATE_ESCAPE.search(body):
            return _without_lone_surrogates(document)
        return document
    except UnicodeDecodeError:
        fault = "it is not UTF-8"
    except RecursionError:
        fault = "it is nested too deeply"
    except ValueError:
        start = body[:64].lstrip()[:1]
        fault = "it is HTML" if start == b"<" else "it is empty" if not start else "it is not JSON"
    raise MalformedResponseError(
        f"ShipStation's reply cannot be read: {fault}. A proxy or an outage page may have answered instead of the API; "
        "check the base URL and https://status.shipstation.com.",
        problems=("$",),
    )


def structure(document: Any, shape: Shape[T]) -> Decoded[T]:
    """Turn parsed JSON into the value that ``shape`` describes.

    Raises:
        MalformedResponseError: With the JSON path of every fault.
    """
    if shape.model is None:
        return Decoded(document)
    is_partial = type(document) is dict and bool(document.get("errors"))
    with suppress(Exception):  # whatever the fault is, the detailed converter names it
        return Decoded(_convert(_converter(), document, shape), partial=is_partial)
    with suppress(Exception):
        value = _convert(_converter(lenient=True), document, shape)
        return Decoded(value, _find_faults(document, shape, lenient=False), is_partial)
    wrong = _find_faults(document, shape, lenient=True) or ("$",)
    others = f" and {len(wrong) - _MOST_NAMED_PATHS} other places" if len(wrong) > _MOST_NAMED_PATHS else ""
    raise MalformedResponseError(
        f"ShipStation's reply does not have the documented shape at {', '.join(wrong[:_MOST_NAMED_PATHS])}{others}. "
        "If this persists, report it with these paths.",
        problems=wrong,
    )


def _refuse_constant(_: str) -> None:
    raise ValueError("not a JSON number")


def _finite(text: str) -> float:
    if isfinite(number := float(text)):
        return number
    raise ValueError("a number beyond all numbers")


def _without_lone_surrogates(value: Any) -> Any:
    """Half an emoji cannot be encoded again, not even in a URL: it becomes U+FFFD."""
    if isinstance(value, str):
        return _LONE_SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_without_lone_surrogates(one) for one in value]
    if isinstance(value, dict):
        return {_without_lone_surrogates(key): _without_lone_surrogates(one) for key, one in value.items()}
    return value


# --- from JSON to models -------------------------------------------------------------------------------------------


def _convert(converter: Converter, document: Any, shape: Shape[T]) -> T:
    model = cast("type", shape.model)
    if shape.collection is None:
        if not _known_names(model).intersection(document):
            raise TypeError("nothing of what was expected")
        return cast("T", converter.structure(document, model))
    if type(document) is not dict:
        raise TypeError("not an object")
    read = converter.get_structure_hook(model)
    page = Page(
        items=tuple([read(item, model) for item in _as_list(document[shape.collection])]),
        total=_count(document.get("total")),
        page=_count(document.get("page")),
        pages=_count(document.get("pages")),
    )
    return cast("T", page)


def _find_faults(document: Any, shape: Shape[Any], *, lenient: bool) -> tuple[str, ...]:
    """The JSON paths of the faults, a hundred at the most; ``lenient`` takes no date for one."""
    model = cast("type", shape.model)
    if type(document) is not dict:
        return ("$",)
    if shape.collection is None:
        return _faults_of(document, model, "$", lenient) if _known_names(model).intersection(document) else ("$",)
    items = document.get(shape.collection)
    faults: list[str] = []
    if type(items) is not list or len(items) > _LONGEST_LIST:
        faults.append(f"$.{shape.collection}")
        items = []
    for index, item in enumerate(items):
        if len(faults) >= _MOST_FAULTS:
            break
        faults += _faults_of(item, model, f"$.{shape.collection}[{index}]", lenient)
    for name in ("total", "page", "pages"):
        try:
            _count(document.get(name))
        except TypeError:
            faults.append(f"$.{name}")
    return tuple(faults[:_MOST_FAULTS])


def _faults_of(document: Any, model: type, path: str, lenient: bool) -> tuple[str, ...]:
    from cattrs import transform_error

    try:
        _converter(detailed=True, lenient=lenient).structure(document, model)
    except Exception as fault:  # noqa: BLE001 - the converter's own groups, and whatever a hook raised
        found = transform_error(fault, path, lambda *_: "")
        return tuple(line.partition(" @ ")[2] for line in found[:_MOST_FAULTS])
    return ()


def _is_optional_model(kind: Any) -> bool:
    return get_origin(kind) in (Union, UnionType) and any(attrs.has(one) for one in get_args(kind))


def _is_tuple(kind: Any) -> bool:
    return get_origin(kind) is tuple


@lru_cache
def _known_names(model: type) -> frozenset[str]:
    return frozenset(field.name for field in attrs.fields(model))


@lru_cache
def _converter(detailed: bool = False, lenient: bool = False) -> Converter:
    # cattrs is imported on first use: it costs as much time as everything else here (target P4).
    from cattrs import Converter
    from cattrs.gen import make_dict_structure_fn

    converter = Converter(detailed_validation=detailed)
    hooks = {**_HOOKS, datetime | None: _lenient_timestamp if lenient else _timestamp}
    for kind, hook in hooks.items():
        if isinstance(kind, type):  # a plain class has a hook in cattrs that coerces, and goes before predicates
            converter.register_structure_hook(kind, hook)
        else:
            converter.register_structure_hook_func(partial(eq, kind), hook)

    def object_hook(model: type) -> Callable[[Any, type], Any]:
        read: Callable[[Any, type], Any] = make_dict_structure_fn(model, converter, _cattrs_use_linecache=False)

        def hook(value: Any, kind: type) -> Any:
            if type(value) is not dict:
                raise TypeError("not an object")
            return read(value, kind)

        return hook

    def optional_hook(kind: Any) -> Callable[[Any, type], Any]:
        model = next(one for one in get_args(kind) if attrs.has(one))
        read = converter.get_structure_hook(model)
        return lambda value, _: None if value is None or value == "" else read(value, model)

    def tuple_hook(kind: Any) -> Callable[[Any, type], Any]:
        listed: Any = GenericAlias(list, (get_args(kind)[0],))
        read: Callable[[Any, Any], Any] = converter.get_structure_hook(listed)
        return lambda value, _: () if value is None or value == "" else tuple(read(_as_list(value), listed))

    converter.register_structure_hook_factory(attrs.has, object_hook)
    converter.register_structure_hook_factory(_is_optional_model, optional_hook)
    converter.register_structure_hook_factory(_is_tuple, tuple_hook)
    return converter


# --- one hook per kind of field: nothing is coerced, "" and null are both None ---------------------------------------


def _text(value: Any, _: Any) -> str | None:
    if type(value) is str:
        return value or None
    if value is None:
        return None
    raise TypeError("not a string")


def _identifier(value: Any, _: Any) -> str:
    """An id of the API becomes part of a path, so it must be able to: not blank, no ``..`` (R1)."""
    if type(value) is not str:
        raise TypeError("not a string")
    if is_segment(value):
        return value
    raise ValueError("not an identifier")


def _timestamp(value: Any, _: Any) -> datetime | None:
    if value is None or value == "":
        return None
    if type(value) is not str:
        raise TypeError("not a string")
    try:
        return parse_timestamp(value)
    except ValueError:
        raise _UnreadableDateError from None


def _lenient_timestamp(value: Any, kind: Any) -> datetime | None:
    try:
        return _timestamp(value, kind)
    except _UnreadableDateError:
        return None


def _only(*kinds: type) -> Callable[[Any, Any], Any]:
    def hook(value: Any, _: Any) -> Any:
        if value is None or value == "":
            return None
        if type(value) in kinds:  # not isinstance: True is no number
            return value
        raise TypeError("of another type")

    return hook


_HOOKS: dict[Any, Callable[[Any, Any], Any]] = {
    str | None: _text,
    str: _identifier,
    bool | None: _only(bool),
    int | None: _only(int),
    int | float | None: _only(int, float),
    float | None: _only(int, float),
    int | str | None: _only(int, str),
}


def _count(value: Any) -> int | None:
    if value is None or value == "":
        return None
    if type(value) is int and value >= 0:
        return value
    raise TypeError("not a count")


def _as_list(value: Any) -> list[Any]:
    if type(value) is not list:
        raise TypeError("not an array")
    if len(value) > _LONGEST_LIST:
        raise ValueError("longer than any page or parcel's history")
    return value
