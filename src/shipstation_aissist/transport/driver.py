"""The synchronous driver: runs a flow's requests within one deadline, with their retries and waits.

An asynchronous one would be a second file like this one: what to ask, what a reply means and whether to try again
are decided elsewhere, without I/O.
"""

from __future__ import annotations

import os
import random
import threading
import weakref
from collections.abc import Callable, Generator, Sequence
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from requests.adapters import HTTPAdapter

from shipstation_aissist.errors import APIError, APIStatusError, ClientClosedError, RateLimitError
from shipstation_aissist.steps import Record, TraceStep
from shipstation_aissist.transport.clock import Clock, Deadline
from shipstation_aissist.transport.exchange import Environment, Exchange, timed_out
from shipstation_aissist.transport.pause import SharedPause
from shipstation_aissist.transport.secret import Secret
from shipstation_aissist.transport.sockets import MOST_CONNECTIONS
from shipstation_aissist.wire.decoding import Decoded
from shipstation_aissist.wire.replies import Reply, read, third_party_fault
from shipstation_aissist.wire.requests import ApiRequest
from shipstation_aissist.wire.retrying import attempt_seconds, seconds_until_retry

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

T = TypeVar("T")
Result: TypeAlias = "Decoded[Any] | APIError"
Flow: TypeAlias = Generator[tuple[ApiRequest[Any], ...], tuple[Result, ...], T]

MOST_IN_FLIGHT = MOST_CONNECTIONS


def drive(flow: Flow[T], perform: Callable[[tuple[ApiRequest[Any], ...]], tuple[Result, ...]]) -> T:
    """Run a flow to its end: perform what it yields, send it the results."""
    try:
        asked = next(flow)
        while True:
            asked = flow.send(perform(asked))
    except StopIteration as finished:
        return finished.value  # type: ignore[no-any-return]


