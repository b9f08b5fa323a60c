"""The two formats, as types: what prints, in which order (design 2.3). The writers read the names from here."""

from __future__ import annotations

from typing import Literal, TypeAlias, TypedDict

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


class DocumentedTracking(TypedDict):
    """``tracking`` of the documented format."""

    tracking_number: str | None
    tracking_url: str | None
    status_description: str | None
    carrier_status_description: str | None
    ship_date: str | None
    actual_delivery_date: str | None
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


class FullTracking(TypedDict):
    """``tracking`` of the full format."""

    tracking_number: str | None
    tracking_url: str | None
    status_description: str | None
    carrier_status_description: str | None
    ship_date: str | None
    actual_delivery_date: str | None
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


class FullParcel(FullTracking):
    """One of ``parcels`` of the full format."""

    package_tracking_numbers: list[str]
    is_return_label: bool
    voided: bool


class FullOrder(TypedDict):
    """``shipstation`` of the full format."""

    order_id: str
    tracking: FullTracking | None
    state: str
    parcels: list[FullParcel]
    warnings: list[str]


class FullResponse(TypedDict):
    """The full format."""

    shipstation: FullOrder
