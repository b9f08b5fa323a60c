"""T1 and T2, asynchronously and in real time: whatever the other side does, a call ends when its time is up."""

from __future__ import annotations

import random
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import anyio
import pytest

from shipstation_aissist import APIConnectionError, APITimeoutError, AsyncShipStationClient, AsyncTrackOrderAction
from shipstation_aissist.transport.clock import Deadline, SystemClock
from support.certificates import Authority
from support.dead_addresses import full_queue, resolve
from support.fault_proxy import FaultProxy, dripping_relay
from support.fault_server import Behaviour, FaultServer
from support.misbehaviour import drip_all, drip_body, error, message, reply, slow, stall, stall_after
from support.wiring import BODY, KEY, LABELS, SHIPMENTS, TRACKING, forget_environment

pytestmark = pytest.mark.anyio
SECONDS = 0.5
FAULTS: dict[str, Behaviour] = {
    "nothing comes": stall(),
    "the body drips": drip_body(BODY),
    "the headers drip": drip_all(message(BODY)),
    "the body stalls": stall_after(message(BODY)[:200]),
}


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_environment(monkeypatch)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("certificates"))


def within(client: AsyncShipStationClient, seconds: float = SECONDS) -> AsyncShipStationClient:
    """A view whose calls end after so little time that a test can wait for it."""
    return client._within(Deadline(SystemClock(), seconds))


async def seconds_of(call: Callable[[], Any], kind: type[Exception]) -> float:
    started = anyio.current_time()
    with pytest.raises(kind):
        await call()
    return anyio.current_time() - started


@pytest.mark.parametrize("secure", [False, True], ids=["direct", "TLS"])
async def test_every_call_ends_in_time_whatever_the_server_does(
    secure: bool, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle))
    took: dict[str, float] = {}

    async def end(name: str, call: Callable[[], Any]) -> None:
        took[name] = await seconds_of(call, APITimeoutError)

    script = {f"{number}": fault for number, fault in enumerate(FAULTS.values())}
    with FaultServer(script, tls=authority.server_side if secure else None) as server:
        client = AsyncShipStationClient(KEY, base_url=server.base_url)
        async with client, anyio.create_task_group() as tasks:
            for number, name in enumerate(FAULTS):
                tasks.start_soon(end, f"a label: {name}", lambda n=number: within(client).get_json(f"{n}"))
                tasks.start_soon(end, f"tracking: {name}", lambda n=number: within(client).track_label(f"{n}"))
    assert len(took) == 2 * len(FAULTS)
    assert all(seconds < SECONDS + 1 for seconds in took.values()), took


@pytest.mark.parametrize(
    "how", ["the CONNECT reply drips", "the proxy stalls", "the handshake drips", "TLS in TLS drips"]
)
async def test_a_call_through_a_proxy_ends_in_time_too(
    how: str, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = {
        "the CONNECT reply drips": lambda: FaultProxy(answer=drip_all(b"HTTP/1.1 200 Connected\r\nVia: slow\r\n\r\n")),
        "the proxy stalls": lambda: FaultProxy(answer=stall()),
        "the handshake drips": lambda: FaultProxy(relay=dripping_relay()),
        "TLS in TLS drips": lambda: FaultProxy(tls=authority.server_side, relay=dripping_relay()),
    }[how]
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle))
    with FaultServer(reply(TRACKING), tls=authority.server_side) as server, proxy() as there:
        monkeypatch.setenv("HTTPS_PROXY", f"http{'s' if 'in TLS' in how else ''}://{there.address}")
        async with AsyncShipStationClient(KEY, base_url=server.base_url, max_retries=0) as client:
            assert await seconds_of(lambda: within(client).track_label("se-1"), APITimeoutError) < SECONDS + 1


async def test_the_requests_of_a_run_share_one_deadline() -> None:
    script = {
        "/track": slow(0.3, reply(TRACKING)),
        "labels": slow(0.3, reply(LABELS)),
        "shipments": slow(0.3, reply(SHIPMENTS)),
    }
    with FaultServer(script) as server:
        async with AsyncShipStationClient(KEY, base_url=server.base_url, max_retries=0) as client:
            action = AsyncTrackOrderAction(within(client, 0.7))
            assert await seconds_of(lambda: action.run("A-100"), APITimeoutError) < 0.7 + 1
            assert (await AsyncTrackOrderAction(client).run("A-100")).tracking is not None


async def test_an_attempt_that_stalls_leaves_time_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "random", lambda: 0.0)
    with FaultServer(stall(), reply(BODY)) as server:
        async with AsyncShipStationClient(KEY, base_url=server.base_url) as client:
            started = anyio.current_time()
            assert (await within(client, 1.0).get_label("se-1")).label_id == "se-1"
            assert 0.4 < anyio.current_time() - started < 1.0 + 1


async def test_endless_faults_end_in_time() -> None:
    with FaultServer(error(503)) as server:
        async with AsyncShipStationClient(KEY, base_url=server.base_url, max_retries=10) as client:
            assert await seconds_of(lambda: within(client).get_label("se-1"), Exception) < SECONDS + 1


@pytest.fixture
def dead() -> Iterator[list[tuple[str, int]]]:
    """Three addresses that never answer."""
    from contextlib import ExitStack

    with ExitStack() as stack:
        yield [stack.enter_context(full_queue(f"127.0.0.{index}")) for index in range(1, 4)]


async def test_dead_addresses_cost_no_more_than_the_time_of_the_call(
    dead: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve(monkeypatch, "dead.invalid", 443, *dead)
    async with AsyncShipStationClient(KEY, base_url="https://dead.invalid/v2", max_retries=0) as client:
        assert await seconds_of(lambda: within(client).get_label("se-1"), APITimeoutError) < SECONDS + 1


async def test_an_address_that_answers_is_found_behind_dead_ones(
    dead: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with FaultServer(reply(BODY)) as live:
        resolve(monkeypatch, "localhost", live.port, *dead, ("127.0.0.1", live.port))
        async with AsyncShipStationClient(KEY, base_url=f"http://localhost:{live.port}/v2") as client:
            started = anyio.current_time()
            await client.get_label("se-1")
            assert anyio.current_time() - started < 3


async def test_a_resolver_that_does_not_answer_is_bounded_here(monkeypatch: pytest.MonkeyPatch) -> None:
    answered = threading.Event()
    genuine = socket.getaddrinfo

    def hang(host: Any, *args: Any, **options: Any) -> Any:
        is_numeric = len(args) > 4 and args[4] & socket.AI_NUMERICHOST  # which asks nobody
        if b"slow" in (host if isinstance(host, bytes) else str(host).encode()) and not is_numeric:
            answered.wait(10)
            raise socket.gaierror(-3, "Temporary failure in name resolution")
        return genuine(host, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    try:
        async with AsyncShipStationClient(KEY, base_url="https://slow.invalid/v2", max_retries=0) as client:
            assert await seconds_of(lambda: within(client).get_label("se-1"), APIConnectionError) < SECONDS + 1
    finally:
        answered.set()
