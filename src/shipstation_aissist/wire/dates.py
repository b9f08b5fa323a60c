"""Timestamps in every form that has been seen on the wire (API notes 7.5)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dateutil.parser import parser

_LONGEST_TIMESTAMP = 64  # dateutil takes half a minute for a megabyte (T1)
_EUROPES_MIDNIGHTS = (22, 23)
_YEAR_FIRST = re.compile(r"\s*\d{4}")
_POSIX_OFFSET = re.compile(r"(?:UTC|GMT)\s*[+-]", re.IGNORECASE)


def is_plausible(moment: datetime) -> bool:
    """Whether a date lies in the years 2000 to 2100: what does not was never meant as a date of a parcel."""
    return 2000 <= moment.year <= 2100


def parse_timestamp(text: str) -> datetime:
    """Read one timestamp; a zone-less one stays zone-less, nothing is shifted.

    Args:
        text: What the API sent: ISO 8601 in any of its forms, or anything that dateutil reads without
            guessing a part of the date.

    Raises:
        ValueError: It is not a point in time of the years 2000 to 2100, or a part of the date would have to be made up.
    """
    moment = _parse(text)
    if is_plausible(moment):
        return moment
    raise ValueError("not a date of the years 2000 to 2100")


def _parse(text: str) -> datetime:
    try:
        if "W" not in text:  # "2025-W39" would become a Monday
            return datetime.fromisoformat(text)  # fast; dateutil takes ten times as long
    except ValueError:
        pass
    return _parse_leniently(text)


def print_timestamp(moment: datetime) -> str:
    """ISO 8601, truncated to the second: UTC as ``Z``, another offset as it came, none as none."""
    text = moment.isoformat(timespec="seconds")
    return text[:-6] + "Z" if text.endswith("+00:00") else text


def is_whole_day(moment: datetime) -> bool:
    """Whether a timestamp is a date without a time: a midnight is how a mere date arrives (API notes 7.5)."""
    return not (moment.hour or moment.minute or moment.second or moment.microsecond)


def day_of(moment: datetime) -> date:
    """The day that an estimate or a due date stands for: as it is written, without any shift.

    A date may arrive as local midnight written as UTC (``T07:00:00Z``, API notes 14.3). West of Greenwich that is still
    the day as written; the midnights of central Europe (22 and 23 o'clock) belong to the day that follows.

    Args:
        moment: As the API sent it.
    """
    is_next_day = moment.utcoffset() == timedelta() and moment.hour in _EUROPES_MIDNIGHTS
    if is_next_day and not (moment.minute or moment.second or moment.microsecond) and moment.date() < date.max:
        return moment.date() + timedelta(days=1)
    return moment.date()


def to_utc(moment: datetime) -> datetime | None:
    """The same instant in UTC, or ``None`` for a zone-less time or one beyond the calendar."""
    if moment.tzinfo is None:
        return None
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return None


def _parse_leniently(text: str) -> datetime:
    # dateutil fills what a text leaves out from a default date, and takes 01/02 for January; two readings that differ
    # in every part of the default and in the order show whether it had to.
    if len(text) > _LONGEST_TIMESTAMP or _POSIX_OFFSET.search(text):  # it reads "GMT+3" as three hours behind
        raise ValueError("not a timestamp")
    day_first = _YEAR_FIRST.match(text) is None
    try:
        reading, other_reading = (
            _parser().parse(text, default=default, tzinfos=_offset_or_refusal, dayfirst=dayfirst)
            for default, dayfirst in ((datetime(2000, 1, 1), False), (datetime(2004, 2, 15), day_first))
        )
    except (ValueError, OverflowError, TypeError, AttributeError) as unreadable:
        raise ValueError("not a timestamp") from unreadable
    if reading != other_reading:
        raise ValueError("a part of the date is missing or ambiguous")
    return reading


@lru_cache
def _parser() -> parser:
    from dateutil.parser import parser, parserinfo  # on first use: slow to import and rarely needed (target P4)

    class WholeYears(parserinfo):
        def convertyear(self, year: int, century_specified: bool = False) -> int:
            if century_specified:
                return year
            raise ValueError("two digits are another year in another decade")

    return parser(WholeYears())


def _offset_or_refusal(name: str | None, offset: int | None) -> tzinfo | None:
    """A zone's name alone is ambiguous (``CST``) and would be dropped in silence: refuse it."""
    if offset is not None:
        return timezone(timedelta(seconds=offset))
    if name is None:
        return None
    raise ValueError("an unknown time zone")
