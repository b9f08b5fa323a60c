"""What every store of answers promises, in this process or in Redis."""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable
from copy import copy
from datetime import UTC, datetime, timedelta, timezone
from hashlib import blake2b
from typing import Any

import attrs
import pytest

from shipstation_aissist import (
    ConfigurationError,
    OrderQuery,
    OrderState,
    Parcel,
    ParcelEvent,
    ParcelState,
    Patience,
    TrackOrderResponse,
)
from shipstation_aissist.answers import Answers, MemoryAnswers, RedisAnswers, form, seconds_fresh
from shipstation_aissist.answers.contract import Shelf, name_of
from shipstation_aissist.orders.query import Lookup, LookupSettings, prepare_lookup
from shipstation_aissist.testing import FakeClock
from support.valkey import Valkey, free_port


def sign_of(key: str) -> Callable[[str], bytes]:
    return lambda text: blake2b(text.encode(), key=key.encode(), digest_size=32).digest()


SIGN = sign_of("a key")
PARCEL = Parcel(
    tracking_number="9400111899223100001234",
    state=ParcelState.IN_TRANSIT,
    ship_date=datetime(2026, 3, 1, 8, 30, 0, 123456, UTC),
    label_id="se-7",
    shipment_id="se-6",
    package_tracking_numbers=("9400111899223100001234", "2"),
    events=(
        ParcelEvent(
            carrier_occurred_at=datetime(2026, 3, 2, 9),
            occurred_at=datetime(2026, 3, 2, 9, tzinfo=timezone(timedelta(hours=-7))),
            description='"quoted" é',
        ),
    ),
)
ANSWER = TrackOrderResponse(
    order_id="caller's own",
    order_number="Geheim-1001",
    state=OrderState.IN_TRANSIT,
    tracking=PARCEL,
    parcels=(PARCEL, attrs.evolve(PARCEL, label_id="se-8")),
    warnings=("a warning",),
    as_of=datetime(2026, 3, 5, 12, tzinfo=UTC),
)


