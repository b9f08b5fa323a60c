"""From records to the answer: its warnings and decisions, sentence by sentence (R3, R6, R8, R9, R11)."""

from __future__ import annotations

from typing import Any

import pytest

from shipstation_aissist.errors import (
    AmbiguousOrderError,
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    AuthenticationError,
    BadRequestError,
    ErrorDetail,
    InternalServerError,
    MalformedResponseError,
    NotFoundError,
    PermissionDeniedError,
    PlanUpgradeRequiredError,
    RateLimitError,
)
from shipstation_aissist.orders.response import TrackOrderResponse
from support import wire_samples as wire
from support.flows import Account

NUMBER = "9400110000000000000001"


def account(
    labels: Any = None,
    track: dict[str, Any] | None = None,
    shipments: Any = None,
    fulfillments: Any = None,
) -> Account:
    """An account; unless said otherwise, one shipment with one delivered label."""
    tracked = {"se-8001": wire.tracking()} if track is None else track
    return Account(
        {
            "shipments": wire.page("shipments", [wire.shipment()] if shipments is None else shipments),
            "labels": labels if callable(labels) else wire.page("labels", [wire.label()] if labels is None else labels),
            "fulfillments": fulfillments
            if callable(fulfillments) or isinstance(fulfillments, APIError)
            else wire.page("fulfillments", fulfillments or []),
            **{f"labels/{label_id}/track": answer for label_id, answer in tracked.items()},
        }
    )


def sentences(asked: Account, rule: str | None) -> list[str]:
    return [step.what for step in asked.steps if step.rule == rule]


def states(response: TrackOrderResponse) -> list[str]:
    return [str(parcel.state) for parcel in response.parcels]


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


def labels_of(asked: str, *with_label: str) -> Any:
    names = {"se-7001": "se-8001", "se-7002": "se-8002"}
    return wire.page("labels", [wire.label(names[asked], asked)] if asked in with_label else [])


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


# --- R8: tracking that fails -----------------------------------------------------------------------------------------

BY_CARRIER = InternalServerError(status_code=502, errors=[ErrorDetail(error_source="carrier")])
SOFT = [
    (BadRequestError(status_code=400), "BadRequestError 400"),
    (NotFoundError(status_code=404), "NotFoundError 404"),
    (MalformedResponseError("?", problems=("$",)), "MalformedResponseError"),
    (BY_CARRIER, "InternalServerError 502"),
    (APIStatusError(status_code=422), "APIStatusError 422"),
]
HARD = [
    (AuthenticationError(status_code=401), "AuthenticationError 401"),
    (PlanUpgradeRequiredError(status_code=401), "PlanUpgradeRequiredError 401"),
    (PermissionDeniedError(status_code=403), "PermissionDeniedError 403"),
    (APIStatusError(status_code=408), "APIStatusError 408"),
    (RateLimitError(status_code=429), "RateLimitError 429"),
    (InternalServerError(status_code=500), "InternalServerError 500"),
    (
        InternalServerError(status_code=503, errors=[ErrorDetail(error_source="shipengine")]),
        "InternalServerError 503",
    ),
    (APIConnectionError("reset"), "APIConnectionError"),
    (APITimeoutError("slow"), "APITimeoutError"),
]
UNREAD = "Tracking of {} could not be read ({}): its state is what the label says."
TWO_LABELS = [wire.label(), wire.label("se-8002", number="22")]


@pytest.mark.parametrize(("error", "kind"), SOFT)
def test_the_only_parcel_is_reported_from_its_label_when_the_carrier_knows_nothing(error: APIError, kind: str) -> None:
    asked = account(labels=[wire.label(tracking_status="delivered")], track={"se-8001": error})
    response = asked.track("A-100")
    assert response.tracking is not None
    assert (response.state, response.tracking.tracking_number) == ("delivered", NUMBER)
    assert response.warnings == (UNREAD.format(NUMBER, kind),)
    assert asked.steps[-1].what == response.warnings[0]
    assert (asked.steps[-1].rule, asked.steps[-1].record_id, asked.steps[-1].warning) == ("R8", "se-8001", True)


@pytest.mark.parametrize(("error", "_kind"), HARD)
def test_when_every_parcel_fails_by_a_fault_of_the_platform_the_first_error_is_raised(
    error: APIError, _kind: str
) -> None:
    other = RateLimitError(status_code=429)
    for labels, track in (
        ([wire.label()], {"se-8001": error}),
        (TWO_LABELS, {"se-8001": error, "se-8002": other}),
    ):
        with pytest.raises(type(error)) as caught:
            account(labels=labels, track=track).track("A-100")
        assert caught.value is error


