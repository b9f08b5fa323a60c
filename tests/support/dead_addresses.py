"""Addresses that never answer: listeners whose queue is full, and a name that stands for several of them."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

Address = tuple[str, int]


@contextmanager
def full_queue(host: str = "127.0.0.1") -> Iterator[Address]:
    """A port that takes no more connections: the attempt to connect hangs until it is given up."""
    with ExitStack() as open_sockets:
        listener = open_sockets.enter_context(socket.socket())
        listener.bind((host, 0))
        listener.listen(0)
        address: Address = listener.getsockname()
        for _ in range(8):
            waiting = open_sockets.enter_context(socket.socket())
            waiting.settimeout(0.2)
            try:
                waiting.connect(address)
            except TimeoutError:
                break
        else:
            pytest.fail("this system's queue of connections cannot be filled")
        yield address


def resolve(monkeypatch: pytest.MonkeyPatch, name: str, port: int, *addresses: Address) -> None:
    """Make a name stand for these addresses, in this order, where it is asked for with this port."""
    really = socket.getaddrinfo

    def getaddrinfo(host: Any, asked: Any, *arguments: Any, **options: Any) -> Any:
        if (host, asked) != (name, port):
            return really(host, asked, *arguments, **options)
        return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", address) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
