"""T1: a public call ends in time, whatever the other side does.

Here the server lets a fake clock go on by half a second a byte; ``test_t1_in_real_time`` measures with a real one.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest

from shipstation_aissist import APITimeoutError, ConnectionStatus, RateLimitError, ShipStationClient, TrackOrderAction
from shipstation_aissist.testing import FakeClock
from support.fault_server import Behaviour, FaultServer
from support.misbehaviour import (
    chunked,
    drip_all,
    drip_body,
    drip_chunks,
    endless_continue,
    error,
    message,
    reply,
    ticking,
)
from support.wiring import BODY, LABELS, SHIPMENTS, TRACKING, Connect


def going_on(clock: FakeClock, step: float = 0.5) -> Callable[[], None]:
    """Lets the clock go on until a call of ten seconds must have ended: its thread may be slower than the server's."""
    ends = clock.monotonic() + 10

    def tick() -> None:
        if clock.monotonic() < ends:
            clock.advance(step)

    return tick


Drip = Callable[[Callable[[], object]], Behaviour]

DRIPS: dict[str, Drip] = {
    "body": lambda tick: drip_body(BODY, 0.002, tick),
    "status line and headers": lambda tick: drip_all(message(BODY), 0.002, tick),
    "chunks": lambda tick: drip_chunks(BODY, 0.002, tick),
    "body of a reply without a length": lambda tick: drip_all(message(BODY, length=None), 0.002, tick),
    "body of HTTP/1.0": lambda tick: drip_all(message(BODY, version="HTTP/1.0", length=None), 0.002, tick),
    "body of Connection: close": lambda tick: drip_all(message(BODY, headers={"Connection": "close"}), 0.002, tick),
    "body of an error": lambda tick: drip_all(message(BODY, status=400), 0.002, tick),
    "trailer of chunks": lambda tick: drip_all(
        message(chunked(b"{}")[:-2], length=None, headers={"Transfer-Encoding": "chunked"}) + b"X: y\r\n" * 40,
        0.002,
        tick,
    ),
    "100 Continue for ever": lambda tick: endless_continue(0.002, tick),
}
CALLS: dict[str, Callable[[ShipStationClient], object]] = {
    "track_label": lambda client: client.track_label("se-1"),
    "get_label": lambda client: client.get_label("se-1"),
    "get_json": lambda client: client.get_json("tags"),
    "a page of a list": lambda client: list(client.list_labels(shipment_id="se-1")),
    "run": lambda client: TrackOrderAction(client).run("A-100"),
}


@pytest.mark.threads_only
@pytest.mark.parametrize("what", DRIPS)
@pytest.mark.parametrize("call", CALLS)
def test_a_reply_that_drips_ends_with_a_timeout_when_the_time_is_up(
    what: str, call: str, clock: FakeClock, connect: Connect
) -> None:
    with FaultServer(DRIPS[what](going_on(clock))) as server:
        client = connect(server.base_url)
        with pytest.raises(APITimeoutError):
            CALLS[call](client)
    assert 8 <= clock.monotonic() <= 11


@pytest.mark.threads_only
def test_the_test_button_reports_a_drip_as_a_timeout(clock: FakeClock, connect: Connect) -> None:
    with FaultServer(DRIPS["body"](going_on(clock))) as server:
        status = connect(server.base_url).test_connection()
    assert isinstance(status, ConnectionStatus)
    assert (status.ok, status.reason) == (False, "timeout")
    assert 8 <= status.elapsed <= 11


def test_a_slow_reply_that_is_complete_in_time_is_an_answer(clock: FakeClock, connect: Connect) -> None:
    with FaultServer(drip_body(b'{"tracking_number": "1"}', 0.002, lambda: clock.advance(0.3))) as server:
        assert connect(server.base_url).track_label("se-1").tracking_number == "1"


@pytest.mark.threads_only
def test_the_three_requests_of_a_run_share_one_deadline(clock: FakeClock, connect: Connect) -> None:
    def takes_four_seconds(body: Any) -> Behaviour:
        data = json.dumps(body).encode()
        return drip_body(data, 0.0, going_on(clock, 4 / len(data)))

    script = {"/track": takes_four_seconds(TRACKING), "labels": reply(LABELS), "shipments": reply(SHIPMENTS)}
    with FaultServer(script) as server:
        assert TrackOrderAction(connect(server.base_url)).run("A-100").tracking is not None
    assert clock.monotonic() <= 4.1
    started = clock.monotonic()
    script |= {"labels": takes_four_seconds(LABELS), "shipments": takes_four_seconds(SHIPMENTS)}
    with FaultServer(script) as server, pytest.raises(APITimeoutError):
        TrackOrderAction(connect(server.base_url)).run("A-100")
    assert 8 <= clock.monotonic() - started <= 11


@pytest.mark.threads_only
def test_each_page_of_a_list_has_the_whole_time(clock: FakeClock, connect: Connect) -> None:
    page = {"labels": [], "total": 3, "pages": 3}
    labels = [{"label_id": f"se-{index}", "shipment_id": "se-7", "status": "completed"} for index in range(3)]
    script = [ticking(lambda: clock.advance(4.5), reply({**page, "labels": [each]})) for each in labels]
    with FaultServer(*script) as server:
        assert [each.label_id for each in connect(server.base_url).list_labels()] == ["se-0", "se-1", "se-2"]
    assert clock.monotonic() == pytest.approx(13.5)


@pytest.mark.parametrize("max_retries", [0, 1, 2, 10])
@pytest.mark.parametrize("retry_after", [None, "0", "1", "2.5"])
@pytest.mark.parametrize("timeout", [10, 33.3, 180])
def test_endless_429s_end_with_a_rate_limit_error_in_time(
    max_retries: int, retry_after: str | None, timeout: float, clock: FakeClock, connect: Connect
) -> None:
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    with FaultServer(error(429, headers=headers)) as server:
        client = connect(server.base_url, timeout=timeout, max_retries=max_retries)
        with pytest.raises(RateLimitError):
            client.get_label("se-1")
    assert clock.monotonic() <= timeout
    assert len(server.requests) <= max_retries + 1


@pytest.mark.parametrize("retry_after", ["20", "10", "9.9", "Thu, 15 Jan 2026 12:00:20 GMT"])
def test_a_pause_that_does_not_fit_the_time_left_ends_the_call_at_once(
    retry_after: str, clock: FakeClock, connect: Connect
) -> None:
    with FaultServer(error(429, headers={"Retry-After": retry_after})) as server:
        client = connect(server.base_url, max_retries=10)
        with pytest.raises(RateLimitError) as raised:
            client.get_label("se-1")
    assert raised.value.retry_after == (20 if retry_after.endswith("GMT") else float(retry_after))
    assert (clock.monotonic(), clock.sleeps, len(server.requests)) == (0, [], 1)


class HurryingClock(FakeClock):
    """Every look at it costs a hundredth of a second."""

    def monotonic(self) -> float:
        self.advance(0.01)
        return super().monotonic()


@pytest.mark.threads_only
def test_a_body_of_countless_parts_is_unfolded_within_the_time_left(connect: Connect) -> None:
    parts = gzip.compress(b"") * 5_000
    with FaultServer(reply(parts, headers={"Content-Encoding": "gzip"})) as server:
        clock = HurryingClock()
        with pytest.raises(APITimeoutError):
            connect(server.base_url, clock=clock).track_label("se-1")
        assert 10 <= clock.monotonic() <= 11
