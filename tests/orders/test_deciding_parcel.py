"""R11: which parcel is shown, and the state of the whole order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipstation_aissist.orders.choosing import choose, order_state
from shipstation_aissist.orders.parcel import Parcel
from shipstation_aissist.orders.states import OrderState, ParcelState
from shipstation_aissist.orders.yielding import Candidate

NOW = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)
DAYS = timedelta(days=1)

# Written out, not read from the code.
MOST_TROUBLED_FIRST = [
    "lost",
    "returned",
    "returning_to_sender",
    "exception",
    "delivery_attempted",
    "available_for_pickup",
    "out_for_delivery",
    "in_transit",
    "accepted",
    "label_created",
    "unknown",
    "cancelled",
    "delivered",
]


def candidate(state: str, age: timedelta | None = 1 * DAYS, name: str | None = None, known: bool = True) -> Candidate:
    parcel = Parcel(tracking_number=name or state, state=ParcelState(state))
    return Candidate(parcel, None if age is None else NOW - age, scans_known=known)


def shown(*candidates: Candidate) -> str | None:
    choice = choose(candidates, NOW)
    return choice.shown.parcel.tracking_number if choice.shown else None


def state_of(*candidates: Candidate, outstanding: int = 0) -> str:
    return order_state(choose(candidates, NOW), all_cancelled=False, outstanding=outstanding)


def test_every_state_has_its_place_in_the_order() -> None:
    assert sorted(MOST_TROUBLED_FIRST) == sorted(ParcelState)


@pytest.mark.parametrize(
    ("first", "second"), [pair for pair in combinations(MOST_TROUBLED_FIRST, 2) if "cancelled" not in pair]
)
def test_the_more_troubled_of_two_parcels_is_shown_whichever_is_newer(first: str, second: str) -> None:
    for older, newer in permutations((first, second)):
        for order in permutations((candidate(older, 2 * DAYS), candidate(newer, 1 * DAYS))):
            assert shown(*order) == first


def test_ties_go_to_the_newest_label() -> None:
    old, new = candidate("in_transit", 3 * DAYS, "old"), candidate("in_transit", 1 * DAYS, "new")
    assert shown(old, new) == shown(new, old) == "new"
    delivered_old, delivered_new = candidate("delivered", 3 * DAYS, "old"), candidate("delivered", 1 * DAYS, "new")
    assert shown(delivered_old, delivered_new) == shown(delivered_new, delivered_old) == "new"


def test_a_label_without_a_date_counts_as_the_oldest_and_among_equals_the_first_is_shown() -> None:
    dated, undated = candidate("in_transit", 900 * DAYS, "dated"), candidate("in_transit", None, "undated")
    assert shown(undated, dated) == "dated"
    assert shown(candidate("in_transit", name="first"), candidate("in_transit", name="second")) == "first"
    assert shown(candidate("lost", None, "first"), candidate("lost", None, "second")) == "first"


def test_a_date_without_a_zone_counts_as_utc() -> None:
    naive = Candidate(Parcel(tracking_number="naive", state=ParcelState.LOST), datetime(2026, 3, 30, 12))
    east = timezone(timedelta(hours=9))
    earlier = Candidate(Parcel(state=ParcelState.LOST), datetime(2026, 3, 30, 20, 59, tzinfo=east))
    later = Candidate(
        Parcel(tracking_number="later", state=ParcelState.LOST), datetime(2026, 3, 30, 21, 1, tzinfo=east)
    )
    assert shown(earlier, naive) == "naive"
    assert shown(naive, later) == "later"


def test_nothing_is_shown_of_nothing() -> None:
    choice = choose([], NOW)
    assert (choice.shown, choice.counting, choice.yielding) == (None, (), ())


# --- the state of the order ------------------------------------------------------------------------------------------


def test_an_order_without_live_shipments_is_cancelled_whatever_else() -> None:
    for candidates in ([], [candidate("delivered")], [candidate("in_transit")]):
        assert order_state(choose(candidates, NOW), all_cancelled=True, outstanding=0) is OrderState.CANCELLED


@pytest.mark.parametrize("outstanding", [0, 1, 2])
def test_an_order_without_a_parcel_is_not_shipped(outstanding: int) -> None:
    assert state_of(outstanding=outstanding) == "not_shipped"


@pytest.mark.parametrize("state", MOST_TROUBLED_FIRST)
def test_an_order_with_one_parcel_is_in_its_state(state: str) -> None:
    assert state_of(candidate(state)) == state
    assert isinstance(order_state(choose([candidate(state)], NOW), all_cancelled=False, outstanding=0), OrderState)


@pytest.mark.parametrize("state", [state for state in MOST_TROUBLED_FIRST if state not in ("delivered", "cancelled")])
def test_an_order_with_one_delivered_and_one_other_parcel_is_partially_delivered(state: str) -> None:
    assert state_of(candidate("delivered"), candidate(state)) == "partially_delivered"


@pytest.mark.parametrize(
    ("states", "outstanding", "expected"),
    [
        (["delivered", "delivered"], 0, "delivered"),
        (["delivered"], 1, "partially_delivered"),
        (["delivered", "delivered"], 2, "partially_delivered"),
        (["in_transit"], 1, "in_transit"),
        (["in_transit", "accepted"], 0, "in_transit"),
        (["lost", "delivered", "delivered"], 0, "partially_delivered"),
        (["label_created"], 3, "label_created"),
    ],
)
def test_the_state_of_an_order_with_several_parts(states: list[str], outstanding: int, expected: str) -> None:
    assert state_of(*(candidate(state) for state in states), outstanding=outstanding) == expected


ages = st.none() | st.integers(0, 40).map(lambda days: days * DAYS)
candidates = st.lists(st.builds(candidate, st.sampled_from(MOST_TROUBLED_FIRST), ages, known=st.booleans()), max_size=6)


@given(candidates, st.integers(0, 2))
def test_an_order_is_never_shown_as_delivered_while_a_parcel_that_counts_is_out(
    parcels: list[Candidate], outstanding: int
) -> None:
    choice = choose(parcels, NOW)
    state = order_state(choice, all_cancelled=False, outstanding=outstanding)
    gone = [yielded.candidate for yielded in choice.yielding]
    assert sorted(map(str, (*choice.counting, *gone))) == sorted(map(str, parcels))
    if state == "delivered":
        assert outstanding == 0
        assert {counting.parcel.state for counting in choice.counting} == {ParcelState.DELIVERED}
    assert (state == "partially_delivered") <= any(parcel.parcel.state == "delivered" for parcel in parcels)
    assert (choice.shown is None) is (not parcels)
