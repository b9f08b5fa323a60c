"""Many threads receive, many workers deliver, processes are killed anywhere: nothing is lost, nothing told twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from shipstation_aissist.inbox import Inbox, InboxCounts, ParcelNews
from support.inbox import Customer, HandClock, notification

LIFE = ["label_created", "accepted", "in_transit", "exception", "in_transit", "delivered"]
LABELS = 100
ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[1]), *sys.path])}


def test_six_hundred_notifications_three_times_over_in_disorder_are_told_once_each_and_to_the_end(
    make: Callable[..., Inbox],
) -> None:
    bodies = [notification(f"se-{label}", state, at) for label in range(LABELS) for at, state in enumerate(LIFE)] * 3
    random.Random(7).shuffle(bodies)
    received = threading.Event()
    told: list[ParcelNews] = []

    def work() -> None:
        inbox = make(clock=None)
        while not received.is_set():
            inbox.deliver(told.append)
        inbox.deliver(told.append)

    with ThreadPoolExecutor(6) as pool:
        workers = [pool.submit(work) for _ in range(2)]
        inbox = make(clock=None)
        statuses = Counter(pool.map(lambda body: inbox.receive({}, body).status, bodies))
        received.set()
        for worker in workers:
            worker.result()
    assert len(bodies) == 1800
    assert statuses.total() == 1800
    assert max(Counter(news.key for news in told).values()) == 1
    last = {news.label_id: news.after for news in told}
    assert last == {f"se-{label}": "delivered" for label in range(LABELS)}
    before: dict[str | None, str] = {}
    for news in told:
        assert news.before == before.get(news.label_id)
        before[news.label_id] = news.after
    assert inbox.counts() == InboxCounts(labels=LABELS, waiting=0, failed=0)


KILLED_WHILE_TELLING = """
import os, signal, sys
from shipstation_aissist.inbox import Inbox
from support.inbox import HandClock

def tell(news):
    print(news.key, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

Inbox(sys.argv[1], clock=HandClock()).deliver(tell)
"""


def test_a_worker_that_is_killed_between_telling_and_noting_leaves_the_news_to_be_told_when_its_lease_is_over(
    url: str, inbox: Inbox, clock: HandClock, customer: Customer
) -> None:
    inbox.receive({}, notification())
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_WHILE_TELLING, url], capture_output=True, text=True, env=ENVIRONMENT
    )
    assert (killed.returncode, killed.stderr) == (-signal.SIGKILL, "")
    clock.advance(seconds=59.9)
    assert inbox.deliver(customer) == 0
    clock.advance(seconds=0.2)
    assert inbox.deliver(customer) == 1
    assert [news.key for news in customer.told] == [killed.stdout.strip()]
    assert inbox.deliver(customer) == 0


RECEIVES_UNTIL_KILLED = """
import sys
from shipstation_aissist.inbox import Inbox
from support.inbox import notification

inbox = Inbox(sys.argv[1])
for number in range(100_000):
    inbox.receive({}, notification(f"se-{number}"))
    print(number, flush=True)
"""


def test_what_was_acknowledged_before_a_kill_is_there(url: str, inbox: Inbox) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", RECEIVES_UNTIL_KILLED, url], stdout=subprocess.PIPE, text=True, env=ENVIRONMENT
    )
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(50)]
    process.kill()
    lines += process.stdout.readlines()
    process.stdout.close()
    process.wait()
    acknowledged = len([line for line in lines if line.endswith("\n")])
    assert acknowledged >= 50
    assert acknowledged <= inbox.counts().labels <= acknowledged + 1


def test_a_forked_child_uses_connections_of_its_own(url: str) -> None:
    program = """
import os, sys
from shipstation_aissist.inbox import Inbox
from support.inbox import notification

inbox = Inbox(sys.argv[1])
inbox.receive({}, notification("se-0"))
children = []
for number in range(1, 4):
    child = os.fork()
    if not child:
        for again in range(20):
            inbox.receive({}, notification(f"se-{number}-{again}"))
        os._exit(0)
    children.append(child)
for again in range(20):
    inbox.receive({}, notification(f"se-0-{again}"))
print([os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children], inbox.counts().labels)
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program, url], capture_output=True, text=True, env=ENVIRONMENT
    )
    assert (done.stdout.strip(), done.stderr) == ("[0, 0, 0] 81", "")


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_two_that_receive_the_first_of_a_label_at_once_both_count(
    inbox: Inbox, make: Callable[..., Inbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    other, customer = make(), Customer()
    write = inbox._store._write

    def write_just_after_another(*arguments: Any) -> None:
        monkeypatch.undo()
        other.receive({}, notification("se-1", "accepted", 1))
        write(*arguments)

    monkeypatch.setattr(inbox._store, "_write", write_just_after_another)
    assert inbox.receive({}, notification("se-1", "delivered", 2)).status == "accepted"
    assert inbox.deliver(customer) == 1
    assert customer.heard == [("se-1", None, "delivered")]


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_worker_passes_over_what_another_transaction_holds(inbox: Inbox, make: Callable[..., Inbox]) -> None:
    for number in range(3):
        inbox.receive({}, notification(f"se-{number}"))
    other, told = make(), Customer()
    with inbox._store.transaction() as connection:
        connection.exec_driver_sql("SELECT * FROM shipstation_inbox WHERE subject = 'se-0' FOR UPDATE")
        assert other.deliver(told) == 2
    assert other.deliver(told) == 1
    assert [label for label, *_ in told.heard] == ["se-1", "se-2", "se-0"]
