"""The sandbox holds the same orders every time, and each has the life that its page promises."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shipstation_aissist.testing import FakeShipStation, sandbox


@pytest.fixture
def fake() -> FakeShipStation:
    return sandbox()


@pytest.mark.parametrize(
    ("number", "statuses", "tracked"),
    [
        ("12345", ["label_purchased"], [("DE", "DELIVERED")]),
        ("12346", ["label_purchased"], [("IT", None)]),
        ("12347", ["label_purchased"], [("EX", "CARRIER_DELAYS")]),
        ("12348", ["pending"], []),
        ("12349", ["label_purchased", "label_purchased"], [("IT", "IN_TRANSIT"), ("DE", "DELIVERED")]),
        ("12350", ["label_purchased"], []),
        ("12351", ["on_hold"], []),
        ("12352", ["cancelled"], []),
        ("12353", ["label_purchased"], [("EX", "RETURN_TO_SENDER")]),
    ],
)
def test_each_sample_order_has_its_life(ask: Any, number: str, statuses: list[str], tracked: Any) -> None:
    shipments = ask(f"/v2/shipments?shipment_number={number}")["shipments"]
    assert [shipment["shipment_status"] for shipment in shipments] == statuses
    labels = [label for each in shipments for label in ask(f"/v2/labels?shipment_id={each['shipment_id']}")["labels"]]
    tracking = [ask(f"/v2/labels/{label['label_id']}/track") for label in labels]
    assert [(each["status_code"], each["status_detail_code"]) for each in tracking] == tracked


def test_the_first_order_shows_a_whole_journey(ask: Any) -> None:
    tracking = ask("/v2/labels/se-350001/track")
    assert tracking["actual_delivery_date"] == "2026-01-08T16:40:00Z"
    assert [(each["occurred_at"], each["description"], each["city_locality"]) for each in tracking["events"]] == [
        ("2026-01-08T16:40:00Z", "Delivered, In/At Mailbox", "GREENWOOD"),
        ("2026-01-08T13:40:00Z", "Out for Delivery", "GREENWOOD"),
        ("2026-01-08T13:36:00Z", "Arrived at Post Office", "GREENWOOD"),
        ("2026-01-07T07:52:00Z", "Arrived at USPS Regional Facility", "COLUMBIA"),
        ("2026-01-06T22:30:00Z", "USPS in possession of item", "COLUMBIA"),
    ]


def test_the_order_that_was_shipped_elsewhere_has_a_number_and_no_label(ask: Any) -> None:
    (fulfillment,) = ask("/v2/fulfillments?shipment_number=12350")["fulfillments"]
    assert (fulfillment["tracking_number"], fulfillment["fulfillment_carrier_friendly_name"]) == (
        "771234567899",
        "FedEx",
    )


def test_it_is_the_same_every_time_and_takes_a_key_and_a_plan() -> None:
    bodies = set()
    for _ in range(2):
        fake = sandbox("my-key", tracking_plan=True)
        bodies.add(fake.handle("GET", "/v2/shipments", {"API-Key": "my-key"}).body)
        reply = fake.handle("GET", "/v2/tracking?carrier_code=ups&tracking_number=1", {"API-Key": "my-key"})
        assert json.loads(reply.body)["status_code"] == "UN"
    assert len(bodies) == 1
