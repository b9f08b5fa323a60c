"""R7, T6: the sixteen places are handed over, first come, first served, and none of them is ever lost."""

from __future__ import annotations

import dis
import gc
import itertools
import random
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import pytest

from shipstation_aissist import ShipStationClient, TraceStep
from shipstation_aissist.transport.gate import Gate, Place
from support.fault_server import FaultServer
from support.misbehaviour import reply, slow
from support.signals import is_measured
from support.wiring import KEY

LABEL = {"label_id": "se-1", "shipment_id": "se-2", "status": "completed"}


class StruckError(Exception):
    """What a signal handler raises."""


@contextmanager
def striking(seconds: float) -> Iterator[None]:
    """A signal whose handler raises after so many seconds, wherever the main thread is then.

    Python swallows what is raised in a destructor: then it strikes again.
    """

    def strike(_: int, frame: FrameType | None) -> None:
        if not is_measured(frame):
            raise StruckError

    before = signal.signal(signal.SIGALRM, strike)
    signal.setitimer(signal.ITIMER_REAL, seconds, 0.01)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def give_back(gate: Gate, place: Place) -> None:
    gate.take_back(place.back)
    gate.call_next()


# --- first come, first served ----------------------------------------------------------------------------------------


def test_places_are_handed_over_in_the_order_in_which_they_were_asked_for() -> None:
    gate, served, threads = Gate(1), list[int](), list[threading.Thread]()
    first = Place(gate)
    assert first.take(0)

    def wait(number: int) -> None:
        place = Place(gate)
        assert place.take(10)
        served.append(number)
        give_back(gate, place)

    for number in range(20):
        threads.append(threading.Thread(target=wait, args=(number,)))
        threads[-1].start()
        while gate.waiting <= number:
            time.sleep(0.001)
    give_back(gate, first)
    for thread in threads:
        thread.join()
    assert served == list(range(20))
    assert (gate.free, gate.waiting) == (1, 0)


def test_who_comes_while_another_waits_does_not_get_the_place_that_becomes_free() -> None:
    gate = Gate(1)
    first = Place(gate)
    assert first.take(0)
    got = threading.Event()

    def wait() -> None:
        assert Place(gate).take(10)
        got.set()

    thread = threading.Thread(target=wait)
    thread.start()
    while not gate.waiting:
        time.sleep(0.001)
    gate.take_back(first.back)  # it is free, and the one that waits has not heard of it yet
    barger = Place(gate)
    assert not barger.take(0)
    assert got.wait(5)
    thread.join()


def test_who_got_no_place_in_time_leaves_the_line() -> None:
    gate = Gate(1)
    first, second, third = Place(gate), Place(gate), Place(gate)
    assert first.take(0)
    assert not second.take(0.01)
    assert gate.waiting == 0
    give_back(gate, first)
    assert third.take(0)


def test_giving_back_twice_gives_one_place_and_giving_back_what_was_not_taken_gives_none() -> None:
    gate = Gate(2)
    place = Place(gate)
    give_back(gate, place)
    assert gate.free == 2
    place = Place(gate)
    assert place.take(0)
    give_back(gate, place)
    give_back(gate, place)
    assert gate.free == 2


@pytest.mark.realtime
@pytest.mark.parametrize("busy", [16, 24, 64])
def test_beside_many_busy_threads_an_interactive_call_waits_less_than_half_a_second(busy: int) -> None:
    stop = threading.Event()
    with FaultServer(slow(0.05, reply(LABEL))) as server, ShipStationClient(KEY, base_url=server.base_url) as client:

        def ask_for_ever() -> None:
            while not stop.is_set():
                client.get_label("se-1")

        threads = [threading.Thread(target=ask_for_ever, daemon=True) for _ in range(busy)]
        for thread in threads:
            thread.start()
        time.sleep(0.3)
        waited = []
        for _ in range(3):
            started = time.monotonic()
            client.get_label("se-1")
            waited.append(time.monotonic() - started - 0.05)
        stop.set()
        for thread in threads:
            thread.join()
    assert sorted(waited)[1] < 0.5


# --- interruptions ---------------------------------------------------------------------------------------------------


def strike_after_call(number: int) -> tuple[Callable[..., Any], list[int]]:
    """A trace function that raises where a signal handler could: behind the call of that number, or a jump back."""
    left = [number]
    before: dict[Any, str] = {}
    sys._getframe().f_trace_opcodes = True  # Python 3.12 looks when tracing begins whether any frame wants opcodes

    def trace(frame: Any, event: str, _: object) -> Any:
        frame.f_trace_opcodes = True
        if event == "opcode":
            name = dis.opname[frame.f_code.co_code[frame.f_lasti]]
            if before.get(frame, "").startswith("CALL") or name.startswith("JUMP_BACKWARD"):
                if left[0] == 0:
                    left[0] = -1
                    raise StruckError
                left[0] -= 1
            before[frame] = name
        return trace

    return trace, left


