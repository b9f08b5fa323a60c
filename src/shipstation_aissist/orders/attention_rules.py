"""What of an order needs attention: one pure function of the answer's parts, the time and the merchant's patience."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from shipstation_aissist.orders.attention import (
    Assessment,
    Attention,
    ReplacedNumber,
    UnshippedPart,
    WatchedParcel,
    entry_of,
)
from shipstation_aissist.orders.attention_codes import ATTENTION_CODES
from shipstation_aissist.orders.days import business_days, is_over, last_day_on_earth
from shipstation_aissist.orders.parcel import ParcelEvent
from shipstation_aissist.orders.patience import Patience
from shipstation_aissist.orders.scans import instant_of, newest_first
from shipstation_aissist.orders.states import ParcelState
from shipstation_aissist.orders.wording import day_in_words, scan_told
from shipstation_aissist.wire.dates import day_of

_S = ParcelState

SETTLED_STATES: frozenset[ParcelState] = frozenset({_S.DELIVERED, _S.RETURNED, _S.LOST, _S.CANCELLED})
"""The states after which nothing more happens to a parcel."""
_MOVING = frozenset({_S.ACCEPTED, _S.IN_TRANSIT, _S.EXCEPTION})
_NO_SCANS = frozenset({_S.LABEL_CREATED, _S.CANCELLED})
_TOLERATED = timedelta(days=1)  # clocks and zones are off by so much; more is no date

_OF_CUSTOMS = frozenset(
    {
        "HELD_BY_CUSTOMS",
        "HELD_BY_EXPORT_CUSTOMS",
        "HELD_BY_IMPORT_CUSTOMS",
        "HELD_BY_CARRIER_FOR_CLEARANCE_PRE_PROCESSING",
        "INCORRECT_DECLARATION",
    }
)
_HELD = frozenset({"HELD_BY_CARRIER", "HAZARDOUS_PROHIBITED", "PARCEL_OUTSIDE_OF_SERVICE_CAPABILITY"})
_OF_ADDRESS = frozenset({"ADDRESS_QUERY", "CUSTOMER_MOVED"})
_DAMAGED = frozenset({"PARCEL_DAMAGED", "DELIVERED_DAMAGED"})
_IN_PART = "DELIVERED_IN_PART"
_ELSEWHERE: dict[str, str] = {
    "DELIVERED_TO_NEIGHBOUR": "to a neighbour",
    "DELIVERED_SPECIFIED_SAFE_PLACE": "to a safe place",
    "DELIVERED_TO_PO_BOX": "to a P.O. box",
    "DELIVERED_TO_LOCKER_COLLECTION_POINT": "to a parcel locker",
    "DELIVERED_TO_ALTERNATIVE_DELIVERY_LOCATION": "to another address",
}


def assess(
    parcels: Sequence[WatchedParcel],
    unshipped: Iterable[UnshippedPart],
    now: datetime,
    patience: Patience,
    replaced: ReplacedNumber | None = None,
) -> Assessment:
    """What of an order needs attention.

    Args:
        parcels: Its outbound parcels that count (R11).
        unshipped: Its live shipments without a parcel.
        now: The time, with its zone.
        patience: When something counts as late or stalled.
        replaced: The number asked for, if another took its place.
    """
    found: list[Attention] = []
    warnings: list[str] = []
    for watched in parcels:
        name = "The parcel" if len(parcels) == 1 else f"Parcel {watched.parcel.tracking_number or 'without a number'}"
        view = _View(watched, name, now, patience)
        found += view.attention()
        warnings += view.warnings
    is_whole = not parcels
    for part in unshipped:
        found += _of_unshipped(part, now, "The order" if is_whole else "A part of the order")
    if replaced is not None:
        found.append(_of_replaced(replaced))
    ranks = list(ATTENTION_CODES)
    found.sort(key=lambda entry: (entry.severity != "act", ranks.index(entry.code), -(entry.days or 0)))
    return Assessment(tuple(dict.fromkeys(found)), tuple(dict.fromkeys(warnings)))


class _View:
    """One parcel, looked at once."""

    def __init__(self, watched: WatchedParcel, name: str, now: datetime, patience: Patience) -> None:
        self.watched, self.parcel, self.name = watched, watched.parcel, name
        self.now, self.patience = now, patience
        self.today = now.astimezone(UTC).date()
        self.scans = newest_first(self.parcel.events)
        self.codes = frozenset(self._detail_codes())
        self.warnings: list[str] = []

    def attention(self) -> Iterator[Attention]:
        yield from self._of_state()
        yield from self._of_codes()
        yield from self._of_time()
        count = max(self.watched.packages, len(self.parcel.package_tracking_numbers))
        if count > 1:
            yield self._say(
                "not_all_packages_tracked",
                f"{self.name} is one of {count} packages of its label, and tracking follows one of them.",
            )

    def _of_state(self) -> Iterator[Attention]:
        state = self.parcel.state
        scan = next((event for event in self.scans if event.state is state), None)
        if state is _S.RETURNED:  # the scan itself says that it was delivered: to the shop
            scan = next((event for event in self.scans if _plain(event.status_code) == "DE"), scan)
        since = _local_day(scan)
        on = f" on {day_in_words(since)}" if since else ""
        if state is _S.LOST:
            yield self._say("lost", f"{self.name} is reported as lost by the carrier.", since)
        elif state is _S.RETURNED:
            yield self._say("returned", f"{self.name} came back to the sender{on}.", since)
        elif state is _S.RETURNING_TO_SENDER:
            yield self._say("returning", f"{self.name} is on its way back to the sender.", since)
        elif state is _S.DELIVERY_ATTEMPTED:
            yield self._say("delivery_attempted", f"{self.name} could not be delivered at an attempt{on}.", since)
        elif state is _S.AVAILABLE_FOR_PICKUP:
            yield self._waiting()

    def _waiting(self) -> Attention:
        here = _newest_run(self.scans, lambda event: event.state is _S.AVAILABLE_FOR_PICKUP)
        if not here:  # only the top level says that it was a locker
            here = [event for event in self.scans[:1] if event.state is _S.DELIVERED]
        since = _local_day(here[-1]) if here else None
        town = next((event.city_locality for event in here if event.city_locality), None)
        told = f"{f' in {town}' if town else ''}{f' since {day_in_words(since)}' if since else ''}"
        return self._say("waiting_for_pickup", f"{self.name} is waiting to be picked up{told}.", since)

    def _of_codes(self) -> Iterator[Attention]:
        told = _newest_run(self.scans, lambda event: _plain(event.status_detail_code) in self.codes)
        since = _local_day(told[-1]) if told else None
        on = f" on {day_in_words(since)}" if since else ""
        is_settled = self.parcel.state in SETTLED_STATES  # what held it has let it go
        if self.codes & _OF_CUSTOMS and not is_settled:
            yield self._say("customs", f"{self.name} is held by customs{on.replace(' on ', ' since ')}.", since)
        if self.codes & _HELD and not is_settled:
            yield self._say("held", f"{self.name} is held by the carrier{on.replace(' on ', ' since ')}.", since)
        if self.codes & _OF_ADDRESS and not is_settled:
            yield self._say("address_problem", f"The carrier has a question about the address of {self._noun}.", since)
        if self.codes & _DAMAGED:
            yield self._say("damaged", f"{self.name} is reported as damaged by the carrier.", since)
        if _IN_PART in self.codes:
            yield self._say("delivered_in_part", f"Only a part of {self._noun} was delivered{on}.", since)
        where = next((_ELSEWHERE[code] for code in _ELSEWHERE if code in self.codes), None)
        if where is not None:
            yield self._say("delivered_elsewhere", f"{self.name} was delivered {where}{on}.", since)

    def _of_time(self) -> Iterator[Attention]:
        if self.parcel.state in SETTLED_STATES:
            return
        yield from self._late()
        yield from self._no_scan()
        yield from self._silent()

    def _late(self) -> Iterator[Attention]:
        moment = self.parcel.estimated_delivery_date or self.watched.deliver_by_date
        if moment is None:
            return
        day = day_of(moment)
        days = (last_day_on_earth(self.now) - day).days
        if days > self.patience.late_days:
            said = "was expected on" if self.parcel.estimated_delivery_date else "should have been delivered by"
            yield self._say("late", f"{self.name} {said} {day_in_words(day)} and has not been delivered.", day, days)

    def _no_scan(self) -> Iterator[Attention]:
        made_at = self.watched.label_made_at
        state = self.parcel.state
        is_unscanned = state is _S.LABEL_CREATED or (
            state is _S.UNKNOWN and self.watched.scans_known and not self._was_scanned()
        )
        if not is_unscanned or made_at is None or not self._is_possible(made_at, "label"):
            return
        since = _day(made_at)
        days = business_days(since, self.today)
        if days > self.patience.no_scan_days:
            message = f"{self.name} has had a label since {day_in_words(since)}, and no carrier has scanned it yet."
            yield self._say("no_scan", message, since, days)

    def _silent(self) -> Iterator[Attention]:
        last = self.parcel.last_scan_at
        if self.parcel.state not in _MOVING or last is None or not self._is_possible(last, "newest scan"):
            return
        since = next((_local_day(event) for event in self.scans if instant_of(event) == last), None) or _day(last)
        abroad = self.watched.is_international
        lost_after = self.patience.presumed_lost_days_international if abroad else self.patience.presumed_lost_days
        stalled_after = self.patience.stalled_days_international if abroad else self.patience.stalled_days
        days, working = (self.today - since).days, business_days(since, self.today)
        seen = f"{self.name} was last scanned on {day_in_words(since)}"
        if days > lost_after:
            yield self._say("presumed_lost", f"{seen}, {days} days ago, and may be lost.", since, days)
        elif working > stalled_after:
            yield self._say("stalled", f"{seen}, {working} business days ago.", since, working)

    def _say(self, code: str, message: str, since: date | None = None, days: int | None = None) -> Attention:
        if days is None and since is not None:
            days = max(0, (self.today - since).days)
        return entry_of(code, message, self.parcel.tracking_number, since, days)

    @property
    def _noun(self) -> str:
        return self.name[0].lower() + self.name[1:]

    def _was_scanned(self) -> bool:
        return self.parcel.last_scan_at is not None or any(event.state not in _NO_SCANS for event in self.scans)

    def _is_possible(self, moment: datetime, what: str) -> bool:
        if 2000 <= moment.year <= 2100 and _aware(moment) <= self.now + _TOLERATED:
            return True
        name = self.parcel.tracking_number or self.parcel.label_id
        self.warnings.append(f"The date of the {what} of {name} cannot be true, so nothing is made of it.")
        return False

    def _detail_codes(self) -> Iterator[str]:
        """The reply's own, and that of the newest scan that is in the parcel's state: the top level may lag (R13)."""
        yield _plain(self.parcel.status_detail_code)
        scan = self.scans[0] if self.scans else None
        if scan is not None and scan.state is self.parcel.state:
            yield _plain(scan.status_detail_code)


def _of_unshipped(part: UnshippedPart, now: datetime, name: str) -> Iterator[Attention]:
    today = now.astimezone(UTC).date()
    due = None if part.ship_by_date is None else day_of(part.ship_by_date)
    if due is not None and is_over(due, now):
        message = f"{name} should have been shipped by {day_in_words(due)} and has not been."
        yield entry_of("not_shipped_on_time", message, since=due, days=(last_day_on_earth(now) - due).days)
    until = None if part.hold_until_date is None else day_of(part.hold_until_date)
    if part.is_on_hold or (until is not None and until > today):
        # A day that is over is not told: whoever holds the order has not looked at it since.
        told = "" if until is None or is_over(until, now) else f" until {day_in_words(until)}"
        yield entry_of("on_hold", f"{name} is on hold{told}.")


def _of_replaced(replaced: ReplacedNumber) -> Attention:
    new = f"{replaced.new} took its place" if replaced.new else "another label took its place"
    return entry_of("number_replaced", f"The number {replaced.old} is no longer used: {new}.", replaced.new)


def _newest_run(scans: Sequence[ParcelEvent], is_of_it: Callable[[ParcelEvent], bool]) -> list[ParcelEvent]:
    """The newest scans of a kind that follow each other, the newest first: carriers repeat what has not changed."""
    run: list[ParcelEvent] = []
    for event in scans:
        if is_of_it(event):
            run.append(event)
        elif run:
            break
    return run


def _local_day(scan: ParcelEvent | None) -> date | None:
    moment = None if scan is None else scan_told(scan)
    return None if moment is None else moment.moment.date()


def _day(moment: datetime) -> date:
    return _aware(moment).astimezone(UTC).date()


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _plain(code: str | None) -> str:
    return (code or "").strip().upper()