@pytest.fixture(params=["memory", "redis"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def answers(kind: str, valkey: Valkey) -> Answers:
    return MemoryAnswers() if kind == "memory" else RedisAnswers(valkey.url)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def shelf(answers: Answers, clock: FakeClock) -> Shelf:
    return answers.open(SIGN, clock)


def same(answer: TrackOrderResponse | None) -> TrackOrderResponse | None:
    """An answer without the caller's own id, which a store need not keep."""
    return answer and attrs.evolve(answer, order_id="")


def test_an_answer_comes_back_as_it_was(shelf: Shelf) -> None:
    shelf.put("a", ANSWER, 60, shelf.begin())
    assert same(shelf.get("a")) == same(ANSWER)
    assert shelf.get("b") is None


def test_an_answer_is_given_for_as_long_as_it_is_fresh(shelf: Shelf, clock: FakeClock, kind: str, valkey: Any) -> None:
    shelf.put("a", ANSWER, 60, shelf.begin())
    if kind == "redis":
        (key,) = valkey.client().keys("*:answer:*")
        assert 59_000 < valkey.client().pttl(key) <= 60_000
        return
    clock.advance(59)
    assert shelf.get("a")
    clock.advance(1)
    assert shelf.get("a") is None


def test_a_notification_forgets_the_answers_that_hold_its_label(answers: Answers, shelf: Shelf) -> None:
    other = attrs.evolve(ANSWER, parcels=(attrs.evolve(PARCEL, label_id="se-9"),))
    coming_back = attrs.evolve(other, returns=(PARCEL, attrs.evolve(PARCEL, label_id="se-8")))
    for name, answer in {"a": ANSWER, "b": ANSWER, "c": other, "d": coming_back}.items():
        shelf.put(name, answer, 60, shelf.begin())
    answers.forget("se-8")
    assert [bool(shelf.get(name)) for name in "abcd"] == [False, False, True, False]


def test_what_was_looked_up_before_a_notification_is_not_kept_after_it(answers: Answers, shelf: Shelf) -> None:
    begun = shelf.begin()
    answers.forget("se-7")
    shelf.put("a", ANSWER, 60, begun)
    assert shelf.get("a") is None


def test_what_was_looked_up_after_a_notification_is_kept(
    answers: Answers, shelf: Shelf, kind: str, valkey: Valkey
) -> None:
    answers.forget("se-7")
    if kind == "redis":  # some time ago
        client: Any = valkey.client()
        (key,) = client.keys("*:notified:*")
        client.pexpire(key, 150_000)
    shelf.put("a", ANSWER, 60, shelf.begin())
    assert shelf.get("a")


NO_PARCEL = attrs.evolve(ANSWER, state=OrderState.NOT_SHIPPED, tracking=None, parcels=())


@pytest.mark.parametrize(
    ("kept", "led_to"),
    [
        pytest.param(NO_PARCEL, attrs.evolve(ANSWER, order_number=" #geheim-1001"), id="its number"),
        pytest.param(
            attrs.evolve(ANSWER, order_number="A-1", parcels=(attrs.evolve(PARCEL, shipment_id="se-1"),)),
            attrs.evolve(ANSWER, order_number="A-2", parcels=(Parcel(label_id="se-9", shipment_id="se-1"),)),
            id="its shipment",
        ),
        pytest.param(
            attrs.evolve(NO_PARCEL, order_number=None, order_id=" se-1 "),
            attrs.evolve(NO_PARCEL, order_number=None, order_id="se-1", returns=(Parcel(shipment_id="se-1"),)),
            id="its shipment, which was asked for",
        ),
        pytest.param(ANSWER, attrs.evolve(ANSWER, order_number="A-2", parcels=(PARCEL,)), id="its label"),
    ],
)
def test_a_notification_forgets_what_is_kept_about_the_order_that_it_leads_to(
    shelf: Shelf, kept: TrackOrderResponse, led_to: TrackOrderResponse
) -> None:
    other = attrs.evolve(ANSWER, order_number="1002", parcels=(Parcel(label_id="se-10", shipment_id="se-10"),))
    shelf.put("a", kept, 60, shelf.begin())
    shelf.put("b", other, 60, shelf.begin())
    shelf.forget_order(led_to)
    assert [bool(shelf.get(name)) for name in "ab"] == [False, True]


def test_an_order_that_was_looked_up_before_a_notification_about_it_is_not_kept_after_it(shelf: Shelf) -> None:
    begun = shelf.begin()
    shelf.forget_order(ANSWER)
    shelf.put("a", NO_PARCEL, 60, begun)
    assert shelf.get("a") is None


def test_an_order_of_one_account_is_not_forgotten_for_that_of_another(answers: Answers, shelf: Shelf) -> None:
    shelf.put("a", NO_PARCEL, 60, shelf.begin())
    answers.open(sign_of("another key"), FakeClock()).forget_order(NO_PARCEL)
    assert shelf.get("a")


def test_a_store_in_memory_holds_nothing_of_what_it_has_dropped(clock: FakeClock) -> None:
    store = MemoryAnswers(max_orders=1)
    shelf = store.open(SIGN, clock)
    for name in "ab":
        shelf.put(name, ANSWER, 60, shelf.begin())
    clock.advance(60)
    assert shelf.get("b") is None
    assert not store._kept
    assert not store._names


@pytest.mark.parametrize("wrong", [None, 3, b"se-7"])
def test_what_cannot_be_the_id_of_a_label_is_refused(answers: Answers, wrong: Any) -> None:
    with pytest.raises(TypeError, match=f"id of a label, .* not {type(wrong).__name__}$"):
        answers.forget(wrong)


def test_forgetting_what_was_never_kept_is_no_fault(answers: Answers) -> None:
    assert answers.forget("se-404") is None


def test_a_store_of_redis_tells_neither_an_order_nor_a_person(valkey: Valkey) -> None:
    shelf = RedisAnswers(valkey.url).open(SIGN, FakeClock())
    lookup = Lookup("1001", "Geheim-1001", "29646")
    shelf.put(name_of(lookup, LookupSettings(), SIGN), ANSWER, 60, shelf.begin())
    client: Any = valkey.client()
    lying_there = b"".join(
        key + (client.get(key) or b"") if client.type(key) == b"string" else key + b"".join(client.smembers(key))
        for key in client.keys("*")
    )
    assert lying_there
    for told in (b"eheim", b"1001", b"29646", b"9400111899", b"warning", b"in_transit", b"se-7", b"se-6"):
        assert told not in lying_there


@pytest.mark.parametrize("spoil", [b"", b"garbage", b"gAAAA", "other account"])
def test_what_cannot_be_unsealed_counts_as_nothing(valkey: Valkey, spoil: Any) -> None:
    answers = RedisAnswers(valkey.url)
    shelf = answers.open(SIGN, FakeClock())
    if spoil == "other account":
        answers.open(sign_of("another key"), FakeClock()).put("a", ANSWER, 60, 0.0)
    else:
        shelf.put("a", ANSWER, 60, shelf.begin())
        client: Any = valkey.client()
        (key,) = client.keys("*:answer:*")
        client.set(key, spoil)
    assert shelf.get("a") is None


def test_an_answer_that_somebody_moved_to_another_name_is_not_given(valkey: Valkey) -> None:
    shelf = RedisAnswers(valkey.url).open(SIGN, FakeClock())
    shelf.put("a", ANSWER, 60, shelf.begin())
    client: Any = valkey.client()
    (key,) = client.keys("*:answer:*")
    client.copy(key, key[:-1] + b"b")
    assert shelf.get("a")
    assert shelf.get("b") is None


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b'{"version": "0.1", "answer": {}}', form.write(ANSWER).replace(b"as_of", b"was_of")]
)
def test_a_form_that_is_no_answer_of_this_version_counts_as_nothing(data: bytes) -> None:
    assert form.read(data) is None


