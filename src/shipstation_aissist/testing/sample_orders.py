"""A sandbox to try things in: sample orders with different lives, the same ones every time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from shipstation_aissist.testing.clock import DEFAULT_START, FakeClock
from shipstation_aissist.testing.fake import DEFAULT_KEY, FakeShipStation


def sandbox(api_key: str = DEFAULT_KEY, *, tracking_plan: bool = False, today: date | None = None) -> FakeShipStation:
    """A fake that holds sample orders.

    ======  =========================================================
    Order   Its life
    ======  =========================================================
    12345   delivered (USPS, to 29646 Greenwood SC)
    12346   out for delivery (UPS)
    12347   delayed (FedEx)
    12348   not shipped yet
    12349   split in two: one parcel delivered, the other on its way
    12350   shipped elsewhere: a number, but no tracking
    12351   on hold
    12352   cancelled
    12353   returning to its sender
    12354   late: it was expected three days ago
    12355   stalled: nobody has scanned it for a week
    12356   lost, or so it seems: last scanned in December
    12357   waiting to be picked up at the post office
    12358   never handed to the carrier: a label of last week
    12359   should have been shipped by yesterday
    12360   delivered, and sent back: the return has reached the shop
    ======  =========================================================

    Args:
        api_key: The key that is accepted.
        tracking_plan: Whether the plan includes ``GET /v2/tracking``.
        today: The day on which these lives stand as told; default: January 15, 2026, on which the fake's clock stands.
    """
    shift = timedelta() if today is None else today - DEFAULT_START.date()
    fake = FakeShipStation(api_key, clock=FakeClock(DEFAULT_START + shift), tracking_plan=tracking_plan)

    def _january(day: int, hour: int, minute: int) -> datetime:
        return datetime(2026, 1, 1, hour, minute, tzinfo=UTC) + timedelta(days=day - 1) + shift

    _add_lives(fake, _january)
    _add_troubles(fake, _january)
    return fake


def _add_lives(fake: FakeShipStation, _january: Callable[[int, int, int], datetime]) -> None:

    fake.add_order("12345", created_at=_january(5, 21, 15))
    fake.buy_label("12345", at=_january(6, 14, 7))
    fake.accept("12345", city="Columbia", at=_january(6, 22, 30))
    fake.scan("12345", at=_january(7, 7, 52))
    fake.scan(
        "12345",
        description="Arrived at Post Office",
        city="Greenwood",
        state="SC",
        postal_code="29649",
        at=_january(8, 13, 36),
    )
    fake.out_for_delivery("12345", at=_january(8, 13, 40))
    fake.deliver("12345", at=_january(8, 16, 40))

    fake.add_order(
        "12346",
        carrier="ups",
        recipient="Amanda Miller",
        city="San Jose",
        state="CA",
        postal_code="95128",
        created_at=_january(9, 17, 2),
    )
    fake.buy_label("12346", at=_january(9, 19, 30))
    fake.accept("12346", at=_january(10, 2, 11))
    fake.scan("12346", at=_january(12, 8, 45))
    fake.scan("12346", description="Arrived at Facility", city="San Jose", state="CA", at=_january(14, 10, 20))
    fake.out_for_delivery("12346", at=_january(14, 14, 5))

    fake.add_order(
        "12347",
        carrier="fedex",
        recipient="Sam Rivera",
        city="Portland",
        state="OR",
        postal_code="97218",
        created_at=_january(8, 9, 0),
    )
    fake.buy_label("12347", at=_january(8, 15, 0))
    fake.accept("12347", city="Atlanta", state="GA", postal_code="30336", at=_january(9, 1, 30))
    fake.scan("12347", at=_january(11, 4, 12))
    fake.exception("12347", at=_january(13, 11, 0))

    fake.add_order("12348", created_at=_january(15, 8, 20))

    fake.add_order("12349", items=("Blue mug", "Red mug"), created_at=_january(7, 10, 0))
    mug, other_mug = fake.split("12349", at=_january(7, 12, 0))
    fake.buy_label(mug, at=_january(7, 15, 0))
    fake.buy_label(other_mug, at=_january(12, 15, 0))
    fake.scan(mug, at=_january(8, 6, 0))
    fake.deliver(mug, at=_january(10, 18, 25))
    fake.scan(other_mug, at=_january(14, 5, 40))

    fake.add_order("12350", created_at=_january(9, 11, 0))
    fake.mark_shipped("12350", carrier="FedEx", tracking_number="771234567899", at=_january(10, 14, 11))

    fake.add_order("12351", created_at=_january(13, 12, 0))
    fake.hold("12351", until=_january(20, 0, 0), at=_january(13, 12, 30))

    fake.add_order("12352", created_at=_january(10, 12, 0))
    fake.cancel("12352", at=_january(10, 16, 0))

    fake.add_order("12353", created_at=_january(3, 12, 0))
    fake.buy_label("12353", at=_january(3, 15, 0))
    fake.scan("12353", at=_january(5, 7, 0))
    fake.attempt_delivery("12353", at=_january(7, 17, 10))
    fake.return_to_sender("12353", at=_january(14, 9, 0))


def _add_troubles(fake: FakeShipStation, _january: Callable[[int, int, int], datetime]) -> None:
    """Orders that need attention."""
    without_estimate = {"estimated_delivery_date": None}

    fake.add_order("12354", recipient="Lee Tran", created_at=_january(7, 9, 0))
    fake.buy_label("12354", at=_january(7, 15, 0))
    fake.accept("12354", at=_january(7, 21, 0))
    fake.scan("12354", city="Atlanta", state="GA", at=_january(14, 10, 30))

    fake.add_order("12355", recipient="Noor Haddad", created_at=_january(6, 9, 0))
    fake.buy_label("12355", at=_january(6, 15, 0), tracking_extra=without_estimate)
    fake.scan("12355", city="Memphis", state="TN", at=_january(8, 7, 45))

    fake.add_order("12356", recipient="Ola Nordmann", created_at=_january(-12, 9, 0))
    fake.buy_label("12356", at=_january(-11, 15, 0), tracking_extra=without_estimate)
    fake.scan("12356", city="Chicago", state="IL", at=_january(-9, 7, 45))

    fake.add_order("12357", recipient="Kim Park", created_at=_january(7, 9, 0))
    fake.buy_label("12357", at=_january(7, 15, 0), tracking_extra=without_estimate)
    fake.scan("12357", at=_january(9, 6, 20))
    fake.ready_for_pickup("12357", city="Greenwood", state="SC", at=_january(12, 15, 10))

    fake.add_order("12358", recipient="Ana Souza", created_at=_january(5, 9, 0))
    fake.buy_label("12358", at=_january(6, 15, 0), tracking_extra=without_estimate)

    fake.add_order("12359", recipient="Ivo Horvat", created_at=_january(12, 9, 0), ship_by=_january(13, 0, 0))

    fake.add_order("12360", recipient="Mia Berg", created_at=_january(2, 9, 0))
    fake.buy_label("12360", at=_january(2, 15, 0))
    fake.deliver("12360", at=_january(5, 16, 0))
    back = fake.add_return_label("12360", at=_january(6, 9, 0))
    fake.scan(back, at=_january(8, 9, 0))
    fake.deliver(back, at=_january(12, 15, 30))
