"""T2: how long an attempt may take, what is tried again, how long is waited in between."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from requests import PreparedRequest, Response, exceptions
from requests.adapters import HTTPAdapter

from shipstation_aissist import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    BadRequestError,
    InternalServerError,
    MalformedResponseError,
    NotFoundError,
    RateLimitError,
    ShipStationClient,
)
from shipstation_aissist.testing import FakeClock
from support.fault_server import Behaviour, FaultServer
from support.misbehaviour import chunked, error, hang_up, last_words, message, reply, reset, reset_after
from support.wiring import KEY, Connect, outcome_of

LABEL = {"label_id": "se-1", "shipment_id": "se-2", "status": "completed"}
RETRIED = [408, 429, 500, 502, 503, 504]
NEVER_RETRIED = [
    *(300, 301, 302, 303, 304, 307, 308),
    *(400, 401, 402, 403, 404, 405, 406, 409, 410, 411, 413, 414, 415, 418, 421, 422, 423, 425, 426, 428, 431, 451),
    *(501, 505, 507, 508, 511, 520, 599, 600, 999),
]


class TimingAdapter(HTTPAdapter):
    """Never gets a reply, and notes how long each attempt was given."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self.given: list[tuple[float, float]] = []
        self._clock = clock

    def send(self, request: PreparedRequest, stream: bool = False, timeout: Any = None, *_: Any, **__: Any) -> Response:
        self.given.append(timeout)
        self._clock.elapse(timeout[1])
        raise exceptions.ReadTimeout(request=request)


def timed(clock: FakeClock, **options: Any) -> tuple[ShipStationClient, TimingAdapter]:
    adapter = TimingAdapter(clock)
    return ShipStationClient._wired(api_key=KEY, adapter=adapter, clock=clock, **options), adapter


# --- how long an attempt may take ------------------------------------------------------------------------------------


def test_an_attempt_takes_at_most_half_of_the_time_left_while_attempts_remain(
    clock: FakeClock, full_jitter: None
) -> None:
    client, adapter = timed(clock, timeout=10)
    with pytest.raises(APITimeoutError):
        client.get_label("se-1")
    # 10 s: half of it, 0.5 s of backoff, half of the 4.5 s left, 1 s of backoff, all of the rest.
    assert [read for _, read in adapter.given] == pytest.approx([5.0, 2.25, 1.25])
    assert clock.monotonic() == pytest.approx(10)


def test_connecting_may_take_five_seconds_of_an_attempt_and_never_more_than_the_attempt(
    clock: FakeClock, full_jitter: None
) -> None:
    client, adapter = timed(clock, timeout=60)
    with pytest.raises(APITimeoutError):
        client.get_label("se-1")
    assert [connect for connect, _ in adapter.given] == [5.0, 5.0, 5.0]
    client, adapter = timed(clock, timeout=10)
    with pytest.raises(APITimeoutError):
        client.get_label("se-1")
    assert [connect for connect, _ in adapter.given] == pytest.approx([5.0, 2.25, 1.25])


@pytest.mark.parametrize(
    "track",
    [
        lambda client: client.track_label("se-1"),
        lambda client: client.track("usps", "9400"),
        lambda client: client.get_json("labels/se-1/track"),
    ],
)
def test_tracking_may_take_all_of_the_time_at_once(
    track: Callable[[ShipStationClient], object], clock: FakeClock
) -> None:
    client, adapter = timed(clock, timeout=30)
    with pytest.raises(APITimeoutError):
        track(client)
    assert [read for _, read in adapter.given] == [30.0]


def test_the_only_attempt_may_take_all_of_the_time(clock: FakeClock) -> None:
    client, adapter = timed(clock, timeout=30, max_retries=0)
    with pytest.raises(APITimeoutError):
        client.get_label("se-1")
    assert [read for _, read in adapter.given] == [30.0]


# --- what is tried again ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", RETRIED)
def test_a_status_that_may_pass_is_tried_again(status: int, connect: Connect) -> None:
    with FaultServer(error(status), error(status), reply(LABEL)) as server:
        assert connect(server.base_url).get_label("se-1").label_id == "se-1"
    assert len(server.requests) == 3


@pytest.mark.parametrize("status", NEVER_RETRIED)
def test_any_other_status_is_never_tried_again(status: int, connect: Connect, clock: FakeClock) -> None:
    with FaultServer(error(status), reply(LABEL)) as server, pytest.raises(APIStatusError) as raised:
        connect(server.base_url).get_label("se-1")
    assert (raised.value.status_code, len(server.requests), clock.sleeps) == (status, 1, [])


