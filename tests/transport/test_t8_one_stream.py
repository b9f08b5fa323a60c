"""T8: the log, ``on_event`` and a trace are three views of one stream of frozen records."""

from __future__ import annotations

import logging
import re
from contextvars import ContextVar
from typing import Any

import attrs
import pytest

from shipstation_aissist import (
    APIConnectionError,
    APIError,
    APIStatusError,
    InternalServerError,
    ShipStationClient,
    TraceStep,
    TrackOrderAction,
)
from support.canned import Canned, canned_client
from support.fault_proxy import FaultProxy
from support.fault_server import Behaviour, FaultServer
from support.misbehaviour import error, last_words, reply, slow
from support.wiring import LABELS, MANY_LABELS, SHIPMENTS, TRACKING, Connect, outcome_of

LABEL = {"label_id": "se-1", "shipment_id": "se-2", "status": "completed"}
LOGGER = "shipstation_aissist"


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """The library's log, at DEBUG."""
    caplog.set_level(logging.DEBUG, LOGGER)
    return caplog


def lines(log: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    """Level and text of each line, with the measured seconds struck out."""
    return [
        (record.levelname, re.sub(r"\d+\.\d+ s", "N s", record.getMessage()))
        for record in log.records
        if record.name == LOGGER
    ]


def test_a_request_is_one_line_at_debug_with_all_that_an_operator_asks_for(
    log: pytest.LogCaptureFixture, connect: Connect
) -> None:
    with FaultServer(reply({"labels": []}, headers={"x-shipengine-requestid": "r-7"})) as server:
        list(connect(server.base_url).list_labels(tracking_number="9400-of-a-customer", page_size=5))
    assert lines(log) == [
        ("DEBUG", "GET labels?tracking_number&page_size&page -> 200 in N s (attempt 1, request id r-7)")
    ]
    assert "of-a-customer" not in log.text


def test_retries_are_warnings_and_the_attempts_say_why(log: pytest.LogCaptureFixture, connect: Connect) -> None:
    with FaultServer(error(503, text="Busy."), reply(LABEL)) as server:
        connect(server.base_url, name="shop").get_label("se-1")
    (first, wait, second) = lines(log)
    assert first[0] == "DEBUG"
    assert first[1].startswith("[shop] GET labels/se-1 -> 503 in N s (attempt 1): InternalServerError: ")
    assert "Busy." in first[1]
    assert wait == ("WARNING", "[shop] GET labels/se-1: trying again in N s")
    assert second == ("DEBUG", "[shop] GET labels/se-1 -> 200 in N s (attempt 2)")


def test_an_attempt_without_a_reply_says_so(log: pytest.LogCaptureFixture) -> None:
    outcome_of(lambda: canned_client(lambda _: ConnectionError("no route"), max_retries=0).get_label("se-1"))
    assert lines(log)[0][1].startswith("GET labels/se-1 -> no reply in N s (attempt 1): APIConnectionError: ")


def test_partial_answers_are_warnings(log: pytest.LogCaptureFixture) -> None:
    body = b'{"label_id": "se-1", "shipment_id": "se-2", "created_at": "soon", "errors": [{"message": "half"}]}'
    canned_client(Canned(body)).get_label("se-1")
    assert [level for level, _ in lines(log)] == ["DEBUG", "WARNING", "WARNING"]


def test_what_is_logged_is_what_the_listener_gets_and_what_the_trace_holds(
    log: pytest.LogCaptureFixture, connect: Connect
) -> None:
    heard: list[TraceStep] = []
    busy = iter([error(503)])

    def labels(conversation: Any) -> None:
        next(busy, reply(LABELS))(conversation)

    script = {"/track": reply(TRACKING), "labels": labels, "shipments": reply(SHIPMENTS)}
    with FaultServer(script) as server:
        client = connect(server.base_url, on_event=heard.append)
        trace = TrackOrderAction(client).debug("A-100")
    assert {step.kind for step in heard} == {"request", "wait", "decision"}
    assert len(heard) == len(lines(log)) == len(trace.steps)
    for step, (level, line), traced in zip(heard, lines(log), trace.steps, strict=True):
        assert level == ("WARNING" if step.warning else "DEBUG")
        assert re.sub(r"\d+\.\d+ s", "N s", step.what) in line
        assert (step.kind, step.rule, step.attempt, step.status, step.seconds) == (
            *(traced.kind, traced.rule, traced.attempt, traced.status, traced.seconds),
        )


def test_records_are_frozen_values(connect: Connect) -> None:
    steps: list[TraceStep] = []
    with FaultServer(reply(LABEL)) as server:
        connect(server.base_url, on_event=steps.append).get_label("se-1")
    (step,) = steps
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        step.what = "something else"  # type: ignore[misc]
    assert (step.kind, step.what, step.attempt, step.status) == ("request", "GET labels/se-1", 1, 200)
    assert step.seconds is not None


def test_an_exception_in_the_listener_is_logged_and_the_call_goes_on(log: pytest.LogCaptureFixture) -> None:
    def fail(_: TraceStep) -> None:
        raise LookupError("a listener's own fault")

    client = canned_client(Canned(b'{"label_id": "se-1", "shipment_id": "se-2"}'), on_event=fail, name="shop")
    assert client.get_label("se-1").label_id == "se-1"
    (record,) = [record for record in log.records if record.levelno == logging.ERROR]
    assert record.getMessage() == "[shop] on_event failed; the call goes on"
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], LookupError)


