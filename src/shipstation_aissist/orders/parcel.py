"""A parcel and its events, as they are shown (design 2.3)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import attrs

from shipstation_aissist.orders.states import ParcelState


@attrs.frozen(kw_only=True)
class ParcelEvent:
    """One scan of a parcel, as it is shown; the order of the fields is the order in which they print."""

    carrier_occurred_at: datetime | None = None
    description: str | None = None
    city_locality: str | None = None
    state_province: str | None = None
    postal_code: str | None = None
    carrier_status_description: str | None = None
    occurred_at: datetime | None = None
    state: ParcelState = ParcelState.UNKNOWN
    status_code: str | None = None
    status_detail_code: str | None = None
    country_code: str | None = None


@attrs.frozen(kw_only=True)
class ParcelItem:
    """One line of what a parcel holds."""

    name: str | None = None
    sku: str | None = None
    quantity: int | float | None = None


@attrs.frozen(kw_only=True)
class Parcel:
    """One parcel of an order; the order of the fields is the order in which they print."""

    tracking_number: str | None = None
    tracking_url: str | None = None
    status_description: str | None = None
    carrier_status_description: str | None = None
    ship_date: datetime | None = None
    actual_delivery_date: datetime | None = None
    events: tuple[ParcelEvent, ...] = ()
    state: ParcelState = ParcelState.UNKNOWN
    status_code: str | None = None
    status_detail_code: str | None = None
    status_detail_description: str | None = None
    carrier_code: str | None = None
    service_code: str | None = None
    estimated_delivery_date: datetime | None = None
    exception_description: str | None = None
    label_id: str | None = None
    shipment_id: str | None = None
    package_tracking_numbers: tuple[str, ...] = ()
    is_return_label: bool = False
    voided: bool = False
    carrier_name: str | None = None
    alternative_tracking_numbers: tuple[str, ...] = ()
    items: tuple[ParcelItem, ...] = ()
    items_known: Literal["exact", "shared", "unknown"] = "unknown"
    last_scan_at: datetime | None = None
    replaced_by: str | None = None
