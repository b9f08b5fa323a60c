"""Who mocks with ``responses`` sees and answers every attempt, retries included."""

from __future__ import annotations

import json
from contextvars import Context

import pytest
import requests
import responses
from requests.exceptions import ConnectionError as BrokenConnectionError

from shipstation_aissist import APIConnectionError, APITimeoutError, RateLimitError, ShipStationClient, TrackOrderAction
from shipstation_aissist.testing import FakeClock
from shipstation_aissist.transport.sockets import DeadlineAdapter
from support.wire_samples import label, shipment, tracking
from support.wiring import KEY, MANY_LABELS

BASE = "https://api.shipstation.com/v2"


@pytest.fixture
def client() -> ShipStationClient:
    """The client's own adapter, on a clock that never waits."""
    return ShipStationClient._wired(api_key=KEY, adapter=DeadlineAdapter(), clock=FakeClock())


@responses.activate
def test_every_attempt_is_seen_and_answered(client: ShipStationClient) -> None:
    url = f"{BASE}/labels/se-1"
    responses.get(url, status=503)
    responses.get(url, body=BrokenConnectionError("broken"))
    responses.get(url, json=label("se-1"))
    assert client.get_label("se-1").label_id == "se-1"
    assert [call.request.url for call in responses.calls] == [url] * 3
    assert responses.calls[0].request.headers["API-Key"] == KEY
    assert responses.calls[0].request.headers["api-key"] == KEY


@responses.activate
def test_a_whole_run_is_seen_and_answered(client: ShipStationClient) -> None:
    responses.get(f"{BASE}/shipments", json={"shipments": [shipment()], "pages": 1})
    responses.get(f"{BASE}/labels", json={"labels": [label()], "pages": 1})
    responses.get(f"{BASE}/labels/se-8001/track", json=tracking())
    response = TrackOrderAction(client).run("A-100")
    assert response.tracking is not None
    assert response.warnings == ()
    assert len(responses.calls) == 3


@responses.activate
def test_requests_side_by_side_are_seen_too(client: ShipStationClient) -> None:
    responses.get(f"{BASE}/shipments", json={"shipments": [shipment()], "pages": 1})
    responses.get(f"{BASE}/labels", json=MANY_LABELS)
    for each in MANY_LABELS["labels"]:
        responses.get(f"{BASE}/labels/{each['label_id']}/track", json=tracking(each["tracking_number"]))
    assert len(TrackOrderAction(client).run("A-100").parcels) == 10
    assert len(responses.calls) == 12


@responses.activate
def test_headers_and_statuses_mean_what_they_mean_on_the_wire(client: ShipStationClient) -> None:
    responses.get(f"{BASE}/tags", status=429, headers={"Retry-After": "60"})
    with pytest.raises(RateLimitError) as raised:
        client.get_json("tags")
    assert raised.value.retry_after == 60


@responses.activate
def test_a_query_is_matched(client: ShipStationClient) -> None:
    matcher = responses.matchers.query_param_matcher({"page_size": "1"})
    responses.get(f"{BASE}/labels", body=json.dumps({"labels": []}), match=[matcher])
    assert client.test_connection().ok


@responses.activate
def test_what_was_not_registered_is_a_connection_error(client: ShipStationClient) -> None:
    with pytest.raises(APIConnectionError):
        client.get_json("tags")


@responses.activate
def test_a_client_that_is_made_as_usual_is_mocked_as_well() -> None:
    responses.get(f"{BASE}/tags", json=[])
    with ShipStationClient(KEY) as client:
        assert client.get_json("tags") == []


@responses.activate
def test_a_timeout_that_is_wrapped_without_a_cause_is_still_a_timeout(client: ShipStationClient) -> None:
    responses.get(f"{BASE}/labels/se-1", body=BrokenConnectionError(TimeoutError("slow")))
    with pytest.raises(APITimeoutError):
        client.get_label("se-1")


def test_the_adapter_alone_refuses_to_send_without_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    request = requests.Request("GET", "http://127.0.0.1:9/v2/tags").prepare()
    with pytest.raises(RuntimeError, match="keeping_to"):
        Context().run(DeadlineAdapter().send, request)
