"""What people say around a number, and what they type for a hyphen: R1."""

from __future__ import annotations

from typing import Any

from shipstation_aissist import InvalidOrderIdError
from support.scenarios.life import Shop, Table
from support.scenarios.numbers import NO_TRAFFIC, on_its_way

LIVES = Table()
SEEN: dict[str, Any] = {"state": "in_transit", "shows": "MUG"}

# --- R1: what a person says around a number --------------------------------------------------------------------------

for typed in (
    "Order 1001",
    "order no 1001",
    "ORDER NUMBER: 1001",
    "order #1001",
    "order number #: 1001",
    "no. 1001",
    "Nr. 1001",
    "\u2116 1001",
    "\u21161001",
    "1001.",
    "1001,",
    "1001;",
    "1001!",
    "1001?",
    '"1001"',
    "'1001'",
    "\u201c1001\u201d",
    "(1001)",
    "[1001]",
    '"Order 1001."',
    "#1001.",
):
    LIVES.add("R1", f"what is said as {typed!a} is order 1001", on_its_way, asks=typed, **SEEN)

for number, typed in (
    ("111-1234567-1234567", "111\u20131234567\u20131234567"),
    ("111-1234567-1234567", "111\u20101234567\u22121234567"),
    ("A-1001", "A\u20141001"),
):
    LIVES.add(
        "R1",
        f"every dash is a dash: {typed!a} is {number!a}",
        lambda shop, number=number: on_its_way(shop, number),
        asks=typed,
        **SEEN,
    )
for number in ("ORDER", "order abc", "No.", "NO-1001", "order-1001", "Orders 1001"):
    LIVES.add(
        "R1",
        f"{number!r} is a number of its own: nothing is taken off that belongs to it",
        lambda shop, number=number: on_its_way(shop, number),
        asks=number,
        **SEEN,
    )
LIVES.add(
    "R1",
    "words around an id that a pattern understands stay with it",
    lambda shop: on_its_way(shop, "Order 1001"),
    asks="Order 1001",
    settings={"order_id_pattern": r"Order \d+"},
    **SEEN,
)
LIVES.add(
    "R1",
    "words around an id that a pattern does not understand go first, and it is tried again",
    on_its_way,
    asks="Order no. SHOPIFY-1001!",
    settings={"order_id_pattern": r"SHOPIFY-(\d+)"},
    **SEEN,
)
for typed in ("Order no. 1001", "1001."):
    LIVES.add(
        "R1",
        f"what breaks the pattern breaks it without the words around it too ({typed!r})",
        on_its_way,
        asks=typed,
        settings={"order_id_pattern": r"SHOPIFY-(\d+)"},
        raises=InvalidOrderIdError,
        requests=NO_TRAFFIC,
    )


@LIVES.life("R3", asks="A-1001", **SEEN)
def a_number_that_the_store_writes_with_another_dash_is_the_same(shop: Shop) -> None:
    on_its_way(shop, "A\u20131001")
    shop.shipment_number_match = "ignored"


@LIVES.life("R3", asks="A-1001", **SEEN)
def a_number_that_the_store_writes_with_blanks_and_invisible_characters_is_the_same(shop: Shop) -> None:
    on_its_way(shop, " A-10\u200b01 ")
    shop.shipment_number_match = "ignored"
