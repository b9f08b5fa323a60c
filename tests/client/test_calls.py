"""The other calls of the client: single records, any JSON, the Test button, and closing."""

from __future__ import annotations

import json
import pickle
import threading
from collections.abc import Callable
from typing import Any

import attrs
import pytest

from shipstation_aissist import (
    AuthenticationError,
    ClientClosedError,
    ConnectionStatus,
    NotFoundError,
    PermissionDeniedError,
    PlanUpgradeRequiredError,
    ShipStationClient,
    TrackOrderAction,
)
from shipstation_aissist.testing import FakeShipStation
from support.canned import Canned, CannedAdapter, canned_client
from support.wire_samples import label, shipment, tracking
from support.wiring import KEY

CALLS: dict[str, Callable[[ShipStationClient], Any]] = {
    "test_connection": lambda client: client.test_connection(),
    "list_shipments": lambda client: list(client.list_shipments()),
    "get_shipment": lambda client: client.get_shipment("se-1"),
    "get_shipment_by_external_id": lambda client: client.get_shipment_by_external_id("mine"),
    "list_labels": lambda client: list(client.list_labels()),
    "get_label": lambda client: client.get_label("se-1"),
    "track_label": lambda client: client.track_label("se-1"),
    "track": lambda client: client.track("usps", "9400"),
    "list_fulfillments": lambda client: client.list_fulfillments().total,
    "get_json": lambda client: client.get_json("tags"),
    "run": lambda client: TrackOrderAction(client).run("A-100"),
}


def asked(call: Callable[[ShipStationClient], Any], body: Any) -> str:
    """The URL that a call asks for, below the base URL."""
    urls: list[str] = []

    def answer(url: str) -> Canned:
        urls.append(url)
        return Canned(json.dumps(body).encode())

    call(canned_client(answer))
    (url,) = urls
    return url.removeprefix("https://api.shipstation.com/v2/")


# --- single records --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "body", "url"),
    [
        (CALLS["get_shipment"], shipment(), "shipments/se-1"),
        (CALLS["get_shipment_by_external_id"], shipment(), "shipments/external_shipment_id/mine"),
        (CALLS["get_label"], label(), "labels/se-1"),
        (CALLS["track_label"], tracking(), "labels/se-1/track"),
        (CALLS["track"], tracking(), "tracking?carrier_code=usps&tracking_number=9400"),
    ],
)
def test_each_call_asks_for_its_own_path(call: Callable[[ShipStationClient], Any], body: Any, url: str) -> None:
    assert asked(call, body) == url


@pytest.mark.parametrize(
    ("given", "sent"),
    [("a/b", "a%2Fb"), ("a b", "a%20b"), ("ü?#", "%C3%BC%3F%23"), ("..%2f", "..%252f"), ("a..b", "a..b")],
)
def test_an_id_is_one_encoded_segment_of_the_path(given: str, sent: str) -> None:
    assert asked(lambda client: client.get_label(given), label()) == f"labels/{sent}"


def calls_by_id(client: ShipStationClient) -> tuple[Callable[[str], object], ...]:
    return (client.get_shipment, client.get_shipment_by_external_id, client.get_label, client.track_label)


@pytest.mark.parametrize("bad", ["", " ", ".", "..", "a\nb", "\x00", "\ud800"])
def test_an_id_that_cannot_be_one_is_a_value_error_and_nothing_is_sent(bad: str) -> None:
    adapter = CannedAdapter(lambda _: Canned())
    client = canned_client(adapter)
    for call in calls_by_id(client):
        with pytest.raises(ValueError, match="_id"):
            call(bad)
    with pytest.raises(ValueError, match="tracking_number"):
        client.track("usps", bad.strip("."))
    assert adapter.urls == []


@pytest.mark.parametrize("bad", [None, 5, True, ["se-1"], float("nan"), b"se-1"])
def test_an_argument_that_is_no_text_is_a_type_error_and_nothing_is_sent(bad: Any) -> None:
    adapter = CannedAdapter(lambda _: Canned())
    client = canned_client(adapter)
    for call in calls_by_id(client):
        with pytest.raises(TypeError, match="_id must be a str"):
            call(bad)
    with pytest.raises(TypeError, match="carrier_code must be a str"):
        client.track(bad, "9400")
    with pytest.raises(TypeError, match="tracking_number must be a str"):
        client.track("usps", bad)
    with pytest.raises(TypeError, match="path must be a str"):
        client.get_json(bad)
    assert adapter.urls == []


# --- get_json --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [None, True, 7, 2.5, "text", [], {}, {"a": [1, {"b": None}]}])
def test_get_json_returns_any_json(value: Any) -> None:
    assert canned_client(Canned(json.dumps(value).encode())).get_json("tags") == value


@pytest.mark.parametrize(
    ("path", "params", "url"),
    [
        ("tags", {}, "tags"),
        ("labels/se-1", {}, "labels/se-1"),
        ("labels", {"page_size": 1, "label_status": None}, "labels?page_size=1"),
        ("labels", {"a": True, "b": False, "c": 1.5}, "labels?a=true&b=false&c=1.5"),
        ("shipments", {"tag": ["one", "two"]}, "shipments?tag=one&tag=two"),
        ("shipments", {"q": "a&b=c d"}, "shipments?q=a%26b%3Dc+d"),
        ("labels/ü", {}, "labels/%C3%BC"),
        ("labels/a%2Bb", {}, "labels/a%2Bb"),
    ],
)
def test_get_json_asks_for_a_path_below_the_base_url(path: str, params: dict[str, Any], url: str) -> None:
    assert asked(lambda client: client.get_json(path, **params), {}) == url


