"""What attention looks at comes from the records of the order: labels, shipments, the number that was asked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shipstation_aissist import Attention, Patience, TrackOrderAction, TrackOrderResponse
from shipstation_aissist.testing import FakeShipStation
from shipstation_aissist.testing.clock import DEFAULT_START

NO_ESTIMATE = {"estimated_delivery_date": None}


def days_ago(days: float) -> datetime:
    return DEFAULT_START - timedelta(days=days)


@pytest.fixture
def fake() -> FakeShipStation:
    return FakeShipStation()


def answered(fake: FakeShipStation, order_id: str = "77", **settings: Any) -> TrackOrderResponse:
    return TrackOrderAction(fake.client(), **settings).run(order_id)


def told(fake: FakeShipStation, order_id: str = "77", **settings: Any) -> dict[str, Attention]:
    return {entry.code: entry for entry in answered(fake, order_id, **settings).attention}


@pytest.mark.parametrize(("is_international", "code"), [(False, "presumed_lost"), (True, "stalled")])
def test_a_label_that_goes_abroad_is_given_more_time(fake: FakeShipStation, is_international: bool, code: str) -> None:
    fake.add_order("77", created_at=days_ago(14))
    fake.buy_label("77", at=days_ago(13), extra={"is_international": is_international}, tracking_extra=NO_ESTIMATE)
    fake.scan("77", at=days_ago(12))
    assert list(told(fake)) == [code]


def test_the_shipments_own_day_of_delivery_counts_where_the_carrier_tells_none(fake: FakeShipStation) -> None:
    fake.add_order("77", deliver_by=datetime(2026, 1, 10, tzinfo=UTC), created_at=days_ago(8))
    fake.buy_label("77", at=days_ago(7), tracking_extra=NO_ESTIMATE)
    fake.scan("77", at=days_ago(1))
    assert told(fake)["late"].message == (
        "The parcel should have been delivered by January 10, 2026 and has not been delivered."
    )


def test_the_actions_patience_counts(fake: FakeShipStation) -> None:
    fake.add_order("77", created_at=days_ago(9))
    fake.buy_label("77", at=days_ago(8), tracking_extra=NO_ESTIMATE)
    assert list(told(fake)) == ["no_scan"]
    assert told(fake, patience=Patience(no_scan_days=6)) == {}


@pytest.mark.parametrize("trackable", [True, False])
def test_a_parcel_whose_carrier_cannot_be_tracked_is_not_missed_by_it(fake: FakeShipStation, trackable: bool) -> None:
    fake.add_order("77", created_at=days_ago(20))
    fake.buy_label("77", at=days_ago(19), trackable=trackable, tracking_extra={**NO_ESTIMATE, "status_code": "UN"})
    assert ("no_scan" in told(fake)) is trackable


def test_a_parcel_that_no_longer_counts_is_not_worried_about(fake: FakeShipStation) -> None:
    fake.add_order("77", created_at=days_ago(30))
    fake.buy_label("77", at=days_ago(29))
    again = fake.buy_label("77", at=days_ago(28))
    fake.deliver(again, at=days_ago(20))
    assert answered(fake).attention == ()


def test_what_is_not_shipped_is_told_with_its_dates_and_named(fake: FakeShipStation) -> None:
    fake.add_order("77", items=("Blue mug",), ship_by=datetime(2026, 1, 12, tzinfo=UTC), created_at=days_ago(9))
    response = answered(fake)
    assert [(entry.code, entry.since) for entry in response.attention] == [
        ("not_shipped_on_time", datetime(2026, 1, 12).date())
    ]
    assert [item.name for item in response.items_not_shipped] == ["Blue mug"]
    assert "Blue mug" in response.summary()


def test_an_order_on_hold_says_until_when(fake: FakeShipStation) -> None:
    fake.add_order("77")
    fake.hold("77", until=datetime(2026, 1, 20, tzinfo=UTC))
    assert told(fake)["on_hold"].message == "The order is on hold until January 20, 2026."


def test_a_label_of_several_packages_says_so(fake: FakeShipStation) -> None:
    fake.add_order("77")
    fake.buy_label("77", packages=2)
    fake.deliver("77")
    assert list(told(fake)) == ["not_all_packages_tracked"]


@pytest.mark.parametrize("order_key", ["auto", "tracking_number"])
def test_who_asks_by_the_number_of_a_voided_label_is_led_to_the_one_that_replaced_it(
    fake: FakeShipStation, order_key: Any
) -> None:
    fake.add_order("77", created_at=days_ago(5))
    old = fake.buy_label("77", at=days_ago(4))
    fake.void(old, at=days_ago(3.5))
    new = fake.buy_label("77", at=days_ago(3))
    fake.scan(new, at=days_ago(0.5))
    assert old.tracking_number is not None
    response = answered(fake, old.tracking_number, order_key=order_key)
    assert response.tracking is not None
    assert response.tracking.tracking_number == new.tracking_number
    (entry,) = [entry for entry in response.attention if entry.code == "number_replaced"]
    assert entry.tracking_number == new.tracking_number
    assert "number_replaced" not in told(fake, "77")


def test_a_return_that_has_arrived_is_told_as_one_and_never_in_the_orders_state(fake: FakeShipStation) -> None:
    fake.add_order("77", created_at=days_ago(20))
    fake.buy_label("77", at=days_ago(19))
    fake.deliver("77", at=days_ago(15))
    back = fake.add_return_label("77", at=days_ago(10))
    fake.scan(back, at=days_ago(8))
    assert answered(fake).summary().endswith(f"The return (USPS, {back.tracking_number}) is on its way to the shop.")
    fake.deliver(back, at=days_ago(2))
    response = answered(fake)
    assert response.state == "delivered"
    assert response.attention == ()
    assert response.summary().endswith(f"The return (USPS, {back.tracking_number}) has reached the shop.")
    assert [parcel.tracking_number for parcel in response.returns] == [back.tracking_number]


@pytest.mark.parametrize("check", [{}, {"postal_code": "29646"}])
def test_who_knows_one_number_of_several_parcels_is_not_told_what_the_others_hold(
    fake: FakeShipStation, check: dict[str, str]
) -> None:
    fake.add_order("77", items=("Blue mug", "Red mug"))
    asked = fake.buy_label("77")
    fake.scan(asked)
    assert asked.tracking_number is not None
    action = TrackOrderAction(fake.client(), order_key="tracking_number")
    (alone,) = action.run(asked.tracking_number).parcels
    assert (alone.items_known, len(alone.items)) == ("exact", 2)
    fake.buy_label("77")
    response = action.run(asked.tracking_number, **check)
    told = {parcel.items_known: [item.name for item in parcel.items] for parcel in response.parcels}
    assert told == ({"shared": ["Blue mug", "Red mug"]} if check else {"unknown": []})
    assert any(parcel is response.tracking for parcel in response.parcels)
