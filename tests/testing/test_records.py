"""The fake's JSON, key by key, against samples that were written by hand after the API's documentation."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from shipstation_aissist.testing import FakeShipStation

SHIP_TO = {
    "name": "Grace Holloway",
    "phone": "555-010-0199",
    "email": "grace@example.com",
    "company_name": "",
    "address_line1": "12 Alder Street",
    "address_line2": "",
    "address_line3": None,
    "city_locality": "Salem",
    "state_province": "OR",
    "postal_code": "97301-0042",
    "country_code": "US",
    "address_residential_indicator": "yes",
    "instructions": None,
    "geolocation": None,
}

SHIPMENT: dict[str, Any] = {
    "shipment_id": "se-250001",
    "carrier_id": "se-28529731",
    "service_code": "usps_ground_advantage",
    "requested_shipment_service": "Standard",
    "shipping_rule_id": None,
    "external_order_id": "5123456789012",
    "external_shipment_id": None,
    "shipment_number": "1042",
    "hold_until_date": None,
    "ship_by_date": None,
    "deliver_by_date": None,
    "ship_date": "2026-03-02T00:00:00Z",
    "created_at": "2026-03-01T09:00:00.44Z",
    "modified_at": "2026-03-02T10:30:00.447Z",
    "shipment_status": "label_purchased",
    "store_id": "se-777001",
    "order_source_code": "shopify",
    "ship_to": SHIP_TO,
    "ship_from": None,
    "warehouse_id": "se-101",
    "return_to": None,
    "is_return": False,
    "confirmation": "none",
    "items": [
        {
            "name": "Green tea pot",
            "quantity": 1,
            "sku": "POT-TEA-GREEN",
            "bundle_sku": None,
            "options": [],
            "image_url": None,
            "unit_price": 18.0,
            "tax_amount": None,
            "shipping_amount": None,
            "sales_order_id": None,
            "sales_order_item_id": None,
            "external_order_id": "5123456789012",
            "external_order_item_id": None,
            "inventory_location": None,
            "asin": None,
            "order_source_code": "shopify",
            "fulfillment_sku": None,
        }
    ],
    "tags": [],
    "packages": [
        {
            "shipment_package_id": "se-9250001",
            "package_id": "se-3",
            "package_code": "package",
            "package_name": "Package",
            "weight": {"value": 16.0, "unit": "ounce"},
            "dimensions": {"unit": "inch", "length": 6.0, "width": 5.0, "height": 4.0},
        }
    ],
    "total_weight": {"value": 16.0, "unit": "ounce"},
    "amount_paid": {"currency": "usd", "amount": 18.0},
    "shipping_paid": {"currency": "usd", "amount": 0.0},
    "tax_paid": {"currency": "usd", "amount": 0.0},
    "notes_from_buyer": None,
    "notes_for_gift": None,
    "is_gift": False,
    "customs": None,
    "advanced_options": {"bill_to_account": None, "custom_field1": None},
    "zone": None,
    "assigned_user": None,
    "insurance_provider": "none",
    "comparison_rate_type": None,
}

LABEL: dict[str, Any] = {
    "label_id": "se-350001",
    "status": "completed",
    "shipment_id": "se-250001",
    "external_shipment_id": None,
    "external_order_id": None,
    "ship_date": "2026-03-02T00:00:00Z",
    "created_at": "2026-03-02T10:30:00.8Z",
    "shipment_cost": {"currency": "usd", "amount": 7.42},
    "insurance_cost": {"currency": "usd", "amount": 0.0},
    "requested_comparison_amount": None,
    "tracking_number": "9400136208303700000001",
    "tracking_url": "https://tools.usps.com/go/TrackConfirmAction?tLabels=9400136208303700000001",
    "is_return_label": False,
    "rma_number": None,
    "is_international": False,
    "batch_id": "",
    "carrier_id": "se-28529731",
    "charge_event": "carrier_default",
    "carrier_code": "stamps_com",
    "service_code": "usps_ground_advantage",
    "package_code": "package",
    "voided": False,
    "voided_at": None,
    "void_type": None,
    "refund_details": None,
    "label_format": "pdf",
    "label_layout": "4x6",
    "display_scheme": "label",
    "trackable": True,
    "tracking_status": "in_transit",
    "label_image_id": None,
    "confirmation": "none",
    "label_download": {"href": "https://api.shipstation.com/v2/downloads/1/abc/label.pdf"},
    "form_download": None,
    "qr_code_download": None,
    "insurance_claim": None,
    "alternative_identifiers": None,
    "packages": [
        {
            "package_id": 190000001,
            "package_code": "package",
            "weight": {"value": 16.0, "unit": "ounce"},
            "dimensions": {"unit": "inch", "length": 6.0, "width": 5.0, "height": 4.0},
            "insured_value": {"currency": "usd", "amount": 0.0},
            "tracking_number": "9400136208303700000001",
            "label_messages": {"reference1": None, "reference2": None, "reference3": None},
            "external_package_id": None,
            "sequence": 1,
            "alternative_identifiers": None,
        }
    ],
}

NO_SCAN: dict[str, Any] = {
    "tracking_number": "9400136208303700000001",
    "tracking_url": None,
    "status_code": "NY",
    "status_detail_code": None,
    "carrier_code": "usps",
    "carrier_id": 1,
    "status_description": "Not Yet In System",
    "status_detail_description": None,
    "carrier_status_code": None,
    "carrier_detail_code": None,
    "carrier_status_description": None,
    "ship_date": None,
    "estimated_delivery_date": None,
    "actual_delivery_date": None,
    "exception_description": None,
    "events": [],
}

DELIVERED_BY_USPS: dict[str, Any] = {
    "tracking_number": "9400136208303700000001",
    "tracking_url": "https://tools.usps.com/go/TrackConfirmAction?tLabels=9400136208303700000001",
    "status_code": "DE",
    "status_detail_code": "DELIVERED",
    "carrier_code": "usps",
    "carrier_id": 1,
    "status_description": "Delivered",
    "status_detail_description": "Your shipment has been delivered.",
    "carrier_status_code": "01",
    "carrier_detail_code": None,
    "carrier_status_description": "Delivered, In/At Mailbox",
    "ship_date": "2026-03-02T00:00:00Z",
    "estimated_delivery_date": "2026-03-07T00:00:00Z",
    "actual_delivery_date": "2026-03-05T19:47:30Z",
    "exception_description": None,
    "events": [
        {
            "occurred_at": "2026-03-05T19:47:30Z",
            "carrier_occurred_at": "2026-03-05T14:47:30-05:00",
            "description": "Delivered, In/At Mailbox",
            "city_locality": "SALEM",
            "state_province": "OR",
            "postal_code": "97301-0042",
            "country_code": "US",
            "company_name": "",
            "signer": "",
            "event_code": "01",
            "carrier_detail_code": None,
            "status_code": "DE",
            "status_description": "Delivered",
            "carrier_status_code": "01",
            "carrier_status_description": "Delivered, In/At Mailbox",
            "status_detail_code": "DELIVERED",
            "status_detail_description": None,
            "proof_of_delivery_url": None,
            "latitude": None,
            "longitude": None,
        },
        {
            "occurred_at": "2026-03-03T02:00:00Z",
            "carrier_occurred_at": "2026-03-02T21:00:00-05:00",
            "description": "Arrived at USPS Regional Facility",
            "city_locality": "PORTLAND",
            "state_province": "OR",
            "postal_code": "",
            "country_code": "US",
            "company_name": "",
            "signer": "",
            "event_code": "10",
            "carrier_detail_code": None,
            "status_code": "IT",
            "status_description": "In Transit",
            "carrier_status_code": None,
            "carrier_status_description": "Arrived at USPS Regional Facility",
            "status_detail_code": "IN_TRANSIT",
            "status_detail_description": None,
            "proof_of_delivery_url": None,
            "latitude": None,
            "longitude": None,
        },
    ],
}

LABEL_MADE_BY_UPS: dict[str, Any] = {
    "tracking_number": "1Z932R800300000001",
    "tracking_url": None,
    "status_code": "NY",
    "status_detail_code": "ELEC_ADVICE_RECD_BY_CARRIER",
    "carrier_code": "ups",
    "carrier_id": 3,
    "status_description": "Accepted",
    "status_detail_description": None,
    "carrier_status_code": "M",
    "carrier_detail_code": "MP",
    "carrier_status_description": "Shipper created a label, UPS has not received the package yet.",
    "ship_date": None,
    "estimated_delivery_date": "2026-03-07T00:00:00",
    "actual_delivery_date": None,
    "exception_description": None,
    "events": [
        {
            "occurred_at": "2026-03-02T10:30:00Z",
            "carrier_occurred_at": "2026-03-02T05:30:00Z",
            "description": "Shipper created a label, UPS has not received the package yet.",
            "city_locality": "",
            "state_province": "",
            "postal_code": "",
            "country_code": "US",
            "company_name": "",
            "signer": "",
            "event_code": "MP",
            "carrier_detail_code": "MP",
            "status_code": "NY",
            "status_description": "Accepted",
            "carrier_status_code": "M",
            "carrier_status_description": "Shipper created a label, UPS has not received the package yet.",
            "status_detail_code": "ELEC_ADVICE_RECD_BY_CARRIER",
            "status_detail_description": None,
            "proof_of_delivery_url": None,
            "latitude": None,
            "longitude": None,
        }
    ],
}

DELAYED_BY_FEDEX: dict[str, Any] = {
    "tracking_number": "771200000001",
    "tracking_url": None,
    "status_code": "EX",
    "status_detail_code": "CARRIER_DELAYS",
    "carrier_code": "fedex_walleted",
    "carrier_id": 194,
    "status_description": "Exception",
    "status_detail_description": "There's a delivery delay.",
    "carrier_status_code": "DY",
    "carrier_detail_code": None,
    "carrier_status_description": "Shipment exception",
    "ship_date": "2026-03-02T00:00:00",
    "estimated_delivery_date": "2026-03-07T20:00:00",
    "actual_delivery_date": None,
    "exception_description": None,
    "events": [
        {
            "occurred_at": "2026-03-04T11:00:00Z",
            "carrier_occurred_at": "2026-03-04T11:00:00Z",
            "description": "Shipment exception",
            "city_locality": "MEMPHIS",
            "state_province": "TN",
            "postal_code": "",
            "country_code": "US",
            "company_name": None,
            "signer": None,
            "event_code": "DY",
            "carrier_detail_code": None,
            "status_code": "EX",
            "status_description": "Exception",
            "carrier_status_code": None,
            "carrier_status_description": "Shipment exception",
            "status_detail_code": "CARRIER_DELAYS",
            "status_detail_description": None,
            "proof_of_delivery_url": None,
            "latitude": None,
            "longitude": None,
        }
    ],
}

FULFILLMENT: dict[str, Any] = {
    "fulfillment_id": "se-450001",
    "shipment_id": "se-250001",
    "shipment_number": "1042",
    "user_id": "00000000-0000-0000-0000-000000000001",
    "tracking_number": "771299990000",
    "created_at": "2026-03-02T14:11:09.12Z",
    "ship_date": "2026-03-02T00:00:00Z",
    "voided_at": None,
    "delivered_at": None,
    "fulfillment_carrier_friendly_name": "FedEx",
    "fulfillment_provider_id": None,
    "fulfillment_provider_friendly_name": "External",
    "fulfillment_provider_code": "external",
    "fulfillment_service_code": "ext",
    "fulfillment_fee": {"currency": "usd", "amount": 0.0},
    "void_requested": False,
    "voided": False,
    "order_source_notified": True,
    "notification_error_message": None,
    "ship_to": SHIP_TO,
}

UNKNOWN_NUMBER: dict[str, Any] = {
    "tracking_number": "400000000000",
    "tracking_url": None,
    "status_code": "UN",
    "status_detail_code": None,
    "carrier_code": "ups",
    "carrier_id": None,
    "status_description": "Unknown",
    "status_detail_description": None,
    "carrier_status_code": None,
    "carrier_detail_code": None,
    "carrier_status_description": "No tracking information available",
    "ship_date": None,
    "estimated_delivery_date": None,
    "actual_delivery_date": None,
    "exception_description": None,
    "events": [],
}


def at(day: int, hour: int, minute: int = 0, second: int = 0, microsecond: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, second, microsecond, tzinfo=UTC)


@pytest.fixture
def grace(fake: FakeShipStation) -> FakeShipStation:
    """An account with one order, placed by somebody the samples know."""
    fake.add_order(
        "1042",
        store_id="se-777001",
        recipient="Grace Holloway",
        phone="555-010-0199",
        email="grace@example.com",
        street="12 Alder Street",
        city="Salem",
        state="OR",
        postal_code="97301-0042",
        items=["Green tea pot"],
        external_order_id="5123456789012",
        order_source_code="shopify",
        created_at=at(1, 9),
    )
    return fake


def test_a_labelled_shipment_has_these_keys_and_values(grace: FakeShipStation, ask: Any) -> None:
    grace.buy_label("1042", at=at(2, 10, 30))
    assert ask("/v2/shipments/se-250001") == SHIPMENT
    assert list(ask("/v2/shipments/se-250001")) == list(SHIPMENT)
    assert ask("/v2/shipments")["shipments"] == [SHIPMENT]


def test_a_pending_shipment_has_no_carrier_service_or_ship_date(grace: FakeShipStation, ask: Any) -> None:
    assert ask("/v2/shipments/se-250001") == SHIPMENT | {
        "carrier_id": None,
        "service_code": None,
        "ship_date": None,
        "modified_at": "2026-03-01T09:00:00.447Z",
        "shipment_status": "pending",
    }


def test_a_label_has_these_keys_and_values_and_claims_transit_from_its_first_moment(
    grace: FakeShipStation, ask: Any
) -> None:
    grace.buy_label("1042", at=at(2, 10, 30))
    assert ask("/v2/labels")["labels"] == [LABEL]
    assert list(ask("/v2/labels")["labels"][0]) == list(LABEL)


def test_a_single_label_shows_its_recipient_too(grace: FakeShipStation, ask: Any) -> None:
    grace.buy_label("1042", at=at(2, 10, 30))
    assert ask("/v2/labels/se-350001") == LABEL | {"ship_to": SHIP_TO}


def test_a_voided_label_stays_listed_and_keeps_its_number(grace: FakeShipStation, ask: Any) -> None:
    grace.buy_label("1042", at=at(2, 10, 30))
    grace.void("1042", at=at(2, 11))
    assert ask("/v2/labels")["labels"] == [
        LABEL | {"status": "voided", "voided": True, "voided_at": "2026-03-02T11:00:00.12Z", "void_type": "manual"}
    ]


def test_a_label_for_two_packages_has_two_numbers_of_which_it_shows_the_first(grace: FakeShipStation, ask: Any) -> None:
    grace.buy_label("1042", packages=2, at=at(2, 10, 30))
    (package,) = LABEL["packages"]
    second = {"package_id": 190000002, "sequence": 2, "tracking_number": "9400136208303700000002"}
    assert ask("/v2/labels")["labels"] == [LABEL | {"packages": [package, package | second]}]


def test_a_label_that_is_processing_or_failed_has_no_number(grace: FakeShipStation, ask: Any) -> None:
    grace.buy_label("1042", processing=True, at=at(2, 10, 30))
    grace.buy_label("1042", error=True, at=at(2, 10, 30))
    (package,) = LABEL["packages"]
    numberless = LABEL | {
        "tracking_number": None,
        "tracking_url": None,
        "packages": [package | {"tracking_number": None}],
    }
    assert ask("/v2/labels")["labels"] == [
        numberless | {"label_id": "se-350002", "status": "error", "tracking_status": "error"},
        numberless | {"status": "processing", "tracking_status": "unknown"},
    ]


def test_a_parcel_without_a_scan_has_no_events_and_no_dates(grace: FakeShipStation, ask: Any) -> None:
    grace.buy_label("1042", at=at(2, 10, 30))
    assert ask("/v2/labels/se-350001/track") == NO_SCAN


def test_a_parcel_that_usps_delivered_shows_the_newest_event_first_and_on_top(grace: FakeShipStation, ask: Any) -> None:
    grace.buy_label("1042", at=at(2, 10, 30))
    grace.scan("1042", city="Portland", state="OR", at=at(3, 2))
    grace.deliver("1042", at=at(5, 19, 47, 30, 250_000))
    tracking = ask("/v2/labels/se-350001/track")
    assert tracking == DELIVERED_BY_USPS
    assert list(tracking) == list(DELIVERED_BY_USPS)
    assert list(tracking["events"][0]) == list(DELIVERED_BY_USPS["events"][0])
    assert ask("/v2/labels/se-350001")["tracking_status"] == "delivered"


def test_ups_reports_a_label_as_accepted_under_a_code_that_says_otherwise(grace: FakeShipStation, ask: Any) -> None:
    grace.buy_label("1042", carrier="ups", at=at(2, 10, 30))
    assert ask("/v2/labels/se-350001/track") == LABEL_MADE_BY_UPS


def test_ups_tells_movements_by_its_own_code_only(grace: FakeShipStation, ask: Any) -> None:
    grace.buy_label("1042", carrier="ups", at=at(2, 10, 30))
    grace.out_for_delivery("1042", at=at(4, 13))
    event = ask("/v2/labels/se-350001/track")["events"][0]
    assert {key: event[key] for key in event if key.endswith("_code") and key != "postal_code"} == {
        "country_code": "US",
        "event_code": "OT",
        "carrier_detail_code": "OT",
        "status_code": "IT",
        "carrier_status_code": "I",
        "status_detail_code": None,
    }


def test_fedex_gives_dates_without_a_zone_and_another_carrier_code_than_the_label(
    grace: FakeShipStation, ask: Any
) -> None:
    grace.buy_label("1042", carrier="fedex", at=at(2, 10, 30))
    grace.exception("1042", at=at(4, 11))
    assert ask("/v2/labels/se-350001/track") == DELAYED_BY_FEDEX
    assert ask("/v2/labels/se-350001")["carrier_code"] == "fedex"


def test_a_fulfillment_has_a_display_name_and_neither_a_link_nor_events(grace: FakeShipStation, ask: Any) -> None:
    grace.mark_shipped("1042", tracking_number="771299990000", at=at(2, 14, 11, 9))
    assert ask("/v2/fulfillments")["fulfillments"] == [FULFILLMENT]
    assert list(ask("/v2/fulfillments")["fulfillments"][0]) == list(FULFILLMENT)


def test_a_fulfillment_may_be_delivered_and_may_be_voided(grace: FakeShipStation, ask: Any) -> None:
    fulfillment = grace.mark_shipped("1042", tracking_number="771299990000", delivered_at=at(4, 8), at=at(2, 14, 11, 9))
    grace.void(fulfillment, at=at(5, 8))
    assert ask("/v2/fulfillments")["fulfillments"] == [
        FULFILLMENT
        | {
            "delivered_at": "2026-03-04T08:00:00Z",
            "voided": True,
            "void_requested": True,
            "voided_at": "2026-03-05T08:00:00.12Z",
        }
    ]


def test_a_number_that_nobody_knows_is_tracked_as_unknown(fake: FakeShipStation, ask: Any) -> None:
    fake.tracking_plan = True
    assert ask("/v2/tracking?carrier_code=ups&tracking_number=400000000000") == UNKNOWN_NUMBER


def test_the_parts_of_a_split_share_number_and_label_reference_and_only_the_first_has_the_amount(
    grace: FakeShipStation, ask: Any
) -> None:
    for part in grace.split("1042", at=at(1, 10)):
        grace.buy_label(part)
    shipments = ask("/v2/shipments?sort_dir=asc")["shipments"]
    assert [(each["shipment_number"], each["amount_paid"]["amount"]) for each in shipments] == [
        ("1042", 18.0),
        ("1042", 0.0),
    ]
    labels = ask("/v2/labels?sort_dir=asc")["labels"]
    assert [(each["shipment_id"], each["external_shipment_id"]) for each in labels] == [
        ("se-250001", "SEAuto-250001"),
        ("se-250002", "SEAuto-250001"),
    ]


def test_extra_keys_stand_in_place_of_what_the_fake_would_say(fake: FakeShipStation, ask: Any) -> None:
    fake.add_order("7", extra={"store_id": None, "misspelt_key": 1})
    label = fake.buy_label("7", extra={"carrier_code": "ontrac"}, tracking_extra={"carrier_code": "ontrac"})
    fake.scan(label, extra={"occurred_at": "yesterday"})
    fulfillment = fake.mark_shipped("7", extra={"voided": None})
    assert fulfillment.fulfillment_id == "se-450001"
    shipment = ask("/v2/shipments/se-250001")
    assert (shipment["store_id"], shipment["misspelt_key"]) == (None, 1)
    assert ask("/v2/labels/se-350001")["carrier_code"] == "ontrac"
    tracking = ask("/v2/labels/se-350001/track")
    assert (tracking["carrier_code"], tracking["events"][0]["occurred_at"]) == ("ontrac", "yesterday")
    assert ask("/v2/fulfillments")["fulfillments"][0]["voided"] is None


def test_text_goes_out_as_utf_8_and_what_utf_8_cannot_carry_is_escaped(fake: FakeShipStation) -> None:
    fake.add_order("1", recipient="Zoë")
    key = {"API-Key": fake.api_key}
    assert "Zoë".encode() in fake.handle("GET", "/v2/shipments", key).body
    fake.add_order("2\ud800")
    body = fake.handle("GET", "/v2/shipments", key).body
    assert rb"2\ud800" in body
    assert json.loads(body)["shipments"][0]["shipment_number"] == "2\ud800"


def test_an_unnamed_signer_is_empty_and_a_named_one_is_shown(fake: FakeShipStation, ask: Any) -> None:
    fake.add_order("1")
    fake.deliver("1", signed_by="J DOE")
    fake.add_order("2", carrier="fedex")
    fake.deliver("2", signed_by="S RIVERA")
    assert ask("/v2/labels/se-350001/track")["events"][0]["signer"] == "J DOE"
    assert ask("/v2/labels/se-350002/track")["events"][0]["signer"] == "S RIVERA"
