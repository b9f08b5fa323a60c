"""Tracking that fails (R8) and the parcel that decides (R11), through the flow and sentence by sentence."""

from __future__ import annotations

import pytest

from shipstation_aissist.errors import (
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
from support import wire_samples as wire
from support.one_order import NUMBER, TWO_LABELS, account, labels_of, sentences, states

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


# --- R11 -------------------------------------------------------------------------------------------------------------


def test_the_parcel_that_decides_is_named_where_there_are_several() -> None:
    moving = wire.tracking("22", status_code="IT", status_detail_code=None, events=[])
    asked = account(labels=TWO_LABELS, track={"se-8001": wire.tracking(), "se-8002": moving})
    response = asked.track("A-100")
    assert response.tracking is response.parcels[1]
    assert sentences(asked, "R11") == ["Of 2 parcels, 22 decides: in_transit comes before delivered."]
    assert asked.steps[-1].record_id == "se-8002"
    asked = account()
    asked.track("A-100")
    assert sentences(asked, "R11") == []


def test_an_old_label_that_was_never_scanned_yields_with_a_warning() -> None:
    labels = [wire.label(), wire.label("se-8002", number="22", created_at="2026-02-20T00:00:00Z")]
    silent = wire.tracking("22", status_code="NY", status_detail_code=None, events=[])
    asked = account(labels=labels, track={"se-8001": wire.tracking(), "se-8002": silent})
    response = asked.track("A-100")
    assert (response.state, response.tracking) == ("delivered", response.parcels[0])
    assert response.warnings == ("Parcel 22 was never scanned and its label is old: it no longer counts.",)
    yielding = next(step for step in asked.steps if step.rule == "R11")
    assert sentences(asked, "R11")[-1] == f"Of 2 parcels, {NUMBER} decides: it is the only one that counts."
    assert (yielding.what, yielding.record_id, yielding.warning) == (response.warnings[0], "se-8002", True)


@pytest.mark.parametrize(
    "answer",
    [
        NotFoundError(status_code=404),
        BadRequestError(status_code=400),
        APITimeoutError("slow"),
        BY_CARRIER,
        MalformedResponseError("?", problems=("$",)),
    ],
)
def test_a_failed_tracking_is_no_evidence_so_an_old_label_does_not_yield(answer: APIError) -> None:
    """R8."""
    labels = [wire.label(), wire.label("se-8002", number="22", created_at="2026-02-20T00:00:00Z")]
    response = account(labels=labels, track={"se-8001": wire.tracking(), "se-8002": answer}).track("A-100")
    assert response.state == "partially_delivered"


def test_a_label_that_cannot_be_tracked_does_not_yield_though_its_tracking_was_read() -> None:
    """R8: of ``trackable: false`` nobody knows whether it was scanned."""
    old = wire.label("se-8002", number="22", created_at="2026-02-20T00:00:00Z", trackable=False)
    silent = wire.tracking("22", status_code="UN", status_detail_code=None, events=[])
    response = account(labels=[wire.label(), old], track={"se-8001": wire.tracking(), "se-8002": silent}).track("A-100")
    assert response.state == "partially_delivered"


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


@pytest.mark.parametrize(
    ("created_at", "state", "warnings"),
    [("2026-01-20T00:00:00Z", "partially_delivered", 0), ("2026-01-02T00:00:00Z", "delivered", 1)],
)
def test_a_parcel_that_was_shipped_elsewhere_yields_to_a_delivered_one_after_60_days(
    created_at: str, state: str, warnings: int
) -> None:
    asked = account(
        shipments=[wire.shipment(), wire.shipment("se-7002")],
        labels=lambda query: labels_of(query["shipment_id"], "se-7001"),
        fulfillments=[wire.fulfillment(shipment_id="se-7002", created_at=created_at)],
    )
    response = asked.track("A-100")
    assert (response.state, len(response.warnings)) == (state, warnings)
