"""The pause that all threads of a client share after a 429 of the platform (T3)."""

from __future__ import annotations

import threading

from shipstation_aissist.transport.clock import Clock

LONGEST_PAUSE_SECONDS = 120.0


class SharedPause:
    """Until when nobody asks."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._until = clock.monotonic()

    def extend(self, seconds: float) -> None:
        """Pause for at least so long from now on, at most 120 seconds."""
        with self._lock:
            self._until = max(self._until, self._clock.monotonic() + min(seconds, LONGEST_PAUSE_SECONDS))

    def left(self) -> float:
        """Seconds until it is over; 0 or less when it is."""
        return self._until - self._clock.monotonic()
