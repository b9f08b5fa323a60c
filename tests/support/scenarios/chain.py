"""What an id turns out to be: the chain of R2 in its second edition."""

from __future__ import annotations

from typing import Any

from shipstation_aissist import AmbiguousOrderError, OrderNotFoundError
from support.scenarios.life import Shop, Table
from support.scenarios.numbers import on_its_way

LIVES = Table()
SEEN: dict[str, Any] = {"state": "in_transit", "shows": "MUG"}

NAMED = {"answer": {"matched_by": "number", "order_number": "1001"}}
LIVES.add("R2", "an answer says that a number matched", on_its_way, asks="1001", requests=3, **SEEN, **NAMED)
LIVES.add(
    "R2",
    "a number typed with its sign is asked for with and without it at the same time",
    on_its_way,
    asks="#1001",
    requests=4,
    **SEEN,
    **NAMED,
)
LIVES.add(
    "R2",
    "a number kept with its sign and typed with it is found at the first step",
    lambda shop: on_its_way(shop, "with sign", shipment_number="#1001"),
    asks="#1001",
    requests=4,
    **SEEN,
)
LIVES.add("R2", "nothing found costs 3 with a sign too", on_its_way, asks="#9", raises=OrderNotFoundError, requests=3)


@LIVES.life("R2", asks="#1001", raises=AmbiguousOrderError)
def the_number_of_one_store_and_the_number_with_a_sign_of_another_are_judged_together(shop: Shop) -> None:
    on_its_way(shop, "1001", store_id="se-1", postal_code="29646")
    on_its_way(shop, "with sign", shipment_number="#1001", store_id="se-2", postal_code="10001", recipient="Kim Park")


@LIVES.life("R2", asks="#1001", state="in_transit", shows="MUG", parcels=("MUG", "MUG-1"))
def the_number_with_and_without_its_sign_of_one_customer_is_one_order(shop: Shop) -> None:
    on_its_way(shop, "1001", store_id="se-1")
    shop.labels[0].package_numbers = ["MUG-1"]
    on_its_way(shop, "with sign", shipment_number="#1001", store_id="se-2")


LIVES.add(
    "R2",
    "an answer says that an external id matched, and the number that the store gave",
    lambda shop: on_its_way(shop, "1001", external_shipment_id="EXT-9"),
    asks="EXT-9",
    answer={"matched_by": "external_id", "order_number": "1001"},
    requests=4,
    **SEEN,
)
LIVES.add(
    "R2",
    "an answer says that a shipment id matched",
    on_its_way,
    asks="se-250001",
    settings={"order_key": "shipment_id"},
    answer={"matched_by": "shipment_id", "order_number": "1001"},
    requests=3,
    **SEEN,
)
