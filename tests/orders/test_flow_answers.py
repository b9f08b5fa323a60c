"""From records to the answer: what is dropped, listed and said of it (R3, R4, R6), and what was read in part."""

from __future__ import annotations

import pytest

from shipstation_aissist.errors import (
    AmbiguousOrderError,
)
from support import wire_samples as wire
from support.one_order import NUMBER, account, labels_of, sentences, states

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
    assert sentences(asked, "R5") == ["Shipment se-7002 does not go to this postal code: dropped."]


def test_a_strangers_tracking_reply_is_a_failed_tracking() -> None:
    asked = account(track={"se-8001": wire.tracking("1Z-of-somebody-else")})
    response = asked.track("A-100")
    assert response.tracking is not None
    assert (response.tracking.tracking_number, response.tracking.events) == (NUMBER, ())
    assert sentences(asked, "R3")[-1] == "The tracking reply for label se-8001 names another number: dropped."
    assert response.warnings == (
        f"Tracking of {NUMBER} could not be read (MalformedResponseError): its state is what the label says.",
    )


# --- R4 and R6 together ----------------------------------------------------------------------------------------------

ELSEWHERE = {"ship_to": {"postal_code": "99999"}}


def test_cancelled_shipments_are_left_out_while_a_live_one_matches() -> None:
    shipments = [wire.shipment(), wire.shipment("se-7002", shipment_status="cancelled", **ELSEWHERE)]
    asked = account(shipments=shipments, labels=lambda query: labels_of(query["shipment_id"], "se-7001"))
    assert asked.track("A-100").state == "delivered"
    assert sentences(asked, "R6") == ["Shipment se-7002 is cancelled: ignored."]
    assert ("R6", "se-7002") in asked.dropped()


def test_a_cancelled_shipment_with_an_outbound_label_is_live_and_may_be_another_customers() -> None:
    shipments = [wire.shipment(), wire.shipment("se-7002", shipment_status="cancelled", **ELSEWHERE)]
    asked = account(shipments=shipments, labels=lambda query: labels_of(query["shipment_id"], "se-7001", "se-7002"))
    with pytest.raises(AmbiguousOrderError):
        asked.track("A-100")
    assert sentences(asked, "R4") == [
        "Shipment se-7001 may be another customer's: not shown.",
        "Shipment se-7002 may be another customer's: not shown.",
    ]


def test_only_cancelled_shipments_are_a_cancelled_order_and_nothing_more_is_asked() -> None:
    asked = account(shipments=[wire.shipment(shipment_status="cancelled")], labels=[wire.label(voided=True)])
    response = asked.track("A-100")
    assert (response.state, response.tracking, states(response)) == ("cancelled", None, ["cancelled"])
    assert asked.rounds == [["shipments"], ["labels"]]
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
    asked = account(labels=labels, track={"se-8001": wire.tracking(status_code="IT", status_detail_code=None)})
    response = asked.track("A-100")
    assert response.state == "in_transit"
    assert response.tracking is response.parcels[1]
    flags = [(one.label_id, str(one.state), one.is_return_label, one.voided) for one in response.parcels]
    assert flags == [
        ("se-8003", "delivered", True, False),
        ("se-8001", "in_transit", False, False),
        ("se-8002", "cancelled", False, True),
    ]
    assert sentences(asked, "R6") == [
        "Label se-8003 is a return label: listed, not chosen.",
        "Label se-8002 is voided: listed, not chosen.",
        "Label se-8004 failed: dropped.",
    ]
    assert [record for rule, record in asked.dropped() if rule == "R6"] == ["se-8003", "se-8002", "se-8004"]
    assert response.warnings == ()


def test_that_every_label_was_voided_is_a_warning_unless_one_is_a_return() -> None:
    asked = account(labels=[wire.label(voided=True)])
    voided = asked.track("A-100")
    assert (voided.state, voided.tracking) == ("not_shipped", None)
    assert voided.warnings == ("Every label of this order was voided.",)
    assert sentences(asked, "R6")[-1] == voided.warnings[0]
    assert {step.kind for step in asked.steps} == {"decision"}
    returned = account(labels=[wire.label(voided=True), wire.label("se-8002", is_return_label=True)]).track("A-100")
    assert (returned.state, returned.warnings) == ("not_shipped", ())
    assert account(labels=[]).track("A-100").warnings == ()


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
    asked = account(labels=[] if where == "fulfillments" else None)
    asked.answers = {**asked.answers, where: asked.answers[where] | {"errors": [{"message": "carrier down"}]}}
    assert asked.track("A-100").warnings == (PARTIAL,)


def test_a_warning_is_said_once_however_often_it_arises() -> None:
    asked = account()
    asked.answers = {one: answer | {"errors": [1]} for one, answer in asked.answers.items()}
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
