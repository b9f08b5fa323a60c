"""T6: what others put in the place of resolvers, sockets and connections works, or is a documented error."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import urllib3.util.connection
import vcr

from shipstation_aissist import APIConnectionError, ShipStationClient, TrackOrderAction
from support.certificates import Authority
from support.fault_server import Conversation, FaultServer
from support.misbehaviour import error, message, reply
from support.wiring import KEY, LABELS, SHIPMENTS, TRACKING, Connect

LABEL = {"label_id": "se-1", "shipment_id": "se-2", "status": "completed"}
SCRIPT = {"/track": reply(TRACKING), "labels": reply(LABELS), "shipments": reply(SHIPMENTS)}


# --- resolvers -------------------------------------------------------------------------------------------------------


def by_name(host: Any, port: Any, family: int = 0, kind: int = 0, proto: int = 0, flags: int = 0) -> Any:
    return GENUINE("127.0.0.1" if host == "api.test" else host, port, family, kind, proto, flags)


def by_place(*args: Any) -> Any:
    return by_name(*args)


def by_four(host: Any, port: Any, family: int, kind: int) -> Any:
    return by_name(host, port, family, kind)


GENUINE = socket.getaddrinfo


@pytest.mark.parametrize("resolver", [by_name, by_place, by_four])
def test_a_patched_resolver_is_asked_as_urllib3_asks_it(
    resolver: Callable[..., Any], connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Any, ...]] = []

    def resolve(*args: Any) -> Any:
        asked.append(args)
        return resolver("api.test", *args[1:])

    with FaultServer(reply(LABEL)) as server:
        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        assert connect(f"http://localhost:{server.port}/v2").get_label("se-1").label_id == "se-1"
    family = urllib3.util.connection.allowed_gai_family()
    assert asked[:1] == [("localhost", server.port, family, socket.SOCK_STREAM)]


def test_the_families_that_urllib3_is_told_to_use_are_asked_for(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    families: list[int] = []

    def resolve(host: Any, port: Any, family: int, kind: int) -> Any:
        families.append(family)
        return by_name(host, port, family, kind)

    with FaultServer(reply(LABEL)) as server:
        monkeypatch.setattr(urllib3.util.connection, "allowed_gai_family", lambda: socket.AF_INET)
        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        connect(server.base_url).get_label("se-1")
    assert families[:1] == [socket.AF_INET]


def nothing(*_: Any) -> list[Any]:
    return []


def nonsense(*_: Any) -> list[Any]:
    return [("AF_INET",)]


def raising(fault: Exception) -> Callable[..., Any]:
    def fail(*_: Any, **__: Any) -> Any:
        raise fault

    return fail


@pytest.mark.parametrize(
    "resolver",
    [
        nothing,
        nonsense,
        raising(socket.gaierror(-2, "Name or service not known")),
        raising(UnicodeError("label empty or too long")),
        raising(RuntimeError("A test tried to use socket.socket.")),
        raising(KeyError("api.test")),
        raising(TypeError("unexpected keyword")),
        raising(OSError("no file descriptor left")),
    ],
)
@pytest.mark.parametrize("what", ["socket.getaddrinfo", "socket.socket"])
def test_whatever_a_patched_resolver_or_socket_does_is_a_connection_error(
    what: str, resolver: Callable[..., Any], connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = connect("http://localhost:9/v2", max_retries=1)
    monkeypatch.setattr(what, resolver)
    with pytest.raises(APIConnectionError) as raised:
        client.get_label("se-1")
    assert raised.value.__cause__ is raised.value.__context__ is None


# --- vcrpy -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def recorder(tmp_path: Path) -> Any:
    """Cassettes in a folder of the test's, without the key."""
    return vcr.VCR(cassette_library_dir=str(tmp_path), filter_headers=["API-Key"])


@pytest.mark.threads_only
@pytest.mark.parametrize("secure", [False, True])
def test_vcrpy_records_and_replays(
    secure: bool,
    recorder: Any,
    connect: Connect,
    authority: Authority,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle))
    with FaultServer(SCRIPT, tls=authority.server_side if secure else None) as server:
        action = TrackOrderAction(connect(server.base_url))
        genuine = action.run("A-100").to_dict()
        with recorder.use_cassette("order.yaml") as cassette:
            assert action.run("A-100").to_dict() == genuine
            assert len(cassette) == 3
        assert action.run("A-100").to_dict() == genuine  # over our own connection again, which was kept
        assert server.connections == 2
    with recorder.use_cassette("order.yaml", record_mode="none") as cassette:
        assert action.run("A-100").to_dict() == genuine
        assert cassette.play_count == 3
    assert KEY not in (tmp_path / "order.yaml").read_text()


@pytest.mark.threads_only
def test_a_replayed_fault_is_tried_again(recorder: Any, connect: Connect) -> None:
    with FaultServer(error(503), reply(LABEL)) as server:
        client = connect(server.base_url)
        with recorder.use_cassette("fault.yaml"):
            client.get_label("se-1")
    with recorder.use_cassette("fault.yaml", record_mode="none", allow_playback_repeats=False) as cassette:
        assert client.get_label("se-1").label_id == "se-1"
        assert cassette.play_count == 2


def test_a_cassette_leaves_the_connections_of_other_clients_and_times_alone(recorder: Any) -> None:
    def echo(conversation: Conversation) -> None:
        conversation.send(message(b'{"label_id": "se-%d", "shipment_id": "se-2"}' % conversation.received.connection))

    with FaultServer(echo) as server, ShipStationClient(KEY, base_url=server.base_url) as client:
        assert client.get_label("se-9").label_id == "se-1"
        with recorder.use_cassette("a.yaml"):
            assert client.get_label("se-9").label_id == "se-2"
        with recorder.use_cassette("b.yaml"):
            assert client.get_label("se-9").label_id == "se-3"
        assert client.get_label("se-9").label_id == "se-1"
