"""From values to JSON-safe dicts: cattrs writes what a ``TypedDict`` names, in its order; no dict by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import attrs

from shipstation_aissist.orders.states import OrderState, ParcelState
from shipstation_aissist.wire.dates import print_timestamp

if TYPE_CHECKING:
    from cattrs import Converter


def writer(model: type, shape: type, **hooks: Callable[[Any], Any]) -> Callable[[Any], dict[str, Any]]:
    """A function that turns a ``model`` into the dict that ``shape`` describes.

    Args:
        model: An attrs class, whose fields are in the order in which they print.
        shape: A ``TypedDict`` naming the fields that print.
        hooks: How a field is written that needs more than the converter knows.
    """
    from cattrs.gen import make_dict_unstructure_fn, override

    overrides = {
        field.name: override(omit=field.name not in shape.__annotations__, unstruct_hook=hooks.get(field.name))
        for field in attrs.fields(model)
    }
    make: Callable[..., Callable[[Any], dict[str, Any]]] = make_dict_unstructure_fn
    return make(model, _converter(), _cattrs_use_linecache=False, **overrides)


def each(write: Callable[[Any], Any]) -> Callable[[Iterable[Any]], list[Any]]:
    """Write a sequence."""
    return lambda values: [write(value) for value in values]


def optional(write: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Write a value that may be absent."""
    return lambda value: None if value is None else write(value)


@lru_cache
def _converter() -> Converter:
    from cattrs import Converter  # on first use: it is slow to import (target P4)
    from cattrs.fns import identity

    converter = Converter(unstruct_collection_overrides={tuple: list})
    converter.register_unstructure_hook_func(lambda kind: kind == str | None, identity)  # spares a call for each text
    converter.register_unstructure_hook(datetime, print_timestamp)
    converter.register_unstructure_hook(date, date.isoformat)
    converter.register_unstructure_hook(ParcelState, str)
    converter.register_unstructure_hook(OrderState, str)
    return converter
