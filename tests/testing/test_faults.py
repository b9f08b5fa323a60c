"""Faults come when they are asked for, as the client's own exceptions; a quota is kept by the fake's clock."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import responses
from urllib3.util import Timeout

from shipstation_aissist.testing import FakeAdapter, FakeShipStation

LABELS = "https://api.shipstation.com/v2/labels"


@pytest.fixture
def session(fake: FakeShipStation) -> Iterator[requests.Session]:
    """What somebody's own code over requests would use."""
    with requests.Session() as session:
        session.mount("https://", FakeAdapter(fake))
        session.headers["API-Key"] = fake.api_key
        yield session


def test_a_session_is_answered_in_memory_whatever_the_host(fake: FakeShipStation, session: requests.Session) -> None:
    fake.add_order("1")
    response = session.get("https://elsewhere.example/v2/shipments", params={"shipment_number": "1"})
    assert (response.status_code, response.reason, response.json()["total"]) == (200, "OK", 1)
    assert response.headers["content-type"] == "application/json"
    assert response.url == "https://elsewhere.example/v2/shipments?shipment_number=1"
    assert fake.calls[0].query == {"shipment_number": "1"}


def test_a_streamed_reply_can_be_read_in_pieces(fake: FakeShipStation, session: requests.Session) -> None:
    response = session.get(LABELS, stream=True)
    assert json.loads(b"".join(response.iter_content(7)))["labels"] == []


@pytest.mark.parametrize("status", [400, 401, 403, 404, 408, 429, 500, 502, 503, 504])
def test_a_status_comes_as_often_as_asked_with_an_error_body(
    fake: FakeShipStation, session: requests.Session, status: int
) -> None:
    fake.fail_next(status, 2, error_source="carrier")
    first, second, third = (session.get(LABELS) for _ in range(3))
    assert [first.status_code, second.status_code, third.status_code] == [status, status, 200]
    (error,) = first.json()["errors"]
    assert error["error_source"] == "carrier"
    assert error.keys() == {"error_source", "error_type", "error_code", "message"}
    assert [call.status for call in fake.calls] == [status, status, 200]


def test_too_many_requests_has_the_real_body_and_the_header(fake: FakeShipStation, session: requests.Session) -> None:
    fake.fail_next(429, retry_after=2)
    response = session.get(LABELS)
    assert response.headers["Retry-After"] == "2"
    assert response.json() == {
        "request_id": "00000000-0000-4000-8000-000000000001",
        "errors": [
            {
                "error_source": "shipengine",
                "error_type": "system",
                "error_code": "rate_limit_exceeded",
                "message": "You have exceeded the rate limit. Please see https://www.shipengine.com/docs/rate-limits",
            }
        ],
    }
    fake.fail_next(503, retry_after="Thu, 15 Jan 2026 12:00:30 GMT")
    assert session.get(LABELS).headers["Retry-After"] == "Thu, 15 Jan 2026 12:00:30 GMT"


def test_a_fault_may_wait_for_a_path(fake: FakeShipStation, session: requests.Session) -> None:
    fake.fail_next(500, path="/track")
    fake.fail_next(502, path="/shipments")
    statuses = [
        session.get(f"https://x.example/v2/{path}").status_code for path in ("labels", "shipments", "shipments")
    ]
    assert statuses == [200, 502, 200]
    assert session.get("https://x.example/v2/labels/se-1/track").status_code == 500


def test_a_redirect_leads_to_another_host(fake: FakeShipStation, session: requests.Session) -> None:
    fake.fail_next(307)
    response = session.get(LABELS, allow_redirects=False)
    assert (response.status_code, response.headers["Location"]) == (307, "https://elsewhere.example/v2/labels")


def test_a_plan_limit_is_a_401_that_speaks_of_the_plan(fake: FakeShipStation, session: requests.Session) -> None:
    fake.fail_next("plan")
    response = session.get(LABELS)
    assert response.status_code == 401
    assert "billing plan" in response.json()["errors"][0]["message"]


def test_a_reset_is_a_connection_error(fake: FakeShipStation, session: requests.Session) -> None:
    fake.fail_next("reset")
    with pytest.raises(requests.exceptions.ConnectionError, match="Connection reset by peer"):
        session.get(LABELS)
    assert [call.status for call in fake.calls] == [None]
    assert session.get(LABELS).ok


@pytest.mark.parametrize(
    ("timeout", "seconds"), [(5, 5), ((1, 7.5), 7.5), (Timeout(read=3), 3), (None, 60), ((3, None), 60)]
)
def test_a_timeout_takes_the_attempts_time_on_the_fake_clock_only(
    fake: FakeShipStation, session: requests.Session, timeout: Any, seconds: float
) -> None:
    fake.fail_next("timeout")
    with pytest.raises(requests.exceptions.ReadTimeout, match=f"read timeout={seconds:g}"):
        session.get(LABELS, timeout=timeout)
    assert (fake.clock.monotonic(), fake.clock.sleeps) == (seconds, [])


def test_a_truncated_reply_breaks_while_it_is_read(fake: FakeShipStation, session: requests.Session) -> None:
    fake.fail_next("truncated")
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        session.get(LABELS)


def test_malformed_json_and_a_web_page_look_like_a_success(fake: FakeShipStation, session: requests.Session) -> None:
    fake.fail_next("malformed")
    fake.fail_next("html")
    malformed, page = session.get(LABELS), session.get(LABELS)
    assert (malformed.status_code, page.status_code) == (200, 200)
    with pytest.raises(requests.exceptions.JSONDecodeError):
        malformed.json()
    assert page.headers["Content-Type"] == "text/html"
    assert page.text.startswith("<!DOCTYPE html>")


def test_the_quota_refuses_for_whole_seconds_and_recovers_with_the_clock() -> None:
    fake = FakeShipStation(requests_per_minute=2)
    key = {"API-Key": fake.api_key}

    def ask() -> tuple[int, str | None]:
        reply = fake.handle("GET", "/v2/tags", key)
        return reply.status, reply.headers.get("Retry-After")

    assert [ask(), ask(), ask()] == [(200, None), (200, None), (429, "60")]
    fake.clock.advance(30.5)
    assert ask() == (429, "30")
    fake.clock.sleep(30)
    assert [ask(), ask(), ask()] == [(200, None), (200, None), (429, "60")]
    assert fake.handle("GET", "/v2/tags", {}).status == 401, "a stranger uses up nothing"


def test_many_threads_are_answered_at_once_and_every_call_is_recorded(
    fake: FakeShipStation, session: requests.Session
) -> None:
    for number in range(20):
        fake.add_order(str(number))
    totals: list[int] = []

    def work() -> None:
        for number in range(20):
            totals.append(
                session.get("https://x.example/v2/shipments", params={"shipment_number": number}).json()["total"]
            )
            fake.scan(str(number))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert totals == [1] * 160
    assert len(fake.calls) == 160
    assert [len(order.labels) for order in fake.orders] == [1] * 20
    assert sum(len(label.scans) for label in fake.labels) == 160


def test_responses_may_answer_other_hosts_in_the_same_test(fake: FakeShipStation, session: requests.Session) -> None:
    with responses.RequestsMock() as mocked:
        mocked.get("https://shop.example/orders/1", json={"number": "1"})
        assert requests.get("https://shop.example/orders/1", timeout=5).json() == {"number": "1"}
        assert session.get(LABELS).json()["labels"] == []
    assert len(fake.calls) == 1
