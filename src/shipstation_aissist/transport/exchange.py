"""One attempt on the wire: a request goes out, its whole reply comes back, or the error that came instead."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests.exceptions import Timeout
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import TimeoutError as PoolTimeoutError

from shipstation_aissist._version import __version__
from shipstation_aissist.errors import APIConnectionError, APIError, APITimeoutError
from shipstation_aissist.transport.certificates import advice_on_certificate
from shipstation_aissist.transport.clock import Clock, Deadline
from shipstation_aissist.transport.http1 import LARGEST_BODY, RawReply
from shipstation_aissist.transport.interruptions import interruption_in
from shipstation_aissist.transport.limits import Limits, keeping_to
from shipstation_aissist.transport.secret import Secret
from shipstation_aissist.wire.replies import Reply, one_line
from shipstation_aissist.wire.requests import ApiRequest
from shipstation_aissist.wire.retrying import CONNECT_SECONDS
from shipstation_aissist.wire.unfolding import unfold

USER_AGENT = f"shipstation-aissist/{__version__} Python/{sys.version.split()[0]}"
_LONGEST_REASON = 200
_LONGEST_HEADER = 100
_ADVICE = "Check the network, the proxy settings and the base URL; https://status.shipstation.com tells about outages."


class Environment:
    """What is read of the process's environment, once, at construction (T4).

    Attributes:
        verify: Whether certificates are verified, or by which authorities.
        proxies: URLs by scheme, which may hold a password.
    """

    __slots__ = ("proxies", "verify")

    def __init__(self, verify: bool | str, proxies: dict[str, str]) -> None:
        self.verify = verify
        self.proxies = proxies


class Exchange:
    """Makes attempts over one adapter of requests.

    Args:
        base_url: Where requests go.
        key: Goes with each of them, if there is one.
        environment: Certificate authorities and proxies.
        adapter: Sends them.
        clock: Measures them.
        user_agent: Names who asks.
    """

    def __init__(
        self,
        base_url: str,
        key: Secret | None,
        environment: Environment,
        adapter: HTTPAdapter,
        clock: Clock,
        user_agent: str = USER_AGENT,
    ) -> None:
        self._base_url = base_url
        self._key = key
        self._environment = environment
        self._adapter = adapter
        self._clock = clock
        self._user_agent = user_agent

    def close(self) -> None:
        """Close the connections."""
        self._adapter.close()

    def redact(self, text: str) -> str:
        """The same text without the key, which a server or a proxy may quote back (T5)."""
        return text if self._key is None else self._key.redact(text)

    def attempt(self, request: ApiRequest[Any], seconds: float, deadline: Deadline) -> Reply | APIError:
        """Send one request and read its reply.

        Errors are returned, never raised here: they must not hold this frame (T5).

        Args:
            request: What to ask.
            seconds: How long that may take.
            deadline: The call's, for the message of a timeout.
        """
        now = self._clock.monotonic()
        connecting = min(CONNECT_SECONDS, seconds)
        limits = Limits(self._clock, connect_until=now + connecting, until=now + seconds)
        try:
            with keeping_to(limits):
                response = self._adapter.send(
                    self._prepare(request),
                    stream=True,
                    timeout=(connecting, seconds),
                    verify=self._environment.verify,
                    proxies=self._environment.proxies,
                )
                return self._reply_of(response, limits.left)
        except Exception as fault:  # noqa: BLE001 - a resolver, a patched module, a limit: nothing untyped leaves (T7)
            interruption = interruption_in(fault)
            if interruption is None:
                return self._error_of(fault, request, limits, deadline)
        except BaseException as exit_or_kill:  # noqa: BLE001 - it goes on its way
            interruption = exit_or_kill
        interruption.__context__ = None  # it and the traceback so far hold the headers, and these the key (T5)
        raise interruption.with_traceback(None) from None

    def _error_of(
        self, fault: Exception, request: ApiRequest[object], limits: Limits, deadline: Deadline
    ) -> APIConnectionError:
        if _is_timeout(fault) or self._clock.monotonic() >= limits.until:
            return timed_out(request, deadline)
        advice = advice_on_certificate(fault)
        reason = one_line(self.redact(_reason_of(fault)), _LONGEST_REASON)
        error = APIConnectionError(f"{request.label} got no complete reply: {reason}. {advice or _ADVICE}")
        if advice is not None:
            error.retryable = False
        return error

    def _prepare(self, request: ApiRequest[object]) -> PreparedRequest:
        """What requests.Request.prepare() would make, without the general case that makes it slow (target P1)."""
        prepared = PreparedRequest()
        prepared.method = "GET"
        prepared.url = f"{self._base_url}/{request.target}"
        headers: CaseInsensitiveDict[Any] = CaseInsensitiveDict()
        headers["Accept"] = "application/json"
        headers["Accept-Encoding"] = "gzip, deflate"
        headers["User-Agent"] = self._user_agent
        if self._key is not None:
            headers["API-Key"] = self._key.reveal()  # the one line where the key is unwrapped (T5)
        prepared.headers = headers
        return prepared

    def _reply_of(self, response: Response, keep_on: Callable[[], object]) -> Reply:
        headers = response.headers
        body = response.raw.body if isinstance(response.raw, RawReply) else _read_body(response)
        coding = headers.get("content-encoding")
        if body is not None and coding is not None:
            body = unfold(body, coding, LARGEST_BODY, keep_on)
        request_id = headers.get("x-shipengine-requestid")
        return Reply(
            response.status_code,
            body,
            retry_after=headers.get("retry-after"),
            request_id=request_id and one_line(self.redact(request_id), _LONGEST_HEADER),
            date=headers.get("date"),
        )


def timed_out(request: ApiRequest[object], deadline: Deadline) -> APITimeoutError:
    """The error of a request that took too long."""
    return APITimeoutError(
        f"{request.label} got no complete reply in time; the call may take {deadline.seconds:g} s in all. "
        "Try again later, or give the client a longer timeout (10 to 180 s)."
    )


def _read_body(response: Response) -> bytes | None:
    """The body of a reply that another adapter has made, as it was sent; ``None`` if it is above 10 MiB (T7)."""
    raw = response.raw
    parts: list[bytes] = []
    size = 0
    while part := raw.read(LARGEST_BODY + 1 - size, decode_content=False):
        parts.append(part)
        size += len(part)
        if size > LARGEST_BODY:
            raw.close()
            return None
    return b"".join(parts)


def _is_timeout(fault: BaseException) -> bool:
    root = _root_of(fault)
    return isinstance(fault, Timeout | PoolTimeoutError) or isinstance(root, Timeout | PoolTimeoutError | TimeoutError)


def _reason_of(fault: BaseException) -> str:
    root = _root_of(fault)
    return str(root) or type(root).__name__


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
