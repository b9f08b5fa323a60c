"""The verifier for event loops: the same rules, over real sockets, on asyncio and trio, and it never blocks a loop."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio
import pytest

from shipstation_aissist import APIConnectionError, APITimeoutError, ConfigurationError, WebhookVerificationError
from shipstation_aissist.webhooks import AsyncWebhookVerifier
from support.certificates import Authority
from support.fault_proxy import FaultProxy
from support.fault_server import Behaviour, FaultServer
from support.misbehaviour import drip_body, reply, reset, stall, ticking
from support.notifications import BODY, SIGNATURE, public_key, signed

LOOPS = ["asyncio", "trio"]
KEY_SET = json.dumps({"keys": [public_key()]}).encode()


def now() -> str:
    return datetime.now(UTC).isoformat()


def verifier_of(server: FaultServer, **options: Any) -> AsyncWebhookVerifier:
    return AsyncWebhookVerifier(f"{server.root}/jwks", **options)


@pytest.fixture(params=LOOPS)
def run(request: pytest.FixtureRequest) -> Callable[[Callable[[], Awaitable[None]]], None]:
    """Runs a test's coroutine function on one kind of event loop."""
    return lambda test: anyio.run(test, backend=request.param)


@pytest.fixture
def host() -> Iterator[FaultServer]:
    with FaultServer(reply(KEY_SET)) as server:
        yield server


async def refused(verifier: AsyncWebhookVerifier, headers: Any, body: bytes = BODY) -> WebhookVerificationError:
    with pytest.raises(WebhookVerificationError) as caught:
        await verifier.verify(headers, body)
    assert "401" in str(caught.value)
    return caught.value


def test_signed_bytes_pass_and_the_keys_are_read_once_without_an_api_key(run: Any, host: FaultServer) -> None:
    async def test() -> None:
        verifier = verifier_of(host)
        for _ in range(3):
            await verifier.verify(signed(at=now()), BODY)

    run(test)
    (request,) = host.requests
    assert (request.method, request.target) == ("GET", "/jwks")
    assert "api-key" not in request.headers
    assert "shipstation-aissist" in request.headers["user-agent"]


def test_what_was_not_signed_is_refused_by_the_same_rules(run: Any, host: FaultServer) -> None:
    async def test() -> None:
        verifier = verifier_of(host)
        headers = signed(at=now())
        assert "not over these bytes" in str(await refused(verifier, headers, BODY + b" "))
        assert "s ago" in str(await refused(verifier, signed()))
        assert "base64" in str(await refused(verifier, headers | {SIGNATURE: "!"}))
        assert "has no" in str(await refused(verifier, {}))
        with pytest.raises(TypeError, match="raw bytes"):
            await verifier.verify(headers, {})  # type: ignore[arg-type]
        await verifier.verify(headers, memoryview(BODY))

    run(test)


def test_tasks_that_come_while_the_keys_are_read_share_one_request_and_the_loop_goes_on(run: Any) -> None:
    went_on = threading.Event()
    waited: list[bool] = []

    async def test() -> None:
        verifier = verifier_of(server)
        async with anyio.create_task_group() as tasks:
            for _ in range(20):
                tasks.start_soon(verifier.verify, signed(at=now()), BODY)
            while not server.requests:
                await anyio.sleep(0.001)
            for _ in range(20):
                await anyio.sleep(0.001)
            went_on.set()

    with FaultServer(ticking(lambda: waited.append(went_on.wait(5)), reply(KEY_SET))) as server:
        run(test)
        assert len(server.requests) == 1
    assert waited == [True]  # the server answered only after the loop had gone on


@pytest.mark.parametrize(
    ("behaviour", "why", "cause"),
    [
        (stall(), "did not arrive in time", APITimeoutError),
        (drip_body(b" " * 1000, every=0.05), "did not arrive in time", APITimeoutError),
        (reset(), "cannot be reached", APIConnectionError),
        (reply(b"<html></html>"), "is not JSON", None),
        (reply(b"", status=503), "status 503", None),
        (reply(b"", status=302, headers={"Location": "http://127.0.0.1:1/"}), "status 302", None),
        (reply(b'{"keys": []}'), "holds no RSA key", None),
        (reply(b'{"keys": "' + b" " * 11 * 2**20 + b'"}'), "larger than 10 MiB", None),
    ],
)
def test_a_key_set_that_cannot_be_used_is_refused_in_time_and_asked_for_once_a_minute(
    run: Any, behaviour: Behaviour, why: str, cause: type[Exception] | None
) -> None:
    async def test() -> None:
        verifier = verifier_of(server, timeout=0.5 if "in time" in why else 10)
        began = time.monotonic()
        error = await refused(verifier, signed(at=now()))
        assert "in time" not in why or time.monotonic() - began < 1.5
        assert why in str(error)
        assert cause is None or isinstance(error.__cause__, cause)
        for number in range(5):
            await refused(verifier, signed(at=now(), named=f"forged-{number}"))

    with FaultServer(behaviour) as server:
        run(test)
        assert len(server.requests) == 1


