"""The asynchronous driver: performs what :mod:`shipstation_aissist.wire.call` decides, in the tasks of who asks.

The page of theory stands there. What this module adds:

- **What is cancelled costs nothing more** (T9). Whatever ends a call, its place and an unspent permit are given back in
  the ``finally`` of :meth:`Transport._call`, and the connection of an attempt under way is closed on the way there.
- **Everything belongs to one event loop.** Connections and places are made for the loop that runs, and its connections
  are closed when it ends; a client that is used in a second ``asyncio.run``, or in a forked child, finds an empty house
  there. The pause is the account's (T3), and so the client's, in whatever loop.
- **Nothing outlives** :meth:`Transport.aclose`: calls under way are ended, and waited for.
"""

from __future__ import annotations

import os
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Protocol, TypeVar

import anyio

from shipstation_aissist.aio.elsewhere import in_its_way
from shipstation_aissist.aio.gate import Gate
from shipstation_aissist.aio.loops import has_ended, running_loop, soon, start
from shipstation_aissist.errors import APIError, ClientClosedError
from shipstation_aissist.steps import Record, TraceStep
from shipstation_aissist.transport.clock import Clock, Deadline
from shipstation_aissist.transport.driver import Permits
from shipstation_aissist.transport.pause import SharedPause
from shipstation_aissist.wire.call import (
    Attempt,
    Bounds,
    Flow,
    GiveBack,
    Priority,
    ReportLimit,
    Result,
    TakePermit,
    TakePlace,
    World,
    one_call,
)
from shipstation_aissist.wire.replies import Reply
from shipstation_aissist.wire.requests import ApiRequest

T = TypeVar("T")

MOST_IN_FLIGHT = 16


class AsyncExchange(Protocol):
    """Makes attempts."""

    async def attempt(
        self, request: ApiRequest[Any], seconds: float, whole: float, sending: Callable[[], None]
    ) -> Reply | APIError:
        """One attempt within ``seconds``; ``sending`` is called before the first byte of it goes out."""
        ...

    async def aclose(self) -> None:
        """Close its connections."""
        ...


class _House:
    """What belongs to one event loop, in one process."""

    def __init__(self, exchange: AsyncExchange) -> None:
        self.exchange = exchange
        self.gate = Gate(MOST_IN_FLIGHT)
        self.calls: set[anyio.CancelScope] = set()
        self.is_empty = anyio.Event()

    async def end(self) -> None:
        """End the calls under way, wait until they have, and close the connections."""
        for scope in tuple(self.calls):
            scope.cancel()
        if self.calls:
            await self.is_empty.wait()
        await self.exchange.aclose()


async def drive(
    flow: Flow[T], perform: Callable[[tuple[ApiRequest[Any], ...]], Awaitable[tuple[Result[Any], ...]]]
) -> T:
    """Run a flow to its end: perform what it yields, send it the results."""
    try:
        asked = next(flow)
        while True:
            asked = flow.send(await perform(asked))
    except StopIteration as finished:
        return finished.value  # type: ignore[no-any-return]
    finally:
        flow.close()


