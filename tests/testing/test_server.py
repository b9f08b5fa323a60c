"""Behind HTTP, the fake is what it is in memory; faults are what they are on a wire."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator

import pytest
import requests

from shipstation_aissist.testing import FakeServer, FakeShipStation


@pytest.fixture
def server(fake: FakeShipStation) -> Iterator[FakeServer]:
    with fake.serve() as server:
        yield server


@pytest.fixture
def session(fake: FakeShipStation) -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        session.headers["API-Key"] = fake.api_key
        yield session


def talk(server: FakeServer, request: bytes) -> bytes:
    """Everything that comes back on a connection of its own."""
    with connect(server) as connection:
        connection.sendall(request)
        received = b""
        while more := connection.recv(65536):
            received += more
        return received


def connect(server: FakeServer) -> socket.socket:
    host, port = server.base_url.removeprefix("http://").removesuffix("/v2").split(":")
    return socket.create_connection((host, int(port)), timeout=10)


def test_it_answers_over_loopback_what_the_fake_answers_in_memory(
    fake: FakeShipStation, server: FakeServer, session: requests.Session
) -> None:
    fake.add_order("1")
    fake.deliver("1")
    served = session.get(f"{server.base_url}/labels/se-350001/track", timeout=10)
    assert server.base_url.startswith("http://127.0.0.1:")
    assert served.content == fake.handle("GET", "/v2/labels/se-350001/track", {"API-Key": fake.api_key}).body
    assert served.headers["Content-Type"] == "application/json"
    assert fake.calls[0] == fake.calls[1]


def test_a_connection_is_kept_alive_until_it_is_asked_to_close(fake: FakeShipStation, server: FakeServer) -> None:
    head = f"GET /v2/tags HTTP/1.1\r\nHost: x\r\nAPI-Key: {fake.api_key}\r\n"
    two_at_once = f"{head}\r\n{head}Connection: close\r\n\r\n".encode()
    received = talk(server, two_at_once)
    assert received.count(b"HTTP/1.1 200 OK\r\n") == 2
    assert received.count(b"Connection: close\r\n") == 1


def test_an_old_client_gets_one_reply(fake: FakeShipStation, server: FakeServer) -> None:
    received = talk(server, f"GET /v2/tags HTTP/1.0\r\napi-key:{fake.api_key}\r\n\r\n".encode())
    assert received.startswith(b"HTTP/1.1 200 OK\r\n")


def test_a_request_may_come_in_pieces(fake: FakeShipStation, server: FakeServer) -> None:
    with connect(server) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in (b"GET /v2/tags HT", b"TP/1.1\r\nConnection: close\r", b"\n\r", b"\n"):
            connection.sendall(piece)
        assert connection.recv(65536).startswith(b"HTTP/1.1 401 ")


def test_a_body_is_read_and_does_not_become_the_next_request(
    fake: FakeShipStation, server: FakeServer, session: requests.Session
) -> None:
    body = b"x" * 300_000
    assert session.post(f"{server.base_url}/labels", data=body, timeout=10).status_code == 405
    assert session.post(f"{server.base_url}/labels", data=b"{}", timeout=10).status_code == 405
    assert session.get(f"{server.base_url}/labels", timeout=10).status_code == 200


def test_a_head_without_end_is_cut_off(server: FakeServer) -> None:
    with connect(server) as connection:
        try:
            connection.sendall(b"GET /v2/tags HTTP/1.1\r\nX: " + b"x" * 200_000)
            assert connection.recv(1) == b""
        except ConnectionError:
            pass  # cut off while still sending


def test_a_reset_and_a_cut_reply_break_the_connection(
    fake: FakeShipStation, server: FakeServer, session: requests.Session
) -> None:
    url = f"{server.base_url}/labels"
    fake.fail_next("reset")
    with pytest.raises(requests.exceptions.ConnectionError, match="reset"):
        session.get(url, timeout=10)
    fake.fail_next("truncated")
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        session.get(url, timeout=10)
    assert session.get(url, timeout=10).status_code == 200


def test_a_stall_lasts_until_the_client_goes_away(
    fake: FakeShipStation, server: FakeServer, session: requests.Session
) -> None:
    fake.fail_next("timeout")
    with pytest.raises(requests.exceptions.ReadTimeout):
        session.get(f"{server.base_url}/labels", timeout=(10, 0.05))
    assert session.get(f"{server.base_url}/labels", timeout=10).status_code == 200


def test_stopping_is_prompt_even_in_the_middle_of_a_stall_and_frees_the_port(fake: FakeShipStation) -> None:
    fake.fail_next("timeout")
    with fake.serve() as server:
        connection = connect(server)
        connection.sendall(b"GET /v2/labels HTTP/1.1\r\n\r\n")
        while not fake.calls:
            time.sleep(0)
        began = time.monotonic()
    with connection:
        assert connection.recv(1) == b""
    assert time.monotonic() - began < 5
    with pytest.raises(ConnectionRefusedError):
        connect(server)


def test_each_reply_takes_the_latency(fake: FakeShipStation, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("shipstation_aissist.testing.server.sleep", slept.append)
    with fake.serve(latency=0.02) as server:
        for _ in range(2):
            requests.get(f"{server.base_url}/tags", timeout=10)
    assert slept == [0.02, 0.02]


def test_the_keys_of_notifications_are_served_without_a_key(fake: FakeShipStation, server: FakeServer) -> None:
    assert json.loads(requests.get(server.jwks_url, timeout=10).content) == fake.jwks()
    fake.assert_no_unknown_requests()


def test_a_port_can_be_chosen(fake: FakeShipStation) -> None:
    with fake.serve() as first:
        port = int(first.base_url.split(":")[2].removesuffix("/v2"))
    with fake.serve(port=port) as second:
        assert second.base_url == first.base_url
        assert requests.get(f"{second.base_url}/tags", timeout=10).status_code == 401
