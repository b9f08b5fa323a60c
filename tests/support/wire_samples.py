"""Replies as the API sends them, written for this project: every key that matters, nulls and empty strings included."""

from __future__ import annotations

from typing import Any

JSON = dict[str, Any]


def shipment(shipment_id: str = "se-7001", number: str | None = "A-100", **changes: Any) -> JSON:
    """One shipment of a list."""
    address = {
        "name": "Robin Sample",
        "phone": "",
        "email": None,
        "company_name": "",
        "address_line1": "1 Harbour Street",
        "address_line2": "",
        "address_line3": None,
        "city_locality": "PORTLAND",
        "state_province": "ME",
        "postal_code": "04101-2233",
        "country_code": "US",
        "address_residential_indicator": "unknown",
        "geolocation": None,
    }
    address.update(changes.pop("ship_to", {}))
    return {
        "shipment_id": shipment_id,
        "carrier_id": None,
        "service_code": "usps_priority_mail ",
        "external_order_id": None,
        "external_shipment_id": None,
        "shipment_number": number,
        "hold_until_date": None,
        "ship_date": "2026-03-02T00:00:00Z",
        "created_at": "2026-03-01T09:15:00.5Z",
        "modified_at": "2026-03-02T10:00:00.123Z",
        "shipment_status": "label_purchased",
        "store_id": "se-31",
        "ship_to": address,
        "is_return": False,
        "items": [{"name": "Tea pot", "quantity": 2, "sku": "TEA-2", "options": [], "unit_price": 12.5}],
        "tags": [],
        "amount_paid": {"currency": "usd", "amount": 25.0},
        **changes,
    }


def label(
    label_id: str = "se-8001",
    shipment_id: str = "se-7001",
    number: str | None = "9400110000000000000001",
    **changes: Any,
) -> JSON:
    """One label of a list."""
    return {
        "label_id": label_id,
        "status": "completed",
        "shipment_id": shipment_id,
        "external_shipment_id": None,
        "external_order_id": None,
        "ship_date": "2026-03-02T00:00:00Z",
        "created_at": "2026-03-02T08:00:00Z",
        "tracking_number": number,
        "tracking_url": f"https://tools.usps.com/go/TrackConfirmAction?tLabels={number}" if number else None,
        "is_return_label": False,
        "batch_id": "",
        "carrier_id": "se-55",
        "carrier_code": "stamps_com",
        "service_code": "usps_priority_mail",
        "voided": False,
        "voided_at": None,
        "trackable": True,
        "tracking_status": "in_transit",
        "alternative_identifiers": None,
        "packages": [{"package_id": 11, "tracking_number": number, "sequence": 1, "alternative_identifiers": None}],
        **changes,
    }


def event(occurred_at: str = "2026-03-04T18:30:00Z", **changes: Any) -> JSON:
    """One scan."""
    return {
        "occurred_at": occurred_at,
        "carrier_occurred_at": "2026-03-04T13:30:00",
        "description": "Left with individual",
        "city_locality": "PORTLAND",
        "state_province": "ME",
        "postal_code": "04101",
        "country_code": "US",
        "company_name": "",
        "signer": "",
        "event_code": "01",
        "carrier_detail_code": None,
        "status_code": "DE",
        "status_description": "Delivered",
        "carrier_status_code": "01",
        "carrier_status_description": "Left with individual",
        "status_detail_code": "DELIVERED",
        "status_detail_description": None,
        "proof_of_delivery_url": None,
        "latitude": None,
        "longitude": None,
        **changes,
    }


def tracking(number: str | None = "9400110000000000000001", **changes: Any) -> JSON:
    """One tracking reply."""
    return {
        "tracking_number": number,
        "tracking_url": f"https://tools.usps.com/go/TrackConfirmAction?tLabels={number}",
        "status_code": "DE",
        "status_detail_code": "DELIVERED",
        "carrier_code": "usps",
        "carrier_id": 1,
        "status_description": "Delivered",
        "status_detail_description": "Your shipment has been delivered.",
        "carrier_status_code": "01",
        "carrier_detail_code": None,
        "carrier_status_description": "Left with individual",
        "ship_date": "2026-03-02T20:10:00Z",
        "estimated_delivery_date": "2026-03-05T00:00:00",
        "actual_delivery_date": "2026-03-04T18:30:00Z",
        "exception_description": None,
        "events": [event()],
        **changes,
    }


def fulfillment(fulfillment_id: str = "se-9001", shipment_id: str = "se-7001", **changes: Any) -> JSON:
    """One fulfillment: shipped elsewhere."""
    return {
        "fulfillment_id": fulfillment_id,
        "shipment_id": shipment_id,
        "shipment_number": "A-100",
        "user_id": "00000000-0000-0000-0000-000000000007",
        "tracking_number": "770000000001",
        "created_at": "2026-03-02T14:00:00.1Z",
        "ship_date": "2026-03-02T00:00:00Z",
        "voided_at": None,
        "delivered_at": None,
        "fulfillment_carrier_friendly_name": "FedEx",
        "fulfillment_provider_code": "external",
        "fulfillment_service_code": "ext",
        "void_requested": False,
        "voided": False,
        "ship_to": None,
        **changes,
    }


def page(collection: str, items: list[JSON], *, number: int = 1, pages: int = 1, total: int | None = None) -> JSON:
    """One page of a list."""
    here = {"href": f"https://api.shipstation.com/v2/{collection}?page={number}"}
    return {
        collection: items,
        "total": len(items) if total is None else total,
        "page": number,
        "pages": pages,
        "links": {"first": here, "last": here, "prev": {}, "next": {}},
    }