@pytest.mark.parametrize(
    "fault",
    [
        reset(),
        hang_up(),
        reset_after(b"HTTP/1.1 200 OK\r\nContent-Le"),
        reset_after(message(b"{}", length=100)),
        last_words(message(b"{}", length=100)),
        last_words(
            message(chunked(b'{"label_id": "se-1"}')[:-12], length=None, headers={"Transfer-Encoding": "chunked"})
        ),
        last_words(message(b"zz\r\n{}", length=None, headers={"Transfer-Encoding": "chunked"})),
        last_words(b"SSH-2.0-OpenSSH_9.6\r\n"),
        last_words(message(b"{}", headers={"Content-Length": "3"})),
        last_words(b"HTTP/1.1 200 OK\r\n" + b"X-Long: " + b"x" * 70_000 + b"\r\n\r\n"),
        last_words(b"HTTP/1.1 200 OK\r\n" + b"X-Many: x\r\n" * 200 + b"\r\n"),
    ],
    ids=[
        "reset before a reply",
        "closed before a reply",
        "reset within the headers",
        "reset within the body",
        "shorter than its length",
        "chunks cut short",
        "no chunks at all",
        "no HTTP at all",
        "two lengths",
        "an endless header",
        "countless headers",
    ],
)
def test_a_broken_connection_or_reply_is_tried_again(fault: Behaviour, connect: Connect) -> None:
    with FaultServer(fault, fault, reply(LABEL)) as server:
        assert connect(server.base_url).get_label("se-1").label_id == "se-1"
    with FaultServer(fault) as server, pytest.raises(APIConnectionError) as raised:
        connect(server.base_url).get_label("se-1")
    assert not isinstance(raised.value, APITimeoutError)
    assert len(server.requests) == 3


def test_a_refused_connection_is_tried_again(connect: Connect, clock: FakeClock) -> None:
    with FaultServer(reply(LABEL)) as server:
        base_url = server.base_url
    with pytest.raises(APIConnectionError, match="refused"):
        connect(base_url).get_label("se-1")
    assert len(clock.sleeps) == 2


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>busy</html>",
        b'{"label_id": ',
        b"[]",
        b'{"label_id": NaN}',
        b"\xff\xfe",
        b'{"label_id": 7}',
        b"[" * 100_000,
    ],
    ids=["empty", "HTML", "cut", "a list", "NaN", "not UTF-8", "another type", "nested"],
)
def test_a_complete_body_that_cannot_be_read_is_never_tried_again(body: bytes, connect: Connect) -> None:
    with FaultServer(reply(body), reply(LABEL)) as server, pytest.raises(MalformedResponseError):
        connect(server.base_url).get_label("se-1")
    assert len(server.requests) == 1


@pytest.mark.parametrize("max_retries", [0, 1, 2, 5, 10])
def test_max_retries_counts_the_attempts_after_the_first(max_retries: int, connect: Connect) -> None:
    with FaultServer(error(503)) as server, pytest.raises(InternalServerError):
        connect(server.base_url, max_retries=max_retries, timeout=180).get_label("se-1")
    assert len(server.requests) == max_retries + 1


@pytest.mark.threads_only
def test_an_attempt_that_stalls_leaves_time_for_another(clock: FakeClock, connect: Connect) -> None:
    def drip(conversation: Any) -> None:
        conversation.send(message(b"{", length=400))
        conversation.drip(b" " * 399, 0.002, lambda: clock.monotonic() < 5 and clock.advance(0.5))

    with FaultServer(drip, reply(LABEL)) as server:
        assert connect(server.base_url).get_label("se-1").label_id == "se-1"
    assert 5 <= clock.monotonic() < 7


# --- how long is waited ----------------------------------------------------------------------------------------------


def test_backoff_doubles_from_half_a_second_to_eight(clock: FakeClock, full_jitter: None, connect: Connect) -> None:
    with FaultServer(error(503)) as server, pytest.raises(InternalServerError):
        connect(server.base_url, max_retries=8, timeout=180).get_label("se-1")
    assert clock.sleeps == [0.5, 1, 2, 4, 8, 8, 8, 8]


def test_backoff_has_full_jitter(clock: FakeClock, monkeypatch: pytest.MonkeyPatch, connect: Connect) -> None:
    chance = iter([0.0, 0.5, 0.25])
    monkeypatch.setattr(random, "random", lambda: next(chance))
    with FaultServer(error(503)) as server, pytest.raises(InternalServerError):
        connect(server.base_url, max_retries=2).get_label("se-1")
    assert clock.sleeps == [0.0, 0.5]


