"""T6: one client for many threads and for a forked child; connections that are kept, and given up when they are old."""

from __future__ import annotations

import json
import os
import platform
import ssl
import threading
import warnings
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shipstation_aissist import ClientClosedError, ShipStationClient, TrackOrderAction, __version__
from shipstation_aissist.testing import FakeClock
from shipstation_aissist.transport import sockets
from support.certificates import Authority
from support.fault_server import Conversation, FaultServer
from support.misbehaviour import Gathering, error, hang_up, last_words, message, reply, slow
from support.wiring import KEY, MANY_LABELS, SHIPMENTS, TRACKING, Connect, outcome_of

LABEL = {"label_id": "se-1", "shipment_id": "se-2", "status": "completed"}


def ask_from_threads(client: ShipStationClient, label_id: str, threads: int = 8, calls: int = 50) -> int:
    """Many calls at once; how many were answered rightly."""

    def ask(_: int) -> bool:
        return all(client.get_label(label_id).label_id == label_id for _ in range(calls))

    with ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(ask, range(threads)))


def echo(conversation: Conversation) -> None:
    """The label that is asked for."""
    label_id = conversation.received.target.rpartition("/")[2]
    conversation.send(message(json.dumps({**LABEL, "label_id": label_id}).encode()))


# --- threads ---------------------------------------------------------------------------------------------------------


def test_eight_threads_of_fifty_calls_share_at_most_a_dozen_connections() -> None:
    with FaultServer(echo) as server, ShipStationClient(KEY, base_url=server.base_url) as client:
        assert ask_from_threads(client, "se-1") == 8
        assert len(server.requests) == 400
        assert server.connections <= 12


def test_threads_share_connections_under_tls_too(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle))
    with (
        FaultServer(echo, tls=authority.server_side) as server,
        ShipStationClient(KEY, base_url=server.base_url) as client,
    ):
        assert ask_from_threads(client, "se-1", calls=20) == 8
        assert server.connections <= 12


def test_threads_whose_first_calls_come_at_once_share_connections_under_tls(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle))
    read, all_read = sockets._trusting, threading.Barrier(8)

    def read_at_once(verify: bool | str) -> ssl.SSLContext:
        all_read.wait(10)
        return read(verify)

    monkeypatch.setattr(sockets, "_trusting", read_at_once)
    with (
        FaultServer(echo, tls=authority.server_side) as server,
        ShipStationClient(KEY, base_url=server.base_url) as client,
    ):
        assert ask_from_threads(client, "se-1", calls=5) == 8
        assert server.connections <= 8


def test_each_thread_gets_the_reply_to_its_own_request() -> None:
    asked = [f"se-{index}" for index in range(300)]
    with (
        FaultServer(echo) as server,
        ShipStationClient(KEY, base_url=server.base_url) as client,
        ThreadPoolExecutor(12) as pool,
    ):
        assert [label.label_id for label in pool.map(client.get_label, asked)] == asked


def test_at_most_sixteen_requests_are_in_flight_whoever_asks() -> None:
    script = {
        "/track": Gathering(16).then(slow(0.02, reply(TRACKING))),
        "labels": reply(MANY_LABELS),
        "shipments": reply(SHIPMENTS),
    }
    with FaultServer(script) as server, ShipStationClient(KEY, base_url=server.base_url) as client:
        action = TrackOrderAction(client)
        with ThreadPoolExecutor(6) as pool:
            answers = [pool.submit(action.run, "A-100") for _ in range(6)]
            assert all(len(answer.result().parcels) == 10 for answer in answers)
        assert server.most_in_flight == 16
        assert server.connections <= 16


def test_ten_labels_are_asked_for_at_once() -> None:
    everybody = threading.Barrier(10, timeout=5)

    def track(conversation: Conversation) -> None:
        everybody.wait()
        reply(TRACKING)(conversation)

    script = {"/track": track, "labels": reply(MANY_LABELS), "shipments": reply(SHIPMENTS)}
    with FaultServer(script) as server, ShipStationClient(KEY, base_url=server.base_url) as client:
        assert len(TrackOrderAction(client).run("A-100").parcels) == 10
        assert not everybody.broken


