"""One attempt on the wire: a request goes out, its whole reply comes back, or the error that came instead."""

from __future__ import annotations

import sys
from typing import Any

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests.exceptions import Timeout
from requests.structures import CaseInsensitiveDict
from requests.utils import select_proxy
from urllib3.exceptions import TimeoutError as PoolTimeoutError

from shipstation_aissist._version import __version__
from shipstation_aissist.errors import APIError
from shipstation_aissist.transport.clock import Clock, Deadline
from shipstation_aissist.transport.http1 import LARGEST_BODY, RawReply
from shipstation_aissist.transport.interruptions import interruption_in
from shipstation_aissist.transport.limits import Limits, keeping_to
from shipstation_aissist.transport.outcomes import connection_error, reply_of, root_of
from shipstation_aissist.transport.secret import Secret
from shipstation_aissist.wire.call import timed_out
from shipstation_aissist.wire.replies import Reply
from shipstation_aissist.wire.requests import ApiRequest
from shipstation_aissist.wire.retrying import CONNECT_SECONDS

USER_AGENT = f"shipstation-aissist/{__version__} Python/{sys.version.split()[0]}"


def user_agent(app_info: str | None) -> str:
    """The User-Agent: the library and its version, Python's, and who uses it."""
    return USER_AGENT if app_info is None else f"{USER_AGENT} {app_info}"


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

    def proxy_for(self, base_url: str) -> str | None:
        """The proxy through which the API is asked, or ``None``."""
        return select_proxy(base_url, self.proxies)


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
                body = response.raw.body if isinstance(response.raw, RawReply) else _read_body(response)
                return reply_of(response.status_code, response.headers, body, limits.left, self.redact)
        except Exception as fault:  # noqa: BLE001 - a resolver, a patched module, a limit: nothing untyped leaves (T7)
            interruption = interruption_in(fault)
            if interruption is None:
                if _is_timeout(fault) or self._clock.monotonic() >= limits.until:
                    return timed_out(request, deadline.seconds)
                return connection_error(request, fault, self.redact)
        except BaseException as exit_or_kill:  # noqa: BLE001 - it goes on its way
            interruption = exit_or_kill
        interruption.__context__ = None  # it and the traceback so far hold the headers, and these the key (T5)
        raise interruption.with_traceback(None) from None

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
    root = root_of(fault)
    return isinstance(fault, Timeout | PoolTimeoutError) or isinstance(root, Timeout | PoolTimeoutError | TimeoutError)
