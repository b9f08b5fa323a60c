"""A few plain sentences that a support agent could send; each is written out here by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from shipstation_aissist.orders.attention import Attention
from shipstation_aissist.orders.parcel import Parcel, ParcelEvent, ParcelItem
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


NOW = datetime(2026, 3, 5, 11, tzinfo=UTC)


def summary(
    shown: Parcel | None,
    state: str | None = None,
    order_id: str = "A-100",
    *,
    now: datetime = NOW,
    others: tuple[Parcel, ...] = (),
    returns: tuple[Parcel, ...] = (),
) -> str:
    order_state = OrderState(state or (shown.state if shown else "not_shipped"))
    return TrackOrderResponse(
        as_of=now,
        order_id=order_id,
        state=order_state,
        tracking=shown,
        parcels=(*([shown] if shown else ()), *others, *returns),
        returns=returns,
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


@pytest.mark.parametrize(
    ("changes", "end"),
    [
        ({"events": (SCAN,)}, "has been shipped, but there is no tracking information about it at the moment."),
        ({"last_scan_at": NOW}, "has been shipped, but there is no tracking information about it at the moment."),
        ({"label_id": None}, "has been shipped, but there is no tracking information about it at the moment."),
        ({}, "has a shipping label, but there is no tracking information about it at the moment."),
        (
            {"events": (ParcelEvent(state=ParcelState.LABEL_CREATED),)},
            "has a shipping label, but there is no tracking information about it at the moment.",
        ),
    ],
)
def test_only_what_was_scanned_or_marked_as_shipped_is_said_to_be_shipped(changes: dict[str, Any], end: str) -> None:
    shown = parcel("unknown", **{"label_id": "se-1", **changes})
    assert summary(shown).partition(" (UPS, 1Z9) ")[2].partition(" It was")[0].partition(" Last")[0] == end


@pytest.mark.parametrize(
    ("state", "rest"),
    [
        ("in_transit", "the rest is still outstanding"),
        ("label_created", "the rest is still outstanding"),
        ("exception", "the rest is still outstanding"),
        ("lost", "another parcel of it is reported as lost by the carrier"),
        ("returning_to_sender", "another parcel of it is on its way back to the sender"),
        ("cancelled", "another parcel of it was cancelled by the carrier"),
        ("delivered", "the rest has not been shipped yet"),
    ],
)
def test_what_is_missing_of_an_order_that_was_delivered_in_part_is_said_as_it_is(state: str, rest: str) -> None:
    assert summary(parcel(state), "partially_delivered") == (
        f"Order A-100 (UPS, 1Z9) has been delivered in part; {rest}."
    )


def test_nothing_is_said_of_the_rest_of_an_order_of_which_a_parcel_itself_came_in_part() -> None:
    in_part = parcel("delivered", status_detail_code="delivered_in_part")
    assert summary(in_part, "partially_delivered") == "Order A-100 (UPS, 1Z9) has been delivered in part."
    beside = summary(parcel("delivered"), "partially_delivered", others=(in_part,))
    assert beside == "Order A-100 (UPS, 1Z9) has been delivered in part."


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


@pytest.mark.parametrize(
    ("events", "day"),
    [
        ((), "March 12"),
        ((ParcelEvent(state=ParcelState.DELIVERED, carrier_occurred_at=datetime(2026, 3, 11, 23, 30)),), "March 11"),
        (
            (ParcelEvent(state=ParcelState.DELIVERED, carrier_occurred_at=datetime(2026, 3, 11, 23, 30, tzinfo=UTC)),),
            "March 11",
        ),
        ((ParcelEvent(state=ParcelState.DELIVERED, occurred_at=datetime(2026, 3, 12, 4, 30, tzinfo=UTC)),), "March 12"),
        ((ParcelEvent(state=ParcelState.IN_TRANSIT, carrier_occurred_at=datetime(2026, 3, 9, 1)),), "March 12"),
        (
            (
                ParcelEvent(
                    occurred_at=datetime(2026, 3, 12, 4, 30, tzinfo=UTC),
                    carrier_occurred_at=datetime(2026, 3, 11, 21, 30),
                ),
            ),
            "March 11",
        ),
    ],
)
def test_the_day_of_delivery_is_that_of_the_place_where_a_scan_tells_it(
    events: tuple[ParcelEvent, ...], day: str
) -> None:
    delivered = parcel("delivered", actual_delivery_date=datetime(2026, 3, 12, 4, 30, tzinfo=UTC), events=events)
    assert summary(delivered).startswith(f"Order A-100 (UPS, 1Z9) has been delivered on {day}, 2026.")


def test_the_scan_says_when_a_parcel_was_delivered_where_the_reply_does_not() -> None:
    scan = ParcelEvent(state=ParcelState.DELIVERED, occurred_at=datetime(2026, 3, 12, 4, 30, tzinfo=UTC))
    assert summary(parcel("delivered", events=(scan,))).startswith(
        "Order A-100 (UPS, 1Z9) has been delivered on March 12, 2026."
    )


def test_a_delivered_order_says_when() -> None:
    delivered = parcel("delivered", actual_delivery_date=datetime(2026, 3, 4, 18, 30, tzinfo=UTC))
    assert summary(delivered) == "Order A-100 (UPS, 1Z9) has been delivered on March 4, 2026."
    assert "March" not in summary(delivered, "partially_delivered")
    assert "March" not in summary(parcel("in_transit", actual_delivery_date=datetime(2026, 3, 4)))


# --- where and when it was last seen ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, 'Last update: "Departed facility" in PORTLAND, ME on March 4, 2026 at 13:30 local time.'),
        ({"city_locality": None}, 'Last update: "Departed facility" in ME on March 4, 2026 at 13:30 local time.'),
        (
            {"state_province": None},
            'Last update: "Departed facility" in PORTLAND on March 4, 2026 at 13:30 local time.',
        ),
        (
            {"city_locality": None, "state_province": None},
            'Last update: "Departed facility" on March 4, 2026 at 13:30 local time.',
        ),
        (
            {"description": None, "carrier_status_description": "On the van"},
            'Last update: "On the van" in PORTLAND, ME on March 4, 2026 at 13:30 local time.',
        ),
        (
            {"description": "Arrived at LAX.."},
            'Last update: "Arrived at LAX" in PORTLAND, ME on March 4, 2026 at 13:30 local time.',
        ),
        ({"description": None}, "It was last seen in PORTLAND, ME on March 4, 2026 at 13:30 local time."),
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
            'Last update: "Departed facility" in PORTLAND, ME on March 4, 2026 at 00:05 local time.',
        ),
        (
            {"carrier_occurred_at": datetime(2026, 3, 4, 5)},
            'Last update: "Departed facility" in PORTLAND, ME on March 4, 2026 at 05:00 local time.',
        ),
    ],
)
def test_the_second_sentence_is_the_newest_event(changes: dict[str, Any], sentence: str) -> None:
    event = ParcelEvent(**{**{name: getattr(SCAN, name) for name in FIELDS}, **changes})
    older = ParcelEvent(description="Older")
    assert summary(parcel(events=(event, older))) == f"Order A-100 (UPS, 1Z9) is on its way. {sentence}"


FIELDS = ("carrier_occurred_at", "occurred_at", "description", "city_locality", "state_province")


def test_the_last_update_is_the_newest_scan_by_time_wherever_it_stands_in_the_list() -> None:
    older = ParcelEvent(description="Older", occurred_at=datetime(2026, 3, 1, tzinfo=UTC))
    newer = ParcelEvent(description="Newer", occurred_at=datetime(2026, 3, 2, 7, tzinfo=UTC))
    assert 'Last update: "Newer" on March 2, 2026 at 07:00 UTC.' in summary(parcel(events=(older, newer)))


def test_a_carriers_time_that_is_the_apis_own_utc_is_told_as_utc() -> None:
    same = datetime(2026, 3, 4, 18, 30, tzinfo=UTC)
    event = ParcelEvent(description="Departed", carrier_occurred_at=same, occurred_at=same)
    assert 'Last update: "Departed" on March 4, 2026 at 18:30 UTC.' in summary(parcel(events=(event,)))


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


def test_a_parcel_in_trouble_that_is_overdue_tells_both() -> None:
    late = parcel("exception", exception_description="Snow.", estimated_delivery_date=datetime(2026, 3, 1))
    assert summary(late).endswith(". The carrier says: Snow. It was expected on March 1, 2026.")


@pytest.mark.parametrize(
    ("now", "sentence"),
    [
        (datetime(2026, 3, 1, tzinfo=UTC), "Delivery is expected on March 5, 2026."),
        (datetime(2026, 3, 5, 23, 59, tzinfo=UTC), "Delivery is expected on March 5, 2026."),
        (datetime(2026, 3, 6, 0, 0, tzinfo=UTC), "The estimated day of delivery is March 5, 2026."),
        (datetime(2026, 3, 6, 11, 59, tzinfo=UTC), "The estimated day of delivery is March 5, 2026."),
        (datetime(2026, 3, 6, 12, 0, tzinfo=UTC), "It was expected on March 5, 2026."),
        (datetime(2026, 4, 6, tzinfo=UTC), "It was expected on March 5, 2026."),
    ],
)
@pytest.mark.parametrize("estimate", [MIDNIGHT, datetime(2026, 3, 5, 7, tzinfo=UTC), datetime(2026, 3, 5, 23, 59)])
def test_a_day_that_is_over_everywhere_on_earth_was_expected_and_is_not_to_come(
    now: datetime, sentence: str, estimate: datetime
) -> None:
    assert summary(parcel(estimated_delivery_date=estimate), now=now).endswith(f". {sentence}")


# --- what needs attention, and what is not shipped -------------------------------------------------------------------


def attention(code: str, message: str, number: str | None = "1Z9") -> Attention:
    return Attention(code=code, severity="info", tracking_number=number, message=message)


def answer(shown: Parcel | None, state: str, **changes: Any) -> str:
    response = TrackOrderResponse(
        as_of=NOW,
        order_id="A-100",
        state=OrderState(state),
        tracking=shown,
        parcels=(shown,) if shown else (),
        **changes,
    )
    return response.summary()


def test_what_needs_attention_is_said_unless_the_state_or_the_estimated_day_says_it_already() -> None:
    entries = (
        attention("late", "The parcel was expected on March 1, 2026 and has not been delivered."),
        attention("late", "Parcel 2 was expected on March 2, 2026 and has not been delivered.", "2"),
        attention("stalled", "The parcel was last scanned on March 1, 2026, 3 business days ago."),
        attention("on_hold", "A part of the order is on hold.", None),
    )
    late = parcel(estimated_delivery_date=datetime(2026, 3, 1))
    assert answer(late, "in_transit", attention=entries) == (
        "Order A-100 (UPS, 1Z9) is on its way. It was expected on March 1, 2026. "
        "Parcel 2 was expected on March 2, 2026 and has not been delivered. "
        "The parcel was last scanned on March 1, 2026, 3 business days ago. A part of the order is on hold."
    )
    due = attention("late", "The parcel should have been delivered by March 1, 2026 and has not been delivered.")
    assert answer(parcel(), "in_transit", attention=(due,)).endswith(due.message)
    lost = attention("lost", "The parcel is reported as lost by the carrier.")
    assert answer(parcel("lost"), "lost", attention=(lost,)) == (
        "Order A-100 (UPS, 1Z9) is reported as lost by the carrier."
    )


@pytest.mark.parametrize(
    ("items", "told"),
    [
        ((ParcelItem(name="Blue mug", quantity=2), ParcelItem(sku="TEA")), "2 x Blue mug; TEA"),
        ((ParcelItem(quantity=1.5),), "1.5 x an item without a name"),
        (
            tuple(ParcelItem(name=f"n{number}") for number in range(12)),
            "; ".join(f"n{n}" for n in range(10)) + " and 2 more",
        ),
    ],
)
def test_what_is_not_shipped_yet_is_named(items: tuple[ParcelItem, ...], told: str) -> None:
    assert answer(None, "not_shipped", items_not_shipped=items) == f"Order A-100 has not been shipped yet ({told})."
    assert answer(parcel("delivered"), "partially_delivered", items_not_shipped=items) == (
        "Order A-100 (UPS, 1Z9) has been delivered in part; the rest has not been shipped yet. "
        f"Not shipped yet: {told}."
    )


def test_an_order_id_that_would_steer_a_terminal_is_said_without_what_would() -> None:
    assert summary(None, order_id="7\x1b[31m\u202e") == "Order 7[31m has not been shipped yet."


def test_who_asked_by_a_parcels_number_is_told_the_orders() -> None:
    by_parcel = answer(parcel(), "in_transit", matched_by="tracking_number", order_number="B-7")
    assert by_parcel == "Order B-7 (UPS, 1Z9) is on its way."
    assert answer(parcel(), "in_transit", matched_by="number", order_number="B-7").startswith("Order A-100 ")


# --- returns ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("delivered", "The return (UPS, 1Z7) has reached the shop."),
        ("in_transit", "The return (UPS, 1Z7) is on its way to the shop."),
        ("label_created", "The return (UPS, 1Z7) has a label, but the carrier has not received it yet."),
        ("lost", "The return (UPS, 1Z7) is reported as lost by the carrier."),
    ],
)
def test_a_return_is_told_as_a_return_and_after_the_order(state: str, sentence: str) -> None:
    back = parcel(state, tracking_number="1Z7", is_return_label=True)
    assert summary(parcel("delivered"), returns=(back,)) == f"Order A-100 (UPS, 1Z9) has been delivered. {sentence}"


def test_a_voided_return_is_not_told() -> None:
    back = parcel("cancelled", tracking_number="1Z7", is_return_label=True, voided=True)
    assert "return" not in summary(parcel("delivered"), returns=(back,))


@pytest.mark.parametrize("state", ParcelState)
def test_every_state_of_a_return_has_its_words(state: ParcelState) -> None:
    assert "The return (UPS, 1Z9) " in summary(None, "not_shipped", returns=(parcel(state),))


def test_all_three_sentences_stand_one_after_the_other() -> None:
    shown = parcel(events=(SCAN,), estimated_delivery_date=datetime(2026, 12, 31, 20, 0))
    assert summary(shown, order_id="#7") == (
        "Order #7 (UPS, 1Z9) is on its way. "
        'Last update: "Departed facility" in PORTLAND, ME on March 4, 2026 at 13:30 local time. '
        "Delivery is expected on December 31, 2026."
    )


MONTHS = "January February March April May June July August September October November December"


@pytest.mark.parametrize(("month", "name"), list(enumerate(MONTHS.split(), start=1)))
def test_months_are_english_whatever_the_machine_speaks(month: int, name: str) -> None:
    assert summary(parcel(estimated_delivery_date=datetime(2026, month, 9))).endswith(f" on {name} 9, 2026.")
