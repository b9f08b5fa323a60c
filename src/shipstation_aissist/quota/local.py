"""The quota of one process: a sliding log of what was sent, in memory."""

from __future__ import annotations

import os
import threading
from collections import deque

import attrs

from shipstation_aissist.quota.contract import (
    LONGEST_PAUSE_SECONDS,
    SLACK_SECONDS,
    check_limit,
    check_reserve,
    check_window,
)
from shipstation_aissist.transport.clock import Clock


class LocalPermits:
    """A sliding log: at any moment, no more than ``limit`` permits were taken within the last window."""

    is_elsewhere = False

    def __init__(self, limit: int, window: float, reserve: int, clock: Clock) -> None:
        self._limit = limit
        self._window = window + SLACK_SECONDS
        self._reserve = reserve
        self._clock = clock
        self._taken: deque[float] = deque()
        self._paused_until = clock.monotonic()
        # Reentrant: a signal handler may itself ask while its thread is in here.
        self._lock = threading.RLock()
        self._process = os.getpid()

    def take(self, bulk: bool) -> float:
        """Take a permit: 0.0, or the seconds after which to ask again."""
        with self._guard():
            now = self._clock.monotonic()
            pause = self._paused_until - now
            if pause > 0:
                return pause
            while self._taken and self._taken[0] <= now - self._window:
                self._taken.popleft()
            free = self._limit - (self._reserve if bulk else 0) - len(self._taken)
            if free > 0:
                self._taken.append(now)
                return 0.0
            return self._taken[-free] + self._window - now  # when as many have left the window as are too many

    def note(self) -> None:
        """Count a permit that was taken elsewhere: of the log that this one stands in for."""
        with self._guard():
            self._taken.append(self._clock.monotonic())
            if len(self._taken) > self._limit:
                self._taken.popleft()

    def give_back(self) -> None:
        """The newest permit was not used."""
        with self._guard():
            if self._taken:
                self._taken.pop()

    def report(self, seconds: float) -> None:
        """Nobody gets a permit for so long."""
        with self._guard():
            until = self._clock.monotonic() + min(max(seconds, 0.0), LONGEST_PAUSE_SECONDS)
            self._paused_until = max(self._paused_until, until)

    def close(self) -> None:
        """Nothing is open."""

    def _guard(self) -> threading.RLock:
        if self._process != os.getpid():  # forked: another thread of the parent may have held the lock just then
            self._lock, self._process = threading.RLock(), os.getpid()
        return self._lock


@attrs.frozen
class LocalQuota:
    """The account's quota for the threads and clients of one process.

    Clients that share the value and the account share its permits, synchronous and asynchronous ones alike.

    Args:
        limit: Requests per window; default: 200, ShipStation's own.
        window: Seconds; default: 60.
        reserve: Requests of each window that bulk jobs leave to everybody else; default: 20.

    Raises:
        ConfigurationError: One of them is out of range.

    Source: API notes 2.1.
    """

    limit: int = attrs.field(default=200, validator=check_limit)
    window: float = attrs.field(default=60.0, validator=check_window)
    reserve: int = attrs.field(
        default=attrs.Factory(lambda self: default_reserve(self.limit), takes_self=True), validator=check_reserve
    )
    # Kept for as long as the value is: a service that makes a client for each request must not lose the log.
    _opened: dict[str, LocalPermits] = attrs.field(init=False, repr=False, eq=False, factory=dict)

    def open(self, account: str, clock: Clock) -> LocalPermits:
        """The permits of an account: the same for every client of it."""
        permits = LocalPermits(self.limit, self.window, self.reserve, clock)
        return self._opened.setdefault(account, permits)

    def __reduce__(self) -> tuple[object, ...]:
        return LocalQuota, (self.limit, self.window, self.reserve)


def default_reserve(limit: object) -> int:
    """A tenth of the limit, at most 20."""
    return min(20, limit // 10) if isinstance(limit, int) else 0
