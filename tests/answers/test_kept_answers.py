"""An action with kept answers: looked up once, given again while fresh, to nobody who has not proven the same."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from shipstation_aissist import (
    ClientClosedError,
    ConfigurationError,
    Integration,
    OrderNotFoundError,
    OrderQuery,
    SmartAction,
    TrackOrderAction,
)
from shipstation_aissist.answers import Answers, MemoryAnswers, RedisAnswers
from shipstation_aissist.testing import FakeReply, FakeShipStation, sandbox
from shipstation_aissist.webhooks import parse_webhook
from support.valkey import Valkey

MINUTE = 60.0


@pytest.fixture(params=["memory", "redis"])
def answers(request: pytest.FixtureRequest, valkey: Valkey) -> Answers:
    return MemoryAnswers() if request.param == "memory" else RedisAnswers(valkey.url)


@pytest.fixture
def fake() -> FakeShipStation:
    fake = FakeShipStation()
    fake.add_order("1001", postal_code="29646", email="ada@example.com")
    fake.buy_label("1001")
    fake.scan("1001")
    return fake


def test_an_order_that_is_asked_for_again_is_not_looked_up_again(fake: FakeShipStation, answers: Answers) -> None:
    action = TrackOrderAction(fake.client(), answers=answers)
    first = action.run("1001")
    asked = len(fake.calls)
    again = action.run(" 1001 ")
    assert len(fake.calls) == asked == 3
    assert again.order_id == " 1001 "
    assert again.as_of == first.as_of
    assert again.to_dict("full")["shipstation"]["parcels"] == first.to_dict("full")["shipstation"]["parcels"]


def test_fresh_looks_it_up_and_what_is_learnt_is_kept(fake: FakeShipStation, answers: Answers) -> None:
    action = TrackOrderAction(fake.client(), answers=answers)
    action.run("1001")
    fake.deliver("1001")
    assert action.run("1001").state == "in_transit"
    assert action.run("1001", fresh=True).state == "delivered"
    assert action.run("1001").state == "delivered"


def test_an_answer_that_is_no_longer_fresh_is_looked_up() -> None:
    fake = FakeShipStation()
    fake.add_order("1001")
    action = TrackOrderAction(fake.client(), answers=MemoryAnswers())
    action.run("1001")
    fake.clock.advance(9 * MINUTE)
    asked = len(fake.calls)
    action.run("1001")
    assert len(fake.calls) == asked
    fake.clock.advance(2 * MINUTE)
    action.run("1001")
    assert len(fake.calls) > asked


def test_an_answer_whose_tracking_could_not_be_read_is_kept_for_a_minute_at_most(fake: FakeShipStation) -> None:
    action = TrackOrderAction(fake.client(max_retries=0), answers=MemoryAnswers())
    fake.deliver("1001")
    fake.fail_next(404, path="/track")
    assert action.run("1001").warnings
    fake.clock.advance(0.9 * MINUTE)
    assert action.run("1001").warnings
    fake.clock.advance(0.2 * MINUTE)
    assert not action.run("1001").warnings


def test_what_one_check_has_proven_is_never_given_for_another(fake: FakeShipStation, answers: Answers) -> None:
    """A wrong code after the right one was kept costs, and looks, like an unknown order."""

    def refusal(order_id: str, **check: str) -> tuple[Any, ...]:
        action = TrackOrderAction(fake.client(), answers=answers)
        fake.reset_calls()
        with pytest.raises(OrderNotFoundError) as caught:
            action.run(order_id, **check)
        return type(caught.value), str(caught.value), [call.path for call in fake.calls]

    action = TrackOrderAction(fake.client(), answers=answers)
    action.run("1001", postal_code="29646")
    action.run("1001")
    unknown = refusal("9999", postal_code="10001")
    assert refusal("1001", postal_code="10001") == unknown
    assert refusal("1001", postal_code="10001") == unknown  # nor is it kept


def test_errors_are_not_kept(fake: FakeShipStation, answers: Answers) -> None:
    action = TrackOrderAction(fake.client(), answers=answers)
    for _ in range(2):
        fake.reset_calls()
        with pytest.raises(OrderNotFoundError):
            action.run("2002")
        assert fake.calls
    fake.add_order("2002")
    assert action.run("2002").state == "not_shipped"


def test_a_notification_forgets_its_labels_order(fake: FakeShipStation, answers: Answers) -> None:
    action = TrackOrderAction(fake.client(), answers=answers)
    action.run("1001")
    fake.deliver("1001")
    notification = fake.notification("1001")
    assert action.from_webhook(parse_webhook(notification.body)).state == "delivered"
    assert action.run("1001").state == "delivered"


def test_a_notification_about_a_label_that_is_new_forgets_its_order(fake: FakeShipStation, answers: Answers) -> None:
    """Kept as delivered for six hours, when a second parcel leaves."""
    action = TrackOrderAction(fake.client(), answers=answers)
    fake.deliver("1001")
    assert action.run("1001").state == "delivered"
    fake.scan(fake.buy_label("1001"))
    told = action.from_webhook(parse_webhook(fake.notification(fake.labels[-1]).body))
    again = action.run("#1001")
    assert (again.state, again.parcels) == (told.state, told.parcels)
    assert len(action.run("1001").parcels) == 2


def test_a_notification_about_the_first_label_forgets_that_nothing_was_shipped(
    fake: FakeShipStation, answers: Answers
) -> None:
    fake.add_order("1002")
    action = TrackOrderAction(fake.client(), answers=answers)
    assert action.run("1002").state == "not_shipped"
    fake.scan(fake.buy_label("1002"))
    action.from_webhook(parse_webhook(fake.notification("1002").body))
    assert action.run("1002").state == "in_transit"


def test_a_classic_notification_forgets_the_order_that_its_number_leads_to(
    fake: FakeShipStation, answers: Answers
) -> None:
    action = TrackOrderAction(fake.client(), answers=answers)
    action.run("1001")
    fake.deliver("1001")
    event = parse_webhook(fake.notification("1001", "API_TRACK").body)
    assert event.label_id is None
    assert action.from_webhook(event).state == "delivered"
    assert action.run("1001").state == "delivered"


def test_a_return_is_told_as_one_also_when_its_answer_is_given_again(answers: Answers) -> None:
    action = TrackOrderAction(sandbox().client(), answers=answers)
    first, again = action.run("12360"), action.run("12360")
    assert again.as_of == first.as_of
    assert again._repr_html_() == first._repr_html_()
    assert again.to_records() == first.to_records()


def test_two_accounts_and_two_settings_share_a_store_and_no_answer(answers: Answers) -> None:
    states = []
    for key, deliver in (("TEST_first", True), ("TEST_second", False)):
        fake = FakeShipStation(key)
        fake.add_order("1001")
        if deliver:
            fake.deliver("1001")
        states.append(str(TrackOrderAction(fake.client(), answers=answers).run("1001").state))
    assert states == ["delivered", "not_shipped"]


class SlowShop(FakeShipStation):
    """A fake whose first request waits until everybody has asked."""

    def __init__(self) -> None:
        super().__init__()
        self.may_answer = threading.Event()

    def handle(self, *request: Any) -> FakeReply:
        self.may_answer.wait(10)
        return super().handle(*request)


def when_all_wait(answers: Any, then: Callable[[], object]) -> threading.Thread:
    def wait() -> None:
        threading.Event().wait(0.2)
        then()

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


def test_fifty_callers_at_once_make_one_look_up(answers: Answers) -> None:
    fake = SlowShop()
    fake.add_order("1001")
    fake.deliver("1001")
    action = TrackOrderAction(fake.client(), answers=answers)
    thread = when_all_wait(answers, fake.may_answer.set)
    with ThreadPoolExecutor(50) as threads:
        responses = list(threads.map(lambda number: action.run("1001" if number % 2 else "#1001"), range(50)))
    thread.join()
    assert {str(response.state) for response in responses} == {"delivered"}
    assert {response.order_id for response in responses} == {"1001", "#1001"}
    assert len(fake.calls) <= 3 + 4  # "1001" and "#1001" are two questions


def test_who_comes_just_after_a_look_up_landed_finds_its_answer(fake: FakeShipStation) -> None:
    class LateStore(MemoryAnswers):
        """Its first answer is kept while somebody is on the way to look it up, too."""

        def open(self, *account: Any) -> Any:
            shelf = super().open(*account)
            if not fake.calls:
                TrackOrderAction(fake.client(), answers=attic).run("1001")
            return shelf

    attic = MemoryAnswers()
    late = LateStore()
    late.flights, late._kept = attic.flights, attic._kept
    TrackOrderAction(fake.client(), answers=late).run("1001")
    assert len(fake.calls) == 3


def test_a_signals_handler_may_ask_for_the_order_whose_look_up_it_interrupts() -> None:
    flights = MemoryAnswers().flights
    nested: list[Any] = []

    def interrupted() -> Any:
        nested.append(flights.answer("a", 10, lambda: pytest.fail("it is under way")))
        return "the answer"

    assert flights.answer("a", 10, interrupted) == ("the answer", True)
    assert nested == [(None, False)]  # so the handler makes its own


def test_in_bulk_a_kept_answer_is_given_and_what_is_looked_up_is_kept(fake: FakeShipStation, answers: Answers) -> None:
    fake.add_order("1002")
    action = TrackOrderAction(fake.client(), answers=answers)
    action.run("1001")
    fake.reset_calls()
    outcomes = list(action.run_many(["#1002", " 1001 ", OrderQuery("1001", "99999")], max_workers=1))
    assert [type(outcome.error) for outcome in outcomes] == [type(None), type(None), OrderNotFoundError]
    assert outcomes[1].unwrap().order_id == " 1001 "
    asked = [call.query.get("shipment_number") for call in fake.calls if call.path.endswith("/shipments")]
    assert asked.count("1001") == 1  # for the code that was not proven
    fake.reset_calls()
    assert action.run("#1002").state == "not_shipped"
    assert next(action.run_many(["#1002"])).ok
    assert fake.calls == []


def test_in_bulk_the_same_order_many_times_is_looked_up_once(fake: FakeShipStation, answers: Answers) -> None:
    action = TrackOrderAction(fake.client(), answers=answers)
    assert all(outcome.ok for outcome in action.run_many(["1001"] * 40))
    assert len(fake.calls) == 3


def test_a_conversation_does_not_wait_for_the_look_up_of_a_bulk_job(fake: FakeShipStation) -> None:
    """A bulk job may wait for the quota for minutes."""
    told: list[str] = []

    class Asking(MemoryAnswers):
        """While a bulk job has a look-up under way, somebody in a conversation asks for the same."""

        def open(self, *account: Any) -> Any:
            shelf = super().open(*account)
            look, action = shelf.get, TrackOrderAction(fake.client(), answers=plain)

            def get(name: str) -> Any:
                with ThreadPoolExecutor(1) as conversation:
                    told.append(str(conversation.submit(action.run, "1001").result(5).state))
                return look(name)

            shelf.get = get  # type: ignore[method-assign]
            return shelf

    plain, asking = MemoryAnswers(), Asking()
    asking.flights = plain.flights
    (outcome,) = TrackOrderAction(fake.client(), answers=asking).run_many(["1001"])
    assert outcome.ok
    assert told == ["in_transit"] * 2  # the second time within the look-up


def test_an_integrations_actions_share_its_answers(fake: FakeShipStation, answers: Answers) -> None:
    twice = [SmartAction(), SmartAction("At the start", execution="session_start")]
    integration = Integration("My shop", actions=twice, client=fake.client(), answers=answers)
    first = integration.call_tool("trackOrder", {"order_id": "1001"})
    assert len(fake.calls) == 3
    assert integration.call_tool("trackOrder", {"order_id": "1001"}) == first
    assert (
        integration.handle("session_start", {"order_id": "1001"})["At_the_start"]["shipstation"]["order_id"] == "1001"
    )
    assert len(fake.calls) == 3
    refused = integration.call_tool("trackOrder", {"order_id": "1001", "postal_code": "10001"})
    assert refused["shipstation"]["error"]["code"] == "order_not_found"  # type: ignore[call-overload, index]
    with pytest.raises(ConfigurationError, match="answers"):
        Integration("My shop", client=fake.client(), answers=3)  # type: ignore[arg-type]


def test_a_look_up_that_fails_is_not_shared() -> None:
    fake = SlowShop()
    action = TrackOrderAction(fake.client(max_retries=0), answers=MemoryAnswers())
    thread = when_all_wait(action, fake.may_answer.set)

    def ask(_: int) -> type[BaseException]:
        with pytest.raises(OrderNotFoundError) as caught:
            action.run("1001")
        return type(caught.value)

    with ThreadPoolExecutor(5) as threads:
        assert set(threads.map(ask, range(5))) == {OrderNotFoundError}
    thread.join()
    assert len(fake.calls) >= 5 * 3


def test_who_waits_for_anothers_look_up_keeps_the_own_deadline() -> None:
    store = MemoryAnswers()
    is_slow, may_end = threading.Event(), threading.Event()

    def slow() -> Any:
        is_slow.set()
        may_end.wait(10)
        raise OrderNotFoundError

    def fly() -> None:
        with pytest.raises(OrderNotFoundError):
            store.flights.answer("a", 10, slow)

    thread = threading.Thread(target=fly)
    thread.start()
    is_slow.wait(10)
    assert store.flights.answer("a", 0.01, lambda: pytest.fail("another one is on its way")) == (None, False)
    may_end.set()
    thread.join()


def test_a_closed_client_answers_nothing_from_the_store(fake: FakeShipStation, answers: Answers) -> None:
    client = fake.client()
    action = TrackOrderAction(client, answers=answers)
    action.run("1001")
    client.close()
    with pytest.raises(ClientClosedError):
        action.run("1001")


def test_what_is_no_store_is_refused(fake: FakeShipStation) -> None:
    with pytest.raises(ConfigurationError, match="answers"):
        TrackOrderAction(fake.client(), answers="redis://localhost")  # type: ignore[arg-type]
