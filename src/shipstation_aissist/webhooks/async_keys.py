"""Asks for ShipStation's key set on an event loop. The only file here that needs the extra ``async``."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import TYPE_CHECKING

import anyio
import httpx2
from requests.utils import DEFAULT_CA_BUNDLE_PATH, select_proxy

from shipstation_aissist.errors import APIConnectionError, APIError, APITimeoutError
from shipstation_aissist.transport import Clock
from shipstation_aissist.transport.exchange import USER_AGENT, Environment
from shipstation_aissist.transport.http1 import LARGEST_BODY
from shipstation_aissist.wire.replies import Reply, read
from shipstation_aissist.wire.requests import ANY_JSON, ApiRequest

if TYPE_CHECKING:
    from shipstation_aissist.webhooks.keys import Reading

# Uncompressed: a key set has a few thousand bytes, and so there is nothing to unfold.
_HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": "identity",
    "User-Agent": USER_AGENT,
    "Connection": "close",
}
_LONGEST_QUOTE = 200
_REQUEST = ApiRequest("jwks", ANY_JSON)


class AsyncKeyHost:
    """Where the keys are.

    Args:
        url: The key set's.
        timeout: Seconds that a request may take in all, name resolution included.
        environment: Certificate authorities and proxies.

    Attributes:
        turn: Is held by the task that asks.
    """

    def __init__(self, url: str, timeout: float, environment: Environment) -> None:
        self.turn = anyio.Lock()
        self._url = url
        self._timeout = timeout
        self._trusted = _trusted_by(environment.verify)
        self._proxy = _proxy_url(select_proxy(url, environment.proxies))

    async def ask(self, clock: Clock) -> Reading:
        """One request: the key set, or the error that came instead. A connection of its own, closed behind it."""
        try:
            with anyio.fail_after(self._timeout):
                reply = await self._get()
        except (TimeoutError, httpx2.TimeoutException):
            return APITimeoutError(f"GET {self._url} got no complete reply within {self._timeout:g} s.")
        except (httpx2.TransportError, httpx2.InvalidURL, OSError) as fault:
            return _unreachable(self._url, fault)
        return read(_REQUEST, reply, clock.now())

    async def _get(self) -> Reply:
        # The transport, not the client: a client logs whole URLs, and follows the environment (T4).
        async with httpx2.AsyncHTTPTransport(verify=self._trusted, trust_env=False, proxy=self._proxy) as transport:
            request = httpx2.Request("GET", self._url, headers=_HEADERS)
            response = await transport.handle_async_request(request)
            try:
                return Reply(response.status_code, await _bounded(response))
            finally:
                await response.aclose()


async def _bounded(response: httpx2.Response) -> bytes | None:
    """The body, or ``None`` if it is above 10 MiB (T7)."""
    body = bytearray()
    # To leave the loop would leave the generators below it half-way; a cancelled read unwinds them all.
    with anyio.CancelScope() as reading:
        async for piece in response.aiter_raw():
            if len(body) > LARGEST_BODY:
                reading.cancel()
            else:
                body += piece
    return None if len(body) > LARGEST_BODY else bytes(body)


def _unreachable(url: str, fault: Exception) -> APIError:
    why = " ".join(str(fault).split())[:_LONGEST_QUOTE] or type(fault).__name__
    return APIConnectionError(f"GET {url} got no complete reply: {why}. Check the network and the proxy settings.")


def _trusted_by(verify: bool | str) -> ssl.SSLContext:
    """The same authorities as on the other edge; made once, since it takes longer than a loop should wait."""
    bundle = verify if isinstance(verify, str) else DEFAULT_CA_BUNDLE_PATH
    if Path(bundle).is_dir():
        return ssl.create_default_context(capath=bundle)
    return ssl.create_default_context(cafile=bundle)


def _proxy_url(proxy: str | None) -> str | None:
    return f"http://{proxy}" if proxy and "://" not in proxy else proxy
