"""Every line of the scenario table comes out as it says."""

from __future__ import annotations

from typing import Any

import pytest

from shipstation_aissist import OrderNotFoundError, TrackOrderAction
from support.scenarios.life import Life, Shop
from support.scenarios.table import LIVES


@pytest.mark.parametrize("life", [pytest.param(life, id=f"{life.rule}: {life.says}") for life in LIVES])
def test_a_life_has_the_outcome_that_its_line_says(life: Life) -> None:
    life.play()


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"order_key": "number"},
        {"order_key": "external_id"},
        {"order_key": "shipment_id"},
        {"store_id": "se-415302"},
    ],
    ids=lambda settings: next(iter(settings.values()), "auto"),
)
def test_a_wrong_postal_code_and_an_order_that_does_not_exist_cannot_be_told_apart(settings: dict[str, Any]) -> None:
    """R5: class, message, chain and the kind and number of requests are the same."""

    def refusal(orders: dict[str, str]) -> tuple[Any, ...]:
        shop = Shop()
        for number, code in orders.items():
            order = shop.add_order(number, postal_code=code, external_shipment_id="se-250001")
            shop.deliver(shop.buy_label(order))
        asks = "se-250001" if settings.get("order_key") in ("external_id", "shipment_id") else "1001"
        with shop.client() as client, pytest.raises(OrderNotFoundError) as caught:
            TrackOrderAction(client, **settings).run(asks, postal_code="29646")
        error = caught.value
        return type(error), str(error), error.__cause__, [(call.path, sorted(call.query)) for call in shop.calls]

    assert refusal({"1001": "10001"}) == refusal({}) != ()
