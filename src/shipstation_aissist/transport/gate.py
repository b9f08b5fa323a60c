"""The places among the requests in flight: sixteen, first come, first served (R7, T6).

A semaphore lets a busy thread take its place again before the one that waits has woken up, and sixteen busy threads
then starve everybody else. Here only the one that has waited longest may take a free place, and whoever comes while
somebody waits goes to the end of the line.

Three things can go wrong with a gate, and none of them may cost a place:

- *A signal handler raises*, at any bytecode. Python runs handlers between bytecodes, never inside a call of C code. So
  a place is moved from the gate to its holder, and back, by one such call each (``extend`` over an iterator that takes
  it), and the holder's ``finally`` begins with that call. At no moment is a place in neither of the two.
- *The holder's own thread comes again*, from a signal handler or a listener, while it is inside of one of these
  methods. There is no lock to be held: every step is one operation on a deque, a list or a dict, which Python makes
  whole.
- *The one that was to ring is interrupted.* Who waits looks for itself every quarter of a second.

A forked child makes a gate of its own.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from itertools import count

from shipstation_aissist.transport.waiting import Bell


class Gate:
    """Places for so many at once.

    Attributes:
        take_back: Takes back what a place's ``back`` gives; C code, so that no signal handler runs within.
    """

    def __init__(self, places: int) -> None:
        self._free = deque(range(places))
        self._line: dict[int, Bell] = {}
        self._numbers = count()
        self.take_back = self._free.extend

    @property
    def free(self) -> int:
        """How many places nobody has."""
        return len(self._free)

    @property
    def waiting(self) -> int:
        """How many wait for a place."""
        return len(self._line)

    def call_next(self) -> None:
        """Wake the one that has waited longest, if there is a place for it."""
        if self._free and self._line:
            first = self._line.get(min(self._line, default=-1))
            if first is not None:
                first.ring()


class Place:
    """One place, to be taken once and given back by ``gate.take_back(place.back)``, which does no harm if repeated.

    Attributes:
        back: Gives the place back, if it was taken.
    """

    __slots__ = ("_gate", "_taken", "back")

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._taken: list[int] = []
        self.back: Iterator[int] = map(list.pop, filter(None, (self._taken,)))

    def take(self, seconds: float) -> bool:
        """Take a place, or wait for one; ``False`` if there was none within ``seconds`` (of real time)."""
        line = self._gate._line
        if not line and self._take_free():
            return True
        number, bell = next(self._gate._numbers), Bell()
        until = time.monotonic() + seconds
        try:
            line[number] = bell
            while True:
                if min(line) == number and self._take_free():
                    return True
                left = until - time.monotonic()
                if left <= 0:
                    return False
                bell.wait(left)
        finally:
            line.pop(number, None)
            self._gate.call_next()

    def _take_free(self) -> bool:
        self._taken.extend(map(deque.popleft, filter(None, (self._gate._free,))))
        return bool(self._taken)
