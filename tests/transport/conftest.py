"""Real clients over real sockets, on a clock of the test's own."""

from __future__ import annotations

import random
from collections.abc import Iterator
from math import prod
from typing import Any

import attrs
import pytest

from shipstation_aissist import ShipStationClient
from shipstation_aissist.testing import FakeClock
from shipstation_aissist.transport.sockets import DeadlineAdapter
from support.awaited import AwaitedClient
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


COLUMNS = ("threads", "asyncio", "trio")
MANY_ROWS = 12


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One table of faults, and a column for each of those who ask.

    A test of many rows is not asked in trio's too: what differs there is the event loop, which few rows show.
    """
    if "connect" not in metafunc.fixturenames:
        return
    marks = list(metafunc.definition.iter_markers())
    rows = prod(len(mark.args[1]) for mark in marks if mark.name == "parametrize")
    columns = COLUMNS[:2] if rows > MANY_ROWS else COLUMNS
    if any(mark.name == "threads_only" for mark in marks):
        columns = COLUMNS[:1]
    metafunc.parametrize("column", columns)


@attrs.define
class _Connect:
    column: str
    clock: FakeClock
    clients: list[ShipStationClient | AwaitedClient] = attrs.field(factory=list)

    def __call__(self, base_url: str, **options: Any) -> Any:
        options = {"api_key": KEY, "clock": self.clock, **options}
        client: ShipStationClient | AwaitedClient
        if self.column == "threads":
            options = {"adapter": DeadlineAdapter(), **options}
            client = ShipStationClient._wired(base_url=base_url, **options)
        else:
            client = AwaitedClient(self.column, base_url=base_url, **options)
        self.clients.append(client)
        return client


@pytest.fixture
def connect(clock: FakeClock, column: str) -> Iterator[Connect]:
    """Makes clients over real sockets whose deadlines and waits go by ``clock``; closes them afterwards."""
    make = _Connect(column, clock)
    yield make
    for client in make.clients:
        if isinstance(client, AwaitedClient):
            client.end()
        else:
            client.close()


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """A private certificate authority."""
    return Authority(tmp_path_factory.mktemp("certificates"))
