"""Time, as something that can be given: tests give a clock of their own."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What the library needs of time."""

    def monotonic(self) -> float:
        """Seconds that never go back."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...

    def now(self) -> datetime:
        """The time of day, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)

    def now(self) -> datetime:
        """The time of day, in UTC."""
        return datetime.now(UTC)


class Deadline:
    """When a public call must have ended: one for all its requests, attempts and waits (T1).

    Attributes:
        seconds: What the call may take in all.
        at: When it must have ended, in the clock's seconds.
    """

    __slots__ = ("_clock", "at", "seconds")

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self.seconds = seconds
        self.at = clock.monotonic() + seconds

    def left(self) -> float:
        """Seconds until then; negative afterwards."""
        return self.at - self._clock.monotonic()
