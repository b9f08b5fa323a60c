"""docs/how-to/webhooks.md, run as it stands: its code blocks become files, and signed bodies are posted to them."""

from __future__ import annotations

import asyncio
import importlib
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

from shipstation_aissist import ShipStationClient, TrackOrderAction
from shipstation_aissist.inbox import Inbox, InboxCounts
from shipstation_aissist.testing import FakeServer, FakeShipStation, SignedNotification
from shipstation_aissist.webhooks import WebhookVerifier
from support.inbox import HandClock
from support.inbox import notification as notification_of
from support.notifications import KEY_ID, SIGNATURE, TIMESTAMP

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "webhooks.md"
BLOCKS: dict[str, str] = {
    name: code
    for code, name in re.findall(r"^```python\n(# (\w+\.py)\n.*?)^```$", PAGE.read_text("utf-8"), re.M | re.S)
}
NAMES = {name.removesuffix(".py") for name in BLOCKS}
URL = "/hooks/shipstation"


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Any]]:
    """Imports a file of the page from a folder that holds them all."""
    for name, code in BLOCKS.items():
        (tmp_path / name).write_text(code, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    yield importlib.import_module
    for name in NAMES:
        sys.modules.pop(name, None)


@pytest.fixture
def fake() -> FakeShipStation:
    fake = FakeShipStation()
    fake.add_order("12345")
    fake.deliver("12345")
    return fake


@pytest.fixture
def server(fake: FakeShipStation) -> Iterator[FakeServer]:
    with fake.serve() as server:
        yield server


class Endpoint:
    """An endpoint of the page, with an inbox that verifies by the fake's keys."""

    def __init__(self, module: ModuleType, server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
        self.inbox = Inbox("sqlite:///notifications.db", verifier=WebhookVerifier(server.jwks_url))
        monkeypatch.setattr(module, "inbox", self.inbox)
        self._module = module

    def post(self, body: bytes, headers: Any) -> int:
        """The status that a body is answered with."""
        if self._module.__name__ == "flask_hooks":
            return int(self._module.app.test_client().post(URL, data=body, headers=headers).status_code)
        return asyncio.run(self._post_to_fastapi(body, headers))

    async def _post_to_fastapi(self, body: bytes, headers: Any) -> int:
        transport = httpx.ASGITransport(app=self._module.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://endpoint") as client:
            return (await client.post(URL, content=body, headers=headers)).status_code


@pytest.fixture(params=["flask_hooks", "fastapi_hooks"])
def endpoint(
    request: pytest.FixtureRequest, load: Callable[[str], Any], server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Endpoint]:
    endpoint = Endpoint(load(request.param), server, monkeypatch)
    yield endpoint
    endpoint.inbox.close()


@pytest.fixture
def notification(fake: FakeShipStation) -> SignedNotification:
    return fake.notification("12345")


def test_the_page_has_the_files_that_it_speaks_of() -> None:
    assert set(BLOCKS) == {"flask_hooks.py", "fastapi_hooks.py", "worker.py", "prune.py", "test_hooks.py"}


def test_a_signed_body_is_answered_with_success_and_put_away_once(
    endpoint: Endpoint, notification: SignedNotification, fake: FakeShipStation
) -> None:
    for _ in range(3):
        assert endpoint.post(notification.body, notification.headers) == 204
    assert endpoint.inbox.counts() == InboxCounts(labels=1, waiting=1, failed=0)
    assert {call.path for call in fake.calls} == {"/jwks"}  # work is done later


def test_every_notification_of_a_life_is_answered_with_success(endpoint: Endpoint, fake: FakeShipStation) -> None:
    fake.notifications()
    fake.add_order("777")
    fake.scan("777")
    fake.scan("777")
    posted = fake.notifications()
    assert [endpoint.post(each.body, each.headers) for each in posted] == [204] * len(posted)
    assert len(posted) > 2
    assert endpoint.inbox.counts().labels == 1


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body, headers: (body.replace(b"DE", b"IT"), headers),
        lambda body, headers: (b"", headers),
        lambda body, headers: (b"not JSON", headers),
        lambda body, headers: (body, {}),
        lambda body, headers: (body, headers | {KEY_ID: "another"}),
        lambda body, headers: (body, headers | {SIGNATURE: "AAAA"}),
        lambda body, headers: (body, headers | {TIMESTAMP: "2020-01-01T00:00:00Z"}),
        lambda body, headers: (body, [*headers.items(), (SIGNATURE, headers[SIGNATURE])]),
        lambda body, headers: (body, [*headers.items(), (KEY_ID, headers[KEY_ID])]),
        lambda body, headers: (body, [*headers.items(), (TIMESTAMP, headers[TIMESTAMP])]),
    ],
)
def test_what_is_not_verified_is_answered_with_401_and_does_not_reach_the_inbox(
    endpoint: Endpoint, notification: SignedNotification, spoil: Any
) -> None:
    assert endpoint.post(*spoil(notification.body, notification.headers)) == 401
    assert endpoint.inbox.counts().labels == 0


def test_a_key_set_that_is_down_is_answered_with_401_so_that_shipstation_delivers_again(
    endpoint: Endpoint, notification: SignedNotification, fake: FakeShipStation
) -> None:
    fake.fail_next(404, path="/jwks")
    for _ in range(3):
        assert endpoint.post(notification.body, notification.headers) == 401
    assert endpoint.inbox.counts().labels == 0
    assert len(fake.calls) == 1


@pytest.mark.parametrize(
    "body", [b"not JSON", b"[]", b'{"resource_type": "X", "resource_url": "https://evil.example/labels/se-1"}']
)
def test_what_is_signed_but_cannot_be_read_is_answered_with_400(
    endpoint: Endpoint, fake: FakeShipStation, body: bytes
) -> None:
    assert endpoint.post(body, fake.sign(body)) == 400
    assert endpoint.inbox.counts().labels == 0


def test_a_body_above_one_mebibyte_is_not_read_by_flask(load: Callable[[str], Any]) -> None:
    reply = load("flask_hooks").app.test_client().post(URL, data=b" " * (2**20 + 1))
    assert reply.status_code == 413


def test_the_worker_tells_the_customer_once(
    endpoint: Endpoint,
    notification: SignedNotification,
    load: Callable[[str], Any],
    server: FakeServer,
    fake: FakeShipStation,
    capsys: pytest.CaptureFixture[str],
) -> None:
    endpoint.post(notification.body, notification.headers)
    with ShipStationClient(fake.api_key, base_url=server.base_url) as client:
        inbox = Inbox("sqlite:///notifications.db", action=TrackOrderAction(client))
        assert inbox.deliver(load("worker").tell_the_customer) == 1
        endpoint.post(notification.body, notification.headers)
        assert inbox.deliver(load("worker").tell_the_customer) == 0
    assert "Order 12345" in capsys.readouterr().out
    load("prune")
    assert inbox.counts().labels == 1
    inbox.close()


def test_the_worker_leaves_what_it_could_not_ask_for_and_drops_what_is_about_no_order(
    load: Callable[[str], Any], fake: FakeShipStation, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = HandClock()
    inbox = Inbox("sqlite://", action=TrackOrderAction(fake.client(max_retries=0)), clock=clock)
    inbox.receive({}, fake.notification("12345").body)
    fake.fail_next(503)
    assert inbox.deliver(load("worker").tell_the_customer) == 0
    inbox.receive({}, notification_of("se-404"))
    assert inbox.deliver(load("worker").tell_the_customer) == 1
    assert capsys.readouterr().out == ""
    clock.advance(minutes=1)
    assert inbox.deliver(load("worker").tell_the_customer) == 1
    assert "has been delivered" in capsys.readouterr().out
    inbox.close()


def test_the_test_of_the_page_passes(
    load: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    load("test_hooks").test_a_customer_is_told_once_that_the_parcel_has_arrived(monkeypatch, capsys)
