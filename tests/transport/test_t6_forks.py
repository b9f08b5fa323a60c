"""T6: after a fork, whenever it comes, the child finds nothing where its parent's connections were."""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from support.certificates import Authority
from support.fault_server import Conversation
from support.misbehaviour import message
from support.routes import ROUTES, Way, way
from support.wiring import Connect

pytestmark = pytest.mark.threads_only


def echo(conversation: Conversation) -> None:
    """The label that is asked for; a signal to the client first, if it is the one of that name."""
    label_id = conversation.received.target.rpartition("/")[2]
    if label_id == "interrupted":
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGUSR1)
        conversation.wait(0.05)
    conversation.send(message(json.dumps({"label_id": label_id, "shipment_id": "se-2"}).encode()))


def fork(work: Callable[[], object], folder: Path) -> object:
    """What a function returns in a forked child, as JSON; ``None`` if it failed."""
    result = folder / f"{len(list(folder.iterdir()))}.json"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a fork beside threads, and in the child of what is left open there
        child = os.fork()
        if child == 0:
            try:
                result.write_text(json.dumps(work()))
            finally:
                os._exit(0)
    os.waitpid(child, 0)
    return json.loads(result.read_text()) if result.exists() else None


@pytest.fixture(params=ROUTES)
def there(
    request: pytest.FixtureRequest, connect: Connect, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Way]:
    """A client that asks by each of the routes."""
    with way(request.param, echo, connect=connect, authority=authority, patch=monkeypatch, max_retries=0) as ready:
        yield ready


def connection_of(there: Way, label_id: str) -> list[int]:
    return [each.connection for each in there.server.requests if each.target.endswith(f"/{label_id}")]


def test_a_child_that_asks_closes_and_forgets_leaves_the_parents_connection_as_it_is(
    there: Way, tmp_path: Path
) -> None:
    there.client.get_label("before")

    def work() -> str:
        there.client.close()
        gc.collect()
        return "closed"

    assert fork(work, tmp_path) == "closed"
    assert fork(lambda: there.client.get_label("child").label_id, tmp_path) == "child"
    there.client.get_label("after")
    assert connection_of(there, "before") == connection_of(there, "after") == [1]
    assert connection_of(there, "child") == [2]


def test_whatever_a_child_does_with_a_socket_of_its_parent_nothing_of_it_reaches_the_other_side(
    there: Way, tmp_path: Path
) -> None:
    there.client.get_label("before")
    (sock,) = there.idle

    def work() -> list[str]:
        done: list[str] = []
        for attempt in (
            lambda: sock.sendall(b"GET /v2/labels/stray HTTP/1.1\r\n\r\n"),
            lambda: sock.unwrap(),
            lambda: sock.shutdown(socket.SHUT_RDWR),
            lambda: sock.close(),
        ):
            try:
                attempt()
            except (OSError, AttributeError, ValueError, RuntimeError) as fault:
                done.append(type(fault).__name__)
        return done

    assert fork(work, tmp_path)
    there.client.get_label("after")
    assert connection_of(there, "before") == connection_of(there, "after") == [1]
    assert not any("stray" in target for target in there.server.targets)


def test_a_fork_in_a_resolver_is_survived_by_both(there: Way, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    genuine = socket.getaddrinfo
    results: list[object] = []

    def resolve(*args: Any) -> Any:
        if not results:
            results.append(None)
            results[0] = fork(lambda: there.client.get_label("child").label_id, tmp_path)
        return genuine(*args)

    with monkeypatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", resolve)
        assert there.client.get_label("parent").label_id == "parent"
    assert results == ["child"]
    assert len({*connection_of(there, "parent"), *connection_of(there, "child")}) == 2


def test_a_fork_in_a_signals_handler_amid_a_reply_is_survived_by_both(there: Way, tmp_path: Path) -> None:
    there.client.get_label("before")
    results: list[object] = []

    def handle(*_: object) -> None:
        results.append(fork(lambda: there.client.get_label("child").label_id, tmp_path))

    previous = signal.signal(signal.SIGUSR1, handle)
    try:
        assert there.client.get_label("interrupted").label_id == "interrupted"
    finally:
        signal.signal(signal.SIGUSR1, previous)
    assert results == ["child"]
    assert connection_of(there, "interrupted") == [1]
    assert connection_of(there, "child") == [2]
