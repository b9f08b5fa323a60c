"""A proxy on loopback that opens tunnels (CONNECT), and misbehaves on request."""

from __future__ import annotations

import base64
import select
import socket
import ssl
from collections.abc import Callable
from typing import Self

from support.fault_server import Behaviour, Conversation, FaultServer


class FaultProxy:
    """A :class:`FaultServer` behind whose answers tunnels begin.

    Args:
        user: If given, ``"name:password"`` that clients must present.
        answer: Answers ``CONNECT`` instead of the proxy; the tunnel is opened behind it if it returns.
        relay: Passes bytes from the target to the client; by default as they come.
        tls: The proxy's side of TLS, if it is spoken to by https.
    """

    def __init__(
        self,
        *,
        user: str | None = None,
        answer: Behaviour | None = None,
        relay: Callable[[Conversation, bytes], object] = Conversation.send,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._user = user
        self._answer = answer or (lambda conversation: conversation.send(b"HTTP/1.1 200 Connected\r\n\r\n"))
        self._relay = relay
        self._server = FaultServer(self._behave, tls=tls)

    def __enter__(self) -> Self:
        self._server.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.__exit__()

    @property
    def address(self) -> str:
        """Host and port."""
        return f"{self._server.host}:{self._server.port}"

    @property
    def requests(self) -> list[str]:
        """Method and target of each request, in order."""
        return [f"{each.method} {each.target}" for each in self._server.requests]

    @property
    def heads(self) -> list[dict[str, str]]:
        """The headers of each request, in order."""
        return [each.headers for each in self._server.requests]

    def _behave(self, conversation: Conversation) -> None:
        received = conversation.received
        expected = None if self._user is None else f"Basic {base64.b64encode(self._user.encode()).decode()}"
        if expected is not None and received.headers.get("proxy-authorization") != expected:
            conversation.send(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            conversation.end()
        self._answer(conversation)
        host, _, port = received.target.rpartition(":")
        self._tunnel(conversation, host, int(port))

    def _tunnel(self, conversation: Conversation, host: str, port: int) -> None:
        """Pass bytes both ways until one side is done, in one thread: a TLS socket is not for two."""
        client = conversation.sock
        with socket.create_connection((host, port)) as target:
            while True:
                deciphered = client.pending() if isinstance(client, ssl.SSLSocket) else 0
                ready = [client] if deciphered else select.select([client, target], [], [], 0.2)[0]
                if client in ready:
                    data = client.recv(65536)
                    if not data:
                        break
                    target.sendall(data)
                if target in ready:
                    data = target.recv(65536)
                    if not data:
                        break
                    self._relay(conversation, data)
                conversation.wait(0)
        conversation.end()


def dripping_relay(every: float = 0.5) -> Callable[[Conversation, bytes], object]:
    """Pass on what the target says one byte at a time."""
    return lambda conversation, data: conversation.drip(data, every)
