"""JSON becomes models: a fast lane for records as they should be, a careful one that names every fault by its path.

Nothing is coerced: ``""`` and ``null`` are both ``None``, and a value of another type is never turned into the right
one. A record goes down the careful lane only when the fast one finds something odd in it, and of a list only the odd
records do. What is odd about a record is one of three:

* a date that cannot be read is ``None``, and its path is told;
* a wrong type where no rule reads (:mod:`~shipstation_aissist.wire.strict`) is ``None``, and its path is told;
* any other wrong type is a fault: the record cannot be read.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from types import NoneType
from typing import Any, Final, TypeAlias, get_args, get_origin, get_type_hints

import attrs

from shipstation_aissist.wire.dates import parse_timestamp
from shipstation_aissist.wire.requests import is_segment
from shipstation_aissist.wire.strict import READ_BY_RULES

MOST_FAULTS: Final = 100
LONGEST_LIST: Final = 10_000

UNREADABLE: Final = object()
"""What stands for a record that cannot be read."""

_TEXT: frozenset[type] = frozenset({str, NoneType})


class OutOfTimeError(Exception):
    """The time of a call ran out while its reply was read (T1)."""


@attrs.define
class Reading:
    """The reading of one reply, and what was odd about it.

    Attributes:
        is_over: Says whether the time for reading is over; ``None`` for no bound.
        unreadable: Paths of what was given up as ``None``, a hundred at the most.
        faults: Paths of what makes a record unreadable, a hundred at the most.
    """

    is_over: Callable[[], bool] | None = None
    unreadable: list[str] = attrs.field(factory=list)
    faults: list[str] = attrs.field(factory=list)

    def read(self, value: Any, model: type, path: str) -> Any:
        """One record; ``UNREADABLE`` where it cannot be read.

        Raises:
            OutOfTimeError: The time is over.
        """
        plan = plan_of(model)
        try:
            return plan.read(value)
        except _OddError:
            return self._carefully(value, plan, path)

    def check_time(self) -> None:
        """End the reading when its time is over."""
        if self.is_over is not None and self.is_over():
            raise OutOfTimeError

    def _carefully(self, value: Any, plan: _Plan, path: str) -> Any:
        self.check_time()
        if type(value) is not dict:
            return self._fault(path)
        made: dict[str, Any] = {}
        is_sound = True
        for field in plan.fields:
            faults_before = len(self.faults)
            read = self._field(field, value.get(field.name), f"{path}.{field.name}")
            if read is not UNREADABLE:
                made[field.name] = read
            elif field.is_strict:
                is_sound = False
            else:
                self.give_up(*self.faults[faults_before:])
                del self.faults[faults_before:]
        return plan.model(**made) if is_sound else UNREADABLE

    def _field(self, field: _Field, value: Any, path: str) -> Any:
        try:
            return value if value != "" and type(value) in field.types else field.read(value)
        except _OddError:
            pass
        if field.is_date and type(value) is str:
            self.check_time()
            try:
                return parse_timestamp(value)
            except ValueError:
                return self.give_up(path)
        if field.model is None:
            return self._fault(path)
        if not field.is_list:
            return self.read(value, field.model, path)
        if type(value) is not list or len(value) > LONGEST_LIST:
            return self._fault(path)
        items = [self.read(item, field.model, f"{path}[{index}]") for index, item in enumerate(value)]
        return UNREADABLE if any(item is UNREADABLE for item in items) else tuple(items)

    def give_up(self, *paths: str) -> None:
        """Tell of values that are ``None`` in place of what could not be read."""
        self.unreadable += paths[: MOST_FAULTS - len(self.unreadable)]

    def _fault(self, path: str) -> object:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(path)
        return UNREADABLE


def known_names(model: type) -> frozenset[str]:
    """The names of a model's fields."""
    return plan_of(model).known


# --- the fast lane ---------------------------------------------------------------------------------------------------

_Hook: TypeAlias = Callable[[Any], Any]


class _OddError(ValueError):
    """Only the careful lane can read this record."""


@attrs.frozen
class _Field:
    """One field of a model: values of ``types`` are taken as they are, ``read`` reads any other or raises."""

    name: str
    types: frozenset[type]
    read: _Hook
    is_strict: bool
    is_date: bool = False
    is_list: bool = False
    model: type | None = None


@attrs.frozen
class _Plan:
    """How the records of a model are read: ``read`` is the fast lane, ``fields`` are what the careful one goes by."""

    model: type
    fields: tuple[_Field, ...]
    known: frozenset[str]
    read: _Hook


