"""When a scan was: the order of a parcel's events by time, which is not always the order in which they come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from shipstation_aissist.models import TrackEvent
from shipstation_aissist.orders.parcel import ParcelEvent
from shipstation_aissist.wire.dates import to_utc

Scan = TypeVar("Scan", ParcelEvent, TrackEvent)

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def instant_of(event: ParcelEvent | TrackEvent) -> datetime | None:
    """When a scan was, in UTC, as well as it is known.

    A carrier's own time that names an offset is right where the API's UTC is hours off; a time that names none, or
    ``Z``, is local time as often as not, so it counts only where there is no other (API notes 7.5).
    """
    local, utc = event.carrier_occurred_at, event.occurred_at
    if local is not None and local.utcoffset():  # neither none nor zero
        return to_utc(local)
    moment = utc or local
    if moment is None:
        return None
    return to_utc(moment) if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def newest_first(events: Iterable[Scan]) -> list[Scan]:
    """Events by time; those of the same time, and those without one, in the order of the API."""
    return sorted(events, key=lambda event: instant_of(event) or _LONG_AGO, reverse=True)


def newest(events: Iterable[Scan]) -> Scan | None:
    """The newest scan by time, or ``None``."""
    return next(iter(newest_first(events)), None)


def keep_newest(events: Sequence[ParcelEvent], at_most: int) -> tuple[ParcelEvent, ...]:
    """The newest events by time, in the order of the API."""
    if len(events) <= at_most:
        return tuple(events)
    places = sorted(range(len(events)), key=lambda place: instant_of(events[place]) or _LONG_AGO, reverse=True)[
        :at_most
    ]
    return tuple(events[place] for place in sorted(places))
