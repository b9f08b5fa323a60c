"""T6: no reply is ever taken for another's, whatever a server sends, when, and by which route."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable

import pytest

from shipstation_aissist import APIConnectionError, TraceStep
from shipstation_aissist.testing import FakeClock
from support.certificates import Authority
from support.fault_proxy import FaultProxy
from support.fault_server import Behaviour, Conversation, FaultServer
from support.misbehaviour import hang_up, last_words, message, reset, reset_after
from support.routes import ROUTES, way
from support.wiring import Connect


def label(label_id: str) -> bytes:
    return json.dumps({"label_id": label_id, "shipment_id": "se-2", "status": "completed"}).encode()


def asked_for(conversation: Conversation) -> str:
    return conversation.received.target.rpartition("/")[2]


def echo(conversation: Conversation) -> None:
    """The label that is asked for."""
    conversation.send(message(label(asked_for(conversation))))


STRAY = {
    "one byte": b"\x00",
    "a line break": b"\r\n",
    "another reply": message(label("se-666")),
    "the beginning of one": message(label("se-666"))[:60],
    "an interim reply": b"HTTP/1.1 103 Early Hints\r\n\r\n",
    "a reply in haste": b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n",
}


# --- bytes that belong to no reply -----------------------------------------------------------------------------------


def in_the_same_write(conversation: Conversation, data: bytes, stray: bytes) -> None:
    conversation.send(data + stray)


def in_a_write_of_its_own(conversation: Conversation, data: bytes, stray: bytes) -> None:
    """Two records of TLS, which reach the other side together."""
    conversation.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
    conversation.send(data)
    conversation.send(stray)
    conversation.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 0)


@pytest.mark.parametrize("how", [in_the_same_write, in_a_write_of_its_own])
@pytest.mark.parametrize("what", STRAY)
@pytest.mark.parametrize("route", ROUTES)
def test_what_comes_with_a_reply_beyond_its_end_is_never_taken_for_the_next_one(
    route: str,
    what: str,
    how: Callable[[Conversation, bytes, bytes], None],
    connect: Connect,
    authority: Authority,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def behave(conversation: Conversation) -> None:
        how(conversation, message(label(asked_for(conversation))), STRAY[what])

    with way(route, behave, connect=connect, authority=authority, patch=monkeypatch, max_retries=0) as there:
        for index in range(3):
            assert there.client.get_label(f"se-{index}").label_id == f"se-{index}"
            there.wait_for_what_was_sent()
        assert there.server.connections == 3


@pytest.mark.parametrize("what", STRAY)
@pytest.mark.parametrize("route", ROUTES)
def test_what_comes_while_a_connection_is_idle_is_never_taken_for_the_next_reply(
    route: str, what: str, connect: Connect, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = threading.Event()

    def behave(conversation: Conversation) -> None:
        echo(conversation)
        if conversation.received.connection == 1:
            assert kept.wait(5)
            conversation.send(STRAY[what])

    with way(route, behave, connect=connect, authority=authority, patch=monkeypatch, max_retries=0) as there:
        assert there.client.get_label("se-1").label_id == "se-1"
        assert len(there.idle) == 1
        kept.set()
        there.wait_for_what_was_sent()
        for index in range(2, 5):
            assert there.client.get_label(f"se-{index}").label_id == f"se-{index}"
        assert there.server.connections == 2


@pytest.mark.parametrize("route", ROUTES)
def test_a_connection_on_which_nothing_came_unasked_is_used_again(
    route: str, connect: Connect, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    with way(route, echo, connect=connect, authority=authority, patch=monkeypatch) as there:
        for index in range(5):
            assert there.client.get_label(f"se-{index}").label_id == f"se-{index}"
        assert there.server.connections == 1


@pytest.mark.parametrize("count", [1, 3, 100])
@pytest.mark.parametrize("route", ROUTES)
def test_interim_replies_are_passed_over_and_the_connection_is_used_again(
    route: str, count: int, connect: Connect, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    def behave(conversation: Conversation) -> None:
        for _ in range(count):
            conversation.send(b"HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n")
        echo(conversation)

    with way(route, behave, connect=connect, authority=authority, patch=monkeypatch, max_retries=0) as there:
        for index in range(3):
            assert there.client.get_label(f"se-{index}").label_id == f"se-{index}"
        assert there.server.connections == 1


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\n\r\n" + message(label("se-666")),
        b"HTTP/1.1 200 OK\r\n\r\n\x00",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n<ok>",
    ],
)
def test_a_proxy_that_says_more_than_that_its_tunnel_stands_is_a_connection_error(
    said: bytes, connect: Connect, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle))
    with (
        FaultServer(echo, tls=authority.server_side) as server,
        FaultProxy(answer=lambda conversation: conversation.send(said)) as proxy,
    ):
        monkeypatch.setenv("HTTPS_PROXY", f"http://{proxy.address}")
        with pytest.raises(APIConnectionError):
            connect(server.base_url, max_retries=0).get_label("se-1")
        assert server.requests == []


@pytest.mark.parametrize(
    "said", [b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.0 201 Made\r\nVia:  x \r\n\r\n"]
)
def test_a_proxys_interim_replies_and_other_successes_open_the_tunnel(
    said: bytes, connect: Connect, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle))
    with (
        FaultServer(echo, tls=authority.server_side) as server,
        FaultProxy(answer=lambda conversation: conversation.send(said)) as proxy,
    ):
        monkeypatch.setenv("HTTPS_PROXY", f"http://{proxy.address}")
        assert connect(server.base_url, max_retries=0).get_label("se-1").label_id == "se-1"


# --- a kept connection that was closed -------------------------------------------------------------------------------


def once_kept(then: Behaviour) -> Behaviour:
    """Answer the first request on a connection, and do something else with the second one."""
    seen: set[int] = set()

    def behave(conversation: Conversation) -> None:
        number = conversation.received.connection
        if number in seen:
            then(conversation)
        else:
            seen.add(number)
            echo(conversation)

    return behave


@pytest.mark.parametrize("closing", [hang_up(), reset()], ids=["closed", "reset"])
@pytest.mark.parametrize("route", ROUTES)
def test_a_kept_connection_that_closes_just_then_is_replaced_without_counting_as_an_attempt(
    route: str,
    closing: Behaviour,
    connect: Connect,
    clock: FakeClock,
    authority: Authority,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    steps: list[TraceStep] = []
    options = {"max_retries": 0, "on_event": steps.append}
    with way(route, once_kept(closing), connect=connect, authority=authority, patch=monkeypatch, **options) as there:
        for index in range(5):
            assert there.client.get_label(f"se-{index}").label_id == f"se-{index}"
        assert [(step.attempt, step.status) for step in steps] == [(1, 200)] * 5
        assert clock.sleeps == []


def test_a_server_that_closes_after_each_reply_without_a_word_fails_no_call(connect: Connect) -> None:
    def behave(conversation: Conversation) -> None:
        echo(conversation)
        conversation.end()

    with FaultServer(behave) as server:
        client = connect(server.base_url, max_retries=0)
        for index in range(300):
            assert client.get_label(f"se-{index}").label_id == f"se-{index}"


def test_it_is_replaced_once_and_by_a_connection_made_anew(connect: Connect) -> None:
    with FaultServer(echo, hang_up()) as server:
        client = connect(server.base_url, max_retries=0)
        client.get_label("se-1")
        with pytest.raises(APIConnectionError):
            client.get_label("se-2")
        assert (len(server.requests), server.connections) == (3, 2)


def test_a_new_connection_that_closes_is_an_attempt(connect: Connect) -> None:
    with FaultServer(hang_up()) as server:
        with pytest.raises(APIConnectionError):
            connect(server.base_url, max_retries=0).get_label("se-1")
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    "then",
    [
        reset_after(b"H"),
        reset_after(message(label("se-2"))[:-5]),
        reset_after(b"HTTP/1.1 100 Continue\r\n\r\n"),
        last_words(b"HTTP/1.1 103 Early Hints\r\n\r\n"),
        last_words(b"\x00"),
    ],
    ids=["a byte", "a part of a reply", "an interim reply", "another interim reply", "no HTTP"],
)
def test_once_a_byte_has_come_it_is_an_attempt(then: Behaviour, connect: Connect) -> None:
    with FaultServer(echo, then, echo) as server:
        client = connect(server.base_url, max_retries=0)
        client.get_label("se-1")
        with pytest.raises(APIConnectionError):
            client.get_label("se-2")
        assert len(server.requests) == 2