@pytest.mark.parametrize(("error", "kind"), [*SOFT, *HARD])
def test_one_parcel_that_was_read_lets_the_answer_stand(error: APIError, kind: str) -> None:
    response = account(labels=TWO_LABELS, track={"se-8001": wire.tracking(), "se-8002": error}).track("A-100")
    assert states(response) == ["delivered", "unknown"]
    assert response.state == "partially_delivered"
    assert response.warnings == (UNREAD.format("22", kind),)


@pytest.mark.parametrize(("error", "kind"), HARD)
def test_one_parcel_that_failed_softly_lets_the_answer_stand(error: APIError, kind: str) -> None:
    missing = NotFoundError(status_code=404)
    response = account(labels=TWO_LABELS, track={"se-8001": error, "se-8002": missing}).track("A-100")
    assert states(response) == ["unknown", "unknown"]
    assert response.warnings == (UNREAD.format(NUMBER, kind), UNREAD.format("22", "NotFoundError 404"))


def test_a_label_that_was_not_asked_for_lets_the_answer_stand_too() -> None:
    labels = [wire.label(), wire.label("se-8002", number=None, status="processing")]
    response = account(labels=labels, track={"se-8001": APITimeoutError("slow")}).track("A-100")
    assert states(response) == ["unknown", "label_created"]


def test_a_label_without_a_number_is_named_by_its_id_in_the_warning() -> None:
    label = wire.label(number=None, packages=[])
    response = account(labels=[label], track={"se-8001": NotFoundError(status_code=404)}).track("A-100")
    assert response.warnings == (UNREAD.format("se-8001", "NotFoundError 404"),)


# --- R9: shipped elsewhere -------------------------------------------------------------------------------------------


def test_an_order_that_was_marked_as_shipped_elsewhere_is_answered_from_its_fulfillments() -> None:
    fulfillments = [
        wire.fulfillment("se-9001"),
        wire.fulfillment("se-9002", tracking_number="2", voided=True),
        wire.fulfillment("se-9003", tracking_number="V2"),
    ]
    asked = account(labels=[wire.label(number="v-2", voided=True)], fulfillments=fulfillments)
    response = asked.track("A-100")
    assert [parcel.tracking_number for parcel in response.parcels] == ["v-2", "770000000001"]
    assert response.tracking is response.parcels[1]
    assert response.state == "unknown"
    assert sentences(asked, "R9") == [
        "Fulfillment se-9002 is voided or has a label: dropped.",
        "Fulfillment se-9003 is voided or has a label: dropped.",
    ]
    assert [record for rule, record in asked.dropped() if rule == "R9"] == ["se-9002", "se-9003"]


def test_a_fulfillment_keeps_the_answer_alive_when_the_other_parcel_fails() -> None:
    asked = account(
        shipments=[wire.shipment(), wire.shipment("se-7002")],
        labels=lambda query: labels_of(query["shipment_id"], "se-7001"),
        track={"se-8001": RateLimitError(status_code=429)},
        fulfillments=lambda _: wire.page(
            "fulfillments", [wire.fulfillment(shipment_id="se-7002", delivered_at="2026-03-03")]
        ),
    )
    response = asked.track("A-100")
    assert states(response) == ["unknown", "delivered"]
    assert (response.state, len(response.warnings)) == ("partially_delivered", 1)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (BadRequestError(status_code=400), "BadRequestError 400"),
        (PermissionDeniedError(status_code=403), "PermissionDeniedError 403"),
        (NotFoundError(status_code=404), "NotFoundError 404"),
        (PlanUpgradeRequiredError(status_code=401), "PlanUpgradeRequiredError 401"),
    ],
)
def test_fulfillments_that_the_account_may_not_read_are_a_warning(error: APIError, kind: str) -> None:
    asked = account(labels=[], fulfillments=error)
    response = asked.track("A-100")
    assert response.state == "not_shipped"
    assert response.warnings == (f"Whether a part was shipped elsewhere could not be read ({kind}).",)
    assert sentences(asked, "R9") == [response.warnings[0]]


def test_fulfillments_that_cannot_be_read_of_one_shipment_do_not_hide_those_of_another() -> None:
    def fulfillments(query: dict[str, str]) -> Any:
        one = wire.fulfillment(shipment_id="se-7002")
        return NotFoundError(status_code=404) if query["shipment_id"] == "se-7001" else wire.page("fulfillments", [one])

    shipments = [wire.shipment(), wire.shipment("se-7002")]
    response = account(shipments=shipments, labels=[], fulfillments=fulfillments).track("A-100")
    assert [parcel.shipment_id for parcel in response.parcels] == ["se-7002"]
    assert len(response.warnings) == 2


