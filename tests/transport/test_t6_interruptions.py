"""T6: what ends a call from outside: signals, Ctrl-C, a fork, the process's end; and what must not leave it untyped."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from shipstation_aissist import APIConnectionError, Integration, RateLimitError, ShipStationClient
from support.fault_server import Conversation, FaultServer
from support.misbehaviour import error, message, reply, stall
from support.wiring import KEY, LABELS, MANY_LABELS, SHIPMENTS, TRACKING, Connect, outcome_of

LABEL = {"label_id": "se-1", "shipment_id": "se-2", "status": "completed"}


class OverTimeError(Exception):
    """What a task queue's signal handler raises: an ordinary exception."""


class Handler:
    """A signal handler that is an object."""

    def __call__(self, *_: object) -> None:
        raise OverTimeError

    def method(self, *_: object) -> None:
        raise OverTimeError


def raise_timeout(*_: object) -> None:
    raise TimeoutError("the task took too long")


def raise_own(*_: object) -> None:
    raise OverTimeError


@contextmanager
def alarm(handler: Any, seconds: float) -> Iterator[None]:
    before = signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


# --- signals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("handler", "raised"),
    [
        (raise_own, OverTimeError),
        (raise_timeout, TimeoutError),
        (Handler(), OverTimeError),
        (Handler().method, OverTimeError),
    ],
    ids=["a function", "a TimeoutError", "an object", "a method"],
)
def test_what_a_signal_handler_raises_amid_a_reply_goes_on_its_way(handler: Any, raised: type[Exception]) -> None:
    with FaultServer(stall()) as server, ShipStationClient(KEY, base_url=server.base_url) as client:
        with alarm(handler, 0.1), pytest.raises(raised) as found:
            client.get_label("se-1")
        assert found.value.__cause__ is found.value.__context__ is None
        assert len(server.requests) == 1


@pytest.mark.threads_only
@pytest.mark.parametrize("fault", [RuntimeError, KeyError, UnicodeError, MemoryError, RecursionError, AttributeError])
def test_whatever_a_patched_resolver_raises_is_a_connection_error(
    fault: type[Exception], connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    def resolve(*_: Any, **__: Any) -> Any:
        raise fault("of a patched resolver")

    client = connect("https://api.example.com/v2", max_retries=1)
    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(APIConnectionError) as raised:
        client.get_label("se-1")
    assert raised.value.__cause__ is raised.value.__context__ is None
    with Integration("shop", client=client) as integration:
        result = integration.call_tool("trackOrder", {"order_id": "1"})
    assert result["shipstation"]["error"]["code"] == "unavailable"


# --- the end of a process --------------------------------------------------------------------------------------------

FAN_OUT = "TrackOrderAction(client).run('A-100')"
MANY = "list(TrackOrderAction(client).run_many(['A-100'] * 50))"
WAITING_FOR_INPUT = "list(TrackOrderAction(client).run_many(iter(lambda: sys.stdin.readline(), '')))"


def begin(base_url: str, work: str) -> subprocess.Popen[bytes]:
    code = f"""
        import sys
        from shipstation_aissist import ShipStationClient, TrackOrderAction
        client = ShipStationClient({KEY!r}, base_url={base_url!r}, timeout=180)
        print("ready", flush=True)
        {work}
    """
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


@pytest.mark.realtime
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("work", [FAN_OUT, MANY, WAITING_FOR_INPUT], ids=["a fan-out", "run_many", "run_many's input"])
def test_a_signal_ends_the_process_at_once(work: str, number: int) -> None:
    script = {"/track": stall(), "labels": reply(MANY_LABELS), "shipments": reply(SHIPMENTS)}
    with FaultServer(script) as server, begin(server.base_url, work) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == b"ready\n"
        process.stdin.write(b"A-100\n")
        process.stdin.flush()
        limit = time.monotonic() + 20
        while not any("track" in target for target in server.targets):
            assert time.monotonic() < limit
            time.sleep(0.01)
        started = time.monotonic()
        process.send_signal(number)
        process.wait(20)
        assert time.monotonic() - started < 8
        assert process.returncode != 0


def test_at_exit_orders_can_still_be_asked_for() -> None:
    code = """
        import atexit
        from shipstation_aissist import TrackOrderAction
        from shipstation_aissist.testing import FakeShipStation
        fake = FakeShipStation()
        fake.add_order("1")
        for _ in range(3):
            fake.scan(fake.buy_label("1"))
        action = TrackOrderAction(fake.client())
        atexit.register(lambda: print(len(action.run("1").parcels), len(list(action.run_many("11")))))
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("3 2\n", "")


# --- a fork ----------------------------------------------------------------------------------------------------------


def in_a_child(work: Any, folder: Path) -> Any:
    result = folder / "result.json"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        try:
            result.write_text(json.dumps(work()))
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    return json.loads(result.read_text())


def test_a_forked_child_keeps_the_pause_of_its_parent(tmp_path: Path) -> None:
    with (
        FaultServer(error(429, headers={"Retry-After": "60"}), reply(LABEL)) as server,
        ShipStationClient(KEY, base_url=server.base_url) as client,
    ):
        assert isinstance(outcome_of(lambda: client.get_label("se-1")), RateLimitError)
        said = in_a_child(lambda: str(outcome_of(lambda: client.get_label("se-1"))), tmp_path)
        assert said.startswith("Not sent")
        assert len(server.requests) == 1


def test_a_child_that_is_forked_while_every_place_is_taken_has_places_of_its_own(tmp_path: Path) -> None:
    import threading

    everybody = threading.Barrier(17, timeout=10)
    released = threading.Event()

    def answer(conversation: Conversation) -> None:
        if conversation.received.target.endswith("held"):
            everybody.wait()
            released.wait(10)
        conversation.send(message(json.dumps(LABEL).encode()))

    with FaultServer(answer) as server, ShipStationClient(KEY, base_url=server.base_url) as client:
        threads = [threading.Thread(target=client.get_label, args=("held",)) for _ in range(16)]
        for thread in threads:
            thread.start()
        everybody.wait()
        assert in_a_child(lambda: client.get_label("se-1").label_id, tmp_path) == "se-1"
        released.set()
        for thread in threads:
            thread.join()
        assert client.get_label("se-1").label_id == "se-1"


def test_a_call_under_way_in_the_thread_that_forks_goes_on_in_both_processes(tmp_path: Path) -> None:
    children: list[int] = []
    result = tmp_path / "result.json"

    def fork(step: Any) -> None:
        if not children and step.kind == "request":
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                children.append(os.fork())

    script = {"/track": reply(TRACKING), "labels": reply(LABELS), "shipments": reply(SHIPMENTS)}
    with (
        FaultServer(script) as server,
        ShipStationClient(KEY, base_url=server.base_url, on_event=fork) as client,
    ):
        from shipstation_aissist import TrackOrderAction

        try:
            number = len(TrackOrderAction(client).run("A-100").parcels)
        finally:
            if children and children[0] == 0:
                result.write_text(json.dumps(number))
                os._exit(0)
        os.waitpid(children[0], 0)
        assert number == json.loads(result.read_text()) == 1
        assert sorted(target.partition("?")[0].rpartition("/")[2] for target in server.targets) == [
            *["labels"] * 2,
            "shipments",
            *["track"] * 2,
        ]
