"""One connection to the API, whatever lies between: what urllib3 connects, kept to a deadline (T1, T2, T6).

urllib3 makes the connection: addresses, the proxy's tunnel, TLS, TLS within TLS, the verification of certificates. From
there on a request is one write, and a reply is read by :mod:`shipstation_aissist.transport.http1`.
"""

from __future__ import annotations

import os
import socket
import ssl
import weakref
from typing import Any, cast

import urllib3.util.connection

# Not from urllib3.connection: vcrpy puts stand-ins there while a cassette is in use, perhaps just now.
from urllib3.connectionpool import HTTPConnection, HTTPSConnection  # type: ignore[attr-defined]
from urllib3.util import wait_for_read

from shipstation_aissist.transport.http1 import (
    BrokenReplyError,
    Incoming,
    NoReplyError,
    RawReply,
    read_head,
    read_reply,
)
from shipstation_aissist.transport.limits import Limits, limits_at_hand

LONGEST_IDLE_SECONDS = 60.0


class ClosedMeanwhileError(Exception):
    """A kept connection turned out to be closed before the first byte of a reply came (T2)."""


class BoundedConnection(HTTPConnection):
    """A connection whose every operation keeps to the limits at hand."""

    _incoming: Incoming | None = None
    _idle_since = 0.0

    def _new_conn(self) -> socket.socket:
        try:
            return _connect(self._dns_host, self.port, self.socket_options)
        except (RuntimeError, LookupError, TypeError, ValueError, AttributeError) as fault:
            # Of a resolver or a socket that somebody has put in the system's place.
            raise OSError(f"cannot connect: {type(fault).__name__}: {fault}") from fault

    def connect(self) -> None:
        """Connect, with proxy and TLS, within the time for it."""
        with limits_at_hand().while_connecting():
            super().connect()
        self._incoming = _arriving_on(self.sock)
        _connections.add(self)

    def _tunnel(self) -> None:
        """Ask the proxy for a tunnel. What it says may be no more than its headers: all else is the tunnel's."""
        host = f"[{self._tunnel_host}]" if ":" in (self._tunnel_host or "") else self._tunnel_host
        target = f"{host}:{self._tunnel_port}"
        headers = {"Host": target, **cast("Any", self)._tunnel_headers}
        lines = (f"{name}: {value}" for name, value in headers.items())
        self.send("\r\n".join([f"CONNECT {target} HTTP/1.1", *lines, "", ""]).encode("latin-1"))
        incoming = _arriving_on(self.sock)
        _, status, _ = read_head(incoming)
        if not 200 <= status < 300:
            raise OSError(f"the proxy refused the tunnel with status {status}")
        if len(incoming):
            raise BrokenReplyError("the proxy says more than that the tunnel stands")
        cast("socket.socket", self.sock).settimeout(limits_at_hand().left())  # of the TLS handshake that follows

    def send(self, data: Any) -> None:
        """All of it, within the time left."""
        sock = cast("socket.socket", self.sock)
        sock.settimeout(limits_at_hand().left())
        sock.sendall(data)

    def exchange(self, message: bytes, limits: Limits, *, is_kept: bool) -> RawReply:
        """Send a request and read its reply.

        Args:
            message: The request as bytes.
            limits: Those at hand.
            is_kept: Whether the connection has served another request before.

        Raises:
            ClosedMeanwhileError: It was kept, and the other side closed it before a byte of the reply came.
        """
        incoming = cast("Incoming", self._incoming)
        arrived = incoming.arrived
        try:
            try:
                self.send(message)
            except BrokenPipeError:
                if is_kept:
                    raise
                # A server that refuses early may have said so before it closed.
            reply = read_reply(incoming)
        except (NoReplyError, ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError) as fault:
            if is_kept and incoming.arrived == arrived:
                raise ClosedMeanwhileError from fault
            raise
        if reply.is_last or len(incoming):
            self.close()  # what came beyond a reply must not become the beginning of the next one
        else:
            self._idle_since = limits.clock.monotonic()
        return reply

    def may_be_used_again(self, limits: Limits) -> bool:
        """Whether it is open, was not idle for too long, and nothing at all has come since its last reply.

        A firewall may have forgotten a connection that was idle for long. Whatever came unasked, at whichever layer,
        would be taken for the next reply.
        """
        if self.sock is None or limits.clock.monotonic() - self._idle_since > LONGEST_IDLE_SECONDS:
            return False
        try:
            return not self._incoming and is_silent(self.sock)
        except (OSError, ValueError):  # closed by another thread
            return False


class BoundedTLSConnection(BoundedConnection, HTTPSConnection):
    """The same under TLS."""

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


def _arriving_on(sock: Any) -> Incoming:
    # It knows the socket only: with the connection, both would live until the next collection of cycles.
    def receive(most: int) -> bytes:
        sock.settimeout(limits_at_hand().left())
        return sock.recv(most) or b""  # urllib3's TLS within TLS ends with the number 0

    return Incoming(receive)


def is_silent(sock: Any) -> bool:
    """Whether no byte waits: not in the layers of TLS that have deciphered it, nor with the operating system."""
    layer = sock
    while layer is not None:
        inner = getattr(layer, "sslobj", None)  # TLS within TLS, as urllib3 has it
        if inner is not None:
            if inner.pending() or layer.incoming.pending:
                return False
        elif isinstance(layer, ssl.SSLSocket) and layer.pending():
            return False
        layer = getattr(layer, "socket", None)
    return not wait_for_read(sock, timeout=0.0)


def _connect(host: str, port: int, options: Any) -> socket.socket:
    """Connect to the first address that answers; each gets a fair share of the time, so that dead ones leave some.

    The system's name resolution is the one thing that cannot be bounded (T1).
    """
    limits = limits_at_hand()
    addresses = _resolve(host.strip("[]"), port)
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


def _resolve(host: str, port: int) -> list[Any]:
    """The addresses of a name, asked for as urllib3 asks: so resolvers that were patched for it work here too (T6)."""
    family = urllib3.util.connection.allowed_gai_family()
    return list(socket.getaddrinfo(host, port, family, socket.SOCK_STREAM))


_connections: weakref.WeakSet[BoundedConnection] = weakref.WeakSet()


def _leave_to_the_parent() -> None:
    """In a forked child: put nothing in the place of every connection, so that it can use, close and free what it has.

    The parent goes on talking over them; a byte of the child's, or one that it reads, would break into that.
    """
    nothing = os.open(os.devnull, os.O_RDWR)
    try:
        for connection in list(_connections):
            try:
                os.dup2(nothing, cast("Any", connection.sock).fileno(), inheritable=False)
            except (AttributeError, OSError):  # it was not connected, or is just being made
                continue
    finally:
        os.close(nothing)


# Where processes do not fork at all, there is nothing to register with.
getattr(os, "register_at_fork", lambda **_: None)(after_in_child=_leave_to_the_parent)
