"""Two or three plain sentences that a support agent could send (design 2.3); each is written out here by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from shipstation_aissist.orders.parcel import Parcel, ParcelEvent
from shipstation_aissist.orders.response import TrackOrderResponse
from shipstation_aissist.orders.states import OrderState, ParcelState

SCAN = ParcelEvent(
    carrier_occurred_at=datetime(2026, 3, 4, 13, 30),
    occurred_at=datetime(2026, 3, 4, 18, 30, tzinfo=UTC),
    description="Departed facility.",
    city_locality="PORTLAND",
    state_province="ME",
)


def parcel(state: str = "in_transit", **changes: Any) -> Parcel:
    return Parcel(**{"state": ParcelState(state), "tracking_number": "1Z9", "carrier_code": "ups", **changes})


def summary(shown: Parcel | None, state: str | None = None, order_id: str = "A-100") -> str:
    order_state = OrderState(state or (shown.state if shown else "not_shipped"))
    return TrackOrderResponse(
        as_of=datetime(2026, 3, 5, 12, tzinfo=UTC), order_id=order_id, state=order_state, tracking=shown
    ).summary()


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("not_shipped", "Order A-100 has not been shipped yet."),
        ("cancelled", "Order A-100 was cancelled."),
    ],
)
def test_an_order_without_a_parcel_is_one_sentence(state: str, sentence: str) -> None:
    assert summary(None, state) == sentence


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("unknown", "has been shipped, but there is no tracking information about it at the moment."),
        ("label_created", "has a shipping label, but the carrier has not received the parcel yet."),
        ("accepted", "has been handed to the carrier."),
        ("in_transit", "is on its way."),
        ("out_for_delivery", "is out for delivery."),
        ("delivery_attempted", "could not be delivered at the last attempt."),
        ("available_for_pickup", "is ready to be picked up."),
        ("delivered", "has been delivered."),
        ("exception", "is delayed or held up on its way."),
        ("returning_to_sender", "is on its way back to the sender."),
        ("lost", "is reported as lost by the carrier."),
        ("cancelled", "was cancelled."),
    ],
)
def test_the_first_sentence_says_whose_parcel_is_in_which_state(state: str, sentence: str) -> None:
    assert summary(parcel(state)) == f"Order A-100 (UPS, 1Z9) {sentence}"


def test_a_part_that_is_outstanding_is_said() -> None:
    assert summary(parcel("in_transit"), "partially_delivered") == (
        "Order A-100 (UPS, 1Z9) has been delivered in part; the rest is still outstanding."
    )


def test_every_state_of_an_order_has_a_sentence() -> None:
    assert len({summary(parcel(), state) for state in OrderState}) == len(OrderState)


@pytest.mark.parametrize(
    ("changes", "who"),
    [
        ({}, " (UPS, 1Z9)"),
        ({"carrier_code": "stamps_com"}, " (USPS, 1Z9)"),
        ({"carrier_code": "bike"}, " (bike, 1Z9)"),
        ({"tracking_number": None}, " (UPS)"),
        ({"carrier_code": None}, " (tracking number 1Z9)"),
        ({"carrier_code": None, "tracking_number": None}, ""),
    ],
)
def test_carrier_and_number_are_named_as_far_as_they_are_known(changes: dict[str, Any], who: str) -> None:
    assert summary(parcel(**changes)) == f"Order A-100{who} is on its way."


def test_a_delivered_order_says_when() -> None:
    delivered = parcel("delivered", actual_delivery_date=datetime(2026, 3, 4, 18, 30, tzinfo=UTC))
    assert summary(delivered) == "Order A-100 (UPS, 1Z9) has been delivered on March 4, 2026."
    assert "March" not in summary(delivered, "partially_delivered")
    assert "March" not in summary(parcel("in_transit", actual_delivery_date=datetime(2026, 3, 4)))


# --- where and when it was last seen ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, 'Last update: "Departed facility" in PORTLAND, ME on March 4, 2026 at 13:30.'),
        ({"city_locality": None}, 'Last update: "Departed facility" in ME on March 4, 2026 at 13:30.'),
        ({"state_province": None}, 'Last update: "Departed facility" in PORTLAND on March 4, 2026 at 13:30.'),
        (
            {"city_locality": None, "state_province": None},
            'Last update: "Departed facility" on March 4, 2026 at 13:30.',
        ),
        (
            {"description": None, "carrier_status_description": "On the van"},
            'Last update: "On the van" in PORTLAND, ME on March 4, 2026 at 13:30.',
        ),
        (
            {"description": "Arrived at LAX.."},
            'Last update: "Arrived at LAX" in PORTLAND, ME on March 4, 2026 at 13:30.',
        ),
        ({"description": None}, "It was last seen in PORTLAND, ME on March 4, 2026 at 13:30."),
        (
            {"carrier_occurred_at": None},
            'Last update: "Departed facility" in PORTLAND, ME on March 4, 2026 at 18:30 UTC.',
        ),
        ({"carrier_occurred_at": None, "occurred_at": None}, 'Last update: "Departed facility" in PORTLAND, ME.'),
        (
            {"carrier_occurred_at": datetime(2026, 3, 4)},
            'Last update: "Departed facility" in PORTLAND, ME on March 4, 2026.',
        ),
        (
            {"carrier_occurred_at": datetime(2026, 3, 4, 0, 5)},
            'Last update: "Departed facility" in PORTLAND, ME on March 4, 2026 at 00:05.',
        ),
        (
            {"carrier_occurred_at": datetime(2026, 3, 4, 5)},
            'Last update: "Departed facility" in PORTLAND, ME on March 4, 2026 at 05:00.',
        ),
    ],
)
def test_the_second_sentence_is_the_newest_event(changes: dict[str, Any], sentence: str) -> None:
    event = ParcelEvent(**{**{name: getattr(SCAN, name) for name in FIELDS}, **changes})
    older = ParcelEvent(description="Older")
    assert summary(parcel(events=(event, older))) == f"Order A-100 (UPS, 1Z9) is on its way. {sentence}"


FIELDS = ("carrier_occurred_at", "occurred_at", "description", "city_locality", "state_province")


# --- what to expect, or what is wrong --------------------------------------------------------------------------------

MIDNIGHT = datetime(2026, 3, 5)


@pytest.mark.parametrize(
    "state", ["unknown", "label_created", "accepted", "in_transit", "out_for_delivery", "available_for_pickup"]
)
def test_a_parcel_under_way_says_when_it_is_expected_without_the_midnight_of_its_estimate(state: str) -> None:
    assert summary(parcel(state, estimated_delivery_date=MIDNIGHT)).endswith(". Delivery is expected on March 5, 2026.")
    assert "00:00" not in summary(parcel(state, estimated_delivery_date=MIDNIGHT))


@pytest.mark.parametrize("state", ["delivered", "lost", "cancelled", "returning_to_sender"])
def test_a_parcel_whose_fate_is_settled_is_not_expected_any_more(state: str) -> None:
    assert "expected" not in summary(parcel(state, estimated_delivery_date=MIDNIGHT))


@pytest.mark.parametrize("state", ["exception", "delivery_attempted", "returning_to_sender"])
def test_a_parcel_in_trouble_says_what_the_carrier_says_of_it(state: str) -> None:
    by_exception = parcel(state, exception_description="Snow.", status_detail_description="Late.")
    assert summary(by_exception).endswith(". The carrier says: Snow.")
    assert summary(parcel(state, status_detail_description="Held at LAX.")).endswith(". The carrier says: Held at LAX.")


@pytest.mark.parametrize("state", ["in_transit", "delivered", "lost"])
def test_a_parcel_without_trouble_does_not_repeat_the_carriers_words(state: str) -> None:
    assert "Snow" not in summary(parcel(state, exception_description="Snow."))


def test_a_parcel_in_trouble_of_which_the_carrier_says_nothing_tells_when_it_is_expected() -> None:
    assert summary(parcel("exception", estimated_delivery_date=MIDNIGHT)) == (
        "Order A-100 (UPS, 1Z9) is delayed or held up on its way. Delivery is expected on March 5, 2026."
    )


def test_all_three_sentences_stand_one_after_the_other() -> None:
    shown = parcel(events=(SCAN,), estimated_delivery_date=datetime(2026, 12, 31, 20, 0))
    assert summary(shown, order_id="#7") == (
        "Order #7 (UPS, 1Z9) is on its way. "
        'Last update: "Departed facility" in PORTLAND, ME on March 4, 2026 at 13:30. '
        "Delivery is expected on December 31, 2026."
    )


MONTHS = "January February March April May June July August September October November December"


@pytest.mark.parametrize(("month", "name"), list(enumerate(MONTHS.split(), start=1)))
def test_months_are_english_whatever_the_machine_speaks(month: int, name: str) -> None:
    assert summary(parcel(estimated_delivery_date=datetime(2026, month, 9))).endswith(f" on {name} 9, 2026.")
