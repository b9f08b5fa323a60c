"""docs/how-to/celery.md, run for real: two workers of Celery, a broker, a PostgreSQL and a served fake ShipStation."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shipstation_aissist.inbox import Inbox
from shipstation_aissist.testing import FakeShipStation
from support.postgres import Postgres
from support.valkey import running_valkey

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "celery.md"
LABELS = 20


class Workers:
    """Two workers, each with a child of its own."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._folder, self._environment = folder, os.environ | environment
        tasks = re.search(r"^```python\n(# tasks\.py\n.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
        assert tasks is not None
        (folder / "tasks.py").write_text(tasks[1], "utf-8")
        command = [sys.executable, "-W", "ignore", "-m", "celery", "-A", "tasks", "worker", "-c", "1"]
        quick = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        self._processes = [self._start([*command, *quick, "-n", name]) for name in ("one@%h", "two@%h")]

    def _start(self, command: list[str]) -> subprocess.Popen[bytes]:
        with (self._folder / "log").open("ab") as log:
            return subprocess.Popen(
                command, cwd=self._folder, env=self._environment, stdout=log, stderr=log, start_new_session=True
            )

    def nudge(self, times: int) -> None:
        """Send the task, as beat would."""
        program = f"import tasks\nfor _ in range({times}): tasks.tell_customers.delay()"
        subprocess.run(
            [sys.executable, "-W", "ignore", "-c", program], cwd=self._folder, env=self._environment, check=True
        )

    def kill(self, number: int) -> None:
        """Kill a worker and its children, unasked."""
        process = self._processes[number]
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def mails(self, at_least: int) -> list[list[str]]:
        """What was sent, once there is so much: key, label and state of each."""
        path = self._folder / "mails.txt"
        until = time.monotonic() + 40
        while True:
            lines = path.read_text().splitlines() if path.exists() else []
            if len(lines) >= at_least:
                return [line.split() for line in lines]
            assert time.monotonic() < until, (self._folder / "log").read_text()
            time.sleep(0.1)


@pytest.fixture
def make_workers(tmp_path: Path) -> Iterator[Callable[[dict[str, str]], Workers]]:
    made: list[Workers] = []

    def make(environment: dict[str, str]) -> Workers:
        made.append(Workers(tmp_path, environment))
        return made[-1]

    yield make
    for workers in made:
        for number in range(2):
            workers.kill(number)


def test_two_workers_tell_each_customer_once_and_one_goes_on_when_the_other_is_killed(
    make_workers: Callable[[dict[str, str]], Workers], postgres: Postgres, tmp_path: Path
) -> None:
    postgres.execute("DROP TABLE IF EXISTS shipstation_inbox")
    inbox = Inbox(postgres.url)
    fake = FakeShipStation()
    orders = [str(1000 + number) for number in range(LABELS)]
    for order in orders:
        fake.add_order(order)
        fake.scan(order)
    labels = {fake.order(order).labels[0].label_id for order in orders}
    with fake.serve() as server, running_valkey(tmp_path / "valkey") as broker:
        workers = make_workers(
            {
                "BROKER_URL": broker.url,
                "INBOX_URL": postgres.url,
                "SHIPSTATION_API_KEY": fake.api_key,
                "SHIPSTATION_BASE_URL": server.base_url,
                "C_FORCE_ROOT": "1",
            }
        )
        for posted in fake.notifications():
            inbox.receive(posted.headers, posted.body)
        workers.nudge(6)
        first = workers.mails(LABELS)
        assert {label for _, label, _ in first} == labels

        until = time.monotonic() + 40
        while inbox.counts().waiting:  # what was told is not noted yet, perhaps
            assert time.monotonic() < until
            time.sleep(0.05)
        workers.kill(0)
        for order in orders:
            fake.deliver(order)
        for posted in fake.notifications():
            inbox.receive(posted.headers, posted.body)
        workers.nudge(2)
        mails = workers.mails(2 * LABELS)
    assert {label: state for _, label, state in mails} == dict.fromkeys(labels, "delivered")
    assert max(Counter(key for key, _, _ in mails).values()) == 1
    assert inbox.failed() == []
    inbox.close()
