"""T1 and T2 in real seconds: all scenarios run at once, in threads, and each test reads the outcome of one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import Any

import attrs
import pytest

from shipstation_aissist import (
    APITimeoutError,
    RateLimitError,
    ShipStationClient,
    TrackingInformation,
    TrackOrderAction,
    TrackOrderResponse,
)
from support.certificates import Authority
from support.dead_addresses import full_queue, resolve
from support.fault_proxy import FaultProxy, dripping_relay
from support.fault_server import FaultServer
from support.misbehaviour import drip_all, drip_body, error, message, reply, slow, stall, stall_after
from support.wiring import BODY, KEY, LABELS, MANY_LABELS, SHIPMENTS, TRACKING, forget_environment, outcome_of

pytestmark = pytest.mark.realtime

TUNNELLED = b"HTTP/1.1 200 Connected\r\nVia: a proxy that takes its time\r\n\r\n"


@attrs.frozen
class Outcome:
    """How a call ended, and after how many seconds."""

    result: Any
    seconds: float


class Scenarios:
    """Collects calls with all that they need, then makes them at once."""

    def __init__(self, stack: ExitStack, patch: pytest.MonkeyPatch, authority: Authority) -> None:
        self._stack = stack
        self._patch = patch
        self._authority = authority
        self._calls: dict[str, Callable[[], object]] = {}

    def enter(self, resource: AbstractContextManager[Any]) -> Any:
        return self._stack.enter_context(resource)

    def client(self, base_url: str, proxy: str | None = None, **options: Any) -> ShipStationClient:
        with self._patch.context() as patch:
            patch.setenv("REQUESTS_CA_BUNDLE", str(self._authority.bundle))
            if proxy is not None:
                patch.setenv("HTTPS_PROXY", proxy)
            return self.enter(ShipStationClient(KEY, base_url=base_url, **options))

    def served(self, *script: Any, tls: bool = False, proxy: str | None = None, **options: Any) -> ShipStationClient:
        server = self.enter(FaultServer(*script, tls=self._authority.server_side if tls else None))
        return self.client(server.base_url, proxy, **options)

    def add(self, name: str, call: Callable[[], object]) -> None:
        self._calls[name] = call

    def run_all(self) -> dict[str, Outcome]:
        outcomes: dict[str, Outcome] = {}

        def run(name: str, call: Callable[[], object]) -> None:
            started = time.monotonic()
            result = outcome_of(call)
            outcomes[name] = Outcome(result, time.monotonic() - started)

        threads = [threading.Thread(target=run, args=each, daemon=True) for each in self._calls.items()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return outcomes


def through_a_dripping_relay(scenarios: Scenarios, authority: Authority) -> ShipStationClient:
    """TLS inside of CONNECT, whose bytes come one at a time: the handshake of a server that drips."""
    proxy = scenarios.enter(FaultProxy(relay=dripping_relay()))
    return scenarios.served(reply(TRACKING), tls=True, proxy=f"http://{proxy.address}")


@pytest.fixture(scope="module")
def outcomes(authority: Authority) -> Iterator[dict[str, Outcome]]:
    """All scenarios, run at the same time."""
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        forget_environment(patch)
        these = Scenarios(stack, patch, authority)
        proxies = {
            "drips": these.enter(FaultProxy(answer=drip_all(TUNNELLED))),
            "stalls": these.enter(FaultProxy(answer=stall())),
            "is slow by half": these.enter(FaultProxy(answer=slow(3, drip_all(TUNNELLED, 0)), relay=dripping_relay())),
        }
        secure = these.enter(FaultProxy(tls=authority.server_side, relay=dripping_relay()))
        dead = [these.enter(full_queue(f"127.0.0.{index}")) for index in range(1, 5)]
        resolve(patch, "four.dead.invalid", 443, *dead)
        live = these.enter(FaultServer(reply(TRACKING)))
        resolve(patch, "localhost", live.port, *dead[:3], ("127.0.0.1", live.port))

        body_drip, head_drip = drip_body(BODY), drip_all(message(BODY))
        for name, client in {
            "the body drips": these.served(body_drip),
            "the headers drip": these.served(head_drip),
            "the body drips under TLS": these.served(body_drip, tls=True),
            "the handshake drips": through_a_dripping_relay(these, authority),
            "nothing comes": these.served(stall()),
            "nothing comes under TLS": these.served(stall(), tls=True),
            "the body stalls": these.served(stall_after(message(BODY)[:200])),
            "the CONNECT reply drips": these.served(reply(), tls=True, proxy=f"http://{proxies['drips'].address}"),
            "the proxy stalls": these.served(reply(), tls=True, proxy=f"http://{proxies['stalls'].address}"),
            "proxy and handshake are slow": these.served(
                reply(), tls=True, proxy=f"http://{proxies['is slow by half'].address}"
            ),
            "TLS in TLS drips": these.served(body_drip, tls=True, proxy=f"https://{secure.address}"),
        }.items():
            these.add(f"track_label: {name}", lambda client=client: client.track_label("se-1"))
            these.add(f"get_label: {name}", lambda client=client: client.get_label("se-1"))
            these.add(f"run: {name}", lambda client=client: TrackOrderAction(client).run("A-100"))

        nowhere = these.client("https://four.dead.invalid/v2")
        these.add("track_label: four dead addresses", lambda: nowhere.track_label("se-1"))
        these.add("list: four dead addresses", lambda: list(nowhere.list_labels()))
        at_last = these.client(f"http://localhost:{live.port}/v2")
        these.add("track_label: the fourth address is alive", lambda: at_last.track_label("se-1"))
        queue = these.client(f"http://127.0.0.1:{dead[0][1]}/v2")
        these.add("track_label: a full queue", lambda: queue.track_label("se-1"))
        once = these.client(f"http://127.0.0.1:{dead[0][1]}/v2", max_retries=0)
        these.add("once: a full queue", lambda: once.track_label("se-1"))
        slow_run = these.served(
            {
                "/track": slow(3.9, reply(TRACKING)),
                "labels": slow(3.9, reply(LABELS)),
                "shipments": slow(3.9, reply(SHIPMENTS)),
            }
        )
        these.add("run: each of its requests is slow", lambda: TrackOrderAction(slow_run).run("A-100"))
        quick_enough = these.served(
            {
                "/track": slow(2, reply(TRACKING)),
                "labels": slow(1.5, reply(LABELS)),
                "shipments": slow(2, reply(SHIPMENTS)),
            }
        )
        these.add("run: slow but in time", lambda: TrackOrderAction(quick_enough).run("A-100"))
        crowd = these.served({"/track": stall(), "labels": reply(MANY_LABELS), "shipments": reply(SHIPMENTS)})
        for index in range(6):  # sixty stalled requests for sixteen places
            these.add(f"crowd {index}", lambda: TrackOrderAction(crowd).run("A-100"))
        limited = these.served(error(429), max_retries=10)
        these.add("endless 429", lambda: limited.get_label("se-1"))
        paced = these.served(error(429, headers={"Retry-After": "1"}), max_retries=10)
        these.add("endless 429 with Retry-After", lambda: paced.get_label("se-1"))
        yield these.run_all()


NEVER_READY = [
    "the body drips",
    "the headers drip",
    "the body drips under TLS",
    "the handshake drips",
    "nothing comes",
    "nothing comes under TLS",
    "the body stalls",
    "the CONNECT reply drips",
    "the proxy stalls",
    "proxy and handshake are slow",
    "TLS in TLS drips",
]


@pytest.mark.parametrize("call", ["track_label", "get_label", "run"])
@pytest.mark.parametrize("what", NEVER_READY)
def test_a_call_ends_with_a_timeout_within_a_second_of_its_time(
    call: str, what: str, outcomes: dict[str, Outcome]
) -> None:
    outcome = outcomes[f"{call}: {what}"]
    assert isinstance(outcome.result, APITimeoutError)
    assert 9 < outcome.seconds < 11


@pytest.mark.parametrize(
    "name",
    [
        "track_label: four dead addresses",
        "list: four dead addresses",
        "track_label: a full queue",
        "run: each of its requests is slow",
        *(f"crowd {index}" for index in range(6)),
    ],
)
def test_dead_addresses_slow_requests_and_a_crowd_end_in_time_too(name: str, outcomes: dict[str, Outcome]) -> None:
    assert isinstance(outcomes[name].result, APITimeoutError)
    assert 9 < outcomes[name].seconds < 11


def test_connecting_takes_at_most_five_seconds_of_an_attempt(outcomes: dict[str, Outcome]) -> None:
    assert isinstance(outcomes["once: a full queue"].result, APITimeoutError)
    assert 4.9 < outcomes["once: a full queue"].seconds < 6


def test_dead_addresses_leave_time_for_the_one_that_answers(outcomes: dict[str, Outcome]) -> None:
    assert isinstance(outcomes["track_label: the fourth address is alive"].result, TrackingInformation)


def test_requests_that_are_slow_one_by_one_but_in_time_together_are_an_answer(outcomes: dict[str, Outcome]) -> None:
    response = outcomes["run: slow but in time"].result
    assert isinstance(response, TrackOrderResponse)
    assert response.warnings == ()


@pytest.mark.parametrize("name", ["endless 429", "endless 429 with Retry-After"])
def test_endless_429s_end_with_a_rate_limit_error_inside_the_time(name: str, outcomes: dict[str, Outcome]) -> None:
    assert isinstance(outcomes[name].result, RateLimitError)
    assert outcomes[name].seconds < 10
