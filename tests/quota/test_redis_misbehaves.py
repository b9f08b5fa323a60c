"""Redis away, slow, flushed or full of something else: a permit in time all the same, and one warning a minute."""

from __future__ import annotations

import pickle
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import redis

from shipstation_aissist import redis_link
from shipstation_aissist.quota import RedisQuota
from shipstation_aissist.redis_link import RedisAwayError, RedisLink
from shipstation_aissist.testing import FakeClock
from support.valkey import Valkey, free_port, running_valkey

Serve = Callable[[socket.socket], object]


def answer_nothing(connection: socket.socket) -> None:
    connection.recv(1)
    threading.Event().wait(0.5)


def answer_byte_by_byte(connection: socket.socket) -> None:
    for _ in range(40):
        connection.sendall(b"+")
        threading.Event().wait(0.05)


def answer_as_a_web_server(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 20)


def answer_with_a_number_of_another_kind(connection: socket.socket) -> None:
    connection.sendall(b"+OK\r\n" * 2 + b"$3\r\nfoo\r\n")


def hang_up(connection: socket.socket) -> None:
    connection.close()


@contextmanager
def listening(serve: Serve) -> Iterator[tuple[str, list[float]]]:
    """A server that does one thing to each connection; tells its URL and when it was connected to."""
    server = socket.create_server(("127.0.0.1", 0))
    connected: list[float] = []

    def accept() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            connected.append(time.monotonic())
            with connection:
                try:
                    serve(connection)
                except OSError:
                    continue

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0", connected
    finally:
        server.close()


