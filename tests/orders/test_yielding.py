"""R11: which parcels no longer count, and why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from shipstation_aissist.orders.choosing import choose, order_state, replaced_by
from shipstation_aissist.orders.parcel import Parcel, ParcelEvent, ParcelItem
from shipstation_aissist.orders.states import ParcelState
from shipstation_aissist.orders.yielding import Candidate, contents_of, no_longer_counting, was_scanned

NOW = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)
DAYS = timedelta(days=1)
MUGS = frozenset({("mug", 2)})
SPOONS = frozenset({("spoon", 1)})


def candidate(
    state: str,
    age: float | None = 1,
    name: str | None = None,
    *,
    scanned: float | None = None,
    known: bool = True,
    of: str = "se-1",
    contents: frozenset[tuple[str, int | float | None]] = MUGS,
    elsewhere: bool = False,
) -> Candidate:
    """A parcel whose label is ``age`` days old and that was last scanned so many days ago."""
    scan = None if scanned is None else NOW - scanned * DAYS
    parcel = Parcel(tracking_number=name or state, state=ParcelState(state), last_scan_at=scan)
    made = None if age is None else NOW - age * DAYS
    return Candidate(parcel, made, known, frozenset([of]), contents, elsewhere)


def gone(*candidates: Candidate) -> dict[str | None, str]:
    """Number and reason of those that no longer count, the same in whatever order they come."""
    found = {
        frozenset((why.candidate.parcel.tracking_number, why.reason) for why in no_longer_counting(them, NOW))
        for them in permutations(candidates)
    }
    assert len(found) == 1
    return dict(found.pop())


def state_of(*candidates: Candidate, outstanding: int = 0) -> str:
    return order_state(choose(candidates, NOW), all_cancelled=False, outstanding=outstanding)


# --- (a) reprinted ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["label_created", "unknown"])
def test_an_unscanned_label_older_than_14_days_yields_to_a_delivered_one_of_the_same_shipment(state: str) -> None:
    delivered = candidate("delivered", 20, scanned=15)
    reprinted = candidate(state, 14.001)
    assert gone(delivered, reprinted) == {state: "reprinted"}
    choice = choose([reprinted, delivered], NOW)
    assert (choice.shown, choice.counting) == (delivered, (delivered,))
    assert state_of(delivered, reprinted) == "delivered"
    assert choice.yielding[0].told() == f"Parcel {state} was never scanned and its label is old: it no longer counts."


@pytest.mark.parametrize("state", ["label_created", "unknown"])
def test_an_unscanned_label_of_14_days_exactly_still_counts(state: str) -> None:
    delivered, young = candidate("delivered", 16, scanned=15), candidate(state, 14)
    assert gone(delivered, young) == {}
    assert state_of(delivered, young) == "partially_delivered"


def test_an_unscanned_label_of_another_shipment_is_the_second_half_and_still_counts() -> None:
    half = candidate("label_created", 16, of="se-2", contents=SPOONS)
    assert gone(candidate("delivered", 16, scanned=10), half) == {}


def test_a_label_that_two_shipments_share_yields_beside_a_delivered_one_of_either() -> None:
    both = Candidate(Parcel(tracking_number="both"), NOW - 20 * DAYS, True, frozenset(["se-1", "se-2"]))
    assert gone(candidate("delivered", 30, of="se-2", contents=SPOONS), both) == {"both": "reprinted"}


def test_a_failed_or_unsupported_tracking_is_no_evidence_that_nobody_scanned_the_parcel() -> None:
    """R8."""
    assert gone(candidate("delivered", 30), candidate("unknown", 100, known=False)) == {}


def test_a_label_of_unknown_age_does_not_yield() -> None:
    assert gone(candidate("delivered"), candidate("label_created", None)) == {}


def test_a_zone_less_label_date_is_compared_as_utc() -> None:
    for age, reasons in ((14, {}), (14.001, {"x": "reprinted"})):
        naive = Candidate(
            Parcel(tracking_number="x"), (NOW - age * DAYS).replace(tzinfo=None), True, frozenset(["se-1"])
        )
        assert gone(candidate("delivered", 30), naive) == reasons


def test_without_a_delivered_parcel_no_label_is_a_reprint() -> None:
    assert gone(candidate("in_transit", 30, scanned=29), candidate("label_created", 20)) == {}


@pytest.mark.parametrize("state", ["in_transit", "label_created"])
def test_an_unknown_parcel_that_has_a_scan_does_not_yield_as_a_reprint(state: str) -> None:
    event = ParcelEvent(state=ParcelState(state))
    parcel = Candidate(Parcel(tracking_number="x", events=(event,)), NOW - 15 * DAYS, True, frozenset(["se-1"]))
    assert gone(candidate("delivered", 30), parcel) == ({} if state == "in_transit" else {"x": "reprinted"})


# --- (b) replaced ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["lost", "returned", "returning_to_sender", "cancelled"])
def test_a_parcel_that_will_not_arrive_is_replaced_by_a_later_label_of_the_same_shipment(state: str) -> None:
    lost, second = candidate(state, 40, scanned=30), candidate("delivered", 9, scanned=5)
    assert gone(lost, second) == {state: "replaced"}
    choice = choose([lost, second], NOW)
    assert replaced_by(lost, choice) == "delivered"
    assert replaced_by(second, choice) is None
    assert state_of(lost, second) == "delivered"
    assert choice.yielding[0].told() == f"Parcel {state} was replaced by delivered: it no longer counts."


def test_a_replacement_that_travels_replaces_as_one_that_has_arrived() -> None:
    lost, second = candidate("lost", 40, scanned=30), candidate("in_transit", 9, scanned=5)
    assert gone(lost, second) == {"lost": "replaced"}
    assert state_of(lost, second) == "in_transit"


def test_a_later_label_that_nobody_scanned_replaces_nothing_yet() -> None:
    assert gone(candidate("lost", 40, scanned=30), candidate("label_created", 9)) == {}


def test_a_label_made_before_the_last_scan_is_no_replacement() -> None:
    lost, second = candidate("lost", 40, scanned=30), candidate("delivered", 31, scanned=25)
    assert gone(lost, second) == {}
    assert state_of(lost, second) == "partially_delivered"


def test_without_a_scan_a_replacement_was_made_more_than_three_days_after_the_label() -> None:
    assert gone(candidate("lost", 40), candidate("delivered", 36.9, scanned=30)) == {"lost": "replaced"}
    assert gone(candidate("lost", 40), candidate("delivered", 37, scanned=30)) == {}


def test_a_replacement_in_another_shipment_has_the_same_items() -> None:
    lost = candidate("lost", 40, scanned=30)
    assert gone(lost, candidate("delivered", 9, scanned=5, of="se-2")) == {"lost": "replaced"}
    assert gone(lost, candidate("delivered", 9, scanned=5, of="se-2", contents=SPOONS)) == {}
    nothing: frozenset[tuple[str, int | float | None]] = frozenset()
    unknown = candidate("lost", 40, scanned=30, contents=nothing)
    assert gone(unknown, candidate("delivered", 9, scanned=5, of="se-2", contents=nothing)) == {}


def test_the_shipment_of_a_replaced_parcel_has_that_of_its_replacement() -> None:
    choice = choose([candidate("lost", 40, scanned=30), candidate("delivered", 9, scanned=5, of="se-2")], NOW)
    assert choice.covered() == {"se-1", "se-2"}


@pytest.mark.parametrize("state", ["in_transit", "exception", "accepted", "unknown", "delivery_attempted"])
def test_a_parcel_without_a_scan_for_21_days_is_replaced_too(state: str) -> None:
    for silent, reasons in ((21, {}), (21.001, {state: "replaced"})):
        parcels = candidate(state, 40, scanned=silent), candidate("delivered", 9, scanned=5)
        assert gone(*parcels) == reasons


def test_a_label_that_nobody_ever_scanned_is_replaced_after_21_days_if_its_tracking_was_read() -> None:
    later = candidate("in_transit", 9, scanned=5)
    assert gone(candidate("label_created", 21.001), later) == {"label_created": "replaced"}
    assert gone(candidate("label_created", 21), later) == {}
    assert gone(candidate("unknown", 40, known=False), later) == {}


def test_of_several_replacements_the_newest_took_the_place() -> None:
    first = candidate("lost", 60, "A", scanned=50)
    second = candidate("lost", 40, "B", scanned=30)
    third = candidate("delivered", 9, "C", scanned=5)
    assert gone(first, second, third) == {"A": "replaced", "B": "replaced"}
    choice = choose([first, second, third], NOW)
    assert (replaced_by(first, choice), replaced_by(second, choice)) == ("C", "C")


def test_two_halves_of_a_split_replace_nothing_of_each_other() -> None:
    lost = candidate("lost", 40, scanned=30)
    other = candidate("delivered", 9, scanned=5, of="se-2", contents=SPOONS)
    assert choose([lost, other], NOW).shown == lost
    assert state_of(lost, other) == "partially_delivered"


def test_a_delivered_parcel_is_never_replaced() -> None:
    assert gone(candidate("delivered", 90, "A", scanned=80), candidate("delivered", 9, "B", scanned=5)) == {}


# --- (c) cancelled by the carrier ------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [str(state) for state in ParcelState if state not in ("cancelled", "returned")])
def test_a_parcel_that_the_carrier_cancelled_yields_to_any_other(state: str) -> None:
    assert gone(candidate("cancelled"), candidate(state)) == {"cancelled": "cancelled"}
    assert state_of(candidate("cancelled"), candidate(state)) == state


def test_parcels_that_were_all_cancelled_count_and_so_does_the_only_one() -> None:
    assert gone(candidate("cancelled", 1, "A"), candidate("cancelled", 2, "B")) == {}
    assert state_of(candidate("cancelled")) == "cancelled"


def test_the_shipment_of_a_parcel_that_the_carrier_cancelled_has_no_parcel() -> None:
    choice = choose([candidate("cancelled", of="se-2", contents=SPOONS), candidate("delivered")], NOW)
    assert choice.covered() == {"se-1"}


# --- (d) shipped elsewhere long ago ----------------------------------------------------------------------------------


def test_a_fulfillment_without_a_delivered_date_yields_after_60_days_to_a_delivered_parcel() -> None:
    for age, reasons in ((60, {}), (60.001, {"unknown": "old fulfillment"})):
        old = candidate("unknown", age, known=False, of="se-2", contents=SPOONS, elsewhere=True)
        assert gone(candidate("delivered", 50), old) == reasons
    choice = choose([old, candidate("delivered", 50)], NOW)
    assert choice.covered() == {"se-1", "se-2"}
    assert "more than 60 days ago" in choice.yielding[0].told()


def test_an_old_fulfillment_counts_while_nothing_is_delivered() -> None:
    old = candidate("unknown", 100, known=False, of="se-2", contents=SPOONS, elsewhere=True)
    assert gone(candidate("in_transit", 50, scanned=1), old) == {}


# --- what they are compared by ---------------------------------------------------------------------------------------


def test_contents_are_compared_by_sku_else_by_name_with_their_quantities_added() -> None:
    items = [
        ParcelItem(name="Mug", sku="M-1", quantity=1),
        ParcelItem(name="Blue mug", sku="m-1 ", quantity=2),
        ParcelItem(name="Spoon", quantity=None),
        ParcelItem(quantity=1),
    ]
    assert contents_of(items) == {("m-1", 3), ("spoon", None)}
    assert contents_of([]) == frozenset()


@pytest.mark.parametrize(
    ("state", "scanned"),
    [("unknown", False), ("label_created", False), ("cancelled", False), ("in_transit", True), ("delivered", True)],
)
def test_a_parcel_was_scanned_if_its_state_or_one_of_its_events_says_so(state: str, scanned: bool) -> None:
    assert was_scanned(Parcel(state=ParcelState(state))) is scanned
    assert was_scanned(Parcel(state=ParcelState(state), last_scan_at=NOW))
    assert was_scanned(Parcel(state=ParcelState(state), events=(ParcelEvent(state=ParcelState.UNKNOWN),)))
    label_made = (ParcelEvent(state=ParcelState.LABEL_CREATED),)
    assert was_scanned(Parcel(state=ParcelState(state), events=label_made)) is scanned


# --- delivered in part -----------------------------------------------------------------------------------------------


def test_a_parcel_that_was_delivered_in_part_makes_the_order_partially_delivered_and_is_shown() -> None:
    """R13."""
    in_part = Candidate(
        Parcel(tracking_number="P", state=ParcelState.DELIVERED, status_detail_code="DELIVERED_IN_PART"), NOW - 9 * DAYS
    )
    assert state_of(in_part) == "partially_delivered"
    whole = candidate("delivered", 1)
    choice = choose([whole, in_part], NOW)
    assert choice.shown == in_part
    assert choice.told() == "Of 2 parcels, P decides: a delivery in part comes before a whole one."
    assert state_of(whole, in_part) == "partially_delivered"


def test_a_scan_of_a_delivery_in_part_counts_where_the_top_level_lags() -> None:
    delivery = ParcelEvent(state=ParcelState.DELIVERED, status_code="DE", status_detail_code="DELIVERED_IN_PART")
    lagging = Parcel(state=ParcelState.DELIVERED, status_code="IT", events=(delivery,))
    assert state_of(Candidate(lagging)) == "partially_delivered"
    later = Parcel(state=ParcelState.DELIVERED, status_code="DE", status_detail_code="DELIVERED", events=(delivery,))
    assert state_of(Candidate(later)) == "delivered"


# --- why the one that is shown decides -------------------------------------------------------------------------------


def test_the_reason_names_the_state_that_comes_first() -> None:
    choice = choose([candidate("delivered", 9, "D"), candidate("in_transit", 3, "X", of="se-2")], NOW)
    assert choice.told() == "Of 2 parcels, X decides: in_transit comes before delivered."


def test_the_reason_among_equals_is_that_it_is_the_newest() -> None:
    two = [candidate("in_transit", 3, "A"), candidate("in_transit", 1, "B")]
    assert choose(two, NOW).told() == "Of 2 parcels, B decides: the newest of two."
    three = [*two, candidate("in_transit", 2, "C"), candidate("delivered", 9, "D")]
    assert choose(three, NOW).told() == "Of 4 parcels, B decides: the newest of three."


def test_the_reason_beside_parcels_that_no_longer_count_is_that_it_is_the_only_one() -> None:
    choice = choose([candidate("delivered", 30, "D"), candidate("label_created", 20, "L")], NOW)
    assert choice.told() == "Of 2 parcels, D decides: it is the only one that counts."


def test_there_is_no_reason_to_give_where_there_is_no_choice() -> None:
    assert choose([], NOW).told() is None
    assert choose([candidate("lost")], NOW).told() is None
