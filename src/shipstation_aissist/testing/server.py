"""The fake behind HTTP on loopback, for code in another process and for benchmarks."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from http.client import responses
from time import sleep
from types import TracebackType
from typing import Self

from shipstation_aissist.testing.replies import Answering, FakeReply

_LONGEST_HEAD = 64 * 1024
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class FakeServer:
    """A small HTTP/1.1 server with keep-alive: one thread a connection, head and body of a reply in one packet.

    Attributes:
        base_url: What a client is given as ``base_url``. It exists once the server is entered.
        jwks_url: Where the keys of signed notifications are published.
    """

    base_url: str
    jwks_url: str

    def __init__(self, fake: Answering, *, host: str, port: int, latency: float) -> None:
        self._fake = fake
        self._address = (host, port)
        self._latency = latency
        self._lock = threading.Lock()
        self._connections: set[socket.socket] = set()
        self._stopping = False

    def __enter__(self) -> Self:
        self._listener = socket.create_server(self._address, backlog=128)
        self._address = self._listener.getsockname()
        root = f"http://{self._address[0]}:{self._address[1]}"
        self.base_url, self.jwks_url = f"{root}/v2", f"{root}/jwks"
        self._acceptor = threading.Thread(target=self._accept, name="fake-shipstation", daemon=True)
        self._acceptor.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stopping = True
        with contextlib.suppress(OSError):  # wakes the acceptor, on every system
            socket.create_connection(self._address, timeout=1).close()
        self._acceptor.join()
        self._listener.close()
        with self._lock:
            for connection in self._connections:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if self._stopping:
                connection.close()
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._connections.add(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with contextlib.suppress(OSError):  # the client went away, or the server was stopped
                self._answer_all(connection)
        finally:
            with self._lock:
                self._connections.discard(connection)
                connection.close()

    def _answer_all(self, connection: socket.socket) -> None:
        received = b""
        while True:
            while b"\r\n\r\n" not in received:
                more = connection.recv(_LONGEST_HEAD)
                received += more
                if not more or len(received) > _LONGEST_HEAD:
                    return
            head, _, received = received.partition(b"\r\n\r\n")
            first, *lines = head.decode("latin-1").split("\r\n")
            method, url, version = first.split(" ", 2)
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            body_left = int(headers.get("content-length", "0")) - len(received)
            while body_left > 0:  # the body of a request that is not a GET
                body_left -= len(connection.recv(_LONGEST_HEAD)) or body_left
            received = received[int(headers.get("content-length", "0")) :]
            reply = self._fake.handle(method, url, headers)
            if self._latency:
                sleep(self._latency)
            keep = version != "HTTP/1.0" and headers.get("connection", "").lower() != "close"
            if not self._send(connection, reply, keep=keep):
                return

    def _send(self, connection: socket.socket, reply: FakeReply, *, keep: bool) -> bool:
        """Send a reply, or do what it does instead; whether the connection lives on."""
        if reply.broken == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            return False
        if reply.broken == "timeout":
            connection.recv(1)  # until the client goes away, or the server is stopped
            return False
        head = f"HTTP/1.1 {reply.status} {responses.get(reply.status, '')}\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in reply.headers.items())
        if not keep:
            head += "Connection: close\r\n"
        body = reply.body[: len(reply.body) // 2] if reply.broken == "truncated" else reply.body
        connection.sendall(f"{head}\r\n".encode("latin-1") + body)
        return keep and reply.broken is None
