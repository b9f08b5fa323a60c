"""R7, T6: where no thread is to be had, requests are made one after the other, within the same deadline."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextvars import Context, ContextVar, copy_context
from typing import Any

import pytest

from shipstation_aissist import (
    Execution,
    Integration,
    ShipStationClient,
    SmartAction,
    TrackOrderAction,
)
from shipstation_aissist.testing import FakeClock, FakeShipStation
from shipstation_aissist.transport.limits import Limits, keeping_to, limits_at_hand
from shipstation_aissist.transport.line import results_in_order
from shipstation_aissist.transport.threads import side_by_side
from shipstation_aissist.transport.waiting import Bell
from support.fault_server import FaultServer
from support.misbehaviour import reply, stall
from support.wiring import KEY, MANY_LABELS, SHIPMENTS, TRACKING


@pytest.fixture
def no_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library can start no thread; the servers of the tests can."""
    only(monkeypatch, 0)


def only(monkeypatch: pytest.MonkeyPatch, allowed: int) -> None:
    start, left = threading.Thread.start, [allowed]

    def refuse(thread: threading.Thread) -> None:
        if thread.name.startswith("shipstation-aissist"):
            if not left[0]:
                raise RuntimeError("can't start new thread")
            left[0] -= 1
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", refuse)


def shop() -> FakeShipStation:
    fake = FakeShipStation()
    for number in range(4):
        fake.add_order(str(number))
        for _ in range(3):
            fake.scan(fake.buy_label(str(number)))
    return fake


def test_a_run_is_answered_whole_without_threads(no_threads: None) -> None:
    with shop().client() as client:
        assert len(TrackOrderAction(client).run("1").parcels) == 3


@pytest.mark.parametrize("allowed", [1, 2, 5])
def test_a_run_is_answered_whole_with_fewer_threads_than_requests(
    allowed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(monkeypatch, allowed)
    script = {"/track": reply(TRACKING), "labels": reply(MANY_LABELS), "shipments": reply(SHIPMENTS)}
    with FaultServer(script) as server, ShipStationClient(KEY, base_url=server.base_url) as client:
        assert len(TrackOrderAction(client).run("A-100").parcels) == 10


@pytest.mark.parametrize("allowed", [0, 1, 2, 3])
def test_run_many_answers_all_in_order_with_few_threads_or_none(allowed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, allowed)
    with shop().client() as client:
        outcomes = list(TrackOrderAction(client).run_many("3210"))
    assert [(outcome.query.order_id, len(outcome.unwrap().parcels)) for outcome in outcomes] == [
        ("3", 3),
        ("2", 3),
        ("1", 3),
        ("0", 3),
    ]


def test_handle_and_call_tool_answer_without_threads(no_threads: None) -> None:
    actions = [
        SmartAction(name="first", execution=Execution.BOTH),
        SmartAction(name="second", execution=Execution.BOTH),
    ]
    with shop().client() as client, Integration("shop", client=client, actions=actions) as integration:
        results = integration.handle("session_start", {"order_id": "1"})
        assert {name: result["shipstation"]["state"] for name, result in results.items()} == {
            "first": "in_transit",
            "second": "in_transit",
        }
        assert integration.call_tool("first", {"order_id": "1"})["shipstation"]["state"] == "in_transit"


def test_one_after_the_other_they_share_one_deadline(no_threads: None) -> None:
    clock = FakeClock()

    def answer_late(conversation: Any) -> None:
        clock.advance(6)
        stall()(conversation) if clock.monotonic() > 9 else reply({"shipments": []})(conversation)

    actions = [SmartAction(name=f"a{number}", execution=Execution.SESSION_START) for number in range(3)]
    with FaultServer(answer_late) as server:
        from shipstation_aissist.transport.sockets import DeadlineAdapter

        client = ShipStationClient._wired(api_key=KEY, adapter=DeadlineAdapter(), clock=clock, base_url=server.base_url)
        with client, Integration("shop", client=client, actions=actions) as integration:
            results = integration.handle("session_start", {"order_id": "1"})
    codes = [result["shipstation"]["error"]["code"] for result in results.values()]
    assert codes == ["timeout"] * 3
    assert len(server.requests) <= 2


# --- side by side ----------------------------------------------------------------------------------------------------


def test_results_come_in_the_order_of_the_tasks_and_the_caller_works_too() -> None:
    everybody = threading.Barrier(4, timeout=5)
    at_work: set[str] = set()

    def task(number: int) -> int:
        everybody.wait()
        at_work.add(threading.current_thread().name)
        return number

    assert side_by_side([lambda n=number: task(n) for number in range(4)], most=4) == [0, 1, 2, 3]
    assert threading.current_thread().name in at_work


def test_the_fault_of_a_task_is_raised_in_the_caller_and_nothing_more_is_begun() -> None:
    begun: list[int] = []

    def task(number: int) -> None:
        begun.append(number)
        raise LookupError(number)

    with pytest.raises(LookupError):
        side_by_side([lambda n=number: task(n) for number in range(50)], most=2)
    assert len(begun) <= 2


def test_each_task_runs_in_the_context_of_the_caller() -> None:
    customer: ContextVar[str] = ContextVar("customer", default="nobody")
    customer.set("Robin")
    assert side_by_side([customer.get] * 6, most=3) == ["Robin"] * 6


# --- results in order ------------------------------------------------------------------------------------------------


def test_a_result_is_given_as_soon_as_it_is_there_while_the_next_thing_is_awaited() -> None:
    released = threading.Event()

    def things() -> Iterator[int]:
        yield 1
        yield 2
        assert released.wait(10)
        yield 3

    results = results_in_order(lambda thing: thing * 10, things(), 2, 8, threading.Event())
    assert [next(results), next(results)] == [10, 20]
    released.set()
    assert list(results) == [30]


def test_leaving_early_ends_the_reading_and_the_work() -> None:
    read: list[int] = []

    def things() -> Iterator[int]:
        for number in itertools.count():
            read.append(number)
            yield number

    stop = threading.Event()
    results = results_in_order(lambda thing: thing, things(), 3, 12, stop)
    assert next(results) == 0
    results.close()
    assert stop.is_set()
    until(lambda: not bulk_threads())
    assert len(read) <= 1 + 3 * 4 + 1


def test_leaving_early_while_the_next_thing_is_awaited_does_not_wait_for_it() -> None:
    released = threading.Event()

    def things() -> Iterator[int]:
        yield 1
        released.wait(10)

    results = results_in_order(lambda thing: thing, things(), 3, 12, threading.Event())
    assert next(results) == 1
    started = time.monotonic()
    results.close()
    assert time.monotonic() - started < 5
    released.set()
    until(lambda: not bulk_threads())


def bulk_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "shipstation-aissist-bulk"]


