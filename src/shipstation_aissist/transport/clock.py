"""Time, as something that can be given: tests give a clock of their own."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol

import attrs


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


@attrs.frozen
class Deadline:
    """When a public call must have ended: one for all its requests, attempts and waits (T1)."""

    clock: Clock
    seconds: float
    at: float = attrs.field(default=attrs.Factory(lambda self: self.clock.monotonic() + self.seconds, takes_self=True))

    def left(self) -> float:
        """Seconds until then; negative afterwards."""
        return self.at - self.clock.monotonic()
