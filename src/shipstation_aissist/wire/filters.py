"""The filters of lists, checked together before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from shipstation_aissist.wire.requests import QueryValue

_NUMBERS = frozenset({"page", "page_size"})
_CONTROL_OF_LISTS = _NUMBERS | {"sort_by", "sort_dir"}


def check_filters(filters: Mapping[str, QueryValue]) -> None:
    """Refuse what the API would silently answer with something else.

    Args:
        filters: All filters of a list by their names, ``None`` where one is not given.

    Raises:
        TypeError: ``page`` or ``page_size`` is no int, a date is neither ``datetime`` nor ``str``, or another filter is
            neither ``str`` nor number: a bool, a list.
        ValueError: One of them is below 1, or ``batch_id`` is there beside others.
    """
    given = {name for name, value in filters.items() if value is not None}
    for name in sorted(given - _NUMBERS):
        _check_type(name, filters[name])
    given -= _CONTROL_OF_LISTS
    if "batch_id" in given and len(given) > 1:
        others = ", ".join(sorted(given - {"batch_id"}))
        raise ValueError(f"batch_id cannot be combined with {others}: the API ignores the others (API notes 5.2)")
    for name in sorted(_NUMBERS):
        value = filters.get(name)
        if value is not None and type(value) is not int:
            raise TypeError(f"{name} must be an int")
        if isinstance(value, int) and value < 1:
            raise ValueError(f"{name} must be 1 or more")


def _check_type(name: str, value: object) -> None:
    """Nothing is coerced: ``"true"`` is no order's number. An id may be a number, as spreadsheets have it."""
    if name.endswith(("_start", "_end")):
        if not isinstance(value, str | datetime):
            raise TypeError(f"{name} must be a datetime or a str, not {type(value).__name__}")
    elif isinstance(value, bool) or not isinstance(value, str | int | float):
        raise TypeError(f"{name} must be a str, not {type(value).__name__}")
