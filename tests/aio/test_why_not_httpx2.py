"""T6: why connections are read by our own strict reader, and httpx2's transport is not used."""

from __future__ import annotations

import json

import httpx2
import pytest

from shipstation_aissist import AsyncShipStationClient
from support.fault_server import Conversation, FaultServer
from support.misbehaviour import message
from support.wiring import KEY, forget_environment

pytestmark = pytest.mark.anyio


def label(label_id: str) -> bytes:
    return message(json.dumps({"label_id": label_id, "shipment_id": "se-2", "status": "completed"}).encode())


def one_too_many(conversation: Conversation) -> None:
    """The label that is asked for, and another customer's behind it."""
    asked = conversation.received.target.rpartition("/")[2]
    conversation.send(label(asked) + label("se-of-another-customer"))


async def test_httpx2s_transport_takes_what_comes_behind_a_reply_for_the_next_reply() -> None:
    with FaultServer(one_too_many) as server:
        async with httpx2.AsyncHTTPTransport() as transport:
            seen = []
            for label_id in ("se-1", "se-2"):
                request = httpx2.Request("GET", f"{server.base_url}/labels/{label_id}")
                response = await transport.handle_async_request(request)
                seen.append(json.loads(await response.aread())["label_id"])
    assert seen == ["se-1", "se-of-another-customer"]


async def test_the_asynchronous_client_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_environment(monkeypatch)
    with FaultServer(one_too_many) as server:
        async with AsyncShipStationClient(KEY, base_url=server.base_url) as client:
            seen = [(await client.get_label(label_id)).label_id for label_id in ("se-1", "se-2")]
    assert seen == ["se-1", "se-2"]
