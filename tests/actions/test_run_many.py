"""Many orders: in order, lazily, and none lost to a fault of another one or to the quota."""

from __future__ import annotations

import gc
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

import pytest

from shipstation_aissist import (
    AmbiguousOrderError,
    ClientClosedError,
    ConfigurationError,
    InternalServerError,
    InvalidOrderIdError,
    OrderNotFoundError,
    OrderQuery,
    ShipStationError,
    TrackOrderAction,
    TrackOrderOutcome,
)
from support.shops import Shop, numbers_shown, shop_with

MOST_AHEAD = 8 * 4  # orders, with the default of 8 workers


def workers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("shipstation-aissist-bulk")]


def until(happens: Callable[[], bool]) -> None:
    """Wait for something that other threads do."""
    limit = time.monotonic() + 10
    while not happens():
        assert time.monotonic() < limit
        time.sleep(0.001)


# --- order, laziness, bounds -----------------------------------------------------------------------------------------


def test_outcomes_come_in_the_order_of_the_input_even_if_the_first_one_is_the_last_to_be_known() -> None:
    others_are_known = threading.Event()
    shop = shop_with(4)

    def hold_the_first(url: str) -> None:
        if url.endswith("/track"):
            assert "/se-350001/" not in url or others_are_known.wait(10)
            if "/se-350004/" in url:
                others_are_known.set()

    shop.before = hold_the_first
    with shop.client() as client:
        assert numbers_shown(TrackOrderAction(client).run_many("0123")) == ["P0", "P1", "P2", "P3"]


def test_nothing_is_read_or_asked_before_the_first_outcome_is_wanted() -> None:
    shop = shop_with(1)
    queries = iter(["0"])
    with shop.client() as client:
        outcomes = TrackOrderAction(client).run_many(queries)
        assert (shop.calls, next(queries)) == ([], "0")
        assert list(outcomes) == []


def test_an_endless_input_is_read_only_a_little_ahead() -> None:
    read = 0

    def endless() -> Iterator[str]:
        nonlocal read
        for _ in itertools.count():
            read += 1
            yield "0"

    with shop_with(1).client() as client:
        outcomes = TrackOrderAction(client).run_many(endless())
        for taken in range(1, 101):
            assert next(outcomes).ok
            assert read <= taken + MOST_AHEAD
        outcomes.close()


def test_an_outcome_is_given_out_while_the_input_is_slow_to_come() -> None:
    given_out: list[str] = []

    def slow_input() -> Iterator[str]:
        for _ in range(MOST_AHEAD - 1):  # fewer than would be read ahead
            yield "0"
            time.sleep(0.01)
            if given_out:
                return

    with shop_with(1).client() as client:
        for outcome in TrackOrderAction(client).run_many(slow_input()):
            given_out.append(outcome.query.order_id)
    assert len(given_out) < MOST_AHEAD - 1


@pytest.mark.parametrize("max_workers", [1, 4])
def test_as_many_orders_are_looked_up_at_once_as_there_are_workers(max_workers: int) -> None:
    at_once = threading.Barrier(max_workers)
    most = 0
    now = 0
    lock = threading.Lock()

    def meet(url: str) -> None:
        nonlocal most, now
        if "/shipments" in url:
            with lock:
                now += 1
                most = max(most, now)
            at_once.wait(10)
            with lock:
                now -= 1

    with Shop(meet).client() as client:
        outcomes = list(TrackOrderAction(client, order_key="external_id").run_many("12345678", max_workers=max_workers))
    assert [type(outcome.error) for outcome in outcomes] == [OrderNotFoundError] * 8
    assert most == max_workers


def test_what_was_given_out_is_not_kept() -> None:
    def alive() -> int:
        gc.collect()
        return sum(type(each) is TrackOrderOutcome for each in gc.get_objects())

    before = alive()
    with shop_with(1).client() as client:
        for taken, outcome in enumerate(TrackOrderAction(client).run_many(itertools.repeat("0", 300))):
            assert outcome.ok
            if taken in (100, 299):
                assert alive() - before <= MOST_AHEAD + 1


def test_no_orders_give_no_outcomes() -> None:
    with Shop().client() as client:
        assert list(TrackOrderAction(client).run_many([])) == []


@pytest.mark.parametrize("max_workers", [0, -1, 2.0, True, None])
def test_a_number_of_workers_that_is_none_is_refused_at_once(max_workers: Any) -> None:
    with Shop().client() as client, pytest.raises(ConfigurationError, match="max_workers"):
        TrackOrderAction(client).run_many(["1"], max_workers=max_workers)


# --- faults ----------------------------------------------------------------------------------------------------------


