"""The clock passes time without taking any."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta, timezone

import pytest

from shipstation_aissist.testing import FakeClock, FakeUsageError

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)


def test_sleeping_moves_the_seconds_and_the_time_of_day_and_is_noted() -> None:
    clock = FakeClock()
    clock.sleep(1.5)
    clock.sleep(0)
    assert (clock.monotonic(), clock.now(), clock.sleeps) == (1.5, NOON + timedelta(seconds=1.5), [1.5, 0])


def test_advancing_is_no_sleep() -> None:
    clock = FakeClock()
    clock.advance(60)
    assert (clock.monotonic(), clock.now(), clock.sleeps) == (60, NOON + timedelta(minutes=1), [])


def test_travelling_moves_the_time_of_day_only_and_only_forward() -> None:
    clock = FakeClock()
    clock.sleep(2)
    clock.travel_to(NOON + timedelta(days=14))
    clock.travel_to(NOON)
    assert (clock.monotonic(), clock.now()) == (2, NOON + timedelta(days=14))


def test_threads_that_wait_at_the_same_time_wait_together() -> None:
    clock = FakeClock()
    all_have_looked = threading.Barrier(4)

    def wait() -> None:
        clock.monotonic()
        all_have_looked.wait(timeout=10)
        clock.sleep(30)

    threads = [threading.Thread(target=wait) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (clock.monotonic(), clock.sleeps) == (30, [30, 30, 30, 30])


def test_who_shares_the_clock_lets_the_others_go_on_while_it_sleeps(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = FakeClock()
    moments: list[float] = []
    monkeypatch.setattr("shipstation_aissist.testing.clock.time.sleep", moments.append)
    clock.sleep(100)
    assert moments == [], "alone, nothing takes real time"
    other = threading.Thread(target=clock.monotonic)
    other.start()
    other.join()
    clock.sleep(100)
    assert len(moments) == 1
    assert moments[0] < 0.001


def test_one_thread_waits_for_the_sum_of_its_sleeps() -> None:
    clock = FakeClock()
    clock.sleep(1)
    clock.advance(10)
    clock.sleep(2)
    assert clock.monotonic() == 13


def test_a_start_in_another_zone_is_read_as_the_same_moment() -> None:
    start = datetime(2026, 1, 15, 7, tzinfo=timezone(timedelta(hours=-5)))
    assert FakeClock(start).now() == NOON
    assert FakeClock(start).now().tzinfo is UTC


def test_a_moment_without_a_zone_is_refused_with_a_right_one() -> None:
    with pytest.raises(FakeUsageError, match="tzinfo=UTC"):
        FakeClock(datetime(2026, 1, 15))


@pytest.mark.parametrize("seconds", [-1, float("nan")])
def test_time_does_not_go_back(seconds: float) -> None:
    clock = FakeClock()
    with pytest.raises(ValueError, match="not be negative"):
        clock.sleep(seconds)
    with pytest.raises(ValueError, match="not go back"):
        clock.advance(seconds)
    assert (clock.monotonic(), clock.sleeps) == (0, [])


def test_a_running_clock_follows_real_time_and_still_does_not_wait() -> None:
    clock = FakeClock(running=True)
    began = time.monotonic()
    clock.sleep(1000)
    first = clock.monotonic()
    while clock.monotonic() == first:
        pass
    assert 1000 < clock.monotonic() < 1000 + (time.monotonic() - began) + 1
