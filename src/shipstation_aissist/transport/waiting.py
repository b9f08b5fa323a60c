"""Waiting for another thread or greenlet, in a way that a signal, a nested call and a fork leave in order (T6)."""

from __future__ import annotations

import threading
import time
from types import BuiltinFunctionType

LONGEST_NAP = 0.25  # seconds after which a waiter looks for itself, should whoever was to wake it have been interrupted
_POLL = 0.002


class Bell:
    """Rung by one, waited for by another: a lock and nothing else, so no state that an exception could leave torn."""

    __slots__ = ("_lock",)

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lock.acquire()

    def ring(self) -> None:
        """Wake who waits, or who is about to; ringing twice is ringing once."""
        try:
            self._lock.release()
        except RuntimeError:
            return  # it was rung already

    def wait(self, seconds: float) -> bool:
        """Wait until it rings, ``seconds`` at most, and never much longer than a nap.

        Returns:
            Whether it rang. Where it did not, look for yourself: who was to ring may have been interrupted.
        """
        seconds = min(max(0.0, seconds), LONGEST_NAP)
        if not _locks_stop_everybody():
            return self._lock.acquire(timeout=seconds)
        time.sleep(min(seconds, _POLL))
        return self._lock.acquire(blocking=False)


def _locks_stop_everybody() -> bool:
    """Greenlets whose ``sleep`` was patched and whose locks were not: a lock stops their thread, with all of them."""
    return not isinstance(time.sleep, BuiltinFunctionType) and threading.Lock.__module__ == "_thread"
