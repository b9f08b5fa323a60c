"""The synchronous driver: performs what :mod:`shipstation_aissist.wire.call` decides, in the threads of who asks.

A public call (``get_label``, ``run``) is a *flow*: a generator that yields the requests to make next, all at once, and
is sent their results. Each of these requests is a *call*: a generator of effects, whose page of theory stands in its
module. This module runs both, and adds four promises of its own:

- **A place is never lost** (R7, T6). Whatever ends a call, be it an exception that a signal handler raises between any
  two bytecodes, the ``finally`` of :meth:`Transport._call` gives its place back; the module ``gate`` says why that
  cannot be interrupted.
- **The requests of a flow run side by side**, in daemon threads that live as long as they do, the caller's own among
  them; one after the other where there are no threads to be had. Once the caller has left (an error, Ctrl-C), those
  under way finish their attempt and ask nothing more.
- **Nothing untyped leaves an attempt.** What a resolver, a patched module or a limit of the system raises in it is an
  ``APIConnectionError``, tried again like any other. ``KeyboardInterrupt``, ``SystemExit``, the exceptions by which
  greenlets are killed, and whatever a signal handler raised go on their way.
- **A fork may happen at any time** (T6). The child makes gate and connections anew: those of its parent are neither
  used nor closed, and no lock is shared. It keeps the pause, which is the account's and not the process's (T3).
"""

from __future__ import annotations

import os
import random
import weakref
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, Protocol, TypeVar

from requests.adapters import HTTPAdapter

from shipstation_aissist.errors import ClientClosedError
from shipstation_aissist.steps import Record, TraceStep
from shipstation_aissist.transport.clock import Clock, Deadline
from shipstation_aissist.transport.exchange import Environment, Exchange, user_agent
from shipstation_aissist.transport.gate import Gate, Place
from shipstation_aissist.transport.pause import SharedPause
from shipstation_aissist.transport.secret import Secret
from shipstation_aissist.transport.sockets import MOST_CONNECTIONS
from shipstation_aissist.transport.threads import side_by_side
from shipstation_aissist.wire.call import (
    Abandoned,
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
    nothing_ends_it,
    one_call,
)
from shipstation_aissist.wire.requests import ApiRequest

T = TypeVar("T")

MOST_IN_FLIGHT = MOST_CONNECTIONS


def drive(flow: Flow[T], perform: Callable[[tuple[ApiRequest[Any], ...]], tuple[Result[Any], ...]]) -> T:
    """Run a flow to its end: perform what it yields, send it the results."""
    try:
        asked = next(flow)
        while True:
            asked = flow.send(perform(asked))
    except StopIteration as finished:
        return finished.value  # type: ignore[no-any-return]


class Permits(Protocol):
    """What the account's quota is, opened for one client; :mod:`shipstation_aissist.quota` says more."""

    @property
    def is_elsewhere(self) -> bool:
        """Whether asking it may take a moment, so that an event loop should not wait for it."""
        ...

    def take(self, bulk: bool) -> float:
        """Take a permit: 0.0, or the seconds after which to ask again."""
        ...

    def give_back(self) -> None:
        """Give back one that was taken for a request that was not sent."""
        ...

    def report(self, seconds: float) -> None:
        """Tell of a 429: nobody gets a permit for so long."""
        ...

    def close(self) -> None:
        """Close what was opened."""
        ...


