"""ONE CALL: one request with its retries, waits and permits, as a generator of effects.

It decides; a driver performs and decides nothing. The generator yields an effect and is sent its outcome, until it
returns what the call came to: the value that was asked for, or an :class:`~shipstation_aissist.errors.APIError` (which
is returned, never raised). It knows no socket, thread, clock or chance: the time, a random number and the length of the
shared pause are callables that are handed in, so each of its decisions is tested without a network, and the synchronous
and the asynchronous client are two small drivers over this one file.

The effects, and what the driver sends back for each:

==========================  =======================================================================================
``TakePlace(seconds)``      ``True`` once this call has a place among the requests in flight (R7), ``False`` if it got
                            none within so many seconds
``TakePermit(priority)``    ``0.0`` (or ``None``) if the account's quota grants one more attempt, else the seconds
                            after which to ask again; without a quota every permit is granted
``Attempt(request, ...)``   a :class:`Reply`, or the ``APIError`` that came instead of one
``ReportLimit(seconds)``    nothing; the driver tells everybody who shares the client, and the quota (T3)
``GiveBack()``              nothing; the place is free for the call that has waited longest, and so is a permit with
                            which nothing was sent
``TraceStep(...)``          nothing; the step goes to the log, the listener and the trace (T8)
``Sleep(seconds)``          nothing, after so many seconds
==========================  =======================================================================================

The order, which is the promise::

    +-> may it go on? -- no: what ``go_on`` raises (the client was closed, nobody waits any more)
    |     |
    |   is there a pause (T3)? -- longer than the time left: RateLimitError, unsent
    |     |                    -- else Sleep, spread over a moment ----------------------------+
    |   TakePlace -- none in time: APITimeoutError                                             |
    |     |                                                                                    |
    |   a pause meanwhile? ------ GiveBack, then as for a pause -------------------------------+
    |   may it still go on?                                                                    |
    |   TakePermit -- not granted: GiveBack, then as for a pause ------------------------------+
    |   is there time left? -- else GiveBack and APITimeoutError                               |
    |   Attempt (T1: within its share of the time; T2: all of it for the last, and tracking)   |
    |   ReportLimit, if the platform said 429 -- before anybody can take this place            |
    |   GiveBack                                                                               |
    |   TraceStep -- from here on a slow listener, or one that asks itself, holds no place     |
    |     |                                                                                    |
    |   a value, or an error that is not retried: the end                                      |
    |   TraceStep, Sleep (T2)                                                                  |
    +-----+------------------------------------------------------------------------------------+

What holds at every yield:

- A place is held from ``TakePlace`` until ``GiveBack``, and nothing in between but ``TakePermit``, ``Attempt`` and
  ``ReportLimit`` is yielded: no listener runs, nobody sleeps, while a place is held.
- A permit is taken with a place in the hand and spent at once: ``Attempt`` follows ``TakePermit``.
- The generator may be abandoned at any yield (an exception in the driver, a cancelled task): nothing of the call is
  sent afterwards. Whoever performs ``TakePlace`` and ``TakePermit`` must see to it in a ``finally`` that a place which
  was not given back, and a permit with which nothing was sent, are given back then.
- Every wait ends before the call's time does. A wait that would not is not begun: the call ends at once.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeAlias, TypeVar

from shipstation_aissist.errors import APIError, APIStatusError, APITimeoutError, RateLimitError
from shipstation_aissist.steps import TraceStep
from shipstation_aissist.wire.replies import Reply, error_codes, read, third_party_fault
from shipstation_aissist.wire.requests import ApiRequest
from shipstation_aissist.wire.retrying import attempt_seconds, seconds_until_retry, seconds_with_spread

if TYPE_CHECKING:
    from shipstation_aissist.wire.decoding import Decoded

T = TypeVar("T")
Result: TypeAlias = "Decoded[T] | APIError"
Flow: TypeAlias = "Generator[tuple[ApiRequest[Any], ...], tuple[Result[Any], ...], T]"
Priority: TypeAlias = Literal["interactive", "bulk"]


class _Plain:
    """A small value, matched by its slots: classes made by attrs would cost the import more (target P4)."""

    __slots__: tuple[str, ...] = ()
    __match_args__: tuple[str, ...] = ()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.__match_args__ = cls.__slots__  # type: ignore[misc]


class TakePlace(_Plain):
    """Wait for a place among the requests in flight; sent ``True``, or ``False`` after ``seconds``."""

    __slots__ = ("seconds",)

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds


class TakePermit(_Plain):
    """Ask the account's quota for one attempt; sent ``0.0`` or ``None`` if granted, else seconds until the next ask."""

    __slots__ = ("priority",)

    def __init__(self, priority: Priority) -> None:
        self.priority: Priority = priority


