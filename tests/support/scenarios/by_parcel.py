"""Whoever knows a number may see that parcel: R14."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from shipstation_aissist import AmbiguousOrderError, OrderNotFoundError
from support.scenarios.life import Shop, Table

LIVES = Table()

NUMBER = "9400136208303712345678"
BY_NUMBER: dict[str, Any] = {"asks": NUMBER, "settings": {"order_key": "tracking_number"}}
FOUND: dict[str, Any] = {"state": "in_transit", "shows": NUMBER}


def parcel(shop: Shop, tracking_number: str = NUMBER, order: str = "1001", **details: Any) -> None:
    """An order with a parcel of this number that was scanned."""
    shop.scan(shop.buy_label(shop.add_order(order, **details), tracking_number=tracking_number))


LIVES.add(
    "R14",
    "whoever knows a number may see that parcel",
    parcel,
    answer={"matched_by": "tracking_number", "order_number": "1001"},
    **BY_NUMBER,
    **FOUND,
)
LIVES.add(
    "R14",
    "what looks like a tracking number and is no order is tried as one",
    parcel,
    asks=NUMBER,
    answer={"matched_by": "tracking_number"},
    **FOUND,
)
for typed in ("9400 1362 0830 3712 3456 78", "9400-1362-0830-3712-3456-78", "420296469400136208303712345678"):
    LIVES.add(
        "R14",
        f"{typed!r} is its number in another form",
        lambda shop: (parcel(shop), _ignore(shop)),
        **BY_NUMBER | {"asks": typed},
        **FOUND,
    )


def _ignore(shop: Shop) -> None:
    shop.ignore_filters = True


LIVES.add(
    "R14",
    "a number that no label and no fulfillment has is not found, whatever the server returns",
    lambda shop: (parcel(shop, "9400136208303700000000"), _ignore(shop)),
    **BY_NUMBER,
    raises=OrderNotFoundError,
)
LIVES.add(
    "R14",
    "a short number is no tracking number, and costs no further request",
    lambda shop: parcel(shop, "12345678"),
    asks="12345678",
    raises=OrderNotFoundError,
    requests=3,
)


def _two_parcels(shop: Shop) -> None:
    first, second = shop.split(shop.add_order("1001", email="jordan@example.com"))
    shop.scan(shop.buy_label(first, tracking_number=NUMBER))
    shop.deliver(shop.buy_label(second, tracking_number="OTHER"))


LIVES.add("R14", "without a check only the parcel with this number is answered", _two_parcels, **BY_NUMBER, **FOUND)
for check in ({"postal_code": "29646"}, {"email": "JORDAN@example.com "}):
    LIVES.add(
        "R14",
        f"with {check}, the whole order is answered",
        _two_parcels,
        **BY_NUMBER,
        **check,
        state="partially_delivered",
        shows=NUMBER,
        parcels=("OTHER", NUMBER),
    )
for wrong in ({"postal_code": "10001"}, {"email": "kim@example.com"}):
    LIVES.add(
        "R14",
        f"with {wrong}, which is wrong, nothing is",
        _two_parcels,
        **BY_NUMBER,
        **wrong,
        raises=OrderNotFoundError,
    )


@LIVES.life("R14", state="unknown", shows="771234567899", asks="771234567899", settings=BY_NUMBER["settings"])
def the_number_of_a_parcel_that_was_shipped_elsewhere_is_found(shop: Shop) -> None:
    shop.mark_shipped(shop.add_order("1001"), tracking_number="771234567899")


def _used_again(shop: Shop, days_later: int) -> None:
    parcel(shop, order="999", postal_code="10001", recipient="Kim Park")
    shop.clock.travel_to(shop.clock.now() + timedelta(days=400))
    parcel(shop)
    shop.clock.travel_to(shop.clock.now() + timedelta(days=days_later))


LIVES.add(
    "R14",
    "of two parcels with one number the one of the last months is meant",
    lambda shop: _used_again(shop, 30),
    answer={"order_number": "1001"},
    **BY_NUMBER,
    **FOUND,
)
LIVES.add(
    "R14",
    "of two parcels with one number, both of long ago, none is meant",
    lambda shop: _used_again(shop, 300),
    **BY_NUMBER,
    raises=AmbiguousOrderError,
)


@LIVES.life("R14", asks="OLD", settings=BY_NUMBER["settings"], state="in_transit", shows="NEW", parcels=("NEW", "OLD"))
def the_number_of_a_voided_label_leads_to_the_label_that_took_its_place(shop: Shop) -> None:
    order = shop.add_order("1001")
    shop.void(shop.buy_label(order, tracking_number="OLD"))
    shop.scan(shop.buy_label(order, tracking_number="NEW"))


@LIVES.life(
    "R14",
    asks="9400136208303799999999",
    settings=BY_NUMBER["settings"],
    state="in_transit",
    shows="9400136208303799999999",
    returns=("9400136208303799999999",),
)
def a_parcel_on_its_way_back_is_shown_to_whoever_asks_for_its_number(shop: Shop) -> None:
    order = shop.add_order("1001")
    shop.deliver(shop.buy_label(order, tracking_number=NUMBER))
    back = shop.add_return_label(order)
    back.package_numbers = ["9400136208303799999999"]
    shop.scan(back)