def test_an_exception_in_the_listener_does_not_replace_the_calls_own_error() -> None:
    def fail(_: TraceStep) -> None:
        raise LookupError

    client = canned_client(Canned(b"", 500), on_event=fail, max_retries=0)
    with pytest.raises(InternalServerError) as raised:
        client.get_label("se-1")
    assert raised.value.__context__ is None


def test_the_listener_is_called_in_the_callers_context_also_for_requests_side_by_side(connect: Connect) -> None:
    customer: ContextVar[str] = ContextVar("customer")
    heard: list[str] = []
    script = {"/track": slow(0.02, reply(TRACKING)), "labels": reply(MANY_LABELS), "shipments": reply(SHIPMENTS)}
    with FaultServer(script) as server:
        client = connect(
            server.base_url, on_event=lambda step: step.kind == "request" and heard.append(customer.get("nobody"))
        )
        customer.set("Robin")
        TrackOrderAction(client).run("A-100")
    assert set(heard) == {"Robin"}
    assert len(heard) > 10


def test_the_library_is_silent_unless_it_is_listened_to() -> None:
    logger = logging.getLogger(LOGGER)
    assert any(isinstance(handler, logging.NullHandler) for handler in logger.handlers)
    assert logger.level == logging.NOTSET
    assert logger.propagate


def test_listeners_of_two_clients_hear_their_own_calls_only() -> None:
    heard: dict[str, list[TraceStep]] = {"one": [], "two": []}
    body = Canned(b'{"label_id": "se-1", "shipment_id": "se-2"}')
    first: ShipStationClient = canned_client(body, on_event=heard["one"].append)
    second: ShipStationClient = canned_client(body, on_event=heard["two"].append)
    first.get_label("se-1")
    second.get_label("se-2")
    second.get_label("se-3")
    assert (len(heard["one"]), len(heard["two"])) == (1, 2)


# --- what a server says ----------------------------------------------------------------------------------------------

LONG = "<b>very long</b> " * 400
TWO_LINES = f"one\ntwo\r\nthree\x1b[31m \u202efour\u2028five {LONG}"
SAYINGS: dict[str, Behaviour] = {
    "a message": error(503, text=TWO_LINES, request_id=TWO_LINES),
    "many messages": error(400, *["shipengine"] * 500, text=TWO_LINES),
    "codes": reply({"errors": [dict.fromkeys(("error_code", "error_type", "field_name"), TWO_LINES)]}, status=404),
    "an id in a header": reply(b"", status=429, headers={"x-shipengine-requestid": f"\x1b[31m{LONG}"}),
    "a reason": last_words(f"HTTP/1.1 500 {LONG}\r\nContent-Length: 0\r\n\r\n".encode()),
    "an id beside an answer": reply(LABEL, headers={"x-shipengine-requestid": f"\x1b[31m{LONG}"}),
    "a page": reply(TWO_LINES.encode(), status=502),
    "a page with success": reply(TWO_LINES.encode()),
    "no HTTP": last_words(TWO_LINES.encode()),
    "a bad status line": last_words(f"HTTP/1.1 abc {LONG}\r\n\r\n".encode()),
    "bad headers": last_words(f"HTTP/1.1 200 OK\r\nno colon {LONG}\r\n\r\n".encode()),
    "a bad length": last_words(f"HTTP/1.1 200 OK\r\nContent-Length: {LONG}\r\n\r\n".encode()),
    "a bad coding": last_words(f"HTTP/1.1 200 OK\r\nTransfer-Encoding: {LONG}\r\n\r\n".encode()),
    "bad chunks": last_words(f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{LONG}\r\n".encode()),
}


def is_one_short_line(text: str) -> bool:
    return text.isprintable() and len(text) < 1200


@pytest.mark.parametrize("what", SAYINGS)
def test_what_a_server_says_stands_on_one_short_line_in_errors_logs_and_traces(
    what: str, log: pytest.LogCaptureFixture, connect: Connect
) -> None:
    steps: list[TraceStep] = []
    with FaultServer(SAYINGS[what]) as server:
        client = connect(server.base_url, on_event=steps.append)
        result = outcome_of(lambda: client.get_label("se-1"))
    assert steps
    texts = [step.error for step in steps] + [step.request_id for step in steps] + [step.what for step in steps]
    texts += [line for _, line in lines(log)]
    if isinstance(result, APIError):
        texts.append(str(result))
    if isinstance(result, APIStatusError):
        texts += [result.request_id, *(text for detail in result.errors for text in attrs.astuple(detail))]
        assert len(result.errors) <= 20
    assert [text for text in texts if text is not None and not is_one_short_line(text)] == []


@pytest.mark.parametrize("what", ["a page", "a page with success", "no HTTP", "a reason", "bad headers", "bad chunks"])
def test_a_body_and_a_line_that_is_no_http_are_not_quoted(what: str, connect: Connect) -> None:
    with FaultServer(SAYINGS[what]) as server:
        result = outcome_of(lambda: connect(server.base_url, max_retries=0).get_label("se-1"))
    assert isinstance(result, APIError)
    assert "very long" not in str(result)


def test_the_refusal_of_a_proxy_is_told_by_its_status_only(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = last_words(f"HTTP/1.1 403 {LONG}\r\nX: {LONG}\r\n\r\n{LONG}".encode())
    with FaultProxy(answer=refusal) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{proxy.address}")
        result = outcome_of(lambda: connect("https://localhost:9/v2", max_retries=0).get_label("se-1"))
    assert isinstance(result, APIConnectionError)
    assert "the proxy refused the tunnel with status 403" in str(result)
    assert "very long" not in str(result)
