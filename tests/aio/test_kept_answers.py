"""Kept answers for tasks: looked up once, given again while fresh, and nobody stranded by who is cancelled."""

from __future__ import annotations

from typing import Any

import anyio
import pytest

from shipstation_aissist import (
    APITimeoutError,
    AsyncTrackOrderAction,
    ClientClosedError,
    ConfigurationError,
    OrderNotFoundError,
    OrderQuery,
    TrackOrderAction,
)
from shipstation_aissist.aio.kept import AsyncKeeper
from shipstation_aissist.answers import Answers, MemoryAnswers, RedisAnswers
from shipstation_aissist.orders.query import Lookup, LookupSettings
from shipstation_aissist.testing import FakeShipStation
from shipstation_aissist.transport.clock import Deadline, SystemClock
from shipstation_aissist.webhooks import parse_webhook
from support.valkey import Valkey, free_port

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["memory", "redis"])
def answers(request: pytest.FixtureRequest, valkey: Valkey) -> Answers:
    return MemoryAnswers() if request.param == "memory" else RedisAnswers(valkey.url)


@pytest.fixture
def fake() -> FakeShipStation:
    fake = FakeShipStation()
    fake.add_order("1001", postal_code="29646")
    fake.buy_label("1001")
    fake.scan("1001")
    return fake


async def test_an_answer_is_given_again_looked_up_when_fresh_is_asked_for_and_forgotten_on_notice(
    fake: FakeShipStation, answers: Answers
) -> None:
    async with fake.async_client() as client:
        action = AsyncTrackOrderAction(client, answers=answers)
        await action.run("1001")
        again = await action.run(" 1001 ")
        assert (again.order_id, again.state, len(fake.calls)) == (" 1001 ", "in_transit", 3)
        fake.deliver("1001")
        assert (await action.run("1001", fresh=True)).state == "delivered"
        assert (await action.run("1001")).state == "delivered"
        for _ in range(2):
            with pytest.raises(OrderNotFoundError):
                await action.run("1001", postal_code="10001")
        event = parse_webhook(fake.notification("1001").body)
        assert (await action.from_webhook(event)).state == "delivered"
        fake.reset_calls()
        await action.run("1001")
        assert len(fake.calls) == 3


@pytest.mark.parametrize("event_type", ["TRACK_EVENT_V2", "API_TRACK"])
async def test_a_notification_about_a_label_that_is_new_forgets_its_order(
    fake: FakeShipStation, answers: Answers, event_type: Any
) -> None:
    async with fake.async_client() as client:
        action = AsyncTrackOrderAction(client, answers=answers)
        fake.deliver("1001")
        assert (await action.run("1001")).state == "delivered"
        fake.scan(fake.buy_label("1001"))
        event = parse_webhook(fake.notification(fake.labels[-1], event_type).body)
        assert (event.label_id is None) == (event_type == "API_TRACK")
        told = await action.from_webhook(event)
        again = await action.run("1001")
        assert (again.state, again.parcels) == (told.state, told.parcels)
        assert len(again.parcels) == 2


async def test_threads_and_tasks_share_what_is_kept(fake: FakeShipStation, answers: Answers) -> None:
    TrackOrderAction(fake.client(), answers=answers).run("1001")
    async with fake.async_client() as client:
        assert (await AsyncTrackOrderAction(client, answers=answers).run("1001")).state == "in_transit"
    assert len(fake.calls) == 3


async def test_fifty_tasks_at_once_make_three_requests(fake: FakeShipStation, answers: Answers) -> None:
    states = []
    async with fake.async_client() as client:
        action = AsyncTrackOrderAction(client, answers=answers)

        async def ask() -> None:
            states.append((await action.run("1001")).state)

        async with anyio.create_task_group() as tasks:
            for _ in range(50):
                tasks.start_soon(ask)
    assert states == ["in_transit"] * 50
    assert len(fake.calls) == 3


async def test_of_those_who_wait_for_a_look_up_that_is_cancelled_one_takes_over(fake: FakeShipStation) -> None:
    states = []
    async with fake.async_client() as client:
        action = AsyncTrackOrderAction(client, answers=MemoryAnswers())

        async def ask() -> None:
            states.append((await action.run("1001")).state)

        async with anyio.create_task_group() as tasks, anyio.create_task_group() as leader:
            leader.start_soon(ask)
            while not fake.calls:
                await anyio.lowlevel.checkpoint()
            for _ in range(10):
                tasks.start_soon(ask)
            await anyio.wait_all_tasks_blocked()
            leader.cancel_scope.cancel()
        assert len(states) in (10, 11)
        assert set(states) == {"in_transit"}
        assert len(fake.calls) <= 6


async def test_a_look_up_that_fails_is_not_shared(fake: FakeShipStation) -> None:
    errors = []
    async with fake.async_client() as client:
        action = AsyncTrackOrderAction(client, answers=MemoryAnswers())

        async def ask() -> None:
            with pytest.raises(OrderNotFoundError) as caught:
                await action.run("2002")
            errors.append(caught.value)

        async with anyio.create_task_group() as tasks:
            for _ in range(5):
                tasks.start_soon(ask)
    assert len(set(map(id, errors))) == 5
    paths = [call.query.get("shipment_number") for call in fake.calls]
    assert paths.count("2002") >= 5


async def test_who_waits_for_anothers_look_up_keeps_the_own_deadline(fake: FakeShipStation) -> None:
    clock = SystemClock()
    keeper = AsyncKeeper(MemoryAnswers(), lambda text: text.encode(), clock, LookupSettings())
    lookup = Lookup("1001", "1001")

    async def slow(_: Any) -> Any:
        await anyio.sleep_forever()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(keeper.answer, lookup, Deadline(clock, 10), slow)
        await anyio.wait_all_tasks_blocked()
        with pytest.raises(APITimeoutError, match="for somebody else"):
            await keeper.answer(lookup, Deadline(clock, 0.01), slow)
        tasks.cancel_scope.cancel()


async def test_in_bulk_a_kept_answer_is_given_and_what_is_looked_up_is_kept(
    fake: FakeShipStation, answers: Answers
) -> None:
    async with fake.async_client() as client:
        action = AsyncTrackOrderAction(client, answers=answers)
        queries = [*["1001"] * 20, OrderQuery("1001", "99999")]
        outcomes = [outcome async for outcome in action.run_many(queries)]
        assert [outcome.ok for outcome in outcomes] == [True] * 20 + [False]
        fake.reset_calls()
        assert (await action.run("1001")).state == "in_transit"
        assert fake.calls == []


async def test_a_store_of_redis_does_not_block_the_loop_and_counts_as_empty_when_it_is_away(
    fake: FakeShipStation,
) -> None:
    async with fake.async_client() as client:
        action = AsyncTrackOrderAction(client, answers=RedisAnswers(f"redis://127.0.0.1:{free_port()}/0"))
        assert (await action.run("1001")).state == "in_transit"
        assert (await action.run("1001")).state == "in_transit"
    assert len(fake.calls) == 6


async def test_a_closed_client_answers_nothing_and_what_is_no_store_is_refused(fake: FakeShipStation) -> None:
    client = fake.async_client()
    action = AsyncTrackOrderAction(client, answers=MemoryAnswers())
    await action.run("1001")
    await client.aclose()
    with pytest.raises(ClientClosedError):
        await action.run("1001")
    with pytest.raises(ConfigurationError, match="answers"):
        AsyncTrackOrderAction(client, answers="redis://localhost")  # type: ignore[arg-type]
