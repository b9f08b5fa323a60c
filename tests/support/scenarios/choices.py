"""Which parcel decides, and what its codes mean: R11 and the states of a parcel."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

from support.scenarios.life import Shop, Table

LIVES = Table()
LIVES_OF_PARCELS: dict[str, Any] = {  # in the order in which they decide
    "lost": lambda shop, label: shop.lose(label),
    "returned": lambda shop, label: (shop.return_to_sender(label), shop.deliver(label)),
    "returning_to_sender": lambda shop, label: shop.return_to_sender(label),
    "exception": lambda shop, label: shop.exception(label),
    "delivery_attempted": lambda shop, label: shop.attempt_delivery(label),
    "available_for_pickup": lambda shop, label: shop.ready_for_pickup(label),
    "out_for_delivery": lambda shop, label: shop.out_for_delivery(label),
    "in_transit": lambda shop, label: shop.scan(label),
    "accepted": lambda shop, label: shop.accept(label),
    "label_created": lambda shop, label: label.tracking_extra.update(status_code="NY"),
    "unknown": lambda shop, label: label.tracking_extra.update(status_code="UN"),
    "cancelled": lambda shop, label: label.tracking_extra.update(status_detail_code="CANCELLED_BEFORE_DESPATCH"),
    "delivered": lambda shop, label: shop.deliver(label),
}


def two_parcels(older: str, newer: str, *, days: float = 0, together: bool = False, **details: Any) -> Any:
    """An order with two labels of one shipment, the older one first; and some days later it is asked for.

    ``together``: both labels are made before either parcel is scanned, so that neither replaces the other.
    """

    def given(shop: Shop) -> None:
        shop.add_order("1001")
        labels = {}
        for name, state in (("OLD", older), ("NEW", newer)):
            labels[name] = shop.buy_label("1001", tracking_number=name, **(details if name == "OLD" else {}))
            if not together:
                LIVES_OF_PARCELS[state](shop, labels[name])
        if together:
            LIVES_OF_PARCELS[older](shop, labels["OLD"])
            LIVES_OF_PARCELS[newer](shop, labels["NEW"])
        shop.clock.travel_to(shop.labels[0].created_at + timedelta(days=days))

    return given


for first, second in pairwise(state for state in LIVES_OF_PARCELS if state != "cancelled"):
    state = "partially_delivered" if second == "delivered" else first
    for older, newer in ((first, second), (second, first)):
        LIVES.add(
            "R11",
            f"{first} decides over {second}, even if it is the {'older' if older == first else 'newer'} one",
            two_parcels(older, newer, together=True),
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
        f"an old label whose parcel is {scanned} does not yield to one that was made at the same time",
        two_parcels(scanned, "delivered", days=400, together=True),
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


@LIVES.life("R11", state="partially_delivered", parcels=(None, "NEW"), requests=3)
def an_old_label_that_never_got_a_number_was_never_tracked_and_does_not_yield(shop: Shop) -> None:
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
        f"an old label of which tracking knows nothing ({fault}) does not yield: that is no evidence",
        _old_and_unreadable(fault),
        state="partially_delivered",
        shows="OLD",
        warnings=("Tracking of OLD could not be read",),
    )


# --- a replacement was sent, the carrier cancelled -------------------------------------------------------------------


def replacement(shop: Shop, first: str, *, days: float, of_another_order: bool = False, items: Any = None) -> None:
    """A parcel of some fate, and some days after its label a second one that arrives."""
    order = shop.add_order("1001")
    label = shop.buy_label(order, tracking_number="FIRST")
    LIVES_OF_PARCELS[first](shop, label)
    shop.clock.travel_to(label.created_at + timedelta(days=days))
    target = shop.add_order("1001", items=items or ("Blue mug",)) if of_another_order else order
    shop.deliver(shop.buy_label(target, tracking_number="SECOND", at=shop.clock.now()))


for fate in ("lost", "returned", "returning_to_sender"):
    LIVES.add(
        "R11",
        f"a parcel that is {fate} and was replaced no longer counts",
        lambda shop, fate=fate: replacement(shop, fate, days=10),
        state="delivered",
        shows="SECOND",
        parcels=("SECOND", "FIRST"),
        each={"replaced_by": (None, "SECOND")},
        warnings=("FIRST was replaced by SECOND",),
    )
LIVES.add(
    "R11",
    "a parcel that nobody has scanned for three weeks was replaced by a later one that arrived",
    lambda shop: replacement(shop, "in_transit", days=31),
    state="delivered",
    shows="SECOND",
    parcels=("SECOND", "FIRST"),
    warnings=("FIRST was replaced by SECOND",),
)
LIVES.add(
    "R11",
    "a parcel that was scanned within three weeks still counts beside a later one that arrived",
    lambda shop: replacement(shop, "in_transit", days=5),
    state="partially_delivered",
    shows="FIRST",
    parcels=("SECOND", "FIRST"),
)
LIVES.add(
    "R11",
    "a replacement may be an order of its own with the same items",
    lambda shop: replacement(shop, "lost", days=31, of_another_order=True),
    state="delivered",
    shows="SECOND",
    parcels=("SECOND", "FIRST"),
    warnings=("FIRST was replaced by SECOND",),
)
LIVES.add(
    "R11",
    "a half of an order with other items replaces nothing",
    lambda shop: replacement(shop, "lost", days=31, of_another_order=True, items=("Spoon",)),
    state="partially_delivered",
    shows="FIRST",
    parcels=("SECOND", "FIRST"),
)
for other in ("delivered", "in_transit"):
    LIVES.add(
        "R11",
        f"a parcel that the carrier cancelled no longer counts beside one that is {other}",
        two_parcels("cancelled", other, together=True),
        state=other,
        shows="NEW",
        parcels=("NEW", "OLD"),
        warnings=("OLD was cancelled by the carrier",),
    )
LIVES.add(
    "R11",
    "an order whose only parcel the carrier cancelled is cancelled",
    lambda shop: LIVES_OF_PARCELS["cancelled"](shop, shop.buy_label(shop.add_order("1001"), tracking_number="MUG")),
    state="cancelled",
    shows="MUG",
)


@LIVES.life("R11", state="partially_delivered", shows="LATE", parcels=("LATE", "EARLY"))
def a_label_of_the_second_half_that_nobody_scanned_is_no_reprint(shop: Shop) -> None:
    early, late = shop.split(shop.add_order("1001"))
    shop.deliver(shop.buy_label(early, tracking_number="EARLY"))
    shop.buy_label(late, tracking_number="LATE")
    shop.clock.travel_to(shop.labels[-1].created_at + timedelta(days=16))


@LIVES.life("R11", state="partially_delivered", shows="OLD", parcels=("NEW", "OLD"))
def an_unknown_parcel_with_scans_counts_beside_a_delivered_one(shop: Shop) -> None:
    label = shop.buy_label(shop.add_order("1001"), tracking_number="OLD")
    label.tracking_extra.update(status_code="UN", status_detail_code="CARRIER_STATUS_NOT_MAPPED")
    shop.scan(label)
    shop.deliver(shop.buy_label("1001", tracking_number="NEW"))
    shop.clock.travel_to(label.created_at + timedelta(days=18))
    shop.scan(label, at=shop.clock.now())
    shop.clock.travel_to(shop.clock.now() + timedelta(days=2))


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
codes("accepted", "a parcel in small letters (ac)", "fedex", status_code="ac")
codes("in_transit", "the specification's long spelling", status_code="IN_TRANSIT")
codes("out_for_delivery", "IT, refined by its detail", status_code="IT", status_detail_code="OUT_FOR_DELIVERY")
codes("out_for_delivery", "UPS's OT", "ups", status_code="IT", status_detail_code="", carrier_detail_code="OT")
codes("in_transit", "OT of another carrier", "fedex", status_code="IT", carrier_detail_code="OT")
codes("label_created", "UPS's MP", "ups", status_code="AC", status_detail_code=None, carrier_detail_code="MP")
codes("returning_to_sender", "a delivery to the sender", status_code="DE", status_detail_code="RETURN_TO_SENDER")
codes(
    "returning_to_sender", "UPS's RS under EX", "ups", status_code="EX", status_detail_code="", carrier_detail_code="RS"
)
codes("exception", "EX with a detail of movement", status_code="EX", status_detail_code="IN_TRANSIT")
codes("exception", "EX with a delivery to a neighbour", status_code="EX", status_detail_code="DELIVERED_TO_NEIGHBOUR")
codes("in_transit", "IT with a payment", status_code="IT", status_detail_code="COD_AMOUNT_PAID")
codes("delivered", "DE with information afterwards", status_code="DE", status_detail_code="POST_TRANSIT_STATUS")
codes("label_created", "USPS's AC without a scan", status_code="AC", status_detail_code=None)
codes("accepted", "AC of another carrier", "fedex", status_code="AC", status_detail_code=None)
codes("partially_delivered", "a delivery in part", status_code="DE", status_detail_code="DELIVERED_IN_PART")
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


@LIVES.life("R13", state="returned", shows="MUG", tracking={"status_description": "Returned to sender"}, requests=3)
def a_parcel_that_came_back_is_not_delivered(shop: Shop) -> None:
    label = shop.buy_label(shop.add_order("1001"), tracking_number="MUG")
    shop.return_to_sender(label)
    shop.deliver(label)


@LIVES.life("R13", state="returned", shows="MUG")
def a_parcel_that_says_delivered_to_the_original_sender_is_returned(shop: Shop) -> None:
    label = shop.buy_label(shop.add_order("1001"), tracking_number="MUG")
    label.tracking_extra.update(status_code="DE", status_detail_code="DELIVERED")
    shop.return_to_sender(label)
    scan = shop.deliver(label)
    scan.extra.update(status_detail_code="DELIVERED", description="Delivered, To Original Sender")


@LIVES.life("R13", state="delivered", shows="MUG", tracking={"status_description": "Delivered"})
def a_top_level_that_lags_behind_the_newest_scan_is_delivered(shop: Shop) -> None:
    label = shop.buy_label(shop.add_order("1001"), tracking_number="MUG")
    label.tracking_extra.update(status_code="IT", status_detail_code="IN_TRANSIT", status_description="In Transit")
    shop.scan(label)
    shop.deliver(label)


@LIVES.life("R13", state="in_transit", shows="MUG")
def a_delivery_that_is_first_in_the_list_but_not_the_newest_does_not_count(shop: Shop) -> None:
    label = shop.buy_label(shop.add_order("1001"), tracking_number="MUG")
    label.tracking_extra.update(status_code="IT", status_detail_code="IN_TRANSIT")
    shop.scan(label)
    early = (label.created_at - timedelta(hours=1)).isoformat()
    shop.deliver(label).extra.update(occurred_at=early, carrier_occurred_at=None)


@LIVES.life("R13", state="exception", shows="MUG")
def an_unknown_top_level_is_the_state_of_its_newest_scan(shop: Shop) -> None:
    label = shop.buy_label(shop.add_order("1001"), tracking_number="MUG", tracking_extra={"status_code": "UN"})
    label.tracking_extra.update(status_detail_code="CARRIER_STATUS_NOT_MAPPED")
    shop.scan(label)
    shop.exception(label)


def classic(says: str, state: str, **scan: Any) -> None:
    """A reply of the classic API: no detail codes, and a newest scan with these fields."""

    def given(shop: Shop) -> None:
        label = shop.buy_label(shop.add_order("1001"), tracking_number="MUG")
        label.tracking_extra.update(status_code="IT", status_detail_code=None, carrier_status_code="I")
        shop.scan(label, extra={"status_code": "", "status_detail_code": None, **scan})

    LIVES.add("R13", f"without detail codes, {says} is {state}", given, state=state, shows="MUG")


classic("USPS's OF", "out_for_delivery", event_code="OF", description="")
classic("a text that begins with Out for Delivery", "out_for_delivery", event_code="", description="Out for Delivery")
classic("that text beside a code that says more", "in_transit", event_code="07", description="Out for Delivery")
classic("a text of a delivery alone", "in_transit", event_code="", description="Delivered")
classic("USPS's 01", "delivered", event_code="01", description="Delivered, In/At Mailbox")
