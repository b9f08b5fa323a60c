"""Rare lives: returns, voids that hardly show, numbers in other forms, replies without detail codes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from shipstation_aissist.testing import FakeItem, FakeShipStation, FakeUsageError


def names(record: Any) -> list[str]:
    return [item["name"] for item in record["items"]]


def test_the_parts_of_an_order_share_its_items_out(fake: FakeShipStation, ask: Any) -> None:
    fake.add_order("1", items=("Mug", "Plate", "Bowl"), shipments=2)
    assert [names(each) for each in ask("/v2/shipments?sort_dir=asc")["shipments"]] == [["Mug", "Bowl"], ["Plate"]]
    fake.add_order("2", items=("Mug", "Plate"))
    fake.split("2")
    assert [names(each) for each in ask("/v2/shipments?shipment_number=2&sort_dir=asc")["shipments"]] == [
        ["Mug"],
        ["Plate"],
    ]


def test_fewer_items_than_parts_are_in_every_part(fake: FakeShipStation, ask: Any) -> None:
    fake.add_order("1", items=("Mug",), shipments=2)
    assert [names(each) for each in ask("/v2/shipments")["shipments"]] == [["Mug"], ["Mug"]]


def test_a_split_may_say_what_goes_where(fake: FakeShipStation, ask: Any) -> None:
    fake.add_order("1", items=(FakeItem("Mug", "M-1", 3),))
    fake.split("1", items=[[FakeItem("Mug", "M-1", 2)], [FakeItem("Mug", "M-1", 1)]])
    shipments = ask("/v2/shipments?sort_dir=asc")["shipments"]
    assert [(item["sku"], item["quantity"]) for each in shipments for item in each["items"]] == [("M-1", 2), ("M-1", 1)]
    fake.add_order("2")
    with pytest.raises(FakeUsageError, match="items for each part"):
        fake.split("2", into=3, items=[["Mug"], ["Plate"]])


def test_an_order_has_the_days_by_which_it_should_leave_and_arrive(fake: FakeShipStation, ask: Any) -> None:
    fake.add_order("1", ship_by=datetime(2026, 1, 16, tzinfo=UTC), deliver_by=datetime(2026, 1, 20, 18, tzinfo=UTC))
    fake.split("1")
    for record in ask("/v2/shipments")["shipments"]:
        assert (record["ship_by_date"], record["deliver_by_date"]) == ("2026-01-16T00:00:00Z", "2026-01-20T00:00:00Z")


def test_a_return_shipment_has_the_orders_number_and_goes_to_the_shop(fake: FakeShipStation, ask: Any) -> None:
    order = fake.add_order("1", items=("Mug",))
    back = fake.add_return_shipment("1")
    label = fake.buy_label(back)
    fake.scan("1")
    fake.scan(label)
    record = ask(f"/v2/shipments/{back.shipment_id}")
    assert (record["is_return"], record["shipment_number"], names(record)) == (True, "1", ["Mug"])
    assert record["ship_to"]["name"] != order.recipient.name
    assert ask("/v2/shipments/se-250001")["is_return"] is False
    assert len(order.shipments[0].labels) == len(back.labels) == 1


def test_a_void_may_show_in_its_date_alone(fake: FakeShipStation, ask: Any) -> None:
    fake.add_order("1")
    label = fake.buy_label("1")
    fake.scan(label)
    fake.void(label, flagged=False)
    record = ask(f"/v2/labels/{label.label_id}")
    assert (record["voided"], record["status"], record["voided_at"] is None) == (None, "completed", False)
    fulfillment = fake.mark_shipped(fake.add_order("2"))
    fake.void(fulfillment, flagged=False)
    (record,) = ask("/v2/fulfillments")["fulfillments"]
    assert (record["voided"], record["voided_at"] is None) == (None, False)


def test_a_parcel_may_go_on_under_a_label_that_was_voided(fake: FakeShipStation, ask: Any) -> None:
    fake.add_order("1")
    label = fake.buy_label("1")
    fake.scan(label)
    fake.void(label)
    fake.deliver(label)
    assert ask(f"/v2/labels/{label.label_id}")["voided"] is True
    assert ask(f"/v2/labels/{label.label_id}/track")["status_code"] == "DE"


def test_a_label_for_the_way_back_may_show_in_its_rma_number_alone(fake: FakeShipStation, ask: Any) -> None:
    fake.add_order("1")
    fake.buy_label("1", rma_number="RMA-1")
    (record,) = ask("/v2/labels")["labels"]
    assert (record["is_return_label"], record["rma_number"]) == (False, "RMA-1")
    assert ask("/v2/shipments/se-250001")["shipment_status"] == "pending"


def test_further_numbers_of_a_parcel_may_be_missing_in_lists(fake: FakeShipStation, ask: Any) -> None:
    fake.add_order("1")
    label = fake.buy_label("1", alternative_numbers=["LAST-MILE"], tracked_as="LAST-MILE")
    further = [{"type": "last_mile_tracking_number", "value": "LAST-MILE"}]
    assert ask("/v2/labels?tracking_number=LAST-MILE")["labels"][0]["alternative_identifiers"] == further
    assert ask(f"/v2/labels/{label.label_id}/track")["tracking_number"] == "LAST-MILE"
    fake.lean_lists = True
    assert ask("/v2/labels")["labels"][0]["alternative_identifiers"] is None
    assert ask(f"/v2/labels/{label.label_id}")["alternative_identifiers"] == further


def test_a_carrier_that_cannot_be_tracked_refuses_to_be_asked(
    fake: FakeShipStation, ask: Any, refusal: Callable[[str], tuple[int, Any]]
) -> None:
    fake.add_order("1")
    label = fake.buy_label("1", trackable=False)
    assert ask(f"/v2/labels/{label.label_id}")["trackable"] is False
    status, error = refusal(f"/v2/labels/{label.label_id}/track")
    assert (status, error["error_code"]) == (400, "tracking_not_supported")


def test_a_classic_reply_has_no_detail_codes_and_its_events_only_the_carriers(fake: FakeShipStation, ask: Any) -> None:
    fake.add_order("1")
    label = fake.buy_label("1", classic=True)
    assert ask(f"/v2/labels/{label.label_id}/track")["events"] == []
    fake.scan(label)
    fake.out_for_delivery(label)
    record = ask(f"/v2/labels/{label.label_id}/track")
    assert (record["status_code"], record["carrier_status_code"]) == ("IT", "I")
    assert [(event["status_code"], event["event_code"]) for event in record["events"]] == [("", "OF"), ("", "10")]
    assert not any(name.endswith("detail_code") for holder in (record, *record["events"]) for name in holder)


def test_a_reply_may_tell_of_another_parcel_that_had_the_number_years_before(fake: FakeShipStation, ask: Any) -> None:
    fake.add_order("1")
    label = fake.buy_label("1")
    fake.deliver(label, at=datetime(2022, 3, 4, 15, tzinfo=UTC))
    record = ask(f"/v2/labels/{label.label_id}/track")
    assert (record["status_code"], record["actual_delivery_date"]) == ("DE", "2022-03-04T15:00:00Z")
    assert ask(f"/v2/labels/{label.label_id}")["created_at"].startswith("2026")
