"""Connections that keep to a deadline, whatever the other side does (T1, T2, T6).

A socket's timeout starts anew at every byte, so it bounds nothing: here the time that is left is set before each
read.
"""

from __future__ import annotations

import http.client
import io
import socket
from contextlib import suppress
from email.errors import MissingHeaderBodySeparatorDefect
from typing import Any, cast

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPResponse, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

from shipstation_aissist.transport.limits import Limits, limits_at_hand

try:
    from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
except ImportError:  # requests still allows urllib3 1.26
    raise ImportError("shipstation-aissist needs urllib3 2 or newer: pip install 'urllib3>=2'") from None

MOST_CONNECTIONS = 16
LONGEST_IDLE_SECONDS = 60.0


class _DeadlineReader(socket.SocketIO):
    """The raw side of a reply's file: sets the time that is left before each read."""

    def __init__(self, sock: Any, limits: Limits) -> None:
        super().__init__(sock, "rb")
        # What socket.makefile() does too: the socket stays open while this file is, which replies without a
        # length need, since http.client closes the connection before their body is read.
        _innermost(sock)._io_refs += 1
        self._bounded = sock
        self._limits = limits
        self._is_over = False

    def readinto(self, b: Any) -> int | None:
        if self._is_over:
            return 0
        self._bounded.settimeout(self._limits.left())
        return super().readinto(b)

    def end(self, buffered: io.BufferedReader) -> None:
        """The reply is complete: what came beyond it must not become the beginning of the next one."""
        self._is_over = True
        pending = getattr(self._bounded, "pending", None)  # what TLS has deciphered already
        if buffered.peek() or (pending is not None and pending()):
            with suppress(OSError):
                self._bounded.shutdown(socket.SHUT_RDWR)


class _Readable:
    """A socket as http.client's reply wants it: something with ``makefile``."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_DeadlineReader(self._sock, limits_at_hand()))


class _BoundedReply(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(cast("socket.socket", _Readable(sock)), *args, **kwargs)

    def begin(self) -> None:
        super().begin()
        # What follows a line that is no header is lost, the length perhaps; and urllib3 would log it, whatever it is.
        if any(isinstance(defect, MissingHeaderBodySeparatorDefect) for defect in self.msg.defects):
            raise http.client.HTTPException("its headers cannot be read")

    def _close_conn(self) -> None:
        reader: Any = self.fp
        reader.raw.end(reader)
        super()._close_conn()  # type: ignore[misc]


class _BoundedConnection(HTTPConnection):
    response_class = _BoundedReply
    idle_since: float | None = None

    def _new_conn(self) -> socket.socket:
        try:
            return _connect(self._dns_host, self.port, self.socket_options)
        except socket.gaierror as fault:
            raise NameResolutionError(self.host, self, fault) from fault
        except TimeoutError as fault:
            raise ConnectTimeoutError(self, f"connecting to {self.host} timed out") from fault
        except OSError as fault:
            raise NewConnectionError(self, f"cannot connect to {self.host}: {fault}") from fault

    def connect(self) -> None:
        with limits_at_hand().while_connecting():
            super().connect()

    def _tunnel(self) -> None:
        super()._tunnel()
        cast("socket.socket", self.sock).settimeout(limits_at_hand().left())  # of the TLS handshake that follows

    def send(self, data: Any) -> None:
        if self.sock is not None:
            self.sock.settimeout(limits_at_hand().left())
        super().send(data)

    @property
    def is_connected(self) -> bool:
        """Whether it may be used again; not when it was idle for so long that a firewall may have forgotten it."""
        if self.idle_since is not None and limits_at_hand().clock.monotonic() - self.idle_since > LONGEST_IDLE_SECONDS:
            return False
        return super().is_connected


class _BoundedTLSConnection(_BoundedConnection, HTTPSConnection):
    def _connect_tls_proxy(self, hostname: str, sock: socket.socket) -> Any:
        return _SocketToProxy(super()._connect_tls_proxy(hostname, sock))


class _SocketToProxy:
    """A TLS socket to a proxy: TLS to the API runs inside, which urllib3 does with many reads to one of ours."""

    def __init__(self, sock: Any) -> None:
        self.socket = sock

    def recv(self, size: int) -> bytes:
        self.socket.settimeout(limits_at_hand().left())
        return cast("bytes", self.socket.recv(size))

    def sendall(self, data: bytes) -> None:
        self.socket.settimeout(limits_at_hand().left())
        self.socket.sendall(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.socket, name)


def _innermost(sock: Any) -> Any:
    """The operating system's socket, below those that urllib3 and this module put around it."""
    while not isinstance(sock, socket.socket):
        sock = sock.socket
    return sock


