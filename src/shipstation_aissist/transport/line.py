"""Work on many things at once, their results in the order of the things, each as soon as it is there (bulk look-ups).

Three kinds of threads, all of them daemons that nobody waits for:

- the *reader* takes the things from the caller's iterable, a bounded number ahead. It has a thread of its own because
  an iterable may block, on a queue or a slow file, and finished results must not wait for it;
- the *workers* take what was read, the oldest first;
- the *caller* takes the results, in order.

Whoever stops taking (``break``, an error, Ctrl-C) stops the others: nothing more is read or begun. Where no thread can
be started the caller does one thing after the other itself.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from contextvars import Context, copy_context
from typing import Generic, TypeVar

from shipstation_aissist.transport.threads import start_thread
from shipstation_aissist.transport.waiting import LONGEST_NAP

T = TypeVar("T")
R = TypeVar("R")

_NAME = "shipstation-aissist-bulk"


def results_in_order(
    work: Callable[[T], R], things: Iterable[T], workers: int, ahead: int, stop: threading.Event
) -> Generator[R, None, None]:
    """The result of each thing, in the order of the things.

    Args:
        work: Makes a result of a thing; runs in the caller's context, in any thread.
        things: Read as they are needed, in a thread of its own.
        workers: How many are worked on at once.
        ahead: How many things may be read before the caller has the results of those before them.
        stop: Set as soon as nobody wants a result any more.

    Raises:
        BaseException: What ``work`` or the iterable raised, in its turn.
    """
    line = _Line(work, things, workers, ahead, stop)
    try:
        if not start_thread(line.read, _NAME):
            yield from (work(thing) for thing in things)
            return
        while (item := line.next_item()) is not None:
            yield item.result()
    finally:
        line.stop()


class _Item(Generic[T, R]):
    """One thing, until its result is there."""

    def __init__(self, thing: T, context: Context) -> None:
        self.thing = thing
        self.context = context
        self.is_done = False
        self._value: R | None = None
        self._fault: BaseException | None = None

    def work(self, work: Callable[[T], R]) -> None:
        try:
            self._value = self.context.run(work, self.thing)
        except BaseException as fault:  # noqa: BLE001 - raised in its turn, where the result is asked for
            self._fault = fault

    def fail(self, fault: BaseException) -> None:
        self._fault, self.is_done = fault, True

    def result(self) -> R:
        fault, self._fault = self._fault, None
        if fault is not None:
            raise fault
        return self._value  # type: ignore[return-value]


class _Line(Generic[T, R]):
    def __init__(
        self, work: Callable[[T], R], things: Iterable[T], workers: int, ahead: int, stop: threading.Event
    ) -> None:
        self._work = work
        self._things = things
        self._workers = workers
        self._most_ahead = ahead
        self._stop = stop
        # Reentrant: a garbage collection may close an abandoned generator while its own thread is in here.
        self._changed = threading.Condition(threading.RLock())
        self._ahead: deque[_Item[T, R]] = deque()  # in the order of the things, until the caller has them
        self._todo: deque[_Item[T, R]] = deque()  # what nobody works on yet
        self._at_work = 0
        self._idle = 0
        self._is_read = False

    # --- the reader ---

    def read(self) -> None:
        """Take the things one by one, as far ahead as is allowed."""
        try:
            things = iter(self._things)
            while self._wait_for(lambda: len(self._ahead) < self._most_ahead):
                self._put(_Item(next(things), copy_context()))
        except StopIteration:
            pass
        except BaseException as fault:  # noqa: BLE001 - of the iterable: it comes after the things before it
            last: _Item[T, R] = _Item(None, copy_context())  # type: ignore[arg-type]
            last.fail(fault)
            with self._changed:
                self._ahead.append(last)
        with self._changed:
            self._is_read = True
            self._changed.notify_all()

    def _put(self, item: _Item[T, R]) -> None:
        with self._changed:
            self._ahead.append(item)
            self._todo.append(item)
            must_start = self._idle < len(self._todo) and self._at_work < self._workers
            self._at_work += must_start
            self._changed.notify_all()
        if must_start and not start_thread(self._go_on, _NAME):
            with self._changed:
                self._at_work -= 1
                is_alone = self._at_work == 0
            if is_alone:
                self._do_next()

    # --- the workers ---

    def _go_on(self) -> None:
        while self._do_next():
            pass

    def _do_next(self) -> bool:
        with self._changed:
            self._idle += 1
            is_some = self._wait_for(lambda: self._todo or self._is_read) and bool(self._todo)
            self._idle -= 1
            if not is_some:
                return False
            item = self._todo.popleft()
        item.work(self._work)
        with self._changed:
            item.is_done = True
            self._changed.notify_all()
        return True

    # --- the caller ---

    def next_item(self) -> _Item[T, R] | None:
        """The next thing whose result is there; ``None`` after the last."""
        with self._changed:
            self._wait_for(lambda: self._ahead[0].is_done if self._ahead else self._is_read)
            item = self._ahead.popleft() if self._ahead else None
            self._changed.notify_all()
            return item

    def stop(self) -> None:
        """Nobody wants a result any more."""
        self._stop.set()
        with self._changed:
            self._todo.clear()
            self._ahead.clear()
            self._changed.notify_all()

    def _wait_for(self, happens: Callable[[], object]) -> bool:
        """Wait for something, or for the end: whether it was not the end."""
        with self._changed:
            while not self._stop.is_set() and not happens():
                # With an end: a signal that comes just before a wait without one would not be seen until it ends.
                self._changed.wait(LONGEST_NAP)
            return not self._stop.is_set()
