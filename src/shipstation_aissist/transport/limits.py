"""The limits of the attempt at hand: they travel beside urllib3 in a context variable (T1).

A context variable, and not one of the thread: greenlets share their thread, and each of them has a context of its own
(T6). An attempt within an attempt, that of a signal handler, finds its own limits and leaves those it found.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

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


_at_hand: ContextVar[Limits] = ContextVar("shipstation_aissist_limits")


@contextmanager
def keeping_to(limits: Limits) -> Iterator[None]:
    """Bound everything that connections do in this context."""
    before = _at_hand.set(limits)
    try:
        yield
    finally:
        _at_hand.reset(before)


def limits_at_hand() -> Limits:
    """Those that this context keeps to."""
    limits = _at_hand.get(None)
    if limits is None:
        raise RuntimeError("connections with a deadline are used within keeping_to()")
    return limits