def test_a_redis_that_is_away_counts_as_empty() -> None:
    answers = RedisAnswers(f"redis://127.0.0.1:{free_port()}/0")
    shelf = answers.open(SIGN, FakeClock())
    shelf.put("a", ANSWER, 60, shelf.begin())
    answers.forget("se-7")
    assert shelf.get("a") is None


def test_the_answer_that_was_not_asked_for_the_longest_goes_first() -> None:
    shelf = MemoryAnswers(max_orders=2).open(SIGN, FakeClock())
    for name in "ab":
        shelf.put(name, ANSWER, 60, shelf.begin())
    assert shelf.get("a")
    shelf.put("c", ANSWER, 60, shelf.begin())
    assert [bool(shelf.get(name)) for name in "abc"] == [True, False, True]


@pytest.mark.parametrize("wrong", [0, -1, 1.5, True, "10", 10_000_001])
def test_a_number_of_orders_out_of_range_is_refused(wrong: Any) -> None:
    with pytest.raises(ConfigurationError, match="max_orders"):
        MemoryAnswers(wrong)


def test_a_url_that_cannot_be_used_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="URL of Redis"):
        RedisAnswers("http://localhost")


def test_a_pickled_store_takes_its_settings_along_and_no_answer(answers: Answers, shelf: Shelf) -> None:
    shelf.put("a", ANSWER, 60, shelf.begin())
    pickled = pickle.dumps(answers)
    assert type(pickle.loads(pickled)) is type(answers)
    assert b"Geheim" not in pickled


