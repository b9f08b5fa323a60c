"""``Retry-After`` in all its forms (T2)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipstation_aissist.wire.replies import parse_retry_after

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        ("12", 12.0),
        (" 12 ", 12.0),
        ("007", 7.0),
        ("0.5", 0.5),
        ("1.25", 1.25),
        ("999999999", 999_999_999.0),
        ("1000000001", 1_000_000_000.0),
        pytest.param("9" * 400, 1_000_000_000.0, id="400 digits"),
        ("Tue, 10 Mar 2026 12:00:30 GMT", 30.0),
        ("Tue, 10 Mar 2026 12:00:00 GMT", 0.0),
        ("Tue, 10 Mar 2026 11:59:59 GMT", 0.0),
        ("Wed, 10 Mar 1999 12:00:30 GMT", 0.0),
        ("Tue, 10 Mar 2026 14:00:30 +0200", 30.0),
        ("Tue, 10 Mar 2026 12:00:30 -0000", 30.0),
        ("Tue, 10 Mar 2026 12:00:30", 30.0),
        ("Tuesday, 10-Mar-26 12:00:30 GMT", 30.0),
        ("Tue Mar 10 12:00:30 2026", 30.0),
    ],
)
def test_seconds_and_http_dates_are_understood(value: str, seconds: float) -> None:
    assert parse_retry_after(value, NOW) == seconds


@pytest.mark.parametrize(
    ("date", "seconds"),
    [
        ("Tue, 10 Mar 2026 11:59:00 GMT", 90.0),
        ("Tue, 10 Mar 2026 13:00:00 +0100", 30.0),
        ("Tue, 10 Mar 2026 12:00:30 GMT", 0.0),
        ("Tue, 10 Mar 2026 12:05:00 GMT", 0.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 1_000_000_000.0),
        ("yesterday", 30.0),
        ("", 30.0),
        ("Tue, 10 Mar 99999 12:00:30 GMT", 30.0),
    ],
)
def test_a_date_is_read_against_the_replys_own_date_where_that_can_be_read(date: str, seconds: float) -> None:
    assert parse_retry_after("Tue, 10 Mar 2026 12:00:30 GMT", NOW, date) == seconds


def test_seconds_are_seconds_whatever_the_replys_own_date_says() -> None:
    assert parse_retry_after("12", NOW, "Thu, 01 Jan 1970 00:00:00 GMT") == 12.0


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        " ",
        "-1",
        "-0",
        "+5",
        "12.",
        ".5",
        "1e3",
        "1,5",
        "12 s",
        "12, 13",
        "0x10",
        "١٢",
        "nan",
        "inf",
        "soon",
        "\x00",
        "\ud800",
        "2026-03-10T12:00:30Z",
        "Tue, 99 Mar 2026 12:00:30 GMT",
        "Tue, 10 Mar 99999 12:00:30 GMT",
        "Tue, 10 Mar 2026 12:00:30 +9999",
        "10 Mar 2026",
    ],
)
def test_anything_else_counts_as_absent(value: str | None) -> None:
    assert parse_retry_after(value, NOW) is None


@given(st.integers(0, 10**6))
def test_a_date_is_as_many_seconds_away_as_it_is(seconds: int) -> None:
    moment = NOW + timedelta(seconds=seconds)
    assert parse_retry_after(format_datetime(moment, usegmt=True), NOW) == seconds


@given(
    st.text()
    | st.text("0123456789.-+e GMTuTa,:Mr")
    | st.from_regex(r"\A[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d")
)
def test_no_header_is_more_than_a_wait_that_is_a_finite_number(value: str) -> None:
    seconds = parse_retry_after(value, NOW)
    assert seconds is None or (seconds >= 0 and isfinite(seconds))
