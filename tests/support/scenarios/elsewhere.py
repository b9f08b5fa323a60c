"""Orders that were marked as shipped elsewhere: R9."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from shipstation_aissist import AmbiguousOrderError, InternalServerError
from support.scenarios.life import Shop, Table

LIVES = Table()
ARRIVED = datetime(2026, 1, 18, 15, tzinfo=UTC)
FEDEX_PAGE = "https://www.fedex.com/fedextrack/?trknbr="


def elsewhere(shop: Shop, **details: Any) -> Any:
    """An order that was marked as shipped."""
    return shop.mark_shipped(shop.add_order("1001"), tracking_number="ELSEWHERE", **details)


LIVES.add(
    "R9",
    "an order that was shipped elsewhere has a number, a carrier and a link, and no events",
    elsewhere,
    state="unknown",
    shows="ELSEWHERE",
    tracking={
        "status_description": "Shipped",
        "tracking_url": FEDEX_PAGE + "ELSEWHERE",
        "carrier_code": "fedex",
        "ship_date": datetime(2026, 1, 15, tzinfo=UTC),
        "actual_delivery_date": None,
        "events": (),
        "shipment_id": "se-250001",
        "label_id": None,
    },
    requests=3,
)
LIVES.add(
    "R9",
    "with a delivered date it is delivered",
    lambda shop: elsewhere(shop, delivered_at=ARRIVED),
    state="delivered",
    shows="ELSEWHERE",
    tracking={"actual_delivery_date": ARRIVED, "status_description": "Delivered"},
    requests=3,
)
LIVES.add(
    "R9",
    "a carrier that is not known keeps its name and has no link",
    lambda shop: elsewhere(shop, carrier="Pigeon Post"),
    state="unknown",
    shows="ELSEWHERE",
    tracking={"carrier_code": "Pigeon Post", "tracking_url": None},
)
LIVES.add(
    "R9",
    "one without a number is a parcel too",
    lambda shop: shop.mark_shipped(shop.add_order("1001"), tracking_number=None),
    state="unknown",
    parcels=(None,),
    tracking={"status_description": "Shipped", "tracking_url": None},
)
LIVES.add(
    "R9",
    "a voided one is dropped",
    lambda shop: shop.void(elsewhere(shop)),
    state="not_shipped",
    requests=3,
    traced=(("R9", "se-450001"),),
)
LIVES.add(
    "R9",
    "one that only has the flag of voiding is voided",
    lambda shop: elsewhere(shop, extra={"voided": True, "voided_at": ""}),
    state="not_shipped",
    warnings=("a label was bought",),
)
LIVES.add(
    "R9",
    "one that only has a date of voiding is voided",
    lambda shop: elsewhere(shop, extra={"voided": None, "voided_at": "2026-01-16T09:00:00Z"}),
    state="not_shipped",
    warnings=("a label was bought",),
)


@LIVES.life(
    "R9", state="unknown", shows="94001mug", parcels=("94001-MUG", "94001mug"), warnings=("Every label",), requests=4
)
def one_with_the_number_of_a_voided_label_stands(shop: Shop) -> None:
    shop.void(shop.buy_label(shop.add_order("1001"), tracking_number="94001-MUG"))
    shop.mark_shipped("1001", tracking_number="94001mug")


@LIVES.life("R9", state="in_transit", shows="94001-MUG", warnings=("was voided, but",), traced=(("R9", "se-450001"),))
def one_whose_number_a_label_that_counts_already_has_is_dropped(shop: Shop) -> None:
    shop.scan(shop.buy_label(shop.add_order("1001"), tracking_number="94001-MUG"))
    shop.void("1001")
    shop.mark_shipped("1001", tracking_number="94001mug")


@LIVES.life("R9", state="in_transit", shows="MUG", requests=3)
def a_shipment_with_a_usable_label_is_not_looked_up_elsewhere(shop: Shop) -> None:
    elsewhere(shop)
    shop.scan(shop.buy_label("1001", tracking_number="MUG"))


@LIVES.life("R9", state="partially_delivered", shows="ELSEWHERE", parcels=("MUG", "ELSEWHERE"), requests=5)
def a_half_that_was_shipped_elsewhere_is_a_parcel_beside_the_label(shop: Shop) -> None:
    this, other = shop.split(shop.add_order("1001"))
    shop.mark_shipped(this, tracking_number="ELSEWHERE")
    shop.deliver(shop.buy_label(other, tracking_number="MUG"))


@LIVES.life(
    "R11",
    state="delivered",
    shows="MUG",
    parcels=("MUG", "ELSEWHERE"),
    warnings=("ELSEWHERE was shipped elsewhere more than 60 days ago",),
    requests=5,
)
def nobody_tells_of_its_delivery_so_it_yields_after_sixty_days(shop: Shop) -> None:
    this, other = shop.split(shop.add_order("1001"))
    shop.mark_shipped(this, tracking_number="ELSEWHERE")
    shop.deliver(shop.buy_label(other, tracking_number="MUG"))
    shop.clock.travel_to(shop.clock.now() + timedelta(days=400))


def _in_two_stores(other_code: str) -> Any:
    def given(shop: Shop) -> None:
        for store, code, number in (("se-1", "29646", "FIRST"), ("se-2", other_code, "SECOND")):
            order = shop.add_order("1001", store_id=store, postal_code=code)
            shop.mark_shipped(order, tracking_number=number)

    return given


LIVES.add(
    "R9",
    "of two stores' orders with one number, only the fulfillment of the store that was asked for is shown",
    _in_two_stores("10001"),
    settings={"store_id": "se-1"},
    state="unknown",
    shows="FIRST",
    requests=3,
)
LIVES.add(
    "R9",
    "of two stores' orders with one number, only the fulfillment that goes to the postal code is shown",
    _in_two_stores("10001"),
    postal_code="10001",
    state="unknown",
    shows="SECOND",
    warnings=("goes to another recipient",),
    requests=3,
)
LIVES.add(
    "R9",
    "the fulfillments of two customers are not even asked for",
    _in_two_stores("10001"),
    raises=AmbiguousOrderError,
    requests=1,
)
LIVES.add(
    "R9",
    "the fulfillments of one customer's order in two stores are both its parcels",
    _in_two_stores("29646"),
    state="unknown",
    shows="SECOND",
    parcels=("SECOND", "FIRST"),
    requests=5,
)


@LIVES.life("R9", state="unknown", shows="SECOND", parcels=("FIRST", "SECOND"), requests=5)
def the_newer_fulfillment_is_shown_whatever_the_order_of_the_list(shop: Shop) -> None:
    _in_two_stores("29646")(shop)
    shop.rewrite(lambda reply: reply | {"shipments": reply["shipments"][::-1]}, path="/v2/shipments")


@LIVES.life("R9", state="unknown", shows="ELSEWHERE", requests=3)
def fulfillments_of_other_shipments_are_dropped(shop: Shop) -> None:
    for number in ("2002", "3003"):
        shop.mark_shipped(shop.add_order(number), tracking_number=f"NOT-YOURS-{number}")
    elsewhere(shop)
    shop.ignore_filters = True


@LIVES.life("R9", state="not_shipped", warnings=("a label was bought",), requests=3)
def fulfillments_that_name_no_shipment_are_dropped(shop: Shop) -> None:
    elsewhere(shop, extra={"shipment_id": ""})


@LIVES.life("R9", state="cancelled", requests=2)
def a_cancelled_order_is_not_looked_up_elsewhere(shop: Shop) -> None:
    elsewhere(shop)
    shop.cancel("1001")


def _unreadable(fault: int | str) -> Any:
    def given(shop: Shop) -> None:
        shop.add_order("1001")
        shop.always_fail(fault, lambda path, _: path == "/v2/fulfillments")

    return given


for fault in (400, 403, 404, "plan"):
    LIVES.add(
        "R9",
        f"an account that may not list fulfillments ({fault}) has orders that are not shipped, and that is said",
        _unreadable(fault),
        state="not_shipped",
        warnings=("shipped elsewhere could not be read",),
        requests=3,
    )
LIVES.add(
    "R9",
    "whether an order was shipped at all is not guessed when fulfillments cannot be read",
    _unreadable(503),
    raises=InternalServerError,
    requests=3,
)


@LIVES.life(
    "R9",
    state="in_transit",
    shows="MUG",
    warnings=("shipped elsewhere could not be read", "not been shipped"),
    requests=5,
)
def a_parcel_that_is_known_keeps_the_answer_when_fulfillments_cannot_be_read(shop: Shop) -> None:
    _, part = shop.split(shop.add_order("1001"))
    shop.scan(shop.buy_label(part, tracking_number="MUG"))
    shop.always_fail(503, lambda path, _: path == "/v2/fulfillments")
