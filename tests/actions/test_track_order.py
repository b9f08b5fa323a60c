"""The documented answer, through the public client and over ``responses``."""

from __future__ import annotations

import json
from typing import Any

import pytest
import responses

from shipstation_aissist import ShipStationClient, TrackOrderAction
from shipstation_aissist.testing import sandbox
from support import wire_samples as wire

BASE = "https://api.shipstation.com/v2"


def test_a_single_parcel_order_prints_the_documented_json_with_three_get_requests() -> None:
    with responses.RequestsMock() as mocked:
        mocked.get(f"{BASE}/shipments", json=wire.page("shipments", [wire.shipment()]))
        mocked.get(f"{BASE}/labels", json=wire.page("labels", [wire.label()]))
        mocked.get(f"{BASE}/labels/se-8001/track", json=wire.tracking())
        with ShipStationClient("key") as client:
            printed = TrackOrderAction(client).run("A-100").to_json(indent=2)
        assert [call.request.method for call in mocked.calls] == ["GET", "GET", "GET"]
    expected = {
        "shipstation": {
            "order_id": "A-100",
            "tracking": {
                "tracking_number": "9400110000000000000001",
                "tracking_url": "https://tools.usps.com/go/TrackConfirmAction?tLabels=9400110000000000000001",
                "status_description": "Delivered",
                "carrier_status_description": "Left with individual",
                "ship_date": "2026-03-02T20:10:00Z",
                "actual_delivery_date": "2026-03-04T18:30:00Z",
                "events": [
                    {
                        "carrier_occurred_at": "2026-03-04T13:30:00",
                        "description": "Left with individual",
                        "city_locality": "PORTLAND",
                        "state_province": "ME",
                        "postal_code": "04101",
                        "carrier_status_description": "Left with individual",
                    }
                ],
            },
        }
    }
    assert printed == json.dumps(expected, indent=2)


def test_with_every_value_changed_the_documented_json_changes_with_them() -> None:
    scan = wire.event(
        "2025-11-30T23:59:59.987Z",
        carrier_occurred_at="2025-12-01T08:59:59.987+09:00",
        description="Zugestellt, Köln",
        city_locality="KÖLN",
        state_province="",
        postal_code=None,
        carrier_status_description="Zugestellt",
        status_code="IT",
        status_detail_code=None,
    )
    reply = wire.tracking(
        "00340434161094021501",
        tracking_url=None,
        status_code="IT",
        status_detail_code="IN_TRANSIT",
        carrier_code="dpd",
        status_description="Unterwegs",
        carrier_status_description="",
        ship_date="2025-11-29T00:00:00",
        actual_delivery_date=None,
        events=[scan],
    )
    with responses.RequestsMock() as mocked:
        mocked.get(f"{BASE}/shipments", json=wire.page("shipments", [wire.shipment("se-1", "#b/9 ü")]))
        mocked.get(
            f"{BASE}/labels",
            json=wire.page(
                "labels",
                [
                    wire.label(
                        "se-2",
                        "se-1",
                        "00340434161094021501",
                        tracking_url="",
                        created_at="2025-11-28T10:00:00Z",
                    )
                ],
            ),
        )
        mocked.get(f"{BASE}/labels/se-2/track", json=reply)
        printed = TrackOrderAction(ShipStationClient("key")).run(" #B/9 Ü ").to_json()
    assert json.loads(printed) == {
        "shipstation": {
            "order_id": " #B/9 Ü ",
            "tracking": {
                "tracking_number": "00340434161094021501",
                "tracking_url": "https://tracking.dpd.de/status/en_US/parcel/00340434161094021501",
                "status_description": "Unterwegs",
                "carrier_status_description": None,
                "ship_date": "2025-11-29T00:00:00",
                "actual_delivery_date": None,
                "events": [
                    {
                        "carrier_occurred_at": "2025-12-01T08:59:59+09:00",
                        "description": "Zugestellt, Köln",
                        "city_locality": "KÖLN",
                        "state_province": None,
                        "postal_code": None,
                        "carrier_status_description": "Zugestellt",
                    }
                ],
            },
        }
    }


def test_nothing_is_sent_for_an_order_id_that_cannot_be_one() -> None:
    with responses.RequestsMock() as mocked:
        action = TrackOrderAction(ShipStationClient("key"), order_id_pattern=r"SHOPIFY-(\d+)")
        with pytest.raises(ValueError, match=r"SHOPIFY-"):
            action.run("WOO-1")
        assert len(mocked.calls) == 0


def test_the_id_that_is_looked_up_is_the_patterns_group_while_the_answer_names_the_callers() -> None:
    with responses.RequestsMock() as mocked:
        mocked.get(
            f"{BASE}/shipments",
            json=wire.page("shipments", [wire.shipment(number="77")]),
            match=[responses.matchers.query_param_matcher({"shipment_number": "77"}, strict_match=False)],
        )
        mocked.get(f"{BASE}/labels", json=wire.page("labels", []))
        mocked.get(f"{BASE}/fulfillments", json=wire.page("fulfillments", []))
        response = TrackOrderAction(ShipStationClient("key"), order_id_pattern=r"SHOPIFY-(\d+)").run("SHOPIFY-77")
    assert response.to_dict() == {"shipstation": {"order_id": "SHOPIFY-77", "tracking": None}}


@pytest.mark.parametrize("wrong", [{"page": "1"}, {"page": True}, {"total": "1"}, {"total": 1.0}])
def test_a_count_of_a_list_that_no_rule_reads_costs_nobody_the_order_and_is_named_once(wrong: dict[str, Any]) -> None:
    fake = sandbox()
    fake.rewrite(lambda body: {**body, **wrong} if "pages" in body else body, path="/shipments")
    response = TrackOrderAction(fake.client()).run("12345")
    assert response.state == "delivered"
    (name,) = wrong
    assert response.warnings == (
        f"A value of a list of ShipStation cannot be read ($.{name}): it is taken as not given.",
    )