@lru_cache
def plan_of(model: type) -> _Plan:
    """How the records of a model are read; made once."""
    kinds = get_type_hints(model)
    fields = tuple(_field(field.name, kinds[field.name], READ_BY_RULES[model]) for field in attrs.fields(model))
    return _Plan(model, fields, frozenset(kinds), _fast_lane(model, fields))


def _fast_lane(model: type, fields: tuple[_Field, ...]) -> _Hook:
    """Texts and dates, which most fields are, are read all at once; the value is made as unpickling makes it.

    Both halve the time that a field after the other through ``__init__`` would take (target P5).
    """
    texts = [field for field in fields if field.types == _TEXT]
    dates = [field for field in fields if field.is_date]
    others = [field for field in fields if field not in texts and field not in dates]
    names = [field.name for field in (*texts, *dates, *others)]
    setters = [getattr(model, name).__set__ for name in names]
    after_texts, after_dates = len(texts), len(texts) + len(dates)
    text_setters, date_setters = setters[:after_texts], setters[after_texts:after_dates]
    hooks = [(setter, field.types, field.read) for setter, field in zip(setters[after_dates:], others, strict=True)]
    pick, new = itemgetter(*names), object.__new__

    def read(record: Any) -> Any:
        if type(record) is not dict:
            raise _OddError
        try:
            found: tuple[Any, ...] = pick(record)
        except KeyError:  # a list's records may have fewer keys than the single record
            found = tuple(map(record.get, names))
        if not _TEXT.issuperset(map(type, found[:after_texts])):
            raise _OddError
        made: Any = new(model)
        for put, text in zip(text_setters, found, strict=False):
            put(made, text or None)
        for put, date in zip(date_setters, found[after_texts:], strict=False):
            put(made, _iso_date(date) if date else _nothing(date))
        for (put, types, hook), value in zip(hooks, found[after_dates:], strict=False):
            put(made, value if type(value) in types else hook(value))
        return made

    return read


def _iso_date(value: Any) -> datetime:
    """ISO 8601, by the standard library alone: dateutil takes ten times as long."""
    try:
        moment = datetime.fromisoformat(value)
    except (ValueError, TypeError):
        raise _OddError from None
    if 2000 <= moment.year <= 2100 and "W" not in value:  # "2025-W39" would become a Monday
        return moment
    raise _OddError


def _date_or_nothing(value: Any) -> datetime | None:
    return _iso_date(value) if value else _nothing(value)


def _nothing(value: Any) -> Any:
    """``None`` for both forms of nothing; ``0`` and ``false`` are something."""
    if value is None or value == "":
        return None
    raise _OddError


def _identifier(value: Any) -> str:
    """An id of the API becomes part of a path, so it must be able to: not blank, no ``..`` (R1)."""
    if type(value) is str and is_segment(value):
        return value
    raise _OddError


_PLAIN: dict[Any, frozenset[type]] = {  # types, not isinstance: True is no number
    bool | None: frozenset({bool, NoneType}),
    int | None: frozenset({int, NoneType}),
    int | float | None: frozenset({int, float, NoneType}),
    float | None: frozenset({int, float, NoneType}),
}


def _field(name: str, kind: Any, strict: frozenset[str]) -> _Field:
    is_strict = name in strict
    if kind is str:
        return _Field(name, frozenset(), _identifier, is_strict)
    if kind == str | None:
        return _Field(name, _TEXT, _nothing, is_strict)
    if kind == int | str | None:
        return _Field(name, frozenset({int, NoneType}), _text_or_nothing, is_strict)
    if kind == datetime | None:
        return _Field(name, frozenset(), _date_or_nothing, is_strict, is_date=True)
    if kind in _PLAIN:
        return _Field(name, _PLAIN[kind], _nothing, is_strict)
    model = next(part for part in get_args(kind) if attrs.has(part))
    if get_origin(kind) is tuple:
        return _Field(name, frozenset(), lambda value: _list(value, model), is_strict, is_list=True, model=model)
    return _Field(name, frozenset(), lambda value: _object(value, model), is_strict, model=model)


def _text_or_nothing(value: Any) -> str | None:
    if type(value) is str:
        return value or None
    raise _OddError


def _object(value: Any, model: type) -> Any:
    return plan_of(model).read(value) if value else _nothing(value)


def _list(value: Any, model: type) -> tuple[Any, ...]:
    if type(value) is list and len(value) <= LONGEST_LIST:
        read = plan_of(model).read
        return tuple([read(item) for item in value])
    _nothing(value)
    return ()
