"""A worker tells of each parcel that moved on: once, unless it is killed; the newest state only; again if it fails."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from unittest.mock import Mock

import pytest

from shipstation_aissist import ConfigurationError, OrderNotFoundError, TrackOrderAction
from shipstation_aissist.inbox import Inbox, InboxCounts, ParcelNews, store
from shipstation_aissist.inbox.inbox import _described
from shipstation_aissist.testing import FakeAdapter, FakeShipStation
from shipstation_aissist.webhooks import WebhookVerifier, parse_webhook
from support.inbox import Customer, HandClock, notification


def stored(inbox: Inbox, column: str) -> list[Any]:
    """What stands in a column of the table."""
    with inbox._store.transaction() as connection:
        return [row[0] for row in connection.exec_driver_sql(f"SELECT {column} FROM shipstation_inbox")]


def test_news_says_what_was_before_and_what_is_now(inbox: Inbox, customer: Customer) -> None:
    inbox.receive({}, notification("se-1", "accepted", 1))
    assert inbox.deliver(customer) == 1
    body = notification("se-1", "delivered", 2)
    inbox.receive({}, body)
    assert inbox.deliver(customer) == 1
    assert inbox.deliver(customer) == 0
    assert customer.heard == [("se-1", None, "accepted"), ("se-1", "accepted", "delivered")]
    assert customer.told[1].tracking_number == "94001se-1"
    assert customer.told[1].event == parse_webhook(body)
    assert len({news.key for news in customer.told}) == 2


def test_states_are_skipped_that_were_overtaken_before_anybody_told_them(inbox: Inbox, customer: Customer) -> None:
    for minute, state in enumerate(["label_created", "accepted", "in_transit", "delivered"]):
        inbox.receive({}, notification("se-1", state, minute))
    assert inbox.deliver(customer) == 1
    assert customer.heard == [("se-1", None, "delivered")]


def test_what_comes_again_after_it_was_told_is_not_told_again(inbox: Inbox, customer: Customer) -> None:
    for _ in range(3):
        inbox.receive({}, notification("se-1", "delivered", 2))
        inbox.receive({}, notification("se-1", "accepted", 1))
        inbox.deliver(customer)
    assert customer.heard == [("se-1", None, "delivered")]


def test_a_limit_is_kept_and_the_rest_waits(inbox: Inbox, customer: Customer) -> None:
    for number in range(5):
        inbox.receive({}, notification(f"se-{number}"))
    assert [inbox.deliver(customer, limit=2) for _ in range(4)] == [2, 2, 1, 0]


def test_what_cannot_be_told_is_tried_after_1_5_30_and_120_minutes_and_then_listed(
    inbox: Inbox, clock: HandClock, customer: Customer, caplog: pytest.LogCaptureFixture
) -> None:
    inbox.receive({}, notification("se-1", "accepted", 1))
    customer.fault = OSError("jane@example.com cannot be reached")
    with caplog.at_level(logging.DEBUG):
        assert inbox.deliver(customer) == 0
        for minutes in (1, 5, 30, 120):
            clock.advance(minutes=minutes, seconds=-1)
            before = len(caplog.records)
            inbox.deliver(customer)
            assert len(caplog.records) == before
            assert inbox.failed() == []
            clock.advance(seconds=1)
            inbox.deliver(customer)
    (failed,) = inbox.failed()
    assert (failed.label_id, failed.before, failed.after, failed.attempts) == ("se-1", None, "accepted", 5)
    assert (failed.error or "").startswith("OSError at inbox.py:")
    assert failed.failed_at == clock.time
    assert inbox.counts() == InboxCounts(labels=1, waiting=0, failed=1)
    assert len(caplog.records) == 5
    assert "jane" not in caplog.text
    customer.fault = None
    clock.advance(days=1)
    assert inbox.deliver(customer) == 0
    inbox.retry(failed.key)
    assert inbox.failed() == []
    assert inbox.deliver(customer) == 1
    assert customer.told[0].key == failed.key


def test_an_error_in_a_file_whose_name_is_no_text_is_described_by_a_text() -> None:
    with pytest.raises(OSError) as caught:
        exec(compile("raise OSError", "caf\udce9.py", "exec"))
    # Compared as bytes: a failing comparison could not be reported either.
    assert _described(caught.value).encode(errors="surrogatepass") == rb"OSError at caf\udce9.py:1"


def test_one_that_cannot_be_told_holds_up_no_other(inbox: Inbox) -> None:
    told: list[str | None] = []

    def tell(news: ParcelNews) -> None:
        if news.label_id == "se-0":
            raise OSError
        told.append(news.label_id)

    for number in range(4):
        inbox.receive({}, notification(f"se-{number}"))
    assert inbox.deliver(tell) == 3
    assert told == ["se-1", "se-2", "se-3"]


def test_a_parcel_that_moves_on_is_told_although_telling_its_last_state_failed(
    inbox: Inbox, customer: Customer
) -> None:
    inbox.receive({}, notification("se-1", "accepted", 1))
    customer.fault = OSError()
    inbox.deliver(customer)
    customer.fault = None
    inbox.receive({}, notification("se-1", "delivered", 2))
    assert inbox.deliver(customer) == 1
    assert customer.heard == [("se-1", None, "delivered")]


@pytest.mark.parametrize("key", ["", "nothing", "0" * 32, "\x00" * 32, "\ud800", 7, None])
def test_retry_refuses_what_does_not_wait(inbox: Inbox, key: Any) -> None:
    with pytest.raises(LookupError, match="told or overtaken"):
        inbox.retry(key)


def test_retry_refuses_what_was_told_meanwhile(inbox: Inbox, customer: Customer) -> None:
    inbox.receive({}, notification())
    inbox.deliver(customer)
    with pytest.raises(LookupError):
        inbox.retry(customer.told[0].key)


def test_a_state_that_a_later_version_has_stored_is_unknown_to_this_one(inbox: Inbox, customer: Customer) -> None:
    inbox.receive({}, notification())
    with inbox._store.transaction() as connection:
        connection.exec_driver_sql("UPDATE shipstation_inbox SET state = 'teleported'")
    assert inbox.deliver(customer) == 1
    assert customer.heard == [("se-1", None, "unknown")]


# --- by a function that has told when it returns --------------------------------------------------------------------


async def tell_later(_news: ParcelNews) -> None:
    raise AssertionError("nobody awaits it")


def tell_piecemeal(_news: ParcelNews) -> Iterator[None]:
    yield


async def tell_piecemeal_later(_news: ParcelNews) -> AsyncIterator[None]:
    yield


class TellsLater:
    async def __call__(self, news: ParcelNews) -> None:
        await tell_later(news)

    tell = __call__


class Later:
    """Can be awaited, and is no coroutine."""

    def __await__(self) -> Iterator[Any]:
        raise AssertionError("nobody awaits it")


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "tell",
    [
        tell_later,
        tell_piecemeal,
        tell_piecemeal_later,
        partial(tell_later),
        partial(partial(TellsLater())),
        TellsLater(),
        TellsLater().tell,
    ],
)
def test_a_function_that_would_have_to_be_awaited_or_iterated_is_refused_before_anything_is_taken(
    inbox: Inbox, customer: Customer, tell: Any
) -> None:
    with pytest.raises(TypeError, match=r"synchronous function.*asyncio\.run.*anyio\.from_thread"):
        inbox.deliver(tell)
    inbox.receive({}, notification())
    with pytest.raises(TypeError, match="synchronous function"):
        inbox.deliver(tell)
    assert (stored(inbox, "lease"), stored(inbox, "leased_until")) == ([None], [0])
    assert inbox.deliver(customer) == 1


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "tell",
    [
        lambda news: tell_later(news),
        partial(lambda later, news: later(news), TellsLater()),
        lambda news: Later(),
        lambda news: tell_piecemeal(news),
        lambda news: tell_piecemeal_later(news),
    ],
)
def test_news_whose_telling_has_only_begun_when_the_function_returns_is_not_told_and_stays_due(
    inbox: Inbox, customer: Customer, caplog: pytest.LogCaptureFixture, tell: Any
) -> None:
    inbox.receive({}, notification())
    for _ in range(2):
        with pytest.raises(TypeError, match=r"synchronous function.*asyncio\.run.*anyio\.from_thread"):
            inbox.deliver(tell)
        gc.collect()
    assert caplog.records == []
    assert inbox.counts() == InboxCounts(labels=1, waiting=1, failed=0)
    assert (stored(inbox, "told"), stored(inbox, "attempts"), stored(inbox, "lease")) == ([None], [0], [None])
    assert inbox.deliver(customer) == 1


def test_a_synchronous_function_may_run_what_is_asynchronous_and_return_what_it_likes(
    inbox: Inbox, customer: Customer
) -> None:
    async def told(news: ParcelNews) -> ParcelNews:
        customer(news)
        return news

    for number, tell in enumerate([lambda news: asyncio.run(told(news)), lambda news: [customer(news)], Mock()]):
        inbox.receive({}, notification(f"se-{number}"))
        assert inbox.deliver(tell) == 1


def test_a_type_error_of_the_function_itself_is_tried_again_as_any_other(inbox: Inbox, customer: Customer) -> None:
    inbox.receive({}, notification())
    customer.fault = TypeError()
    assert inbox.deliver(customer) == 0
    assert stored(inbox, "attempts") == [1]


# --- by one worker at a time ----------------------------------------------------------------------------------------


def test_nobody_else_tells_of_a_label_while_somebody_tells_also_not_of_what_arrives_meanwhile(
    make: Callable[..., Inbox], customer: Customer
) -> None:
    inbox, other = make(), make()
    elsewhere: list[int] = []

    def tell(news: ParcelNews) -> None:
        if not customer.told:
            inbox.receive({}, notification("se-1", "delivered", 2))
            elsewhere.append(other.deliver(customer))
        customer(news)

    inbox.receive({}, notification("se-1", "accepted", 1))
    assert inbox.deliver(tell) == 2
    assert elsewhere == [0]
    assert customer.heard == [("se-1", None, "accepted"), ("se-1", "accepted", "delivered")]


def test_a_worker_that_outlives_its_lease_does_not_undo_what_another_has_told(
    make: Callable[..., Inbox], clock: HandClock, customer: Customer
) -> None:
    inbox, other = make(), make()

    def slow(news: ParcelNews) -> None:
        clock.advance(seconds=61)
        inbox.receive({}, notification("se-1", "delivered", 2))
        assert other.deliver(customer) == 1
        customer(news)

    inbox.receive({}, notification("se-1", "accepted", 1))
    inbox.deliver(slow, limit=1)
    assert inbox.deliver(customer) == 0
    assert customer.heard == [("se-1", None, "delivered"), ("se-1", None, "accepted")]


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_a_worker_that_is_stopped_while_it_tells_leaves_the_news_to_be_told_at_once(
    inbox: Inbox, customer: Customer, stop: type[BaseException]
) -> None:
    def stopped(_news: ParcelNews) -> None:
        raise stop

    inbox.receive({}, notification())
    with pytest.raises(stop):
        inbox.deliver(stopped)
    assert inbox.deliver(customer) == 1


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_the_databases_time_counts_where_it_has_one_so_that_hosts_need_not_agree(
    url: str, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "time", Mock(time_ns=lambda: 0))
    inbox = Inbox(url)
    inbox.receive({}, notification())
    assert inbox.deliver(customer) == 1
    (changed_at,) = stored(inbox, "changed_at")
    assert abs(changed_at / 1e6 - datetime.now(UTC).timestamp()) < 5
    inbox.close()


def test_without_a_clock_of_the_tests_own_it_is_now(url: str, customer: Customer) -> None:
    inbox = Inbox(url)
    inbox.receive({}, notification())
    assert inbox.deliver(customer) == 1
    assert abs(stored(inbox, "changed_at")[0] / 1e6 - datetime.now(UTC).timestamp()) < 5
    inbox.close()


@pytest.mark.parametrize(
    "options",
    [
        *({"limit": value} for value in (0, -1, 1.5, True, "1")),
        *({"lease": value} for value in (0, -1, 86_401, float("nan"), float("inf"), True, "60", None)),
    ],
)
def test_a_limit_or_lease_that_is_out_of_range_is_a_configuration_error(
    inbox: Inbox, customer: Customer, options: dict[str, Any]
) -> None:
    inbox.receive({}, notification())
    with pytest.raises(ConfigurationError, match=next(iter(options))):
        inbox.deliver(customer, **options)
    with pytest.raises(TypeError, match="ParcelNews"):
        inbox.deliver(None)  # type: ignore[arg-type]
    assert customer.told == []


# --- back to the order, and forgetting ------------------------------------------------------------------------------


def test_news_leads_back_to_its_whole_order(make: Callable[..., Inbox]) -> None:
    fake = FakeShipStation()
    fake.add_order("12345")
    fake.deliver("12345")
    action = TrackOrderAction(fake.client())
    verifier = WebhookVerifier._wired(adapter=FakeAdapter(fake), clock=fake.clock)
    inbox = make(action=action, verifier=verifier)
    posted = fake.notification("12345", at=fake.clock.now())
    inbox.receive(posted.headers, posted.body)
    assert {call.path for call in fake.calls} == {"/jwks"}
    answers: list[Any] = []
    assert inbox.deliver(lambda news: answers.append(news.order())) == 1
    assert answers[0].state == "delivered"
    assert answers[0].tracking.label_id == fake.order("12345").labels[0].label_id


def test_an_order_that_cannot_be_looked_up_is_tried_again(make: Callable[..., Inbox], clock: HandClock) -> None:
    fake = FakeShipStation()
    inbox = make(action=TrackOrderAction(fake.client()))
    inbox.receive({}, notification("se-404"))
    seen: list[type[Exception]] = []

    def tell(news: ParcelNews) -> None:
        try:
            news.order()
        except OrderNotFoundError as error:
            seen.append(type(error))
            raise

    assert inbox.deliver(tell) == 0
    clock.advance(minutes=1)
    assert inbox.deliver(tell) == 0
    assert seen == [OrderNotFoundError] * 2


def test_an_inbox_without_an_action_says_how_to_look_up_an_order(inbox: Inbox, customer: Customer) -> None:
    inbox.receive({}, notification())
    inbox.deliver(customer)
    with pytest.raises(ConfigurationError, match="action="):
        customer.told[0].order()


def test_news_shows_no_place_and_no_person(inbox: Inbox, customer: Customer) -> None:
    inbox.receive({}, notification())
    inbox.deliver(customer)
    assert "Scan at" not in repr(customer.told[0])


def test_what_was_told_keeps_no_text_of_its_notification(inbox: Inbox, customer: Customer) -> None:
    inbox.receive({}, notification())
    assert None not in stored(inbox, "body")
    inbox.deliver(customer)
    inbox.receive({}, notification(minute=5))
    assert stored(inbox, "body") == [None]


@pytest.mark.parametrize("how", ["timedelta", "seconds", "time", "time without a zone"])
def test_prune_forgets_what_is_old_and_keeps_what_waits(
    inbox: Inbox, clock: HandClock, customer: Customer, how: str
) -> None:
    for label in ("se-told", "se-failed"):
        inbox.receive({}, notification(label))
    inbox.deliver(lambda news: customer(news) if news.label_id == "se-told" else 1 / 0)
    for minutes in (1, 5, 30, 120):
        clock.advance(minutes=minutes)
        inbox.deliver(lambda news: 1 / 0)
    inbox.receive({}, notification("se-waiting"))
    clock.advance(days=90)
    inbox.receive({}, notification("se-new"))
    inbox.deliver(customer, limit=1)  # the one that waits longest
    inbox.receive({}, notification("se-waiting", "delivered", 9))
    clock.advance(days=1)
    assert inbox.counts() == InboxCounts(labels=4, waiting=2, failed=1)
    since = clock.time - timedelta(days=30)
    ages: dict[str, Any] = {
        "timedelta": timedelta(days=30),
        "seconds": 30 * 86_400,
        "time": since,
        "time without a zone": since.replace(tzinfo=None),
    }
    assert inbox.prune(ages[how]) == 2
    assert inbox.counts() == InboxCounts(labels=2, waiting=2, failed=0)
    assert inbox.prune(timedelta(0)) == 0


@pytest.mark.parametrize(
    "older_than", [timedelta(days=-1), -1, float("nan"), float("inf"), 1e20, True, "30 days", None]
)
def test_prune_refuses_what_is_no_age(inbox: Inbox, older_than: Any) -> None:
    with pytest.raises(ConfigurationError, match="older_than"):
        inbox.prune(older_than)