# --- a fork ----------------------------------------------------------------------------------------------------------


def in_a_child(work: object, folder: Path) -> object:
    """What a function returns in a forked child, as JSON."""
    result = folder / "result.json"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # newer Pythons warn of a fork beside threads
        child = os.fork()
    if child == 0:
        try:
            result.write_text(json.dumps(work()))  # type: ignore[operator]
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    return json.loads(result.read_text())


def test_a_client_survives_a_fork_and_the_child_leaves_the_parents_connections_alone(tmp_path: Path) -> None:
    with FaultServer(echo) as server, ShipStationClient(KEY, base_url=server.base_url) as client:
        assert ask_from_threads(client, "parent") == 8
        of_parent = {each.connection for each in server.requests}
        assert in_a_child(lambda: ask_from_threads(client, "child"), tmp_path) == 8
        assert ask_from_threads(client, "parent") == 8
        child = {each.connection for each in server.requests if each.target.endswith("child")}
        again = {each.connection for each in server.requests[800:]}
        assert len(child) <= 12
        assert not child & (of_parent | again)
        assert again & of_parent  # the child has not closed them
        assert Counter(each.target[-5:] for each in server.requests)["child"] == 400


def test_a_client_survives_a_fork_while_threads_are_at_work(tmp_path: Path) -> None:
    script = {"/track": slow(0.02, reply(TRACKING)), "labels": reply(MANY_LABELS), "shipments": reply(SHIPMENTS)}
    with FaultServer(script) as server, ShipStationClient(KEY, base_url=server.base_url) as client:
        action = TrackOrderAction(client)
        busy = threading.Event()
        with ThreadPoolExecutor(4) as pool:
            running = [pool.submit(lambda: (busy.set(), action.run("A-100"))[1]) for _ in range(8)]
            busy.wait(5)
            assert in_a_child(lambda: len(action.run("A-100").parcels), tmp_path) == 10
            assert all(len(each.result().parcels) == 10 for each in running)


def test_a_fork_within_a_listener_is_survived(tmp_path: Path) -> None:
    results: list[object] = []

    def listen(_: object) -> None:
        if not results:
            results.append(None)
            results[0] = in_a_child(lambda: client.get_label("child").label_id, tmp_path)

    with FaultServer(echo) as server, ShipStationClient(KEY, base_url=server.base_url, on_event=listen) as client:
        assert client.get_label("parent").label_id == "parent"
    assert results == ["child"]


# --- connections -----------------------------------------------------------------------------------------------------


def test_a_connection_is_kept_for_the_next_call(connect: Connect) -> None:
    with FaultServer(reply(LABEL)) as server:
        client = connect(server.base_url)
        for _ in range(5):
            client.get_label("se-1")
        assert (len(server.requests), server.connections) == (5, 1)


def test_an_error_reply_does_not_cost_the_connection(connect: Connect) -> None:
    with FaultServer(error(404), error(503), reply(LABEL)) as server:
        client = connect(server.base_url)
        outcome_of(lambda: client.get_label("se-1"))
        client.get_label("se-1")
        assert (len(server.requests), server.connections) == (3, 1)


@pytest.mark.threads_only
@pytest.mark.parametrize(("idle", "connections"), [(59.0, 1), (61.0, 2)])
def test_a_connection_that_was_idle_for_more_than_a_minute_is_not_used_again(
    idle: float, connections: int, clock: FakeClock, connect: Connect
) -> None:
    with FaultServer(reply(LABEL)) as server:
        client = connect(server.base_url)
        client.get_label("se-1")
        clock.advance(idle)
        client.get_label("se-1")
        assert server.connections == connections


