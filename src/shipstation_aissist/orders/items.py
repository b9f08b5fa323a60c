"""Items: what a parcel holds, in words."""

from __future__ import annotations

from shipstation_aissist.orders.parcel import ParcelItem


def item_told(item: ParcelItem) -> str:
    """``"2 x Blue mug"``."""
    name = item.name or item.sku or "an item without a name"
    return name if item.quantity is None else f"{item.quantity:g} x {name}"
