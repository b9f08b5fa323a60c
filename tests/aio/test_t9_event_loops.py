"""T9: a client lives longer than event loops; nothing of it is left in one that has ended, or behind ``aclose``."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
import warnings
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import Any

import anyio
import pytest
import trio
import uvloop

from shipstation_aissist import AsyncShipStationClient, ClientClosedError
from support.fault_server import FaultServer
from support.misbehaviour import reply, stall
from support.wiring import BODY, KEY, forget_environment

Run = Callable[[Callable[[], Awaitable[Any]]], Any]


def with_asyncio(function: Callable[[], Awaitable[Any]]) -> Any:
    async def main() -> Any:
        return await function()

    return asyncio.run(main())


def with_uvloop(function: Callable[[], Awaitable[Any]]) -> Any:
    async def main() -> Any:
        return await function()

    return uvloop.run(main())


def with_trio(function: Callable[[], Awaitable[Any]]) -> Any:
    return trio.run(function)


RUNS = [with_asyncio, with_uvloop, with_trio]


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_environment(monkeypatch)


def client_of(server: FaultServer) -> AsyncShipStationClient:
    return AsyncShipStationClient(KEY, base_url=server.base_url)


def asking(client: AsyncShipStationClient) -> Callable[[], Awaitable[str]]:
    async def ask() -> str:
        return (await client.get_label("se-1")).label_id

    return ask


def until(condition: Callable[[], object]) -> None:
    ends = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < ends
        threading.Event().wait(0.005)


@pytest.mark.parametrize("run", RUNS)
def test_each_of_many_event_loops_closes_the_connections_that_were_opened_in_it(run: Run) -> None:
    with FaultServer(reply(BODY)) as server:
        client = client_of(server)
        for _ in range(5):
            assert run(asking(client)) == "se-1"
            until(lambda: server.open_connections == 0)
        assert server.connections == 5
        run(client.aclose)
        with pytest.raises(ClientClosedError):
            run(asking(client))


def test_the_connections_of_a_loop_that_was_closed_without_its_generators_go_with_the_next_loop() -> None:
    with FaultServer(reply(BODY)) as server:
        client = client_of(server)
        loop = asyncio.new_event_loop()
        assert loop.run_until_complete(asking(client)()) == "se-1"
        loop.close()
        del loop
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # asyncio's own word to who closes a loop like that
            with_asyncio(asking(client))
            gc.collect()
        until(lambda: server.open_connections == 0)


@pytest.mark.parametrize("other", [with_asyncio, with_trio])
def test_closing_ends_what_runs_in_the_loops_of_other_threads(other: Run) -> None:
    ended: list[BaseException] = []
    may_go = threading.Event()

    async def ask_and_stay() -> None:
        await client.get_label("se-1")
        try:
            await client.get_json("stuck")
        except ClientClosedError as error:
            ended.append(error)
        while not may_go.is_set():
            await anyio.sleep(0.005)

    with FaultServer({"stuck": stall(), "labels": reply(BODY)}) as server:
        client = client_of(server)
        thread = threading.Thread(target=other, args=(ask_and_stay,))
        thread.start()
        try:
            until(lambda: server.in_flight == 1 and len(server.requests) == 2)
            with_asyncio(client.aclose)
            until(lambda: ended and server.open_connections == 0)
        finally:
            may_go.set()
            thread.join()


@pytest.mark.parametrize("other", [with_asyncio, with_trio])
def test_closing_closes_what_is_idle_in_the_loops_of_other_threads(other: Run) -> None:
    has_asked, may_go = threading.Event(), threading.Event()

    async def ask_and_stay() -> None:
        await client.get_label("se-1")
        has_asked.set()
        while not may_go.is_set():
            await anyio.sleep(0.005)

    with FaultServer(reply(BODY)) as server:
        client = client_of(server)
        thread = threading.Thread(target=other, args=(ask_and_stay,))
        thread.start()
        try:
            assert has_asked.wait(10)
            with_asyncio(client.aclose)
            until(lambda: server.open_connections == 0)
        finally:
            may_go.set()
            thread.join()


def test_many_threads_may_close_a_client_at_once_that_was_used_in_many_loops() -> None:
    class Vanishing(dict[Any, Any]):
        """What another thread takes out between being seen and being taken."""

        def __iter__(self) -> Any:
            seen = list(super().__iter__())
            self.clear()
            return iter(seen)

    with FaultServer(reply(BODY)) as server:
        client = client_of(server)
        loop = asyncio.new_event_loop()
        loop.run_until_complete(asking(client)())
        houses = client._transport._houses
        client._transport._houses = Vanishing(houses)
        with_asyncio(client.aclose)
        loop.run_until_complete(next(iter(houses.values())).end())
        loop.close()
        until(lambda: server.open_connections == 0)


@pytest.mark.parametrize("run", RUNS)
def test_no_thread_outlives_a_client_that_has_resolved_a_name(run: Run) -> None:
    async def ask_and_close() -> list[threading.Thread]:
        async with AsyncShipStationClient(KEY, base_url=f"http://localhost:{server.port}/v2") as client:
            await client.get_label("se-1")
        return threading.enumerate()

    with FaultServer(reply(BODY)) as server:
        before = threading.enumerate()
        assert {*run(ask_and_close)} - {*server.threads} <= {*before}


@pytest.mark.parametrize("run", RUNS)
def test_where_no_thread_is_to_be_had_the_loop_itself_resolves_the_name(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = threading.Thread.start

    def start_of_server(thread: threading.Thread) -> None:
        if thread not in server.threads:
            raise RuntimeError("can't start new thread")
        start(thread)

    with FaultServer(reply(BODY)) as server:
        client = client_of(server)
        monkeypatch.setattr(threading.Thread, "start", start_of_server)
        try:
            assert run(asking(client)) == "se-1"
        finally:
            monkeypatch.undo()
        run(client.aclose)


@pytest.mark.parametrize("run", RUNS)
def test_a_list_that_is_left_early_leaves_no_generator_behind(run: Run) -> None:
    page = {"shipments": [{"shipment_id": "se-1"}, {"shipment_id": "se-2"}], "pages": 9}

    async def look_at_one() -> str:
        async with client_of(server) as client, aclosing(aiter(client.list_shipments())) as shipments:
            async for shipment in shipments:
                return shipment.shipment_id
        return "none"

    with FaultServer(reply(page)) as server:
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            assert run(look_at_one) == "se-1"
            gc.collect()
        assert not told
        assert len(server.requests) == 1
