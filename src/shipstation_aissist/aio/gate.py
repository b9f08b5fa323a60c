"""The places among the requests in flight, for tasks: sixteen, first come, first served (R7).

Tasks of one event loop run one at a time, between two ``await``, so nothing here needs a lock. A place is handed to the
one that has waited longest; one whose waiting is cancelled gives on what it was handed just then (T9).
"""

from __future__ import annotations

from collections import deque

import anyio


class Gate:
    """Places for so many at once."""

    def __init__(self, places: int) -> None:
        self.free = places
        self._line: deque[anyio.Event] = deque()

    async def take(self, seconds: float) -> bool:
        """Take a place, or wait for one; ``False`` if there was none within ``seconds``."""
        if self.free and not self._line:
            self.free -= 1
            return True
        called = anyio.Event()
        self._line.append(called)
        try:
            with anyio.move_on_after(seconds):
                await called.wait()
        except BaseException:
            if called.is_set():
                self.give_back()
            raise
        finally:
            if not called.is_set():
                self._line.remove(called)
        return called.is_set()

    def give_back(self) -> None:
        """A place is free, for the one that has waited longest."""
        if self._line:
            self._line.popleft().set()
        else:
            self.free += 1
