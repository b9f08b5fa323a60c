"""Days and times in words: in English whatever language the machine speaks, and never a time without its zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import attrs

from shipstation_aissist.orders.parcel import Parcel, ParcelEvent, ParcelItem
from shipstation_aissist.orders.scans import newest
from shipstation_aissist.orders.states import ParcelState
from shipstation_aissist.wire.dates import is_whole_day

# Not "%B": that speaks the language of the process.
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_AT_THE_PLACE = "local time"


@attrs.frozen
class Told:
    """A moment as people are told it.

    Attributes:
        moment: Day and time as they read on the clock of ``zone``.
        zone: ``"local time"``, ``"UTC"`` or an offset such as ``"UTC-07:00"``.
    """

    moment: datetime
    zone: str

    @property
    def time(self) -> str | None:
        """``"13:30 UTC"``, or ``None`` for a moment that stands for a whole day."""
        return None if is_whole_day(self.moment) else f"{self.moment:%H:%M} {self.zone}"


def day_in_words(day: date) -> str:
    """``"March 4, 2026"``."""
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"


def short_day(day: date) -> str:
    """``"Mar 4, 2026"``."""
    return f"{_MONTHS[day.month - 1][:3]} {day.day}, {day.year}"


def told(moment: datetime) -> Told:
    """A moment with its zone; where it came with none it is the carrier's local time (API notes 7.5)."""
    offset = moment.utcoffset()
    if offset is None:
        return Told(moment, _AT_THE_PLACE)
    sign = "-" if offset < timedelta() else "+"
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    return Told(moment, f"UTC{sign}{hours:02}:{minutes:02}" if offset else "UTC")


def scan_told(event: ParcelEvent) -> Told | None:
    """When a scan was, on the clock of the place where it was, else in UTC.

    A carrier's local time may come with any zone or none (API notes 7.5), so its zone is not told; one that is the
    same as the API's own UTC is no local time.
    """
    local, utc = event.carrier_occurred_at, event.occurred_at
    if local is not None and (utc is None or local.utcoffset() != timedelta() or local != utc):
        return Told(local.replace(tzinfo=None), _AT_THE_PLACE)
    return None if utc is None else told(utc)


def day_of_delivery(parcel: Parcel) -> date | None:
    """The day on which a parcel was delivered, where it was delivered; else as the API says, or ``None``.

    A scan without codes (API notes 14.10) is the delivery's if it has the very moment of it.
    """
    moment = parcel.actual_delivery_date
    scan = newest(event for event in parcel.events if event.state is ParcelState.DELIVERED) or newest(
        event for event in parcel.events if moment is not None and event.occurred_at == moment
    )
    if scan is not None and scan.carrier_occurred_at is not None:
        return scan.carrier_occurred_at.date()
    if moment is None and scan is not None:
        moment = scan.occurred_at
    return None if moment is None else moment.date()


def item_told(item: ParcelItem) -> str:
    """``"2 x Blue mug"``."""
    name = item.name or item.sku or "an item without a name"
    return name if item.quantity is None else f"{item.quantity:g} x {name}"
