"""Timestamps in every form that has been seen on the wire (api-facts 7.5)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo


def parse_timestamp(text: str) -> datetime:
    """Read one timestamp; a zone-less one stays zone-less, nothing is shifted.

    Args:
        text: What the API sent: ISO 8601 in any of its forms, or anything that dateutil reads without
            guessing a part of the date.

    Raises:
        ValueError: It is not a point in time, or a part of the date would have to be made up.
    """
    try:
        return datetime.fromisoformat(text)  # fast; dateutil takes ten times as long
    except ValueError:
        return _parse_leniently(text)


def print_timestamp(moment: datetime) -> str:
    """ISO 8601, truncated to the second: UTC as ``Z``, another offset as it came, none as none (design 2.3)."""
    text = moment.isoformat(timespec="seconds")
    return text[:-6] + "Z" if text.endswith("+00:00") else text


def to_utc(moment: datetime) -> datetime | None:
    """The same instant in UTC, or ``None`` for a zone-less time or one beyond the calendar."""
    if moment.tzinfo is None:
        return None
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return None


def _parse_leniently(text: str) -> datetime:
    # dateutil is slow to import and rarely needed (target P4). It fills what a text leaves out from a
    # default date; two defaults that differ in every part show whether it had to.
    from dateutil import parser

    try:
        readings = {
            parser.parse(text, default=default, tzinfos=_offset_or_refusal)
            for default in (datetime(2000, 1, 1), datetime(2004, 2, 2))
        }
    except (ValueError, OverflowError, TypeError, AttributeError) as unreadable:
        raise ValueError("not a timestamp") from unreadable
    if len(readings) != 1:
        raise ValueError("a part of the date is missing")
    return readings.pop()


def _offset_or_refusal(name: str | None, offset: int | None) -> tzinfo | None:
    """A zone's name alone is ambiguous (``CST``) and would be dropped in silence: refuse it."""
    if offset is not None:
        return timezone(timedelta(seconds=offset))
    if name is None or name in ("UTC", "GMT", "Z"):
        return None if name is None else UTC
    raise ValueError("an unknown time zone")
