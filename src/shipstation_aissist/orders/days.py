"""Days: when one is over, and how many lie between."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

_LAST_ZONE = timedelta(hours=-12)  # where a day ends last
_SATURDAY = 5


def last_day_on_earth(now: datetime) -> date:
    """The day that it still is somewhere: every day before it is over everywhere.

    Args:
        now: The time, with its zone.
    """
    return (now.astimezone(UTC) + _LAST_ZONE).date()


def is_over(day: date, now: datetime) -> bool:
    """Whether a day is over everywhere on earth."""
    return day < last_day_on_earth(now)


def business_days(since: date, until: date) -> int:
    """How many days from Monday to Friday come after ``since``, up to and with ``until``; 0 where it is not later."""
    weeks, rest = divmod(max(0, (until - since).days), 7)
    first = since.weekday()  # Monday is 0
    return 5 * weeks + sum((first + day) % 7 < _SATURDAY for day in range(1, rest + 1))
