"""The pause that all threads of a client share after a 429 of the platform (T3)."""

from __future__ import annotations

import threading

from shipstation_aissist.transport.clock import Clock

LONGEST_PAUSE_SECONDS = 120.0


class SharedPause:
    """Until when nobody asks.

    Args:
        clock: Measures it.
        until: Its end so far: a forked child keeps the pause of its parent.
    """

    def __init__(self, clock: Clock, until: float | None = None) -> None:
        self._clock = clock
        self._lock = threading.RLock()  # a signal handler may come in the middle, and ask itself
        self.until = clock.monotonic() if until is None else until

    def extend(self, seconds: float) -> None:
        """Pause for at least so long from now on, at most 120 seconds."""
        until = self._clock.monotonic() + min(seconds, LONGEST_PAUSE_SECONDS)
        with self._lock:
            self.until = max(self.until, until)

    def left(self) -> float:
        """Seconds until it is over; 0 or less when it is."""
        return self.until - self._clock.monotonic()
