"""Orders of several parcels: what counts, what was replaced, and what the documented format may say: R11."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from support.scenarios.life import Shop, Table

LIVES = Table()


def days_later(shop: Shop, days: float) -> None:
    """Time passes."""
    shop.clock.travel_to(shop.clock.now() + timedelta(days=days))


@LIVES.life("R11", state="partially_delivered", shows="OLD", parcels=("NEW", "OLD"))
def a_scanned_parcel_with_a_code_that_nobody_maps_is_out_beside_a_delivered_one(shop: Shop) -> None:
    order = shop.add_order("1001")
    old = shop.buy_label(order, tracking_number="OLD")
    shop.scan(old)
    shop.deliver(shop.buy_label(order, tracking_number="NEW"))
    days_later(shop, 16)
    shop.scan(old)
    old.tracking_extra.update(status_code="UN", status_detail_code="CARRIER_STATUS_NOT_MAPPED")
    days_later(shop, 2)


@LIVES.life("R11", state="partially_delivered", shows="SECOND", parcels=("SECOND", "FIRST"), warnings=("SECOND",))
def a_second_half_whose_carrier_cannot_be_tracked_is_not_taken_for_a_reprint(shop: Shop) -> None:
    first, second = shop.split(shop.add_order("1001", items=("Mug", "Plate")))
    shop.deliver(shop.buy_label(first, tracking_number="FIRST"))
    shop.buy_label(second, tracking_number="SECOND", trackable=False, extra={"tracking_status": "unknown"})
    days_later(shop, 16)


@LIVES.life("R11", state="delivered", shows="NEW", parcels=("NEW", "OLD"), replaced={"OLD": "NEW"}, warnings=("OLD",))
def a_lost_parcel_that_was_replaced_leaves_the_order_delivered(shop: Shop) -> None:
    order = shop.add_order("1001")
    old = shop.buy_label(order, tracking_number="OLD")
    shop.scan(old)
    shop.lose(old)
    days_later(shop, 28)
    shop.deliver(shop.buy_label(order, tracking_number="NEW"))
    days_later(shop, 9)


@LIVES.life("R11", state="partially_delivered", shows="FIRST", parcels=("SECOND", "FIRST"), replaced={})
def a_lost_half_of_a_split_was_not_replaced_by_the_other_half(shop: Shop) -> None:
    first, second = shop.split(shop.add_order("1001", items=("Mug", "Plate")))
    label = shop.buy_label(first, tracking_number="FIRST")
    shop.lose(label)
    days_later(shop, 10)
    shop.deliver(shop.buy_label(second, tracking_number="SECOND"))


@LIVES.life("R11", state="delivered", shows="NEW", parcels=("NEW", "OLD"), replaced={"OLD": "NEW"}, warnings=("OLD",))
def a_replacement_copied_to_another_store_with_the_same_items_is_one(shop: Shop) -> None:
    old = shop.buy_label(shop.add_order("1001", items=("Mug", "Plate")), tracking_number="OLD")
    shop.return_to_sender(old)
    days_later(shop, 4)
    copy = shop.add_order("1001", store_id="se-2", items=("Plate", "Mug"))
    shop.deliver(shop.buy_label(copy, tracking_number="NEW"))


@LIVES.life("R11", state="lost", shows="OLD", parcels=("NEW", "OLD"), replaced={})
def a_label_that_nobody_has_scanned_replaces_nothing_yet(shop: Shop) -> None:
    order = shop.add_order("1001")
    old = shop.buy_label(order, tracking_number="OLD")
    shop.lose(old)
    days_later(shop, 4)
    shop.buy_label(order, tracking_number="NEW")


@LIVES.life("R11", state="in_transit", shows="NEW", parcels=("NEW", "OLD"), replaced={"OLD": "NEW"}, warnings=("OLD",))
def a_replacement_that_travels_is_what_is_shown(shop: Shop) -> None:
    order = shop.add_order("1001")
    shop.lose(shop.buy_label(order, tracking_number="OLD"))
    days_later(shop, 4)
    shop.scan(shop.buy_label(order, tracking_number="NEW"))


@LIVES.life("R11", state="partially_delivered", shows="OLD", parcels=("NEW", "OLD"), replaced={})
def a_parcel_lost_after_the_other_label_was_made_was_not_replaced_by_it(shop: Shop) -> None:
    order = shop.add_order("1001")
    old, new = (shop.buy_label(order, tracking_number=name) for name in ("OLD", "NEW"))
    shop.deliver(new)
    days_later(shop, 3)
    shop.lose(old)


@LIVES.life("R11", state="delivered", shows="NEW", parcels=("NEW", "OLD"), warnings=("OLD",))
def a_reprint_of_the_same_shipment_that_nobody_scanned_yields_after_two_weeks(shop: Shop) -> None:
    order = shop.add_order("1001")
    shop.buy_label(order, tracking_number="OLD")
    shop.deliver(shop.buy_label(order, tracking_number="NEW"))
    days_later(shop, 15)


for days, state, shows in ((59, "partially_delivered", "ELSEWHERE"), (62, "delivered", "HERE")):
    LIVES.add(
        "R11",
        f"a part that was shipped elsewhere {days} days ago leaves the order {state}",
        lambda shop, days=days: _one_part_elsewhere(shop, days),
        state=state,
        shows=shows,
        parcels=("HERE", "ELSEWHERE"),
        warnings=() if state == "partially_delivered" else ("ELSEWHERE",),
    )


def _one_part_elsewhere(shop: Shop, days: float) -> None:
    there, here = shop.split(shop.add_order("1001", items=("Mug", "Plate")))
    shop.mark_shipped(there, tracking_number="ELSEWHERE", at=shop.clock.now())
    made = shop.clock.now()
    shop.deliver(shop.buy_label(here, tracking_number="HERE"))
    shop.clock.travel_to(made + timedelta(days=days))


# --- what the documented format may say ------------------------------------------------------------------------------


@LIVES.life(
    "order state",
    state="partially_delivered",
    shows="EARLY",
    warnings=("not been shipped",),
    documented={"status_description": "Partially delivered"},
    summary=("not Your order has been delivered",),
)
def the_documented_format_does_not_say_delivered_of_an_order_that_is_not(shop: Shop) -> None:
    early, _ = shop.split(shop.add_order("1001", items=("Mug", "Plate")))
    shop.deliver(shop.buy_label(early, tracking_number="EARLY"))


@LIVES.life("order state", state="delivered", shows="MUG", documented={"status_description": "Delivered"})
def the_documented_format_says_delivered_of_an_order_that_is(shop: Shop) -> None:
    shop.deliver(shop.add_order("1001"))
    shop.labels[0].package_numbers = ["MUG"]


@LIVES.life("order state", state="partially_delivered", shows="MUG", parcels=("MUG",), warnings=("not been shipped",))
def a_shipment_whose_only_label_is_a_return_has_no_parcel_that_counts(shop: Shop) -> None:
    goes, waits = shop.split(shop.add_order("1001", items=("Mug", "Plate")))
    shop.deliver(shop.buy_label(goes, tracking_number="MUG"))
    assert waits.labels == []


def _at_night(shop: Shop) -> Any:
    label = shop.buy_label(shop.add_order("1001"), tracking_number="MUG")
    late = shop.clock.now().replace(hour=4, minute=30) + timedelta(days=2)
    return shop.deliver(label, at=late, extra={"carrier_occurred_at": f"{late - timedelta(hours=5):%Y-%m-%dT%H:%M:%S}"})


LIVES.add(
    "dates",
    "a day is told where the parcel was",
    _at_night,
    state="delivered",
    shows="MUG",
    summary=("January 16", "not January 17"),
)
