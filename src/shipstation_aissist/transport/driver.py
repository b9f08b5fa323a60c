"""The synchronous driver: runs a flow's requests over requests' adapter, within one deadline.

An asynchronous one would be a second file like this one: what to ask, what a reply means and whether to try again
are decided elsewhere, without I/O.
"""

from __future__ import annotations

import os
import platform
import random
import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeAlias, TypeVar

import attrs
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests.exceptions import RequestException, SSLError, Timeout
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import DecodeError, HTTPError
from urllib3.exceptions import TimeoutError as PoolTimeoutError

from shipstation_aissist._version import __version__
from shipstation_aissist.errors import (
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    RateLimitError,
)
from shipstation_aissist.steps import Record, TraceStep
from shipstation_aissist.transport.clock import Clock, Deadline
from shipstation_aissist.transport.pause import SharedPause
from shipstation_aissist.transport.secret import Secret
from shipstation_aissist.transport.sockets import MOST_CONNECTIONS, Limits, keeping_to
from shipstation_aissist.wire.decoding import Decoded
from shipstation_aissist.wire.replies import Reply, read, third_party_fault
from shipstation_aissist.wire.requests import ApiRequest
from shipstation_aissist.wire.retrying import CONNECT_SECONDS, attempt_seconds, seconds_until_retry

T = TypeVar("T")
Result: TypeAlias = "Decoded[Any] | APIError"
Flow: TypeAlias = Generator[tuple[ApiRequest[Any], ...], tuple[Result, ...], T]

LARGEST_BODY = 10 * 1024 * 1024
MOST_IN_FLIGHT = MOST_CONNECTIONS
USER_AGENT = f"shipstation-aissist/{__version__} Python/{platform.python_version()}"
_PIECE = 64 * 1024  # of a compressed body: at the worst it unfolds to a thousand times as much


def drive(flow: Flow[T], perform: Callable[[tuple[ApiRequest[Any], ...]], tuple[Result, ...]]) -> T:
    """Run a flow to its end: perform what it yields, send it the results."""
    try:
        asked = next(flow)
        while True:
            asked = flow.send(perform(asked))
    except StopIteration as finished:
        return finished.value  # type: ignore[no-any-return]


