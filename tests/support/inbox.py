"""Notifications for the inbox, and a clock that is set by hand."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from shipstation_aissist.inbox import ParcelNews

BEGIN = datetime(2026, 3, 4, 12, tzinfo=UTC)
CODES = {
    "unknown": "UN",
    "label_created": "NY",
    "accepted": "AC",
    "in_transit": "IT",
    "delivery_attempted": "AT",
    "exception": "EX",
    "delivered": "DE",
}


class HandClock:
    """The time of day, as a test sets it."""

    def __init__(self) -> None:
        self.time = BEGIN + timedelta(days=30)

    def __call__(self) -> datetime:
        return self.time

    def advance(self, **much: float) -> None:
        self.time += timedelta(**much)


def notification(
    label: str = "se-1", state: str = "in_transit", minute: int | None = 0, *, scans: int = 1, **changes: Any
) -> bytes:
    """A tracking notification whose newest scan is of that minute; with ``None`` it has no scans."""
    count = 0 if minute is None else scans
    newest = BEGIN + timedelta(minutes=minute or 0)
    times = [(newest - timedelta(hours=index)).isoformat() for index in range(count)]
    data = {
        "tracking_number": f"94001{label}",
        "status_code": CODES[state],
        "carrier_code": "usps",
        "events": [{"occurred_at": time, "description": f"Scan at {time}"} for time in times],
    }
    document = {
        "resource_url": f"https://api.shipstation.com/v2/labels/{label}/track",
        "resource_type": "TRACK_EVENT_V2",
        "data": data,
    }
    return json.dumps(document | changes).encode()


class Customer:
    """Is told news, and remembers it; raises what it is told to."""

    def __init__(self) -> None:
        self.told: list[ParcelNews] = []
        self.fault: Exception | None = None

    def __call__(self, news: ParcelNews) -> None:
        if self.fault is not None:
            raise self.fault
        self.told.append(news)

    @property
    def heard(self) -> list[tuple[str | None, str | None, str]]:
        """Label, before and after of each."""
        return [(news.label_id, news.before, news.after) for news in self.told]
