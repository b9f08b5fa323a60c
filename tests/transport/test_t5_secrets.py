"""T5: the key appears nowhere: no repr, log, exception, chain, traceback local, pickle, trace or asdict."""

from __future__ import annotations

import json
import logging
import pickle
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import shipstation_aissist
from shipstation_aissist import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    ConfigurationError,
    MalformedResponseError,
    RateLimitError,
    ShipStationClient,
    ShipStationError,
    TraceStep,
    TrackOrderAction,
)
from shipstation_aissist.testing import FakeClock
from shipstation_aissist.transport import Secret
from support.fault_proxy import FaultProxy
from support.fault_server import Behaviour, FaultServer
from support.misbehaviour import drip_body, error, hang_up, last_words, message, reply, reset
from support.secrets import Search
from support.wiring import LABELS, SHIPMENTS, TRACKING, Connect, outcome_of

KEY = 'sk-Zx/41"+é9'
SEARCH = Search(KEY)
ESCAPED = json.dumps(KEY)[1:-1].replace("/", "\\/").encode()
QUOTED = json.dumps({"errors": [{"message": f"{KEY} is no key"}], "request_id": KEY}).encode()


class Recorder(logging.Handler):
    """Keeps every record of every logger."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture
def recorder(caplog: pytest.LogCaptureFixture) -> Iterator[Recorder]:
    """All log records, at DEBUG, those of urllib3 too."""
    handler = Recorder()
    root = logging.getLogger()
    caplog.set_level(logging.DEBUG)
    root.addHandler(handler)
    yield handler
    root.removeHandler(handler)


def assert_clean(value: Any) -> None:
    assert SEARCH.in_value(value) == []
    assert SEARCH.in_text_of(value) == []


def test_the_search_finds_a_key_where_there_is_one() -> None:
    in_locals = SEARCH.in_value(outcome_of(lambda: json.loads(KEY)))
    assert "value.__traceback__ in loads: ['s']" in in_locals
    assert "value.doc" in in_locals
    assert SEARCH.in_value({"a": [TraceStep(kind="wait", what=f"with {KEY}")]}) == ["value['a'][0].what"]
    assert SEARCH.in_value(KEY.encode()) == ["value"]
    assert SEARCH.in_text_of(ValueError(KEY)) == ["repr", "str", "traceback"]
    assert SEARCH.in_pickle_of(ValueError(KEY))
    assert SEARCH.in_log_record(logging.makeLogRecord({"msg": "%s", "args": (KEY,)}))


SITUATIONS: dict[str, tuple[Behaviour, type[ShipStationError]]] = {
    "the key is refused and quoted": (reply(QUOTED, status=401), APIStatusError),
    "quoted with other escapes": (
        reply(b'{"errors": [{"message": "' + ESCAPED + b'", "field_name": "' + ESCAPED + b'"}]}', status=400),
        APIStatusError,
    ),
    "quoted in a header": (
        reply(b"", status=404, headers={"x-shipengine-requestid": KEY, "Location": KEY}),
        APIStatusError,
    ),
    "quoted in a limit": (error(429, text=KEY, headers={"Retry-After": "60"}), RateLimitError),
    "quoted in an outage": (error(503, text=KEY, request_id=KEY), APIStatusError),
    "quoted in a redirect": (reply(b"", status=302, headers={"Location": f"http://[{KEY}"}), APIStatusError),
    "quoted in HTML": (reply(f"<html>{KEY}".encode()), MalformedResponseError),
    "quoted in JSON of another shape": (reply({"label_id": 7, "shipment_id": KEY}), MalformedResponseError),
    "quoted in the status line": (last_words(f"HTTP/1.1 {KEY}\r\n\r\n".encode("latin-1")), APIConnectionError),
    "quoted instead of HTTP": (last_words(KEY.encode("latin-1")), APIConnectionError),
    "quoted in headers that cannot be read": (
        last_words(b"HTTP/1.1 200 OK\r\n" + KEY.encode("latin-1") + b"\r\nx\r\n\r\n"),
        APIConnectionError,
    ),
    "quoted in a bad length": (
        last_words(message(b"", length=None, headers={"Content-Length": f"{KEY}, 1"})),
        ShipStationError,
    ),
    "quoted in a bad chunk": (
        last_words(message(KEY.encode("latin-1"), length=None, headers={"Transfer-Encoding": "chunked"})),
        APIConnectionError,
    ),
    "a reset": (reset(), APIConnectionError),
    "no reply": (hang_up(), APIConnectionError),
    "a reply cut short": (last_words(message(b"{}", length=99)), APIConnectionError),
    "bad gzip": (reply(b"{}", headers={"Content-Encoding": "gzip"}), MalformedResponseError),
}
CALLS: dict[str, Callable[[ShipStationClient], object]] = {
    "get_label": lambda client: client.get_label("se-1"),
    "list_labels": lambda client: list(client.list_labels(tracking_number="1")),
    "run": lambda client: TrackOrderAction(client).run("A-100"),
}


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("call", CALLS)
def test_no_failing_call_shows_the_key(situation: str, call: str, connect: Connect, recorder: Recorder) -> None:
    behaviour, kind = SITUATIONS[situation]
    steps: list[TraceStep] = []
    with FaultServer(behaviour) as server:
        client = connect(server.base_url, api_key=KEY, name="shop", on_event=steps.append)
        failure = outcome_of(lambda: CALLS[call](client))
        status = client.test_connection()
    assert isinstance(failure, kind)
    assert steps
    for value in (failure, status, client, steps, pickle.loads(pickle.dumps(failure))):
        assert_clean(value)
    assert not SEARCH.in_pickle_of((failure, status, steps))
    assert any(record.name == "shipstation_aissist" for record in recorder.records)
    assert connect.column != "threads" or any(record.name.startswith("urllib3") for record in recorder.records)
    assert [record for record in recorder.records if SEARCH.in_log_record(record)] == []


@pytest.mark.threads_only
def test_no_timeout_and_no_refused_connection_shows_the_key(
    connect: Connect, clock: FakeClock, recorder: Recorder
) -> None:
    with FaultServer(drip_body(b" " * 400, 0.002, lambda: clock.monotonic() < 10 and clock.advance(0.5))) as server:
        client = connect(server.base_url, api_key=KEY)
        timed_out = outcome_of(lambda: client.track_label("se-1"))
    refused = outcome_of(lambda: client.track_label("se-1"))
    unresolved = outcome_of(lambda: connect("https://no-such-host.invalid/v2", api_key=KEY).get_json("tags"))
    assert isinstance(timed_out, APITimeoutError)
    for failure in (timed_out, refused, unresolved):
        assert isinstance(failure, APIConnectionError)
        assert failure.__cause__ is failure.__context__ is None
        assert_clean(failure)
    assert [record for record in recorder.records if SEARCH.in_log_record(record)] == []


@pytest.mark.parametrize(
    ("api_key", "options"),
    [
        (KEY + "\n", {}),
        ("\n" + KEY, {}),
        (KEY + "\r\nX-Injected: 1", {}),
        (KEY + "\x00", {}),
        (KEY + " ", {}),
        (KEY + "\u20ac", {}),
        (KEY.encode(), {}),
        ([KEY], {}),
        (KEY, {"timeout": 9}),
        (KEY, {"timeout": "30"}),
        (KEY, {"max_retries": -1}),
        (KEY, {"name": ""}),
        (KEY, {"on_event": 7}),
        (KEY, {"base_url": "http://api.example.com"}),
        (KEY, {"base_url": "https://user:password@api.example.com"}),
        (KEY, {"base_url": 7}),
        (KEY, {"unknown": 1}),
    ],
)
def test_no_failing_construction_shows_the_key(api_key: Any, options: dict[str, Any], recorder: Recorder) -> None:
    failure = outcome_of(lambda: ShipStationClient(api_key, **options))
    assert isinstance(failure, TypeError if "unknown" in options else ConfigurationError)
    assert_clean(failure)
    assert not SEARCH.in_pickle_of(failure)
    assert [record for record in recorder.records if SEARCH.in_log_record(record)] == []


def test_a_key_of_the_environment_is_not_shown_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIPSTATION_API_KEY", KEY + "\n")
    assert_clean(outcome_of(ShipStationClient))
    monkeypatch.setenv("SHIPSTATION_API_KEY", KEY)
    assert_clean(outcome_of(lambda: ShipStationClient(timeout=9)))
    assert_clean(ShipStationClient())


@pytest.mark.threads_only
def test_nothing_that_a_good_call_leaves_behind_shows_the_key(connect: Connect, recorder: Recorder) -> None:
    steps: list[TraceStep] = []
    script = {"/track": reply(TRACKING), "labels": reply(LABELS), "shipments": reply(SHIPMENTS)}
    with FaultServer(script) as server:
        client = connect(server.base_url, api_key=KEY, on_event=steps.append)
        action = TrackOrderAction(client)
        pager = client.list_labels()
        kept = [
            action.run("A-100"),
            *action.run_many(["A-100", "A-101"]),
            list(pager),
            pager.total,
            action.debug("A-100"),
        ]
        assert {each.headers["api-key"] for each in server.requests} == {KEY}
        for value in (client, action, pager, steps, *kept):
            assert_clean(value)
        client.close()
        assert_clean(client)
    assert not SEARCH.in_pickle_of((kept[0], kept[1], steps))
    assert [record for record in recorder.records if SEARCH.in_log_record(record)] == []


@pytest.mark.threads_only
def test_an_exception_within_a_call_does_not_show_the_key(connect: Connect) -> None:
    def fail(_: TraceStep) -> None:
        raise KeyboardInterrupt

    with FaultServer(reply({})) as server:
        client = connect(server.base_url, api_key=KEY, on_event=fail)
        with pytest.raises(KeyboardInterrupt) as raised:
            client.get_json("tags")
    assert_clean(raised.value)


@pytest.mark.threads_only
@pytest.mark.parametrize("interruption", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_an_interruption_amid_a_request_does_not_show_the_key(
    interruption: type[BaseException], connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(sock: socket.socket, size: int) -> bytes:
        if threading.current_thread() is not threading.main_thread():
            return socket.SocketType.recv(sock, size)  # the server's
        try:
            raise OSError("what it interrupts")
        except OSError:
            raise interruption  # noqa: B904 - the context is what must not show anything either

    with FaultServer(reply({})) as server:
        client = connect(server.base_url, api_key=KEY)
        client.get_json("tags")
        monkeypatch.setattr("socket.socket.recv", interrupt, raising=False)
        with pytest.raises(interruption) as raised:
            client.get_json("tags")
        monkeypatch.undo()
    assert_clean(raised.value)


def test_a_pickled_client_leaves_its_key_behind_and_takes_the_one_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with FaultServer(reply({})) as server:
        with ShipStationClient(KEY, base_url=server.base_url, timeout=20, max_retries=3, name="shop") as client:
            pickled = pickle.dumps(client)
        assert not SEARCH.in_pickle_of(client)
        restored = pickle.loads(pickled)
        assert (restored.base_url, restored.timeout, restored.max_retries, restored.name) == (
            *(server.base_url, 20.0, 3, "shop"),
        )
        with pytest.raises(ConfigurationError, match="SHIPSTATION_API_KEY"):
            restored.get_json("tags")
        assert server.requests == []
        monkeypatch.setenv("SHIPSTATION_API_KEY", "another")
        with pickle.loads(pickled) as restored:
            restored.get_json("tags")
        assert server.requests[0].headers["api-key"] == "another"


def test_a_proxys_password_is_not_shown(connect: Connect, monkeypatch: pytest.MonkeyPatch, recorder: Recorder) -> None:
    password = Search("p4ss-of-the-proxy")
    steps: list[TraceStep] = []
    base_url = "https://localhost:9/v2"
    with FaultProxy(user="user:another", answer=error(503)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:p4ss-of-the-proxy@{proxy.address}")
        client = connect(base_url, on_event=steps.append)
        failure = outcome_of(lambda: client.get_label("se-1"))
        assert len(proxy.requests) == 3
    unreachable = outcome_of(lambda: client.get_label("se-1"))
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:p4ss-of-the-proxy@wrong:{proxy.address}")
    unusable = outcome_of(lambda: connect(base_url))
    assert isinstance(failure, APIConnectionError)
    assert isinstance(unusable, ConfigurationError)
    for value in (failure, unreachable, unusable):
        assert password.in_text_of(value) == []
        assert not password.in_pickle_of(value)
    assert password.in_value(unusable) == []
    assert password.in_value(steps) == []
    assert password.in_text_of(client) == []
    assert [record for record in recorder.records if password.in_log_record(record)] == []


def test_a_secret_shows_itself_only_by_name_and_cannot_be_pickled() -> None:
    secret = Secret(KEY)
    assert_clean(secret)
    assert_clean({"secret": [secret]})
    assert secret.reveal() == KEY
    assert secret.redact(f"<{KEY}>") == "<***>"
    with pytest.raises(TypeError):
        pickle.dumps(secret)


def test_no_public_name_holds_a_key() -> None:
    for name in shipstation_aissist.__all__:
        assert SEARCH.in_text_of(getattr(shipstation_aissist, name)) == []
