"""Several tasks at once, in threads that hold nothing up: not the process's end, and no other task (R7, T6).

The caller's own thread works too, and does alone whatever no other thread has begun. So nothing is lost where no thread
can be started (an interpreter that shuts down, a limit of the system, WebAssembly): the tasks then run one after the
other. The threads are daemons, made for this one occasion: nobody waits for them when the process ends, and Ctrl-C ends
it at once.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextvars import copy_context
from typing import Generic, TypeVar

from shipstation_aissist.transport.waiting import LONGEST_NAP, Bell

T = TypeVar("T")


def start_thread(target: Callable[[], object], name: str) -> bool:
    """Start a thread in the caller's context; the process does not wait for it when it ends.

    Args:
        target: What it does.
        name: What it is called, in a debugger.

    Returns:
        Whether there was a thread to be had.
    """
    thread = threading.Thread(target=copy_context().run, args=(target,), name=name, daemon=True)
    try:
        thread.start()
    except RuntimeError:
        return False
    return True


def side_by_side(tasks: Sequence[Callable[[], T]], *, most: int) -> list[T]:
    """Run tasks at once, each in the caller's context.

    Args:
        tasks: What to do.
        most: How many threads may be at work, the caller's among them.

    Returns:
        What each of them returned, in order.

    Raises:
        BaseException: What a task raised. What was not begun yet is then never begun.
    """
    work = _Work(tasks)
    try:
        for _ in range(min(most, len(tasks)) - 1):
            if not start_thread(work.go_on, "shipstation-aissist"):
                break
        work.go_on()
        return work.results()
    finally:
        work.stop()


class _Work(Generic[T]):
    def __init__(self, tasks: Sequence[Callable[[], T]]) -> None:
        self._todo = deque(enumerate(tasks))
        self._done: dict[int, T] = {}
        self._faults: list[BaseException] = []
        self._count = len(tasks)
        self._bell = Bell()

    def go_on(self) -> None:
        """Do what nobody has begun, until there is nothing left; a fault is kept for the caller."""
        while not self._faults:
            try:
                index, task = self._todo.popleft()
            except IndexError:
                return
            try:
                self._done[index] = task()
            except BaseException as fault:  # noqa: BLE001 - raised again in the caller's thread
                self._faults.append(fault)
            self._bell.ring()

    def results(self) -> list[T]:
        """Wait for those that are under way."""
        while len(self._done) < self._count and not self._faults:
            self._bell.wait(LONGEST_NAP)
        if self._faults:
            raise self._faults[0]
        return [self._done[index] for index in range(self._count)]

    def stop(self) -> None:
        """Begin nothing more, and hold no error: its traceback holds this."""
        self._todo.clear()
        self._faults.clear()
