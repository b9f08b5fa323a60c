"""T6: what a signal's handler raises, wherever that may be, leaves the wire in order; a handler may ask itself."""

from __future__ import annotations

import json
import random
import signal
from collections.abc import Iterator
from types import FrameType

import pytest

from shipstation_aissist.transport import Deadline, SystemClock
from shipstation_aissist.transport.exchange import Environment, Exchange
from shipstation_aissist.transport.sockets import MOST_CONNECTIONS, DeadlineAdapter
from shipstation_aissist.wire.replies import Reply
from shipstation_aissist.wire.requests import get_label
from support.fault_server import Conversation, FaultServer
from support.misbehaviour import message
from support.signals import is_measured


class InterruptionError(Exception):
    """What the handler raises."""


def echo(conversation: Conversation) -> None:
    """The label that is asked for."""
    label_id = conversation.received.target.rpartition("/")[2]
    conversation.send(message(json.dumps({"label_id": label_id}).encode()))


@pytest.fixture
def adapter() -> Iterator[DeadlineAdapter]:
    made = DeadlineAdapter()
    yield made
    made.close()


@pytest.fixture
def exchange(adapter: DeadlineAdapter) -> Iterator[Exchange]:
    """Attempts, one at a time, at a server that answers rightly."""
    with FaultServer(echo) as server:
        yield Exchange(server.base_url, None, Environment(True, {}), adapter, SystemClock())


def ask(exchange: Exchange, label_id: str) -> str:
    outcome = exchange.attempt(get_label(label_id), 5.0, Deadline(SystemClock(), 5.0))
    assert isinstance(outcome, Reply), outcome
    assert outcome.body is not None
    return str(json.loads(outcome.body)["label_id"])


# A connection that was interrupted between being made and being known is closed by Python itself, which says so.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_three_hundred_interruptions_leave_no_reply_behind_and_no_lock_held(
    exchange: Exchange, adapter: DeadlineAdapter
) -> None:
    chance = random.Random(6)

    def interrupt(_: int, frame: FrameType | None) -> None:
        if not is_measured(frame):
            raise InterruptionError

    interrupted = 0
    previous = signal.signal(signal.SIGALRM, interrupt)
    try:
        while interrupted < 300:
            try:
                signal.setitimer(signal.ITIMER_REAL, chance.uniform(1e-5, 1e-3))
                for number in range(20):
                    assert ask(exchange, f"se-{interrupted}-{number}") == f"se-{interrupted}-{number}"
                signal.setitimer(signal.ITIMER_REAL, 0)
            except InterruptionError:
                interrupted += 1
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
    assert ask(exchange, "se-9") == "se-9"
    assert all(len(pool._idle) <= MOST_CONNECTIONS for pool in adapter._pools.values())


def test_a_handler_may_ask_amid_another_request(exchange: Exchange) -> None:
    asked: list[str] = []
    answers: list[str | BaseException] = []
    depth = 0

    def handle(*_: object) -> None:  # the next signal may come amid this one's request; the stack has its end, too
        nonlocal depth
        if len(asked) < 50 and depth < 5:
            label_id = f"nested-{len(asked)}"
            asked.append(label_id)
            depth += 1
            try:
                answers.append(ask(exchange, label_id))
            except Exception as fault:  # noqa: BLE001 - told below: raised here, it may end where nobody hears it
                answers.append(fault)
            finally:
                depth -= 1

    previous = signal.signal(signal.SIGALRM, handle)
    try:
        signal.setitimer(signal.ITIMER_REAL, 1e-3, 1e-3)
        number = 0
        while len(answers) < 50:
            number += 1
            assert ask(exchange, f"se-{number}") == f"se-{number}"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
    assert sorted(map(str, answers)) == sorted(asked)