def test_an_order_that_fails_never_stops_the_rest() -> None:
    shop = shop_with(3)
    shop.add_order("twice", postal_code="29646")
    shop.add_order("twice", postal_code="10001")
    shop.fail_next(503, path="/v2/labels/se-350002/track", times=3)
    queries = ["0", "missing", "", "twice", "1", OrderQuery("twice", "10001"), OrderQuery("2", "99999"), "2"]
    with shop.client() as client:
        outcomes = list(TrackOrderAction(client).run_many(queries))
    assert [outcome.query for outcome in outcomes] == [
        query if isinstance(query, OrderQuery) else OrderQuery(query) for query in queries
    ]
    assert [str(outcome.response.state) if outcome.response else type(outcome.error) for outcome in outcomes] == [
        "in_transit",
        OrderNotFoundError,
        InvalidOrderIdError,
        AmbiguousOrderError,
        InternalServerError,
        "not_shipped",
        OrderNotFoundError,
        "in_transit",
    ]
    assert all(outcome.ok is (outcome.error is None) for outcome in outcomes)


def test_unwrap_gives_the_answer_or_raises_the_error() -> None:
    with shop_with(1).client() as client:
        found, missing = TrackOrderAction(client).run_many(["0", "missing"])
    assert found.unwrap() is found.response
    with pytest.raises(OrderNotFoundError):
        missing.unwrap()
    with pytest.raises(ShipStationError):
        TrackOrderOutcome(query=OrderQuery("0")).unwrap()


def test_what_is_no_error_of_the_library_goes_through_after_the_orders_before_it() -> None:
    def resolve(order_id: str) -> str:
        if order_id == "1":
            raise LookupError("the platform is down")
        return order_id

    with shop_with(3).client() as client:
        outcomes = TrackOrderAction(client, resolve_order_id=resolve).run_many("012")
        assert next(outcomes).unwrap().order_id == "0"
        with pytest.raises(LookupError, match="the platform is down"):
            next(outcomes)
        assert list(outcomes) == []


def test_a_fault_of_the_input_itself_goes_through_after_the_orders_before_it() -> None:
    def broken_input() -> Iterator[str]:
        yield from "012"
        raise OSError("the file ends here")

    with shop_with(3).client() as client:
        outcomes = TrackOrderAction(client).run_many(broken_input())
        assert numbers_shown(itertools.islice(outcomes, 3)) == ["P0", "P1", "P2"]
        with pytest.raises(OSError, match="the file ends here"):
            next(outcomes)


def test_the_resolver_is_asked_once_for_an_order_that_is_run_again() -> None:
    asked: list[str] = []

    def resolve(order_id: str) -> str:
        asked.append(order_id)
        return order_id

    shop = shop_with(1)
    shop.fail_next(429, retry_after=30)
    with shop.client() as client:
        assert [outcome.ok for outcome in TrackOrderAction(client, resolve_order_id=resolve).run_many("0")] == [True]
    assert asked == ["0"]


def test_a_client_that_is_closed_fails_the_orders_and_not_the_loop() -> None:
    with shop_with(1).client() as client:
        action = TrackOrderAction(client)
    assert [type(outcome.error) for outcome in action.run_many("00")] == [ClientClosedError] * 2


def test_leaving_the_loop_early_stops_the_workers_and_the_requests() -> None:
    shop = shop_with(1)
    with shop.client() as client:
        for outcome in TrackOrderAction(client).run_many(itertools.repeat("0", 10_000)):
            assert outcome.ok
            break
        gc.collect()
        until(lambda: not workers())
        asked = len(shop.calls)
        assert asked <= 3 * (1 + MOST_AHEAD)
        time.sleep(0.01)
        assert len(shop.calls) == asked


def test_an_order_that_is_under_way_when_the_loop_is_left_asks_nothing_more() -> None:
    shop = shop_with(2)
    under_way, left = threading.Event(), threading.Event()

    def hold_the_second(url: str) -> None:
        if "shipment_number=1&" in url:
            under_way.set()
            left.wait(10)
        elif "/track" in url:
            under_way.wait(10)

    shop.before = hold_the_second
    with shop.client() as client:
        outcomes = TrackOrderAction(client).run_many("01")
        assert next(outcomes).ok
        outcomes.close()
        left.set()
        until(lambda: not workers())
        assert len(shop.calls) == 3 + 1


def test_leaving_the_loop_ends_a_wait_for_the_quota() -> None:
    shop = shop_with(1)
    shop.fail_next(429, retry_after=100, times=10_000)
    with shop.client() as client:
        outcomes = TrackOrderAction(client).run_many(itertools.chain([""], itertools.repeat("0", 1000)))
        assert not next(outcomes).ok
        outcomes.close()
        until(lambda: not workers())


def test_a_listener_runs_in_the_context_of_whoever_asks() -> None:
    request: ContextVar[str] = ContextVar("request", default="nobody's")
    seen: set[str] = set()
    with shop_with(1).client(on_event=lambda step: seen.add(request.get())) as client:
        mine = request.set("mine")
        assert all(outcome.ok for outcome in TrackOrderAction(client).run_many("000"))
        request.reset(mine)
    assert seen == {"mine"}