@pytest.mark.parametrize(
    "serve",
    [
        answer_nothing,
        answer_byte_by_byte,
        answer_as_a_web_server,
        answer_with_a_number_of_another_kind,
        hang_up,
    ],
)
def test_a_redis_that_does_not_answer_well_costs_one_call_a_tenth_of_a_second_and_nobody_an_error(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    with listening(serve) as (url, connected):
        permits = RedisQuota(url, limit=3, reserve=0).open("an account", FakeClock())
        started = time.monotonic()
        assert permits.take(bulk=False) == 0.0
        assert time.monotonic() - started < 1  # 0.1 s, and the load of the machine
        asked = len(connected)
        assert [permits.take(bulk=False) for _ in range(3)][:2] == [0.0, 0.0]
        assert permits.take(bulk=False) > 59
        assert len(connected) == asked
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_while_redis_is_away_one_call_in_five_seconds_asks_and_one_warning_a_minute_is_given(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = FakeClock()
    with listening(hang_up) as (url, connected):
        permits = RedisQuota(url).open("an account", clock)
        asked = []
        for _ in range(70):
            permits.take(bulk=False)
            asked.append(len(connected))
            clock.advance(1)
        a_try = asked[0]
        assert asked[-1] == a_try * 14
    assert len(caplog.records) == 2
    assert "quota of its own" in caplog.text


def test_a_process_pauses_by_itself_while_redis_is_away() -> None:
    permits = RedisQuota(f"redis://127.0.0.1:{free_port()}/0").open("an account", FakeClock())
    permits.report(9.0)
    assert permits.take(bulk=False) == pytest.approx(9.0)


def test_the_clients_of_a_process_have_one_quota_one_pause_and_one_warning_while_redis_is_away(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = FakeClock()
    with listening(hang_up) as (url, connected):
        quota = RedisQuota(url, limit=5, reserve=0)
        clients = [quota.open("an account", clock) for _ in range(3)]
        assert [client.take(bulk=False) for client in clients] == [0.0, 0.0, 0.0]
        asked = len(connected)
        assert [client.take(bulk=False) == 0.0 for client in clients] == [True, True, False]
        assert quota.open("another account", clock).take(bulk=False) == 0.0
        assert len(connected) == asked
        clock.advance(61)
        clients[0].report(9.0)
        assert clients[1].take(bulk=False) == pytest.approx(9.0)
    assert len(caplog.records) == 2  # one a minute


def test_a_quota_keeps_what_it_knows_of_redis_out_of_its_pickle() -> None:
    quota = RedisQuota(f"redis://127.0.0.1:{free_port()}/0", limit=5, reserve=0)
    quota.open("an account", FakeClock()).take(bulk=False)
    again = pickle.loads(pickle.dumps(quota))
    assert again == quota
    assert [again.open("an account", FakeClock()).take(bulk=False) for _ in range(5)] == [0.0] * 5


def test_permits_of_before_count_when_redis_goes_away(valkey: Valkey) -> None:
    quota = RedisQuota(valkey.url, limit=3, reserve=0)
    permits = quota.open("an account", FakeClock())
    permits.take(bulk=False)
    permits.take(bulk=False)
    quota._breaker.close(0.0, OSError(), "this process keeps a quota of its own")
    assert permits.take(bulk=False) == 0.0
    assert permits.take(bulk=False) > 0


def test_redis_is_asked_again_when_it_is_back(tmp_path: Path) -> None:
    clock = FakeClock()
    with running_valkey(tmp_path) as server:
        first, second = (RedisQuota(server.url, limit=1).open("an account", clock) for _ in range(2))
        assert first.take(bulk=False) == 0.0
        server.stop()
        assert first.take(bulk=False) > 0  # its own log knows
        server.start()
        clock.advance(61)
        assert first.take(bulk=False) == 0.0
        assert second.take(bulk=False) > 0  # from Redis


def test_a_connection_that_redis_has_closed_is_replaced_at_once(valkey: Valkey, caplog: Any) -> None:
    permits = RedisQuota(valkey.url, limit=2, reserve=0).open("an account", FakeClock())
    permits.take(bulk=False)
    valkey.client().execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    other = RedisQuota(valkey.url, limit=2, reserve=0).open("an account", FakeClock())
    assert permits.take(bulk=False) == 0.0
    assert other.take(bulk=False) > 0
    assert not caplog.records


@pytest.mark.parametrize("forget", [["FLUSHALL"], ["SCRIPT", "FLUSH"]])
def test_a_redis_that_was_flushed_counts_anew_without_a_fault(valkey: Valkey, forget: list[str], caplog: Any) -> None:
    permits = RedisQuota(valkey.url, limit=9).open("an account", FakeClock())
    permits.take(bulk=False)
    valkey.client().execute_command(*forget)
    assert permits.take(bulk=False) == 0.0
    assert not caplog.records


def test_a_key_that_holds_something_else_is_replaced(valkey: Valkey) -> None:
    quota = RedisQuota(valkey.url, limit=1)
    quota.open("a", FakeClock()).take(bulk=False)
    client: Any = valkey.client()
    (key,) = client.keys("*")
    client.set(key, "garbage")
    assert quota.open("a", FakeClock()).take(bulk=False) == 0.0
    assert quota.open("a", FakeClock()).take(bulk=False) > 0


def test_a_pause_without_end_in_the_log_is_garbage(valkey: Valkey) -> None:
    quota = RedisQuota(valkey.url, limit=9)
    quota.open("a", FakeClock()).take(bulk=False)
    client: Any = valkey.client()
    (key,) = client.keys("*")
    client.zadd(key, {"pause": 1e300, "a permit of the far future": 1e299})
    assert quota.open("a", FakeClock()).take(bulk=False) == 0.0


def test_the_log_ends_with_its_window(valkey: Valkey) -> None:
    RedisQuota(valkey.url, window=60).open("a", FakeClock()).take(bulk=False)
    client: Any = valkey.client()
    (key,) = client.keys("*")
    assert 60_000 < client.pttl(key) < 62_000


def test_a_host_whose_clock_is_two_minutes_ahead_takes_no_second_quota(valkey: Valkey) -> None:
    quota = RedisQuota(valkey.url, limit=2, reserve=0)
    ahead = FakeClock()
    ahead.advance(120)
    here, there = quota.open("a", FakeClock()), quota.open("a", ahead)
    assert [here.take(bulk=False), there.take(bulk=False)] == [0.0, 0.0]
    assert 59 < there.take(bulk=False) < 60.1


def test_a_question_within_a_question_does_without(valkey: Valkey) -> None:
    """As a signal handler would that asks while its own thread is asking."""
    link = RedisLink(valkey.url, FakeClock(), "nothing is lost")

    def interrupted(client: redis.Redis) -> object:
        with pytest.raises(RedisAwayError):
            link.ask(lambda inner: inner.ping())
        return client.ping()

    assert link.ask(interrupted)


def test_an_interrupted_question_leaves_no_reply_for_the_next_one(valkey: Valkey) -> None:
    link = RedisLink(valkey.url, FakeClock(), "nothing is lost")

    def interrupted(client: Any) -> None:
        connection = client.connection_pool.get_connection()
        connection.send_command("ECHO", "of the question before")
        client.connection_pool.release(connection)
        raise KeyboardInterrupt

    link.ask(lambda client: client.ping())
    with pytest.raises(KeyboardInterrupt):
        link.ask(interrupted)
    assert link.ask(lambda client: client.echo("mine")) == b"mine"


def test_a_forked_child_takes_permits_over_a_connection_of_its_own(valkey: Valkey) -> None:
    program = f"""
import os
import pickle
from shipstation_aissist import redis_link
from shipstation_aissist.quota import RedisQuota
from shipstation_aissist.transport import SystemClock
permits = RedisQuota({valkey.url!r}, limit=3, reserve=0).open("a", SystemClock())
assert permits.take(False) == 0.0
child = os.fork()
if child == 0:
    os._exit(0 if permits.take(False) == 0.0 else 1)
_, status = os.waitpid(child, 0)
assert status == 0
assert permits.take(False) == 0.0
assert permits.take(False) > 0
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_a_cluster_is_asked_where_the_key_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_link, "ANSWER_SECONDS", 5.0)
    with two_nodes(tmp_path) as nodes:
        for account in ("a", "b", "c", "d"):
            quota = RedisQuota(nodes[0].url, limit=1)
            assert quota.open(account, FakeClock()).take(bulk=False) == 0.0
            assert quota.open(account, FakeClock()).take(bulk=False) > 0
        assert all(node.client().dbsize() for node in nodes)


@contextmanager
def two_nodes(folder: Path) -> Iterator[tuple[Valkey, Valkey]]:
    ports = free_port(), free_port()
    options = [("--cluster-enabled", "yes", "--cluster-port", str(port)) for port in ports]
    with running_valkey(folder / "a", *options[0]) as first, running_valkey(folder / "b", *options[1]) as second:
        first.client().execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 8191)
        second.client().execute_command("CLUSTER", "ADDSLOTSRANGE", 8192, 16383)
        first.client().execute_command("CLUSTER", "MEET", "127.0.0.1", second.port, ports[1])
        until = time.monotonic() + 20
        while not (_is_whole(first) and _is_whole(second)):
            assert time.monotonic() < until, "the cluster did not form"
            time.sleep(0.05)
        yield first, second


def _is_whole(node: Valkey) -> bool:
    info: Any = node.client().execute_command("CLUSTER", "INFO")
    return b"cluster_state:ok" in info and b"cluster_slots_assigned:16384" in info and b"cluster_known_nodes:2" in info