def test_nobody_at_the_url_is_an_error_with_a_cause(run: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    async def test() -> None:
        error = await refused(AsyncWebhookVerifier(f"http://127.0.0.1:{port}/jwks"), signed(at=now()))
        assert isinstance(error.__cause__, APIConnectionError)

    run(test)


def test_a_rotated_key_is_followed_at_once_and_an_unknown_one_then_closes_the_gate(run: Any) -> None:
    both = json.dumps({"keys": [public_key(), public_key("second")]}).encode()

    async def test() -> None:
        verifier = verifier_of(server)
        await verifier.verify(signed(at=now()), BODY)
        await verifier.verify(signed(at=now(), key="second"), BODY)
        for number in range(4):
            await refused(verifier, signed(at=now(), named=f"forged-{number}"))
        await verifier.verify(signed(at=now()), BODY)

    with FaultServer(reply(KEY_SET), reply(both)) as server:
        run(test)
        assert len(server.requests) == 3


def test_a_cancelled_verification_ends_at_once_and_counts_as_the_minutes_request(run: Any) -> None:
    async def test() -> None:
        verifier = verifier_of(server)
        began = time.monotonic()
        with anyio.move_on_after(0.2):
            await verifier.verify(signed(at=now()), BODY)
        assert time.monotonic() - began < 1
        with anyio.fail_after(1):
            await refused(verifier, signed(at=now()))

    with FaultServer(stall()) as server:
        run(test)
        assert len(server.requests) == 1


def test_keys_are_read_over_tls_by_the_authorities_that_the_environment_names(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)

    async def trusting() -> None:
        await verifier_of(server).verify(signed(at=now()), BODY)

    async def distrusting() -> None:
        assert isinstance((await refused(verifier_of(server), signed(at=now()))).__cause__, APIConnectionError)

    with FaultServer(reply(KEY_SET), tls=authority.server_side) as server:
        run(distrusting)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle))
        run(trusting)


@pytest.mark.parametrize("written", ["{}", "http://{}", "http://name:word@{}"])
def test_keys_are_read_through_the_proxy_that_the_environment_names(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    authority = Authority(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle))
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "")

    async def test() -> None:
        await verifier_of(server).verify(signed(at=now()), BODY)

    with (
        FaultServer(reply(KEY_SET), tls=authority.server_side) as server,
        FaultProxy(user="name:word" if "@" in written else None) as proxy,
    ):
        monkeypatch.setenv("HTTPS_PROXY", written.format(proxy.address))
        run(test)
        assert proxy.requests == [f"CONNECT localhost:{server.port}"]


def test_it_may_be_used_in_a_second_event_loop_when_the_first_has_ended(run: Any, host: FaultServer) -> None:
    verifier = verifier_of(host)

    async def test() -> None:
        await verifier.verify(signed(at=now()), BODY)

    run(test)
    run(test)
    assert len(host.requests) == 1


def test_what_it_is_made_with_can_be_seen_and_is_checked() -> None:
    assert repr(AsyncWebhookVerifier(max_skew=60)) == (
        "AsyncWebhookVerifier('https://api.shipengine.com/jwks', max_skew=60, timeout=10)"
    )
    with pytest.raises(ConfigurationError, match="jwks_url"):
        AsyncWebhookVerifier("http://api.shipengine.com/jwks")


def after(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout.strip()


def test_an_import_loads_nothing_of_the_extra() -> None:
    program = "import sys; from shipstation_aissist.webhooks import *; print({*sys.modules} & {'httpx2', 'anyio'})"
    assert after(program) == "set()"


@pytest.mark.parametrize("missing", ["httpx2", "anyio"])
def test_without_the_extra_the_first_use_says_which_one_to_install(missing: str) -> None:
    said = after(
        f"import sys; sys.modules[{missing!r}] = None\n"
        "from shipstation_aissist.webhooks import AsyncWebhookVerifier\n"
        "try: AsyncWebhookVerifier()\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    assert said.startswith("ImportError ")
    assert "pip install 'shipstation-aissist[async,webhooks]'" in said
