"""A store that fails counts as empty, whatever it raises."""

from __future__ import annotations

import logging
import pickle
from typing import Any

import pytest

from shipstation_aissist import AsyncTrackOrderAction, Integration, OrderQuery, SmartAction, TrackOrderAction
from shipstation_aissist.answers import MemoryAnswers
from shipstation_aissist.answers.guarded import GuardedAnswers
from shipstation_aissist.testing import FakeClock, FakeShipStation
from shipstation_aissist.webhooks import parse_webhook

SECRET = "order Geheim-1001"
PARTS = ["is_elsewhere", "flights", "open", "get", "begin", "put", "forget_order", "forget"]


class FailingStore:
    """A store of which some parts fail."""

    def __init__(self, *failing: str) -> None:
        self.failing = set(failing)
        self.store = MemoryAnswers()
        self.shelf: Any = None
        self.asked: list[str] = []

    def open(self, *account: Any) -> FailingStore:
        self.shelf = self._part("open", self.store.open)(*account)
        return self

    def __getattr__(self, name: str) -> Any:
        if name not in PARTS:
            raise AttributeError(name)
        is_of_the_store = hasattr(self.store, name)
        return self._part(name, getattr(self.store if is_of_the_store else self.shelf, name))

    def _part(self, name: str, part: Any) -> Any:
        self.asked.append(name)
        if name in self.failing:
            raise OSError(SECRET)
        return part


@pytest.fixture
def fake() -> FakeShipStation:
    fake = FakeShipStation()
    fake.scan(fake.buy_label(fake.add_order("1001")))
    return fake


@pytest.mark.parametrize("failing", PARTS)
def test_whatever_a_store_raises_no_order_fails_for_it(fake: FakeShipStation, failing: str) -> None:
    store: Any = FailingStore(failing)
    action = TrackOrderAction(fake.client(), answers=store)
    for _ in range(2):
        assert action.run("1001").state == "in_transit"
    assert action.run("1001", fresh=True).state == "in_transit"
    assert [outcome.unwrap().state for outcome in action.run_many(["1001", OrderQuery("1001")])] == ["in_transit"] * 2
    assert action.from_webhook(parse_webhook(fake.notification("1001").body)).state == "in_transit"
    assert failing in store.asked


@pytest.mark.anyio
@pytest.mark.parametrize("failing", PARTS)
async def test_whatever_a_store_raises_no_order_of_a_task_fails_for_it(fake: FakeShipStation, failing: str) -> None:
    store: Any = FailingStore(failing)
    async with fake.async_client() as client:
        action = AsyncTrackOrderAction(client, answers=store)
        for _ in range(2):
            assert (await action.run("1001")).state == "in_transit"
        assert (await action.run("1001", fresh=True)).state == "in_transit"
        assert [outcome.ok async for outcome in action.run_many(["1001"])] == [True]
        event = parse_webhook(fake.notification("1001").body)
        assert (await action.from_webhook(event)).state == "in_transit"
    assert failing in store.asked


def test_what_a_store_gives_that_is_no_answer_counts_as_nothing(fake: FakeShipStation) -> None:
    class Odd(MemoryAnswers):
        def open(self, *account: Any) -> Any:
            shelf: Any = super().open(*account)
            shelf.get = lambda _: "delivered"
            return shelf

    assert TrackOrderAction(fake.client(), answers=Odd()).run("1001").state == "in_transit"


def test_a_look_up_whose_beginning_was_not_noted_is_not_kept(fake: FakeShipStation) -> None:
    store: Any = FailingStore("begin")
    action = TrackOrderAction(fake.client(), answers=store)
    action.run("1001")
    assert "put" not in store.asked


def test_a_store_that_could_not_be_opened_is_opened_when_it_can_be(fake: FakeShipStation) -> None:
    store: Any = FailingStore("open")
    shelf = GuardedAnswers(store).open(str.encode, FakeClock())
    assert shelf.get("a") is None
    store.failing.clear()
    answer = TrackOrderAction(fake.client()).run("1001")
    shelf.put("a", answer, 60, shelf.begin())
    assert shelf.get("a") == answer


def test_a_store_that_fails_is_told_once_a_minute_and_nothing_of_what_it_says(caplog: pytest.LogCaptureFixture) -> None:
    clock = FakeClock()
    store: Any = FailingStore("forget")
    guarded = GuardedAnswers(store, clock)
    for seconds in (0, 1, 58):
        clock.advance(seconds)
        guarded.forget("se-7")
    (warning,) = caplog.records
    assert (warning.name, warning.levelno) == ("shipstation_aissist", logging.WARNING)
    assert warning.getMessage() == "FailingStore fails (OSError); as long as it does, it counts as empty"
    clock.advance(1)
    guarded.forget("se-7")
    assert len(caplog.records) == 2


def test_the_actions_of_an_integration_warn_of_their_store_together(
    fake: FakeShipStation, caplog: pytest.LogCaptureFixture
) -> None:
    store: Any = FailingStore("get")
    actions = [SmartAction(), SmartAction("At the start", execution="session_start")]
    integration = Integration("My shop", actions=actions, client=fake.client(), answers=store)
    integration.call_tool("trackOrder", {"order_id": "1001"})
    integration.handle("session_start", {"order_id": "1001"})
    assert len([record for record in caplog.records if "FailingStore" in record.getMessage()]) == 1


def test_what_is_no_failure_of_the_store_gets_through(fake: FakeShipStation) -> None:
    class Interrupted(MemoryAnswers):
        def open(self, *account: Any) -> Any:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        TrackOrderAction(fake.client(), answers=Interrupted()).run("1001")


def test_a_guarded_store_is_pickled_as_its_settings() -> None:
    copied = pickle.loads(pickle.dumps(GuardedAnswers(MemoryAnswers(max_orders=3))))
    assert repr(copied._answers) == "MemoryAnswers(max_orders=3)"
