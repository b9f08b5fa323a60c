"""A sandbox to try things in: sample orders with different lives, the same ones every time."""

from __future__ import annotations

from datetime import UTC, datetime

from shipstation_aissist.testing.fake import DEFAULT_KEY, FakeShipStation


def sandbox(api_key: str = DEFAULT_KEY, *, tracking_plan: bool = False) -> FakeShipStation:
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
    ======  =========================================================

    Args:
        api_key: The key that is accepted.
        tracking_plan: Whether the plan includes ``GET /v2/tracking``.
    """
    fake = FakeShipStation(api_key, tracking_plan=tracking_plan)

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

    return fake


def _january(day: int, hour: int, minute: int) -> datetime:
    return datetime(2026, 1, day, hour, minute, tzinfo=UTC)
