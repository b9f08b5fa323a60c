"""Which labels are parcels, and which shipments count: R6, and the states of an order."""

from __future__ import annotations

from typing import Any

from support.scenarios.life import Shop, Table

LIVES = Table()


def sold(shop: Shop, **details: Any) -> Any:
    """The order of most lives."""
    return shop.add_order("1001", **details)


@LIVES.life(
    "R6",
    state="in_transit",
    shows="NEW",
    parcels=("NEW", "OLD"),
    each={"state": ("in_transit", "cancelled"), "voided": (False, True), "is_return_label": (False, False)},
    requests=3,
    traced=(("R6", "se-350001"),),
)
def a_voided_label_is_listed_and_not_tracked(shop: Shop) -> None:
    shop.scan(shop.buy_label(sold(shop), tracking_number="OLD"))
    shop.void("1001")
    shop.scan(shop.buy_label("1001", tracking_number="NEW"))


for says, record in (
    ("its flag alone", {"voided": True, "status": "completed"}),
    ("its status alone", {"voided": False, "status": "voided"}),
):
    LIVES.add(
        "R6",
        f"a label is voided by {says}",
        lambda shop, record=record: shop.buy_label(sold(shop), tracking_number="OLD", extra=record),
        state="not_shipped",
        parcels=("OLD",),
        warnings=("Every label of this order was voided",),
        requests=4,
    )
LIVES.add(
    "R6",
    "a label is voided by the time of it where its flag is silent",
    lambda shop: shop.buy_label(
        sold(shop), tracking_number="OLD", extra={"voided": None, "voided_at": "2026-01-16T09:00:00Z"}
    ),
    state="not_shipped",
    parcels=("OLD",),
    each={"voided": (True,)},
    warnings=("Every label of this order was voided",),
)
LIVES.add(
    "R6",
    "a label is not voided by the time of it where its flag denies it",
    lambda shop: shop.scan(
        shop.buy_label(sold(shop), tracking_number="MUG", extra={"voided": False, "voided_at": "2026-01-16T09:00:00Z"})
    ),
    state="in_transit",
    shows="MUG",
)


@LIVES.life(
    "R6", state="delivered", shows="OLD", each={"voided": (True,)}, warnings=("voided, but a carrier has scanned",)
)
def a_voided_label_is_a_last_resort_if_its_parcel_was_scanned(shop: Shop) -> None:
    shop.deliver(shop.buy_label(sold(shop), tracking_number="OLD"))
    shop.void("1001")


@LIVES.life("R6", state="cancelled", parcels=("MUG",), warnings=("was cancelled, but has a label",), requests=3)
def a_cancelled_order_with_a_label_that_nobody_scanned_is_cancelled(shop: Shop) -> None:
    shop.buy_label(sold(shop), tracking_number="MUG")
    shop.cancel("1001")


@LIVES.life("R8", state="delivered", shows="MUG", warnings=("Tracking of MUG could not be read",))
def a_cancelled_order_that_its_label_alone_calls_delivered_says_that_tracking_was_not_read(shop: Shop) -> None:
    shop.fail_tracking(404, shop.buy_label(sold(shop), tracking_number="MUG", extra={"tracking_status": "delivered"}))
    shop.cancel("1001")


@LIVES.life("R6", state="cancelled")
def an_order_is_cancelled_in_the_other_spelling_and_in_capitals_too(shop: Shop) -> None:
    sold(shop, extra={"shipment_status": "Canceled"})


@LIVES.life("R6", state="not_shipped", warnings=("a label was bought",))
def a_label_that_was_bought_and_is_not_in_the_list_is_said(shop: Shop) -> None:
    sold(shop, extra={"shipment_status": "label_purchased"})


@LIVES.life("R6", state="delivered", shows="OUT", parcels=("BACK", "OUT"), each={"is_return_label": (True, False)})
def a_label_with_the_number_of_a_return_is_a_return(shop: Shop) -> None:
    shop.deliver(shop.buy_label(sold(shop), tracking_number="OUT"))
    shop.scan(shop.buy_label("1001", tracking_number="BACK", extra={"rma_number": "RMA-1"}))


@LIVES.life("R6", state="not_shipped", parcels=("TWO", "ONE"), warnings=("Every label",), requests=4)
def an_order_whose_labels_were_all_voided_is_not_shipped(shop: Shop) -> None:
    for number in ("ONE", "TWO"):
        shop.void(shop.buy_label("1001" if number == "TWO" else sold(shop), tracking_number=number))


@LIVES.life(
    "R6",
    state="delivered",
    shows="OUT",
    parcels=("BACK", "OUT"),
    each={"is_return_label": (True, False), "voided": (False, False), "state": ("in_transit", "delivered")},
    requests=4,
)
def a_return_label_is_listed_and_tracked_and_not_chosen(shop: Shop) -> None:
    shop.deliver(shop.buy_label(sold(shop), tracking_number="OUT"))
    back = shop.add_return_label("1001")
    back.package_numbers = ["BACK"]
    shop.scan(back)


@LIVES.life("R6", state="not_shipped", parcels=("BACK",), requests=4)
def an_order_with_nothing_but_a_return_label_is_not_shipped(shop: Shop) -> None:
    shop.add_return_label(sold(shop)).package_numbers = ["BACK"]


@LIVES.life("R6", state="not_shipped", requests=3, traced=(("R6", "se-350001"),))
def a_label_that_failed_is_not_listed(shop: Shop) -> None:
    shop.buy_label(sold(shop), error=True)


