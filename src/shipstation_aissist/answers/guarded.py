"""A store that fails counts as empty: whatever it raises is told once a minute, and is never a look-up's failure."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from shipstation_aissist.answers.contract import Answers, Shelf, Sign
from shipstation_aissist.answers.flights import Flights
from shipstation_aissist.orders.response import TrackOrderResponse
from shipstation_aissist.transport.clock import Clock, SystemClock

T = TypeVar("T")

WARNING_SECONDS = 60.0
_NOT_NOTED = -math.inf  # when a look-up began, where the store could not say so
_logger = logging.getLogger("shipstation_aissist")


class Guard:
    """Asks a store, and makes do without its answer.

    Args:
        kind: The store's class, for the log.
        clock: Measures the minute between two warnings.
    """

    def __init__(self, kind: str, clock: Clock) -> None:
        self._kind = kind
        self._clock = clock
        self._last_warning = -math.inf

    def ask(self, question: Callable[[], T], otherwise: T) -> T:
        """What the store answers, or something else where it fails.

        Args:
            question: Asks the store.
            otherwise: What is answered instead.
        """
        try:
            return question()
        except Exception as error:  # noqa: BLE001 - what somebody's own store raises may be anything
            self._warn(error)
            return otherwise

    def _warn(self, error: Exception) -> None:
        now = self._clock.monotonic()
        if now - self._last_warning < WARNING_SECONDS:
            return
        self._last_warning = now
        # What the error says stays out of the log: it may hold what was to be kept.
        _logger.warning("%s fails (%s); as long as it does, it counts as empty", self._kind, type(error).__name__)


class GuardedAnswers:
    """A store whose failures go no further.

    Args:
        answers: The store: one of this package, or somebody's own.
        clock: Measures the minute between two warnings; default: the machine's.
    """

    def __init__(self, answers: Answers, clock: Clock | None = None) -> None:
        self._answers = answers
        self._guard = Guard(type(answers).__name__, clock or SystemClock())
        self._own_flights = Flights()

    @property
    def is_elsewhere(self) -> bool:
        """Whether asking it may take a moment, as is supposed of a store that does not say so."""
        return self._guard.ask(lambda: self._answers.is_elsewhere, otherwise=True)

    @property
    def flights(self) -> Flights:
        """The look-ups of this process that are under way."""
        return self._guard.ask(lambda: self._answers.flights, self._own_flights)

    def open(self, sign: Sign, clock: Clock) -> GuardedShelf:
        """The answers of one account."""
        return GuardedShelf(self._guard, partial(self._answers.open, sign, clock))

    def forget(self, label_id: str) -> None:
        """Forget the answers that hold a label."""
        self._guard.ask(lambda: self._answers.forget(label_id), None)

    def __reduce__(self) -> tuple[object, ...]:
        return GuardedAnswers, (self._answers,)


class GuardedShelf:
    """The answers of one account; where they could not be opened, it is tried again when they are asked for.

    Args:
        guard: Of the store.
        open_shelf: Opens them.
    """

    def __init__(self, guard: Guard, open_shelf: Callable[[], Shelf]) -> None:
        self._guard = guard
        self._open = open_shelf
        self._shelf: Shelf | None = None
        guard.ask(self._store, None)

    def _store(self) -> Shelf:
        if self._shelf is None:
            self._shelf = self._open()
        return self._shelf

    def get(self, name: str) -> TrackOrderResponse | None:
        """The answer kept under a name."""
        return self._guard.ask(lambda: _answer(self._store().get(name)), None)

    def begin(self) -> float:
        """A look-up begins."""
        return self._guard.ask(lambda: self._store().begin(), _NOT_NOTED)

    def put(self, name: str, answer: TrackOrderResponse, seconds: float, begun: float) -> None:
        """Keep an answer, if the store has noted when its look-up began: else it may be older than a notification."""
        if begun != _NOT_NOTED:
            self._guard.ask(lambda: self._store().put(name, answer, seconds, begun), None)

    def forget_order(self, answer: TrackOrderResponse) -> None:
        """Forget all answers about an order."""
        self._guard.ask(lambda: self._store().forget_order(answer), None)


def _answer(kept: object) -> TrackOrderResponse | None:
    if kept is None or isinstance(kept, TrackOrderResponse):
        return kept
    raise TypeError("What the store holds under this name is not an answer")
