"""Servers that return more than was asked for: R3."""

from __future__ import annotations

from typing import Any

from shipstation_aissist import InternalServerError, OrderNotFoundError
from support.scenarios.life import Shop, Table
from support.scenarios.numbers import on_its_way

LIVES = Table()


def _neighbours(shop: Shop) -> None:
    """Orders of other customers, with numbers that look alike and parcels of their own."""
    for number in ("10010", "21001", "100", "A-1001"):
        stranger = shop.add_order(number, recipient=f"Stranger {number}")
        shop.deliver(shop.buy_label(stranger, tracking_number=f"NOT-YOURS-{number}"))


def _among_neighbours(match: Any) -> Any:
    def given(shop: Shop) -> None:
        on_its_way(shop)
        _neighbours(shop)
        shop.shipment_number_match = match

    return given


def _only_neighbours(match: Any) -> Any:
    def given(shop: Shop) -> None:
        _neighbours(shop)
        shop.shipment_number_match = match

    return given


for match in ("prefix", "substring", "ignored"):
    LIVES.add(
        "R3",
        f"a number filter that works as {match} shows no stranger's parcel",
        _among_neighbours(match),
        state="in_transit",
        shows="MUG",
        requests=3,
        traced=(("R3", "se-250002"),),
    )
    LIVES.add(
        "R3",
        f"a number filter that works as {match} finds nothing instead of a stranger",
        _only_neighbours(match),
        raises=OrderNotFoundError,
        requests=3,
    )


@LIVES.life("R3", state="in_transit", shows="MUG", requests=3)
def a_server_that_ignores_every_filter_shows_only_what_was_asked_for(shop: Shop) -> None:
    _neighbours(shop)
    on_its_way(shop)
    shop.ignore_filters = True


@LIVES.life("R3", raises=OrderNotFoundError, requests=3)
def a_server_that_ignores_every_filter_finds_nothing_instead_of_everything(shop: Shop) -> None:
    _neighbours(shop)
    on_its_way(shop, "no number", shipment_number=None)
    shop.ignore_filters = True


@LIVES.life("R3", asks="ab-1001", state="in_transit", shows="MUG")
def numbers_are_compared_without_regard_to_case(shop: Shop) -> None:
    on_its_way(shop, "AB-1001")


@LIVES.life("R3", asks="ext-9", raises=OrderNotFoundError, requests=3)
def external_ids_are_compared_exactly(shop: Shop) -> None:
    on_its_way(shop, "api order", shipment_number=None, external_shipment_id="EXT-9")
    shop.ignore_filters = True


@LIVES.life("R3", asks="00001001", raises=OrderNotFoundError)
def leading_zeros_of_a_number_count(shop: Shop) -> None:
    on_its_way(shop, "1001")
    shop.ignore_filters = True


@LIVES.life("R3", settings={"store_id": "se-2"}, state="in_transit", shows="MUG", requests=3)
def a_store_that_was_asked_for_narrows_even_if_its_filter_is_ignored(shop: Shop) -> None:
    stranger = shop.add_order("1001", store_id="se-1", postal_code="10001")
    shop.deliver(shop.buy_label(stranger, tracking_number="NOT-YOURS"))
    on_its_way(shop, "1001", store_id="se-2")
    shop.ignore_filters = True


@LIVES.life("R3", settings={"store_id": "se-3"}, raises=OrderNotFoundError, requests=3)
def another_stores_order_is_not_found(shop: Shop) -> None:
    on_its_way(shop, "1001", store_id="se-2")
    on_its_way(shop, "1001", store_id=None)
    shop.ignore_filters = True


@LIVES.life("R3", asks="se-250001", settings={"order_key": "shipment_id"}, raises=OrderNotFoundError, requests=1)
def a_shipment_that_is_not_the_one_asked_for_is_dropped(shop: Shop) -> None:
    on_its_way(shop)
    shop.rewrite(lambda record: record | {"shipment_id": "se-250009"}, path="/v2/shipments/se-250001")


@LIVES.life(
    "R3",
    asks="se-250001",
    settings={"order_key": "shipment_id", "store_id": "se-7"},
    raises=OrderNotFoundError,
    requests=1,
)
def a_shipment_by_its_id_must_be_of_the_store_too(shop: Shop) -> None:
    on_its_way(shop)


@LIVES.life("R3", state="not_shipped", warnings=("a label was bought",), requests=3)
def labels_that_name_no_shipment_belong_to_none(shop: Shop) -> None:
    shop.add_order("1001")
    shop.buy_label("1001", extra={"shipment_id": None})


@LIVES.life("R3", state="not_shipped", requests=3, traced=(("R3", "se-350001"), ("R3", "se-450001")))
def other_orders_labels_and_fulfillments_are_dropped(shop: Shop) -> None:
    shop.add_order("1001")
    _neighbours(shop)
    shop.mark_shipped(shop.add_order("3003"), tracking_number="NOT-YOURS-3003")
    shop.ignore_filters = True


@LIVES.life(
    "R3",
    state="unknown",
    shows="MUG",
    warnings=("Tracking of MUG could not be read",),
    requests=4,
    traced=(("R3", "se-350001"), ("R8", "se-350001")),
)
def a_tracking_reply_about_a_strangers_number_is_a_failed_one(shop: Shop) -> None:
    shop.add_order("1001")
    shop.deliver(shop.buy_label("1001", tracking_number="MUG", extra={"tracking_status": "in_transit"}))
    shop.rewrite(lambda reply: reply | {"tracking_number": "NOT-YOURS"}, path="/track")


