"""The pure core's tests cannot open a connection, and this file proves it."""

from __future__ import annotations

import socket
from collections.abc import Callable
from urllib.request import urlopen

import pytest

from support.purity import SocketForbiddenError


@pytest.mark.parametrize(
    "connect",
    [
        lambda: socket.socket(),
        lambda: socket.socketpair(),
        lambda: socket.create_connection(("127.0.0.1", 9), timeout=1),
        lambda: socket.create_server(("127.0.0.1", 0)),
        lambda: urlopen("http://127.0.0.1:9/", timeout=1),
    ],
)
def test_whoever_makes_a_socket_fails(connect: Callable[[], object]) -> None:
    with pytest.raises(SocketForbiddenError):
        connect()
