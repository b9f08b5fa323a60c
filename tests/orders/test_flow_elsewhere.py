"""Orders that were marked as shipped elsewhere, through the flow (R9)."""

from __future__ import annotations

from typing import Any

import pytest

from shipstation_aissist.errors import (
    APIError,
    APITimeoutError,
    AuthenticationError,
    BadRequestError,
    NotFoundError,
    PermissionDeniedError,
    PlanUpgradeRequiredError,
    RateLimitError,
)
from support import wire_samples as wire
from support.one_order import account, labels_of, sentences, states


def test_an_order_that_was_marked_as_shipped_elsewhere_is_answered_from_its_fulfillments() -> None:
    fulfillments = [
        wire.fulfillment("se-9001"),
        wire.fulfillment("se-9002", tracking_number="2", voided=True),
    ]
    unscanned = {"se-8001": NotFoundError(status_code=404)}
    voided = wire.label(number="v-2", voided=True)
    asked = account(labels=[voided], fulfillments=fulfillments[:2], track=unscanned)
    response = asked.track("A-100")
    assert [parcel.tracking_number for parcel in response.parcels] == ["v-2", "770000000001"]
    assert response.tracking is response.parcels[1]
    assert response.state == "unknown"
    assert sentences(asked, "R9") == ["Fulfillment se-9002 is voided or has a label: dropped."]
    assert [record for rule, record in asked.dropped() if rule == "R9"] == ["se-9002"]


def test_a_fulfillment_with_the_number_of_a_voided_label_stands_unless_that_label_counts() -> None:
    """R9."""
    same, voided = [wire.fulfillment(tracking_number="V2")], wire.label(number="v-2", voided=True)
    stands = account(labels=[voided], fulfillments=same, track={"se-8001": NotFoundError(status_code=404)})
    assert [parcel.tracking_number for parcel in stands.track("A-100").parcels] == ["v-2", "V2"]
    counts = account(labels=[voided], fulfillments=same, track={"se-8001": wire.tracking("V2")})
    assert [parcel.label_id for parcel in counts.track("A-100").parcels] == ["se-8001"]
    assert sentences(counts, "R9") == ["Fulfillment se-9001 is voided or has a label: dropped."]


def test_a_number_that_comes_twice_among_fulfillments_is_one_parcel_of_both_shipments() -> None:
    """R3."""

    def fulfillments(query: dict[str, str]) -> Any:
        shipment_id = query["shipment_id"]
        delivered_at = "2026-03-04T00:00:00Z" if shipment_id == "se-7002" else None
        found = wire.fulfillment(f"se-9{shipment_id}", shipment_id, tracking_number="77 1", delivered_at=delivered_at)
        return wire.page("fulfillments", [found])

    response = account(
        shipments=[wire.shipment(), wire.shipment("se-7002")], labels=[], fulfillments=fulfillments
    ).track("A-100")
    assert (states(response), response.state, response.warnings) == (["delivered"], "delivered", ())


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
    asked = account(shipments=[wire.shipment(shipment_status="pending")], labels=[], fulfillments=error)
    response = asked.track("A-100")
    assert response.state == "not_shipped"
    assert response.warnings == (f"Whether a part was shipped elsewhere could not be read ({kind}).",)
    assert sentences(asked, "R9") == [response.warnings[0]]


def test_fulfillments_that_cannot_be_read_of_one_shipment_do_not_hide_those_of_another() -> None:
    def fulfillments(query: dict[str, str]) -> Any:
        fulfillment = wire.fulfillment(shipment_id="se-7002")
        return (
            NotFoundError(status_code=404)
            if query["shipment_id"] == "se-7001"
            else wire.page("fulfillments", [fulfillment])
        )

    shipments = [wire.shipment(shipment_status="pending"), wire.shipment("se-7002")]
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