@attrs.frozen
class Environment:
    """What is read of the process's environment, once, at construction (T4)."""

    verify: bool | str = True
    proxies: dict[str, str] = attrs.field(factory=dict, repr=False)  # a proxy's URL may hold a password


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
        self._base_url = base_url
        self._key = key
        self._max_retries = max_retries
        self._environment = environment
        self._make_adapter = make_adapter
        self.clock = clock
        self._start_afresh()

    def _start_afresh(self) -> None:
        """Locks, threads and connections of this process; a forked child must not touch its parent's."""
        self._process = os.getpid()
        self._adapter = self._make_adapter()
        self._slots = threading.BoundedSemaphore(MOST_IN_FLIGHT)
        self._pause = SharedPause(self.clock)
        self._helpers: ThreadPoolExecutor | None = None
        self._helpers_lock = threading.Lock()

    def close(self) -> None:
        """Close the connections."""
        self._adapter.close()
        if self._helpers is not None:
            self._helpers.shutdown(wait=False, cancel_futures=True)

    def pause_left(self) -> float:
        """Seconds until the account may be asked again after a 429 (T3); 0 or less when it may."""
        return self._pause.left()

    def perform(self, asked: Sequence[ApiRequest[Any]], deadline: Deadline, record: Record) -> tuple[Result, ...]:
        """Ask for all of ``asked`` at once; an error is a result too.

        Args:
            asked: One or more requests.
            deadline: When all of it must have ended.
            record: Receives one step for each attempt and wait, possibly from other threads.
        """
        if os.getpid() != self._process:
            self._start_afresh()
        first, *others = asked
        if not others:
            return (self._call(first, deadline, record),)
        with self._helpers_lock:
            if self._helpers is None:
                self._helpers = ThreadPoolExecutor(MOST_IN_FLIGHT, thread_name_prefix="shipstation-aissist")
        running = [self._helpers.submit(self._call, one, deadline, record) for one in others]
        return (self._call(first, deadline, record), *(one.result() for one in running))

    def _call(self, request: ApiRequest[Any], deadline: Deadline, record: Record) -> Result:
        """One request with its retries (T2)."""
        attempt = 0
        while True:
            attempt += 1
            blocked = self._wait_for_turn(request, deadline, record)
            if blocked is not None:
                return blocked
            try:
                result = self._attempt(request, attempt, deadline, record)
            finally:
                self._slots.release()
            if isinstance(result, Decoded):
                return result
            if isinstance(result, RateLimitError) and result.retry_after and not third_party_fault(result):
                self._pause.extend(result.retry_after)
            wait = seconds_until_retry(
                attempt, result, deadline.left(), max_retries=self._max_retries, jitter=random.random()
            )
            if wait is None:
                return result
            self._sleep(wait, f"{request.label}: trying again", attempt, result, record)

    def _wait_for_turn(self, request: ApiRequest[Any], deadline: Deadline, record: Record) -> APIError | None:
        """Wait for the end of a pause (T3) and for a place among the requests in flight (R7)."""
        while True:
            pause = self._pause.left()
            if pause > 0:
                if pause >= deadline.left():
                    return RateLimitError(
                        f"Not sent: the account is over its rate limit for another {pause:.1f} s, longer than this call "
                        "may take. Wait so long, or ask less often.",
                        status_code=429,
                        retry_after=pause,
                    )
                self._sleep(pause, f"{request.label}: waiting out a rate limit", None, None, record)
                continue
            if not self._slots.acquire(timeout=max(0.0, deadline.left())):
                return self._timed_out(request, deadline)
            if self._pause.left() <= 0:
                return None
            self._slots.release()

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
            return self._timed_out(request, deadline)
        seconds = attempt_seconds(attempt, left, max_retries=self._max_retries, patient=request.patient)
        outcome = self._exchange(request, seconds, deadline)
        result = read(request, outcome, self.clock.now()) if isinstance(outcome, Reply) else outcome
        failed = None if isinstance(result, Decoded) else result
        record(
            TraceStep(
                kind="request",
                what=request.label,
                attempt=attempt,
                status=outcome.status if isinstance(outcome, Reply) else None,
                seconds=self.clock.monotonic() - started,
                request_id=outcome.request_id if isinstance(outcome, Reply) else None,
                error=None if failed is None else f"{type(failed).__name__}: {failed}",
            )
        )
        return result

    def _exchange(self, request: ApiRequest[Any], seconds: float, deadline: Deadline) -> Reply | APIError:
        """One attempt on the wire. Errors are returned, never raised here: they must not hold this frame (T5)."""
        now = self.clock.monotonic()
        limits = Limits(self.clock, connect_until=now + min(CONNECT_SECONDS, seconds), until=now + seconds)
        try:
            with keeping_to(limits):
                response = self._adapter.send(
                    self._prepare(request),
                    stream=True,
                    timeout=(min(CONNECT_SECONDS, seconds), seconds),
                    verify=self._environment.verify,
                    proxies=self._environment.proxies,
                )
                return self._reply_of(response)
        except (RequestException, HTTPError, OSError, ValueError) as fault:
            if _is_timeout(fault) or self.clock.monotonic() >= limits.until:
                return self._timed_out(request, deadline)
            advice = (
                "Name a private certificate authority in REQUESTS_CA_BUNDLE."
                if isinstance(fault, SSLError)
                else "Check the network, the proxy settings and the base URL; https://status.shipstation.com tells "
                "about outages."
            )
            return APIConnectionError(f"{request.label} got no complete reply: {self._reason(fault)}. {advice}")

    def _prepare(self, request: ApiRequest[Any]) -> PreparedRequest:
        """What requests.Request.prepare() would make, without the general case that makes it slow (target P1)."""
        headers = {"Accept": "application/json", "Accept-Encoding": "gzip, deflate", "User-Agent": USER_AGENT}
        if self._key is not None:
            headers["API-Key"] = self._key.reveal()  # the one line where the key is unwrapped (T5)
        prepared = PreparedRequest()
        prepared.method = "GET"
        prepared.url = f"{self._base_url}/{request.target}"
        prepared.headers = CaseInsensitiveDict(headers)
        return prepared

    def _reply_of(self, response: Response) -> Reply:
        body = _read_body(response)
        if body is not None and response.status_code >= 400 and self._key is not None:
            body = self._key.redact_bytes(body)  # an API that quotes the key back
        return Reply(
            response.status_code,
            body,
            retry_after=response.headers.get("Retry-After"),
            request_id=response.headers.get("x-shipengine-requestid"),
        )

    def _timed_out(self, request: ApiRequest[Any], deadline: Deadline) -> APITimeoutError:
        return APITimeoutError(
            f"{request.label} got no complete reply in time; the call may take {deadline.seconds:g} s in all. "
            "Try again later, or give the client a longer timeout (10 to 180 s)."
        )

    def _reason(self, fault: BaseException) -> str:
        root = _root_of(fault)
        reason = str(root) or type(root).__name__
        return reason if self._key is None else self._key.redact(reason)


def _read_body(response: Response) -> bytes | None:
    """The whole body, decompressed, or ``None`` if it is above 10 MiB before or after that (T7)."""
    raw = response.raw
    if _is_too_long(response.headers.get("Content-Length")):
        raw.close()  # a connection with a rest of a reply on it cannot be used again
        return None
    piece = _PIECE if "Content-Encoding" in response.headers else LARGEST_BODY + 1
    parts: list[bytes] = []
    size = 0
    try:
        while part := raw.read(piece, decode_content=True):
            parts.append(part)
            size += len(part)
            if size > LARGEST_BODY or raw.tell() > LARGEST_BODY:
                raw.close()
                return None
    except DecodeError:
        raw.close()
        return b""  # complete, but not what its Content-Encoding says: unreadable, and never retried (T2)
    return b"".join(parts)


def _is_too_long(length: str | None) -> bool:
    return length is not None and length.isdecimal() and (len(length) > 18 or int(length) > LARGEST_BODY)


def _is_timeout(fault: BaseException) -> bool:
    root = _root_of(fault)
    return isinstance(fault, Timeout | PoolTimeoutError) or isinstance(root, Timeout | PoolTimeoutError | TimeoutError)


def _root_of(fault: BaseException) -> BaseException:
    """The fault that the layers of requests and urllib3 have wrapped."""
    while True:
        inner = getattr(fault, "reason", None)
        inner = inner if isinstance(inner, BaseException) else fault.__cause__ or fault.__context__
        if inner is None and fault.args and isinstance(fault.args[0], BaseException):
            inner = fault.args[0]
        if inner is None:
            return fault
        fault = inner
