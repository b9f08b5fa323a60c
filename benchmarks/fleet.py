"""A fleet against an account that enforces its quota: target P8; the suite runs the same, scaled down.

The account is a fake ShipStation on loopback that refuses what is over a sliding quota. The fleet is one process that
forks: the first child talks with customers, the others work through a bulk job, each with several threads and a client
of its own.
"""

from __future__ import annotations

import json
import multiprocessing
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping
from multiprocessing.connection import Connection
from typing import Any

import attrs

from shipstation_aissist import ShipStationClient, ShipStationError, TraceStep, TrackOrderAction, redis_link
from shipstation_aissist.quota import RedisQuota
from shipstation_aissist.testing import FakeReply, FakeShipStation


@attrs.frozen(kw_only=True)
class Plan:
    """What a fleet does.

    Attributes:
        limit: Requests that the account allows within a window.
        window: That window in seconds, as the quota has it.
        reserve: Requests of a window that bulk jobs leave to conversations.
        processes: How many there are; the first is the one with conversations.
        threads: Of each process.
        orders: How many each bulk process looks up, by three requests each.
        asks: How often each thread of the first process asks, by one request each.
        pause: Seconds between two of these.
        answer_seconds: How long Redis may take; more than usual where the machine is busy and that is not the question.
    """

    limit: int
    window: float
    reserve: int
    processes: int = 8
    threads: int = 2
    orders: int
    asks: int
    pause: float
    answer_seconds: float = redis_link.ANSWER_SECONDS


@attrs.frozen
class Report:
    """What a process did: how long its requests took where somebody waited, its steps that were waits, its errors."""

    answered: int
    seconds: list[float]
    waits: list[str]
    errors: list[str]
    requests: int


class Account(FakeShipStation):
    """An account that refuses what is over its quota.

    Args:
        limit: Requests within a window.
        window: Seconds.
        refuse_at: The number of a request that is refused in any case, with ``retry_after``; 0: none.
        retry_after: Seconds.
    """

    def __init__(self, limit: int, window: float, *, refuse_at: int = 0, retry_after: int = 1) -> None:
        super().__init__()
        self._limit = limit
        self._window = window
        self._refuse_at = refuse_at
        self._retry_after = retry_after
        self._guard = threading.Lock()
        self._within: deque[float] = deque()
        self.arrivals: list[float] = []
        self.bulk_arrivals: list[float] = []
        self.over = 0
        self.refused_at: float | None = None

    def stock(self, orders: int) -> None:
        """Add so many orders, each with a parcel on its way; their numbers count from 0."""
        for number in range(orders):
            self.add_order(f"{number}")
            self.buy_label(f"{number}")
            self.scan(f"{number}")

    def handle(self, method: str, url: str, headers: Mapping[str, str]) -> FakeReply:
        """Answer, or refuse."""
        with self._guard:
            now = time.monotonic()
            self.arrivals.append(now)
            if "page_size=1&" not in f"{url}&":  # that is what conversations ask
                self.bulk_arrivals.append(now)
            if len(self.arrivals) == self._refuse_at:
                self.refused_at = now
                return FakeReply(429, {"Content-Length": "0", "Retry-After": f"{self._retry_after}"}, b"")
            while self._within and self._within[0] <= now - self._window:
                self._within.popleft()
            if len(self._within) >= self._limit:
                self.over += 1
                return FakeReply(429, {"Content-Length": "0", "Retry-After": "1"}, b"")
            self._within.append(now)
        return super().handle(method, url, headers)


def run(plan: Plan, account: Account, redis_url: str | None) -> tuple[list[Report], float]:
    """Let a fleet do its work.

    Args:
        plan: What it does.
        account: Of which it asks; it needs ``orders`` for each bulk process.
        redis_url: Where the quota lies; ``None``: each process is on its own.

    Returns:
        A report for each process, that of the conversations first; and the seconds from the first request to the last.
    """
    with account.serve() as server:
        told = {**attrs.asdict(plan), "key": account.api_key, "base_url": server.base_url, "redis_url": redis_url}
        ended = subprocess.run(
            [sys.executable, __file__], input=json.dumps(told), capture_output=True, text=True, check=True, timeout=600
        )
    reports = [Report(**report) for report in json.loads(ended.stdout)]
    return reports, account.arrivals[-1] - account.arrivals[0]


def main() -> None:
    """Read the plan, fork, and write the reports."""
    told = json.loads(sys.stdin.read())
    key, base_url, redis_url = told.pop("key"), told.pop("base_url"), told.pop("redis_url")
    plan = Plan(**told)
    redis_link.ANSWER_SECONDS = plan.answer_seconds
    TrackOrderAction(ShipStationClient(key, base_url=base_url))  # what it imports is there before the fork
    forking = multiprocessing.get_context("fork")
    pipes: list[Connection] = []
    for number in range(plan.processes):
        receiver, sender = forking.Pipe(duplex=False)
        forking.Process(target=_work, args=(number, plan, key, base_url, redis_url, sender)).start()
        sender.close()
        pipes.append(receiver)
    print(json.dumps([attrs.asdict(pipe.recv()) for pipe in pipes]))


def _work(number: int, plan: Plan, key: str, base_url: str, redis_url: str | None, sender: Connection) -> None:
    steps: list[TraceStep] = []
    quota = None
    if redis_url is not None:
        quota = RedisQuota(redis_url, limit=plan.limit, window=plan.window, reserve=plan.reserve)
    with ShipStationClient(key, base_url=base_url, quota=quota, on_event=steps.append, max_retries=5) as client:
        answered, seconds, errors = _talk(client, plan) if number == 0 else _work_through(client, plan, number)
    waits = [step.what for step in steps if step.kind == "wait"]
    requests = sum(step.kind == "request" for step in steps)
    sender.send(Report(answered, seconds, waits, errors, requests))


def _work_through(client: ShipStationClient, plan: Plan, number: int) -> tuple[int, list[float], list[str]]:
    first = (number - 1) * plan.orders
    orders = [f"{order}" for order in range(first, first + plan.orders)]
    outcomes = list(TrackOrderAction(client).run_many(orders, max_workers=plan.threads))
    return sum(outcome.ok for outcome in outcomes), [], [repr(outcome.error) for outcome in outcomes if outcome.error]


def _talk(client: ShipStationClient, plan: Plan) -> tuple[int, list[float], list[str]]:
    seconds: list[float] = []
    errors: list[str] = []

    def ask() -> None:
        for _ in range(plan.asks):
            time.sleep(plan.pause)
            started = time.monotonic()
            try:
                client.list_labels(page_size=1).total  # noqa: B018 - it is what asks
            except ShipStationError as error:
                errors.append(repr(error))
            seconds.append(time.monotonic() - started)

    threads: list[Any] = [threading.Thread(target=ask) for _ in range(plan.threads)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(seconds) - len(errors), seconds, errors


if __name__ == "__main__":
    main()
