"""An answer as JSON, whole, and back: the form in which it leaves this process."""

from __future__ import annotations

import json
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from shipstation_aissist._version import __version__
from shipstation_aissist.orders.response import TrackOrderResponse
from shipstation_aissist.orders.states import OrderState, ParcelState

if TYPE_CHECKING:
    from cattrs import Converter


def write(answer: TrackOrderResponse) -> bytes:
    """An answer as JSON; the caller's own order id stays out: it is the next caller's then."""
    value = _converter().unstructure(answer)
    value["order_id"] = ""
    return json.dumps({"version": __version__, "answer": value}).encode()


def read(data: bytes) -> TrackOrderResponse | None:
    """The answer that was written, or ``None``: by another version, or it is none."""
    try:
        document = json.loads(data)
        if document["version"] != __version__:
            return None
        return _converter().structure(document["answer"], TrackOrderResponse)
    except Exception:  # noqa: BLE001 - whatever a store holds that is no answer, counts as nothing
        return None


@lru_cache
def _converter() -> Converter:
    from cattrs import Converter  # on first use: it is slow to import

    converter = Converter(unstruct_collection_overrides={tuple: list}, forbid_extra_keys=True)
    converter.register_unstructure_hook(datetime, datetime.isoformat)
    converter.register_unstructure_hook(date, date.isoformat)
    converter.register_unstructure_hook(ParcelState, str)
    converter.register_unstructure_hook(OrderState, str)
    converter.register_structure_hook(datetime, lambda text, _: datetime.fromisoformat(text))
    converter.register_structure_hook(date, lambda text, _: date.fromisoformat(text))
    numbers: Any = int | float | None
    converter.register_structure_hook(numbers, lambda number, _: number)
    return converter
