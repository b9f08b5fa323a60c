"""Shops with many orders, for looking them all up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from shipstation_aissist import TrackOrderOutcome
from shipstation_aissist.testing import FakeReply, FakeShipStation


class Shop(FakeShipStation):
    """A fake that tells of each request before and after it is answered."""

    def __init__(self, before: Callable[[str], object] = lambda url: None, **options: Any) -> None:
        super().__init__(**options)
        self.before = before
        self.after: Callable[[str], object] = lambda url: None

    def handle(self, method: str, url: str, headers: Mapping[str, str]) -> FakeReply:
        self.before(url)
        reply = super().handle(method, url, headers)
        self.after(url)
        return reply


def shop_with(count: int, **options: Any) -> Shop:
    """A shop with orders 0, 1, 2, ..., each with a parcel on its way."""
    shop = Shop(**options)
    for number in range(count):
        shop.add_order(str(number))
        shop.scan(shop.buy_label(str(number), tracking_number=f"P{number}", at=shop.clock.now()), at=shop.clock.now())
    return shop


def numbers_shown(outcomes: Iterable[TrackOrderOutcome]) -> list[str | None]:
    """The number of the parcel that each outcome shows."""
    return [parcel.tracking_number for parcel in (outcome.unwrap().tracking for outcome in outcomes) if parcel]
