"""Results of many values with ``await``: in order, with bounded look-ahead, each as soon as it is there."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable
from functools import partial
from typing import Generic, TypeVar

import anyio

from shipstation_aissist.actions.bulk import LOOK_AHEAD
from shipstation_aissist.aio.loops import start

T = TypeVar("T")
R = TypeVar("R")


class _Slot(Generic[R]):
    """The place of one result among the others."""

    def __init__(self) -> None:
        self._is_settled = anyio.Event()
        self._result: list[R] = []
        self._fault: Exception | None = None

    def give(self, result: R) -> None:
        self._result.append(result)
        self._is_settled.set()

    def fail(self, fault: Exception) -> None:
        self._fault = fault
        self._is_settled.set()

    async def taken(self) -> R:
        await self._is_settled.wait()
        if self._fault is not None:
            raise self._fault
        return self._result[0]


class _Line(Generic[T, R]):
    """The values that are worked on, in order; shared by the workers and the reader."""

    def __init__(self, values: Iterable[T] | AsyncIterable[T], most: int) -> None:
        self._source = aiter(values) if isinstance(values, AsyncIterable) else iter(values)
        self._room = anyio.Semaphore(most)
        self._reading = anyio.Lock()
        self._slots: deque[_Slot[R]] = deque()
        self._has_ended = False
        self._news = anyio.Event()

    async def next_value(self) -> tuple[T, _Slot[R]] | None:
        """A further value and the slot of its result, once the reader is not too far behind."""
        await self._room.acquire()
        async with self._reading:
            if self._has_ended:
                return None
            slot: _Slot[R] = _Slot()
            try:
                value = await anext(self._source) if isinstance(self._source, AsyncIterator) else next(self._source)
            except (StopIteration, StopAsyncIteration):
                self._end()
                return None
            except Exception as fault:  # noqa: BLE001 - raised in its turn, so that no order before it is lost
                slot.fail(fault)
                self._slots.append(slot)
                self._end()
                return None
            self._slots.append(slot)
            self._tell()
            return value, slot

    async def next_result(self) -> _Slot[R] | None:
        """The slot of the next result; ``None`` after the last."""
        while not self._slots:
            if self._has_ended:
                return None
            await self._news.wait()
        self._room.release()
        return self._slots.popleft()

    def _end(self) -> None:
        self._has_ended = True
        self._room.release()  # the next worker, that it may see it too
        self._tell()

    def _tell(self) -> None:
        self._news.set()
        self._news = anyio.Event()


async def in_order(
    values: Iterable[T] | AsyncIterable[T], work: Callable[[T], Awaitable[R]], workers: int
) -> AsyncGenerator[R, None]:
    """Results of many values, in the order of the values, by several workers at once.

    The workers are tasks of the event loop's own, not of a task group: a loop that is left with ``break`` would leave a
    task group open. They end when the iteration does.

    Args:
        values: What to work on; read as it is needed.
        work: Makes a result of a value; what it raises ends the iteration, in its turn.
        workers: How many values are worked on at once.
    """
    line: _Line[T, R] = _Line(values, workers * LOOK_AHEAD)

    async def worker(until_cancelled: anyio.CancelScope) -> None:
        with until_cancelled:
            while (taken := await line.next_value()) is not None:
                value, slot = taken
                try:
                    slot.give(await work(value))
                except Exception as fault:  # noqa: BLE001 - raised in its turn
                    slot.fail(fault)

    scopes = [anyio.CancelScope() for _ in range(workers)]
    for scope in scopes:
        start(partial(worker, scope))
    try:
        while (slot := await line.next_result()) is not None:
            yield await slot.taken()
    finally:
        for scope in scopes:
            scope.cancel()
