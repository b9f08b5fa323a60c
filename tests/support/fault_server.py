"""A server on loopback that misbehaves by script: real sockets, real TLS, one behaviour per request.

``FaultServer(stall())`` never answers; ``FaultServer(reset(), reply(b"{}"))`` resets the first request and answers
the second one and all that follow; ``FaultServer({"labels": ..., "shipments": ...})`` chooses by the path. The
behaviours are in ``support.misbehaviour``.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Mapping
from typing import Self, TypeAlias

import attrs

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@attrs.frozen
class Received:
    """One request that arrived: on which connection, and what it said. Header names are in lower case."""

    connection: int
    method: str
    target: str
    headers: dict[str, str]


class ConnectionEndedError(Exception):
    """This connection has had its last reply."""


class Conversation:
    """One connection, as a behaviour sees it while it answers one request."""

    def __init__(self, sock: socket.socket, received: Received, stopping: threading.Event) -> None:
        self.sock = sock
        self.received = received
        self._stopping = stopping

    def send(self, data: bytes) -> None:
        """All of it at once."""
        self.sock.sendall(data)

    def drip(self, data: bytes, every: float, tick: Callable[[], object] | None = None) -> None:
        """One byte at a time.

        Args:
            data: What to send.
            every: Real seconds between bytes.
            tick: Called before each byte, to let a fake clock go on.
        """
        for index in range(len(data)):
            if tick is not None:
                tick()
            if self._stopping.wait(every):
                self.end()
            self.sock.sendall(data[index : index + 1])

    def wait(self, seconds: float) -> None:
        """So many real seconds, or until the server is stopped."""
        if self._stopping.wait(seconds):
            self.end()

    def stall(self) -> None:
        """Say nothing more until the client goes away or the server is stopped."""
        self.sock.settimeout(0.05)
        while not self._stopping.is_set():
            try:
                if not self.sock.recv(1):
                    break
            except TimeoutError:
                continue
        self.end()

    def end(self) -> None:
        """Close the connection."""
        raise ConnectionEndedError

    def reset(self) -> None:
        """Close it rudely."""
        plain = socket.socket(fileno=self.sock.detach()) if isinstance(self.sock, ssl.SSLSocket) else self.sock
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        plain.close()
        self.end()


Behaviour: TypeAlias = Callable[[Conversation], object]


class FaultServer:
    """Listens on a free port of loopback; one thread a connection.

    Args:
        *script: One behaviour per request, in order of arrival; the last one goes on for ever. Or one mapping: the
            behaviour of the first key that is in the request's target.
        tls: The server's side of TLS, if it speaks any.
        handshake: Called with each new connection before TLS.
        host: The address to listen on.
    """

    def __init__(
        self,
        *script: Behaviour | Mapping[str, Behaviour],
        tls: ssl.SSLContext | None = None,
        handshake: Callable[[socket.socket, threading.Event], object] | None = None,
        host: str = "127.0.0.1",
    ) -> None:
        self._script = script
        self._tls = tls
        self._handshake = handshake
        self._listener = socket.create_server((host, 0), backlog=64)
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._open: set[socket.socket] = set()
        self.port: int = self._listener.getsockname()[1]
        self.host = "localhost" if tls else host
        self.requests: list[Received] = []
        self.threads: list[threading.Thread] = []
        self.connections = 0
        self.in_flight = 0
        self.most_in_flight = 0

    @property
    def root(self) -> str:
        """Scheme, host and port."""
        return f"{'https' if self._tls else 'http'}://{self.host}:{self.port}"

    @property
    def base_url(self) -> str:
        """What a client is given."""
        return f"{self.root}/v2"

    @property
    def open_connections(self) -> int:
        """How many connections nobody has closed."""
        return len(self._open)

    @property
    def targets(self) -> list[str]:
        """What was asked for, in order of arrival."""
        return [each.target for each in self.requests]

    def __enter__(self) -> Self:
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        with contextlib.suppress(OSError):
            socket.create_connection(self._listener.getsockname(), timeout=1).close()
        self._accepting.join(5)
        self._listener.close()
        with self._lock:
            for sock in self._open:
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)

    def hang_up(self) -> None:
        """Close all connections, as a server does with idle ones."""
        with self._lock:
            for sock in self._open:
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self.connections += 1
                number = self.connections
            thread = threading.Thread(target=self._serve, args=(sock, number), daemon=True)
            self.threads.append(thread)
            thread.start()

    def _serve(self, sock: socket.socket, number: int) -> None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            self._open.add(sock)
        outer = sock
        try:
            with contextlib.suppress(OSError, ConnectionEndedError, ValueError):
                if self._handshake is not None:
                    self._handshake(sock, self._stopping)
                if self._tls is not None:
                    sock = self._tls.wrap_socket(sock, server_side=True)
                self._converse(sock, number)
        finally:
            with self._lock:
                self._open.discard(outer)
            with contextlib.suppress(OSError):
                sock.close()
            outer.close()

    def _converse(self, sock: socket.socket, number: int) -> None:
        while (head := read_head(sock)) is not None:
            first, *lines = head.decode("latin-1").split("\r\n")
            method, target, _ = first.split(" ", 2)
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            received = Received(number, method, target, headers)
            with self._lock:
                behaviour = self._behaviour(target)
                self.requests.append(received)
                self.in_flight += 1
                self.most_in_flight = max(self.most_in_flight, self.in_flight)
            try:
                behaviour(Conversation(sock, received, self._stopping))
            finally:
                with self._lock:
                    self.in_flight -= 1

    def _behaviour(self, target: str) -> Behaviour:
        """Called with the lock held, before the request is counted."""
        first = self._script[0]
        if isinstance(first, Mapping):
            return next(behaviour for part, behaviour in first.items() if part in target)
        chosen = self._script[min(len(self.requests), len(self._script) - 1)]
        assert not isinstance(chosen, Mapping)
        return chosen


def read_head(sock: socket.socket) -> bytes | None:
    """Everything up to the blank line, or ``None`` when the other side is done; a GET has no body."""
    head = b""
    while b"\r\n\r\n" not in head:
        piece = sock.recv(65536)
        if not piece:
            return None
        head += piece
    return head.partition(b"\r\n\r\n")[0]
