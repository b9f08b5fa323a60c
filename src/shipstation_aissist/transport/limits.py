"""The limits of the attempt at hand, in a variable of the thread that makes it: they travel beside urllib3 (T1)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from shipstation_aissist.transport.clock import Clock


class Limits:
    """When the attempt at hand must have connected, and when it must have ended, in the clock's seconds."""

    __slots__ = ("clock", "connect_until", "until")

    def __init__(self, clock: Clock, connect_until: float, until: float) -> None:
        self.clock = clock
        self.connect_until = connect_until
        self.until = until

    def left(self) -> float:
        """Seconds that the next operation may take.

        Raises:
            TimeoutError: None.
        """
        left = self.until - self.clock.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        return left

    @contextmanager
    def while_connecting(self) -> Iterator[None]:
        """Connecting, TLS and proxy included, has a limit of its own."""
        whole, self.until = self.until, min(self.until, self.connect_until)
        try:
            yield
        finally:
            self.until = whole


class _ThisThread(threading.local):
    limits: Limits | None = None


_this_thread = _ThisThread()


@contextmanager
def keeping_to(limits: Limits) -> Iterator[None]:
    """Bound everything that connections do in this thread."""
    _this_thread.limits = limits
    try:
        yield
    finally:
        _this_thread.limits = None


def limits_at_hand() -> Limits:
    """Those that this thread keeps to."""
    limits = _this_thread.limits
    if limits is None:
        raise RuntimeError("connections with a deadline are used within keeping_to()")
    return limits
