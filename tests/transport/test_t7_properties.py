"""T7 as a property: any bytes, any JSON, any status and headers give a documented error or a right answer."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shipstation_aissist import (
    AmbiguousOrderError,
    APIConnectionError,
    APIError,
    APIStatusError,
    ConnectionStatus,
    Label,
    MalformedResponseError,
    OrderNotFoundError,
    ShipStationClient,
    TrackOrderAction,
    TrackOrderResponse,
)
from support.canned import Canned, canned_client
from support.fault_server import FaultServer
from support.misbehaviour import last_words
from support.strategies import ANY_JSON_VALUE, TRUE_REPLIES, nearly_true_replies
from support.wiring import KEY

CALLS: dict[str, Callable[[ShipStationClient], Any]] = {
    "get_shipment": lambda client: client.get_shipment("se-1"),
    "get_label": lambda client: client.get_label("se-1"),
    "track_label": lambda client: client.track_label("se-1"),
    "track": lambda client: client.track("usps", "9400"),
    "list_shipments": lambda client: list(client.list_shipments(shipment_number="A-100")),
    "list_labels": lambda client: list(client.list_labels()),
    "list_fulfillments": lambda client: list(client.list_fulfillments()),
    "total": lambda client: client.list_labels().total,
    "get_json": lambda client: client.get_json("tags"),
}
HEADER_NAMES = ["Retry-After", "Content-Type", "Content-Encoding", "Content-Length", "x-shipengine-requestid", "Date"]
HEADERS = st.dictionaries(
    st.sampled_from(HEADER_NAMES),
    st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\x00"), max_size=12)
    | st.sampled_from(["gzip", "deflate", "gzip, gzip", "0", "7", "120", "Thu, 15 Jan 2026 12:00:20 GMT"]),
    max_size=4,
)
STATUSES = st.sampled_from([200, 201, 204, 207, 301, 400, 401, 403, 404, 408, 429, 500, 503]) | st.integers(100, 999)
JSON_BODIES = ANY_JSON_VALUE.map(lambda value: json.dumps(value).encode("utf-8", "surrogatepass"))
BODIES = st.binary(max_size=200) | JSON_BODIES | JSON_BODIES.map(gzip.compress)


def check(call: Callable[[ShipStationClient], Any], client: ShipStationClient) -> Any:
    """The answer, or the error if it is a documented one; anything else fails the test."""
    try:
        result = call(client)
    except APIError as error:
        result = error
    assert not isinstance(result, APIError) or str(result)
    assert not isinstance(result, MalformedResponseError) or result.problems
    return result


@pytest.mark.parametrize("name", CALLS)
@given(body=BODIES, status=STATUSES, headers=HEADERS)
@settings(max_examples=50, deadline=None)
def test_any_reply_is_an_answer_or_a_documented_error(
    name: str, body: bytes, status: int, headers: dict[str, str]
) -> None:
    result = check(CALLS[name], canned_client(Canned(body, status, headers)))
    if not 200 <= status < 300 and not isinstance(result, APIConnectionError):
        assert isinstance(result, APIStatusError)
        assert result.status_code == status


@given(value=ANY_JSON_VALUE)
@settings(deadline=None)
def test_any_json_comes_through_get_json_as_it_is_but_for_half_characters(value: Any) -> None:
    body = json.dumps(value)
    client = canned_client(Canned(body.encode()))
    expected = json.loads(body)
    if "\\ud8" not in body.lower():
        assert client.get_json("tags") == expected


@given(reply=nearly_true_replies("label"))
@settings(deadline=None)
def test_a_label_that_is_nearly_right_is_read_rightly_or_refused(reply: Any) -> None:
    result = check(CALLS["get_label"], canned_client(Canned(json.dumps(reply).encode())))
    if isinstance(result, Label):
        assert result.label_id == reply["label_id"]
        assert result.tracking_number == (reply.get("tracking_number") or None)
    else:
        assert isinstance(result, MalformedResponseError)


@given(
    replies=st.fixed_dictionaries(
        {
            kind: st.just(TRUE_REPLIES[kind]) | nearly_true_replies(kind)
            for kind in ("shipments", "labels", "fulfillments", "tracking")
        }
    )
)
@settings(deadline=None)
def test_a_run_over_replies_that_are_nearly_right_answers_or_raises_a_documented_error(replies: dict[str, Any]) -> None:
    def answer(url: str) -> Canned:
        kind = next((each for each in ("shipments", "fulfillments", "labels") if f"/{each}?" in url), "tracking")
        return Canned(json.dumps(replies[kind]).encode())

    client = canned_client(answer)
    try:
        result: Any = TrackOrderAction(client).run("A-100")
    except (APIError, OrderNotFoundError, AmbiguousOrderError) as error:
        result = error
    if isinstance(result, TrackOrderResponse):
        json.loads(result.to_json(response_format="full"))
        assert result.summary()


@given(body=BODIES, status=STATUSES, headers=HEADERS)
@settings(deadline=None)
def test_the_test_button_never_raises(body: bytes, status: int, headers: dict[str, str]) -> None:
    result = canned_client(Canned(body, status, headers)).test_connection()
    assert isinstance(result, ConnectionStatus)
    assert result.ok == (result.reason == "ok")
    assert result.message


@pytest.fixture(scope="module")
def anything() -> Iterator[tuple[FaultServer, list[bytes]]]:
    """A server that sends whatever the list holds, and hangs up."""
    words = [b""]
    with FaultServer(lambda conversation: last_words(words[0])(conversation)) as server:
        yield server, words


@given(
    reply=st.binary(max_size=300)
    | st.builds(
        lambda status, headers, body: b"HTTP/1.1 " + status + b"\r\n" + headers + b"\r\n\r\n" + body,
        st.sampled_from([b"200 OK", b"429 No", b"404", b"503 X", b"204 X", b"099 X"]) | st.binary(max_size=9),
        st.binary(max_size=60)
        | st.sampled_from([b"Transfer-Encoding: chunked", b"Content-Encoding: gzip", b"Content-Length: 9"]),
        st.binary(max_size=60) | st.just(b"2\r\n{}\r\n0\r\n\r\n"),
    )
)
@settings(max_examples=150, deadline=None)
def test_any_bytes_on_the_wire_are_an_answer_or_a_documented_error(
    anything: tuple[FaultServer, list[bytes]], reply: bytes
) -> None:
    server, words = anything
    words[0] = reply
    with ShipStationClient(KEY, base_url=server.base_url, max_retries=0) as client:
        check(CALLS["get_json"], client)
