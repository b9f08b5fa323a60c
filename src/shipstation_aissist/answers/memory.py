"""Answers kept in this process."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Iterable

import attrs

from shipstation_aissist.answers.contract import Sign, checked_label_id, label_ids_of, marks_of
from shipstation_aissist.answers.flights import Flights
from shipstation_aissist.errors import ConfigurationError
from shipstation_aissist.orders.response import TrackOrderResponse
from shipstation_aissist.transport.clock import Clock

MOST_ORDERS = 10_000_000
_MOST_FORGOTTEN = 10_000


@attrs.frozen
class _Kept:
    answer: TrackOrderResponse
    until: float
    subjects: frozenset[str]


class MemoryAnswers:
    """Answers kept in the memory of this process; the one that was not asked for the longest goes first.

    One value may be shared by several actions and clients, synchronous and asynchronous ones.

    Args:
        max_orders: How many answers are kept, 1 to 10,000,000; default: 10,000.

    Raises:
        ConfigurationError: ``max_orders`` is out of range.
    """

    def __init__(self, max_orders: int = 10_000) -> None:
        if type(max_orders) is not int or not 1 <= max_orders <= MOST_ORDERS:
            raise ConfigurationError(f"max_orders must be a whole number from 1 to {MOST_ORDERS}")
        self._max_orders = max_orders
        self.is_elsewhere = False
        self.flights = Flights()
        self._start_afresh()

    def _start_afresh(self) -> None:
        self._process = os.getpid()
        self._lock = threading.RLock()  # reentrant: a signal handler may itself ask
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._names: dict[str, set[str]] = {}  # of the answers about a label or an order, by its id or mark
        self._notifications = 0
        self._forgotten: OrderedDict[str, int] = OrderedDict()  # the number of the last notification, by id or mark

    def open(self, sign: Sign, clock: Clock) -> MemoryShelf:
        """The answers of one account: their names are signed with its key, so that no two accounts share one."""
        return MemoryShelf(self, sign, clock)

    def forget(self, label_id: str) -> None:
        """Forget the answers that hold a label.

        Args:
            label_id: The label's id, of a notification for example.

        Raises:
            TypeError: It is no text.
        """
        self._forget((checked_label_id(label_id),))

    def _forget(self, subjects: Iterable[str]) -> None:
        with self._guard():
            self._notifications += 1
            for subject in subjects:
                for name in tuple(self._names.get(subject, ())):
                    self._drop(name)
                self._forgotten.pop(subject, None)
                self._forgotten[subject] = self._notifications
            while len(self._forgotten) > _MOST_FORGOTTEN:
                self._forgotten.popitem(last=False)

    def _guard(self) -> threading.RLock:
        if self._process != os.getpid():  # forked: another thread of the parent may have been in the middle of it
            self._start_afresh()
        return self._lock

    def _drop(self, name: str) -> None:
        kept = self._kept.pop(name, None)
        for subject in kept.subjects if kept else ():
            names = self._names.get(subject, set())
            names.discard(name)
            if not names:
                self._names.pop(subject, None)

    def __reduce__(self) -> tuple[object, ...]:
        return MemoryAnswers, (self._max_orders,)  # the settings; answers stay where they are

    def __repr__(self) -> str:
        return f"MemoryAnswers(max_orders={self._max_orders})"


class MemoryShelf:
    """The answers of one account."""

    def __init__(self, store: MemoryAnswers, sign: Sign, clock: Clock) -> None:
        self._store = store
        self._sign = sign
        self._clock = clock

    def get(self, name: str) -> TrackOrderResponse | None:
        """The answer kept under a name, if it is fresh."""
        store = self._store
        with store._guard():
            kept = store._kept.get(name)
            if kept is None:
                return None
            if kept.until <= self._clock.monotonic():
                store._drop(name)
                return None
            store._kept.move_to_end(name)
            return kept.answer

    def begin(self) -> float:
        """How many notifications there were."""
        return self._store._notifications

    def put(self, name: str, answer: TrackOrderResponse, seconds: float, begun: float) -> None:
        """Keep an answer, unless its order or one of its labels was notified of since."""
        store = self._store
        subjects = self._subjects_of(answer)
        with store._guard():
            store._drop(name)
            if any(store._forgotten.get(subject, 0) > begun for subject in subjects):
                return
            store._kept[name] = _Kept(answer, self._clock.monotonic() + seconds, subjects)
            for subject in subjects:
                store._names.setdefault(subject, set()).add(name)
            while len(store._kept) > store._max_orders:
                store._drop(next(iter(store._kept)))

    def forget_order(self, answer: TrackOrderResponse) -> None:
        """Forget all answers about an order."""
        self._store._forget(self._subjects_of(answer))

    def _subjects_of(self, answer: TrackOrderResponse) -> frozenset[str]:
        return label_ids_of(answer) | marks_of(answer, self._sign)
