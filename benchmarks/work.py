"""What is measured: the same work by this library, by hand with requests and httpx, and by the shipengine package."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import requests
import shipengine

from benchmarks.measure import Turns, side_by_side
from benchmarks.server import tracking_reply
from shipstation_aissist import ShipStationClient, TrackOrderAction
from shipstation_aissist.inbox import Inbox
from shipstation_aissist.webhooks import parse_webhook
from shipstation_aissist.wire.decoding import decode
from shipstation_aissist.wire.requests import TRACKING

KEY = "TEST_benchmark-key"
HEADERS = {"API-Key": KEY, "Accept": "application/json"}
LABEL_ID = "se-one-0"


def tracking_one_label(root: str, *, rounds: int) -> Turns:
    """P1: the tracking of one label, with eight events, over a kept connection."""
    url = f"{root}/0/v2/labels/{LABEL_ID}/track"
    session, other_session = requests.Session(), httpx.Client()
    os.environ["CLIENT_BASE_URI"] = f"{root}/0/"  # the package has no other way to be pointed elsewhere
    official = shipengine.ShipEngine({"api_key": KEY, "timeout": 10})
    with client_of(root, 0) as client:
        return side_by_side(
            {
                "ours": lambda: client.track_label(LABEL_ID),
                "requests": lambda: session.get(url, headers=HEADERS, timeout=10).json(),
                "httpx": lambda: other_session.get(url, headers=HEADERS, timeout=10).json(),
                "shipengine": lambda: official.track_package_by_label_id(LABEL_ID),
            },
            rounds=rounds,
            calls=20,
        )


def answering_an_order(root: str, *, rounds: int) -> Turns:
    """P2: from an order number to its answer as a dict, by three requests."""
    session, other_session = requests.Session(), httpx.Client()
    with client_of(root, 0) as client:
        action = TrackOrderAction(client)
        return side_by_side(
            {
                "ours": lambda: action.run("one").to_dict(),
                "requests": lambda: by_hand(session.get, f"{root}/0/v2", "one"),
                "httpx": lambda: by_hand(other_session.get, f"{root}/0/v2", "one"),
            },
            rounds=rounds,
            calls=10,
        )


def answering_ten_labels(root: str, *, rounds: int) -> Turns:
    """P3: an order with ten labels, where the server takes 50 ms to answer, as multiples of one with one label."""
    session, other_session = requests.Session(), httpx.Client()
    with client_of(root, 50) as client:
        action = TrackOrderAction(client)
        return side_by_side(
            {
                "ours": lambda: action.run("ten"),
                "ours, one label": lambda: action.run("one"),
                "requests": lambda: by_hand(session.get, f"{root}/50/v2", "ten"),
                "httpx": lambda: by_hand(other_session.get, f"{root}/50/v2", "ten"),
            },
            rounds=rounds,
            calls=1,
        )


def by_hand(get: Callable[..., Any], base_url: str, number: str) -> dict[str, Any]:
    """What a script does that asks one thing after the other and hopes for the best."""

    def ask(path: str, **query: Any) -> Any:
        return get(f"{base_url}/{path}", params=query, headers=HEADERS, timeout=10).json()

    newest = {"sort_by": "created_at", "sort_dir": "desc", "page_size": 100}
    shipment = ask("shipments", shipment_number=number, **newest)["shipments"][0]
    labels = ask("labels", shipment_id=shipment["shipment_id"], **newest)["labels"]
    return {label["tracking_number"]: ask(f"labels/{label['label_id']}/track") for label in labels}


_IMPORT = """
import sys, time
started = time.perf_counter()
__import__(sys.argv[1])
seconds = time.perf_counter() - started
import pathlib, resource
status = pathlib.Path("/proc/self/status")  # there, unlike in getrusage, the peak of the parent does not count
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
if status.exists():
    peak = next(line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM"))
print(seconds, peak)
"""


def importing(*, rounds: int) -> tuple[Turns, Turns]:
    """P4: seconds and peak memory (in KiB) of a process that only imports, by module."""
    modules = {
        "ours": "shipstation_aissist",
        "ours, asynchronous": "shipstation_aissist.aio.client",
        "requests": "requests",
        "httpx": "httpx",
        "shipengine": "shipengine",
    }
    seconds, memory = Turns(), Turns()
    with tempfile.TemporaryDirectory() as byte_code:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": byte_code}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for number in range(rounds + 1):
            for name, module in modules.items():
                command = [sys.executable, "-c", _IMPORT, module]
                said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
                if number:  # the first round only writes byte code
                    took, peak = said.stdout.split()
                    seconds.add(name, float(took))
                    memory.add(name, float(peak))
    return seconds, memory


def decoding(*, rounds: int) -> Turns:
    """P5: forty events into models, against ``json.loads`` of the same bytes."""
    body = tracking_reply(LABEL_ID, events=40)
    return side_by_side(
        {"ours": lambda: decode(body, TRACKING), "json.loads": lambda: json.loads(body)}, rounds=rounds, calls=50
    )


def reading_a_notification(*, rounds: int) -> Turns:
    """P5: a notification of forty events, against ``json.loads`` of the same bytes."""
    url = f"https://api.shipstation.com/v2/labels/{LABEL_ID}/track"
    data = json.loads(tracking_reply(LABEL_ID, events=40))
    body = json.dumps({"resource_url": url, "resource_type": "TRACK_EVENT_V2", "data": data}).encode()
    return side_by_side(
        {"ours": lambda: parse_webhook(body), "json.loads": lambda: json.loads(body)}, rounds=rounds, calls=50
    )


def putting_away(folder: str, *, notifications: int, options: str = "") -> float:
    """P10: notifications of eight events, each of a label of its own, into an inbox in a file; how many a second."""
    data = json.loads(tracking_reply(LABEL_ID))
    bodies = [
        json.dumps(
            {
                "resource_url": f"https://api.shipstation.com/v2/labels/se-{number}/track",
                "resource_type": "TRACK_EVENT_V2",
                "data": data,
            }
        ).encode()
        for number in range(notifications + 1)
    ]
    inbox = Inbox(f"sqlite:///{folder}/inbox{len(options)}.db{options}")
    inbox.receive({}, bodies.pop())  # makes the table
    started = time.perf_counter()
    for body in bodies:
        inbox.receive({}, body)
    rate = notifications / (time.perf_counter() - started)
    inbox.close()
    return rate


def answering_many(root: str, *, orders: int, workers: int = 8) -> tuple[float, float, float]:
    """P6: many orders at once, where the server takes 20 ms to answer.

    Returns:
        The share of the ideal rate (three requests of 20 ms an order, all workers busy), and the memory in KiB at the
        200th order and at the end.
    """
    with client_of(root, 20) as client:
        action = TrackOrderAction(client)
        for _ in action.run_many([f"warm-{index}" for index in range(workers)], max_workers=workers):
            pass
        early = 0.0
        started = time.perf_counter()
        for done, outcome in enumerate(action.run_many((f"{n}" for n in range(orders)), max_workers=workers), 1):
            outcome.unwrap()
            if done == 200:
                early = resident_memory()
        seconds = time.perf_counter() - started
        return orders * 3 * 0.020 / workers / seconds, early, resident_memory()


def resident_memory() -> float:
    """KiB that this process holds now; where the system does not tell, the most that it ever held."""
    try:
        with open("/proc/self/statm") as statm:  # noqa: PTH123 - a file of the kernel
            return int(statm.read().split()[1]) * resource.getpagesize() / 1024
    except OSError:
        return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


@contextmanager
def client_of(root: str, delay: int) -> Iterator[ShipStationClient]:
    """A client of the benchmark's server, whose replies take ``delay`` ms."""
    with ShipStationClient(KEY, base_url=f"{root}/{delay}/v2") as client:
        yield client