class Attempt(_Plain, Generic[T]):
    """Send the request and read its whole reply within ``seconds``; sent the reply, or the error in its place."""

    __slots__ = ("request", "seconds")

    def __init__(self, request: ApiRequest[T], seconds: float) -> None:
        self.request = request
        self.seconds = seconds


class ReportLimit(_Plain):
    """The platform wants nobody to ask for so many seconds (T3)."""

    __slots__ = ("seconds",)

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds


class GiveBack(_Plain):
    """Let go of the place, and of a permit with which nothing was sent."""

    __slots__: tuple[str, ...] = ()


class Sleep(_Plain):
    """Wait."""

    __slots__ = ("seconds",)

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds


Effect: TypeAlias = "TakePlace | TakePermit | Attempt[T] | ReportLimit | GiveBack | TraceStep | Sleep"
Call: TypeAlias = "Generator[Effect[T], Any, Result[T]]"


class Abandoned(BaseException):
    """A call was given up because nobody waits for it any more."""


def nothing_ends_it() -> None:
    """What a call that nobody ends early is asked before each attempt."""


class Bounds(_Plain):
    """What a call may take: the same value for all calls of one public call.

    Attributes:
        until: When it must have ended, in the seconds of ``World.monotonic``.
        seconds: How long that was at its beginning, for the message of a timeout.
        max_retries: Further attempts after the first (T2).
        priority: Whether somebody waits for it, or a batch asks.
        go_on: Asked before anything is sent; it raises when nobody wants the answer any more.
    """

    __slots__ = ("go_on", "max_retries", "priority", "seconds", "until")

    def __init__(
        self,
        *,
        until: float,
        seconds: float,
        max_retries: int = 2,
        priority: Priority = "interactive",
        go_on: Callable[[], None] = nothing_ends_it,
    ) -> None:
        self.until = until
        self.seconds = seconds
        self.max_retries = max_retries
        self.priority: Priority = priority
        self.go_on = go_on


class World(_Plain):
    """What a call knows of the world: callables, so that tests give a world of their own.

    Attributes:
        monotonic: Seconds that never go back.
        time_of_day: In UTC, for a ``Retry-After`` that is a date.
        random: A number from 0 to 1.
        pause_left: Seconds until the account may be asked again (T3); 0 or less when it may.
        redact: Takes the key out of what an error quotes (T5).
    """

    __slots__ = ("monotonic", "pause_left", "random", "redact", "time_of_day")

    def __init__(
        self,
        *,
        monotonic: Callable[[], float],
        time_of_day: Callable[[], datetime],
        random: Callable[[], float],
        pause_left: Callable[[], float],
        redact: Callable[[str], str] = str,
    ) -> None:
        self.monotonic = monotonic
        self.time_of_day = time_of_day
        self.random = random
        self.pause_left = pause_left
        self.redact = redact


