"""What the inbox holds of a label and how it changes: pure rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipstation_aissist.inbox.held import (
    Arrival,
    Held,
    Status,
    arrive,
    given_back,
    leased,
    microseconds,
    newest_event,
    not_told,
    told,
    tried_again,
)
from shipstation_aissist.models import TrackEvent, TrackingInformation
from shipstation_aissist.orders.states import ParcelState

NOW = microseconds(datetime(2026, 3, 4, tzinfo=UTC))
MINUTE = 60_000_000
DAY = 86_400_000_000


def arrival(state: str, at: int = 0, scans: int = 1) -> Arrival:
    return Arrival(
        subject="se-1",
        label_id="se-1",
        tracking_number="9400",
        event_at=NOW - DAY + at,
        scans=scans,
        state=state,
        body=f"{state} {at} {scans}".encode(),
    )


def after(*arrivals: Arrival, now: int = NOW) -> tuple[list[Status], Held]:
    statuses: list[Status] = []
    held: Held | None = None
    for each in arrivals:
        status, held = arrive(held, each, now)
        statuses.append(status)
    assert held is not None
    return statuses, held


def begun(held: Held, lease: str = "a") -> Held:
    return leased(held, NOW, lease=lease, seconds=60)


# --- what arrives ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arrivals", "statuses", "state"),
    [
        ([arrival("accepted", 1)], ["accepted"], "accepted"),
        ([arrival("accepted", 1), arrival("delivered", 2)], ["accepted", "accepted"], "delivered"),
        ([arrival("delivered", 2), arrival("accepted", 1)], ["accepted", "stale"], "delivered"),
        ([arrival("accepted", 1), arrival("accepted", 1)], ["accepted", "repeated"], "accepted"),
        ([arrival("accepted", 1), arrival("accepted", 2)], ["accepted", "repeated"], "accepted"),
        ([arrival("accepted", 2), arrival("accepted", 1)], ["accepted", "stale"], "accepted"),
        (
            [arrival("accepted", 1), arrival("accepted", 3), arrival("delivered", 2)],
            ["accepted", "repeated", "stale"],
            "accepted",
        ),
        # As new as what is known, but with more scans: USPS' times can be wrong by hours, its lists only grow.
        ([arrival("accepted", 1, 1), arrival("delivered", 1, 2)], ["accepted", "accepted"], "delivered"),
        ([arrival("delivered", 1, 2), arrival("accepted", 1, 1)], ["accepted", "stale"], "delivered"),
        # Another state without another scan: the later to arrive counts, once.
        (
            [arrival("accepted", 1), arrival("exception", 1), arrival("accepted", 1), arrival("exception", 1)],
            ["accepted", "accepted", "stale", "repeated"],
            "exception",
        ),
        (
            [arrival("delivered", 1), arrival("returning_to_sender", 2), arrival("delivered", 3)],
            ["accepted"] * 3,
            "delivered",
        ),
        # Without another scan no parcel that has arrived is on its way again, whichever notification comes first.
        ([arrival("in_transit", 1), arrival("delivered", 1)], ["accepted", "accepted"], "delivered"),
        ([arrival("delivered", 1), arrival("in_transit", 1)], ["accepted", "stale"], "delivered"),
        ([arrival("returned", 1), arrival("returning_to_sender", 1)], ["accepted", "stale"], "returned"),
        ([arrival("delivered", 1), arrival("returning_to_sender", 1)], ["accepted"] * 2, "returning_to_sender"),
        ([arrival("delivered", 1), arrival("in_transit", 1, 2)], ["accepted"] * 2, "in_transit"),
    ],
)
def test_the_newest_event_by_its_time_counts(arrivals: list[Arrival], statuses: list[Status], state: str) -> None:
    said, held = after(*arrivals)
    assert (said, held.state) == (statuses, state)


HISTORY = [
    arrival(state, at, at + 1)
    for at, state in enumerate(
        ["label_created", "accepted", "in_transit", "in_transit", "exception", "in_transit", "delivered", "returned"]
    )
]


@given(st.lists(st.sampled_from(HISTORY), min_size=1, max_size=30))
def test_whatever_order_a_history_arrives_in_its_newest_state_is_held(arrivals: list[Arrival]) -> None:
    _, held = after(*arrivals)
    newest = max(arrivals, key=lambda each: each.event_at)
    assert (held.state, held.event_at, held.body) == (newest.state, newest.event_at, newest.body)


@given(st.permutations(HISTORY * 3), st.sets(st.integers(0, 23)))
def test_however_often_it_is_told_in_between_no_key_comes_twice_and_the_last_state_is_told(
    arrivals: list[Arrival], tellings: set[int]
) -> None:
    held: Held | None = None
    heard: list[tuple[str, str]] = []
    for number, each in enumerate(arrivals):
        _, held = arrive(held, each, NOW)
        if (number in tellings or number == len(arrivals) - 1) and held.due_at is not None:
            heard.append((held.key, held.state))
            held = told(begun(held), begun(held), NOW)
            assert held is not None
    assert len({key for key, _ in heard}) == len(heard)
    assert heard[-1][1] == "returned"
    assert all(first != second for (_, first), (_, second) in pairwise(heard))


def test_a_scan_of_the_distant_future_does_not_make_everything_stale_for_ever() -> None:
    _, held = after(arrival("accepted", 400 * DAY))
    assert arrive(held, arrival("in_transit", 3 * DAY), NOW + 4 * DAY)[0] == "accepted"


def test_the_newest_scan_counts_wherever_it_stands_and_in_whatever_zone() -> None:
    late = datetime(2026, 3, 4, 9, tzinfo=UTC)
    events = (
        TrackEvent(occurred_at=late - timedelta(hours=2)),
        TrackEvent(occurred_at=late),
        TrackEvent(carrier_occurred_at=datetime(2026, 3, 4, 8)),
        TrackEvent(),
    )
    assert newest_event(TrackingInformation(events=events), ParcelState.IN_TRANSIT) == microseconds(late)
    assert newest_event(TrackingInformation(), ParcelState.UNKNOWN) == 0
    assert microseconds(datetime(2026, 3, 4, 9)) == microseconds(late)


# --- when a delivery was --------------------------------------------------------------------------------------------

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
ON_THE_WAY = TrackEvent(occurred_at=NOON, status_code="IT")
ARRIVED = TrackEvent(occurred_at=NOON, status_code="DE")


def hours_after_noon(delivery_date: datetime, *events: TrackEvent, state: str = "delivered") -> float:
    tracking = TrackingInformation(status_code="DE", events=events, actual_delivery_date=delivery_date)
    return (newest_event(tracking, ParcelState(state)) - microseconds(NOON)) / (60 * MINUTE)


def test_a_delivery_is_when_its_scan_was_and_not_when_the_delivery_date_is() -> None:
    for date in (NOON + timedelta(hours=14), datetime(2026, 3, 5, 2)):
        assert hours_after_noon(date, ARRIVED) == 0
        assert hours_after_noon(date, ON_THE_WAY, ARRIVED) == 0
        assert hours_after_noon(date, ARRIVED, TrackEvent(occurred_at=NOON + timedelta(hours=1))) == 1


def test_the_delivery_date_of_a_parcel_that_has_not_arrived_does_not_count_beside_a_scan() -> None:
    assert hours_after_noon(NOON + timedelta(hours=3), ON_THE_WAY, state="exception") == 0


def test_a_delivery_without_a_scan_that_has_a_time_is_when_its_date_says() -> None:
    later = NOON + timedelta(hours=3)
    for events in ((), (TrackEvent(status_code="DE"),), (ON_THE_WAY,), (ON_THE_WAY, TrackEvent(status_code="DE"))):
        for state in ("delivered", "returned"):
            assert hours_after_noon(later, *events, state=state) == 3
    assert hours_after_noon(NOON - timedelta(hours=3), ON_THE_WAY) == 0


def test_a_delivery_date_without_a_zone_counts_as_the_earliest_time_that_it_can_mean() -> None:
    assert hours_after_noon(datetime(2026, 3, 5, 12)) == 10
    assert hours_after_noon(datetime(2026, 3, 5, 12), ON_THE_WAY) == 10
    assert hours_after_noon(datetime(2026, 3, 4, 15), ON_THE_WAY) == 0


# --- what is told ---------------------------------------------------------------------------------------------------


def test_what_is_told_keeps_no_text() -> None:
    _, held = after(arrival("accepted"))
    done = told(begun(held), begun(held), NOW)
    assert done is not None
    assert (done.told, done.due_at, done.body, done.lease) == ("accepted", None, None, None)


def test_a_state_that_comes_back_before_the_other_was_told_is_no_news() -> None:
    _, held = after(arrival("in_transit", 1))
    held = told(begun(held), begun(held), NOW) or held
    _, held = arrive(held, arrival("exception", 2), NOW)
    _, held = arrive(held, arrival("in_transit", 3), NOW)
    assert (held.due_at, held.body, held.is_news) == (None, None, False)


def test_what_arrives_while_somebody_tells_is_told_next_also_if_it_is_the_state_of_before() -> None:
    _, held = after(arrival("in_transit", 1))
    held = told(begun(held), begun(held), NOW) or held
    _, held = arrive(held, arrival("exception", 2), NOW)
    telling = begun(held)
    _, meanwhile = arrive(telling, arrival("in_transit", 3), NOW)
    done = told(meanwhile, telling, NOW)
    assert done is not None
    assert (done.told, done.state, done.due_at, done.lease) == ("exception", "in_transit", NOW, None)
    assert done.body == b"in_transit 3 1"


def test_a_newer_text_of_the_same_news_is_what_is_told_under_the_same_key() -> None:
    _, first = after(arrival("in_transit", 1))
    _, both = after(arrival("in_transit", 1), arrival("in_transit", 2))
    assert (both.body, both.key) == (b"in_transit 2 1", first.key)


@pytest.mark.parametrize(("failures", "minutes"), [(1, 1), (2, 5), (3, 30), (4, 120), (5, None)])
def test_what_cannot_be_told_is_tried_after_1_5_30_and_120_minutes(failures: int, minutes: int | None) -> None:
    _, held = after(arrival("accepted"))
    for _ in range(failures):
        held = not_told(begun(held), begun(held), "OSError", NOW) or held
    assert held.due_at == (None if minutes is None else NOW + minutes * MINUTE)
    assert (held.attempts, held.error, held.is_news, held.lease) == (failures, "OSError", True, None)
    assert tried_again(held, NOW).due_at == NOW
    assert tried_again(held, NOW).attempts == 0


def test_what_could_not_be_told_and_was_overtaken_meanwhile_is_not_tried_again() -> None:
    _, held = after(arrival("accepted", 1))
    telling = begun(held)
    _, meanwhile = arrive(telling, arrival("delivered", 2), NOW)
    done = not_told(meanwhile, telling, "OSError", NOW)
    assert done is not None
    assert (done.state, done.due_at, done.attempts, done.error, done.lease) == ("delivered", NOW, 0, None, None)


def test_news_that_failed_is_news_again_when_the_parcel_moves_on() -> None:
    _, held = after(arrival("accepted", 1))
    for _ in range(5):
        held = not_told(begun(held), begun(held), "OSError", NOW) or held
    _, held = arrive(held, arrival("delivered", 2), NOW)
    assert (held.due_at, held.attempts, held.error) == (NOW, 0, None)


def test_who_has_lost_the_lease_notes_only_what_is_still_true() -> None:
    _, held = after(arrival("accepted", 1))
    slow, quick = begun(held, "slow"), begun(held, "quick")
    assert not_told(quick, slow, "OSError", NOW) is None
    assert given_back(quick, slow) is None
    both = told(quick, slow, NOW)  # the same news: it is told, and the other may find so
    assert both is not None
    assert (both.told, both.lease) == ("accepted", "quick")
    late = not_told(both, quick, "OSError", NOW)
    assert late is not None
    assert (late.due_at, late.lease) == (None, None)
    _, further = arrive(quick, arrival("delivered", 2), NOW)
    assert told(further, slow, NOW) is None


def test_a_worker_that_is_stopped_gives_the_news_back_at_once() -> None:
    _, held = after(arrival("accepted"))
    assert given_back(begun(held), begun(held)) == held