@pytest.fixture
def no_collection() -> Iterator[None]:
    """What strikes in a callback of the garbage collector would be swallowed there, and would strike nothing."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_collection")
@pytest.mark.parametrize("is_full", [False, True])
def test_a_handler_that_raises_anywhere_in_taking_and_giving_back_loses_no_place(is_full: bool) -> None:
    for number in itertools.count():
        gate, first, place = Gate(1), Place(Gate(1)), Place(Gate(1))
        if is_full:
            first = Place(gate)
            assert first.take(0)
        trace, left = strike_after_call(number)
        place = Place(gate)
        try:
            measuring = sys.gettrace()  # coverage's own, which goes on afterwards
            sys.settrace(trace)
            try:
                assert place.take(0) is not is_full
                gate.take_back(place.back)
                gate.call_next()
            finally:
                sys.settrace(measuring)
                gate.take_back(place.back)
        except StruckError:
            assert left == [-1]
        give_back(gate, first)
        assert (gate.free, gate.waiting) == (1, 0)
        if left[0] >= 0:
            break
    assert number > 2


@pytest.mark.realtime
def test_after_three_hundred_interruptions_by_signals_all_sixteen_places_are_free(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "unraisablehook", lambda _: None)
    struck = 0
    chance = random.Random(7)
    with FaultServer(reply(LABEL)) as server, ShipStationClient(KEY, base_url=server.base_url) as client:
        client.get_label("se-1")
        while struck < 300:
            try:
                with striking(chance.uniform(0.00005, 0.0015)):
                    while True:
                        client.get_label("se-1")
            except StruckError:
                struck += 1
        transport = client._transport
        assert transport is not None
        assert (transport._gate.free, transport._gate.waiting) == (16, 0)
        assert client.get_label("se-1").label_id == "se-1"


def test_a_signal_handler_that_raises_while_the_call_waits_for_a_place_leaves_the_line() -> None:
    gate = Gate(1)
    first, second = Place(gate), Place(gate)
    assert first.take(0)
    with pytest.raises(StruckError), striking(0.02):
        second.take(10)
    assert gate.waiting == 0
    give_back(gate, first)
    assert gate.free == 1


def test_a_signal_handler_may_itself_ask() -> None:
    answers: list[str] = []
    with (
        FaultServer(slow(0.05, reply(LABEL))) as server,
        ShipStationClient(KEY, base_url=server.base_url) as client,
    ):
        before = signal.signal(signal.SIGALRM, lambda *_: answers.append(client.get_label("nested").label_id))
        signal.setitimer(signal.ITIMER_REAL, 0.02)
        try:
            answers.append(client.get_label("se-1").label_id)
        finally:
            signal.signal(signal.SIGALRM, before)
        transport = client._transport
        assert transport is not None
        assert transport._gate.free == 16
    assert answers == ["se-1", "se-1"]
    assert {request.target.rpartition("/")[2] for request in server.requests} == {"se-1", "nested"}


def test_a_listener_may_ask_the_client_itself_while_every_place_is_taken_by_such_listeners() -> None:
    asked: list[str] = []

    def ask_again(step: TraceStep) -> None:
        if step.kind == "request" and "outer" in step.what:
            asked.append(client.get_label("inner").label_id)

    with (
        FaultServer(slow(0.02, reply(LABEL))) as server,
        ShipStationClient(KEY, base_url=server.base_url, on_event=ask_again) as client,
    ):
        threads = [threading.Thread(target=client.get_label, args=("outer",)) for _ in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        assert not any(thread.is_alive() for thread in threads)
    assert len(asked) == 40


@pytest.mark.realtime
def test_a_slow_listener_holds_up_nobody_elses_request() -> None:
    slow_ones, free = threading.Barrier(17), threading.Event()

    def dawdle(step: TraceStep) -> None:
        if "slow" in step.what:
            slow_ones.wait(10)
            free.wait(10)

    with (
        FaultServer(reply(LABEL)) as server,
        ShipStationClient(KEY, base_url=server.base_url, on_event=dawdle) as client,
    ):
        threads = [threading.Thread(target=client.get_label, args=("slow",)) for _ in range(16)]
        for thread in threads:
            thread.start()
        slow_ones.wait(10)
        started = time.monotonic()
        assert client.get_label("quick").label_id == "se-1"
        assert time.monotonic() - started < 1
        free.set()
        for thread in threads:
            thread.join()
