"""What is typed is the number of a parcel, or an e-mail says whose order it must be: R5 and R14."""

from __future__ import annotations

from typing import Any

from shipstation_aissist import AmbiguousOrderError, OrderNotFoundError
from support.scenarios.life import Shop, Table

LIVES = Table()
FIRST, SECOND = "9400110000000000000011", "9400110000000000000022"
BY_NUMBER: dict[str, Any] = {"settings": {"order_key": "tracking_number"}}


def split_order(shop: Shop) -> None:
    """An order in two shipments, the first delivered, the second on its way."""
    first, second = shop.split(shop.add_order("1001", postal_code="29646", email="robin@example.com"))
    shop.deliver(shop.buy_label(first, tracking_number=FIRST))
    shop.scan(shop.buy_label(second, tracking_number=SECOND))


ALONE: dict[str, Any] = {"state": "delivered", "shows": FIRST}
WHOLE: dict[str, Any] = {"state": "partially_delivered", "shows": SECOND, "parcels": (SECOND, FIRST)}
LIVES.add("R14", "by its number a parcel costs 4", split_order, asks=FIRST, requests=4, **ALONE, **BY_NUMBER)
LIVES.add("R14", "at the end of the chain a parcel costs 6", split_order, asks=FIRST, requests=6, **ALONE)
LIVES.add("R14", "a number is the same in groups of four", split_order, asks="9400 1100 0000 0000 0000 11", **ALONE)
LIVES.add("R14", "after 420 and a postal code, a number that the API does not find is none", split_order,
          asks="42029646" + FIRST, raises=OrderNotFoundError, requests=4)  # fmt: skip
for check in ({"postal_code": "29646"}, {"email": "Robin@Example.com"}):
    says = f"with the right {next(iter(check))} the number of a parcel leads to the whole order"
    LIVES.add("R14", says, split_order, asks=FIRST, **check, **WHOLE)
for wrong in ({"postal_code": "10001"}, {"email": "rob@example.com"}):
    refused: dict[str, Any] = {**wrong, "raises": OrderNotFoundError}
    says = f"with a wrong {next(iter(wrong))} the number of a parcel"
    LIVES.add("R14", f"{says} is unknown, at the end of the chain", split_order, asks=FIRST, requests=4, **refused)
    LIVES.add("R14", f"{says} is unknown", split_order, asks=FIRST, requests=2, **refused, **BY_NUMBER)
    LIVES.add("R5", f"with a wrong {next(iter(wrong))} an order is unknown", split_order, requests=3, **refused)
LIVES.add("R14", "an unknown number of a parcel costs 4", split_order, asks="9400110000000000000033",
          raises=OrderNotFoundError, requests=4)  # fmt: skip
LIVES.add("R5", "with the right e-mail an order is answered", split_order, email="robin@example.com", **WHOLE)
LIVES.add("R5", "a postal code and an e-mail must both match", split_order, postal_code="10001",
          email="robin@example.com", raises=OrderNotFoundError, requests=3)  # fmt: skip


@LIVES.life("R14", asks="770000000001", state="unknown", shows="770000000001", requests=7)
def a_parcel_that_was_shipped_elsewhere_is_found_by_its_number(shop: Shop) -> None:
    shop.mark_shipped(shop.add_order("1001"), tracking_number="770000000001")


@LIVES.life(
    "R14", asks=FIRST, state="in_transit", shows=SECOND, parcels=(SECOND, FIRST), each={"replaced_by": (None, SECOND)}
)
def the_replacement_of_a_voided_number_is_shown(shop: Shop) -> None:
    order = shop.add_order("1001")
    voided = shop.buy_label(order, tracking_number=FIRST)
    shop.void(voided)
    shop.clock.advance(3600)
    shop.scan(shop.buy_label(order, tracking_number=SECOND))


@LIVES.life("R14", asks=FIRST, state="delivered", shows=FIRST, requests=4, **BY_NUMBER)
def who_knows_a_number_does_not_see_the_parcel_beside_it(shop: Shop) -> None:
    order = shop.add_order("1001")
    shop.deliver(shop.buy_label(order, tracking_number=FIRST))
    shop.scan(shop.buy_label(order, tracking_number=SECOND))


@LIVES.life("R14", asks=FIRST, raises=OrderNotFoundError, **BY_NUMBER)
def where_the_api_ignores_the_filter_no_strangers_parcel_is_found(shop: Shop) -> None:
    shop.ignore_filters = True
    shop.scan(shop.buy_label(shop.add_order("1001"), tracking_number=SECOND))


def given_again(days: int) -> Any:
    """A number that a carrier gave to two customers."""

    def given(shop: Shop) -> None:
        shop.deliver(shop.buy_label(shop.add_order("1001"), tracking_number=FIRST))
        shop.clock.advance(400 * 86_400)
        other = shop.add_order("2002", recipient="Somebody Else", postal_code="10001")
        shop.scan(shop.buy_label(other, tracking_number=FIRST))
        shop.clock.advance(days * 86_400)

    return given


LIVES.add("R14", "of a number that was given again the newest parcel is meant", given_again(3), asks=FIRST,
          state="in_transit", shows=FIRST, **BY_NUMBER)  # fmt: skip
LIVES.add("R14", "where all parcels of a number are old, it is ambiguous", given_again(121), asks=FIRST,
          raises=AmbiguousOrderError, **BY_NUMBER)  # fmt: skip
