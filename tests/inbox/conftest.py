"""An inbox in each engine that the library is tested with: SQLite in a file, and a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from shipstation_aissist.inbox import Inbox
from support.inbox import Customer, HandClock
from support.postgres import Postgres, running_postgres

ENGINES = ["sqlite", "postgresql"]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One server for all tests of a process."""
    with running_postgres() as server:
        yield server


@pytest.fixture(params=ENGINES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without an inbox."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/inbox.db"
    server: Postgres = request.getfixturevalue("postgres")
    server.execute("DROP TABLE IF EXISTS shipstation_inbox")
    return server.url


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def make(url: str, clock: HandClock) -> Iterator[Callable[..., Inbox]]:
    """Makes inboxes of that database, as several processes would."""
    made: list[Inbox] = []

    def make(**options: Any) -> Inbox:
        made.append(Inbox(url, **{"clock": clock, **options}))
        return made[-1]

    yield make
    for inbox in made:
        inbox.close()


@pytest.fixture
def inbox(make: Callable[..., Inbox]) -> Inbox:
    return make()


@pytest.fixture
def customer() -> Customer:
    return Customer()
