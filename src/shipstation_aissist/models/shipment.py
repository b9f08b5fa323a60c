"""A shipment: what ShipStation's screens call an order (API notes 5)."""

from __future__ import annotations

from datetime import datetime

import attrs

from shipstation_aissist.models.address import Address
from shipstation_aissist.models.privacy import hides


@attrs.frozen(kw_only=True, field_transformer=hides("name", "image_url"))
class ShipmentItem:
    """One line of a shipment (API notes 5.3)."""

    name: str | None = None
    sku: str | None = None
    quantity: int | float | None = None
    image_url: str | None = None
    sales_order_id: str | None = None
    sales_order_item_id: str | None = None
    external_order_id: str | None = None
    external_order_item_id: str | None = None
    order_source_code: str | None = None


@attrs.frozen(kw_only=True, field_transformer=hides("requested_shipment_service", "ship_to"))
class Shipment:
    """One shipment (API notes 5.3); ``shipment_number`` is the store's order number.

    A shipment has no tracking number: its labels have. ``shipment_status`` speaks of the label, not of the
    parcel: ``pending``, ``processing``, ``label_purchased``, ``cancelled``, ``on_hold``, or a newer value.
    """

    shipment_id: str
    shipment_number: str | None = None
    external_shipment_id: str | None = None
    external_order_id: str | None = None
    sales_order_id: str | None = None
    shipment_status: str | None = None
    store_id: str | None = None
    order_source_code: str | None = None
    carrier_id: str | None = None
    service_code: str | None = None
    requested_shipment_service: str | None = None
    warehouse_id: str | None = None
    created_at: datetime | None = None
    modified_at: datetime | None = None
    ship_date: datetime | None = None
    ship_by_date: datetime | None = None
    hold_until_date: datetime | None = None
    deliver_by_date: datetime | None = None
    is_return: bool | None = None
    is_gift: bool | None = None
    ship_to: Address | None = None
    items: tuple[ShipmentItem, ...] = ()
