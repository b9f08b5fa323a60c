"""What is on its way back, and what was voided though a carrier has it: R6."""

from __future__ import annotations

from typing import Any

from support.scenarios.labels import sold
from support.scenarios.life import Shop, Table

LIVES = Table()
OUT: dict[str, Any] = {"state": "delivered", "shows": "OUT"}


def _delivered(shop: Shop) -> Any:
    order = sold(shop)
    shop.deliver(shop.buy_label(order, tracking_number="OUT"))
    return order


@LIVES.life("R6", **OUT, parcels=("BACK", "OUT"), returns=("BACK",), each={"state": ("in_transit", "delivered")})
def a_return_label_is_tracked_and_stands_among_the_returns(shop: Shop) -> None:
    back = shop.add_return_label(_delivered(shop))
    back.package_numbers = ["BACK"]
    shop.scan(back)


@LIVES.life("R6", **OUT, parcels=("BACK", "OUT"), returns=("BACK",), each={"is_return_label": (True, False)})
def a_label_with_an_rma_number_is_a_return(shop: Shop) -> None:
    shop.scan(shop.buy_label(_delivered(shop), tracking_number="BACK", rma_number="RMA-1"))


@LIVES.life("R6", **OUT, returns=("BACK",), parcels=("BACK", "OUT"))
def the_labels_of_a_shipment_that_is_a_return_are_returns(shop: Shop) -> None:
    back = shop.add_return_shipment(_delivered(shop), extra={"ship_to": {"postal_code": "29646", "country_code": "US"}})
    shop.scan(shop.buy_label(back, tracking_number="BACK"))


@LIVES.life("R6", state="not_shipped", parcels=("BACK",), returns=("BACK",))
def a_return_alone_is_no_shipping(shop: Shop) -> None:
    shop.scan(shop.buy_label(sold(shop), tracking_number="BACK", rma_number="RMA-1"))


@LIVES.life("R6", **OUT, parcels=("BACK", "OUT"), returns=("BACK",), warnings=("BACK",))
def a_return_whose_tracking_fails_does_not_sink_the_answer(shop: Shop) -> None:
    back = shop.add_return_label(_delivered(shop))
    back.package_numbers = ["BACK"]
    shop.fail_tracking(503, back)


for says, void in (
    ("in its date alone", {"flagged": False}),
    ("in its flag and its status", {"flagged": True}),
):
    LIVES.add(
        "R6",
        f"a void that shows {says} is one",
        lambda shop, void=void: (
            shop.void(shop.buy_label(sold(shop), tracking_number="OLD"), **void),
            shop.scan(shop.buy_label("1001", tracking_number="NEW")),
        ),
        state="in_transit",
        shows="NEW",
        parcels=("NEW", "OLD"),
        each={"voided": (False, True), "state": ("in_transit", "cancelled")},
        requests=3,
    )


@LIVES.life(
    "R6", state="in_transit", shows="OLD", parcels=("BACK", "OLD"), returns=("BACK",), warnings=("OLD was voided, but",)
)
def a_parcel_that_goes_on_under_a_voided_label_counts_beside_a_return_label_too(shop: Shop) -> None:
    order = sold(shop)
    label = shop.buy_label(order, tracking_number="OLD")
    shop.void(label)
    shop.scan(label)
    shop.add_return_label(order).package_numbers = ["BACK"]


@LIVES.life("order state", state="cancelled", parcels=("BACK",), returns=("BACK",))
def an_order_whose_shipment_was_cancelled_is_cancelled_beside_its_return_too(shop: Shop) -> None:
    order = sold(shop)
    shop.scan(shop.buy_label(shop.add_return_shipment(order), tracking_number="BACK"))
    shop.cancel(order.shipments[0])


def _all_voided(shop: Shop, *lives: str) -> None:
    order = sold(shop)
    for place, life in enumerate(lives, start=1):
        label = shop.buy_label(order, tracking_number=f"V{place}")
        if life != "unscanned":
            getattr(shop, life)(label)
        shop.void(label)


LIVES.add(
    "R6",
    "of labels that were all voided the newest counts if a carrier delivered it",
    lambda shop: _all_voided(shop, "scan", "deliver"),
    state="delivered",
    shows="V2",
    parcels=("V2", "V1"),
    tracking={"voided": True},
    warnings=("V2",),
)
LIVES.add(
    "R6",
    "a label that was voided and is on its way counts if there is no other",
    lambda shop: _all_voided(shop, "scan"),
    state="in_transit",
    shows="V1",
    tracking={"voided": True},
    warnings=("V1",),
)
LIVES.add(
    "R6",
    "of labels that were all voided and that nobody scanned none counts",
    lambda shop: _all_voided(shop, "unscanned", "unscanned"),
    state="not_shipped",
    parcels=("V2", "V1"),
    warnings=("Every label",),
)


@LIVES.life("R6", state="not_shipped", parcels=("BACK", "OUT"), warnings=("Every label",))
def a_voided_return_label_that_reached_the_shop_is_no_delivery_to_the_customer(shop: Shop) -> None:
    order = sold(shop)
    shop.void(shop.buy_label(order, tracking_number="OUT"))
    back = shop.buy_label(order, tracking_number="BACK", rma_number="RMA-1")
    shop.deliver(back)
    shop.void(back)


@LIVES.life("R6", state="cancelled", parcels=("MUG",), warnings=("",))
def a_cancelled_shipment_with_a_label_that_nobody_scanned_is_cancelled(shop: Shop) -> None:
    shop.buy_label(sold(shop), tracking_number="MUG")
    shop.cancel("1001")


@LIVES.life("R6", state="delivered", shows="MUG")
def a_cancelled_shipment_whose_parcel_arrived_all_the_same_is_live(shop: Shop) -> None:
    label = shop.buy_label(sold(shop), tracking_number="MUG")
    shop.cancel("1001")
    shop.deliver(label)


for status in ("CANCELLED", "canceled", "Canceled"):
    LIVES.add(
        "R6",
        f"a shipment that is {status!r} is cancelled",
        lambda shop, status=status: sold(shop, extra={"shipment_status": status}),
        state="cancelled",
    )
for status in ("VOIDED", "Voided"):
    LIVES.add(
        "R6",
        f"a label that is {status!r} is voided",
        lambda shop, status=status: shop.buy_label(sold(shop), tracking_number="OLD", extra={"status": status}),
        state="not_shipped",
        parcels=("OLD",),
        warnings=("Every label",),
    )


@LIVES.life("R6", state="not_shipped", warnings=("",))
def a_label_that_was_bought_and_is_not_listed_is_said(shop: Shop) -> None:
    sold(shop, extra={"shipment_status": "label_purchased"})


@LIVES.life("R9", state="unknown", shows="MUG", parcels=("MUG", "MUG"), warnings=("Every label",))
def a_fulfillment_with_a_voided_labels_number_stands(shop: Shop) -> None:
    shop.void(shop.buy_label(sold(shop), tracking_number="MUG"))
    shop.mark_shipped("1001", tracking_number="MUG")
