"""What the codes of a tracking reply say together: R13."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from support.scenarios.life import Shop, Table

LIVES = Table()


def told(says: str, state: str, given: Callable[[Shop, Any], object], **outcome: Any) -> None:
    """One parcel, and what its carrier tells of it."""
    carrier = outcome.pop("carrier", "usps")
    classic = outcome.pop("classic", False)
    LIVES.add(
        "R13",
        f"{says} is {state}",
        lambda shop: given(
            shop, shop.buy_label(shop.add_order("1001"), carrier=carrier, tracking_number="MUG", classic=classic)
        ),
        state=state,
        shows="MUG",
        **outcome,
    )


# --- the top level and the scans -------------------------------------------------------------------------------------


def lagging(status: str, detail: str | None = None) -> Callable[[Shop, Any], object]:
    """A delivery that the top level does not know of yet."""

    def given(shop: Shop, label: Any) -> None:
        shop.scan(label)
        shop.deliver(label)
        label.tracking_extra.update(status_code=status, status_detail_code=detail)

    return given


for status, detail in (("IT", "IN_TRANSIT"), ("AT", "ATTEMPTED_DELIVERY"), ("UN", None), ("AC", None), ("IT", None)):
    told(
        f"a top level of {status}/{detail} beside a newest scan that is a delivery",
        "delivered",
        lagging(status, detail),
    )


def unknown_beside(step: str) -> Callable[[Shop, Any], object]:
    """Scans beside a top level that knows nothing."""

    def given(shop: Shop, label: Any) -> None:
        shop.scan(label)
        getattr(shop, step)(label)
        label.tracking_extra.update(status_code="UN", status_detail_code=None)

    return given


for step, state in (
    ("scan", "in_transit"),
    ("out_for_delivery", "out_for_delivery"),
    ("exception", "exception"),
    ("return_to_sender", "returning_to_sender"),
    ("ready_for_pickup", "available_for_pickup"),
):
    told(f"UN beside scans of which the newest is {step}", state, unknown_beside(step))


@LIVES.life("R13", state="in_transit", shows="MUG")
def of_unknown_the_newest_scan_with_a_state_counts(shop: Shop) -> None:
    label = shop.buy_label(shop.add_order("1001"), tracking_number="MUG")
    shop.scan(label)
    shop.scan(label, status_code="UN", detail="CARRIER_STATUS_NOT_MAPPED")
    label.tracking_extra.update(status_code="UN", status_detail_code="CARRIER_STATUS_NOT_MAPPED")


@LIVES.life("R13", state="delivered", shows="MUG")
def the_newest_scan_is_the_newest_by_its_time_not_by_its_place(shop: Shop) -> None:
    label = shop.buy_label(shop.add_order("1001"), tracking_number="MUG")
    shop.scan(label)
    shop.deliver(label)
    label.tracking_extra.update(status_code="IT", status_detail_code="IN_TRANSIT")
    shop.rewrite(lambda reply: reply | {"events": reply["events"][::-1]}, path="/track")


# --- details never make it rosier ------------------------------------------------------------------------------------


def codes(says: str, state: str, status: str, detail: str, **more: Any) -> None:
    """A reply of nothing but these codes."""
    told(
        says,
        state,
        lambda shop, label: label.tracking_extra.update(status_code=status, status_detail_code=detail, **more),
    )


for detail in ("IN_TRANSIT", "HUB_SCAN_OUT", "CUSTOMS_CLEARED", "INFORMATION"):
    codes(f"EX with the movement {detail}", "exception", "EX", detail)
for detail in ("DELIVERED_TO_NEIGHBOUR", "DELIVERED_TO_ALTERNATIVE_DELIVERY_LOCATION", "DELIVERED_TO_PO_BOX"):
    codes(f"EX with {detail}", "exception", "EX", detail)
codes("EX with a delay", "exception", "EX", "CARRIER_DELAYS")
codes("EX with a return", "returning_to_sender", "EX", "RETURN_TO_SENDER")
codes("EX with a loss", "lost", "EX", "PARCEL_LOST")
for detail, status, state in (
    ("COD_AMOUNT_PAID", "IT", "in_transit"),
    ("COD_AMOUNT_PAID", "DE", "delivered"),
    ("POST_TRANSIT_STATUS", "IT", "in_transit"),
    ("POST_TRANSIT_STATUS", "DE", "delivered"),
):
    codes(f"{status} with {detail}, which says nothing of its own,", state, status, detail)
for detail in ("NOT_DELIVERED", "CUSTOMER_MOVED", "PARCEL_DAMAGED"):
    codes(f"EX with {detail}, which may go on,", "exception", "EX", detail)
codes("EX with a parcel that was not collected", "returning_to_sender", "EX", "NOT_COLLECTED_FROM_PICKUP_POINT")
codes("SP with a delivery to a service point", "available_for_pickup", "SP", "")


@LIVES.life("R13", state="partially_delivered", shows="MUG", documented={"status_description": "Partially delivered"})
def a_parcel_that_was_delivered_in_part_leaves_the_order_partially_delivered(shop: Shop) -> None:
    shop.deliver(shop.buy_label(shop.add_order("1001"), tracking_number="MUG"), detail="DELIVERED_IN_PART")


def delivered_in_part(**top: Any) -> Callable[[Shop], object]:
    """A part was delivered, as a scan says; what the top level says is given."""

    def given(shop: Shop) -> None:
        label = shop.buy_label(shop.add_order("1001"), tracking_number="MUG")
        shop.deliver(label, detail="DELIVERED_IN_PART")
        label.tracking_extra.update(top)

    return given


for says, top in (
    ("a bare DE", {"status_code": "DE", "status_detail_code": None}),
    ("DE with a code that says nothing", {"status_code": "DE", "status_detail_code": "POST_TRANSIT_STATUS"}),
    ("a top level that lags", {"status_code": "IT", "status_detail_code": "IN_TRANSIT"}),
):
    LIVES.add(
        "R13",
        f"a scan of a delivery in part counts under {says}",
        delivered_in_part(**top),
        state="partially_delivered",
        shows="MUG",
        documented={"status_description": "Partially delivered"},
        summary=("has been delivered in part", "not has not been shipped"),
    )
LIVES.add(
    "R13",
    "DE with DELIVERED is a whole delivery, whatever a scan says of a part",
    delivered_in_part(status_code="DE", status_detail_code="DELIVERED"),
    state="delivered",
    shows="MUG",
)


@LIVES.life("R13", state="delivered", shows="MUG")
def a_delivery_after_one_in_part_is_whole(shop: Shop) -> None:
    label = shop.buy_label(shop.add_order("1001"), tracking_number="MUG")
    shop.deliver(label, detail="DELIVERED_IN_PART")
    shop.clock.advance(86_400)
    shop.deliver(label, detail="DELIVERED")
    label.tracking_extra.update(status_code="DE", status_detail_code=None)


@LIVES.life(
    "R13",
    state="partially_delivered",
    shows="MUG",
    summary=("in part; the rest has gone back to the sender", "not another parcel"),
)
def of_a_parcel_that_came_in_part_the_rest_may_go_back(shop: Shop) -> None:
    label = shop.buy_label(shop.add_order("1001"), tracking_number="MUG")
    shop.return_to_sender(label)
    shop.deliver(label, detail="DELIVERED_IN_PART")


# --- back at the sender's --------------------------------------------------------------------------------------------


def turned_round(detail: str, **delivery: Any) -> Callable[[Shop, Any], object]:
    """A parcel that turns round, and is delivered."""

    def given(shop: Shop, label: Any) -> None:
        shop.scan(label)
        shop.return_to_sender(label, detail=detail)
        shop.deliver(label, **{"description": "Delivered, To Original Sender", "detail": "DELIVERED", **delivery})

    return given


for detail in ("RETURN_TO_SENDER", "REFUSED_BY_CUSTOMER"):
    told(
        f"a delivery after {detail}",
        "returned",
        turned_round(detail, city="Columbia", state="SC", postal_code="29201"),
        documented={"status_description": "Returned to sender"},
    )


@LIVES.life("R13", state="returned", shows="MUG")
def ups_turns_round_by_its_own_code(shop: Shop) -> None:
    label = shop.buy_label(shop.add_order("1001"), carrier="ups", tracking_number="MUG")
    shop.scan(label)
    shop.exception(label, detail=None, extra={"carrier_detail_code": "RS"})
    shop.deliver(label, detail=None, city="Austin", state="TX", postal_code="78701")


@LIVES.life("R13", state="delivered", shows="MUG")
def a_parcel_that_turned_round_and_came_again_to_the_recipients_town_is_delivered(shop: Shop) -> None:
    label = shop.buy_label(shop.add_order("1001"), tracking_number="MUG")
    shop.return_to_sender(label)
    shop.out_for_delivery(label)
    shop.deliver(label, detail="DELIVERED")


@LIVES.life("R13", state="returned", shows="MUG")
def an_out_for_delivery_in_the_senders_town_changes_nothing(shop: Shop) -> None:
    label = shop.buy_label(shop.add_order("1001"), tracking_number="MUG")
    shop.return_to_sender(label)
    shop.out_for_delivery(label, city="Columbia", state="SC", postal_code="29201")
    shop.deliver(label, detail="DELIVERED", city="Columbia", state="SC", postal_code="29201")


@LIVES.life("R13", state="returning_to_sender", shows="MUG")
def a_parcel_that_turned_round_and_moves_is_returning(shop: Shop) -> None:
    label = shop.buy_label(shop.add_order("1001"), tracking_number="MUG")
    shop.return_to_sender(label)
    label.tracking_extra.update(status_code="EX", status_detail_code="RETURN_TO_SENDER")


LIVES.add(
    "R13",
    "a delivery with RETURN_TO_SENDER is not told as Delivered",
    lambda shop: shop.buy_label(
        shop.add_order("1001"),
        tracking_number="MUG",
        tracking_extra={
            "status_code": "DE",
            "status_detail_code": "RETURN_TO_SENDER",
            "status_description": "Delivered",
        },
    ),
    state="returning_to_sender",
    shows="MUG",
    documented={"status_description": "Returning to sender"},
    summary=("not has been delivered",),
)

# --- replies without detail codes ------------------------------------------------------------------------------------

told("the classic API's out for delivery", "out_for_delivery", lambda s, order: s.out_for_delivery(order), classic=True)
told("the classic API's movement", "in_transit", lambda s, order: s.scan(order), classic=True)
told("the classic API's delivery", "delivered", lambda s, order: s.deliver(order), classic=True)


def classic_text(text: str, step: str = "scan", **scan: Any) -> Callable[[Shop, Any], object]:
    """A classic reply whose newest scan has this text and no code of the carrier's."""

    def given(shop: Shop, label: Any) -> None:
        shop.scan(label)
        getattr(shop, step)(label, description=text, extra={"event_code": None, **scan})

    return given