@pytest.mark.parametrize(
    "other",
    [
        {"key": "1002"},
        {"postal_code": "29647"},
        {"postal_code": None},
        {"settings": LookupSettings(store_id="se-2")},
        {"settings": LookupSettings(order_key="number")},
        {"settings": LookupSettings(patience=Patience(stalled_days=9))},
        {"email": "ada@example.com"},
        {"email": "29646", "postal_code": None},
        {"with_sign": True},
        {"sign": sign_of("another key")},
    ],
)
def test_answers_to_different_questions_have_different_names(other: dict[str, Any]) -> None:
    def name(
        settings: LookupSettings | None = None, sign: Callable[[str], bytes] = SIGN, **lookup: str | bool | None
    ) -> str:
        asked: dict[str, Any] = {"order_id": "typed", "key": "1001", "postal_code": "29646", **lookup}
        return name_of(Lookup(**asked), settings or LookupSettings(), sign)

    assert name(**other) != name()
    assert name() == name()


@pytest.mark.parametrize("value", [Lookup("typed", "1001"), LookupSettings()])
def test_every_field_of_a_question_counts_but_those_that_only_lead_to_it(value: Lookup | LookupSettings) -> None:
    """A field that is added one day counts by itself, or is named among those that change no answer."""

    def name(other: Lookup | LookupSettings) -> str:
        lookup, settings = (other, LookupSettings()) if isinstance(other, Lookup) else (Lookup("typed", "1001"), other)
        return name_of(lookup, settings, SIGN)

    counting = set()
    for field in attrs.fields(type(value)):
        changed: Any = copy(value)
        object.__setattr__(changed, field.name, "something else")
        if name(changed) != name(value):
            counting.add(field.name)
    only_lead_to_it = {"order_id", "order_id_pattern", "resolve_order_id", "expected_format"}
    assert counting == {field.name for field in attrs.fields(type(value))} - only_lead_to_it


def test_what_a_customer_typed_around_an_id_does_not_matter() -> None:
    settings = LookupSettings(order_id_pattern=re.compile(r"SHOP-(\d+)"), expected_format="SHOP-1")
    lookup = prepare_lookup(OrderQuery("SHOP-1001"), settings)
    assert name_of(lookup, settings, SIGN) == name_of(Lookup("1001", "1001"), LookupSettings(), SIGN)


HOURS, MINUTES = 3600, 60


@pytest.mark.parametrize("state", list(OrderState))
def test_how_long_an_answer_is_fresh_follows_from_its_state(state: OrderState) -> None:
    expected = {
        **dict.fromkeys(["delivered", "returned", "lost", "cancelled"], 6 * HOURS),
        **dict.fromkeys(["out_for_delivery", "delivery_attempted", "unknown"], 5 * MINUTES),
        **dict.fromkeys(["not_shipped", "label_created"], 10 * MINUTES),
    }.get(state, 15 * MINUTES)
    answer = attrs.evolve(ANSWER, state=state)
    assert seconds_fresh(answer) == expected
    assert seconds_fresh(answer, partly_read=True) == 1 * MINUTES


@pytest.mark.parametrize("state", list(ParcelState))
def test_a_settled_order_is_fresh_no_longer_than_a_return_that_a_carrier_has(state: ParcelState) -> None:
    expected = {
        **dict.fromkeys(["delivered", "returned", "lost", "cancelled"], 6 * HOURS),
        **dict.fromkeys(["unknown", "label_created"], 6 * HOURS),  # one that is never used is no reason to ask again
        **dict.fromkeys(["out_for_delivery", "delivery_attempted"], 5 * MINUTES),
    }.get(state, 15 * MINUTES)
    settled = attrs.evolve(ANSWER, state=OrderState.DELIVERED, returns=(Parcel(state=state), Parcel()))
    assert seconds_fresh(settled) == expected
    assert seconds_fresh(attrs.evolve(settled, state=OrderState.OUT_FOR_DELIVERY)) == 5 * MINUTES


def test_a_store_in_memory_is_pickled_as_its_settings_and_shows_no_answer() -> None:
    store = MemoryAnswers(max_orders=3)
    store.open(SIGN, FakeClock()).put("one", ANSWER, 60.0, 0.0)
    assert repr(store) == repr(pickle.loads(pickle.dumps(store))) == "MemoryAnswers(max_orders=3)"
    assert pickle.loads(pickle.dumps(store)).open(SIGN, FakeClock()).get("one") is None
