"""What the tests of the test kit share."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from shipstation_aissist.testing import FakeShipStation

Ask = Callable[[str], Any]


@pytest.fixture
def fake() -> FakeShipStation:
    return FakeShipStation()


@pytest.fixture
def ask(fake: FakeShipStation) -> Ask:
    """The JSON of a GET that succeeds."""

    def ask(path: str) -> Any:
        reply = fake.handle("GET", path, {"API-Key": fake.api_key})
        assert reply.status == 200, reply.body
        return json.loads(reply.body)

    return ask


@pytest.fixture
def refusal(fake: FakeShipStation) -> Callable[[str], tuple[int, Any]]:
    """Status and error entry of a GET that is refused."""

    def refusal(path: str) -> tuple[int, Any]:
        reply = fake.handle("GET", path, {"API-Key": fake.api_key})
        if not reply.body:
            return reply.status, None
        body = json.loads(reply.body)
        assert body["request_id"] == reply.headers["x-shipengine-requestid"]
        (error,) = body["errors"]
        return reply.status, error

    return refusal
