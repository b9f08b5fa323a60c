"""What a parcel holds, as far as ShipStation knows: a label does not say, its shipment does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import attrs

from shipstation_aissist.models import Shipment
from shipstation_aissist.orders.parcel import Parcel, ParcelItem

MOST_ITEMS = 50
"""So many items of a parcel are named."""


def items_of(shipments: Iterable[Shipment]) -> tuple[ParcelItem, ...]:
    """The items of shipments, in the order of the API.

    Args:
        shipments: The shipments that a parcel is of: mostly one.
    """
    return tuple(
        ParcelItem(name=item.name, sku=item.sku, quantity=item.quantity)
        for shipment in shipments
        for item in shipment.items
    )


def with_items(parcel: Parcel, items: Sequence[ParcelItem], *, shared: bool) -> Parcel:
    """A parcel with what it holds.

    Args:
        parcel: The parcel.
        items: What its shipments hold.
        shared: Whether other parcels carry a part of it; then nobody knows which.
    """
    if not items:
        return parcel
    return attrs.evolve(parcel, items=tuple(items[:MOST_ITEMS]), items_known="shared" if shared else "exact")


def count_by_shipment(parcels: Iterable[frozenset[str]]) -> Mapping[str, int]:
    """How many parcels each shipment has.

    Args:
        parcels: The ids of the shipments that each parcel is of.
    """
    counts: dict[str, int] = {}
    for shipment_ids in parcels:
        for shipment_id in shipment_ids:
            counts[shipment_id] = counts.get(shipment_id, 0) + 1
    return counts
