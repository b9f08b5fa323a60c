"""An answer as JSON, whole, and back: the form in which it leaves this process."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import attrs

from shipstation_aissist._version import __version__
from shipstation_aissist.orders.parcel import Parcel
from shipstation_aissist.orders.response import TrackOrderResponse
from shipstation_aissist.orders.states import OrderState, ParcelState

if TYPE_CHECKING:
    from cattrs import Converter


def write(answer: TrackOrderResponse) -> bytes:
    """An answer as JSON; the caller's own order id stays out: it is the next caller's then."""
    # The parcel that is shown and the returns are themselves among the parcels: by that the views tell them from the
    # others, which may be equal to them. So each parcel is written once, and its places beside it.
    shown = () if answer.tracking is None else (answer.tracking,)
    parcels = {id(parcel): parcel for parcel in (*answer.parcels, *answer.returns, *shown)}
    places = {identity: place for place, identity in enumerate(parcels)}

    def placed(some: Sequence[Parcel]) -> list[int]:
        return [places[id(parcel)] for parcel in some]

    document = {
        "version": __version__,
        "answer": _converter().unstructure(attrs.evolve(answer, order_id="", tracking=None, parcels=(), returns=())),
        "every_parcel": _converter().unstructure(tuple(parcels.values())),
        "shown": placed(shown),
        "parcels": placed(answer.parcels),
        "returns": placed(answer.returns),
    }
    return json.dumps(document).encode()


def read(data: bytes) -> TrackOrderResponse | None:
    """The answer that was written, or ``None``: by another version, or it is none."""
    try:
        document = json.loads(data)
        if document["version"] != __version__:
            return None
        parcels = _converter().structure(document["every_parcel"], tuple[Parcel, ...])

        def at(places: Sequence[int]) -> tuple[Parcel, ...]:
            return tuple(parcels[place] for place in places)

        return attrs.evolve(
            _converter().structure(document["answer"], TrackOrderResponse),
            tracking=next(iter(at(document["shown"])), None),
            parcels=at(document["parcels"]),
            returns=at(document["returns"]),
        )
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
