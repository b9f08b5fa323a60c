"""The asynchronous action and lists give what the synchronous ones give; the places are handed over in order."""

from __future__ import annotations

import json

import anyio
import pytest

from shipstation_aissist import (
    AsyncTrackOrderAction,
    ClientClosedError,
    MalformedResponseError,
    OrderQuery,
    TrackOrderAction,
)
from shipstation_aissist.aio.gate import Gate
from shipstation_aissist.aio.pager import AsyncPager
from shipstation_aissist.models import Page
from shipstation_aissist.testing import sandbox
from shipstation_aissist.webhooks import parse_webhook

pytestmark = pytest.mark.anyio


async def test_a_notification_leads_back_to_the_order_that_the_synchronous_action_finds() -> None:
    fake = sandbox()
    label_id = next(iter(fake.client().list_labels())).label_id
    url = f"https://api.shipstation.com/v2/labels/{label_id}/track"
    event = parse_webhook(
        json.dumps(
            {
                "resource_url": url,
                "resource_type": "TRACK_EVENT_V2",
                "data": {"tracking_number": "1", "status_code": "IT", "events": []},
            }
        )
    )
    expected = TrackOrderAction(fake.client()).from_webhook(event).to_dict()
    assert (await AsyncTrackOrderAction(fake.async_client()).from_webhook(event)).to_dict() == expected


async def test_many_orders_have_the_outcomes_of_the_synchronous_action_in_order() -> None:
    queries = ["12345", "99999", OrderQuery("12346", postal_code="10001"), "x" * 60, "12346"]
    expected = [each.ok for each in TrackOrderAction(sandbox().client()).run_many(queries)]
    outcomes = AsyncTrackOrderAction(sandbox().async_client()).run_many(queries, max_workers=3)
    assert [each.ok async for each in outcomes] == expected == [True, False, False, False, True]


async def test_what_is_no_error_of_the_library_ends_a_bulk_loop_in_its_turn() -> None:
    def resolve(order_id: str) -> str | None:
        if order_id == "bad":
            raise ZeroDivisionError
        return order_id

    action = AsyncTrackOrderAction(sandbox().async_client(), resolve_order_id=resolve)
    outcomes = action.run_many(["12345", "bad", "12346"])
    assert (await anext(outcomes)).ok
    with pytest.raises(ZeroDivisionError):
        await anext(outcomes)
    assert "AsyncTrackOrderAction(AsyncShipStationClient(" in repr(action)


async def test_lists_are_the_synchronous_ones_page_by_page() -> None:
    fake = sandbox()
    client = fake.async_client()
    assert [each.label_id async for each in client.list_labels(page_size=1)] == [
        each.label_id for each in fake.client().list_labels(page_size=1)
    ]
    pager = client.list_fulfillments()
    assert await pager.total() == fake.client().list_fulfillments().total


async def test_a_list_that_does_not_say_how_many_items_there_are_is_malformed() -> None:
    async def fetch(_: int) -> Page[str]:
        return Page(items=("a",), total=None, page=1, pages=1)

    pager = AsyncPager(fetch, str)
    assert repr(pager).startswith("AsyncPager(not fetched yet")
    with pytest.raises(MalformedResponseError):
        await pager.total()


async def test_a_closed_client_looks_nothing_up() -> None:
    client = sandbox().async_client()
    await client.aclose()
    with pytest.raises(ClientClosedError):
        await AsyncTrackOrderAction(client).run("12345")


async def test_places_are_handed_over_first_come_first_served_and_waiting_has_an_end() -> None:
    gate = Gate(1)
    served: list[int] = []
    assert await gate.take(1)
    assert not await gate.take(0.01)

    async def wait(number: int) -> None:
        if await gate.take(5):
            served.append(number)
            await anyio.sleep(0)
            gate.give_back()

    async with anyio.create_task_group() as tasks:
        for number in range(5):
            tasks.start_soon(wait, number)
            await anyio.sleep(0.001)
        gate.give_back()
    assert served == [0, 1, 2, 3, 4]
    assert gate.free == 1
