"""T5, asynchronously: the key appears in no repr, exception, chain, traceback local, trace, log or pickle."""

from __future__ import annotations

import asyncio
import logging
import pickle
from typing import Any

import anyio
import pytest

from shipstation_aissist import (
    APITimeoutError,
    AsyncShipStationClient,
    AsyncTrackOrderAction,
    ConfigurationError,
    TraceStep,
)
from shipstation_aissist.transport.clock import Deadline, SystemClock
from support.fault_server import FaultServer
from support.misbehaviour import reply, stall
from support.secrets import Search
from support.wiring import LABELS, SHIPMENTS, TRACKING, forget_environment

pytestmark = pytest.mark.anyio
KEY = 'sk-Zx/41"+é9'
SEARCH = Search(KEY)


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_environment(monkeypatch)


def assert_clean(value: Any) -> None:
    assert SEARCH.in_text_of(value) == []
    assert SEARCH.in_value(value) == []


async def until_asked(server: FaultServer) -> None:
    with anyio.fail_after(5):
        while not server.in_flight:
            await anyio.sleep(0.001)


async def test_nothing_that_a_good_call_leaves_behind_shows_the_key(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    steps: list[TraceStep] = []
    script = {"/track": reply(TRACKING), "labels": reply(LABELS), "shipments": reply(SHIPMENTS)}
    with FaultServer(script) as server:
        async with AsyncShipStationClient(KEY, base_url=server.base_url, on_event=steps.append) as client:
            action = AsyncTrackOrderAction(client)
            pager = client.list_labels()
            kept = [
                await action.run("A-100"),
                [outcome async for outcome in action.run_many(["A-100", "A-101"])],
                [label async for label in pager],
                await action.debug("A-100"),
            ]
            assert {each.headers["api-key"] for each in server.requests} == {KEY}
            for value in (client, action, pager, steps, *kept):
                assert_clean(value)
    assert_clean(client)
    assert not SEARCH.in_pickle_of((kept[0], kept[1], steps))
    assert [record for record in caplog.records if SEARCH.in_log_record(record)] == []


async def test_neither_a_timeout_nor_a_refused_connection_shows_the_key() -> None:
    with FaultServer(stall()) as server:
        async with AsyncShipStationClient(KEY, base_url=server.base_url, max_retries=0) as client:
            with pytest.raises(APITimeoutError) as timed_out:
                await client._within(Deadline(SystemClock(), 0.1)).track_label("se-1")
        base_url = server.base_url
    async with AsyncShipStationClient(KEY, base_url=base_url, max_retries=0) as client:
        with pytest.raises(Exception, match="refused") as refused:
            await client.track_label("se-1")
    for error in (timed_out.value, refused.value):
        assert error.__cause__ is error.__context__ is None
        assert_clean(error)
        assert_clean(pickle.loads(pickle.dumps(error)))


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_what_stands_behind_the_timeout_of_asyncio_does_not_show_the_key(anyio_backend: str) -> None:
    with FaultServer(stall()) as server:
        async with AsyncShipStationClient(KEY, base_url=server.base_url) as client:
            with pytest.raises(TimeoutError) as raised:
                async with asyncio.timeout(0.1):
                    await client.get_label("se-1")
    assert isinstance(raised.value.__cause__, asyncio.CancelledError)
    assert_clean(raised.value)


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_task_that_is_cancelled_as_it_sends_does_not_show_the_key(
    anyio_backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from anyio._backends._asyncio import SocketStream

    async def stuck(stream: SocketStream, item: bytes) -> None:
        await anyio.sleep(10)

    with FaultServer(reply({})) as server:
        async with AsyncShipStationClient(KEY, base_url=server.base_url) as client:
            monkeypatch.setattr(SocketStream, "send", stuck)
            task = asyncio.create_task(client.get_json("tags"))
            await asyncio.sleep(0.1)
            task.cancel()
            with pytest.raises(asyncio.CancelledError) as raised:
                await task
    assert_clean(raised.value)


async def test_an_exception_within_a_call_does_not_show_the_key() -> None:
    class OwnError(BaseException):
        pass

    def fail(_: TraceStep) -> None:
        raise OwnError

    with FaultServer(reply({})) as server:
        async with AsyncShipStationClient(KEY, base_url=server.base_url, on_event=fail) as client:
            with pytest.raises(OwnError) as raised:
                await client.get_json("tags")
    assert_clean(raised.value)


@pytest.mark.parametrize("options", [{"timeout": 9}, {"max_retries": -1}, {"base_url": "http://api.example.com"}])
async def test_no_failing_construction_shows_the_key(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError) as raised:
        AsyncShipStationClient(KEY, **options)
    assert_clean(raised.value)


async def test_a_client_cannot_carry_its_key_into_a_pickle() -> None:
    with pytest.raises(TypeError, match="pickle"):
        pickle.dumps(AsyncShipStationClient(KEY))