@LIVES.life("R6", state="in_transit", shows="MUG", requests=3)
def a_label_that_failed_before_the_good_one_does_no_harm(shop: Shop) -> None:
    shop.buy_label(sold(shop), error=True)
    shop.scan(shop.buy_label("1001", tracking_number="MUG"))


@LIVES.life(
    "R6",
    state="label_created",
    parcels=(None,),
    tracking={"status_description": "Label created", "tracking_url": None, "label_id": "se-350001"},
    requests=2,
)
def a_label_that_is_still_made_is_a_parcel_without_a_number(shop: Shop) -> None:
    shop.buy_label(sold(shop), processing=True)


@LIVES.life("R6", state="in_transit", shows="MUG", requests=3)
def a_label_that_is_still_made_and_has_its_number_is_tracked(shop: Shop) -> None:
    shop.scan(shop.buy_label(sold(shop), tracking_number="MUG", extra={"status": "processing"}))


@LIVES.life("R6", state="cancelled", requests=2)
def a_cancelled_order_has_no_parcel(shop: Shop) -> None:
    shop.cancel(sold(shop))


@LIVES.life("R6", state="cancelled", parcels=("OLD",), warnings=("Every label",), requests=3)
def a_cancelled_order_whose_label_was_voided_is_cancelled(shop: Shop) -> None:
    shop.void(shop.buy_label(sold(shop), tracking_number="OLD"))
    shop.cancel("1001")


@LIVES.life("R6", state="in_transit", shows="MUG", requests=3)
def a_cancelled_order_whose_parcel_is_out_is_live(shop: Shop) -> None:
    label = shop.buy_label(sold(shop), tracking_number="MUG")
    shop.cancel("1001")
    shop.scan(label)


@LIVES.life("R6", state="delivered", shows="MUG", requests=4, traced=(("R6", "se-250002"),))
def cancelled_shipments_beside_live_ones_are_ignored_with_their_labels(shop: Shop) -> None:
    keeps, dropped = sold(shop, shipments=2).shipments
    shop.deliver(shop.buy_label(keeps, tracking_number="MUG"))
    shop.void(shop.buy_label(dropped, tracking_number="OLD"))
    shop.cancel(dropped)


@LIVES.life("R6", state="not_shipped", warnings=("on hold",), requests=3)
def an_order_on_hold_is_not_shipped(shop: Shop) -> None:
    shop.hold(sold(shop))


@LIVES.life("R6", state="in_transit", shows="MUG", warnings=("on hold", "not been shipped"), requests=2 + 2 + 1)
def a_part_on_hold_is_said_beside_a_part_that_travels(shop: Shop) -> None:
    goes, waits = sold(shop, shipments=2).shipments
    shop.hold(waits)
    shop.scan(shop.buy_label(goes, tracking_number="MUG"))


@LIVES.life("R6", state="in_transit", shows="MUG", requests=3)
def a_hold_that_came_after_the_label_is_no_matter(shop: Shop) -> None:
    shop.scan(shop.buy_label(sold(shop, extra={"shipment_status": "on_hold"}), tracking_number="MUG"))


@LIVES.life("R6", state="in_transit", shows="P1", tracking={"package_tracking_numbers": ("P1", "P2", "P3")}, requests=3)
def the_packages_of_one_label_are_one_parcel_with_several_numbers(shop: Shop) -> None:
    label = shop.buy_label(sold(shop), packages=3)
    label.package_numbers = ["P1", "P2", "P3"]
    shop.scan(label)


# --- the states of an order ------------------------------------------------------------------------------------------


@LIVES.life("order state", state="not_shipped", requests=3)
def an_order_without_a_label_is_not_shipped(shop: Shop) -> None:
    sold(shop)


@LIVES.life("order state", state="partially_delivered", shows="LATE", parcels=("LATE", "EARLY"), requests=5)
def a_split_of_which_one_parcel_arrived_is_partially_delivered(shop: Shop) -> None:
    early, late = shop.split(sold(shop))
    shop.deliver(shop.buy_label(early, tracking_number="EARLY"))
    shop.scan(shop.buy_label(late, tracking_number="LATE"))


@LIVES.life("order state", state="delivered", shows="LATE", parcels=("LATE", "EARLY"), requests=5)
def a_split_of_which_all_parcels_arrived_is_delivered(shop: Shop) -> None:
    early, late = shop.split(sold(shop))
    shop.deliver(shop.buy_label(early, tracking_number="EARLY"))
    shop.deliver(shop.buy_label(late, tracking_number="LATE"))


@LIVES.life("order state", state="partially_delivered", shows="EARLY", warnings=("not been shipped",), requests=5)
def a_split_whose_other_half_waits_is_partially_delivered(shop: Shop) -> None:
    early, _ = shop.split(sold(shop))
    shop.deliver(shop.buy_label(early, tracking_number="EARLY"))


@LIVES.life("order state", state="in_transit", shows="EARLY", warnings=("not been shipped",), requests=5)
def a_split_whose_other_half_waits_has_the_state_of_the_parcel_that_travels(shop: Shop) -> None:
    early, _ = shop.split(sold(shop))
    shop.scan(shop.buy_label(early, tracking_number="EARLY"))


@LIVES.life("order state", state="delivered", shows="EARLY", requests=4)
def a_split_whose_other_half_was_cancelled_is_delivered(shop: Shop) -> None:
    early, late = shop.split(sold(shop))
    shop.deliver(shop.buy_label(early, tracking_number="EARLY"))
    shop.cancel(late)


@LIVES.life("order state", state="not_shipped", requests=5)
def a_split_of_which_nothing_went_out_is_not_shipped(shop: Shop) -> None:
    shop.split(sold(shop))
