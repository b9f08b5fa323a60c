"""Corners of the asynchronous client: pagers, bulk, views, faults of the fake, a missing extra."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

import anyio
import pytest

from shipstation_aissist import (
    APIConnectionError,
    APITimeoutError,
    AsyncTrackOrderAction,
    ClientClosedError,
    ConfigurationError,
    MalformedResponseError,
    OrderQuery,
)
from shipstation_aissist.testing import FakeShipStation
from shipstation_aissist.webhooks import parse_webhook

pytestmark = pytest.mark.anyio


@pytest.fixture
def fake() -> FakeShipStation:
    fake = FakeShipStation()
    for number in ("1001", "1002", "1003"):
        fake.add_order(number)
        fake.deliver(number)
    return fake


async def test_every_list_is_read_page_by_page_and_tells_its_total(fake: FakeShipStation) -> None:
    async with fake.async_client() as client:
        shipments = client.list_shipments(page_size=2)
        assert "not fetched yet" in repr(shipments)
        assert await shipments.total() == 3
        assert await shipments.total() == 3
        assert "total=3" in repr(shipments)
        assert shipments._repr_html_()
        assert [len(page.items) async for page in shipments.pages()] == [2, 1]
        assert len([label async for label in client.list_labels()]) == 3
        assert [found async for found in client.list_fulfillments()] == []
        (shipment,) = [shipment async for shipment in client.list_shipments(page=2, page_size=2)]
        assert (await client.get_shipment(shipment.shipment_id)).shipment_id == shipment.shipment_id
        assert await client.get_json("labels", page_size=1)


async def test_a_list_that_does_not_count_is_a_malformed_reply_when_it_is_asked_to(fake: FakeShipStation) -> None:
    fake.rewrite(lambda body: {**body, "total": None}, path="labels")
    async with fake.async_client() as client:
        with pytest.raises(MalformedResponseError):
            await client.list_labels().total()


@pytest.mark.parametrize(
    ("fault", "error"), [("reset", APIConnectionError), ("truncated", APIConnectionError), ("timeout", APITimeoutError)]
)
async def test_the_fakes_faults_reach_the_asynchronous_client(
    fake: FakeShipStation, fault: Any, error: type[Exception]
) -> None:
    fake.fail_next(fault, times=9)
    async with fake.async_client(max_retries=0) as client:
        with pytest.raises(error):
            await client.list_labels().total()


async def test_a_bad_filter_is_refused_before_anything_is_sent(fake: FakeShipStation) -> None:
    async with fake.async_client() as client:
        with pytest.raises(ValueError, match="page must be 1 or more"):
            client.list_labels(page=0)
    assert not fake.calls


async def test_a_view_ends_alone_and_a_client_with_its_views(fake: FakeShipStation) -> None:
    client = fake.async_client()
    view = client.with_options(timeout=60, max_retries=0)
    assert (view.timeout, view.max_retries, client.timeout) == (60, 0, 10)
    await view.aclose()
    assert (await client.test_connection()).ok
    known = await client.test_connection(max_age=60)
    assert known == await client.test_connection(max_age=60)
    other = client.with_options(timeout=20)
    await client.aclose()
    with pytest.raises(ClientClosedError):
        await other.get_label("se-1")
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(client)
    assert copy.copy(client) is client is copy.deepcopy(client)
    assert "AsyncShipStationClient" in repr(client)


async def test_outcomes_come_in_order_and_while_the_next_query_is_awaited(fake: FakeShipStation) -> None:
    asked = anyio.Event()

    async def queries() -> AsyncIterator[str | OrderQuery]:
        yield "1001"
        yield OrderQuery("nobody's")
        yield "1002"
        await asked.wait()
        yield "1003"

    async with fake.async_client() as client:
        seen = []
        async for outcome in AsyncTrackOrderAction(client).run_many(queries(), max_workers=2):
            seen.append((outcome.query.order_id, outcome.ok))
            if len(seen) == 3:
                asked.set()
        assert seen == [("1001", True), ("nobody's", False), ("1002", True), ("1003", True)]


async def test_a_fault_of_the_queries_comes_in_its_turn(fake: FakeShipStation) -> None:
    async def queries() -> AsyncIterator[str]:
        yield "1001"
        raise RuntimeError("the file ended too soon")

    async with fake.async_client() as client:
        seen = []

        async def read() -> None:
            async for outcome in AsyncTrackOrderAction(client).run_many(queries()):
                seen.append(outcome.ok)

        with pytest.raises(RuntimeError, match="too soon"):
            await read()
        assert seen == [True]


async def test_what_is_no_query_ends_the_iteration_in_its_turn(fake: FakeShipStation) -> None:
    odd: Any = ["1001", 5]
    async with fake.async_client() as client:
        outcomes = [outcome.ok async for outcome in AsyncTrackOrderAction(client).run_many(odd)]
        assert outcomes == [True, False]
        with pytest.raises(ConfigurationError):
            AsyncTrackOrderAction(client).run_many(odd, max_workers=0)


async def test_a_quota_that_is_used_up_is_waited_for_between_orders(fake: FakeShipStation) -> None:
    crowded = FakeShipStation(requests_per_minute=4)
    for number in ("1001", "1002", "1003"):
        crowded.add_order(number)
    async with crowded.async_client(max_retries=0) as client:
        action = AsyncTrackOrderAction(client)
        assert [outcome.ok async for outcome in action.run_many(["1001", "1002", "1003"], max_workers=1)] == [True] * 3


async def test_a_notification_leads_to_its_order(fake: FakeShipStation) -> None:
    event = parse_webhook(fake.notification("1001").body)
    async with fake.async_client() as client:
        action = AsyncTrackOrderAction(client)
        assert (await action.from_webhook(event)).order_number == "1001"
        assert action.client is client
        assert "AsyncTrackOrderAction" in repr(action)


@pytest.mark.parametrize("thing", [None, "x"])
async def test_what_is_no_event_is_a_type_error_that_says_what_to_pass(fake: FakeShipStation, thing: Any) -> None:
    with pytest.raises(TypeError, match="parse_webhook returns"):
        await AsyncTrackOrderAction(fake.async_client()).from_webhook(thing)
    assert not fake.calls


@pytest.mark.parametrize(
    "asked",
    [
        "__import__('shipstation_aissist').AsyncShipStationClient",
        "__import__('shipstation_aissist.testing').testing.FakeShipStation().async_client()",
    ],
)
def test_a_missing_extra_says_how_to_install_it_and_the_fake_says_the_same(asked: str) -> None:
    program = (
        "import sys; sys.modules['anyio'] = None\n"
        f"try:\n    {asked}\n"
        "except ImportError as error:\n    print(type(error).__name__, error)\n"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert told.stdout.startswith("ImportError AsyncShipStationClient needs the extra async: pip install")
    assert "pip install 'shipstation-aissist[async]'" in told.stdout
