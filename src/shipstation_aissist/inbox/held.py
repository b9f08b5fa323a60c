"""What the inbox holds of a label, and how it changes. Pure: no database, no clock.

**What can happen, and what is promised.** Notifications come at least once and in any order. So a label has a *state*,
which is that of its newest event, and a state that was *told*; where they differ, there is news. An older event changes
nothing. A newer one replaces what was to be told: what is overtaken is never told, and states may be skipped. ``key``
belongs to the change of state, not to the attempt to tell it: told twice, it is the same.

A worker *leases* a label before it tells. While the lease lasts, nobody else tells of this label, also not of what
arrives meanwhile. A worker that is killed leaves its lease behind, and when it has run out the same news is told again.

Times are whole microseconds since 1970.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Literal, TypeAlias

import attrs

from shipstation_aissist.models import TrackingInformation
from shipstation_aissist.orders.scans import instant_of
from shipstation_aissist.orders.states import ParcelState
from shipstation_aissist.orders.tracking_state import read_scans

Status: TypeAlias = Literal["accepted", "repeated", "stale", "ignored"]

MICROSECONDS = 1_000_000
_RETRY_MINUTES = (1, 5, 30, 120)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_A_DAY = 86_400 * MICROSECONDS
_FURTHEST_EAST = timedelta(hours=14)

_S = ParcelState
_BEFORE_DELIVERY = frozenset(
    {
        *(_S.UNKNOWN, _S.LABEL_CREATED, _S.ACCEPTED, _S.IN_TRANSIT, _S.OUT_FOR_DELIVERY),
        *(_S.DELIVERY_ATTEMPTED, _S.AVAILABLE_FOR_PICKUP),
    }
)
# Without another scan, no parcel goes from the first of these to one of the others: those are what was said earlier.
_COMES_BEFORE = {_S.DELIVERED.value: _BEFORE_DELIVERY, _S.RETURNED.value: _BEFORE_DELIVERY | {_S.RETURNING_TO_SENDER}}


@attrs.frozen(kw_only=True)
class Held:
    """One label, as it is stored.

    Attributes:
        subject: Which label; of a classic notification, which carrier's number.
        label_id: The label's id, where the notification named one.
        tracking_number: Its number, where one is known.
        event_at: The time of the newest event that any notification had (:func:`newest_event`); 0 without one.
        scans: How many scans that notification had.
        seen: The states that came with this very time and number of scans.
        state: The newest state.
        key: Of the change to this state.
        body: The newest notification with this state, until it is told.
        told: The state that was told last, if any.
        due_at: When the news may be told; ``None`` where there is none, or where it is not tried again by itself.
        attempts: How often telling it has failed.
        error: What failed last.
        lease: The mark of the worker that is telling.
        leased_until: Until when nobody else may.
        changed_at: When anything of this last happened.
    """

    subject: str
    label_id: str | None
    tracking_number: str | None
    event_at: int
    scans: int
    seen: str
    state: str
    key: str
    body: bytes | None = attrs.field(repr=False)
    told: str | None = None
    due_at: int | None = 0
    attempts: int = 0
    error: str | None = None
    lease: str | None = None
    leased_until: int = 0
    changed_at: int = 0

    @property
    def is_news(self) -> bool:
        """Whether the newest state is another than the one that was told."""
        return self.state != self.told


@attrs.frozen(kw_only=True)
class Arrival:
    """What a notification says of a label."""

    subject: str
    label_id: str | None
    tracking_number: str | None
    event_at: int
    scans: int
    state: str
    body: bytes = attrs.field(repr=False)


def newest_event(tracking: TrackingInformation, state: ParcelState, carrier_code: str | None = None) -> int:
    """The time of the newest scan, wherever it stands in the list (API notes 7.5); 0 if nothing has a time.

    The delivery date may lie many hours behind the scan of the delivery, and would hide what happened in between. So it
    counts only where no scan has a time, and where the parcel has arrived although no scan says so: of such a delivery
    nothing else tells when it was.

    Args:
        tracking: What the notification says.
        state: The state that it stands for.
        carrier_code: The carrier, where ``tracking`` names none.
    """
    times = [time for event in tracking.events if (time := instant_of(event)) is not None]
    date = tracking.actual_delivery_date
    if date is not None and (not times or _only_the_top_level_delivers(tracking, state, carrier_code)):
        # Without a zone it may be earlier than it looks. Too early, it still is no older than the notification's scans.
        times.append(date if date.tzinfo is not None else date.replace(tzinfo=UTC) - _FURTHEST_EAST)
    return max(map(microseconds, times), default=0)


def _only_the_top_level_delivers(tracking: TrackingInformation, state: ParcelState, carrier_code: str | None) -> bool:
    return state in _COMES_BEFORE and not any(
        scan.is_delivery and instant_of(scan.event) is not None
        for scan in read_scans(tracking.events, tracking.carrier_code or carrier_code)
    )


def microseconds(time: datetime) -> int:
    """A time as it is stored; without a zone it counts as UTC."""
    since = (time if time.tzinfo is not None else time.replace(tzinfo=UTC)) - _EPOCH
    return (since.days * 86_400 + since.seconds) * MICROSECONDS + since.microseconds


# --- what changes ---------------------------------------------------------------------------------------------------


def arrive(held: Held | None, arrival: Arrival, now: int) -> tuple[Status, Held]:
    """A notification has come.

    Args:
        held: What is known of its label, or ``None``.
        arrival: What it says.
        now: The time.

    Returns:
        What became of it, and what is to be held from now on.
    """
    # A scan of the future would make everything stale that comes before it: it counts for a day ahead at the most.
    event_at = min(arrival.event_at, now + _A_DAY)
    rank = (event_at, arrival.scans)
    if held is None:
        return "accepted", Held(
            subject=arrival.subject,
            label_id=arrival.label_id,
            tracking_number=arrival.tracking_number,
            event_at=event_at,
            scans=arrival.scans,
            seen=arrival.state,
            state=arrival.state,
            key=_key(arrival),
            body=arrival.body,
            due_at=now,
            changed_at=now,
        )
    is_as_new = rank == (held.event_at, held.scans)
    if rank < (held.event_at, held.scans) or (is_as_new and _was_before(arrival.state, held)):
        return "stale", held
    newest = attrs.evolve(
        held,
        tracking_number=arrival.tracking_number or held.tracking_number,
        event_at=event_at,
        scans=arrival.scans,
        seen=f"{held.seen} {arrival.state}" if is_as_new and arrival.state != held.state else arrival.state,
        changed_at=now,
    )
    if arrival.state == held.state:
        if is_as_new:
            return "repeated", held
        return "repeated", attrs.evolve(newest, body=arrival.body if held.is_news else None)
    is_news = arrival.state != held.told
    return "accepted", attrs.evolve(
        newest,
        state=arrival.state,
        key=_key(arrival),
        # Also what needs no telling is kept while somebody is telling: by then it may be news.
        body=arrival.body if is_news or held.lease is not None else None,
        due_at=now if is_news else None,
        attempts=0,
        error=None,
    )


def _was_before(state: str, held: Held) -> bool:
    """Whether a state without another scan is one that the label has left behind."""
    return state != held.state and (state in held.seen.split() or state in _COMES_BEFORE.get(held.state, ()))


def leased(held: Held, now: int, *, lease: str, seconds: float) -> Held:
    """A worker begins to tell."""
    return attrs.evolve(held, lease=lease, leased_until=now + round(seconds * MICROSECONDS))


def told(held: Held, telling: Held, now: int) -> Held | None:
    """The worker that leased ``telling`` has told it.

    Returns:
        What is to be held from now on; ``None`` if somebody else has taken over meanwhile and gone further.
    """
    if held.lease != telling.lease and held.key != telling.key:
        return None
    is_news = held.state != telling.state
    return attrs.evolve(
        _released(held, telling),
        told=telling.state,
        due_at=now if is_news else None,
        body=held.body if is_news else None,
        error=None,
        changed_at=now,
    )


def not_told(held: Held, telling: Held, error: str, now: int) -> Held | None:
    """The worker that leased ``telling`` could not tell it: it is tried again after 1, 5, 30 and 120 minutes."""
    if held.lease != telling.lease:
        return None
    if held.key != telling.key or not held.is_news:  # overtaken meanwhile, or told by somebody else
        return _released(held, telling)
    due_at = None
    if held.attempts < len(_RETRY_MINUTES):
        due_at = now + _RETRY_MINUTES[held.attempts] * 60 * MICROSECONDS
    return attrs.evolve(
        _released(held, telling), attempts=held.attempts + 1, due_at=due_at, error=error, changed_at=now
    )


def given_back(held: Held, telling: Held) -> Held | None:
    """The worker was stopped while it told: somebody else may tell at once."""
    return _released(held, telling) if held.lease == telling.lease else None


def tried_again(held: Held, now: int) -> Held:
    """Somebody asks for a news to be told after all."""
    return attrs.evolve(held, attempts=0, due_at=now, changed_at=now)


def _released(held: Held, telling: Held) -> Held:
    return attrs.evolve(held, lease=None, leased_until=0) if held.lease == telling.lease else held


def _key(arrival: Arrival) -> str:
    said = f"{arrival.subject} {arrival.event_at} {arrival.scans} {arrival.state}"
    return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()