@pytest.mark.parametrize(
    "path",
    [
        *("", "/", "/labels", "labels/", "labels//se-1", ".", "..", "labels/..", "../v1/labels", "labels/../../x"),
        *("./labels", "%2e%2e/x", "labels/%2E%2E", "labels/.%2e", "labels/%2f..%2f", "labels%2F..%2Fx"),
        *("https://evil.example/v2", "http://localhost/", "//evil.example", "labels?x=1", "labels#x", "labels%3Fx=1"),
        *("labels%23", "a\\b", "a%5cb", "a\nb", "a%0d%0ab", "a\x00", " ", "a/ /b"),
    ],
)
def test_get_json_refuses_a_path_that_leads_elsewhere_and_sends_nothing(path: str) -> None:
    adapter = CannedAdapter(lambda _: Canned())
    client = canned_client(adapter)
    with pytest.raises(ValueError, match="path"):
        client.get_json(path)
    assert adapter.urls == []


@pytest.mark.parametrize("path", [None, 7, b"tags", ["tags"]])
def test_get_json_refuses_a_path_of_another_type(path: Any) -> None:
    with pytest.raises(TypeError):
        canned_client(Canned()).get_json(path)


# --- the Test button -------------------------------------------------------------------------------------------------


def refused(status: int, code: str = "unspecified", text: str = "No.") -> Canned:
    entry = {"error_source": "shipengine", "error_type": "security", "error_code": code, "message": text}
    return Canned(json.dumps({"request_id": "r-1", "errors": [entry]}).encode(), status)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Canned(b'{"labels": [], "total": 0}'), "ok"),
        (refused(401, "unauthorized", "Access denied."), "bad_api_key"),
        (refused(401, "unauthorized", "Upgrade your billing plan to use this."), "plan_upgrade_required"),
        (refused(401, "subscription_inactive"), "plan_upgrade_required"),
        (refused(403, "forbidden"), "forbidden"),
        (refused(429, "rate_limit_exceeded"), "rate_limited"),
        (ConnectionError("refused"), "unreachable"),
        (TimeoutError("slow"), "timeout"),
        (refused(500), "unexpected"),
        (refused(404), "unexpected"),
        (refused(400), "unexpected"),
        (Canned(b"", 302, {"Location": "https://elsewhere.example"}), "unexpected"),
        (Canned(b"<html>"), "unexpected"),
        (Canned(b"[]"), "unexpected"),
    ],
)
def test_the_test_button_gives_a_reason_and_what_to_do_and_never_raises(answer: Any, reason: str) -> None:
    urls: list[str] = []

    def note(url: str) -> Any:
        urls.append(url)
        return answer

    status = canned_client(note, max_retries=0).test_connection()
    assert isinstance(status, ConnectionStatus)
    assert (status.ok, status.reason) == (reason == "ok", reason)
    assert status.message.endswith((".", "!"))
    assert status.elapsed >= 0
    assert urls == ["https://api.shipstation.com/v2/labels?page_size=1"]
    if isinstance(answer, Canned) and b"r-1" in answer.body:
        assert status.request_id == "r-1"


def test_its_result_is_a_frozen_value() -> None:
    status = canned_client(Canned(b'{"labels": []}')).test_connection()
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        status.ok = False  # type: ignore[misc]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (refused(401), AuthenticationError),
        (refused(401, text="upgrade"), PlanUpgradeRequiredError),
        (refused(403), PermissionDeniedError),
        (Canned(b"", 404), NotFoundError),
    ],
)
def test_what_the_button_reports_other_calls_raise(answer: Canned, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        canned_client(answer).get_label("se-1")


# --- closing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CALLS)
def test_a_call_after_close_raises_and_sends_nothing(name: str) -> None:
    adapter = CannedAdapter(lambda _: Canned())
    client = canned_client(adapter)
    client.close()
    client.close()
    with pytest.raises(ClientClosedError):
        CALLS[name](client)
    assert adapter.urls == []


def test_a_pager_made_before_close_is_closed_too() -> None:
    client = canned_client(Canned(b'{"labels": []}'))
    pager = client.list_labels()
    client.close()
    with pytest.raises(ClientClosedError):
        list(pager)


def test_a_with_block_closes_and_may_hold_an_error() -> None:
    with pytest.raises(LookupError), canned_client(Canned()) as client:
        raise LookupError
    with pytest.raises(ClientClosedError):
        client.get_json("tags")


def test_a_client_made_with_its_class_closes_too() -> None:
    with ShipStationClient(KEY) as client:
        assert client.base_url
    with pytest.raises(ClientClosedError):
        client.test_connection()


def test_a_client_of_a_fake_says_how_to_pickle_one_and_an_action_names_its_client() -> None:
    client = FakeShipStation().client()
    assert TrackOrderAction(client).client is client
    with pytest.raises(TypeError, match="serve the fake"):
        pickle.dumps(client)


def test_a_client_that_was_loaded_without_a_key_can_be_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = pickle.loads(pickle.dumps(ShipStationClient(KEY)))
    loaded.close()
    with pytest.raises(ClientClosedError):
        loaded.get_label("se-1")


def test_waiting_for_the_quota_ends_at_once_when_nobody_waits_any_more() -> None:
    fake = FakeShipStation()
    stop = threading.Event()
    stop.set()
    fake.client()._wait_for_quota(60.0, stop)
    assert fake.clock.sleeps == []
