"""Every line of the scenario table comes out as it says."""

from __future__ import annotations

from typing import Any

import pytest

from shipstation_aissist import OrderNotFoundError, TrackOrderAction
from shipstation_aissist.orders.query import OrderKey
from support.scenarios.life import Life, Shop
from support.scenarios.table import LIVES


@pytest.mark.parametrize("life", [pytest.param(life, id=f"{life.rule}: {life.says}") for life in LIVES])
def test_a_life_has_the_outcome_that_its_line_says(life: Life) -> None:
    life.play()


@pytest.mark.parametrize("order_key", ["auto", "number", "external_id", "shipment_id"])
@pytest.mark.parametrize("store_id", [None, "se-415302"])
@pytest.mark.parametrize("check", [{"postal_code": "29646"}, {"email": "kim@example.com"}])
def test_a_wrong_check_and_an_order_that_does_not_exist_cannot_be_told_apart(
    order_key: OrderKey, store_id: str | None, check: dict[str, Any]
) -> None:
    """R5: class, message, chain and the kind and number of requests are the same."""

    def refusal(orders: dict[str, str]) -> tuple[Any, ...]:
        shop = Shop()
        for number, code in orders.items():
            order = shop.add_order(number, postal_code=code, email="jo@example.com", external_shipment_id="se-250001")
            shop.deliver(shop.buy_label(order))
        asks = "1001" if order_key in ("auto", "number") else "se-250001"
        with shop.client() as client, pytest.raises(OrderNotFoundError) as caught:
            TrackOrderAction(client, order_key=order_key, store_id=store_id).run(asks, **check)
        error = caught.value
        return type(error), str(error), error.__cause__, [(call.path, sorted(call.query)) for call in shop.calls]

    assert refusal({"1001": "10001"}) == refusal({})
