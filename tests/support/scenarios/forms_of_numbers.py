"""A parcel's number in other forms, a reply about another parcel, lists that do not add up: R3."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from shipstation_aissist import OrderNotFoundError
from support.scenarios.life import Shop, Table
from support.scenarios.numbers import on_its_way

LIVES = Table()


def form(says: str, number: str, reply: str, *, same: bool, shows: str | None = None) -> None:
    """A delivered parcel with this number, whose tracking reply names it in this form; the label's is shown."""
    outcome: dict[str, Any] = {"state": "delivered", "shows": shows or number, "requests": 3}
    if not same:
        outcome = {"state": "unknown", "shows": number, "warnings": (f"Tracking of {number}",), "requests": 4}
    LIVES.add(
        "R3",
        says,
        lambda shop: shop.deliver(
            shop.buy_label(
                shop.add_order("1001"), tracking_number=number, tracked_as=reply, extra={"tracking_status": None}
            )
        ),
        **outcome,
    )


form("420 and a postal code stand before it", "9400111899223100001234", "420296469400111899223100001234", same=True)
form("420 and nine digits do", "9400111899223100001234", "420296461234" + "9400111899223100001234", same=True)
form("92 stands before FedEx SmartPost's", "612909876543210", "92612909876543210", same=True)
form("the label has more of it than the reply", "92612909876543210", "612909876543210", same=True)
form("leading zeros do not count", "0123456789012", "123456789012", same=True)
form("leading zeros do not count the other way round", "771234567899", "000771234567899", same=True)
form(
    "blanks and dashes do not count",
    "9400111899223100001234",
    "9400 1118 9922-3100-0012\u201334",
    same=True,
    shows="9400 1118 9922-3100-0012\u201334",
)
form("a short end of it is another number", "1Z9999990312345678", "12345678", same=False)
form("another number that begins like it is another", "9400111899223100001234", "9400111899223100001235", same=False)
form("one digit more in the middle is another number", "9400111899223100001234", "94001118992231000012344", same=False)


def _numbers_in_the_single_label(shop: Shop, *, alternatives: tuple[str, ...]) -> None:
    label = shop.buy_label(
        shop.add_order("1001"),
        tracking_number="MUG",
        alternative_numbers=alternatives,
        tracked_as="LX123456789US",
        extra={"tracking_status": None},
    )
    shop.deliver(label)
    shop.lean_lists = True


LIVES.add(
    "R3",
    "a label is read by its id before a reply with a number that the list did not have is refused",
    lambda shop: _numbers_in_the_single_label(shop, alternatives=("LX123456789US",)),
    state="delivered",
    shows="MUG",
    requests=4,
)
LIVES.add(
    "R3",
    "a number that the single label does not have either is a stranger's",
    lambda shop: _numbers_in_the_single_label(shop, alternatives=("LX999",)),
    state="unknown",
    shows="MUG",
    warnings=("Tracking of MUG",),
    requests=4,
)


def _another_year(year: int, **label: Any) -> Any:
    def given(shop: Shop) -> None:
        bought = shop.buy_label(shop.add_order("1001"), tracking_number="MUG", **label)
        shop.scan(bought, at=datetime(year, 3, 2, tzinfo=UTC))
        shop.deliver(bought, at=datetime(year, 3, 4, tzinfo=UTC))

    return given


LIVES.add(
    "R3",
    "a delivery years before the label was made is another parcel's",
    _another_year(2022),
    state="unknown",
    shows="MUG",
    tracking={"events": (), "actual_delivery_date": None},
    warnings=("MUG",),
)


@LIVES.life("R3", state="delivered", shows="MUG")
def a_scan_the_day_before_the_label_was_made_is_a_matter_of_clocks(shop: Shop) -> None:
    label = shop.buy_label(shop.add_order("1001"), tracking_number="MUG")
    shop.deliver(label, at=label.created_at - timedelta(hours=47))


@LIVES.life("R3", state="in_transit", shows="MUG")
def old_scans_beside_a_new_one_are_no_matter(shop: Shop) -> None:
    label = shop.buy_label(shop.add_order("1001"), tracking_number="MUG")
    shop.scan(label, at=datetime(2022, 3, 2, tzinfo=UTC))
    shop.scan(label)


for store in ("415302", "se-415302", " se-415302 ", " 415302"):
    LIVES.add(
        "R3",
        f"the store {store!r} is se-415302",
        lambda shop: on_its_way(shop, store_id="se-415302"),
        settings={"store_id": store},
        state="in_transit",
        shows="MUG",
        requests=3,
    )
LIVES.add(
    "R3",
    "the store 41530 is not se-415302",
    lambda shop: on_its_way(shop, store_id="se-415302"),
    settings={"store_id": "41530"},
    raises=OrderNotFoundError,
)


@LIVES.life("R3", state="in_transit", shows="MUG", parcels=("MUG",))
def a_label_that_comes_twice_under_two_ids_is_one_parcel(shop: Shop) -> None:
    on_its_way(shop)
    shop.scan(shop.buy_label("1001", tracking_number="MUG"))


@LIVES.life("R3", state="unknown", shows="ELSEWHERE", parcels=("ELSEWHERE",))
def a_fulfillment_that_comes_twice_is_one_parcel(shop: Shop) -> None:
    order = shop.add_order("1001")
    shop.mark_shipped(order, tracking_number="ELSEWHERE")
    shop.mark_shipped(order, tracking_number="ELSEWHERE")


@LIVES.life("R3", state="in_transit", shows="MUG", warnings=("",))
def fewer_labels_than_the_list_counts_are_said(shop: Shop) -> None:
    on_its_way(shop)
    shop.rewrite(lambda reply: reply | {"total": 2} if "labels" in reply else reply)
