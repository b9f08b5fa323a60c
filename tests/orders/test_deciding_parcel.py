"""R11: which parcel is shown, which no longer count, and the state of the whole order (design 3)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipstation_aissist.orders.choosing import Candidate, choose, order_state
from shipstation_aissist.orders.parcel import Parcel
from shipstation_aissist.orders.states import OrderState, ParcelState

NOW = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)
DAYS = timedelta(days=1)

# Written out from design 3, R11.
MOST_TROUBLED_FIRST = [
    "lost",
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


def state_of(*candidates: Candidate, unshipped: int = 0) -> str:
    return order_state(choose(candidates, NOW), all_cancelled=False, unshipped=unshipped)


def test_every_state_has_its_place_in_the_order() -> None:
    assert sorted(MOST_TROUBLED_FIRST) == sorted(ParcelState)


@pytest.mark.parametrize(("first", "second"), list(combinations(MOST_TROUBLED_FIRST, 2)))
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


# --- parcels that no carrier has scanned -----------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["label_created", "unknown"])
def test_an_unscanned_parcel_yields_to_a_delivered_one_once_its_label_is_older_than_14_days(state: str) -> None:
    delivered = candidate("delivered", 20 * DAYS)
    reprinted = candidate(state, 14 * DAYS + timedelta(microseconds=1))
    for order in permutations((delivered, reprinted)):
        choice = choose(order, NOW)
        assert choice.shown == delivered
        assert choice.yielding == (reprinted,)
        assert choice.counting == (delivered,)
    assert state_of(delivered, reprinted) == "delivered"


@pytest.mark.parametrize("state", ["label_created", "unknown"])
def test_an_unscanned_parcel_of_14_days_exactly_still_counts(state: str) -> None:
    delivered, young = candidate("delivered"), candidate(state, 14 * DAYS)
    assert shown(delivered, young) == state
    assert choose([delivered, young], NOW).yielding == ()
    assert state_of(delivered, young) == "partially_delivered"


def test_a_zone_less_label_date_is_compared_as_utc() -> None:
    delivered = candidate("delivered")
    for age, yields in ((14 * DAYS, False), (14 * DAYS + timedelta(seconds=1), True)):
        naive = Candidate(Parcel(state=ParcelState.UNKNOWN), (NOW - age).replace(tzinfo=None))
        assert bool(choose([delivered, naive], NOW).yielding) is yields


def test_an_unscanned_parcel_of_unknown_age_does_not_yield() -> None:
    assert shown(candidate("delivered"), candidate("label_created", None)) == "label_created"


def test_an_unknown_parcel_of_whose_scans_nothing_could_be_learnt_does_not_yield() -> None:
    unanswered = candidate("unknown", 100 * DAYS, known=False)
    assert shown(candidate("delivered"), unanswered) == "unknown"
    assert choose([candidate("delivered"), unanswered], NOW).yielding == ()


def test_without_a_delivered_parcel_nothing_yields() -> None:
    assert choose([candidate("in_transit"), candidate("unknown", 100 * DAYS)], NOW).yielding == ()
    assert choose([candidate("label_created", 100 * DAYS)], NOW).yielding == ()


@pytest.mark.parametrize(
    "state", [one for one in MOST_TROUBLED_FIRST if one not in ("label_created", "unknown", "delivered")]
)
def test_a_parcel_that_was_scanned_never_yields(state: str) -> None:
    assert shown(candidate("delivered"), candidate(state, 100 * DAYS)) == state


def test_all_old_unscanned_parcels_yield_and_the_others_stay() -> None:
    parcels = [
        candidate("label_created", 15 * DAYS, "a"),
        candidate("delivered", 1 * DAYS, "b"),
        candidate("unknown", 30 * DAYS, "c"),
        candidate("in_transit", 30 * DAYS, "d"),
        candidate("unknown", 3 * DAYS, "e"),
    ]
    choice = choose(parcels, NOW)
    assert [one.parcel.tracking_number for one in choice.yielding] == ["a", "c"]
    assert [one.parcel.tracking_number for one in choice.counting] == ["b", "d", "e"]


# --- the state of the order ------------------------------------------------------------------------------------------


def test_an_order_without_live_shipments_is_cancelled_whatever_else() -> None:
    for candidates in ([], [candidate("delivered")], [candidate("in_transit")]):
        assert order_state(choose(candidates, NOW), all_cancelled=True, unshipped=0) is OrderState.CANCELLED


@pytest.mark.parametrize("unshipped", [0, 1, 2])
def test_an_order_without_a_parcel_is_not_shipped(unshipped: int) -> None:
    assert state_of(unshipped=unshipped) == "not_shipped"


@pytest.mark.parametrize("state", MOST_TROUBLED_FIRST)
def test_an_order_with_one_parcel_is_in_its_state(state: str) -> None:
    assert state_of(candidate(state)) == state
    assert isinstance(order_state(choose([candidate(state)], NOW), all_cancelled=False, unshipped=0), OrderState)


@pytest.mark.parametrize("state", [one for one in MOST_TROUBLED_FIRST if one != "delivered"])
def test_an_order_with_one_delivered_and_one_other_parcel_is_partially_delivered(state: str) -> None:
    assert state_of(candidate("delivered"), candidate(state)) == "partially_delivered"


@pytest.mark.parametrize(
    ("states", "unshipped", "expected"),
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
def test_the_state_of_an_order_with_several_parts(states: list[str], unshipped: int, expected: str) -> None:
    assert state_of(*(candidate(state) for state in states), unshipped=unshipped) == expected


def test_a_parcel_that_yielded_does_not_make_the_order_partially_delivered() -> None:
    assert state_of(candidate("delivered"), candidate("label_created", 15 * DAYS)) == "delivered"
    assert state_of(candidate("delivered"), candidate("label_created", 15 * DAYS), unshipped=1) == "partially_delivered"


ages = st.none() | st.integers(0, 40).map(lambda days: days * DAYS)
candidates = st.lists(st.builds(candidate, st.sampled_from(MOST_TROUBLED_FIRST), ages, known=st.booleans()), max_size=6)


@given(candidates, st.integers(0, 2))
def test_an_order_is_never_shown_as_delivered_while_a_parcel_is_out(parcels: list[Candidate], unshipped: int) -> None:
    choice = choose(parcels, NOW)
    state = order_state(choice, all_cancelled=False, unshipped=unshipped)
    assert sorted(map(str, (*choice.counting, *choice.yielding))) == sorted(map(str, parcels))
    if state == "delivered":
        assert unshipped == 0
        assert {one.parcel.state for one in choice.counting} == {ParcelState.DELIVERED}
        assert {one.parcel.state for one in choice.yielding} <= {ParcelState.LABEL_CREATED, ParcelState.UNKNOWN}
    assert (state == "partially_delivered") <= any(one.parcel.state == "delivered" for one in parcels)
    assert (choice.shown is None) is (not parcels)
