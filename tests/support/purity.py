"""What the tests of the pure core share: sockets are forbidden, and properties are checked the same way each time."""

from __future__ import annotations

import socket
import sys
import threading
from typing import Any, NoReturn

import pytest
from hypothesis import HealthCheck, settings

__all__ = ["SocketForbiddenError", "cold_caches", "no_sockets"]

settings.register_profile(
    "suite",
    deadline=None,
    derandomize=True,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],  # a machine may be busy
)
settings.register_profile("thorough", deadline=None, max_examples=10_000, database=None, print_blob=True)
if settings.get_current_profile_name() == "default":  # another one can be named: --hypothesis-profile=...
    settings.load_profile("suite")


class SocketForbiddenError(Exception):
    """The pure core tried to make a socket."""


def _forbidden(*_: Any, **__: Any) -> NoReturn:
    raise SocketForbiddenError


@pytest.fixture(autouse=True)
def no_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever makes a socket fails the test; in its own thread: a server of another test may still be ending."""
    thread = threading.get_ident()

    class ForbiddenSocket(socket.socket):
        def __init__(self, *args: Any, **named: Any) -> None:
            if threading.get_ident() == thread:
                raise SocketForbiddenError
            super().__init__(*args, **named)

    monkeypatch.setattr(socket, "socket", ForbiddenSocket)
    monkeypatch.setattr(socket, "socketpair", _forbidden)


@pytest.fixture
def cold_caches() -> None:
    """What the package keeps between calls (converters, writers) is made anew, so that a test covers its making too."""
    for name, module in list(sys.modules.items()):
        if name.startswith("shipstation_aissist."):
            for value in list(vars(module).values()):
                if hasattr(value, "cache_clear"):
                    value.cache_clear()
