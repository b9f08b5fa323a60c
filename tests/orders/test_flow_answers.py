"""From records to the answer: what is dropped, listed and said of it (R3, R4, R6), and what was read in part."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from shipstation_aissist.errors import (
    AmbiguousOrderError,
    BadRequestError,
    InternalServerError,
    NotFoundError,
)
from support import wire_samples as wire
from support.one_order import NUMBER, TWO_LABELS, account, labels_of, sentences, states

# --- what R3 drops ---------------------------------------------------------------------------------------------------


def test_strangers_among_shipments_labels_and_fulfillments_are_dropped_and_named() -> None:
    asked = account(
        shipments=[wire.shipment(), wire.shipment("se-7002", "B-1"), wire.shipment("se-7003", store_id="se-32")],
        labels=[wire.label("se-8009", "se-7009")],
        fulfillments=[wire.fulfillment("se-9009", "se-7009"), wire.fulfillment("se-9001")],
    )
    response = asked.track("A-100", store_id="se-31")
    assert [parcel.tracking_number for parcel in response.parcels] == ["770000000001"]
    assert sentences(asked, "R3") == [
        "Shipment se-7002 does not have this number: dropped.",
        "3 shipments returned, 2 with this number.",
        "Shipment se-7003 is of another store: dropped.",
        "Label se-8009 is of another shipment: dropped.",
        "Fulfillment se-9009 is of another shipment: dropped.",
    ]
    assert asked.dropped() == [
        ("R3", "se-7002"),
        ("R3", "se-7003"),
        ("R3", "se-8009"),
        ("R3", "se-9009"),
    ]
    assert response.warnings == ()
    assert {step.kind for step in asked.steps} == {"decision"}
    assert not any(step.warning for step in asked.steps)


def test_a_recipient_who_lives_elsewhere_is_dropped_by_r5() -> None:
    asked = account(shipments=[wire.shipment(), wire.shipment("se-7002", ship_to={"postal_code": "99999"})])
    assert asked.track("A-100", "04101").state == "delivered"
    assert sentences(asked, "R5") == [
        "Shipment se-7002 does not go to this recipient: dropped.",
        "Another shipment with this number goes to another recipient: it is not shown.",
    ]


def test_a_strangers_tracking_reply_is_a_failed_tracking() -> None:
    asked = account(track={"se-8001": wire.tracking("1Z-of-somebody-else")})
    asked.answers = {**asked.answers, "labels/se-8001": wire.label()}
    response = asked.track("A-100")
    assert response.tracking is not None
    assert (response.tracking.tracking_number, response.tracking.events) == (NUMBER, ())
    assert sentences(asked, "R3")[-1] == "The tracking reply for label se-8001 names another number: dropped."
    assert response.warnings == (
        f"Tracking of {NUMBER} could not be read (MalformedResponseError): its state is what the label says.",
    )


def test_a_label_is_read_by_its_id_for_further_numbers_before_a_tracking_reply_is_refused() -> None:
    """R3."""
    asked = account(track={"se-8001": wire.tracking("OTHER-1")})
    whole = wire.label(alternative_identifiers=[{"type": "last_mile_tracking_number", "value": "OTHER-1"}])
    asked.answers = {**asked.answers, "labels/se-8001": whole}
    response = asked.track("A-100")
    assert (response.state, response.warnings) == ("delivered", ())
    assert response.tracking is not None
    assert (response.tracking.tracking_number, response.tracking.alternative_tracking_numbers) == (NUMBER, ("OTHER-1",))
    assert asked.rounds == [["shipments"], ["labels"], ["labels/se-8001/track"], ["labels/se-8001"]]


@pytest.mark.parametrize("again", [wire.label("se-9"), wire.label(shipment_id="se-9"), NotFoundError(status_code=404)])
def test_another_label_in_place_of_the_one_that_was_read_again_changes_nothing(again: Any) -> None:
    asked = account(labels=[wire.label(tracking_status="unknown")], track={"se-8001": wire.tracking("OTHER-1")})
    if isinstance(again, dict):
        again = again | {"alternative_identifiers": [{"type": "x", "value": "OTHER-1"}]}
    asked.answers = {**asked.answers, "labels/se-8001": again}
    response = asked.track("A-100")
    assert (response.state, len(response.warnings)) == ("unknown", 1)


def test_a_tracking_reply_from_before_the_label_was_made_is_about_another_parcel() -> None:
    """R3: carriers use numbers again; what the label says of tracking may come from the same reply."""
    old = {"occurred_at": "2026-02-27T23:59:00Z", "carrier_occurred_at": None, "status_code": "DE"}
    reply = wire.tracking(NUMBER, actual_delivery_date="2026-02-27T00:00:00Z", events=[old])
    label = wire.label(created_at="2026-03-02T00:00:00Z", tracking_status="delivered")
    response = account(labels=[label], track={"se-8001": reply}).track("A-100")
    assert response.tracking is not None
    assert (response.state, response.tracking.events) == ("unknown", ())
    assert len(response.warnings) == 1
    assert "older than its label" in response.warnings[0]
    for date in ("2026-02-28T00:00:01Z", "2026-03-04T00:00:00Z"):
        newer = wire.tracking(NUMBER, actual_delivery_date=date, events=[old])
        assert account(labels=[label], track={"se-8001": newer}).track("A-100").state == "delivered"


# --- R4 and R6 together ----------------------------------------------------------------------------------------------

ELSEWHERE = {"ship_to": {"postal_code": "99999"}}


def test_cancelled_shipments_are_left_out_while_a_live_one_matches() -> None:
    shipments = [wire.shipment(), wire.shipment("se-7002", shipment_status="cancelled", **ELSEWHERE)]
    asked = account(shipments=shipments, labels=lambda query: labels_of(query["shipment_id"], "se-7001"))
    assert asked.track("A-100").state == "delivered"
    assert sentences(asked, "R6") == ["Shipment se-7002 is cancelled: ignored."]
    assert ("R6", "se-7002") in asked.dropped()


def test_a_cancelled_shipment_whose_parcel_was_scanned_is_live_and_may_be_another_customers() -> None:
    shipments = [wire.shipment(), wire.shipment("se-7002", shipment_status="cancelled", **ELSEWHERE)]
    both_scanned = {"se-8001": wire.tracking(), "se-8002": wire.tracking()}
    asked = account(
        shipments=shipments,
        labels=lambda query: labels_of(query["shipment_id"], "se-7001", "se-7002", number_of="se-8002"),
        track=both_scanned | {"se-8002": wire.tracking("22")},
    )
    with pytest.raises(AmbiguousOrderError):
        asked.track("A-100")
    assert sentences(asked, "R4") == [
        "Shipment se-7001 may be another customer's: not shown.",
        "Shipment se-7002 may be another customer's: not shown.",
    ]


NOBODY_KNOWS = {"se-8001": NotFoundError(status_code=404)}


def test_only_cancelled_shipments_are_a_cancelled_order_and_no_fulfillment_is_asked_for() -> None:
    asked = account(
        shipments=[wire.shipment(shipment_status="Canceled")], labels=[wire.label(voided=True)], track=NOBODY_KNOWS
    )
    response = asked.track("A-100")
    assert (response.state, response.tracking, states(response)) == ("cancelled", None, ["cancelled"])
    assert asked.rounds == [["shipments"], ["labels"], ["labels/se-8001/track"]]
    assert response.warnings == ("Every label of this order was voided.",)


def test_several_cancelled_shipments_of_several_customers_are_ambiguous_too() -> None:
    shipments = [
        wire.shipment(f"se-700{n}", shipment_status="cancelled", ship_to={"postal_code": f"9999{n}"}) for n in (1, 2)
    ]
    with pytest.raises(AmbiguousOrderError):
        account(shipments=shipments, labels=[]).track("A-100")


def test_voided_and_return_labels_are_listed_flagged_and_never_chosen() -> None:
    labels = [
        wire.label("se-8003", number="R3", is_return_label=True, tracking_status="delivered"),
        wire.label("se-8001"),
        wire.label("se-8002", number="V2", status="voided", tracking_status="in_transit"),
        wire.label("se-8004", number=None, status="error"),
    ]
    moving = wire.tracking(status_code="IT", status_detail_code=None, events=[])
    back = wire.tracking("R3", status_code="AC", status_detail_code="PICKED_UP", events=[])
    asked = account(labels=labels, track={"se-8001": moving, "se-8003": back})
    response = asked.track("A-100")
    assert response.state == "in_transit"
    assert response.returns == (response.parcels[0],)
    assert response.tracking is response.parcels[1]
    flags = [(each.label_id, str(each.state), each.is_return_label, each.voided) for each in response.parcels]
    assert flags == [
        ("se-8003", "accepted", True, False),
        ("se-8001", "in_transit", False, False),
        ("se-8002", "cancelled", False, True),
    ]
    assert sentences(asked, "R6") == [
        "Label se-8004 failed: dropped.",
        "Label se-8003 is a return label: listed, not chosen.",
        "Label se-8002 is voided: listed, not chosen.",
    ]
    assert [record for rule, record in asked.dropped() if rule == "R6"] == ["se-8004", "se-8003", "se-8002"]
    assert response.warnings == ()


def test_that_every_label_was_voided_is_a_warning_unless_one_is_a_return() -> None:
    asked = account(labels=[wire.label(voided=True)], track=NOBODY_KNOWS)
    voided = asked.track("A-100")
    assert (voided.state, voided.tracking) == ("not_shipped", None)
    assert voided.warnings == ("Every label of this order was voided.",)
    assert sentences(asked, "R6")[-1] == voided.warnings[0]
    assert {step.kind for step in asked.steps} == {"decision"}
    labels = [wire.label(voided=True), wire.label("se-8002", number="22", is_return_label=True)]
    returned = account(labels=labels, track={"se-8002": wire.tracking("22"), **NOBODY_KNOWS}).track("A-100")
    assert (returned.state, returned.warnings) == ("not_shipped", ())
    pending = [wire.shipment(shipment_status="pending")]
    assert account(shipments=pending, labels=[]).track("A-100").warnings == ()


def test_a_voided_label_whose_parcel_a_carrier_has_scanned_is_the_last_resort() -> None:
    """R6: a label may be voided after its parcel moved (API notes 6.9)."""
    labels = [wire.label(voided=True), wire.label("se-8002", number="22", status="voided", voided_at="2026-03-05")]
    asked = account(labels=labels, fulfillments=[wire.fulfillment(tracking_number=NUMBER)])
    response = asked.track("A-100")
    assert response.tracking is response.parcels[0]
    assert (response.state, response.tracking.voided) == ("delivered", True)
    assert states(response) == ["delivered", "cancelled"]
    assert response.warnings == (f"Label {NUMBER} was voided, but a carrier has scanned its parcel: it is shown.",)


def test_a_voided_label_that_nobody_scanned_is_shown_as_cancelled_and_nothing_is_expected_of_its_tracking() -> None:
    """R6."""
    silent = wire.tracking(status_code="NY", status_detail_code=None, events=[])
    for reply in (silent, NotFoundError(status_code=404), BadRequestError(status_code=400)):
        response = account(labels=[wire.label(voided=True)], track={"se-8001": reply}).track("A-100")
        assert (response.state, states(response)) == ("not_shipped", ["cancelled"])
        assert response.warnings == ("Every label of this order was voided.",)


def test_a_fault_of_the_platform_at_the_last_resort_is_raised_where_there_is_no_other_parcel() -> None:
    """R8."""
    down = InternalServerError(status_code=500)
    with pytest.raises(InternalServerError):
        account(labels=[wire.label(voided=True)], track={"se-8001": down}).track("A-100")
    found = account(labels=[wire.label(voided=True)], track={"se-8001": down}, fulfillments=[wire.fulfillment()])
    assert found.track("A-100").state == "unknown"


def test_a_cancelled_shipment_with_a_label_that_nobody_scanned_is_cancelled_with_a_warning() -> None:
    """R6."""
    silent = wire.tracking(status_code="NY", status_detail_code=None, events=[])
    cancelled = wire.shipment(shipment_status="cancelled")
    response = account(shipments=[cancelled], track={"se-8001": silent}).track("A-100")
    assert (response.state, response.tracking, states(response)) == ("cancelled", None, ["label_created"])
    assert response.warnings == (
        "Shipment se-7001 was cancelled, but has a label; no carrier is known to have scanned it.",
    )


@pytest.mark.parametrize(("place", "warnings"), [({}, 1), (ELSEWHERE, 0)])
def test_of_a_cancelled_shipment_of_another_customer_nothing_is_told(place: Any, warnings: int) -> None:
    shipments = [wire.shipment(), wire.shipment("se-7002", shipment_status="cancelled", **place)]
    response = account(
        shipments=shipments,
        labels=lambda query: labels_of(query["shipment_id"], "se-7001", "se-7002", number_of="se-8002"),
        track={"se-8001": wire.tracking(), "se-8002": NotFoundError(status_code=404)},
    ).track("A-100")
    assert (response.state, len(response.parcels), len(response.warnings)) == ("delivered", 1, warnings)


def test_a_label_that_was_bought_and_is_not_in_the_list_is_a_warning() -> None:
    """R6."""
    response = account(labels=[]).track("A-100")
    assert response.state == "not_shipped"
    assert response.warnings == ("ShipStation says that a label was bought for shipment se-7001, but lists none.",)
    assert account(labels=[], fulfillments=[wire.fulfillment()]).track("A-100").warnings == ()


def test_a_shipment_that_is_a_return_is_listed_among_returns_and_is_no_part_that_is_missing() -> None:
    """R6."""
    shipments = [wire.shipment(), wire.shipment("se-7002", is_return=True, ship_to={"postal_code": "99999"})]
    asked = account(
        shipments=shipments,
        labels=lambda query: labels_of(query["shipment_id"], "se-7001", "se-7002", number_of="se-8002"),
        track={"se-8001": wire.tracking(), "se-8002": wire.tracking("22", status_code="IT", events=[])},
    )
    response = asked.track("A-100")
    assert (response.state, response.warnings) == ("delivered", ())
    assert [parcel.tracking_number for parcel in response.returns] == ["22"]
    assert response.parcels[1] is response.returns[0]
    only = account(shipments=shipments[1:], labels=[]).track("A-100")
    assert (only.state, only.parcels) == ("not_shipped", ())


def test_what_is_not_shipped_yet_has_the_dates_by_which_it_should_be() -> None:
    shipments = [
        wire.shipment(ship_by_date="2026-03-01T00:00:00Z"),
        wire.shipment("se-7002", shipment_status="pending", ship_by_date="2026-03-12T00:00:00Z"),
        wire.shipment(
            "se-7003", shipment_status="on_hold", ship_by_date="2026-03-11", hold_until_date="2026-03-20T00:00:00Z"
        ),
    ]
    response = account(shipments=shipments, labels=lambda query: labels_of(query["shipment_id"], "se-7001")).track(
        "A-100"
    )
    assert response.ship_by_date == datetime(2026, 3, 11)
    assert response.hold_until_date == datetime(2026, 3, 20, tzinfo=UTC)
    shipped = account(shipments=shipments[:1]).track("A-100")
    assert (shipped.ship_by_date, shipped.hold_until_date) == (None, None)


def test_a_parcel_has_the_items_of_its_shipment_exactly_or_shared_with_others() -> None:
    alone = account().track("A-100").tracking
    assert alone is not None
    assert [(item.name, item.sku, item.quantity) for item in alone.items] == [("Tea pot", "TEA-2", 2)]
    assert alone.items_known == "exact"
    two = account(labels=TWO_LABELS, track={"se-8001": wire.tracking(), "se-8002": wire.tracking("22")})
    assert {parcel.items_known for parcel in two.track("A-100").parcels} == {"shared"}
    nothing = account(shipments=[wire.shipment(items=[])]).track("A-100").tracking
    assert nothing is not None
    assert (nothing.items, nothing.items_known) == ((), "unknown")


@pytest.mark.parametrize(("items", "listed", "warned"), [(50, 50, False), (51, 50, True)])
def test_of_a_parcel_that_holds_very_much_fifty_items_are_listed_with_a_warning(
    items: int, listed: int, warned: bool
) -> None:
    response = account(shipments=[wire.shipment(items=[{"name": f"N{n}"} for n in range(items)])]).track("A-100")
    assert response.tracking is not None
    assert len(response.tracking.items) == listed
    assert ("A parcel holds more than 50 items; the first 50 are listed." in response.warnings) is warned


def test_of_what_is_not_shipped_the_summary_counts_what_it_does_not_name() -> None:
    many = wire.shipment(items=[{"name": f"N{n}"} for n in range(70)])
    assert "N9 and 60 more" in account(shipments=[many], labels=[]).track("A-100").summary()


def test_an_order_on_hold_is_not_shipped_with_a_warning() -> None:
    asked = account(shipments=[wire.shipment(shipment_status="on_hold")], labels=[])
    response = asked.track("A-100")
    assert (response.state, response.parcels) == ("not_shipped", ())
    assert response.warnings == ("The order is on hold and has not been shipped.",)
    assert asked.steps[-1].warning
    assert (asked.steps[-1].rule, asked.steps[-1].record_id) == ("R6", "se-7001")
    assert account(shipments=[wire.shipment(shipment_status="on_hold")]).track("A-100").warnings == ()


def test_a_part_that_is_not_shipped_yet_is_a_warning_and_the_order_partially_delivered() -> None:
    asked = account(
        shipments=[wire.shipment(), wire.shipment("se-7002", shipment_status="pending")],
        labels=lambda query: labels_of(query["shipment_id"], "se-7001"),
    )
    response = asked.track("A-100")
    assert response.state == "partially_delivered"
    assert response.warnings == ("A part of this order has not been shipped yet.",)
    assert [query["shipment_id"] for path, query in asked.asked if path == "fulfillments"] == ["se-7002"]


# --- what could only be read in part ---------------------------------------------------------------------------------


def test_dates_that_cannot_be_read_are_warnings_named_by_record_and_path() -> None:
    asked = account(
        shipments=[wire.shipment(created_at="?"), wire.shipment("se-7009", "other", created_at="?")],
        labels=[wire.label(ship_date="?"), wire.label("se-8009", "se-7009", ship_date="?")],
        track={"se-8001": wire.tracking(ship_date="?", events=[wire.event("?")])},
    )
    response = asked.track("A-100")
    assert response.warnings == (
        "A date of se-7001 cannot be read ($.shipments[0].created_at): it is shown as unknown.",
        "A date of se-8001 cannot be read ($.labels[0].ship_date): it is shown as unknown.",
        "A date of se-8001 cannot be read ($.ship_date): it is shown as unknown.",
        "A date of se-8001 cannot be read ($.events[0].occurred_at): it is shown as unknown.",
    )
    warned = [(step.rule, step.record_id) for step in asked.steps if step.warning]
    assert warned == [(None, "se-7001"), (None, "se-8001"), (None, "se-8001"), (None, "se-8001")]


def test_dates_of_a_fulfillment_that_cannot_be_read_are_warnings_too() -> None:
    response = account(labels=[], fulfillments=[wire.fulfillment(ship_date="?")]).track("A-100")
    assert response.warnings == (
        "A date of se-9001 cannot be read ($.fulfillments[0].ship_date): it is shown as unknown.",
    )


PARTIAL = "ShipStation says that a part of its answer is missing."


@pytest.mark.parametrize("where", ["shipments", "labels", "fulfillments", "labels/se-8001/track"])
def test_a_success_that_says_something_is_missing_is_a_warning(where: str) -> None:
    asked = account(
        shipments=[wire.shipment(shipment_status="pending")], labels=[] if where == "fulfillments" else None
    )
    asked.answers = {**asked.answers, where: asked.answers[where] | {"errors": [{"message": "carrier down"}]}}
    assert asked.track("A-100").warnings == (PARTIAL,)


def test_a_warning_is_said_once_however_often_it_arises() -> None:
    asked = account()
    asked.answers = {each: answer | {"errors": [1]} for each, answer in asked.answers.items()}
    assert asked.track("A-100").warnings == (PARTIAL,)


def test_a_list_without_an_end_is_cut_with_a_warning() -> None:
    asked = account()
    asked.answers = {
        **asked.answers,
        "shipments": lambda query: wire.page("shipments", [wire.shipment()], pages=2_000),
    }
    response = asked.track("A-100")
    assert response.state == "delivered"
    assert response.warnings == ("A list of ShipStation had more than 1000 pages: the rest was not read.",)
    assert sum(path == "shipments" for path, _ in asked.asked) == 1_000
    assert sentences(asked, "R3")[-1] == response.warnings[0]
