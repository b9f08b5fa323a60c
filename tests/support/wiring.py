"""What tests of the transport share: a client over real sockets, and how long a call takes and ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import pytest

from shipstation_aissist import ShipStationClient
from support.wire_samples import label, shipment, tracking


class Connect(Protocol):
    """Makes clients over real sockets: in threads, or asynchronous ones behind a synchronous face."""

    column: str

    def __call__(self, base_url: str, **options: Any) -> ShipStationClient:
        """A client that asks there."""
        ...


KEY = "sk-of-the-tests"
BODY = b'{"label_id": "se-1", "shipment_id": "se-2", "status": "completed"}' + b" " * 400

SHIPMENTS = {"shipments": [shipment()], "total": 1, "page": 1, "pages": 1}
LABELS = {"labels": [label()], "total": 1, "page": 1, "pages": 1}
TRACKING = tracking()
MANY_LABELS = {
    "labels": [label(f"se-81{index:02}", number=f"94001{index:02}") for index in range(10)],
    "total": 10,
    "page": 1,
    "pages": 1,
}


def forget_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the machine's environment says of proxies, keys and certificates is no part of a test."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name in ("SHIPSTATION_API_KEY", "SHIPSTATION_BASE_URL", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


def outcome_of(call: Callable[[], Any]) -> Any:
    """What a call returns or raises, as a value."""
    try:
        return call()
    except Exception as error:  # noqa: BLE001 - whatever it is, the test compares it
        return error