told(
    "the text 'Out for Delivery, Expected Delivery by 9:00pm' where no code says more",
    "out_for_delivery",
    classic_text("Out for Delivery, Expected Delivery by 9:00pm"),
    carrier="fedex",
    classic=True,
)
told("the text 'Delivered' alone", "in_transit", classic_text("Delivered, In/At Mailbox"), classic=True)
told("a text in which it stands further on", "in_transit", classic_text("Not yet Out for Delivery"), classic=True)
told("the text 'Lost' alone", "in_transit", classic_text("Lost"), classic=True)

# --- a label alone ---------------------------------------------------------------------------------------------------


@LIVES.life("R13", state="label_created", shows="MUG")
def usps_accepts_data_before_it_has_the_parcel(shop: Shop) -> None:
    label = shop.buy_label(shop.add_order("1001"), tracking_number="MUG")
    label.tracking_extra.update(status_code="AC", status_detail_code=None)


@LIVES.life("R13", state="accepted", shows="MUG")
def usps_has_accepted_a_parcel_that_it_scanned(shop: Shop) -> None:
    shop.accept(shop.buy_label(shop.add_order("1001"), tracking_number="MUG"))


for detail in ("RETURN_TO_SENDER", "REFUSED_BY_CUSTOMER"):
    for says, top in (("a bare DE", None), ("DE with DELIVERED", "DELIVERED")):

        def delivered_back(shop: Shop, detail: str = detail, top: str | None = top) -> None:
            label = shop.buy_label(shop.add_order("1001"), tracking_number="MUG")
            shop.scan(label)
            shop.deliver(label, detail=detail)
            label.tracking_extra.update(status_code="DE", status_detail_code=top)

        LIVES.add(
            "R13",
            f"a delivery whose own scan has {detail} is none under {says}",
            delivered_back,
            state="returning_to_sender",
            shows="MUG",
            documented={"status_description": "Returning to sender"},
        )
