"""Fixtures: one Valkey for all tests of a folder that do not stop it; each finds it empty."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shipstation_aissist import redis_link
from support.valkey import Valkey, running_valkey


@pytest.fixture(scope="session")
def shared_valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    with running_valkey(tmp_path_factory.mktemp("valkey")) as server:
        yield server


@pytest.fixture
def valkey(shared_valkey: Valkey, monkeypatch: pytest.MonkeyPatch) -> Valkey:
    monkeypatch.setattr(redis_link, "ANSWER_SECONDS", 5.0)  # what is tested is what it answers; a machine may be busy
    shared_valkey.client().flushall()
    return shared_valkey