class _Pool(HTTPConnectionPool):
    ConnectionCls: Any = _BoundedConnection

    def _put_conn(self, conn: Any) -> None:
        if conn is not None:
            conn.idle_since = limits_at_hand().clock.monotonic()
            conn._HTTPConnection__response = None  # nothing of a reply outlives it (T5)
        super()._put_conn(conn)


class _TLSPool(_Pool, HTTPSConnectionPool):
    ConnectionCls: Any = _BoundedTLSConnection


_POOLS = {"http": _Pool, "https": _TLSPool}


class _LeanResponse(Response):
    """Status, headers and body: the cookies, the encoding and the history of a reply are not asked for."""

    def __init__(self, request: PreparedRequest, raw: HTTPResponse) -> None:
        self.request = request
        self.status_code = raw.status
        self.headers = cast("Any", raw.headers)
        self.raw = raw


class DeadlineAdapter(HTTPAdapter):
    """The adapter of requests, over connections that keep to a deadline.

    It serves one client, whose host, proxies and certificate authorities never change: what requests works out anew at
    every call is worked out once (target P1). ``send`` itself stays the one of requests, which is what the package
    ``responses`` replaces.
    """

    def __init__(self) -> None:
        self._pools: dict[str, Any] = {}
        super().__init__(pool_connections=4, pool_maxsize=MOST_CONNECTIONS)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """With pools of this module's connections."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> PoolManager:
        """With pools of this module's connections."""
        manager: PoolManager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager

    def get_connection_with_tls_context(
        self, request: PreparedRequest, verify: Any, proxies: Any = None, cert: Any = None
    ) -> Any:
        """The pool of the host, which is always the same."""
        origin, _ = _split(request)
        pool = self._pools.get(origin)
        if pool is None or pool.pool is None:  # not made yet, or closed
            pool = super().get_connection_with_tls_context(request, verify, proxies, cert)
            # Also where only the proxy is spoken to by https.
            super().cert_verify(pool, "https:", verify, cert)  # type: ignore[no-untyped-call]
            self._pools[origin] = pool
        return pool

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """Done where the pool is made."""

    def request_url(self, request: PreparedRequest, proxies: Any) -> str:
        """Path and query; the whole URL where a proxy forwards the request."""
        if proxies:
            return super().request_url(request, proxies)
        return _split(request)[1]

    def build_response(self, req: PreparedRequest, resp: Any) -> Response:
        """What is asked of a reply, and no more."""
        return _LeanResponse(req, resp)

    def close(self) -> None:
        """Close all connections."""
        self._pools.clear()
        super().close()


def _split(request: PreparedRequest) -> tuple[str, str]:
    """Scheme and host, and the rest of the URL."""
    url = cast("str", request.url)
    end = url.index("/", len("https://"))
    return url[:end], url[end:]


def _connect(host: str, port: int, options: Any) -> socket.socket:
    """Connect to the first address that answers; each gets a fair share of the time, so that dead ones leave some.

    The system's name resolution is the one thing that cannot be bounded (T1).
    """
    limits = limits_at_hand()
    addresses = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    last_fault: OSError = OSError("the name has no address")
    for tried, (family, kind, protocol, _, address) in enumerate(addresses):
        sock = None
        try:
            share = limits.left() / (len(addresses) - tried)
            sock = socket.socket(family, kind, protocol)
            for option in options or ():
                sock.setsockopt(*option)
            sock.settimeout(share)
            sock.connect(address)
            sock.settimeout(limits.left())  # of a TLS handshake that follows: Python counts it as one operation
            return sock
        except OSError as fault:
            last_fault = fault
            if sock is not None:
                sock.close()
    try:
        raise last_fault
    finally:
        del last_fault  # it holds this frame, and this frame holds it
