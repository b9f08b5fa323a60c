"""T3: a 429 of the platform pauses all threads that share the client."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from shipstation_aissist import RateLimitError, ShipStationClient, TraceStep, TrackOrderAction
from shipstation_aissist.testing import FakeClock
from support.fault_server import Behaviour, Conversation, FaultServer
from support.misbehaviour import error, reply
from support.wiring import MANY_LABELS, SHIPMENTS, TRACKING, Connect, outcome_of

LABEL = reply({"label_id": "se-1", "shipment_id": "se-2", "status": "completed"})


def ask(client: ShipStationClient) -> Callable[[], object]:
    return lambda: client.get_label("se-1")


def limit(retry_after: str | None, *sources: str) -> Behaviour:
    return error(429, *sources, headers={} if retry_after is None else {"Retry-After": retry_after})


def test_a_call_begun_in_the_pause_waits_for_its_end_if_its_time_allows(
    clock: FakeClock, no_jitter: None, connect: Connect
) -> None:
    steps: list[TraceStep] = []
    with FaultServer(limit("4"), LABEL) as server:
        client = connect(server.base_url, max_retries=0, on_event=steps.append)
        assert isinstance(outcome_of(ask(client)), RateLimitError)
        client.get_label("se-1")
    assert clock.sleeps == pytest.approx([4])
    assert [(step.kind, step.status) for step in steps] == [("request", 429), ("wait", None), ("request", 200)]


def test_a_call_that_would_wait_too_long_fails_at_once_and_unsent(
    clock: FakeClock, no_jitter: None, connect: Connect
) -> None:
    steps: list[TraceStep] = []
    with FaultServer(limit("60"), LABEL) as server:
        client = connect(server.base_url, on_event=steps.append)
        assert isinstance(outcome_of(ask(client)), RateLimitError)
        clock.advance(15)
        with pytest.raises(RateLimitError, match="Not sent") as raised:
            client.get_label("se-1")
        assert (raised.value.status_code, raised.value.retry_after) == (429, 45.0)
        assert (len(server.requests), clock.sleeps) == (1, [])
        assert (steps[-1].kind, steps[-1].rule, steps[-1].warning) == ("decision", "T3", True)
        clock.advance(36)  # now the rest fits into the call's time
        client.get_label("se-1")
    assert clock.sleeps == pytest.approx([9])


def test_a_run_fails_unsent_too(clock: FakeClock, connect: Connect) -> None:
    with FaultServer(limit("60"), LABEL) as server:
        client = connect(server.base_url)
        assert isinstance(outcome_of(ask(client)), RateLimitError)
        with pytest.raises(RateLimitError, match="Not sent"):
            TrackOrderAction(client).run("A-100")
        assert client.test_connection().reason == "rate_limited"
        assert len(server.requests) == 1


@pytest.mark.parametrize("sources", [("carrier",), ("order_source",), ("carrier", "order_source"), ("Carrier",)])
def test_a_limit_of_a_carrier_or_store_pauses_nobody_else(
    sources: tuple[str, ...], clock: FakeClock, connect: Connect
) -> None:
    with FaultServer(limit("60", *sources), LABEL) as server:
        client = connect(server.base_url)
        assert isinstance(outcome_of(ask(client)), RateLimitError)
        client.get_label("se-1")
        assert (len(server.requests), clock.sleeps) == (2, [])


@pytest.mark.parametrize(
    "answer",
    [
        limit("60", "shipengine"),
        limit("60", "ShipStation"),
        limit("60", "something new"),
        limit("60", "shipengine", "carrier"),
        reply(b"", status=429, headers={"Retry-After": "60"}),
        reply(b"<html>Too many requests</html>", status=429, headers={"Retry-After": "60"}),
        reply({"errors": []}, status=429, headers={"Retry-After": "60"}),
        reply({"errors": [{"message": "Slow down."}]}, status=429, headers={"Retry-After": "60"}),
    ],
    ids=["shipengine", "ShipStation", "unknown", "both", "empty", "HTML", "no entries", "no source"],
)
def test_any_other_429_counts_as_the_platforms(answer: Behaviour, connect: Connect) -> None:
    with FaultServer(answer, LABEL) as server:
        client = connect(server.base_url)
        assert isinstance(outcome_of(ask(client)), RateLimitError)
        with pytest.raises(RateLimitError, match="Not sent"):
            client.get_label("se-1")
        assert len(server.requests) == 1


@pytest.mark.parametrize("retry_after", [None, "0", "soon", "-5"])
def test_without_a_time_to_wait_there_is_no_pause(retry_after: str | None, clock: FakeClock, connect: Connect) -> None:
    with FaultServer(limit(retry_after), LABEL) as server:
        client = connect(server.base_url, max_retries=0)
        assert isinstance(outcome_of(ask(client)), RateLimitError)
        client.get_label("se-1")
    assert clock.sleeps == []


@pytest.mark.parametrize("status", [408, 500, 503])
def test_no_other_status_pauses_the_others(status: int, clock: FakeClock, connect: Connect) -> None:
    with FaultServer(error(status, headers={"Retry-After": "60"}), LABEL) as server:
        client = connect(server.base_url)
        outcome_of(ask(client))
        client.get_label("se-1")
    assert clock.sleeps == []


def test_a_pause_lasts_at_most_two_minutes(clock: FakeClock, no_jitter: None, connect: Connect) -> None:
    with FaultServer(limit("86400"), LABEL) as server:
        client = connect(server.base_url, timeout=130)
        failure = outcome_of(ask(client))
        assert isinstance(failure, RateLimitError)
        assert failure.retry_after == 86400
        client.get_label("se-1")
    assert clock.sleeps == pytest.approx([120])


def test_a_shorter_limit_of_a_request_under_way_does_not_shorten_the_pause(clock: FakeClock, connect: Connect) -> None:
    under_way, long_one_is_known = threading.Event(), threading.Event()

    def answer(conversation: Conversation) -> None:
        if conversation.received.target.endswith("slow"):
            under_way.set()
            long_one_is_known.wait(10)
            limit("1")(conversation)
        else:
            limit("100")(conversation)

    with FaultServer(answer) as server, ThreadPoolExecutor(1) as thread:
        client = connect(server.base_url, max_retries=0)
        slow = thread.submit(outcome_of, lambda: client.get_label("slow"))
        under_way.wait(10)
        assert outcome_of(ask(client)).retry_after == 100
        long_one_is_known.set()
        assert slow.result().retry_after == 1
        with pytest.raises(RateLimitError, match=r"Not sent.* another 100\.0 s"):
            client.get_label("se-1")


def test_another_client_is_not_paused(clock: FakeClock, connect: Connect) -> None:
    with FaultServer(limit("60"), LABEL) as server:
        assert isinstance(outcome_of(ask(connect(server.base_url))), RateLimitError)
        connect(server.base_url).get_label("se-1")
    assert clock.sleeps == []


def test_no_thread_asks_before_the_pause_is_over(clock: FakeClock, connect: Connect) -> None:
    asked_at: list[float] = []

    def note(conversation: Conversation) -> None:
        asked_at.append(clock.monotonic())
        LABEL(conversation)

    with FaultServer(limit("5"), note) as server:
        client = connect(server.base_url, max_retries=0)
        assert isinstance(outcome_of(ask(client)), RateLimitError)
        with ThreadPoolExecutor(8) as threads:
            for done in [threads.submit(client.get_label, "se-1") for _ in range(24)]:
                assert done.result().label_id == "se-1"
    assert len(asked_at) == 24
    assert min(asked_at) >= 5


def test_who_waits_for_a_place_among_the_requests_in_flight_waits_for_the_pause_too(
    clock: FakeClock, connect: Connect
) -> None:
    all_places_are_taken, answered = threading.Barrier(17, timeout=10), threading.Event()
    asked_at: list[float] = []
    first = iter([True])

    def answer(conversation: Conversation) -> None:
        if len(asked_at) < 16:
            asked_at.append(clock.monotonic())
            all_places_are_taken.wait()
            if next(first, False):
                limit("5")(conversation)
                answered.wait(10)
            else:
                answered.wait(10)
                LABEL(conversation)
        else:
            asked_at.append(clock.monotonic())
            LABEL(conversation)

    with FaultServer(answer) as server, ThreadPoolExecutor(24) as threads:
        client = connect(server.base_url, max_retries=0)
        calls = [threads.submit(outcome_of, ask(client)) for _ in range(24)]
        all_places_are_taken.wait()
        while not any(call.done() for call in calls):
            time.sleep(0.001)
        time.sleep(0.05)
        answered.set()
        results = [call.result() for call in calls]
    assert sum(isinstance(result, RateLimitError) for result in results) == 1
    assert len(asked_at) == 24
    assert min(asked_at[16:]) >= 5


def test_a_limit_met_by_one_of_ten_labels_holds_the_others_back_and_the_answer_is_whole(
    clock: FakeClock, connect: Connect
) -> None:
    limited = iter([limit("2")])

    def track(conversation: Conversation) -> None:
        label_id = conversation.received.target.split("/")[-2]
        number = f"94001{label_id[-2:]}"
        next(limited, reply({**TRACKING, "tracking_number": number}))(conversation)

    with FaultServer({"/track": track, "labels": reply(MANY_LABELS), "shipments": reply(SHIPMENTS)}) as server:
        response = TrackOrderAction(connect(server.base_url)).run("A-100")
    assert (len(response.parcels), response.warnings) == (10, ())
    assert 2 <= clock.monotonic() <= 3
