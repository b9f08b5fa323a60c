"""A client's views with other bounds, who asks, tests that are remembered, endpoints for metrics, a quota (T2, T3)."""

from __future__ import annotations

import pickle
from typing import Any

import attrs
import pytest

from shipstation_aissist import (
    ClientClosedError,
    ConfigurationError,
    InternalServerError,
    RateLimitError,
    ShipStationClient,
    TraceStep,
    TrackOrderAction,
    __version__,
)
from shipstation_aissist.quota import LocalQuota
from shipstation_aissist.testing import FakeShipStation
from support.canned import Canned, CannedAdapter, canned_client

KEY = "sk-of-the-tests"
LABEL = Canned(b'{"label_id": "se-1", "shipment_id": "se-2"}')


# --- with_options ----------------------------------------------------------------------------------------------------


def test_a_view_has_other_bounds_and_the_client_keeps_its_own() -> None:
    client = canned_client(Canned(b"", 503), max_retries=0, name="shop")
    view = client.with_options(timeout=60, max_retries=3)
    assert (view.timeout, view.max_retries, view.name, view.base_url) == (60, 3, "shop", client.base_url)
    assert (client.timeout, client.max_retries) == (10, 0)
    assert (client.with_options().timeout, view.with_options(max_retries=1).timeout) == (10, 60)


def test_a_view_asks_over_the_clients_connections_and_by_its_own_bounds() -> None:
    adapter = CannedAdapter(lambda _: Canned(b"", 503))
    client = canned_client(adapter, max_retries=0)
    with pytest.raises(InternalServerError):
        client.with_options(max_retries=2).get_label("se-1")
    assert len(adapter.urls) == 3
    with pytest.raises(InternalServerError):
        client.get_label("se-1")
    assert len(adapter.urls) == 4


def test_views_share_the_pause_of_their_client() -> None:
    client = canned_client(Canned(b"", 429, {"Retry-After": "60"}), max_retries=0)
    with pytest.raises(RateLimitError):
        client.with_options(timeout=20).get_label("se-1")
    with pytest.raises(RateLimitError, match="Not sent"):
        client.get_label("se-1")
    with pytest.raises(RateLimitError, match=r"^ShipStation answered 429"):
        client.with_options(timeout=120).get_label("se-1")  # has the time to wait


def test_closing_a_view_ends_only_the_view_and_closing_the_client_all_of_them() -> None:
    client = canned_client(LABEL)
    first, second = client.with_options(timeout=20), client.with_options(timeout=30)
    with first:
        assert first.get_label("se-1").label_id == "se-1"
    with pytest.raises(ClientClosedError):
        first.get_label("se-1")
    assert second.get_label("se-1").label_id == client.get_label("se-1").label_id == "se-1"
    client.close()
    for closed in (second, client, client.with_options()):
        with pytest.raises(ClientClosedError):
            closed.get_label("se-1")


@pytest.mark.parametrize("options", [{"timeout": 5}, {"timeout": "20"}, {"max_retries": 11}, {"max_retries": 1.5}])
def test_bounds_that_no_client_may_have_are_refused_for_a_view_too(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        canned_client(LABEL).with_options(**options)


def test_an_action_over_a_view_keeps_to_its_bounds() -> None:
    fake = FakeShipStation()
    fake.add_order("1")
    fake.fail_next(503, times=3)
    with fake.client(max_retries=0) as client:
        assert str(TrackOrderAction(client.with_options(max_retries=5, timeout=60)).run("1").state) == "not_shipped"


def test_a_pickled_view_is_a_client_with_its_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIPSTATION_API_KEY", KEY)
    with ShipStationClient() as client:
        restored = pickle.loads(pickle.dumps(client.with_options(timeout=77)))
    assert restored.timeout == 77
    restored.close()


# --- app_info --------------------------------------------------------------------------------------------------------


class Headers(CannedAdapter):
    """Notes the User-Agent of each request."""

    def send(self, request: Any, *arguments: Any, **options: Any) -> Any:
        self.agents = [*getattr(self, "agents", []), request.headers["User-Agent"]]
        return super().send(request, *arguments, **options)


def test_app_info_stands_in_the_user_agent_behind_the_library() -> None:
    adapter = Headers(lambda _: LABEL)
    canned_client(adapter, app_info="my-desk/2.1").get_label("se-1")
    canned_client(adapter).get_label("se-1")
    with_app, without = adapter.agents
    assert with_app == f"{without} my-desk/2.1"
    assert without.startswith(f"shipstation-aissist/{__version__} Python/")


@pytest.mark.parametrize("app_info", ["my-desk/2.1", "my-desk/2.1 (support; Zürich)", "x", "a" * 200])
def test_one_line_of_latin_1_is_taken_as_app_info(app_info: str) -> None:
    with ShipStationClient(KEY, app_info=app_info):
        pass


@pytest.mark.parametrize(
    "app_info", ["", " ", " a", "a\n", "a\r\nX: 1", "a\tb", "\x7f", "дела/1", "a\u20ac", "a" * 201]
)
def test_app_info_that_no_header_can_hold_is_refused(app_info: str) -> None:
    with pytest.raises(ConfigurationError, match="app_info"):
        ShipStationClient(KEY, app_info=app_info)


@pytest.mark.parametrize("app_info", [7, b"my-desk", ["my-desk"]])
def test_app_info_of_another_type_is_refused(app_info: Any) -> None:
    with pytest.raises(ConfigurationError, match="app_info"):
        ShipStationClient(KEY, app_info=app_info)


# --- test_connection(max_age=) ---------------------------------------------------------------------------------------


def test_a_test_that_is_recent_enough_is_not_made_again() -> None:
    fake = FakeShipStation()
    with fake.client() as client:
        first = client.test_connection()
        assert client.test_connection(max_age=30) is first
        assert client.with_options(timeout=20).test_connection(max_age=30) is first
        fake.clock.advance(31)
        assert client.test_connection(max_age=30) is not first
        assert client.test_connection() is not client.test_connection()
        assert len(fake.calls) == 4


def test_a_failed_test_is_remembered_as_well() -> None:
    fake = FakeShipStation()
    fake.fail_next(500, times=3)
    with fake.client() as client:
        assert client.test_connection(max_age=30).reason == client.test_connection(max_age=30).reason == "unexpected"
        assert client.test_connection().ok


@pytest.mark.parametrize("max_age", [-1, float("nan"), "30", None, True])
def test_an_age_that_is_none_is_refused(max_age: Any) -> None:
    with FakeShipStation().client() as client, pytest.raises((TypeError, ValueError), match="max_age"):
        client.test_connection(max_age=max_age)


def test_a_closed_client_remembers_nothing() -> None:
    with FakeShipStation().client() as client:
        client.test_connection()
    with pytest.raises(ClientClosedError):
        client.test_connection(max_age=1000)


# --- endpoints -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "endpoint"),
    [
        ("tags", "GET /tags"),
        ("labels/se-1", "GET /labels/{label_id}"),
        ("labels/se-1/track", "GET /labels/{label_id}/track"),
        ("shipments/se-1/rates", "GET /shipments/{shipment_id}/rates"),
        ("shipments/external_shipment_id/abc", "GET /shipments/external_shipment_id/{external_shipment_id}"),
        ("fulfillments/se-1", "GET /fulfillments/{fulfillment_id}"),
        ("carriers/se-123/services", "GET /carriers/{id}/services"),
    ],
)
def test_an_endpoint_holds_no_id(path: str, endpoint: str) -> None:
    steps: list[TraceStep] = []
    canned_client(Canned(b"{}"), on_event=steps.append).get_json(path)
    assert [step.endpoint for step in steps] == [endpoint]


