"""An order's life, as a test scripts it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shipstation_aissist.testing import FakeClock, FakeShipStation, FakeUsageError

Script = Callable[[Any], object]


def track(ask: Any, label: str = "se-350001") -> Any:
    return ask(f"/v2/labels/{label}/track")


def test_an_order_that_is_scanned_and_delivered_works_as_it_stands(fake: FakeShipStation, ask: Any) -> None:
    fake.add_order("12345")
    fake.scan("12345")
    fake.deliver("12345")
    assert [event["status_code"] for event in track(ask)["events"]] == ["DE", "IT"]


@pytest.mark.parametrize("carrier", ["usps", "ups", "fedex"])
@pytest.mark.parametrize(
    ("step", "status", "detail_of_usps"),
    [
        ("accept", "AC", "RECEIVED_BY_CARRIER"),
        ("scan", "IT", "IN_TRANSIT"),
        ("out_for_delivery", "IT", "OUT_FOR_DELIVERY"),
        ("attempt_delivery", "AT", "ATTEMPTED_DELIVERY"),
        ("exception", "EX", "CARRIER_DELAYS"),
        ("return_to_sender", "EX", "RETURN_TO_SENDER"),
        ("lose", "EX", "PARCEL_LOST"),
        ("ready_for_pickup", "SP", "COLLECT_AT_LOCAL_PO"),
        ("deliver", "DE", "DELIVERED"),
    ],
)
def test_each_step_shows_its_status_on_top_and_in_its_event(
    fake: FakeShipStation, ask: Any, carrier: str, step: str, status: str, detail_of_usps: str
) -> None:
    fake.add_order("1", carrier=carrier)
    getattr(fake, step)("1")
    tracking = track(ask)
    assert (tracking["status_code"], tracking["events"][0]["status_code"]) == (status, status)
    assert tracking["status_detail_code"] == tracking["events"][0]["status_detail_code"]
    if carrier == "usps":
        assert tracking["status_detail_code"] == detail_of_usps


def test_a_parcel_that_was_returning_is_delivered_to_its_sender(fake: FakeShipStation, ask: Any) -> None:
    fake.add_order("1")
    fake.return_to_sender("1")
    fake.deliver("1")
    tracking = track(ask)
    assert (tracking["status_code"], tracking["status_detail_code"]) == ("DE", "RETURN_TO_SENDER")


def test_a_test_may_say_every_detail_of_a_scan(fake: FakeShipStation, ask: Any) -> None:
    fake.add_order("1")
    fake.scan(
        "1",
        at=datetime(2026, 1, 16, 8, tzinfo=UTC),
        description="Held at customs",
        city="Lyon",
        state=None,
        postal_code="69001",
        country_code="FR",
        status_code="UN",
        detail="HELD_BY_IMPORT_CUSTOMS",
    )
    (event,) = track(ask)["events"]
    said = {
        "occurred_at": "2026-01-16T08:00:00Z",
        "description": "Held at customs",
        "city_locality": "LYON",
        "state_province": None,
        "postal_code": "69001",
        "country_code": "FR",
        "status_code": "UN",
        "status_description": "Unknown",
        "status_detail_code": "HELD_BY_IMPORT_CUSTOMS",
    }
    assert {key: event[key] for key in said} == said


def test_a_scan_without_a_city_and_with_a_code_of_its_own_is_shown_as_it_is(fake: FakeShipStation, ask: Any) -> None:
    fake.add_order("1")
    fake.scan("1", city=None, status_code="ZZ", detail=None)
    (event,) = track(ask)["events"]
    assert (event["city_locality"], event["status_description"], event["status_detail_code"]) == (None, "ZZ", None)


def test_events_are_newest_first_and_later_ones_first_among_equals(fake: FakeShipStation, ask: Any) -> None:
    noon = datetime(2026, 1, 20, 12, tzinfo=UTC)
    fake.add_order("1")
    for description, hours in [("second", 1), ("first", 0), ("third", 1)]:
        fake.scan("1", description=description, at=noon + timedelta(hours=hours))
    tracking = track(ask)
    assert [event["description"] for event in tracking["events"]] == ["third", "second", "first"]
    assert tracking["carrier_status_description"] == "third"


def test_the_clocks_day_follows_what_is_scripted_and_nobody_has_waited() -> None:
    clock = FakeClock()
    fake = FakeShipStation(clock=clock)
    began = clock.now()
    fake.add_order("1", created_at=began - timedelta(days=30))
    assert clock.now() == began
    fake.scan("1")
    assert clock.now() == began + timedelta(hours=8)  # two to the label, six to the scan
    fake.deliver("1", at=began + timedelta(days=5))
    assert clock.now() == began + timedelta(days=5)
    assert (clock.monotonic(), clock.sleeps) == (0, [])


def test_a_label_that_a_dated_scan_buys_is_older_than_the_scan(fake: FakeShipStation) -> None:
    order = fake.add_order("1")
    scanned = fake.scan("1", at=datetime(2025, 9, 23, 12, tzinfo=UTC))
    assert order.labels[0].created_at < scanned.at


@pytest.mark.parametrize(
    ("script", "status"),
    [
        (lambda fake: None, "pending"),
        (lambda fake: fake.hold("1"), "on_hold"),
        (lambda fake: (fake.hold("1"), fake.release("1")), "pending"),
        (lambda fake: fake.buy_label("1", processing=True), "processing"),
        (lambda fake: fake.complete_label(fake.buy_label("1", processing=True)), "label_purchased"),
        (lambda fake: fake.buy_label("1", error=True), "pending"),
        (lambda fake: fake.buy_label("1"), "label_purchased"),
        (lambda fake: (fake.buy_label("1"), fake.void("1")), "pending"),
        (lambda fake: fake.add_return_label("1"), "pending"),
        (lambda fake: fake.mark_shipped("1"), "label_purchased"),
        (lambda fake: fake.void(fake.mark_shipped("1")), "pending"),
        (lambda fake: fake.cancel("1"), "cancelled"),
        (lambda fake: (fake.buy_label("1"), fake.cancel("1")), "cancelled"),
    ],
)
def test_a_shipments_status_speaks_of_its_labels(fake: FakeShipStation, ask: Any, script: Script, status: str) -> None:
    fake.add_order("1")
    script(fake)
    assert ask("/v2/shipments/se-250001")["shipment_status"] == status


def test_an_order_may_be_on_hold_from_the_start_and_until_a_day(fake: FakeShipStation, ask: Any) -> None:
    fake.add_order("1", on_hold=True)
    fake.add_order("2")
    fake.hold("2", until=datetime(2026, 2, 1, tzinfo=UTC))
    assert ask("/v2/shipments/se-250001")["shipment_status"] == "on_hold"
    assert ask("/v2/shipments/se-250002")["hold_until_date"] == "2026-02-01T00:00:00Z"


@pytest.mark.parametrize(("void", "statuses"), [(True, ["voided", "completed"]), (False, ["completed", "completed"])])
def test_a_label_may_be_printed_again_with_or_without_voiding_the_former(
    fake: FakeShipStation, void: bool, statuses: list[str]
) -> None:
    order = fake.add_order("1", carrier="ups")
    former = fake.buy_label("1", carrier="fedex")
    again = fake.reprint("1", void=void)
    assert order.labels == [former, again]
    assert [label.status for label in order.labels] == statuses
    assert (again.carrier.name, again.tracking_number) == ("fedex", "771200000002")


def test_a_processing_label_gets_a_number_for_each_package(fake: FakeShipStation) -> None:
    fake.add_order("1")
    label = fake.buy_label("1", processing=True, packages=2)
    assert label.package_numbers == [None, None]
    fake.complete_label("1", tracking_number="94001")
    assert label.package_numbers == ["94001", "9400136208303700000002"]


def test_a_return_label_is_flagged_and_travels_only_when_it_is_named(fake: FakeShipStation, ask: Any) -> None:
    fake.add_order("1")
    back = fake.add_return_label("1", carrier="ups", rma_number="RMA-7")
    fake.scan("1")
    fake.scan(back, description="On its way back")
    labels = {each["label_id"]: each for each in ask("/v2/labels")["labels"]}
    assert (labels["se-350001"]["is_return_label"], labels["se-350001"]["rma_number"]) == (True, "RMA-7")
    assert labels["se-350002"]["is_return_label"] is False
    assert track(ask, "se-350001")["carrier_status_description"] == "On its way back"


def test_a_parcel_travels_on_under_a_voided_label_or_for_a_cancelled_order_when_it_is_named(
    fake: FakeShipStation,
) -> None:
    fake.add_order("1")
    label = fake.buy_label("1")
    fake.cancel("1")
    fake.void(label)
    fake.deliver(label)
    assert label.delivered


def test_one_number_may_stand_for_several_orders(fake: FakeShipStation, ask: Any) -> None:
    first = fake.add_order("1", store_id="se-1")
    second = fake.add_order("1", store_id="se-2", postal_code=None, recipient=None)
    fake.scan(second)
    assert (first.labels, len(second.labels)) == ([], 1)
    found = ask("/v2/shipments?shipment_number=1&sort_dir=asc")["shipments"]
    assert [(each["store_id"], each["ship_to"]["postal_code"]) for each in found] == [("se-1", "29646"), ("se-2", None)]


def test_the_number_on_the_wire_may_differ_or_be_missing(fake: FakeShipStation, ask: Any) -> None:
    fake.add_order("1", shipment_number="#1")
    fake.add_order("2", shipment_number=None, external_shipment_id="api-2")
    assert fake.order("1").number == "1"
    found = ask("/v2/shipments?sort_dir=asc")["shipments"]
    assert [each["shipment_number"] for each in found] == ["#1", None]


def test_an_import_may_make_several_shipments(fake: FakeShipStation) -> None:
    order = fake.add_order("1", shipments=3, external_shipment_id="only-the-first")
    assert [each.external_shipment_id for each in order.shipments] == ["only-the-first", None, None]
    assert [each.shipment_number for each in order.shipments] == ["1", "1", "1"]


def test_a_cancelled_part_leaves_the_other_one_meant(fake: FakeShipStation) -> None:
    fake.add_order("1")
    part, other = fake.split("1")
    fake.cancel(part)
    fake.scan("1")
    assert (part.labels, len(other.labels)) == ([], 1)
    fake.cancel("1")
    assert other.cancelled


def test_with_two_labels_the_one_that_still_travels_is_meant(fake: FakeShipStation) -> None:
    fake.add_order("1")
    first = fake.buy_label("1")
    second = fake.buy_label("1")
    fake.deliver(first)
    fake.deliver("1")
    assert second.delivered


MISUSES: list[tuple[str, Script, str]] = [
    ("an unknown order", lambda fake: fake.scan("99"), r"add it first: fake.add_order\(.99.\); fake.scan\(.99.\)"),
    ("an unknown order, looked up", lambda fake: fake.order("99"), r"fake.add_order\(.99.\)"),
    ("a number as int", lambda fake: fake.scan(1), r"not 1: fake.scan\(.12345.\)"),
    ("a number as int, added", lambda fake: fake.add_order(1), r"fake.add_order\(.12345.\)"),
    ("no shipment", lambda fake: fake.add_order("2", shipments=0), r"shipments=2"),
    (
        "a carrier that the fake lacks",
        lambda fake: fake.add_order("2", carrier="dhl"),
        r"only usps, ups, fedex; .*extra=",
    ),
    ("a carrier that is none", lambda fake: fake.add_order("2", carrier=[]), r"only usps, ups, fedex"),
    ("a moment without a zone", lambda fake: fake.scan("1", at=datetime(2026, 1, 1)), r"tzinfo=UTC"),
    ("a detail that no scan has", lambda fake: fake.scan("1", town="x"), r"no town, only at, description, city"),
    ("a scan after delivery", lambda fake: (fake.deliver("1"), fake.scan("1")), r"has been delivered"),
    ("two deliveries", lambda fake: (fake.deliver("1"), fake.deliver("1")), r"has been delivered"),
    (
        "a scan of a cancelled order",
        lambda fake: (fake.cancel("1"), fake.scan("1")),
        r"is cancelled; .*fake.scan\(label",
    ),
    ("a label for a cancelled order", lambda fake: (fake.cancel("1"), fake.buy_label("1")), r"fake.add_order\("),
    ("a label for an order on hold", lambda fake: (fake.hold("1"), fake.buy_label("1")), r"fake.release\(.1.\)"),
    ("a scan of an order on hold", lambda fake: (fake.hold("1"), fake.scan("1")), r"fake.release\(.1.\)"),
    ("a label for no package", lambda fake: fake.buy_label("1", packages=0), r"packages=2"),
    ("a scan of a processing label", lambda fake: fake.scan(fake.buy_label("1", processing=True)), r"complete_label"),
    ("a scan of a failed label", lambda fake: fake.scan(fake.buy_label("1", error=True)), r"has no number"),
    ("completing a complete label", lambda fake: fake.complete_label(fake.buy_label("1")), r"processing=True"),
    ("completing no label", lambda fake: fake.complete_label("1"), r"processing=True"),
    ("voiding without a label", lambda fake: fake.void("1"), r"fake.buy_label\(.1.\); fake.void\(label\)"),
    ("voiding twice", lambda fake: [fake.void(label) for label in [fake.buy_label("1")] * 2], r"voided already"),
    ("printing nothing again", lambda fake: fake.reprint("1"), r"fake.buy_label\(.12345.\); fake.reprint"),
    ("cancelling twice", lambda fake: (fake.cancel("1"), fake.cancel("1")), r"cancelled already"),
    ("cancelling what is delivered", lambda fake: (fake.deliver("1"), fake.cancel("1")), r"is delivered"),
    ("releasing what is not on hold", lambda fake: fake.release("1"), r"is pending, not on_hold"),
    ("holding what is shipped", lambda fake: (fake.buy_label("1"), fake.hold("1")), r"is label_purchased, not pending"),
    ("marking a cancelled order", lambda fake: (fake.cancel("1"), fake.mark_shipped("1")), r"is cancelled"),
    ("splitting into one", lambda fake: fake.split("1", into=1), r"cannot be split into 1"),
    ("splitting what has a label", lambda fake: (fake.buy_label("1"), fake.split("1")), r"into two or more"),
    ("an ambiguous number", lambda fake: (fake.add_order("1", store_id="se-9"), fake.scan("1")), r"2 orders .*se-9"),
    ("an ambiguous shipment", lambda fake: (fake.split("1"), fake.scan("1")), r"2 shipments; .*fake.scan\(order.ship"),
    ("an ambiguous label", lambda fake: (fake.buy_label("1"), fake.buy_label("1"), fake.scan("1")), r"2 labels \(se-"),
    ("another fake's order", lambda fake: fake.scan(FakeShipStation().add_order("1")), r"another fake"),
    ("a way to compare that is none", lambda fake: setattr(fake, "shipment_number_match", "fuzzy"), r"= .prefix."),
    ("a quota of nothing", lambda fake: FakeShipStation(requests_per_minute=0), r"requests_per_minute=200"),
    ("a fault that is none", lambda fake: fake.fail_next("flood"), r"fake.fail_next\(429, retry_after=2\)"),
    ("a fault that is a success", lambda fake: fake.fail_next(200), r"from 300 to 599"),
    ("a fault that never happens", lambda fake: fake.fail_next(503, times=0), r"at least once"),
    (
        "a notification that is none",
        lambda fake: fake.notification("1", "VOIDED"),
        r"no notification .VOIDED., only TRACK_EVENT_V2",
    ),
    ("a notification without a label", lambda fake: fake.notification("1"), r"leads to 0"),
    ("scripting after the test", lambda fake: (fake.close(), fake.scan("1")), r"was closed .*fake_shipstation.scan"),
    ("faults after the test", lambda fake: (fake.close(), fake.fail_next(500)), r"was closed"),
]


@pytest.mark.parametrize(("script", "message"), [misuse[1:] for misuse in MISUSES], ids=[each[0] for each in MISUSES])
def test_a_misuse_is_refused_with_the_right_call_and_changes_nothing_more(
    fake: FakeShipStation, script: Script, message: str
) -> None:
    fake.add_order("1")
    with pytest.raises(FakeUsageError, match=message):
        script(fake)
    assert [order.number for order in fake.orders][:1] == ["1"]


def test_a_refused_script_call_leaves_the_clock_where_it_was(fake: FakeShipStation) -> None:
    fake.add_order("1")
    fake.deliver("1")
    then = fake.clock.now()
    with pytest.raises(FakeUsageError):
        fake.scan("1", at=then + timedelta(days=3))
    assert fake.clock.now() == then


def test_two_fakes_that_are_scripted_alike_are_alike() -> None:
    bodies = []
    for _ in range(2):
        fake = FakeShipStation()
        fake.add_order("1", carrier="ups")
        fake.scan("1")
        bodies.append(
            [fake.handle("GET", f"/v2/{path}", {"api-key": fake.api_key}).body for path in ("shipments", "labels")]
        )
    assert bodies[0] == bodies[1]


def test_entities_are_shown_in_short_without_what_they_hold_in_full(fake: FakeShipStation) -> None:
    order = fake.add_order("1")
    label = fake.buy_label("1")
    assert "shipments=['se-250001']" in repr(order)
    assert "labels=['se-350001']" in repr(order.shipments[0])
    assert "shipment='se-250001'" in repr(label)
    assert "carrier='usps'" in repr(label)
    assert "shipment='se-250001'" in repr(fake.mark_shipped("1"))