@LIVES.life("R3", state="unknown", shows="MUG", warnings=("older than its label",), requests=3)
def a_tracking_reply_from_long_before_the_label_is_about_another_parcel(shop: Shop) -> None:
    label = shop.buy_label(shop.add_order("1001"), tracking_number="MUG", extra={"tracking_status": "delivered"})
    label.tracking_extra.update(actual_delivery_date="2022-03-12T15:00:00Z")
    shop.deliver(label, extra={"occurred_at": "2022-03-12T15:00:00Z", "carrier_occurred_at": "2022-03-12T10:00:00"})


@LIVES.life("R3", state="delivered", shows="MUG")
def a_tracking_reply_without_a_number_is_the_labels(shop: Shop) -> None:
    shop.add_order("1001")
    shop.deliver(shop.buy_label("1001", tracking_number="MUG", tracking_extra={"tracking_number": ""}))


@LIVES.life("R3", state="delivered", shows="9400 1362-08", parcels=("9400 1362-08",))
def a_tracking_reply_may_write_the_number_with_blanks_and_hyphens(shop: Shop) -> None:
    shop.add_order("1001")
    shop.deliver(
        shop.buy_label("1001", tracking_number="9400136208", tracking_extra={"tracking_number": "9400 1362-08"})
    )


@LIVES.life("R3", state="delivered", shows="MUG")
def a_tracking_reply_may_name_the_last_mile_carriers_number(shop: Shop) -> None:
    shop.add_order("1001")
    label = shop.buy_label("1001", tracking_number="MUG", tracking_extra={"tracking_number": "LAST-MILE"})
    label.extra["alternative_identifiers"] = [{"type": "last_mile_tracking_number", "value": "LAST-MILE"}]
    shop.deliver(label)


@LIVES.life("R3", state="unknown", shows=None, parcels=(None,), warnings=("Tracking of se-350001",))
def a_label_without_a_number_is_not_the_one_of_a_tracking_reply_with_a_number(shop: Shop) -> None:
    shop.add_order("1001")
    label = shop.buy_label("1001", extra={"tracking_number": None, "tracking_status": "unknown"})
    label.extra["packages"] = [{"tracking_number": None}]
    label.extra["alternative_identifiers"] = [{"type": "last_mile_tracking_number", "value": None}]
    shop.deliver(label)


# --- all pages are read ----------------------------------------------------------------------------------------------


@LIVES.life("R3", state="in_transit", shows="P3", parcels=("P3", "P2", "P1"), requests=4 + 3 + 3)
def a_list_of_many_pages_is_read_to_its_end(shop: Shop) -> None:
    order = shop.add_order("1001", shipments=3)
    for place, part in enumerate(order.shipments, start=1):
        shop.scan(shop.buy_label(part, tracking_number=f"P{place}"))
    shop.add_order("1002")
    shop.shipment_number_match = "prefix"
    shop.add_order("1001-B")
    shop.page_size = 1


def _three_parts(shop: Shop) -> None:
    """An order with three labels, of which a page holds one."""
    shop.add_order("1001")
    for place in range(3):
        shop.scan(shop.buy_label("1001", tracking_number=f"P{place}"))
    shop.page_size = 1


def _page_counts_are_missing(reply: Any) -> Any:
    return reply | {"pages": None, "total": None} if "pages" in reply else reply


@LIVES.life("R3", state="in_transit", shows="P3", parcels=("P3", "P2", "P1"))
def a_list_that_does_not_count_its_pages_is_read_until_nothing_new_comes(shop: Shop) -> None:
    order = shop.add_order("1001", shipments=3)
    for place, part in enumerate(order.shipments, start=1):
        shop.scan(shop.buy_label(part, tracking_number=f"P{place}"))
    shop.page_size = 1
    shop.rewrite(_page_counts_are_missing)


@LIVES.life("R3", state="in_transit", shows="MUG", requests=1 + 2 + 1)
def a_list_that_repeats_itself_without_counting_its_pages_ends(shop: Shop) -> None:
    on_its_way(shop)
    first_page: list[Any] = []

    def always_the_same(reply: Any) -> Any:
        if "labels" not in reply:
            return reply
        first_page.extend(reply["labels"])
        return reply | {"pages": None, "labels": first_page[:1]}

    shop.rewrite(always_the_same, path="/v2/labels")


for number in ("1", "2"):
    LIVES.add(
        "R3",
        f"a list whose page {number} cannot be read is not taken for the whole",
        lambda shop, number=number: (
            _three_parts(shop),
            shop.always_fail(503, lambda path, query: path == "/v2/labels" and query["page"] == number),
        ),
        raises=InternalServerError,
    )


def _is_partial(reply: Any) -> Any:
    return reply | {"errors": [{"error_source": "shipengine", "message": "some of it"}]}


@LIVES.life("R3", state="in_transit", shows="MUG", warnings=("a part of its answer is missing",), requests=3)
def a_success_that_tells_of_errors_is_said_to_be_a_part(shop: Shop) -> None:
    on_its_way(shop)
    shop.rewrite(_is_partial)


def _has_no_end(reply: Any) -> Any:
    if "labels" not in reply:
        return reply
    label = reply["labels"][0] if reply["labels"] else {"label_id": "se-1", "shipment_id": "se-999"}
    return reply | {"pages": 10**9, "labels": [label]}


@LIVES.life(
    "R3",
    state="in_transit",
    shows="MUG",
    warnings=("had more than 1000 pages",),
    requests=1 + 1000 + 1,
)
def a_list_that_never_ends_is_cut_at_the_ceiling(shop: Shop) -> None:
    on_its_way(shop)
    shop.rewrite(_has_no_end, path="/v2/labels")
