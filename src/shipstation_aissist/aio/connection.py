"""One connection to the API, asynchronously: streams of anyio, read by the same strict reader as in threads.

anyio carries the bytes: sockets, TLS, TLS within TLS, on asyncio (with uvloop too) and trio. The life of a connection,
and what is promised of it, is the one that :mod:`shipstation_aissist.transport.sockets` tells. httpx2's transport is
not used: what a server sends beyond a reply stays in the parser of its connection, where nobody sees it, and becomes
the beginning of the next reply (T6).
"""

from __future__ import annotations

import ssl
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

import anyio
from anyio.abc import ByteStream, SocketAttribute
from anyio.streams.tls import TLSAttribute, TLSStream
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.util import wait_for_read

from shipstation_aissist.aio.addresses import open_stream
from shipstation_aissist.transport.http1 import (
    BrokenReplyError,
    Incoming,
    NoReplyError,
    RawReply,
    Reading,
    reading_head,
    reading_reply,
)

T = TypeVar("T")

LONGEST_IDLE_SECONDS = 60.0


class ClosedMeanwhileError(Exception):
    """A kept connection turned out to be closed before the first byte of a reply came (T2)."""


class Connection:
    """One open connection.

    Args:
        stream: Carries its bytes.
    """

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream
        self._incoming = Incoming()
        self._idle_since = 0.0
        self._has_spoken_unasked = False
        self.is_open = True

    async def exchange(self, message: Callable[[], bytes], *, is_kept: bool) -> RawReply:
        """Send a request and read its reply; afterwards the connection is idle or closed.

        Args:
            message: Makes the request as bytes, which hold the key: no frame keeps them (T5).
            is_kept: Whether the connection has served another request before.

        Raises:
            ClosedMeanwhileError: It was kept, and the other side closed it before a byte of the reply came.
        """
        arrived = self._incoming.arrived
        try:
            try:
                await _send(self._stream, message)
            except anyio.BrokenResourceError:
                if is_kept:
                    raise
                # A server that refuses early may have said so before it closed.
            reply = await _read(reading_reply(self._incoming), self._stream)
        except BaseException as fault:
            await self.close()
            gone = isinstance(fault, NoReplyError | anyio.BrokenResourceError | anyio.ClosedResourceError)
            if gone and is_kept and self._incoming.arrived == arrived:
                raise ClosedMeanwhileError from None
            raise
        if reply.is_last or len(self._incoming):
            await self.close()  # what came beyond a reply must not become the beginning of the next one
        else:
            self._idle_since = anyio.current_time()
        return reply

    def may_be_used_again(self) -> bool:
        """Whether it is open, was not idle for too long, and nothing at all has come since its last reply."""
        if not self.is_open or anyio.current_time() - self._idle_since > LONGEST_IDLE_SECONDS:
            return False
        self._has_spoken_unasked = self._has_spoken_unasked or not _is_silent(self._stream)
        return not self._has_spoken_unasked and not len(self._incoming)

    async def close(self) -> None:
        """Close it at once, also while the caller is being cancelled."""
        if self.is_open:
            self.is_open = False
            await _close(self._stream)


async def connect(
    host: str, port: int, tls: ssl.SSLContext | None, proxy: str | None, resolving: anyio.CapacityLimiter
) -> Connection:
    """A connection to the host: through its proxy, with TLS, with TLS within TLS.

    Args:
        host: The API's.
        port: The API's.
        tls: Verifies its certificate; ``None`` for plain http.
        proxy: The URL of an HTTP proxy, which may hold user and password, or ``None``.
        resolving: How many names are resolved at once.
    """
    if tls is None or proxy is None:
        stream: ByteStream = await open_stream(host, port, resolving)
    else:
        way = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        name = way.hostname or ""
        stream = await open_stream(name, way.port or (443 if way.scheme == "https" else 80), resolving)
        try:
            if way.scheme == "https":
                stream = await _encrypted(stream, tls, name)
            await _tunnel(stream, host, port, way.username, way.password)
        except BaseException:
            await _close(stream)
            raise
    return Connection(stream if tls is None else await _encrypted(stream, tls, host))


async def _encrypted(stream: ByteStream, tls: ssl.SSLContext, host: str) -> ByteStream:
    try:
        return await TLSStream.wrap(stream, hostname=host, ssl_context=tls, standard_compatible=False)
    except BaseException:
        await _close(stream)
        raise


async def _tunnel(stream: ByteStream, host: str, port: int, user: str | None, password: str | None) -> None:
    """Ask the proxy for a tunnel. What it says may be no more than its headers: all else is the tunnel's."""
    target = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    def message() -> bytes:
        lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}"]
        if user is not None:
            pair = f"{unquote(user)}:{unquote(password or '')}"
            lines.append(f"Proxy-Authorization: Basic {b64encode(pair.encode()).decode()}")
        return "\r\n".join([*lines, "", ""]).encode("latin-1")

    await _send(stream, message)
    incoming = Incoming()
    _, status, _ = await _read(reading_head(incoming), stream)
    if not 200 <= status < 300:
        raise OSError(f"the proxy refused the tunnel with status {status}")
    if len(incoming):
        raise BrokenReplyError("the proxy says more than that the tunnel stands")


async def _send(stream: ByteStream, message: Callable[[], bytes]) -> None:
    """Send what holds a secret; what is raised on the way shows no frame that holds it too (T5).

    That is what a task is cancelled with: it stands behind the ``TimeoutError`` of ``asyncio.timeout``.
    """
    try:
        await stream.send(message())
    except BaseException as fault:
        fault.__traceback__ = None
        raise


async def _read(reading: Reading[T], stream: ByteStream) -> T:
    try:
        most = next(reading)
        while True:
            try:
                data = await stream.receive(most)
            except anyio.EndOfStream:
                data = b""
            most = reading.send(data)
    except StopIteration as finished:
        return finished.value  # type: ignore[no-any-return]


async def _close(stream: ByteStream) -> None:
    with anyio.CancelScope(shield=True):
        await anyio.aclose_forcefully(stream)


def _is_silent(stream: Any) -> bool:
    """Whether no byte waits: not in a layer of TLS, not with the event loop, not with the operating system."""
    sock = stream.extra(SocketAttribute.raw_socket)  # noqa: S610 - no Django
    while isinstance(stream, TLSStream):
        try:
            stream.extra(TLSAttribute.ssl_object).read(1)  # noqa: S610 - no Django
            return False
        except ssl.SSLWantReadError:
            stream = stream.transport_stream  # nothing but, perhaps, a ticket for a later session, read just now
        except (ssl.SSLError, ValueError):
            return False
    # asyncio may have read already what nobody has asked anyio for; trio does not.
    if getattr(getattr(stream, "_protocol", None), "read_queue", None):
        return False
    return not wait_for_read(sock, timeout=0.0)


def tls_context(verify: bool | str) -> ssl.SSLContext:
    """Certificates are verified, by these authorities; that cannot be turned off (T4).

    Args:
        verify: A file or folder of authorities; ``True``: those that requests brings.
    """
    authorities = verify if isinstance(verify, str) else DEFAULT_CA_BUNDLE_PATH
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if Path(authorities).is_dir():
        context.load_verify_locations(capath=authorities)
    else:
        context.load_verify_locations(cafile=authorities)
    return context
