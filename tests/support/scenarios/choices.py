"""Which parcel decides, and what its codes mean: R11 and the states of a parcel."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

from support.scenarios.life import Shop, Table

LIVES = Table()
LIVES_OF_PARCELS: dict[str, Any] = {  # in the order in which they decide
    "lost": lambda shop, label: shop.lose(label),
    "returning_to_sender": lambda shop, label: shop.return_to_sender(label),
    "exception": lambda shop, label: shop.exception(label),
    "delivery_attempted": lambda shop, label: shop.attempt_delivery(label),
    "available_for_pickup": lambda shop, label: shop.ready_for_pickup(label),
    "out_for_delivery": lambda shop, label: shop.out_for_delivery(label),
    "in_transit": lambda shop, label: shop.scan(label),
    "accepted": lambda shop, label: shop.accept(label),
    "label_created": lambda shop, label: None,
    "unknown": lambda shop, label: label.tracking_extra.update(status_code="UN"),
    "cancelled": lambda shop, label: label.tracking_extra.update(status_detail_code="CANCELLED_BEFORE_DESPATCH"),
    "delivered": lambda shop, label: shop.deliver(label),
}


def two_parcels(older: str, newer: str, *, days: float = 0, **details: Any) -> Any:
    """An order with two labels of one shipment, the older one first; and some days later it is asked for."""

    def given(shop: Shop) -> None:
        shop.add_order("1001")
        for name, state in (("OLD", older), ("NEW", newer)):
            label = shop.buy_label("1001", tracking_number=name, **(details if name == "OLD" else {}))
            LIVES_OF_PARCELS[state](shop, label)
        shop.clock.travel_to(shop.labels[0].created_at + timedelta(days=days))

    return given


for first, second in pairwise(LIVES_OF_PARCELS):
    state = "partially_delivered" if second == "delivered" else first
    for older, newer in ((first, second), (second, first)):
        LIVES.add(
            "R11",
            f"{first} decides over {second}, even if it is the {'older' if older == first else 'newer'} one",
            two_parcels(older, newer),
            state=state,
            shows="OLD" if older == first else "NEW",
            parcels=("NEW", "OLD"),
            requests=4,
            traced=(("R11", "se-350001" if older == first else "se-350002"),),
        )
for tied in ("in_transit", "delivered"):
    LIVES.add(
        "R11",
        f"of two parcels that are {tied}, the one with the newer label is shown",
        two_parcels(tied, tied),
        state=tied,
        shows="NEW",
        parcels=("NEW", "OLD"),
        requests=4,
    )


@LIVES.life("R11", state="in_transit", shows="NEW", parcels=("OLD", "NEW"), requests=4)
def the_newer_label_is_shown_whatever_the_order_of_the_list(shop: Shop) -> None:
    two_parcels("in_transit", "in_transit")(shop)
    shop.rewrite(lambda reply: reply | {"labels": reply["labels"][::-1]} if "labels" in reply else reply)


# --- labels are reprinted without voiding ----------------------------------------------------------------------------


def old_label(says: str, given: Any, **outcome: Any) -> None:
    """An unvoided reprint of some age beside the label that was used."""
    LIVES.add("R11", says, given, parcels=("NEW", "OLD"), requests=4, **outcome)


for unscanned in ("label_created", "unknown"):
    old_label(
        f"an old label that is {unscanned} yields to a delivered parcel, and that is said",
        two_parcels(unscanned, "delivered", days=15),
        state="delivered",
        shows="NEW",
        warnings=("OLD was never scanned",),
    )
    old_label(
        f"a label that is {unscanned} does not yield while it is 14 days old",
        two_parcels(unscanned, "delivered", days=14),
        state="partially_delivered",
        shows="OLD",
    )
    old_label(
        f"an old label that is {unscanned} yields to nothing but a delivered parcel",
        two_parcels(unscanned, "in_transit", days=30),
        state="in_transit",
        shows="NEW",
    )
for scanned in ("accepted", "in_transit", "exception", "lost"):
    old_label(
        f"an old label whose parcel is {scanned} does not yield",
        two_parcels(scanned, "delivered", days=400),
        state="partially_delivered",
        shows="OLD",
    )
for created_at, zone in (("2026-01-15T14:00:00", "no time zone"), ("2026-01-15T23:00:00+09:00", "another time zone")):
    old_label(
        f"an age in {zone} is the same age",
        two_parcels("label_created", "delivered", days=14.1, extra={"created_at": created_at}),
        state="delivered",
        shows="NEW",
        warnings=("OLD was never scanned",),
    )
old_label(
    "a label of unknown age does not yield",
    two_parcels("label_created", "delivered", days=30, extra={"created_at": None}),
    state="partially_delivered",
    shows="OLD",
)


@LIVES.life("R11", state="delivered", shows="NEW", parcels=(None, "NEW"), warnings=("was never scanned",), requests=3)
def an_old_label_that_never_got_a_number_yields(shop: Shop) -> None:
    shop.deliver(shop.buy_label(shop.add_order("1001"), tracking_number="NEW"))
    shop.buy_label("1001", processing=True)
    shop.clock.travel_to(shop.clock.now() + timedelta(days=20))


def _old_and_unreadable(fault: int, **details: Any) -> Any:
    def given(shop: Shop) -> None:
        two_parcels("label_created", "delivered", days=30)(shop)
        shop.fail_tracking(fault, shop.labels[0], **details)

    return given


for fault, source in ((503, "shipengine"), (503, "carrier"), (403, "shipengine")):
    old_label(
        f"an old label of which nothing could be learnt ({fault} of {source}) may be out and does not yield",
        _old_and_unreadable(fault, error_source=source),
        state="partially_delivered",
        shows="OLD",
        warnings=("Tracking of OLD could not be read",),
    )
for fault in (400, 404):
    old_label(
        f"an old label of which tracking knows nothing ({fault}) yields",
        _old_and_unreadable(fault),
        state="delivered",
        shows="NEW",
        warnings=("Tracking of OLD could not be read", "OLD was never scanned"),
    )

# --- the states of a parcel ------------------------------------------------------------------------------------------


def codes(state: str, says: str, carrier: str = "usps", **reply: Any) -> None:
    """A parcel whose tracking reply has these codes."""
    LIVES.add(
        "parcel state",
        f"{says} is {state}",
        lambda shop: shop.buy_label(
            shop.add_order("1001"), carrier=carrier, tracking_number="MUG", tracking_extra=reply
        ),
        state=state,
        shows="MUG",
    )


codes("label_created", "a parcel that no carrier knows yet (NY)", status_code="NY")
codes("accepted", "a parcel in small letters (ac)", status_code="ac")
codes("in_transit", "the specification's long spelling", status_code="IN_TRANSIT")
codes("out_for_delivery", "IT, refined by its detail", status_code="IT", status_detail_code="OUT_FOR_DELIVERY")
codes("out_for_delivery", "UPS's OT", "ups", status_code="IT", status_detail_code="", carrier_detail_code="OT")
codes("in_transit", "OT of another carrier", "fedex", status_code="IT", carrier_detail_code="OT")
codes("label_created", "UPS's MP", "ups", status_code="AC", status_detail_code=None, carrier_detail_code="MP")
codes("returning_to_sender", "a delivery to the sender", status_code="DE", status_detail_code="RETURN_TO_SENDER")
codes(
    "available_for_pickup",
    "a delivery to a locker",
    status_code="DE",
    status_detail_code="DELIVERED_TO_LOCKER_COLLECTION_POINT",
)
codes("delivered", "UN with a detail that knows better", status_code="UN", status_detail_code="DELIVERED")
codes("unknown", "a code that nobody knows", status_code="XX", status_detail_code="DELIVERED_BY_DRONE")
codes("in_transit", "a code with a detail that nobody knows", status_code="IT", status_detail_code="BY_DRONE")
codes("unknown", "a reply without any code", status_code=None, status_detail_code="")


for said, shown in (("On The Road", "On The Road"), ("", "In transit")):
    LIVES.add(
        "parcel state",
        f"the description {said!r} of the API is shown as {shown!r}",
        lambda shop, said=said: shop.scan(
            shop.buy_label(shop.add_order("1001"), tracking_number="MUG", tracking_extra={"status_description": said})
        ),
        state="in_transit",
        shows="MUG",
        tracking={"status_description": shown},
    )


@LIVES.life("parcel state", state="returning_to_sender", shows="MUG", requests=3)
def a_parcel_that_came_back_is_not_delivered(shop: Shop) -> None:
    label = shop.buy_label(shop.add_order("1001"), tracking_number="MUG")
    shop.return_to_sender(label)
    shop.deliver(label)
