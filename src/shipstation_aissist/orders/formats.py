"""The two formats, as types: what prints, in which order. The writers read the names from here."""

from __future__ import annotations

from typing import Literal, NotRequired, TypeAlias, TypedDict

ResponseFormat: TypeAlias = Literal["documented", "full"]
RESPONSE_FORMATS: tuple[ResponseFormat, ...] = ("documented", "full")


class DocumentedEvent(TypedDict):
    """An event of the documented format."""

    carrier_occurred_at: str | None
    description: str | None
    city_locality: str | None
    state_province: str | None
    postal_code: str | None
    carrier_status_description: str | None


class _BeforeEvents(TypedDict):
    tracking_number: str | None
    tracking_url: str | None
    status_description: str | None
    carrier_status_description: str | None
    ship_date: str | None
    actual_delivery_date: str | None


class DocumentedTracking(_BeforeEvents):
    """``tracking`` of the documented format."""

    events: list[DocumentedEvent]


class DocumentedOrder(TypedDict):
    """``shipstation`` of the documented format."""

    order_id: str
    tracking: DocumentedTracking | None


class DocumentedResponse(TypedDict):
    """The documented format."""

    shipstation: DocumentedOrder


class FullEvent(DocumentedEvent):
    """An event of the full format."""

    occurred_at: str | None
    state: str
    status_code: str | None
    status_detail_code: str | None
    country_code: str | None


class FullItem(TypedDict):
    """One of ``items`` of a parcel."""

    name: str | None
    sku: str | None
    quantity: int | float | None


class _FirstOfParcel(_BeforeEvents):
    events: list[FullEvent]
    state: str
    status_code: str | None
    status_detail_code: str | None
    status_detail_description: str | None
    carrier_code: str | None
    service_code: str | None
    estimated_delivery_date: str | None
    exception_description: str | None
    label_id: str | None
    shipment_id: str | None


class _OnlyOfParcels(TypedDict):
    package_tracking_numbers: list[str]
    is_return_label: bool
    voided: bool


class _LastOfParcel(TypedDict):
    carrier_name: str | None
    alternative_tracking_numbers: list[str]
    items: list[FullItem]
    items_known: str
    last_scan_at: str | None
    replaced_by: str | None
    events_omitted: NotRequired[int]


class FullTracking(_FirstOfParcel, _LastOfParcel):
    """``tracking`` of the full format.

    ``events_omitted`` is there where ``max_events`` was given: how many older events were left out.
    """


class FullParcel(_FirstOfParcel, _OnlyOfParcels, _LastOfParcel):
    """One of ``parcels`` of the full format, and of ``returns``."""


class FullAttention(TypedDict):
    """One of ``attention`` of the full format."""

    code: str
    severity: str
    tracking_number: str | None
    since: str | None
    days: int | None
    message: str
    next_steps: list[str]


class FullOrder(TypedDict):
    """``shipstation`` of the full format."""

    order_id: str
    tracking: FullTracking | None
    state: str
    parcels: list[FullParcel]
    warnings: list[str]
    as_of: str
    order_number: str | None
    matched_by: str | None
    attention: list[FullAttention]
    ship_by_date: str | None
    hold_until_date: str | None
    returns: list[FullParcel]


class FullResponse(TypedDict):
    """The full format."""

    shipstation: FullOrder