class Transport:
    """Connections, places, pause and permits of one client and its views."""

    def __init__(
        self,
        *,
        clock: Clock,
        sleep: Callable[[float], Awaitable[None]],
        make_exchange: Callable[[], AsyncExchange],
        permits: Permits | None,
        redact: Callable[[str], str],
    ) -> None:
        self._sleep = sleep
        self._make_exchange = make_exchange
        self._permits = permits
        self._pause = SharedPause(clock)
        self._houses: dict[tuple[int, Any], _House] = {}  # by process and loop; a child leaves its parent's alone
        self.has_ended = False
        self._world = World(
            monotonic=clock.monotonic,
            time_of_day=clock.now,
            random=random.random,
            pause_left=self._pause.left,
            redact=redact,
        )

    def pause_left(self) -> float:
        """Seconds until the account may be asked again after a 429 (T3); 0 or less when it may."""
        return self._pause.left()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._sleep(seconds)

    def _house(self) -> _House:
        here = (os.getpid(), running_loop())
        house = self._houses.get(here)
        if house is None:
            for process, loop in tuple(self._houses):
                if process == here[0] and has_ended(loop):
                    self._houses.pop((process, loop), None)
            house = self._houses[here] = _House(self._make_exchange())
        return house

    async def perform(
        self,
        asked: Sequence[ApiRequest[Any]],
        deadline: Deadline,
        record: Record,
        *,
        max_retries: int,
        priority: Priority = "interactive",
    ) -> tuple[Result[Any], ...]:
        """Ask for all of ``asked`` at once; an error is a result too.

        Args:
            asked: One or more requests.
            deadline: When all of it must have ended.
            record: Receives one step for each attempt and wait.
            max_retries: Further attempts of each after the first.
            priority: Whether somebody waits for them, or a batch asks.

        Raises:
            ClientClosedError: :meth:`aclose` was called meanwhile.
        """
        bounds = Bounds(
            until=deadline.at,
            seconds=deadline.seconds,
            max_retries=max_retries,
            priority=priority,
            go_on=self._check_open,
        )
        house = self._house()
        if len(asked) == 1:
            return (await self._call(house, asked[0], bounds, record),)
        results: list[Any] = [None] * len(asked)
        faults: list[BaseException] = []

        async def call(index: int) -> None:
            try:
                results[index] = await self._call(house, asked[index], bounds, record)
            except Exception as fault:  # noqa: BLE001 - raised below, by itself and not in a group
                faults.append(fault)
                tasks.cancel_scope.cancel()

        async with anyio.create_task_group() as tasks:
            for index in range(len(asked)):
                tasks.start_soon(call, index)
        if faults:
            raise faults[0]
        return tuple(results)

    def _check_open(self) -> None:
        if self.has_ended:
            raise ClientClosedError("The client was closed while this call was under way.")

    async def _call(self, house: _House, request: ApiRequest[T], bounds: Bounds, record: Record) -> Result[T]:
        """Perform one call, effect by effect; whatever ends it gives back what it holds."""
        call = one_call(request, bounds, self._world)
        outcome: Any = None
        has_place = has_permit = False

        def spend() -> None:
            nonlocal has_permit
            has_permit = False

        with anyio.CancelScope() as scope:
            house.calls.add(scope)
            try:
                while True:
                    effect = call.send(outcome)
                    outcome = None
                    if isinstance(effect, TraceStep):
                        record(effect)
                    elif isinstance(effect, Attempt):
                        outcome = await house.exchange.attempt(effect.request, effect.seconds, bounds.seconds, spend)
                        has_permit = False
                    elif isinstance(effect, TakePlace):
                        outcome = has_place = await house.gate.take(effect.seconds)
                    elif isinstance(effect, GiveBack):
                        house.gate.give_back()
                        has_place = False
                    elif isinstance(effect, TakePermit):
                        if self._permits is not None:
                            outcome = await self._take_permit(self._permits, effect.priority)
                            has_permit = not outcome
                    elif isinstance(effect, ReportLimit):
                        await self._report(effect.seconds)
                    else:
                        await self._sleep(effect.seconds)
            except StopIteration as finished:
                return finished.value  # type: ignore[no-any-return]
            finally:
                if has_place:
                    house.gate.give_back()
                if has_permit and self._permits is not None:
                    self._permits.give_back()
                house.calls.discard(scope)
                if self.has_ended and not house.calls:
                    house.is_empty.set()
        raise ClientClosedError("The client was closed while this call was under way.")  # its scope was cancelled

    async def _take_permit(self, permits: Permits, priority: Priority) -> float:
        return await in_its_way(permits.is_elsewhere, partial(permits.take, priority == "bulk"))

    async def _report(self, seconds: float) -> None:
        self._pause.extend(seconds)
        if self._permits is not None:
            await in_its_way(self._permits.is_elsewhere, partial(self._permits.report, seconds))

    async def aclose(self) -> None:
        """End the calls under way, wait until they have, and close the connections.

        Other loops that run are told to do the same, and not waited for.
        """
        self.has_ended = True
        here = (os.getpid(), running_loop())
        for process, loop in [key for key in tuple(self._houses) if key != here and key[0] == here[0]]:
            house = self._houses.pop((process, loop), None)  # another thread may be closing, too
            if house is not None:
                with suppress(RuntimeError):  # that loop has ended
                    soon(loop, partial(start, house.end))
        if here in self._houses:
            await self._houses[here].end()
            self._houses.pop(here, None)
        if self._permits is not None:
            self._permits.close()
