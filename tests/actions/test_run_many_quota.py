"""Two hundred requests a minute are the whole account's quota, and no order is lost to it."""

from __future__ import annotations

import threading

import pytest

from shipstation_aissist import APITimeoutError, RateLimitError, TrackOrderAction
from support.shops import numbers_shown, shop_with


def test_a_pause_is_waited_out_between_orders_outside_of_any_orders_time() -> None:
    shop = shop_with(3)
    shop.fail_next(429, retry_after=100)
    with shop.client(timeout=10) as client:
        assert numbers_shown(TrackOrderAction(client).run_many("012")) == ["P0", "P1", "P2"]
    assert 100 <= shop.clock.monotonic() < 120


def test_an_order_that_fell_to_a_429_is_run_again_without_a_retry_after_too() -> None:
    shop = shop_with(2)
    shop.fail_next(429, times=20)
    with shop.client() as client:
        assert numbers_shown(TrackOrderAction(client).run_many("01", max_workers=1)) == ["P0", "P1"]


def test_a_server_that_says_429_forever_ends_in_errors_at_last() -> None:
    shop = shop_with(2)
    shop.fail_next(429, retry_after=15, times=10**6)
    with shop.client() as client:
        outcomes = list(TrackOrderAction(client).run_many("01"))
    assert [type(outcome.error) for outcome in outcomes] == [RateLimitError] * 2


def test_a_429_that_asks_for_a_whole_day_is_waited_for_two_minutes() -> None:
    shop = shop_with(1)
    shop.fail_next(429, retry_after=86_400)
    with shop.client() as client:
        assert numbers_shown(TrackOrderAction(client).run_many("0")) == ["P0"]
    assert 120 <= shop.clock.monotonic() <= 121


def test_a_carriers_own_limit_is_not_waited_for_like_the_accounts_quota() -> None:
    shop = shop_with(1)
    shop.fail_next(429, path="/track", retry_after=60, error_source="carrier", times=10**6)
    with shop.client(max_retries=0) as client:
        (outcome,) = TrackOrderAction(client).run_many("0")
    assert isinstance(outcome.error, RateLimitError)
    assert len(shop.calls) == 3 * 3
    assert 2 * 60 <= shop.clock.monotonic() < 3 * 60


def test_a_carriers_own_limit_on_one_of_two_parcels_costs_the_answer_a_warning_and_no_more() -> None:
    shop = shop_with(1)
    shop.buy_label("0")
    shop.fail_next(429, path="/v2/labels/se-350001/track", retry_after=60, error_source="carrier")
    with shop.client() as client:
        (outcome,) = TrackOrderAction(client).run_many("0")
    assert len(outcome.unwrap().warnings) == 1
    assert len(shop.calls) == 4


def test_every_parcel_is_read_in_the_end_though_one_of_them_fell_to_a_429() -> None:
    shop = shop_with(1)
    shop.scan(shop.buy_label("0", tracking_number="SECOND"))
    shop.fail_next(429, path="/v2/labels/se-350001/track", retry_after=60)
    second_is_read = threading.Event()
    shop.before = lambda url: "/se-350001/track" in url and second_is_read.wait(10)
    shop.after = lambda url: "/se-350002/track" in url and second_is_read.set()
    with shop.client() as client:
        (outcome,) = TrackOrderAction(client).run_many("0")
    response = outcome.unwrap()
    assert [str(parcel.state) for parcel in response.parcels] == ["in_transit", "in_transit"]
    assert response.warnings == ()


def test_an_order_whose_time_went_on_waiting_for_the_quota_is_run_again() -> None:
    shop = shop_with(1)
    shop.fail_next(429, path="/v2/shipments", retry_after=9.5)
    shop.fail_next("timeout", path="/track")
    with shop.client(timeout=10) as client:
        assert numbers_shown(TrackOrderAction(client).run_many("0")) == ["P0"]


def test_an_order_whose_time_went_on_somebody_elses_pause_is_run_again() -> None:
    shop = shop_with(1)
    shop.fail_next(429, path="/v2/tags", retry_after=9.5)
    shop.fail_next("timeout", path="/track")
    with shop.client(timeout=10, max_retries=0) as client:

        def ask_for_tags_too(url: str) -> None:
            if "/labels?" in url and not any(call.path == "/v2/tags" for call in shop.calls):
                with pytest.raises(RateLimitError):
                    client.get_json("tags")

        shop.before = ask_for_tags_too
        assert numbers_shown(TrackOrderAction(client).run_many("0")) == ["P0"]


def test_an_order_that_timed_out_for_itself_is_not_run_again() -> None:
    shop = shop_with(1)
    shop.fail_next("reset", path="/track")  # it waits before it tries again, though not for the quota
    shop.fail_next("timeout", path="/track", times=1)
    with shop.client(timeout=10) as client:
        (outcome,) = TrackOrderAction(client).run_many("0")
    assert type(outcome.error) is APITimeoutError
    assert len(shop.calls) == 4


def test_an_order_that_times_out_each_time_after_a_wait_for_the_quota_ends_in_that_error_at_last() -> None:
    shop = shop_with(1)

    def be_slow(url: str) -> None:
        if "/labels?" in url:
            shop.fail_next(429, retry_after=9.5)
            shop.fail_next("timeout")

    shop.before = be_slow
    with shop.client(timeout=10) as client:
        (outcome,) = TrackOrderAction(client).run_many("0")
    assert type(outcome.error) is APITimeoutError


def test_with_200_requests_a_minute_every_one_of_400_orders_is_answered() -> None:
    shop = shop_with(400, requests_per_minute=200)
    with shop.client() as client:
        answered = numbers_shown(TrackOrderAction(client).run_many(str(number) for number in range(400)))
    assert answered == [f"P{number}" for number in range(400)]
    assert 5 * 60 <= shop.clock.monotonic() <= 9 * 60  # 1,200 requests fill six minutes of quota