def test_a_connection_that_the_server_has_closed_is_replaced_without_a_retry(
    connect: Connect, clock: FakeClock
) -> None:
    with FaultServer(last_words(message(json.dumps(LABEL).encode()))) as server:
        client = connect(server.base_url, max_retries=0)
        for _ in range(3):
            client.get_label("se-1")
            server.hang_up()
        assert (server.connections, clock.sleeps) == (3, [])


def test_a_connection_that_breaks_as_it_is_used_again_is_replaced_by_a_retry(connect: Connect) -> None:
    with FaultServer(reply(LABEL), hang_up(), reply(LABEL)) as server:
        client = connect(server.base_url)
        client.get_label("se-1")
        client.get_label("se-1")
        assert (len(server.requests), server.connections) == (3, 2)


@pytest.mark.parametrize("headers", [{"Connection": "close"}, {"connection": "Close"}])
def test_a_server_that_closes_after_its_reply_gets_a_new_connection(headers: dict[str, str], connect: Connect) -> None:
    answer = last_words(message(json.dumps(LABEL).encode(), headers=headers))
    with FaultServer(answer) as server:
        client = connect(server.base_url, max_retries=0)
        for _ in range(3):
            assert client.get_label("se-1").label_id == "se-1"
        assert server.connections == 3


def test_the_user_agent_names_the_library_its_version_and_pythons(connect: Connect) -> None:

    with FaultServer(reply(LABEL)) as server:
        connect(server.base_url).get_label("se-1")
    assert (
        server.requests[0].headers["user-agent"]
        == f"shipstation-aissist/{__version__} Python/{platform.python_version()}"
    )


# --- closing ---------------------------------------------------------------------------------------------------------


def test_closing_closes_the_connections_and_may_be_repeated(connect: Connect) -> None:
    gone = threading.Event()

    def wait_for_the_end(conversation: Conversation) -> None:
        conversation.send(message(json.dumps(LABEL).encode()))
        if not conversation.sock.recv(1):
            gone.set()

    with FaultServer(wait_for_the_end) as server:
        client = connect(server.base_url)
        client.get_label("se-1")
        client.close()
        client.close()
        assert gone.wait(5)
        for call in (client.test_connection, lambda: client.get_label("se-1"), lambda: list(client.list_labels())):
            with pytest.raises(ClientClosedError):
                call()
        assert len(server.requests) == 1


def test_a_client_closes_at_the_end_of_its_with_block(connect: Connect) -> None:
    with FaultServer(reply(LABEL)) as server:
        with connect(server.base_url) as client:
            client.get_label("se-1")
        with pytest.raises(ClientClosedError):
            client.get_label("se-1")


def test_a_call_under_way_asks_nothing_more_once_the_client_is_closed() -> None:
    asked, closed = threading.Event(), threading.Event()

    def refuse(conversation: Conversation) -> None:
        asked.set()
        closed.wait(5)
        error(503)(conversation)

    with FaultServer(refuse) as server, ShipStationClient(KEY, base_url=server.base_url) as client:
        with ThreadPoolExecutor(1) as pool:
            call = pool.submit(client.get_label, "se-1")
            asked.wait(5)
            client.close()
            closed.set()
            with pytest.raises(ClientClosedError):
                call.result()
        assert len(server.requests) == 1


def test_a_run_under_way_ends_with_a_closed_client_and_no_other_error() -> None:
    asked, closed = threading.Event(), threading.Event()

    def slowly(conversation: Conversation) -> None:
        asked.set()
        closed.wait(5)
        reply(MANY_LABELS)(conversation)

    script = {"/track": reply(TRACKING), "labels": slowly, "shipments": reply(SHIPMENTS)}
    with FaultServer(script) as server, ShipStationClient(KEY, base_url=server.base_url) as client:
        with ThreadPoolExecutor(1) as pool:
            call = pool.submit(TrackOrderAction(client).run, "A-100")
            asked.wait(5)
            client.close()
            closed.set()
            with pytest.raises(ClientClosedError):
                call.result()
        assert not any("track" in target for target in server.targets)
