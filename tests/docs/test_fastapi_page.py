"""The service of the FastAPI page, as it stands there, served by uvicorn over real sockets."""

from __future__ import annotations

import re
import socket
import sys
import types
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
import uvicorn

from support.examples import examples_of
from support.fault_server import Behaviour, FaultServer
from support.misbehaviour import Gathering, reply, slow, stall
from support.wiring import KEY, LABELS, SHIPMENTS, TRACKING, forget_environment

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "fastapi.md"
POSTAL_CODE = SHIPMENTS["shipments"][0]["ship_to"]["postal_code"]  # type: ignore[index]
ASKED = {"order_id": "A-100", "postal_code": POSTAL_CODE}


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The application of the page."""
    forget_environment(monkeypatch)
    monkeypatch.setenv("SHIPSTATION_API_KEY", KEY)
    source = next(each.source for each in examples_of(PAGE.read_text("utf-8")) if each.source.startswith("# app.py"))
    module = types.ModuleType("app_of_the_page")
    monkeypatch.setitem(sys.modules, module.__name__, module)  # pydantic looks names up there
    exec(compile(source, str(PAGE), "exec"), module.__dict__)
    return module.app


@asynccontextmanager
async def served(app: Any) -> AsyncIterator[tuple[str, uvicorn.Server, anyio.Event]]:
    """The application behind uvicorn, with the option that the page names."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        settings = uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1)
        server, has_ended = uvicorn.Server(settings), anyio.Event()

        async def serve() -> None:
            await server.serve(sockets=[sock])
            has_ended.set()

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(serve)
            while not server.started:
                await anyio.sleep(0.005)
            yield f"http://127.0.0.1:{sock.getsockname()[1]}", server, has_ended
            server.should_exit = True


def in_the_shop(monkeypatch: pytest.MonkeyPatch, script: Any, ask: Callable[[FaultServer], Awaitable[None]]) -> None:
    async def within() -> None:
        with anyio.fail_after(30):
            await ask(shop)

    with FaultServer(script) as shop:
        monkeypatch.setenv("SHIPSTATION_BASE_URL", shop.base_url)
        anyio.run(within)


def test_a_hundred_customers_are_answered_at_once_on_one_client(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def ask(shop: FaultServer) -> None:
        statuses: list[int] = []
        async with served(app) as (url, _, _), httpx2.AsyncClient(trust_env=False, timeout=20) as web:

            async def customer() -> None:
                statuses.append((await web.post(f"{url}/orders", json=ASKED)).status_code)

            async with anyio.create_task_group() as customers:
                for _ in range(100):
                    customers.start_soon(customer)
        assert statuses == [200] * 100
        assert (shop.most_in_flight, len(shop.requests)) == (16, 300)

    first = Gathering(16)
    answers: dict[str, Behaviour] = {
        "/track": first.then(slow(0.01, reply(TRACKING))),
        "labels": first.then(slow(0.01, reply(LABELS))),
        "shipments": first.then(slow(0.01, reply(SHIPMENTS))),
    }
    in_the_shop(monkeypatch, answers, ask)


def test_it_shuts_down_at_once_while_ten_customers_wait(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def ask(shop: FaultServer) -> None:
        async with served(app) as (url, server, has_ended), httpx2.AsyncClient(trust_env=False, timeout=20) as web:

            async def customer() -> None:
                with suppress(httpx2.TransportError):  # it was told to go
                    await web.post(f"{url}/orders", json=ASKED)

            async with anyio.create_task_group() as customers:
                for _ in range(10):
                    customers.start_soon(customer)
                while shop.in_flight < 10:
                    await anyio.sleep(0.005)
                started = anyio.current_time()
                server.should_exit = True
                await has_ended.wait()
                assert anyio.current_time() - started < 3
                customers.cancel_scope.cancel()

    in_the_shop(monkeypatch, stall(), ask)


@pytest.mark.parametrize("postal_code", ["", "  ", "- -", None, 5])
def test_a_postal_code_that_is_none_is_a_422(app: Any, monkeypatch: pytest.MonkeyPatch, postal_code: object) -> None:
    async def ask(shop: FaultServer) -> None:
        async with served(app) as (url, _, _), httpx2.AsyncClient(trust_env=False) as web:
            refused = await web.post(f"{url}/orders", json={"order_id": "A-100", "postal_code": postal_code})
        assert refused.status_code == 422
        assert not shop.requests

    in_the_shop(monkeypatch, reply({}), ask)


def test_the_service_is_not_longer_than_a_reader_can_hold() -> None:
    source = next(each.source for each in examples_of(PAGE.read_text("utf-8")) if each.source.startswith("# app.py"))
    body = source[source.index("@asynccontextmanager") :]
    assert len([line for line in body.splitlines() if line.strip() and not re.match(r"\s*#", line)]) <= 40
