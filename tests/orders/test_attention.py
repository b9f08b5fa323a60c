"""What needs attention: the table over states, ages, estimates and patience, written from the rules' sentences."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import attrs
import pytest

from shipstation_aissist.errors import ConfigurationError
from shipstation_aissist.orders.attention import (
    Assessment,
    Attention,
    ReplacedNumber,
    UnshippedPart,
    WatchedParcel,
    with_next_steps,
)
from shipstation_aissist.orders.attention_codes import ATTENTION_CODES
from shipstation_aissist.orders.attention_rules import assess
from shipstation_aissist.orders.days import business_days
from shipstation_aissist.orders.parcel import Parcel, ParcelEvent
from shipstation_aissist.orders.patience import Patience
from shipstation_aissist.orders.states import ParcelState

NOW = datetime(2026, 3, 13, 15, tzinfo=UTC)  # a Friday
ALL = list(ParcelState)
SETTLED = {"delivered", "returned", "lost", "cancelled"}
MOVING = {"accepted", "in_transit", "exception"}
UNSCANNED = {"label_created", "unknown"}
OF_STATE = {
    "lost": "lost",
    "returned": "returned",
    "returning_to_sender": "returning",
    "delivery_attempted": "delivery_attempted",
    "available_for_pickup": "waiting_for_pickup",
}


def watched(state: str = "in_transit", **changes: Any) -> WatchedParcel:
    names = {field.name for field in attrs.fields(WatchedParcel)}
    beside = {name: changes.pop(name) for name in list(changes) if name in names}
    parcel = Parcel(**{"tracking_number": "1Z9", "state": ParcelState(state), **changes})
    return WatchedParcel(parcel=parcel, **beside)


def assessed(*parcels: WatchedParcel, now: datetime = NOW, patience: Patience | None = None) -> Assessment:
    return assess(parcels, (), now, patience or Patience())


def told(*parcels: WatchedParcel, **how: Any) -> dict[str, Attention]:
    return {entry.code: entry for entry in assessed(*parcels, **how).attention}


def codes(*parcels: WatchedParcel, **how: Any) -> set[str]:
    return set(told(*parcels, **how))


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


# --- the table: state x age x estimate x patience --------------------------------------------------------------------

PATIENCES = [Patience(), Patience(late_days=2, no_scan_days=5, stalled_days=1, presumed_lost_days=6)]
WORKING = {0: 0, 1: 1, 3: 3, 4: 4, 5: 4, 6: 4, 7: 5, 8: 6, 10: 8, 11: 9, 12: 9, 21: 15, 40: 29}
"""Business days from so many days before a Friday until it: counted by hand on a calendar."""


@pytest.mark.parametrize("patience", PATIENCES, ids=["patient", "impatient"])
@pytest.mark.parametrize("state", ALL)
def test_state_age_estimate_and_patience_decide_what_needs_attention(state: ParcelState, patience: Patience) -> None:
    for age in WORKING:
        for estimate in (None, -1, 0, 1, 2, 3, 5):
            found = told(_aged(state, age, estimate), patience=patience)
            expected = _expected(state, age, estimate, patience)
            assert set(found) == set(expected), (age, estimate)
            for code, severity in expected.items():
                assert severity in (None, found[code].severity), (age, estimate)


def _aged(state: ParcelState, age: int, estimate: int | None) -> WatchedParcel:
    """A parcel that was labelled and, where its state says so, last scanned ``age`` days ago."""
    return watched(
        state,
        label_made_at=days_ago(age),
        last_scan_at=None if state in UNSCANNED else days_ago(age),
        estimated_delivery_date=None if estimate is None else datetime(2026, 3, 13) - timedelta(days=estimate),
    )


def _expected(state: ParcelState, age: int, estimate: int | None, patience: Patience) -> dict[str, str | None]:
    expected: dict[str, str | None] = {OF_STATE[state]: None} if state in OF_STATE else {}
    # At 15:00 UTC it is the 13th everywhere from the date line to UTC+8: the days before are over.
    if state not in SETTLED and estimate is not None and estimate > patience.late_days:
        expected["late"] = "act" if estimate >= 3 else "info"
    if state in UNSCANNED and WORKING[age] > patience.no_scan_days:
        expected["no_scan"] = "act" if WORKING[age] >= 7 else "info"
    if state in MOVING and age > patience.presumed_lost_days:
        expected["presumed_lost"] = "act"
    elif state in MOVING and WORKING[age] > patience.stalled_days:
        expected["stalled"] = None
    return expected


# --- days ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "until", "count"),
    [
        ("2026-03-13", "2026-03-13", 0),  # the same Friday
        ("2026-03-13", "2026-03-14", 0),  # Saturday
        ("2026-03-13", "2026-03-15", 0),  # Sunday
        ("2026-03-13", "2026-03-16", 1),  # Monday
        ("2026-03-14", "2026-03-16", 1),
        ("2026-03-15", "2026-03-16", 1),
        ("2026-03-16", "2026-03-20", 4),
        ("2026-03-16", "2026-03-23", 5),
        ("2026-03-11", "2026-03-25", 10),
        ("2026-03-16", "2026-03-13", 0),
    ],
)
def test_business_days_are_monday_to_friday_and_the_first_day_does_not_count(
    since: str, until: str, count: int
) -> None:
    assert business_days(date.fromisoformat(since), date.fromisoformat(until)) == count


def test_business_days_agree_with_counting_day_by_day() -> None:
    start = date(2026, 1, 1)
    for offset in range(7):
        first = start + timedelta(days=offset)
        for length in range(40):
            days = [first + timedelta(days=day) for day in range(1, length + 1)]
            assert business_days(first, first + timedelta(days=length)) == sum(day.isoweekday() < 6 for day in days)


@pytest.mark.parametrize(
    ("now", "is_stalled"),
    [
        ("2026-03-15", False),  # Sunday
        ("2026-03-16", False),  # Monday
        ("2026-03-17", False),
        ("2026-03-18", False),  # the third business day
        ("2026-03-19", True),
    ],
)
def test_a_parcel_that_was_scanned_before_the_weekend_is_not_stalled_on_monday(now: str, is_stalled: bool) -> None:
    friday = datetime(2026, 3, 13, 9, tzinfo=UTC)
    later = datetime.fromisoformat(now).replace(hour=12, tzinfo=UTC)
    assert ("stalled" in codes(watched(last_scan_at=friday), now=later)) is is_stalled


@pytest.mark.parametrize(
    ("estimate", "late_from"),
    [
        (datetime(2026, 3, 10), "2026-03-11T12:00:00+00:00"),
        (datetime(2026, 3, 10, tzinfo=UTC), "2026-03-11T12:00:00+00:00"),
        (datetime(2026, 3, 10, 7, tzinfo=UTC), "2026-03-11T12:00:00+00:00"),  # midnight of Los Angeles
        (datetime(2026, 3, 9, 23, tzinfo=UTC), "2026-03-11T12:00:00+00:00"),  # midnight of Berlin
        (datetime(2026, 3, 10, 20), "2026-03-11T12:00:00+00:00"),
        (datetime(2026, 3, 10, 20, tzinfo=timezone(timedelta(hours=14))), "2026-03-11T12:00:00+00:00"),
    ],
)
def test_an_estimated_day_is_over_when_it_is_over_everywhere_on_earth(estimate: datetime, late_from: str) -> None:
    moment = datetime.fromisoformat(late_from)
    parcel = watched(estimated_delivery_date=estimate)
    assert "late" not in codes(parcel, now=moment - timedelta(seconds=1))
    found = told(parcel, now=moment)["late"]
    assert (found.since, found.days, found.severity) == (date(2026, 3, 10), 1, "info")
    # The same instant, told on the clocks of the first and the last zone.
    for hours in (-12, 14):
        assert told(parcel, now=moment.astimezone(timezone(timedelta(hours=hours)))) == {"late": found}


def test_a_late_parcel_is_one_to_act_on_from_the_third_day_on() -> None:
    parcel = watched(estimated_delivery_date=datetime(2026, 3, 10))
    assert told(parcel, now=datetime(2026, 3, 13, 11, 59, tzinfo=UTC))["late"].severity == "info"
    assert told(parcel, now=datetime(2026, 3, 13, 12, tzinfo=UTC))["late"].severity == "act"


def test_the_shipments_own_date_counts_where_there_is_no_estimate() -> None:
    due = datetime(2026, 3, 9)
    assert told(watched(deliver_by_date=due))["late"].message == (
        "The parcel should have been delivered by March 9, 2026 and has not been delivered."
    )
    assert "late" not in codes(watched(deliver_by_date=due, estimated_delivery_date=datetime(2026, 3, 20)))
    assert "late" not in codes(watched())


@pytest.mark.parametrize(("days", "code"), [(7, "stalled"), (8, "stalled"), (20, "stalled"), (21, "presumed_lost")])
def test_a_parcel_that_goes_abroad_is_given_more_time(days: int, code: str) -> None:
    parcel = watched(last_scan_at=days_ago(days), is_international=True)
    if days == 7:  # five business days
        assert codes(parcel) == set()
    else:
        assert codes(parcel) == {code}


def test_silence_is_told_with_the_day_of_the_place_where_it_was_last_seen() -> None:
    scan = ParcelEvent(
        carrier_occurred_at=datetime(2026, 3, 4, 23, 30),
        occurred_at=datetime(2026, 3, 5, 4, 30, tzinfo=UTC),
        state=ParcelState.IN_TRANSIT,
    )
    parcel = watched(last_scan_at=scan.occurred_at, events=(scan,))
    found = told(parcel)["stalled"]
    assert (found.since, found.days) == (date(2026, 3, 4), 7)
    assert found.message == "The parcel was last scanned on March 4, 2026, 7 business days ago."


def test_a_parcel_that_is_presumed_lost_may_be_lost_and_is_not_said_to_be() -> None:
    found = told(watched(last_scan_at=days_ago(30)))["presumed_lost"]
    assert found.message == "The parcel was last scanned on February 11, 2026, 30 days ago, and may be lost."


@pytest.mark.parametrize(
    ("changes", "is_told"),
    [
        ({}, True),
        ({"scans_known": False}, False),
        ({"last_scan_at": days_ago(20)}, False),
        ({"events": (ParcelEvent(state=ParcelState.UNKNOWN),)}, False),
        ({"events": (ParcelEvent(state=ParcelState.LABEL_CREATED),)}, True),
        ({"label_made_at": None}, False),
    ],
)
def test_an_unknown_parcel_has_no_scan_only_where_its_carrier_would_have_told_of_one(
    changes: dict[str, Any], is_told: bool
) -> None:
    parcel = watched("unknown", **{"label_made_at": days_ago(20), **changes})
    assert ("no_scan" in codes(parcel)) is is_told


@pytest.mark.parametrize(
    "changes",
    [
        {"last_scan_at": NOW + timedelta(days=1, seconds=1)},
        {"last_scan_at": datetime(1999, 12, 31, tzinfo=UTC)},
        {"last_scan_at": datetime(2101, 1, 1, tzinfo=UTC)},
        {"state": "label_created", "label_made_at": datetime(1970, 1, 1, tzinfo=UTC)},
    ],
)
def test_a_date_that_cannot_be_true_makes_no_attention_but_a_warning(changes: dict[str, Any]) -> None:
    found = assessed(watched(**changes))
    assert found.attention == ()
    (warning,) = found.warnings
    assert "1Z9 cannot be true" in warning


def test_a_date_that_is_off_by_a_clock_or_a_zone_is_no_fault() -> None:
    assert assessed(watched(last_scan_at=NOW + timedelta(hours=23))) == Assessment((), ())


# --- states and codes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "detail", "expected"),
    [
        ("exception", "HELD_BY_CUSTOMS", {"customs"}),
        ("exception", "held_by_import_customs", {"customs"}),
        ("exception", "INCORRECT_DECLARATION", {"customs"}),
        ("in_transit", "CUSTOMS_CLEARED", set()),
        ("exception", "HELD_BY_CARRIER", {"held"}),
        ("exception", "ADDRESS_QUERY", {"address_problem"}),
        ("exception", "CUSTOMER_MOVED", {"address_problem"}),
        ("exception", "PARCEL_DAMAGED", {"damaged"}),
        ("delivered", "DELIVERED_DAMAGED", {"damaged"}),
        ("delivered", "DELIVERED_IN_PART", {"delivered_in_part"}),
        ("delivered", "DELIVERED_TO_NEIGHBOUR", {"delivered_elsewhere"}),
        ("delivered", "DELIVERED_SPECIFIED_SAFE_PLACE", {"delivered_elsewhere"}),
        ("delivered", "DELIVERED_TO_PO_BOX", {"delivered_elsewhere"}),
        ("delivered", "DELIVERED_TO_ALTERNATIVE_DELIVERY_LOCATION", {"delivered_elsewhere"}),
        ("available_for_pickup", "DELIVERED_TO_LOCKER_COLLECTION_POINT", {"delivered_elsewhere", "waiting_for_pickup"}),
        ("available_for_pickup", "COLLECT_AT_LOCAL_PO", {"waiting_for_pickup"}),
        ("delivery_attempted", "CUSTOMER_CARDED", {"delivery_attempted"}),
        ("returning_to_sender", "REFUSED_BY_CUSTOMER", {"returning"}),
        ("returned", None, {"returned"}),
        ("lost", "PARCEL_LOST", {"lost"}),
        ("delivered", "DELIVERED", set()),
        ("delivered", "SOMETHING_NEW", set()),
        ("in_transit", None, set()),
    ],
)
def test_the_state_and_the_detail_code_decide_what_is_told(state: str, detail: str | None, expected: set[str]) -> None:
    assert codes(watched(state, status_detail_code=detail)) == expected


def test_the_newest_scans_code_counts_where_the_top_level_lags() -> None:
    scan = ParcelEvent(
        occurred_at=days_ago(1), state=ParcelState.DELIVERED, status_detail_code="DELIVERED_TO_NEIGHBOUR"
    )
    older = ParcelEvent(occurred_at=days_ago(2), state=ParcelState.EXCEPTION, status_detail_code="HELD_BY_CUSTOMS")
    parcel = watched("delivered", status_detail_code="IN_TRANSIT", events=(older, scan))
    assert told(parcel)["delivered_elsewhere"].message == "The parcel was delivered to a neighbour on March 12, 2026."
    assert "customs" not in codes(parcel)


def test_a_parcel_that_waits_says_since_when_and_where() -> None:
    here = {"state": ParcelState.AVAILABLE_FOR_PICKUP, "city_locality": "GREENWOOD"}
    events = (
        ParcelEvent(carrier_occurred_at=datetime(2026, 3, 11, 9), occurred_at=days_ago(2), **here),
        ParcelEvent(carrier_occurred_at=datetime(2026, 3, 10, 9), occurred_at=days_ago(3), **here),
        ParcelEvent(occurred_at=days_ago(4), state=ParcelState.DELIVERY_ATTEMPTED, city_locality="COLUMBIA"),
        ParcelEvent(occurred_at=days_ago(9), **here),
    )
    found = told(watched("available_for_pickup", events=events))["waiting_for_pickup"]
    assert found.message == "The parcel is waiting to be picked up in GREENWOOD since March 10, 2026."
    assert (found.since, found.days, found.severity) == (date(2026, 3, 10), 3, "act")


def test_a_locker_that_only_the_top_level_names_says_since_when_and_where() -> None:
    scan = ParcelEvent(
        occurred_at=days_ago(2), state=ParcelState.DELIVERED, city_locality="GREENWOOD", status_code="DE"
    )
    parcel = watched("available_for_pickup", status_detail_code="DELIVERED_TO_LOCKER_COLLECTION_POINT", events=(scan,))
    assert told(parcel)["waiting_for_pickup"].message == (
        "The parcel is waiting to be picked up in GREENWOOD since March 11, 2026."
    )


@pytest.mark.parametrize(("code", "attention"), [("HELD_BY_CUSTOMS", "customs"), ("HELD_BY_CARRIER", "held")])
def test_what_holds_a_parcel_holds_it_since_the_first_of_the_scans_that_repeat_it(code: str, attention: str) -> None:
    events = tuple(
        ParcelEvent(occurred_at=days_ago(days), state=ParcelState.EXCEPTION, status_detail_code=detail)
        for days, detail in ((1, code), (4, code), (6, "IN_TRANSIT"), (9, code))
    )
    found = told(watched("exception", status_detail_code=code, events=events))[attention]
    assert (found.since, found.days) == (date(2026, 3, 9), 4)
    assert "since March 9, 2026" in found.message


@pytest.mark.parametrize("code", ["HELD_BY_CUSTOMS", "HELD_BY_CARRIER", "ADDRESS_QUERY"])
def test_nothing_holds_a_parcel_that_was_delivered_since(code: str) -> None:
    assert codes(watched("delivered", status_detail_code=code)) == set()


def test_a_parcel_that_came_back_says_when() -> None:
    events = (
        ParcelEvent(occurred_at=days_ago(2), state=ParcelState.DELIVERED, status_code="DE"),
        ParcelEvent(occurred_at=days_ago(5), state=ParcelState.RETURNING_TO_SENDER, status_code="EX"),
    )
    found = told(watched("returned", events=events))["returned"]
    assert (found.since, found.message) == (
        date(2026, 3, 11),
        "The parcel came back to the sender on March 11, 2026.",
    )


@pytest.mark.parametrize("numbers", [("1Z9",), ()])
def test_packages_without_a_number_of_their_own_are_counted_too(numbers: tuple[str, ...]) -> None:
    parcel = watched("delivered", packages=2, package_tracking_numbers=numbers)
    assert "is one of 2 packages" in told(parcel)["not_all_packages_tracked"].message


def test_a_label_of_several_packages_says_that_one_of_them_is_tracked() -> None:
    parcel = watched("delivered", package_tracking_numbers=("1Z9", "1Z8", "1Z7"))
    assert told(parcel)["not_all_packages_tracked"].message == (
        "The parcel is one of 3 packages of its label, and tracking follows one of them."
    )
    assert codes(watched("delivered", package_tracking_numbers=("1Z9",))) == set()


# --- before it ships -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (UnshippedPart(), {}),
        (UnshippedPart(ship_by_date=datetime(2026, 3, 13)), {}),
        (
            UnshippedPart(ship_by_date=datetime(2026, 3, 11)),
            {"not_shipped_on_time": "The order should have been shipped by March 11, 2026 and has not been."},
        ),
        (UnshippedPart(is_on_hold=True), {"on_hold": "The order is on hold."}),
        (
            UnshippedPart(is_on_hold=True, hold_until_date=datetime(2026, 3, 20)),
            {"on_hold": "The order is on hold until March 20, 2026."},
        ),
        (
            UnshippedPart(hold_until_date=datetime(2026, 3, 20)),
            {"on_hold": "The order is on hold until March 20, 2026."},
        ),
        (UnshippedPart(hold_until_date=datetime(2026, 3, 1)), {}),
        (UnshippedPart(is_on_hold=True, hold_until_date=datetime(2026, 3, 1)), {"on_hold": "The order is on hold."}),
    ],
)
def test_a_shipment_without_a_parcel_is_told_by_its_dates_and_its_hold(
    part: UnshippedPart, expected: dict[str, str]
) -> None:
    found = assess((), (part,), NOW, Patience()).attention
    assert {entry.code: entry.message for entry in found} == expected
    assert {entry.tracking_number for entry in found} <= {None}


def test_a_part_that_is_not_shipped_beside_a_parcel_is_called_a_part() -> None:
    found = assess((watched(),), (UnshippedPart(is_on_hold=True),), NOW, Patience()).attention
    assert [entry.message for entry in found] == ["A part of the order is on hold."]


# --- the whole -------------------------------------------------------------------------------------------------------


def test_the_worst_comes_first_and_each_entry_names_its_parcel() -> None:
    parcels = (
        watched(last_scan_at=days_ago(6), tracking_number="A"),
        watched("lost", tracking_number="B"),
        watched(estimated_delivery_date=datetime(2026, 3, 1), tracking_number="C"),
        watched("delivered", status_detail_code="DELIVERED_TO_PO_BOX", tracking_number="D"),
        watched(last_scan_at=days_ago(15), tracking_number="E"),
    )
    found = assess(parcels, (UnshippedPart(ship_by_date=datetime(2026, 3, 1)),), NOW, Patience()).attention
    assert [(entry.severity, entry.code, entry.tracking_number) for entry in found] == [
        ("act", "lost", "B"),
        ("act", "presumed_lost", "E"),
        ("act", "not_shipped_on_time", None),
        ("act", "late", "C"),
        ("info", "stalled", "A"),
        ("info", "delivered_elsewhere", "D"),
    ]
    assert found[0].message == "Parcel B is reported as lost by the carrier."


def test_a_number_that_was_replaced_tells_the_new_one() -> None:
    found = assess((watched("delivered"),), (), NOW, Patience(), ReplacedNumber(old="1Z1", new="1Z9")).attention
    assert [(entry.code, entry.tracking_number) for entry in found] == [("number_replaced", "1Z9")]
    assert found[0].message == "The number 1Z1 is no longer used: 1Z9 took its place."


def test_the_same_is_told_once() -> None:
    parts = (UnshippedPart(is_on_hold=True), UnshippedPart(is_on_hold=True))
    assert len(assess((), parts, NOW, Patience()).attention) == 1


def test_every_code_has_steps_that_promise_nothing() -> None:
    assert len(ATTENTION_CODES) == 19
    for entry in ATTENTION_CODES.values():
        assert entry.next_steps
        for step in entry.next_steps:
            assert step.endswith(".")
            assert "refund" not in step.casefold()


def test_the_merchants_own_steps_take_the_place_of_those_of_a_code() -> None:
    found = assessed(watched("lost"), watched("returned")).attention
    lost, returned = with_next_steps(found, {"lost": ("Open a case.",)})
    assert lost.next_steps == ("Open a case.",)
    assert returned.next_steps == ATTENTION_CODES["returned"].next_steps


def test_no_message_repeats_a_carriers_words() -> None:
    words = "Weather delay in MEMPHIS; call 408-555-0142"
    scan = ParcelEvent(occurred_at=days_ago(12), state=ParcelState.EXCEPTION, description=words)
    parcel = watched("exception", events=(scan,), exception_description=words, last_scan_at=days_ago(12))
    for entry in assessed(parcel).attention:
        assert "Weather" not in entry.message


# --- patience --------------------------------------------------------------------------------------------------------


def test_patience_has_the_defaults_of_the_field() -> None:
    assert attrs.asdict(Patience()) == {
        "late_days": 0,
        "no_scan_days": 3,
        "stalled_days": 3,
        "stalled_days_international": 5,
        "presumed_lost_days": 10,
        "presumed_lost_days_international": 20,
    }


@pytest.mark.parametrize("name", [field.name for field in attrs.fields(Patience)])
@pytest.mark.parametrize("value", [-1, 61, 1.0, "3", None, True])
def test_patience_is_a_whole_number_of_days_from_0_to_60(name: str, value: Any) -> None:
    with pytest.raises(ConfigurationError, match=f"^{name} must be a whole number of days, 0 to 60"):
        Patience(**{name: value})
    assert getattr(Patience(**{name: 0}), name) == 0
    assert getattr(Patience(**{name: 60}), name) == 60
