"""When to try again, how long to wait, and how long an attempt may take: pure functions (T2, T3)."""

from __future__ import annotations

from shipstation_aissist.errors import APIConnectionError, APIError, APIStatusError

RETRIED_STATUSES = frozenset({408, 429, 500, 502, 503, 504})
CONNECT_SECONDS = 5.0
FIRST_BACKOFF = 0.5
LONGEST_BACKOFF = 8.0
LONGEST_SPREAD = 0.5
_LEAST_ATTEMPT = 0.25  # an attempt with less time than this would only turn a refusal into a timeout


def seconds_until_retry(
    attempt: int, error: APIError, time_left: float, *, max_retries: int, jitter: float
) -> float | None:
    """How long to wait before the next attempt, or ``None`` to end with ``error``.

    A ``Retry-After`` never shortens our own backoff: ``0`` or a date in the past is no leave to hammer.

    Args:
        attempt: The number of the attempt that failed, from 1 on.
        error: What it ended with.
        time_left: Seconds until the call must end.
        max_retries: How many further attempts are allowed after the first.
        jitter: A random number from 0 to 1: full jitter, so that clients do not come back in step.
    """
    if attempt > max_retries or not _may_be_retried(error):
        return None
    wait = jitter * min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** (attempt - 1))
    if isinstance(error, APIStatusError) and error.retry_after is not None:
        wait = max(wait, error.retry_after)
    return wait if wait + _LEAST_ATTEMPT < time_left else None


def seconds_with_spread(pause: float, time_left: float, *, jitter: float) -> float:
    """How long to wait for the end of a pause, so that all who wait for it do not ask at the same moment (T3).

    Args:
        pause: Seconds until its end, less than ``time_left``.
        time_left: Seconds until the call must end; at most half of what is left after the pause is spent on the spread.
        jitter: A random number from 0 to 1.
    """
    return pause + jitter * min(LONGEST_SPREAD, (time_left - pause) / 2)


def attempt_seconds(attempt: int, time_left: float, *, max_retries: int, patient: bool) -> float:
    """How long an attempt may take: half of the time left while others may follow, else all of it.

    A stalled connection must not eat the call. ``patient`` requests (tracking) may take all of it at once,
    since carriers are slow.
    """
    return time_left if patient or attempt > max_retries else time_left / 2


def _may_be_retried(error: APIError) -> bool:
    if isinstance(error, APIStatusError):
        return error.status_code in RETRIED_STATUSES
    return isinstance(error, APIConnectionError) and error.retryable
