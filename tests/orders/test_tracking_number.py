"""An order by the number of one of its parcels (R14), without I/O and on the fake."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shipstation_aissist import AmbiguousOrderError, OrderNotFoundError, TrackOrderAction
from shipstation_aissist.errors import APIError, BadRequestError, InternalServerError, PermissionDeniedError
from shipstation_aissist.models import Fulfillment, Label
from shipstation_aissist.orders.parcel_number import labels_to_see, newest_of, replacement_of
from shipstation_aissist.testing import FakeShipStation
from support import wire_samples as wire
from support.flows import NOW, Account

NUMBER, OTHER = "9400110000000000000001", "9400110000000000000002"
RECENT, OLD = "2026-03-02T08:00:00Z", "2025-10-01T08:00:00Z"
MOVING = {"status_code": "IT", "status_detail_code": "IN_TRANSIT"}
ON_ITS_WAY: dict[str, Any] = {**MOVING, "actual_delivery_date": None, "events": [wire.event(**MOVING)]}
BY_NUMBER: dict[str, Any] = {"order_key": "tracking_number"}

# --- which record is meant -------------------------------------------------------------------------------------------


def label(label_id: str, shipment_id: str, days_ago: float, **changes: Any) -> Label:
    made = NOW - timedelta(days=days_ago)
    return Label(label_id=label_id, shipment_id=shipment_id, created_at=made, tracking_number=NUMBER, **changes)


@pytest.mark.parametrize(
    ("labels", "meant"),
    [
        ([label("a", "se-1", 400)], "a"),  # one shipment: as old as it may be
        ([label("a", "se-1", 400), label("b", "se-1", 300)], "b"),
        ([label("a", "se-1", 3), label("b", "se-2", 5)], "a"),
        ([label("a", "se-1", 121), label("b", "se-2", 119)], "b"),
        ([label("a", "se-1", 120), label("b", "se-2", 500)], "a"),
        ([label("a", "se-1", 121), label("b", "se-2", 122)], None),
        ([label("a", "se-1", 3, voided=True), label("b", "se-2", 5)], "b"),
        ([label("a", "se-1", 3, voided=True), label("b", "se-2", 200)], "a"),  # of long ago: another's
        ([label("a", "se-1", 3, voided=True), label("b", "se-2", 5, voided=True)], "a"),
    ],
)
def test_r14_of_several_shipments_with_a_number_the_newest_of_the_last_120_days_is_meant(
    labels: list[Label], meant: str | None
) -> None:
    for order in (labels, labels[::-1]):
        newest = newest_of(order, NOW)
        assert (newest and newest.label_id) == meant


def test_r14_a_record_without_a_date_is_not_of_the_last_120_days() -> None:
    dated = Fulfillment(fulfillment_id="se-1", shipment_id="se-1", ship_date=datetime(2026, 3, 1))
    undated = Fulfillment(fulfillment_id="se-2", shipment_id="se-2")
    assert newest_of([undated, dated], NOW) is dated
    assert newest_of([undated, Fulfillment(fulfillment_id="se-3", shipment_id="se-3")], NOW) is None
    voided = Fulfillment(
        fulfillment_id="se-4", shipment_id="se-4", ship_date=datetime(2026, 3, 2, tzinfo=UTC), voided=True
    )
    assert newest_of([voided, dated], NOW) is dated


def other_number(label_id: str, days_ago: float, **changes: Any) -> Label:
    made = NOW - timedelta(days=days_ago)
    return Label(label_id=label_id, shipment_id="se-1", created_at=made, tracking_number=OTHER, **changes)


def test_r14_the_later_live_label_of_a_voided_numbers_shipment_replaces_it() -> None:
    voided = label("a", "se-1", 9, voided=True)
    later, latest = other_number("b", 5), other_number("c", 2)
    sister = other_number("d", 10)
    assert replacement_of([latest, later, voided, sister], NUMBER) is latest
    assert labels_to_see([latest, later, voided, sister], NUMBER) == [latest, voided]
    assert replacement_of([sister, voided], NUMBER) is None
    assert replacement_of([later, label("a", "se-1", 9)], NUMBER) is None  # it is not voided
    assert replacement_of([other_number("e", 1, voided=True), voided], NUMBER) is None
    assert replacement_of([other_number("e", 1, is_return_label=True), voided], NUMBER) is None
    assert replacement_of([later], NUMBER) is None


# --- the flow --------------------------------------------------------------------------------------------------------


def split_order(**answers: Any) -> Account:
    """Order A-100 in two shipments with a parcel each, NUMBER delivered and OTHER on its way."""
    labels = answers.get("labels", [wire.label(), wire.label("se-8002", "se-7002", OTHER)])
    shipments = answers.get("shipments", [wire.shipment(), wire.shipment("se-7002")])

    def labels_for(query: dict[str, str]) -> Any:
        if isinstance(labels, APIError):
            return labels
        asked = query.get("tracking_number")
        number = (asked or "").replace(" ", "")
        return wire.page(
            "labels",
            [
                each
                for each in labels
                if (
                    number in {each["tracking_number"], "ALT7"}
                    if asked
                    else each["shipment_id"] == query["shipment_id"]
                )
            ],
        )

    def fulfillments_for(query: dict[str, str]) -> Any:
        found = answers.get("fulfillments", [])
        if isinstance(found, APIError):
            return found
        name = "tracking_number" if "tracking_number" in query else "shipment_id"
        return wire.page("fulfillments", [each for each in found if each[name] == query[name]])

    return Account(
        {
            "labels": labels_for,
            "fulfillments": fulfillments_for,
            "shipments": lambda query: wire.page(
                "shipments", [each for each in shipments if each["shipment_number"] == query.get("shipment_number")]
            ),
            **{f"shipments/{each['shipment_id']}": each for each in shipments},
            "labels/se-8001/track": wire.tracking(),
            "labels/se-8002/track": wire.tracking(None, **ON_ITS_WAY),
        }
    )


def numbers_in(response: Any) -> list[str | None]:
    return [parcel.tracking_number for parcel in response.parcels]


def test_r14_who_knows_only_a_number_sees_that_parcel_and_nothing_of_its_siblings() -> None:
    asked = split_order()
    response = asked.track(NUMBER, **BY_NUMBER)
    assert (numbers_in(response), response.state, response.warnings) == ([NUMBER], "delivered", ())
    assert (response.order_number, response.matched_by, response.order_id) == ("A-100", "tracking_number", NUMBER)
    assert asked.rounds == [["labels"], ["shipments/se-7001"], ["labels"], ["labels/se-8001/track"]]
    assert OTHER not in response.to_json("full")
    assert split_order().track(OTHER, **BY_NUMBER).state == "in_transit"


def test_r14_siblings_in_the_same_shipment_are_not_seen_either() -> None:
    asked = split_order(labels=[wire.label(), wire.label("se-8002", number=OTHER, created_at="soon")])
    response = asked.track(NUMBER, **BY_NUMBER)
    assert (numbers_in(response), response.state, response.warnings) == ([NUMBER], "delivered", ())
    assert "labels/se-8002/track" not in [path for path, _ in asked.asked]


@pytest.mark.parametrize("check", [{"postal_code": "04101"}, {"email": "ROBIN@example.com"}])
def test_r14_with_a_recipient_check_that_matches_the_whole_order_is_answered(check: dict[str, Any]) -> None:
    shipments = [wire.shipment(each, ship_to={"email": "robin@example.com"}) for each in ("se-7001", "se-7002")]
    response = split_order(shipments=shipments).track(NUMBER, **check, **BY_NUMBER)
    assert (sorted(map(str, numbers_in(response))), response.state) == ([NUMBER, OTHER], "partially_delivered")
    assert (response.order_number, response.matched_by) == ("A-100", "tracking_number")


def test_r14_a_sibling_of_another_recipient_is_left_out_with_a_warning() -> None:
    stranger = wire.shipment("se-7002", ship_to={"postal_code": "10001"})
    response = split_order(shipments=[wire.shipment(), stranger]).track(NUMBER, "04101", **BY_NUMBER)
    assert (numbers_in(response), response.state) == ([NUMBER], "delivered")
    assert len(response.warnings) == 1


@pytest.mark.parametrize(
    ("typed", "order_key"),
    [
        (NUMBER, "auto"),
        ("9400 1100 0000 0000 0000 01", "auto"),
        ("9400 1100 0000 0000 0000 01", "tracking_number"),
        (f"No. {NUMBER}.", "tracking_number"),
    ],
)
def test_r14_a_number_is_found_however_it_is_typed_and_at_the_end_of_the_chain(typed: str, order_key: str) -> None:
    response = split_order().track(typed, order_key=order_key)
    assert (response.order_id, numbers_in(response), response.matched_by) == (typed, [NUMBER], "tracking_number")


def test_r14_the_number_of_a_last_mile_carrier_is_the_labels_too() -> None:
    last_mile = wire.label(alternative_identifiers=[{"type": "last_mile", "value": "ALT7"}])
    assert numbers_in(split_order(labels=[last_mile]).track("ALT7", **BY_NUMBER)) == [NUMBER]


def test_r14_labels_that_the_api_returned_without_having_the_number_are_dropped() -> None:
    asked = split_order()
    asked.answers = {**asked.answers, "labels": wire.page("labels", [wire.label(number=OTHER)])}
    with pytest.raises(OrderNotFoundError):
        asked.track(NUMBER, **BY_NUMBER)
    assert ("R3", "se-8001") in asked.dropped()


def test_r14_a_parcel_that_was_shipped_elsewhere_is_found_by_its_number() -> None:
    elsewhere = wire.fulfillment(delivered_at="2026-03-05T10:00:00Z", ship_to=wire.shipment()["ship_to"])
    sibling = wire.fulfillment("se-9002", tracking_number="770000000002")
    for order_key in ("auto", "tracking_number"):
        asked = split_order(labels=[], fulfillments=[elsewhere, sibling])
        response = asked.track("770000000001", order_key=order_key)
        assert (numbers_in(response), response.state) == (["770000000001"], "delivered")
    whole = split_order(labels=[], fulfillments=[elsewhere, sibling]).track("770000000001", "04101", **BY_NUMBER)
    assert numbers_in(whole) == ["770000000001", "770000000002"]


def test_r14_the_replacement_of_a_voided_label_is_shown_and_named() -> None:
    voided = wire.label(voided=True, created_at="2026-03-01T08:00:00Z")
    for check in (None, "04101"):
        asked = split_order(labels=[wire.label("se-8002", number=OTHER), voided], shipments=[wire.shipment()])
        response = asked.track(NUMBER, check, **BY_NUMBER)
        assert response.tracking is not None
        assert (response.tracking.tracking_number, response.state) == (OTHER, "in_transit")
        replaced = {parcel.tracking_number: parcel.replaced_by for parcel in response.parcels}
        assert replaced == {OTHER: None, NUMBER: OTHER}


def test_r14_the_number_of_a_return_tells_of_that_parcel() -> None:
    way_back = wire.label(is_return_label=True, tracking_status="delivered")
    response = split_order(labels=[wire.label("se-8002", number=OTHER), way_back]).track(NUMBER, **BY_NUMBER)
    assert response.tracking is not None
    assert (numbers_in(response), response.tracking.is_return_label) == ([NUMBER], True)


def test_r14_several_old_shipments_with_one_number_are_ambiguous() -> None:
    labels = [wire.label(created_at=OLD), wire.label("se-8002", "se-7002", created_at=OLD)]
    with pytest.raises(AmbiguousOrderError):
        split_order(labels=labels).track(NUMBER, **BY_NUMBER)
    labels[1]["created_at"] = RECENT
    assert split_order(labels=labels).track(NUMBER, **BY_NUMBER).parcels[0].label_id == "se-8002"


HERE, THERE = {"postal_code": "04101", "country_code": "US"}, {"postal_code": "10001", "country_code": "US"}


def test_r14_with_a_check_only_labels_that_may_be_the_recipients_count() -> None:
    labels = [
        wire.label(created_at=OLD, ship_to=HERE),
        wire.label("se-8002", "se-7002", created_at=OLD, ship_to=THERE),
    ]
    response = split_order(labels=labels, shipments=[wire.shipment(), wire.shipment("se-7002", "B-1")]).track(
        NUMBER, "04101", **BY_NUMBER
    )
    assert [parcel.label_id for parcel in response.parcels] == ["se-8001"]
    labels[1]["ship_to"] = HERE
    with pytest.raises(AmbiguousOrderError):
        split_order(labels=labels).track(NUMBER, "04101", **BY_NUMBER)


@pytest.mark.parametrize("order_key", ["auto", "tracking_number"])
@pytest.mark.parametrize("check", [{"postal_code": "99999"}, {"email": "other@example.com"}])
@pytest.mark.parametrize(
    "account",
    [
        {},
        {"labels": [wire.label(created_at=OLD), wire.label("se-8002", "se-7002", NUMBER, created_at=OLD)]},
        {"labels": [wire.label(ship_to=HERE), wire.label("se-8002", "se-7002", NUMBER, ship_to=HERE)]},
        {"labels": [], "fulfillments": [wire.fulfillment(tracking_number=NUMBER)]},
        {"labels": [], "fulfillments": [wire.fulfillment(tracking_number=NUMBER, ship_to=HERE)]},
    ],
)
def test_r5_a_wrong_check_cannot_be_told_from_an_unknown_tracking_number(
    order_key: str, check: dict[str, Any], account: dict[str, Any]
) -> None:
    told = []
    for asked in (split_order(**account), split_order(labels=[], fulfillments=[])):
        with pytest.raises(OrderNotFoundError) as caught:
            asked.track(NUMBER, order_key=order_key, **check)
        told.append((str(caught.value), len(asked.asked)))
    assert told[0] == told[1]
    assert told[0][1] == (4 if order_key == "auto" else 2)


def test_r14_a_refusal_is_no_match_where_the_step_is_optional_and_is_raised_where_it_is_not() -> None:
    refusal = BadRequestError(status_code=400)
    with pytest.raises(OrderNotFoundError):
        split_order(labels=refusal, fulfillments=PermissionDeniedError(status_code=403)).track(NUMBER)
    with pytest.raises(BadRequestError):
        split_order(labels=refusal).track(NUMBER, **BY_NUMBER)
    with pytest.raises(OrderNotFoundError):
        split_order(labels=[], fulfillments=refusal).track(NUMBER, **BY_NUMBER)
    for broken in (
        {"labels": InternalServerError(status_code=500)},
        {"labels": [], "fulfillments": InternalServerError(status_code=500)},
    ):
        with pytest.raises(InternalServerError):
            split_order(**broken).track(NUMBER)


@pytest.mark.parametrize("shipment_id", [None, "..", "se-7009"])
def test_r14_a_label_that_leads_to_no_shipment_is_not_found(shipment_id: str | None) -> None:
    asked = split_order(labels=[wire.label(shipment_id=shipment_id)])
    asked.answers = {**asked.answers, "shipments/se-7009": wire.shipment()}
    with pytest.raises(OrderNotFoundError):
        asked.track(NUMBER, **BY_NUMBER)


def test_r14_a_parcel_of_another_store_than_the_actions_is_not_found() -> None:
    with pytest.raises(OrderNotFoundError):
        split_order().track(NUMBER, store_id="se-32", **BY_NUMBER)
    assert split_order().track(NUMBER, store_id="31", **BY_NUMBER).state == "delivered"


# --- on the fake -----------------------------------------------------------------------------------------------------


def test_r14_a_customer_who_types_a_tracking_number_is_answered_about_that_parcel() -> None:
    fake = FakeShipStation()
    order = fake.add_order("1001", postal_code="29646", email="robin@example.com")
    here, there = fake.split(order)
    first, second = fake.buy_label(here), fake.buy_label(there)
    fake.deliver(first)
    fake.scan(second)
    with fake.client() as client:
        action = TrackOrderAction(client)
        alone = action.run(str(first.tracking_number))
        assert (numbers_in(alone), alone.state, alone.order_number) == ([first.tracking_number], "delivered", "1001")
        whole = action.run(str(first.tracking_number), email="Robin@Example.com")
        assert (len(whole.parcels), whole.state, whole.matched_by) == (2, "partially_delivered", "tracking_number")
        for check in ({"postal_code": "10001"}, {"email": "other@example.com"}):
            fake.reset_calls()
            with pytest.raises(OrderNotFoundError):
                action.run(str(first.tracking_number), **check)
            assert len(fake.calls) == 4
