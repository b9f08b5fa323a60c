"""Timestamps of every form that has been seen, and none that has to be guessed (API notes 7.5)."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shipstation_aissist.wire import dates
from shipstation_aissist.wire.dates import parse_timestamp, print_timestamp, to_utc

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-09-25T15:40:00Z", datetime(2025, 9, 25, 15, 40, tzinfo=UTC)),
        ("2025-09-25t15:40:00z", datetime(2025, 9, 25, 15, 40, tzinfo=UTC)),
        ("2025-09-25T11:40:00", datetime(2025, 9, 25, 11, 40)),
        ("2025-09-25T11:40:00-07:00", datetime(2025, 9, 25, 11, 40, tzinfo=timezone(-7 * HOUR))),
        ("2025-09-25T11:40:00-0700", datetime(2025, 9, 25, 11, 40, tzinfo=timezone(-7 * HOUR))),
        ("2025-09-25T11:40:00.0Z", datetime(2025, 9, 25, 11, 40, tzinfo=UTC)),
        ("2025-09-25T11:40:00.4Z", datetime(2025, 9, 25, 11, 40, 0, 400_000, UTC)),
        ("2025-09-25T11:40:00.44Z", datetime(2025, 9, 25, 11, 40, 0, 440_000, UTC)),
        ("2025-09-25T11:40:00.447Z", datetime(2025, 9, 25, 11, 40, 0, 447_000, UTC)),
        ("2025-09-25T11:40:00.4478Z", datetime(2025, 9, 25, 11, 40, 0, 447_800, UTC)),
        ("2025-09-25T11:40:00.447812Z", datetime(2025, 9, 25, 11, 40, 0, 447_812, UTC)),
        ("2025-09-25T11:40:00.4478129Z", datetime(2025, 9, 25, 11, 40, 0, 447_812, UTC)),
        ("2025-09-25T11:40:00.4478129", datetime(2025, 9, 25, 11, 40, 0, 447_812)),
        ("2025-09-25T11:40:00.Z", datetime(2025, 9, 25, 11, 40, tzinfo=UTC)),
        ("2025-09-25 11:40:00", datetime(2025, 9, 25, 11, 40)),
        ("2025-09-25T11:40", datetime(2025, 9, 25, 11, 40)),
        ("2025-09-25", datetime(2025, 9, 25)),
        ("20250925T114000Z", datetime(2025, 9, 25, 11, 40, tzinfo=UTC)),
        (" 2025-09-25T11:40:00Z ", datetime(2025, 9, 25, 11, 40, tzinfo=UTC)),
        ("2025-09-25 11:40:00 UTC", datetime(2025, 9, 25, 11, 40, tzinfo=UTC)),
        ("2025-09-25 11:40:00 GMT", datetime(2025, 9, 25, 11, 40, tzinfo=UTC)),
        ("2025-09-05 10:00 PM", datetime(2025, 9, 5, 22)),
        ("2025/09/05 10:00:00", datetime(2025, 9, 5, 10)),
        ("Thu, 25 Sep 2025 11:40:00 +0200", datetime(2025, 9, 25, 11, 40, tzinfo=timezone(2 * HOUR))),
        ("September 5, 2025 11:40 AM", datetime(2025, 9, 5, 11, 40)),
        ("9/25/2025 11:40:00 AM", datetime(2025, 9, 25, 11, 40)),
        ("25.09.2025 11:40", datetime(2025, 9, 25, 11, 40)),
        ("2000-01-01T00:00:00", datetime(2000, 1, 1)),
        ("2100-12-31T23:59:59Z", datetime(2100, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_every_form_is_read_to_the_microsecond_with_the_offset_that_it_came_with(text: str, expected: datetime) -> None:
    moment = parse_timestamp(text)
    assert (moment, moment.utcoffset()) == (expected, expected.utcoffset())


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "never",
        "0",
        "1758800400",
        "null",
        "2025-02-30T00:00:00Z",
        "2025-13-01",
        "2025-09-25T25:00:00Z",
        "0000-00-00T00:00:00Z",
        "2025-09-25T11:40:00+99:00",
        "2025-09-25T11:40:00Z and more",
        "\ud800",
    ],
)
def test_what_is_no_point_in_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^not a timestamp$"):
        parse_timestamp(text)


@pytest.mark.parametrize(
    "text",
    [
        "2025",
        "2025-09",
        "Sep 2025",
        "25 Sep",
        "Sep 25 10:00",
        "11:40",
        "Thursday",
        "Tue Sep 2025",
        "01/02/2025",
        "1.2.2025 10:00",
    ],
)
def test_a_missing_or_ambiguous_part_of_a_date_is_never_made_up(text: str) -> None:
    with pytest.raises(ValueError, match=r"^a part of the date is missing or ambiguous$"):
        parse_timestamp(text)


@pytest.mark.parametrize(
    "text",
    [
        "25 Sep 76",  # which century depends on today
        "09/25/25",
        "2025-W39",  # the standard library makes a Monday of it
        "2025-W39-4",
        "25 Sep 2025 10:00 EST",
        "25 Sep 2025 10:00 CST",
        "25 Sep 2025 10:00 GMT+3",  # dateutil takes it for three hours behind
        "25 Sep 2025 10:00 utc -04:00",
    ],
)
def test_two_digit_years_weeks_and_ambiguous_zones_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^not a timestamp$"):
        parse_timestamp(text)


def test_a_text_of_any_length_costs_no_time_and_64_characters_are_enough_for_any_timestamp() -> None:
    stamp = "Thu, 25 Sep 2025 11:40:00 +0000"
    assert parse_timestamp(stamp.rjust(64)) == datetime(2025, 9, 25, 11, 40, tzinfo=UTC)
    for text in (stamp.rjust(65), "9" * 1_000_000):
        with pytest.raises(ValueError, match=r"^not a timestamp$"):
            parse_timestamp(text)


WORDS = "Mon Tuesday Sep february 2025 1999 99 3 12 31 10:30 T Z UTC EST pm +02:00 - / . , th of at W h 20250925 0"
dates_in_words = st.lists(st.sampled_from([*WORDS.split(), " "]), max_size=8).map("".join)


@given(st.text() | st.text("0123456789-:.TZ+ /W") | dates_in_words)
@example("Tue Sep 2025")
@example("2025-W39")
def test_any_text_is_refused_or_names_each_part_of_its_date_itself(text: str) -> None:
    try:
        moment = parse_timestamp(text)
    except ValueError:
        return
    digits = "".join(str(int(c)) if c.isdecimal() else " " for c in text)
    assert f"{moment.year:04d}" in digits or str(moment.year) in digits
    assert str(moment.day) in digits


@pytest.mark.parametrize("text", ["25 Sep 76", "25 Sep 2076", "09/25/30", "5:00", "Sep 25", "2025-09-25 1:00 PM"])
def test_no_reading_depends_on_the_day_of_the_reading(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    readings = set()
    for year in (1990, 2070):
        day = time.struct_time((year, 6, 1, 0, 0, 0, 0, 152, 0))
        with monkeypatch.context() as patched:
            patched.setattr(time, "localtime", lambda *_, day=day: day)
            dates._parser.cache_clear()
            try:
                readings.add(str(parse_timestamp(text)))
            except ValueError as refusal:
                readings.add(str(refusal))
    dates._parser.cache_clear()
    assert len(readings) == 1


@pytest.mark.parametrize(
    ("moment", "printed"),
    [
        (datetime(2025, 9, 25, 15, 40, tzinfo=UTC), "2025-09-25T15:40:00Z"),
        (datetime(2025, 9, 25, 15, 40, 59, 999_999, UTC), "2025-09-25T15:40:59Z"),
        (datetime(2025, 9, 25, 15, 40), "2025-09-25T15:40:00"),
        (datetime(2025, 9, 25), "2025-09-25T00:00:00"),
        (datetime(2025, 9, 25, 15, 40, tzinfo=timezone(-7 * HOUR)), "2025-09-25T15:40:00-07:00"),
        (datetime(2025, 9, 25, 15, 40, tzinfo=timezone(5.5 * HOUR)), "2025-09-25T15:40:00+05:30"),
        (datetime(2025, 9, 25, 15, 40, tzinfo=timezone(0 * HOUR, "GMT")), "2025-09-25T15:40:00Z"),
        (datetime(1, 1, 1), "0001-01-01T00:00:00"),
    ],
)
def test_a_moment_prints_truncated_to_the_second_with_its_own_offset(moment: datetime, printed: str) -> None:
    assert print_timestamp(moment) == printed


offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@pytest.mark.parametrize(
    "text", ["0001-01-01T00:00:00", "1970-01-01T00:00:00Z", "1999-12-31T23:59:59", "2101-01-01", "9999-12-31T23:59:59Z"]
)
def test_a_date_outside_the_years_2000_to_2100_was_never_meant_as_one(text: str) -> None:
    with pytest.raises(ValueError, match="2000 to 2100"):
        parse_timestamp(text)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 12, 31), timezones=st.none() | offsets))
def test_what_is_printed_is_read_as_the_same_second(moment: datetime) -> None:
    assert parse_timestamp(print_timestamp(moment)) == moment.replace(microsecond=0)


def test_the_instant_in_utc_is_known_for_a_moment_with_an_offset_only() -> None:
    moment = datetime(2025, 9, 25, 1, 40, tzinfo=timezone(2 * HOUR))
    converted = to_utc(moment)
    assert converted == moment
    assert converted is not None
    assert converted.tzinfo is UTC
    assert converted.date() == date(2025, 9, 24)
    assert to_utc(datetime(2025, 9, 25)) is None


def test_an_instant_beyond_the_calendar_is_unknown() -> None:
    assert to_utc(datetime.min.replace(tzinfo=timezone(2 * HOUR))) is None
    assert to_utc(datetime.max.replace(tzinfo=timezone(-2 * HOUR))) is None