def one_call(request: ApiRequest[T], bounds: Bounds, world: World) -> Call[T]:
    """One request until it has a value, or an error that ends it.

    Args:
        request: What to ask.
        bounds: What it may take.
        world: Time and chance.

    Yields:
        Effects; see the table above.

    Returns:
        The value, or the error.
    """
    attempt = 0
    while True:
        attempt += 1
        refusal = yield from _turn(request, bounds, world)
        if refusal is not None:
            return refusal
        started = world.monotonic()
        left = bounds.until - started
        if left <= 0:
            yield _GIVE_BACK
            return timed_out(request, bounds.seconds)
        seconds = attempt_seconds(attempt, left, max_retries=bounds.max_retries, patient=request.patient)
        outcome: Reply | APIError = yield Attempt(request, seconds)
        reply = outcome if isinstance(outcome, Reply) else None
        result = _read(request, outcome, bounds, world)
        took = world.monotonic() - started
        if isinstance(result, RateLimitError) and result.retry_after and not third_party_fault(result):
            yield ReportLimit(result.retry_after)
        yield _GIVE_BACK
        error = result if isinstance(result, APIError) else None
        yield TraceStep(
            kind="request",
            what=request.label,
            endpoint=request.endpoint,
            attempt=attempt,
            status=None if reply is None else reply.status,
            seconds=took,
            request_id=None if reply is None else reply.request_id,
            error=None if error is None else f"{type(error).__name__}: {error}",
            error_codes=error_codes(error),
        )
        if error is None:
            return result
        left = bounds.until - world.monotonic()
        wait = seconds_until_retry(attempt, error, left, max_retries=bounds.max_retries, jitter=world.random())
        if wait is None:
            return result
        status = error.status_code if isinstance(error, APIStatusError) else None
        yield _waiting(request, "trying again", wait, attempt=attempt, status=status)
        yield Sleep(wait)


def _read(request: ApiRequest[T], outcome: Reply | APIError, bounds: Bounds, world: World) -> Result[T]:
    if not isinstance(outcome, Reply):
        return outcome
    return read(request, outcome, world.time_of_day(), world.redact, is_over=lambda: world.monotonic() >= bounds.until)


def _turn(request: ApiRequest[T], bounds: Bounds, world: World) -> Generator[Effect[T], Any, APIError | None]:
    """Until the call holds a place and a permit, outside of any pause; or the error that it ends with, unsent."""
    while True:
        bounds.go_on()
        why, wait = "waiting out a rate limit", world.pause_left()
        if wait <= 0:
            if not (yield TakePlace(max(0.0, bounds.until - world.monotonic()))):
                return timed_out(request, bounds.seconds)
            wait = world.pause_left()
            if wait <= 0:
                bounds.go_on()
                why = "waiting for the account's quota"
                why = f"in bulk, {why}" if bounds.priority == "bulk" else why
                wait = (yield TakePermit(bounds.priority)) or 0.0
                if wait <= 0:
                    return None
            yield _GIVE_BACK
        left = bounds.until - world.monotonic()
        if wait >= left:
            yield TraceStep(
                kind="decision",
                what=f"{request.label}: not sent, the rate limit lasts another {wait:.1f} s",
                endpoint=request.endpoint,
                rule="T3",
                status=429,
                warning=True,
            )
            return not_sent(wait)
        wait = seconds_with_spread(wait, left, jitter=world.random())
        yield _waiting(request, why, wait)
        yield Sleep(wait)


def timed_out(request: ApiRequest[Any], seconds: float) -> APITimeoutError:
    """The error of a request that took too long.

    Args:
        request: The request.
        seconds: How long the call may take in all.
    """
    return APITimeoutError(
        f"{request.label} got no complete reply in time; the call may take {seconds:g} s in all. "
        "Try again later, or give the client a longer timeout (10 to 180 s)."
    )


def not_sent(seconds: float) -> RateLimitError:
    """The error of a call that could only wait in vain (T3).

    Args:
        seconds: How long the account must not be asked.
    """
    return RateLimitError(
        f"Not sent: the account is over its rate limit for another {seconds:.1f} s, longer than this call may take. "
        "Wait so long, or ask less often.",
        status_code=429,
        retry_after=seconds,
    )


def _waiting(
    request: ApiRequest[Any], why: str, seconds: float, *, attempt: int | None = None, status: int | None = None
) -> TraceStep:
    return TraceStep(
        kind="wait",
        what=f"{request.label}: {why} in {seconds:.2f} s" if attempt else f"{request.label}: {why} for {seconds:.2f} s",
        endpoint=request.endpoint,
        attempt=attempt,
        status=status,
        seconds=seconds,
        warning=True,
    )


_GIVE_BACK = GiveBack()
