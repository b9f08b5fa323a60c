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


BACK = "9400136208303799999999"
OF_THE_RETURN: dict[str, Any] = {
    "asks": BACK,
    "settings": BY_NUMBER["settings"],
    "state": "unknown",
    "shows": BACK,
    "returns": (BACK,),
    "each": {"is_return_label": (True,)},
    "answer": {"items_not_shipped": (), "attention": (), "warnings": ()},
}


def _return_label(shop: Shop) -> Any:
    order = shop.add_order("1001")
    shop.deliver(shop.buy_label(order, tracking_number=NUMBER))
    back = shop.add_return_label(order)
    back.package_numbers = [BACK]
    return back


def _return_shipment(shop: Shop) -> Any:
    order = shop.add_order("1001")
    shop.deliver(shop.buy_label(order, tracking_number=NUMBER))
    return shop.buy_label(shop.add_return_shipment(order), tracking_number=BACK)


for kind, label_of in (("return label", _return_label), ("shipment that is a return", _return_shipment)):
    LIVES.add(
        "R14",
        f"a parcel of a {kind} is shown to whoever asks for its number, and not as the order's",
        lambda shop, label_of=label_of: shop.scan(label_of(shop)),
        documented={"status_description": "On its way to the shop"},
        summary=(f"The return (USPS, {BACK}) of order 1001 is on its way to the shop.", "not Order 1001"),
        **OF_THE_RETURN,
    )
    LIVES.add(
        "R14",
        f"that a parcel of a {kind} has arrived is not told as the order's delivery",
        lambda shop, label_of=label_of: shop.deliver(label_of(shop)),
        documented={"status_description": "Has reached the shop"},
        summary=(f"The return (USPS, {BACK}) of order 1001 has reached the shop.", "not has been delivered"),
        **OF_THE_RETURN,
    )


# --- a number that was voided says nothing of the order -------------------------------------------------------------

VOIDED = "9400136208303788888888"
OF_A_VOIDED_NUMBER: dict[str, Any] = {
    "asks": VOIDED,
    "settings": BY_NUMBER["settings"],
    "summary": (f"No parcel of order 1001 is on its way with the tracking number {VOIDED}.", "not not been shipped"),
    "answer": {"items_not_shipped": (), "attention": (), "ship_by_date": None},
}


def _overdue(shop: Shop) -> Any:
    return shop.add_order("1001", extra={"ship_by_date": "2026-01-02T00:00:00Z"})


@LIVES.life("R14", state="unknown", parcels=(VOIDED,), warnings=("with this number was voided",), **OF_A_VOIDED_NUMBER)
def a_voided_number_beside_an_older_parcel_does_not_tell_the_order_as_not_shipped(shop: Shop) -> None:
    order = _overdue(shop)
    shop.deliver(shop.buy_label(order, tracking_number=NUMBER))
    shop.clock.advance(3600)
    shop.void(shop.buy_label(order, tracking_number=VOIDED))


@LIVES.life("R14", state="unknown", **OF_A_VOIDED_NUMBER)
def the_number_of_a_voided_fulfillment_does_not_tell_the_order_as_not_shipped(shop: Shop) -> None:
    order = _overdue(shop)
    shop.void(shop.mark_shipped(order, tracking_number=VOIDED))
    shop.deliver(shop.buy_label(order, tracking_number=NUMBER))


@LIVES.life("R14", state="unknown", parcels=(VOIDED,), warnings=("with this number was voided",), **OF_A_VOIDED_NUMBER)
def a_voided_number_beside_a_parcel_that_was_shipped_elsewhere_does_not_either(shop: Shop) -> None:
    order = _overdue(shop)
    shop.void(shop.buy_label(order, tracking_number=VOIDED))
    shop.mark_shipped(order, tracking_number="771234567899")


@LIVES.life(
    "R14", state="not_shipped", parcels=(VOIDED,), warnings=("with this number was voided",), **OF_A_VOIDED_NUMBER
)
def a_voided_number_tells_nothing_of_what_is_due_and_not_shipped(shop: Shop) -> None:
    shop.void(shop.buy_label(_overdue(shop), tracking_number=VOIDED))


@LIVES.life(
    "R14",
    **BY_NUMBER,
    state="delivered",
    shows=NUMBER,
    summary=(f"The parcel (USPS, {NUMBER}) of order 1001 has been",),
)
def whoever_asks_for_one_parcel_is_not_told_that_the_order_has_arrived(shop: Shop) -> None:
    here, there = shop.split(shop.add_order("1001"))
    shop.deliver(shop.buy_label(here, tracking_number=NUMBER))
    shop.scan(shop.buy_label(there, tracking_number="OTHER"))