def test_the_steps_of_two_orders_have_the_same_endpoints() -> None:
    fake = FakeShipStation()
    for number in "12":
        fake.add_order(number)
        fake.scan(fake.buy_label(number))
    heard: list[TraceStep] = []
    with fake.client(on_event=heard.append) as client:
        endpoints = []
        for number in "12":
            heard.clear()
            TrackOrderAction(client).run(number)
            endpoints.append([step.endpoint for step in heard if step.kind == "request"])
    assert endpoints[0] == endpoints[1] == ["GET /shipments", "GET /labels", "GET /labels/{label_id}/track"]


# --- a quota ---------------------------------------------------------------------------------------------------------


@attrs.define
class Permits:
    """A quota that is scripted, and what was asked of it."""

    waits: list[float] = attrs.field(factory=list)
    asked: list[bool] = attrs.field(factory=list)
    reported: list[float] = attrs.field(factory=list)
    accounts: list[str] = attrs.field(factory=list)
    returned: int = 0
    closed: int = 0

    def open(self, account: str, clock: Any) -> Permits:
        self.accounts.append(account)
        return self

    def take(self, bulk: bool) -> float:
        self.asked.append(bulk)
        return self.waits.pop(0) if self.waits else 0.0

    def give_back(self) -> None:
        self.returned += 1

    def report(self, seconds: float) -> None:
        self.reported.append(seconds)

    def close(self) -> None:
        self.closed += 1


def test_every_attempt_takes_a_permit_and_a_429_is_reported() -> None:
    quota = Permits()
    fake = FakeShipStation()
    fake.add_order("1")
    fake.fail_next(429, retry_after=2)
    with fake.client(quota=quota) as client:
        TrackOrderAction(client).run("1")
    assert quota.asked == [False] * len(fake.calls)
    assert (quota.reported, quota.returned, quota.closed) == ([2.0], 0, 1)


def test_a_quota_is_opened_for_the_account_and_never_sees_the_key() -> None:
    quota = Permits()
    for key in (KEY, KEY, "another"):
        ShipStationClient(key, quota=quota).close()
    assert quota.accounts[0] == quota.accounts[1] != quota.accounts[2]
    assert KEY not in quota.accounts[0]


def test_without_a_permit_a_call_waits_if_its_time_allows_and_else_is_not_sent() -> None:
    quota = Permits(waits=[3.0, 0.0, 60.0])
    fake = FakeShipStation()
    with fake.client(quota=quota) as client:
        client.get_json("tags")
        assert 3 <= fake.clock.monotonic() < 4
        with pytest.raises(RateLimitError, match="Not sent") as raised:
            client.get_json("tags")
    assert raised.value.retry_after == 60
    assert len(fake.calls) == 1


def test_a_batch_asks_as_a_batch_and_loses_no_order_to_the_quota() -> None:
    quota = Permits(waits=[60.0])
    fake = FakeShipStation()
    for number in "123":
        fake.add_order(number)
    with fake.client(quota=quota) as client:
        assert [outcome.ok for outcome in TrackOrderAction(client).run_many("123")] == [True] * 3
    assert set(quota.asked) == {True}


def test_clients_that_share_a_local_quota_share_its_permits() -> None:
    fake = FakeShipStation()
    quota = LocalQuota(limit=3, window=60, reserve=0)
    with fake.client(quota=quota) as this, fake.client(quota=quota) as other:
        for client in (this, other, this):
            client.get_json("tags")
        with pytest.raises(RateLimitError, match="Not sent"):
            other.get_json("tags")
    assert len(fake.calls) == 3


@pytest.mark.parametrize("quota", [7, "redis://localhost", object()])
def test_what_is_no_quota_is_refused(quota: Any) -> None:
    with pytest.raises(ConfigurationError, match="quota"):
        ShipStationClient(KEY, quota=quota)