class Transport:
    """Sends requests: retries, waits, counts what is in flight. Shared by threads, survives a fork (T6)."""

    def __init__(
        self,
        *,
        base_url: str,
        key: Secret | None,
        max_retries: int,
        clock: Clock,
        environment: Environment,
        make_adapter: Callable[[], HTTPAdapter],
    ) -> None:
        self.clock = clock
        self._max_retries = max_retries
        self._make_exchange: Callable[[], Exchange] = lambda: Exchange(
            base_url, key, environment, make_adapter(), clock
        )
        self._has_ended = False
        self._start_afresh()
        _transports.add(self)

    def _start_afresh(self) -> None:
        """Locks, threads and connections of this process; a forked child must not touch its parent's."""
        self._exchange = self._make_exchange()
        self._slots = threading.BoundedSemaphore(MOST_IN_FLIGHT)
        self._pause = SharedPause(self.clock)
        self._helpers: ThreadPoolExecutor | None = None
        self._helpers_lock = threading.Lock()

    def close(self) -> None:
        """Close the connections; the next request opens one anew."""
        self._exchange.close()
        with self._helpers_lock:
            self._helpers = None  # its threads end with the last call that uses them

    def end(self) -> None:
        """Close for good: calls that are under way end with :class:`ClientClosedError`."""
        self._has_ended = True
        self.close()

    def pause_left(self) -> float:
        """Seconds until the account may be asked again after a 429 (T3); 0 or less when it may."""
        return self._pause.left()

    def perform(self, asked: Sequence[ApiRequest[Any]], deadline: Deadline, record: Record) -> tuple[Result, ...]:
        """Ask for all of ``asked`` at once; an error is a result too.

        Args:
            asked: One or more requests.
            deadline: When all of it must have ended.
            record: Receives one step for each attempt and wait, possibly from other threads.

        Raises:
            ClientClosedError: :meth:`end` was called meanwhile.
        """
        if len(asked) == 1:
            return (self._call(asked[0], deadline, record),)
        first, *others = asked
        helpers = self._make_helpers()
        # Each in the caller's context, so that spans and request ids that a listener looks up there are the caller's.
        running = [(one, helpers.submit(copy_context().run, self._call, one, deadline, record)) for one in others]
        try:
            results = [self._call(first, deadline, record)]
            for one, future in running:
                # The helpers may all be busy with the slow requests of calls that end later than this one (T1):
                # what none of them has begun is done here.
                results.append(self._call(one, deadline, record) if future.cancel() else future.result())
            return tuple(results)
        finally:
            for _, future in running:
                future.cancel()  # an interrupted call asks nothing more

    def _make_helpers(self) -> ThreadPoolExecutor:
        from concurrent.futures import ThreadPoolExecutor  # not before it is needed (target P4)

        with self._helpers_lock:
            if self._helpers is None:
                self._helpers = ThreadPoolExecutor(MOST_IN_FLIGHT, thread_name_prefix="shipstation-aissist")
            return self._helpers

    def _call(self, request: ApiRequest[Any], deadline: Deadline, record: Record) -> Result:
        """One request with its retries (T2)."""
        attempt = 0
        while True:
            attempt += 1
            slots = self._slots
            refusal = self._wait_for_turn(slots, request, deadline, record)
            if refusal is not None:
                return refusal
            try:
                result = self._attempt(request, attempt, deadline, record)
                if isinstance(result, RateLimitError) and result.retry_after and not third_party_fault(result):
                    self._pause.extend(result.retry_after)  # before anybody takes this place
            finally:
                slots.release()
            if isinstance(result, Decoded):
                return result
            wait = seconds_until_retry(
                attempt, result, deadline.left(), max_retries=self._max_retries, jitter=random.random()
            )
            if wait is None:
                return result
            self._sleep(wait, f"{request.label}: trying again", attempt, result, record)

    def _wait_for_turn(
        self, slots: threading.BoundedSemaphore, request: ApiRequest[Any], deadline: Deadline, record: Record
    ) -> APIError | None:
        """Wait for the end of a pause (T3), then take one of the places among the requests in flight (R7)."""
        while True:
            if self._has_ended:
                raise ClientClosedError("The client was closed while this call was under way.")
            pause = self._pause.left()
            if pause > 0:
                if pause >= deadline.left():
                    return _not_sent(request, pause, record)
                self._sleep(pause, f"{request.label}: waiting out a rate limit", None, None, record)
                continue
            if not slots.acquire(timeout=max(0.0, deadline.left())):
                return timed_out(request, deadline)
            if self._pause.left() <= 0:
                return None
            slots.release()

    def _sleep(self, wait: float, why: str, attempt: int | None, error: APIError | None, record: Record) -> None:
        status = error.status_code if isinstance(error, APIStatusError) else None
        record(
            TraceStep(
                kind="wait", what=f"{why} in {wait:.2f} s", attempt=attempt, status=status, seconds=wait, warning=True
            )
        )
        self.clock.sleep(wait)

    def _attempt(self, request: ApiRequest[Any], attempt: int, deadline: Deadline, record: Record) -> Result:
        started = self.clock.monotonic()
        left = deadline.at - started
        if left <= 0:
            return timed_out(request, deadline)
        seconds = attempt_seconds(attempt, left, max_retries=self._max_retries, patient=request.patient)
        outcome = self._exchange.attempt(request, seconds, deadline)
        result: Result
        if isinstance(outcome, Reply):
            status, request_id = outcome.status, outcome.request_id
            result = read(request, outcome, self.clock.now(), self._exchange.redact)
        else:
            status, request_id = None, None
            result = outcome
        record(
            TraceStep(
                kind="request",
                what=request.label,
                attempt=attempt,
                status=status,
                seconds=self.clock.monotonic() - started,
                request_id=request_id,
                error=None if isinstance(result, Decoded) else f"{type(result).__name__}: {result}",
            )
        )
        return result


def _not_sent(request: ApiRequest[Any], pause: float, record: Record) -> RateLimitError:
    """A call that could only wait in vain fails at once (T3)."""
    record(
        TraceStep(
            kind="decision",
            what=f"{request.label}: not sent, the rate limit lasts another {pause:.1f} s",
            rule="T3",
            status=429,
            warning=True,
        )
    )
    return RateLimitError(
        f"Not sent: the account is over its rate limit for another {pause:.1f} s, longer than this call may take. "
        "Wait so long, or ask less often.",
        status_code=429,
        retry_after=pause,
    )


_transports: weakref.WeakSet[Transport] = weakref.WeakSet()


def _survive_fork() -> None:
    for transport in _transports:
        transport._start_afresh()


# Where processes do not fork at all, there is nothing to register with.
getattr(os, "register_at_fork", lambda **_: None)(after_in_child=_survive_fork)
