"""What every quota promises, whether it is kept in this process or in Redis."""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from shipstation_aissist import ConfigurationError
from shipstation_aissist.quota import LocalQuota, Permits, RedisQuota
from shipstation_aissist.testing import FakeClock
from support.valkey import Valkey

Age = Callable[[float], object]
Open = Callable[..., Permits]


@pytest.fixture(params=["local", "redis"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def opened(kind: str, valkey: Valkey, clock: FakeClock) -> Open:
    quotas: dict[Any, Any] = {}

    def open_quota(account: str = "an account", **settings: Any) -> Permits:
        key = tuple(settings.items())
        if key not in quotas:
            quotas[key] = LocalQuota(**settings) if kind == "local" else RedisQuota(valkey.url, **settings)
        permits: Permits = quotas[key].open(account, clock)
        return permits

    return open_quota


@pytest.fixture
def age(kind: str, valkey: Valkey, clock: FakeClock) -> Age:
    """Let so many seconds pass for the quota: by the clock of this process, or in the log of Redis."""

    def pass_seconds(seconds: float) -> None:
        if kind == "local":
            clock.advance(seconds)
            return
        redis: Any = valkey.client()
        for key in redis.keys("*"):
            for member in redis.zrange(key, 0, -1):
                redis.zincrby(key, -round(seconds * 1e6), member)

    return pass_seconds


def test_a_window_has_as_many_permits_as_the_limit(opened: Open) -> None:
    permits = opened(limit=3, reserve=0)
    assert [permits.take(bulk=False) for _ in range(3)] == [0.0, 0.0, 0.0]
    assert 59 < permits.take(bulk=False) <= 60.1


def test_a_permit_leaves_the_log_with_its_window_and_not_before(opened: Open, age: Age) -> None:
    permits = opened(limit=2, reserve=0)
    permits.take(bulk=False)
    age(30)
    permits.take(bulk=False)
    age(29)
    assert 0.5 < permits.take(bulk=False) < 1.1
    age(1.06)
    assert permits.take(bulk=False) == 0.0
    assert 29 < permits.take(bulk=False) < 30.1


def test_a_window_is_a_moment_longer_than_the_accounts(opened: Open, age: Age) -> None:
    permits = opened(limit=1, reserve=0, window=10)
    begun = time.monotonic()
    permits.take(bulk=False)
    age(9.0)
    left = permits.take(bulk=False)
    real = time.monotonic() - begun  # Redis has a clock of its own, which goes on meanwhile
    assert 1.04 - real < left < 1.051


def test_clients_of_one_account_share_its_permits_and_those_of_another_have_their_own(opened: Open) -> None:
    first, second, other = opened("a", limit=1), opened("a", limit=1), opened("b", limit=1)
    assert first.take(bulk=False) == 0.0
    assert second.take(bulk=False) > 0
    assert other.take(bulk=False) == 0.0


def test_bulk_leaves_the_reserve_to_everybody_else(opened: Open) -> None:
    permits = opened(limit=5, reserve=2)
    assert [permits.take(bulk=True) for _ in range(3)] == [0.0, 0.0, 0.0]
    assert permits.take(bulk=True) > 59
    assert [permits.take(bulk=False) for _ in range(2)] == [0.0, 0.0]
    assert permits.take(bulk=False) > 59


def test_bulk_waits_until_more_than_the_reserve_is_free(opened: Open, age: Age) -> None:
    permits = opened(limit=3, reserve=1)
    for _ in range(3):
        permits.take(bulk=False)
        age(10)
    assert 39 < permits.take(bulk=True) < 40.1  # two of the three must have left
    assert 29 < permits.take(bulk=False) < 30.1


def test_a_refusal_of_the_platform_pauses_everybody_who_shares_the_quota(opened: Open, age: Age) -> None:
    first, second = opened("a", limit=9), opened("a", limit=9)
    first.report(7.0)
    assert 6.5 < second.take(bulk=False) <= 7
    age(7.1)
    assert second.take(bulk=False) == 0.0


def test_a_pause_lasts_120_seconds_at_most_and_a_shorter_one_does_not_cut_it(opened: Open) -> None:
    permits = opened(limit=9)
    permits.report(10_000.0)
    permits.report(1.0)
    assert 119 < permits.take(bulk=False) <= 120


def test_a_permit_that_is_given_back_can_be_taken_again(opened: Open) -> None:
    permits = opened(limit=1, reserve=0)
    permits.take(bulk=False)
    permits.give_back()
    assert permits.take(bulk=False) == 0.0
    assert permits.take(bulk=False) > 0


def test_many_threads_together_take_no_more_than_the_limit(opened: Open) -> None:
    permits = opened(limit=50, reserve=0)
    with ThreadPoolExecutor(8) as threads:
        waits = list(threads.map(lambda _: permits.take(bulk=False), range(200)))
    assert waits.count(0.0) == 50


def test_a_quota_is_a_value_that_can_be_pickled_and_shows_no_password(kind: str) -> None:
    quota: Any = LocalQuota(limit=7) if kind == "local" else RedisQuota("redis://:geheim@localhost:1/0", limit=7)
    assert pickle.loads(pickle.dumps(quota)) == quota
    assert "limit=7" in repr(quota)
    assert "geheim" not in repr(quota)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 2.5}, "limit"),
        ({"limit": True}, "limit"),
        ({"window": 0}, "window"),
        ({"window": float("nan")}, "window"),
        ({"window": 10**400}, "window"),
        ({"window": "60"}, "window"),
        ({"window": 86_401}, "window"),
        ({"limit": 10, "reserve": 10}, "reserve"),
        ({"reserve": -1}, "reserve"),
        ({"reserve": 1.0}, "reserve"),
    ],
)
def test_numbers_out_of_range_are_refused_by_name(kind: str, settings: dict[str, Any], named: str) -> None:
    with pytest.raises(ConfigurationError, match=named):
        LocalQuota(**settings) if kind == "local" else RedisQuota("redis://localhost:1/0", **settings)


@pytest.mark.parametrize(
    "url",
    [None, "", "localhost:6379", "http://localhost", "redis://", "redis://h:99999/0", "redis://h/x", "redis://h/0?a=b"],
)
def test_a_url_that_cannot_be_used_is_refused_and_not_quoted(url: Any) -> None:
    with pytest.raises(ConfigurationError, match="URL of Redis"):
        RedisQuota(url)
