"""Where an asynchronous client meets the rest of the world: other loops, forks, quotas elsewhere, slow inputs."""

from __future__ import annotations

import asyncio
import json
import os
import warnings
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import pytest
import uvloop

from shipstation_aissist import AsyncShipStationClient, AsyncTrackOrderAction, ConfigurationError, RateLimitError
from shipstation_aissist.quota import RedisQuota
from shipstation_aissist.testing import sandbox
from support.fault_server import FaultServer
from support.misbehaviour import error, reply, stall
from support.valkey import Valkey
from support.wiring import BODY, KEY, LABELS, SHIPMENTS, TRACKING, forget_environment

ON_BOTH = pytest.mark.anyio
SCRIPT = {"/track": reply(TRACKING), "labels": reply(LABELS), "shipments": reply(SHIPMENTS)}


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_environment(monkeypatch)


def test_uvloop_runs_it_and_cancels_it() -> None:
    async def ask(base_url: str) -> int:
        async with AsyncShipStationClient(KEY, base_url=base_url) as client:
            found = await AsyncTrackOrderAction(client).run("A-100")
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await client.get_json("stuck")
            await client.get_json("tags")
        return len(found.parcels)

    with FaultServer({**SCRIPT, "stuck": stall(), "tags": reply({})}) as server:
        assert uvloop.run(ask(server.base_url)) == 1


def test_a_forked_child_opens_connections_of_its_own_and_leaves_the_parents_alone(tmp_path: Path) -> None:
    result = tmp_path / "child.json"

    async def ask() -> str:
        return (await client.get_label("se-1")).label_id

    async def parent() -> None:
        assert await ask() == "se-1"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # newer Pythons warn of a fork beside threads
            child = os.fork()
        if child == 0:
            try:
                asyncio.events._set_running_loop(None)  # as multiprocessing's fork does
                result.write_text(json.dumps(asyncio.run(ask())))
            finally:
                os._exit(0)
        await asyncio.to_thread(os.waitpid, child, 0)
        assert await ask() == "se-1"
        await client.aclose()

    with FaultServer(reply(BODY)) as server:
        client = AsyncShipStationClient(KEY, base_url=server.base_url)
        asyncio.run(parent())
        assert json.loads(result.read_text()) == "se-1"
        assert [each.connection for each in server.requests] == [1, 2, 1]


@ON_BOTH
async def test_an_outcome_is_given_while_the_next_query_is_awaited() -> None:
    is_told = anyio.Event()

    async def queries() -> AsyncIterator[str]:
        yield "12345"
        await is_told.wait()
        yield "99999"

    seen: list[bool] = []
    with anyio.fail_after(5):
        async for outcome in AsyncTrackOrderAction(sandbox().async_client()).run_many(queries()):
            seen.append(outcome.ok)
            is_told.set()
    assert seen == [True, False]


@ON_BOTH
async def test_what_an_input_raises_comes_after_the_outcomes_before_it() -> None:
    async def queries() -> AsyncIterator[str]:
        yield "12345"
        raise ValueError("no more lines")

    outcomes = AsyncTrackOrderAction(sandbox().async_client()).run_many(queries())
    assert (await anext(outcomes)).ok
    with pytest.raises(ValueError, match="no more lines"):
        await anext(outcomes)


@ON_BOTH
async def test_a_view_has_other_bounds_over_the_same_connections_and_pause() -> None:
    with FaultServer(error(503), reply(BODY), error(429, headers={"Retry-After": "60"})) as server:
        async with AsyncShipStationClient(KEY, base_url=server.base_url) as client:
            patient = client.with_options(timeout=60, max_retries=5)
            hasty = client.with_options(max_retries=0)
            assert (patient.timeout, patient.max_retries, client.timeout, client.max_retries) == (60, 5, 10, 2)
            assert (await patient.get_label("se-1")).label_id == "se-1"
            with pytest.raises(RateLimitError):
                await hasty.get_label("se-1")
            with pytest.raises(RateLimitError):
                await client.get_label("se-1")
            assert (len(server.requests), server.connections) == (3, 1)
            with pytest.raises(ConfigurationError):
                client.with_options(timeout=3)


@ON_BOTH
async def test_a_connection_that_was_idle_for_more_than_a_minute_is_not_used_again() -> None:
    with FaultServer(reply(BODY)) as server:
        async with AsyncShipStationClient(KEY, base_url=server.base_url) as client:
            for seconds in (59, 61):
                await client.get_label("se-1")
                exchange: Any = client._transport._house().exchange
                exchange._idle[0]._idle_since -= seconds
                await client.get_label("se-1")
            assert server.connections == 2


@ON_BOTH
async def test_a_quota_that_is_elsewhere_does_not_block_the_loop(valkey: Valkey) -> None:
    quota = RedisQuota(valkey.url, limit=50, window=60.0, reserve=0)
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await anyio.sleep(0.005)
            ticks += 1

    with FaultServer(reply(BODY)) as server:
        async with AsyncShipStationClient(KEY, base_url=server.base_url, quota=quota) as client:
            await client.get_label("se-1")
            valkey.client().client_pause(300)
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(tick)
                await client.get_label("se-2")
                tasks.cancel_scope.cancel()
    assert ticks >= 5
    assert len(server.requests) == 2