@pytest.mark.parametrize(
    "error", [RateLimitError(status_code=429), APITimeoutError("slow"), AuthenticationError(status_code=401)]
)
def test_a_fault_of_the_fulfillments_is_raised_where_there_is_no_parcel_and_a_warning_where_there_is(
    error: APIError,
) -> None:
    with pytest.raises(type(error)) as caught:
        account(labels=[], fulfillments=error).track("A-100")
    assert caught.value is error
    asked = account(
        shipments=[wire.shipment(), wire.shipment("se-7002")],
        labels=lambda query: labels_of(query["shipment_id"], "se-7001"),
        fulfillments=error,
    )
    response = asked.track("A-100")
    assert response.state == "partially_delivered"
    assert response.warnings[0].startswith("Whether a part was shipped elsewhere could not be read (")


# --- R11 -------------------------------------------------------------------------------------------------------------


def test_the_parcel_that_decides_is_named_where_there_are_several() -> None:
    moving = wire.tracking("22", status_code="IT", status_detail_code=None)
    asked = account(labels=TWO_LABELS, track={"se-8001": wire.tracking(), "se-8002": moving})
    response = asked.track("A-100")
    assert response.tracking is response.parcels[1]
    assert sentences(asked, "R11") == ["Of 2 parcels, 22 (in_transit) decides."]
    assert asked.steps[-1].record_id == "se-8002"
    one = account()
    one.track("A-100")
    assert sentences(one, "R11") == []


def test_an_old_label_that_was_never_scanned_yields_with_a_warning() -> None:
    labels = [wire.label(), wire.label("se-8002", number="22", created_at="2026-02-20T00:00:00Z")]
    silent = wire.tracking("22", status_code="NY", status_detail_code=None, events=[])
    asked = account(labels=labels, track={"se-8001": wire.tracking(), "se-8002": silent})
    response = asked.track("A-100")
    assert (response.state, response.tracking) == ("delivered", response.parcels[0])
    assert response.warnings == ("Parcel 22 was never scanned and its label is old: it no longer counts.",)
    yielding = next(step for step in asked.steps if step.rule == "R11")
    assert (yielding.what, yielding.record_id, yielding.warning) == (response.warnings[0], "se-8002", True)


@pytest.mark.parametrize(
    ("answer", "yields"),
    [
        (NotFoundError(status_code=404), True),
        (BadRequestError(status_code=400), True),
        (APITimeoutError("slow"), False),
        (BY_CARRIER, False),
        (MalformedResponseError("?", problems=("$",)), False),
    ],
)
def test_an_old_label_of_whose_scans_nothing_could_be_learnt_does_not_yield(answer: APIError, yields: bool) -> None:
    labels = [wire.label(), wire.label("se-8002", number="22", created_at="2026-02-20T00:00:00Z")]
    response = account(labels=labels, track={"se-8001": wire.tracking(), "se-8002": answer}).track("A-100")
    assert response.state == ("delivered" if yields else "partially_delivered")


def test_of_parcels_that_were_shipped_elsewhere_the_newest_is_shown_by_its_creation_or_else_its_ship_date() -> None:
    fulfillments = [
        wire.fulfillment("se-1", tracking_number="1", created_at="2026-03-01T00:00:00Z", ship_date="2026-03-09"),
        wire.fulfillment("se-2", tracking_number="2", created_at="2026-03-03T00:00:00Z", ship_date=None),
        wire.fulfillment("se-3", tracking_number="3", created_at=None, ship_date="2026-03-04T00:00:00Z"),
    ]
    for listed, shown in ((fulfillments, "3"), (fulfillments[:2], "2"), (fulfillments[1::-1], "2")):
        response = account(labels=[], fulfillments=listed).track("A-100")
        assert response.tracking is not None
        assert response.tracking.tracking_number == shown


def test_an_old_parcel_that_was_shipped_elsewhere_does_not_yield_since_no_carrier_was_asked() -> None:
    asked = account(
        shipments=[wire.shipment(), wire.shipment("se-7002")],
        labels=lambda query: labels_of(query["shipment_id"], "se-7001"),
        fulfillments=[wire.fulfillment(shipment_id="se-7002", created_at="2025-01-01T00:00:00Z")],
    )
    response = asked.track("A-100")
    assert (response.state, response.warnings) == ("partially_delivered", ())


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
