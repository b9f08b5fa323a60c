"""Whether to try again, and how long an attempt may take: the table of T2."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipstation_aissist.errors import (
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    AuthenticationError,
    BadRequestError,
    InternalServerError,
    MalformedResponseError,
    NotFoundError,
    PermissionDeniedError,
    PlanUpgradeRequiredError,
    RateLimitError,
)
from shipstation_aissist.wire.retrying import attempt_seconds, seconds_until_retry, seconds_with_spread


def wait(
    error: APIError, attempt: int = 1, time_left: float = 100.0, max_retries: int = 10, jitter: float = 1.0
) -> Any:
    return seconds_until_retry(attempt, error, time_left, max_retries=max_retries, jitter=jitter)


RETRIED: list[APIError] = [
    APIConnectionError("reset"),
    APITimeoutError("slow"),
    APIStatusError(status_code=408),
    RateLimitError(status_code=429),
    InternalServerError(status_code=500),
    InternalServerError(status_code=502),
    InternalServerError(status_code=503),
    InternalServerError(status_code=504),
]
NEVER: list[APIError] = [
    *(APIStatusError(status_code=status) for status in (100, 301, 302, 307, 402, 405, 409, 418, 422, 425, 499, 600)),
    BadRequestError(status_code=400),
    AuthenticationError(status_code=401),
    PlanUpgradeRequiredError(status_code=401),
    PermissionDeniedError(status_code=403),
    NotFoundError(status_code=404),
    InternalServerError(status_code=501),
    InternalServerError(status_code=505),
    InternalServerError(status_code=599),
    MalformedResponseError("unreadable", problems=("$",)),
    APIError("anything else"),
]


@pytest.mark.parametrize("error", RETRIED, ids=repr)
def test_faults_that_pass_are_retried(error: APIError) -> None:
    assert wait(error) == 0.5


@pytest.mark.parametrize("error", NEVER, ids=lambda error: f"{error!r} {getattr(error, 'status_code', '')}")
def test_everything_else_is_never_retried(error: APIError) -> None:
    assert wait(error) is None


@pytest.mark.parametrize(
    ("attempt", "longest"), [(1, 0.5), (2, 1.0), (3, 2.0), (4, 4.0), (5, 8.0), (6, 8.0), (7, 8.0), (10, 8.0)]
)
def test_the_backoff_doubles_from_half_a_second_to_eight_with_full_jitter(attempt: int, longest: float) -> None:
    error = InternalServerError(status_code=500)
    assert wait(error, attempt) == longest
    assert wait(error, attempt, jitter=0.5) == longest / 2
    assert wait(error, attempt, jitter=0.0) == 0.0


@pytest.mark.parametrize("max_retries", [0, 1, 2, 10])
def test_no_more_attempts_are_made_than_allowed(max_retries: int) -> None:
    error = APIConnectionError("reset")
    for attempt in range(1, max_retries + 1):
        assert wait(error, attempt, max_retries=max_retries) is not None
    assert wait(error, max_retries + 1, max_retries=max_retries) is None
    assert wait(error, max_retries + 2, max_retries=max_retries) is None


def test_a_retry_after_is_honoured_to_the_second_where_it_is_longer_than_the_backoff() -> None:
    for error in (
        RateLimitError(status_code=429, retry_after=3.5),
        InternalServerError(status_code=503, retry_after=3.5),
    ):
        assert wait(error, attempt=1, jitter=0.0) == 3.5
        assert wait(error, attempt=3, jitter=1.0) == 3.5


def test_a_retry_after_never_shortens_the_own_backoff() -> None:
    for seconds in (0.0, 0.3):
        assert wait(RateLimitError(status_code=429, retry_after=seconds), jitter=1.0) == 0.5
        assert wait(InternalServerError(status_code=503, retry_after=seconds), attempt=4, jitter=0.5) == 2.0
    assert wait(RateLimitError(status_code=429, retry_after=0.3), jitter=0.1) == 0.3


def test_a_retry_after_does_not_make_a_refusal_worth_another_attempt() -> None:
    assert wait(PermissionDeniedError(status_code=403, retry_after=1.0)) is None


def test_a_wait_that_leaves_no_time_for_an_attempt_ends_the_call_at_once() -> None:
    limit = RateLimitError(status_code=429, retry_after=5.0)
    assert wait(limit, time_left=5.26) == 5.0
    assert wait(limit, time_left=5.25) is None
    assert wait(limit, time_left=5.0) is None
    assert wait(limit, time_left=4.0) is None
    assert wait(APIConnectionError("reset"), time_left=0.76) == 0.5
    assert wait(APIConnectionError("reset"), time_left=0.75) is None
    assert wait(APIConnectionError("reset"), time_left=-1.0, jitter=0.0) is None


retryable = st.sampled_from(RETRIED) | st.floats(0, 1e9).map(lambda s: RateLimitError(status_code=429, retry_after=s))


@given(st.integers(1, 20), retryable | st.sampled_from(NEVER), st.floats(-10, 200), st.integers(0, 10), st.floats(0, 1))
def test_a_wait_always_ends_before_the_time_does_and_never_follows_the_last_attempt(
    attempt: int, error: APIError, time_left: float, max_retries: int, jitter: float
) -> None:
    seconds = wait(error, attempt, time_left, max_retries, jitter)
    if seconds is not None:
        assert 0 <= seconds < time_left
        assert attempt <= max_retries
        assert error not in NEVER


@given(st.floats(0, 200), st.floats(0, 200), st.floats(0, 1))
def test_who_waits_for_the_end_of_a_pause_starts_within_half_a_second_of_it_and_of_half_its_own_rest(
    pause: float, rest: float, jitter: float
) -> None:
    seconds = seconds_with_spread(pause, pause + rest, jitter=jitter)
    assert pause <= seconds <= pause + min(0.5, rest / 2) + 1e-9


def test_the_start_after_a_pause_is_spread_by_chance() -> None:
    assert [seconds_with_spread(4, 10, jitter=jitter) for jitter in (0.0, 0.5, 1.0)] == [4, 4.25, 4.5]


def test_an_attempt_takes_half_of_the_time_left_while_others_may_follow() -> None:
    assert attempt_seconds(1, 10.0, max_retries=2, patient=False) == 5.0
    assert attempt_seconds(2, 5.0, max_retries=2, patient=False) == 2.5
    assert attempt_seconds(3, 2.5, max_retries=2, patient=False) == 2.5
    assert attempt_seconds(1, 10.0, max_retries=0, patient=False) == 10.0


def test_tracking_may_take_all_of_the_time_left_since_carriers_are_slow() -> None:
    assert attempt_seconds(1, 10.0, max_retries=2, patient=True) == 10.0
    assert attempt_seconds(3, 4.0, max_retries=2, patient=True) == 4.0
