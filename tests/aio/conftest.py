"""Asynchronous tests run on asyncio and on trio, in anyio's own runner."""

from __future__ import annotations

import pytest

from support.valkey_fixtures import shared_valkey, valkey

__all__ = ["shared_valkey", "valkey"]


__all__ = ["anyio_backend", "shared_valkey", "valkey"]


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)