def until(happens: Callable[[], bool]) -> None:
    limit = time.monotonic() + 10
    while not happens():
        assert time.monotonic() < limit
        time.sleep(0.001)


# --- the limits of an attempt travel in a context --------------------------------------------------------------------


def test_two_contexts_of_one_thread_keep_to_their_own_limits() -> None:
    clock = FakeClock()
    first, second = copy_context(), copy_context()
    limits = [Limits(clock, 1.0, 1.0), Limits(clock, 2.0, 2.0)]
    managers = [keeping_to(limits[0]), keeping_to(limits[1])]
    first.run(managers[0].__enter__)
    second.run(managers[1].__enter__)
    assert first.run(limits_at_hand) is limits[0]
    assert second.run(limits_at_hand) is limits[1]
    second.run(managers[1].__exit__, None, None, None)
    assert first.run(limits_at_hand) is limits[0]
    first.run(managers[0].__exit__, None, None, None)


def test_an_attempt_within_an_attempt_leaves_the_limits_that_it_found() -> None:
    outer, inner = Limits(FakeClock(), 1.0, 1.0), Limits(FakeClock(), 2.0, 2.0)
    with keeping_to(outer):
        with keeping_to(inner):
            assert limits_at_hand() is inner
        assert limits_at_hand() is outer
    with pytest.raises(RuntimeError):
        Context().run(limits_at_hand)  # an interrupted attempt of another test may have left some in this one


def test_greenlets_whose_locks_stop_everybody_wait_by_sleeping(monkeypatch: pytest.MonkeyPatch) -> None:
    naps: list[float] = []

    def sleep(seconds: float) -> None:
        naps.append(seconds)

    monkeypatch.setattr(time, "sleep", sleep)  # as gevent does with monkey.patch_all(thread=False)
    bell = Bell()
    assert not bell.wait(5.0)
    assert 0 < sum(naps) < 0.1
    bell.ring()
    assert bell.wait(5.0)
