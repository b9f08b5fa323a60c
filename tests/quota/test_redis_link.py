"""The link to Redis in its corners: TLS, threads that wait, a second fault, an extra that is not installed."""

from __future__ import annotations

import builtins
import pickle
import threading
from typing import Any

import pytest

from shipstation_aissist import redis_link
from shipstation_aissist.quota import LocalQuota, RedisQuota
from shipstation_aissist.redis_link import RedisAwayError, RedisLink
from shipstation_aissist.testing import FakeClock
from support.certificates import Authority
from support.fault_server import FaultServer
from support.misbehaviour import reply
from support.valkey import Valkey, free_port


def link_to(url: str) -> RedisLink:
    return RedisLink(url, FakeClock(), "nothing is lost")


def test_what_is_no_redis_behind_tls_counts_as_away(tmp_path: Any) -> None:
    with FaultServer(reply(b"{}"), tls=Authority(tmp_path).server_side) as server:
        link = link_to(f"rediss://localhost:{server.port}/0")
        with pytest.raises(RedisAwayError):
            link.ask(lambda client: client.ping())
        link.close()


def test_who_cannot_have_the_connection_because_another_question_hangs_does_without(
    valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = link_to(valkey.url)
    hangs, may_end = threading.Event(), threading.Event()

    def hang(client: Any) -> Any:
        hangs.set()
        may_end.wait(10)
        return client.ping()

    thread = threading.Thread(target=link.ask, args=(hang,))
    thread.start()
    hangs.wait(10)
    monkeypatch.setattr(redis_link, "ANSWER_SECONDS", 0.02)
    with pytest.raises(RedisAwayError):
        link.ask(lambda client: client.ping())
    may_end.set()
    thread.join()


def test_who_waited_for_the_connection_of_a_question_that_failed_does_not_ask_again(valkey: Valkey) -> None:
    link = link_to(valkey.url)
    hangs, may_end = threading.Event(), threading.Event()
    ends: list[type[BaseException]] = []
    asked: list[str] = []

    def fail(_: Any) -> None:
        hangs.set()
        may_end.wait(10)
        raise OSError

    def ask(question: Any) -> None:
        try:
            link.ask(question)
        except RedisAwayError as away:
            ends.append(type(away))

    first = threading.Thread(target=ask, args=(fail,))
    first.start()
    hangs.wait(10)
    second = threading.Thread(target=ask, args=(lambda _: asked.append("again"),))
    second.start()
    threading.Event().wait(0.05)
    may_end.set()
    first.join()
    second.join()
    assert ends == [RedisAwayError, RedisAwayError]
    assert not asked


def test_a_kept_connection_that_fails_twice_is_away(valkey: Valkey) -> None:
    link = link_to(valkey.url)
    link.ask(lambda client: client.ping())

    def fail(_: Any) -> None:
        raise OSError

    with pytest.raises(RedisAwayError):
        link.ask(fail)


def test_a_url_tells_nobody_its_password() -> None:
    assert "geheim" not in repr(link_to("redis://:geheim@localhost:1/0"))


def test_a_missing_extra_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    original = builtins.__import__

    def without_redis(name: str, *args: Any, **options: Any) -> Any:
        if name == "redis":
            raise ImportError(name)
        return original(name, *args, **options)

    monkeypatch.setattr(builtins, "__import__", without_redis)
    with pytest.raises(ImportError, match=r"pip install 'shipstation-aissist\[redis\]'"):
        RedisQuota("redis://localhost:1/0")


def test_a_permit_that_redis_gave_is_given_back_to_it_and_while_it_is_away_to_the_own_log(valkey: Valkey) -> None:
    permits = RedisQuota(valkey.url, limit=1, reserve=0).open("a", FakeClock())
    permits.give_back()  # none was taken: nothing happens
    assert permits.take(bulk=False) == 0.0
    permits.give_back()
    assert permits.take(bulk=False) == 0.0
    away = RedisQuota(f"redis://127.0.0.1:{free_port()}/0", limit=1, reserve=0).open("a", FakeClock())
    assert away.take(bulk=False) == 0.0
    away.give_back()
    assert away.take(bulk=False) == 0.0
    permits.close()
    permits.close()
    away.close()


def test_an_own_log_keeps_to_its_limit_also_where_others_took_more() -> None:
    permits = LocalQuota(limit=2, reserve=0).open("a", FakeClock())
    for _ in range(3):
        permits.note()
    assert permits.take(bulk=False) > 59
    permits.close()
    assert pickle.loads(pickle.dumps(LocalQuota(limit=2))).limit == 2
