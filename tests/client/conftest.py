"""Clients without a network, in an environment that says nothing."""

from __future__ import annotations

import pytest

from support.wiring import forget_environment


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the machine's environment says of proxies, keys and certificates is no part of a test."""
    forget_environment(monkeypatch)