def test_a_backoff_that_does_not_fit_the_time_left_ends_the_call(
    clock: FakeClock, full_jitter: None, connect: Connect
) -> None:
    with FaultServer(error(503)) as server, pytest.raises(InternalServerError):
        connect(server.base_url, max_retries=10).get_label("se-1")
    assert clock.sleeps == [0.5, 1, 2, 4]


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("2", 2.0),
        (" 2 ", 2.0),
        ("1.5", 1.5),
        ("Thu, 15 Jan 2026 12:00:03 GMT", 3.0),
        ("Thursday, 15-Jan-26 12:00:03 GMT", 3.0),
        ("Thu, 15 Jan 2026 13:00:03 +0100", 3.0),
    ],
)
@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_retry_after_is_waited_as_seconds_or_until_a_date(
    header: str, seconds: float, status: int, clock: FakeClock, connect: Connect
) -> None:
    with FaultServer(error(status, headers={"Retry-After": header}), reply(LABEL)) as server:
        connect(server.base_url).get_label("se-1")
    assert clock.sleeps == pytest.approx([seconds])


@pytest.mark.parametrize("header", ["0", "0.1", "Thu, 15 Jan 2026 11:00:00 GMT"])
@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_a_retry_after_never_shortens_the_own_backoff(
    header: str, status: int, clock: FakeClock, full_jitter: None, connect: Connect
) -> None:
    answer = error(status, headers={"Retry-After": header})
    with FaultServer(answer, answer, reply(LABEL)) as server:
        connect(server.base_url).get_label("se-1")
    assert clock.sleeps == [0.5, 1.0]


@pytest.mark.parametrize(
    "header",
    [
        "",
        "soon",
        "-1",
        "NaN",
        "inf",
        "1e3",
        "1, 2",
        "\u0661",
        "0x10",
        "Thu, 99 Foo 2026",
        "Thu, 15 Jan 99999 12:00:00 GMT",
    ],
)
def test_a_bad_retry_after_hides_nothing_and_counts_as_none(
    header: str, clock: FakeClock, full_jitter: None, connect: Connect
) -> None:
    answer = message(b"", status=429).replace(b"\r\n", b"\r\nRetry-After: " + header.encode() + b"\r\n", 1)
    with FaultServer(lambda conversation: conversation.send(answer)) as server, pytest.raises(RateLimitError) as raised:
        connect(server.base_url).get_label("se-1")
    assert raised.value.retry_after is None
    assert clock.sleeps == [0.5, 1.0]


@pytest.mark.parametrize("header", ["99999999999", "9" * 400])
def test_an_absurd_retry_after_ends_the_call_at_once(header: str, clock: FakeClock, connect: Connect) -> None:
    with FaultServer(error(429, headers={"Retry-After": header})) as server, pytest.raises(RateLimitError) as raised:
        connect(server.base_url).get_label("se-1")
    assert raised.value.retry_after == 1e9
    assert clock.sleeps == []


def test_two_retry_after_headers_count_as_none(clock: FakeClock, full_jitter: None, connect: Connect) -> None:
    answer = message(b"", status=429).replace(b"\r\n", b"\r\nRetry-After: 1\r\nRetry-After: 2\r\n", 1)
    with FaultServer(lambda conversation: conversation.send(answer)) as server, pytest.raises(RateLimitError):
        connect(server.base_url, max_retries=1).get_label("se-1")
    assert clock.sleeps == [0.5]


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_a_retry_after_that_does_not_fit_ends_any_call_at_once(status: int, clock: FakeClock, connect: Connect) -> None:
    with FaultServer(error(status, headers={"Retry-After": "60"})) as server, pytest.raises(APIStatusError) as raised:
        connect(server.base_url).get_label("se-1")
    assert (raised.value.status_code, raised.value.retry_after, clock.sleeps) == (status, 60.0, [])


@pytest.mark.parametrize("status", [400, 404])
def test_retry_after_makes_no_other_status_worth_a_retry(status: int, clock: FakeClock, connect: Connect) -> None:
    with FaultServer(error(status, headers={"Retry-After": "1"})) as server:
        failure = outcome_of(lambda: connect(server.base_url).get_label("se-1"))
    assert isinstance(failure, BadRequestError | NotFoundError)
    assert (len(server.requests), clock.sleeps) == (1, [])