class Transport:
    """Connections, places, pause and permits of one client and its views. Shared by threads, survives a fork (T6)."""

    def __init__(
        self,
        *,
        base_url: str,
        key: Secret | None,
        clock: Clock,
        environment: Environment,
        make_adapter: Callable[[], HTTPAdapter],
        permits: Permits | None = None,
        app_info: str | None = None,
    ) -> None:
        self.clock = clock
        self._permits = permits
        self._make_exchange: Callable[[], Exchange] = lambda: Exchange(
            base_url, key, environment, make_adapter(), clock, user_agent(app_info)
        )
        self.has_ended = False
        self._pause = SharedPause(clock)
        self._world = World(
            monotonic=clock.monotonic,
            time_of_day=clock.now,
            random=lambda: random.random(),
            pause_left=self.pause_left,
            redact=str if key is None else key.redact,
        )
        self._start_afresh()
        _transports.add(self)

    def _start_afresh(self) -> None:
        self._gate = Gate(MOST_IN_FLIGHT)
        self._exchange = self._make_exchange()

    def survive_fork(self) -> None:
        """In the child: leave everything of the parent alone, as it is."""
        _of_parents.append((self._exchange, self._gate, self._pause))
        self._pause = SharedPause(self.clock, self._pause.until)
        self._start_afresh()

    def close(self) -> None:
        """Close the connections; the next request opens one anew."""
        self._exchange.close()

    def end(self) -> None:
        """Close for good: calls that are under way end with :class:`ClientClosedError`."""
        self.has_ended = True
        self.close()
        if self._permits is not None:
            self._permits.close()

    def pause_left(self) -> float:
        """Seconds until the account may be asked again after a 429 (T3); 0 or less when it may."""
        return self._pause.left()

    def perform(
        self,
        asked: Sequence[ApiRequest[Any]],
        deadline: Deadline,
        record: Record,
        *,
        max_retries: int = 2,
        priority: Priority = "interactive",
        go_on: Callable[[], None] = nothing_ends_it,
    ) -> tuple[Result[Any], ...]:
        """Ask for all of ``asked`` at once; an error is a result too.

        Args:
            asked: One or more requests.
            deadline: When all of it must have ended.
            record: Receives one step for each attempt and wait, possibly from other threads.
            max_retries: Further attempts of each after the first.
            priority: Whether somebody waits for them, or a batch asks.
            go_on: Asked before anything is sent; raises when nobody wants the answer any more.

        Raises:
            ClientClosedError: :meth:`end` was called meanwhile.
        """
        has_left = False

        def may_go_on() -> None:
            go_on()
            if self.has_ended:
                raise ClientClosedError("The client was closed while this call was under way.")
            if has_left:
                raise Abandoned

        bounds = Bounds(
            until=deadline.at, seconds=deadline.seconds, max_retries=max_retries, priority=priority, go_on=may_go_on
        )
        if len(asked) == 1:
            return (self._call(asked[0], bounds, deadline, record),)
        try:
            calls = [partial(self._call, request, bounds, deadline, record) for request in asked]
            return tuple(side_by_side(calls, most=MOST_IN_FLIGHT))
        finally:
            has_left = True

    def _call(self, request: ApiRequest[T], bounds: Bounds, deadline: Deadline, record: Record) -> Result[T]:
        """Perform one call, effect by effect."""
        call = one_call(request, bounds, self._world)
        gate = self._gate
        take_back, back, has_permit = gate.take_back, _NOTHING, False
        outcome: Any = None
        try:
            while True:
                try:
                    effect = call.send(outcome)
                except StopIteration as finished:
                    return finished.value  # type: ignore[no-any-return]
                outcome = None
                if isinstance(effect, TraceStep):
                    record(effect)
                elif isinstance(effect, Attempt):
                    has_permit = False
                    outcome = self._exchange.attempt(effect.request, effect.seconds, deadline)
                elif isinstance(effect, TakePlace):
                    place = Place(gate)
                    back = place.back
                    outcome = place.take(effect.seconds)
                elif isinstance(effect, GiveBack):
                    take_back(back)
                    gate.call_next()
                elif isinstance(effect, TakePermit):
                    outcome = self._permits and self._permits.take(effect.priority == "bulk")
                    has_permit = not outcome
                elif isinstance(effect, ReportLimit):
                    self._report(effect.seconds)
                else:
                    self.clock.sleep(effect.seconds)
        finally:
            take_back(back)  # one call of C code, the first thing: no signal handler can come before it
            gate.call_next()
            if has_permit and self._permits is not None:
                self._permits.give_back()

    def _report(self, seconds: float) -> None:
        self._pause.extend(seconds)
        if self._permits is not None:
            self._permits.report(seconds)


_NOTHING: Iterator[int] = iter(())
_transports: weakref.WeakSet[Transport] = weakref.WeakSet()
_of_parents: list[object] = []  # what a forked child must keep as it is, and so must not free


def _survive_fork() -> None:
    for transport in _transports:
        transport.survive_fork()


# Where processes do not fork at all, there is nothing to register with.
getattr(os, "register_at_fork", lambda **_: None)(after_in_child=_survive_fork)
