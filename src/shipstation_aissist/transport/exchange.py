"""One attempt on the wire: a request goes out, its whole reply comes back, or the error that came instead."""

from __future__ import annotations

import sys
from typing import Any

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests.exceptions import RequestException, SSLError, Timeout
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import DecodeError, HTTPError
from urllib3.exceptions import TimeoutError as PoolTimeoutError

from shipstation_aissist._version import __version__
from shipstation_aissist.errors import APIConnectionError, APIError, APITimeoutError
from shipstation_aissist.transport.clock import Clock, Deadline
from shipstation_aissist.transport.limits import Limits, keeping_to
from shipstation_aissist.transport.secret import Secret
from shipstation_aissist.wire.replies import Reply
from shipstation_aissist.wire.requests import ApiRequest
from shipstation_aissist.wire.retrying import CONNECT_SECONDS

LARGEST_BODY = 10 * 1024 * 1024
USER_AGENT = f"shipstation-aissist/{__version__} Python/{sys.version.split()[0]}"
_COMPRESSIONS = ("gzip", "deflate")
_PIECE = 16 * 1024  # of a compressed body: at the worst it unfolds to a thousand times as much


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
    """

    def __init__(
        self, base_url: str, key: Secret | None, environment: Environment, adapter: HTTPAdapter, clock: Clock
    ) -> None:
        self._base_url = base_url
        self._key = key
        self._environment = environment
        self._adapter = adapter
        self._clock = clock

    def close(self) -> None:
        """Close the connections."""
        self._adapter.close()

    def redact(self, text: str) -> str:
        """The same text without the key, which a server or a proxy may quote back (T5)."""
        return text if self._key is None else self._key.redact(text)

    def attempt(self, request: ApiRequest[object], seconds: float, deadline: Deadline) -> Reply | APIError:
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
                return self._reply_of(
                    self._adapter.send(
                        self._prepare(request),
                        stream=True,
                        timeout=(connecting, seconds),
                        verify=self._environment.verify,
                        proxies=self._environment.proxies,
                    )
                )
        except (RequestException, HTTPError, OSError, ValueError) as fault:
            if _is_timeout(fault) or self._clock.monotonic() >= limits.until:
                return timed_out(request, deadline)
            advice = (
                "Name a private certificate authority in REQUESTS_CA_BUNDLE."
                if isinstance(fault, SSLError)
                else "Check the network, the proxy settings and the base URL; https://status.shipstation.com tells "
                "about outages."
            )
            return APIConnectionError(f"{request.label} got no complete reply: {self._reason(fault)}. {advice}")
        except BaseException as interruption:  # noqa: BLE001 - it goes on its way
            interruption.__context__ = None  # it and the traceback so far hold the headers, and these the key (T5)
            raise interruption.with_traceback(None) from None

    def _prepare(self, request: ApiRequest[object]) -> PreparedRequest:
        """What requests.Request.prepare() would make, without the general case that makes it slow (target P1)."""
        prepared = PreparedRequest()
        prepared.method = "GET"
        prepared.url = f"{self._base_url}/{request.target}"
        headers: CaseInsensitiveDict[Any] = CaseInsensitiveDict()
        headers["Accept"] = "application/json"
        headers["Accept-Encoding"] = ", ".join(_COMPRESSIONS)
        headers["User-Agent"] = USER_AGENT
        if self._key is not None:
            headers["API-Key"] = self._key.reveal()  # the one line where the key is unwrapped (T5)
        prepared.headers = headers
        return prepared

    def _reply_of(self, response: Response) -> Reply:
        request_id = response.headers.get("x-shipengine-requestid")
        return Reply(
            response.status_code,
            _read_body(response),
            retry_after=response.headers.get("Retry-After"),
            request_id=request_id and self.redact(request_id),
        )

    def _reason(self, fault: BaseException) -> str:
        root = _root_of(fault)
        return self.redact(str(root) or type(root).__name__)


def timed_out(request: ApiRequest[object], deadline: Deadline) -> APITimeoutError:
    """The error of a request that took too long."""
    return APITimeoutError(
        f"{request.label} got no complete reply in time; the call may take {deadline.seconds:g} s in all. "
        "Try again later, or give the client a longer timeout (10 to 180 s)."
    )


def _read_body(response: Response) -> bytes | None:
    """The whole body, decompressed, or ``None`` if it is above 10 MiB before or after that (T7)."""
    raw = response.raw
    is_compressed = response.headers.get("Content-Encoding", "").strip().lower() in _COMPRESSIONS
    if _is_too_long(response.headers.get("Content-Length")):
        raw.close()  # a connection with a rest of a reply on it cannot be used again
        return None
    parts: list[bytes] = []
    size = 0
    try:
        while part := raw.read(_PIECE if is_compressed else LARGEST_BODY + 1, decode_content=is_compressed):
            parts.append(part)
            size += len(part)
            if size > LARGEST_BODY or raw.tell() > LARGEST_BODY:
                raw.close()
                return None
            if raw.length_remaining == 0 and not is_compressed:
                break  # nothing can follow: the last, empty read would only cost time (P1)
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
