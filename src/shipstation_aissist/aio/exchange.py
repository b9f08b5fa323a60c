"""One attempt on the wire, asynchronously: a request goes out, its whole reply comes back, or the error instead."""

from __future__ import annotations

import ssl
from collections import deque
from collections.abc import AsyncGenerator, Callable
from typing import Any
from urllib.parse import urlsplit

import anyio

from shipstation_aissist.aio.connection import ClosedMeanwhileError, Connection, connect, tls_context
from shipstation_aissist.aio.loops import in_a_thread
from shipstation_aissist.errors import APIError
from shipstation_aissist.transport.exchange import Environment
from shipstation_aissist.transport.http1 import RawReply
from shipstation_aissist.transport.outcomes import connection_error, reply_of
from shipstation_aissist.transport.secret import Secret
from shipstation_aissist.wire.call import timed_out
from shipstation_aissist.wire.replies import Reply
from shipstation_aissist.wire.requests import ApiRequest
from shipstation_aissist.wire.retrying import CONNECT_SECONDS

MOST_CONNECTIONS = 16


class Exchange:
    """Makes attempts over connections of one event loop.

    Args:
        base_url: Where requests go.
        key: Goes with each of them.
        environment: Certificate authorities and proxies.
        user_agent: Names who asks.
    """

    def __init__(self, base_url: str, key: Secret, environment: Environment, user_agent: str) -> None:
        parts = urlsplit(base_url)
        self._host = parts.hostname or ""
        self._is_encrypted = parts.scheme == "https"
        self._port = parts.port or (443 if self._is_encrypted else 80)
        self._path = parts.path
        self._netloc = parts.netloc
        self._key = key
        self._environment = environment
        self._user_agent = user_agent
        self._proxy = environment.proxy_for(base_url)
        self._tls: ssl.SSLContext | None = None
        self._reading = anyio.Lock()
        self._resolving = anyio.CapacityLimiter(MOST_CONNECTIONS)
        self._idle: deque[Connection] = deque()
        self._loops_end: AsyncGenerator[None, None] | None = None

    async def attempt(
        self, request: ApiRequest[Any], seconds: float, whole: float, sending: Callable[[], None]
    ) -> Reply | APIError:
        """Send one request and read its reply.

        Args:
            request: What to ask.
            seconds: How long that may take.
            whole: How long the call may take in all, for the message of a timeout.
            sending: Called before the first byte goes out.
        """
        try:
            with anyio.fail_after(seconds) as scope:
                raw = await self._send(lambda: self._message(request), sending)
                until = scope.deadline

                def keep_on() -> None:
                    if anyio.current_time() >= until:
                        raise TimeoutError

                return reply_of(raw.status, raw.headers, raw.body, keep_on, self._key.redact)
        except TimeoutError:
            return timed_out(request, whole)
        except Exception as fault:  # noqa: BLE001 - whatever a resolver or a patched module raises (T2)
            return connection_error(request, fault, self._key.redact)

    async def _send(self, message: Callable[[], bytes], sending: Callable[[], None]) -> RawReply:
        connection = self._idle_connection()
        while connection is not None and not connection.may_be_used_again():
            await connection.close()
            connection = self._idle_connection()
        if connection is not None:
            sending()
            try:
                return await self._asked(connection, message, is_kept=True)
            except ClosedMeanwhileError:
                pass  # found out before a byte of the reply came: it is replaced once, uncounted (T2)
        connection = await self._connected()
        sending()
        return await self._asked(connection, message, is_kept=False)

    async def _asked(self, connection: Connection, message: Callable[[], bytes], *, is_kept: bool) -> RawReply:
        reply = await connection.exchange(message, is_kept=is_kept)
        if connection.is_open:
            self._idle.append(connection)
        return reply

    async def _connected(self) -> Connection:
        if self._loops_end is None:
            self._loops_end = self._closing_with_the_loop()
            await anext(self._loops_end)
        with anyio.fail_after(CONNECT_SECONDS):
            if self._is_encrypted:
                async with self._reading:
                    if self._tls is None:  # the authorities are read once, which takes a moment
                        self._tls = await in_a_thread(lambda: tls_context(self._environment.verify))
            return await connect(self._host, self._port, self._tls, self._proxy, self._resolving)

    def _idle_connection(self) -> Connection | None:
        return self._idle.pop() if self._idle else None

    def _message(self, request: ApiRequest[Any]) -> bytes:
        lines = [
            f"GET {self._path}/{request.target} HTTP/1.1",
            f"Host: {self._netloc}",
            "Accept: application/json",
            "Accept-Encoding: gzip, deflate",
            f"User-Agent: {self._user_agent}",
            f"API-Key: {self._key.reveal()}",
            "",
            "",
        ]
        return "\r\n".join(lines).encode("latin-1")

    async def _closing_with_the_loop(self) -> AsyncGenerator[None, None]:
        """Close the connections when the loop ends, which closes its asynchronous generators: nobody else will."""
        try:
            yield
        finally:
            while self._idle:
                await self._idle.pop().close()

    async def aclose(self) -> None:
        """Close the idle connections."""
        closing, self._loops_end = self._loops_end, None
        if closing is not None:
            await closing.aclose()
