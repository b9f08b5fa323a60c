"""P7: the asynchronous client, against httpx2's transport by hand, in one event loop and one thread."""

from __future__ import annotations

import asyncio
import gc
import json
import time
from collections.abc import Awaitable, Callable

import httpx2

from benchmarks.measure import Turns
from benchmarks.work import HEADERS, KEY, LABEL_ID
from shipstation_aissist import AsyncShipStationClient, AsyncTrackOrderAction

PLACES = 16


def tracking_one_label(root: str, *, rounds: int, calls: int = 20) -> Turns:
    """The tracking of one label, with eight events, over a kept connection."""
    return asyncio.run(_tracking(root, rounds, calls))


async def _tracking(root: str, rounds: int, calls: int) -> Turns:
    url = f"{root}/0/v2/labels/{LABEL_ID}/track"
    async with (
        httpx2.AsyncHTTPTransport() as transport,
        AsyncShipStationClient(KEY, base_url=f"{root}/0/v2") as client,
    ):

        async def by_hand() -> object:
            response = await transport.handle_async_request(httpx2.Request("GET", url, headers=HEADERS))
            return json.loads(await response.aread())

        contestants: dict[str, Callable[[], Awaitable[object]]] = {
            "ours": lambda: client.track_label(LABEL_ID),
            "httpx2": by_hand,
        }
        turns = Turns()
        for number in range(rounds + 1):
            for name, call in sorted(contestants.items(), reverse=bool(number % 2)):
                gc.collect()
                started = time.perf_counter()
                for _ in range(calls):
                    await call()
                if number:  # the first round only makes connections and byte code
                    turns.add(name, (time.perf_counter() - started) / calls)
        return turns


def answering_at_once(root: str, *, orders: int, delay: int = 50) -> float:
    """Many orders at once, where the server takes 50 ms to answer.

    Returns:
        The share of the ideal rate: three requests an order, all sixteen places busy.
    """
    return asyncio.run(_answering(root, orders, delay))


async def _answering(root: str, orders: int, delay: int) -> float:
    async with AsyncShipStationClient(KEY, base_url=f"{root}/{delay}/v2", timeout=180) as client:
        action = AsyncTrackOrderAction(client)
        await asyncio.gather(*(action.run(f"warm-{number}") for number in range(PLACES)))
        started = time.perf_counter()
        await asyncio.gather(*(action.run(f"{number}") for number in range(orders)))
        return orders * 3 * delay / 1000 / PLACES / (time.perf_counter() - started)
