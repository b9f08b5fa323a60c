"""When to try again, and how long an attempt may take: two pure functions (T2)."""

from __future__ import annotations

from shipstation_aissist.errors import APIConnectionError, APIError, APIStatusError

RETRIED_STATUSES = frozenset({408, 429, 500, 502, 503, 504})
CONNECT_SECONDS = 5.0
FIRST_BACKOFF = 0.5
LONGEST_BACKOFF = 8.0
_LEAST_ATTEMPT = 0.25  # an attempt with less time than this would only turn a refusal into a timeout


def seconds_until_retry(
    attempt: int, error: APIError, time_left: float, *, max_retries: int, jitter: float
) -> float | None:
    """How long to wait before the next attempt, or ``None`` to end with ``error``.

    Args:
        attempt: The number of the attempt that failed, from 1 on.
        error: What it ended with.
        time_left: Seconds until the call must end.
        max_retries: How many further attempts are allowed after the first.
        jitter: A random number from 0 to 1: full jitter, so that clients do not come back in step.
    """
    if attempt > max_retries or not _may_be_retried(error):
        return None
    wait = error.retry_after if isinstance(error, APIStatusError) else None
    if wait is None:
        wait = jitter * min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** (attempt - 1))
    return wait if wait + _LEAST_ATTEMPT < time_left else None


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
