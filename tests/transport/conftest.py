"""Real clients over real sockets, on a clock of the test's own."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

from shipstation_aissist import ShipStationClient
from shipstation_aissist.testing import FakeClock
from shipstation_aissist.transport.sockets import DeadlineAdapter
from support.certificates import Authority
from support.wiring import KEY, Connect, forget_environment


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_environment(monkeypatch)


@pytest.fixture
def clock() -> FakeClock:
    """The clock of the clients that ``connect`` makes."""
    return FakeClock()


@pytest.fixture
def no_jitter(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shortest waits that chance allows."""
    monkeypatch.setattr(random, "random", lambda: 0.0)


@pytest.fixture
def full_jitter(monkeypatch: pytest.MonkeyPatch) -> None:
    """The longest waits that chance allows."""
    monkeypatch.setattr(random, "random", lambda: 1.0)


@pytest.fixture
def connect(clock: FakeClock) -> Iterator[Connect]:
    """Makes clients over real sockets whose deadlines and waits go by ``clock``; closes them afterwards."""
    clients: list[ShipStationClient] = []

    def make(base_url: str, **options: Any) -> ShipStationClient:
        options = {"api_key": KEY, "adapter": DeadlineAdapter(), "clock": clock, **options}
        client = ShipStationClient._wired(base_url=base_url, **options)
        clients.append(client)
        return client

    yield make
    for client in clients:
        client.close()


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """A private certificate authority."""
    return Authority(tmp_path_factory.mktemp("certificates"))
