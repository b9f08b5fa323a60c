"""T9: a cancelled call gives connection, place and permit back at once, and nothing of it is sent afterwards."""

from __future__ import annotations

import socket
import threading
import time
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from shipstation_aissist import AsyncShipStationClient, AsyncTrackOrderAction, ClientClosedError
from shipstation_aissist.quota import LocalQuota
from support.fault_server import FaultServer
from support.misbehaviour import reply, stall
from support.wiring import BODY, KEY, LABELS, MANY_LABELS, SHIPMENTS, TRACKING

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


def client_of(server: FaultServer, **options: Any) -> AsyncShipStationClient:
    return AsyncShipStationClient(KEY, base_url=server.base_url, **options)


async def until(condition: Any) -> None:
    with anyio.fail_after(10):
        while not condition():
            await anyio.sleep(0.005)


async def test_forty_cancelled_calls_leave_all_places_free_and_send_nothing_more() -> None:
    with FaultServer({"stuck": stall(), "labels/se-1": reply(BODY)}) as server:
        async with client_of(server) as client:
            async with anyio.create_task_group() as tasks:
                for number in range(40):
                    tasks.start_soon(client.get_json, f"stuck/{number}")
                await until(lambda: server.in_flight == 16)
                tasks.cancel_scope.cancel()
            sent = len(server.requests)
            started = time.monotonic()
            assert (await client.get_label("se-1")).label_id == "se-1"
            assert time.monotonic() - started < 2
            await anyio.sleep(0.05)
            assert len(server.requests) == sent + 1 == 17


async def test_a_call_that_is_cancelled_while_it_waits_for_a_place_leaves_the_line() -> None:
    with FaultServer({"stuck": stall(), "labels/se-1": reply(BODY)}) as server:
        async with client_of(server) as client:
            async with anyio.create_task_group() as tasks:
                for number in range(16):
                    tasks.start_soon(client.get_json, f"stuck/{number}")
                await until(lambda: server.in_flight == 16)
                with anyio.move_on_after(0.05) as scope:
                    await client.get_label("se-1")
                assert scope.cancelled_caught
                tasks.cancel_scope.cancel()
            assert server.targets.count("/v2/labels/se-1") == 0
            await client.get_label("se-1")


async def test_a_permit_that_was_not_spent_is_given_back() -> None:
    quota = LocalQuota(limit=1, reserve=0, window=60)
    with FaultServer({"": reply(BODY)}) as server:
        async with client_of(server, quota=quota) as client:
            with anyio.CancelScope() as scope:
                scope.cancel()
                await client.get_label("se-1")
            assert not server.requests
            assert (await client.get_label("se-1")).label_id == "se-1"


async def test_closing_ends_the_calls_under_way_and_waits_until_they_have_ended() -> None:
    errors: list[BaseException] = []
    with FaultServer(stall()) as server:
        client = client_of(server)

        async def call() -> None:
            try:
                await client.get_label("se-1")
            except ClientClosedError as error:
                errors.append(error)

        async with anyio.create_task_group() as tasks:
            for _ in range(20):
                tasks.start_soon(call)
            await until(lambda: server.in_flight == 16)
            started = time.monotonic()
            await client.aclose()
            assert time.monotonic() - started < 2
        assert len(errors) == 20
        with pytest.raises(ClientClosedError):
            await client.get_label("se-1")
        await client.aclose()


async def test_two_tasks_that_close_at_once_both_wait_until_the_calls_have_ended() -> None:
    ended: list[str] = []
    with FaultServer({"stuck": stall(), "labels/se-1": reply(BODY)}) as server:
        client = client_of(server)
        await client.get_label("se-1")

        async def call() -> None:
            with pytest.raises(ClientClosedError):
                await client.get_json("stuck")
            ended.append("call")

        async def close() -> None:
            await client.aclose()
            ended.append("close")

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(call)
            await until(lambda: server.in_flight == 1)
            tasks.start_soon(close)
            tasks.start_soon(close)
        assert sorted(ended) == ["call", "close", "close"]
        await until(lambda: server.open_connections == 0)


async def test_a_task_group_that_fails_ends_its_calls_and_the_client_goes_on() -> None:
    with FaultServer({"stuck": stall(), "labels/se-1": reply(BODY)}) as server:
        async with client_of(server) as client:

            async def fail() -> None:
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(client.get_json, "stuck")
                    await until(lambda: server.in_flight == 1)
                    raise ValueError("somebody else's fault")

            with pytest.raises(BaseExceptionGroup):
                await fail()
            assert (await client.get_label("se-1")).label_id == "se-1"


async def test_a_cancelled_fan_out_asks_nothing_more() -> None:
    script = {"/track": stall(), "labels": reply(MANY_LABELS), "shipments": reply(SHIPMENTS)}
    with FaultServer(script) as server:
        async with client_of(server) as client:
            with anyio.move_on_after(5) as scope:
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(AsyncTrackOrderAction(client).run, "A-100")
                    await until(lambda: server.in_flight == 10)
                    scope.cancel()
            sent = len(server.requests)
            await anyio.sleep(0.05)
            assert len(server.requests) == sent


async def test_leaving_a_bulk_loop_early_ends_its_workers() -> None:
    script = {"/track": reply(TRACKING), "labels": reply(LABELS), "shipments": reply(SHIPMENTS)}
    with FaultServer(script) as server:
        async with client_of(server) as client:
            outcomes = AsyncTrackOrderAction(client).run_many(["A-100"] * 500, max_workers=4)
            async for outcome in outcomes:
                assert outcome.query.order_id == "A-100"
                break
            await outcomes.aclose()
            await anyio.sleep(0.05)
            sent = len(server.requests)
            await anyio.sleep(0.1)
            assert len(server.requests) == sent < 200


@pytest.mark.parametrize("turns", range(24))
async def test_wherever_a_call_is_cancelled_while_it_connects_its_connection_is_closed(
    turns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_resolved, resolve = threading.Event(), socket.getaddrinfo

    def resolving(*args: Any) -> Any:
        try:
            return resolve(*args)
        finally:
            is_resolved.set()

    monkeypatch.setattr(socket, "getaddrinfo", resolving)
    with FaultServer(stall()) as server:
        async with client_of(server) as client:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(client.get_label, "se-1")
                with anyio.fail_after(10):
                    while not is_resolved.is_set():
                        await anyio.lowlevel.checkpoint()
                for _ in range(turns):  # of the event loop: each is another point of the way
                    await anyio.lowlevel.checkpoint()
                tasks.cancel_scope.cancel()
            await until(lambda: server.open_connections == 0)


async def test_a_timeout_around_a_call_is_the_callers_own() -> None:
    with FaultServer(stall()) as server:
        async with client_of(server) as client:
            with pytest.raises(TimeoutError):
                with anyio.fail_after(0.05):
                    await client.get_label("se-1")
