"""One number, several customers: R4 and R5."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from shipstation_aissist import AmbiguousOrderError, OrderNotFoundError
from support.scenarios.life import Shop, Table

LIVES = Table()


def two_orders(this: dict[str, Any], other: dict[str, Any]) -> Any:
    """Two orders with the same number, each with a parcel; the second is the newer."""

    def given(shop: Shop) -> None:
        for name, details in (("ONE", this), ("OTHER", other)):
            shop.scan(shop.buy_label(shop.add_order("1001", **details), tracking_number=name))

    return given


def agree(says: str, this: dict[str, Any], other: dict[str, Any]) -> None:
    """Two recipients that are one, whichever is the newer."""
    outcome: dict[str, Any] = {"state": "in_transit", "shows": "OTHER", "parcels": ("OTHER", "ONE"), "requests": 5}
    LIVES.add("R4", says, two_orders(this, other), **outcome)
    LIVES.add("R4", f"{says}, the other way round", two_orders(other, this), **outcome)


def differ(says: str, this: dict[str, Any], other: dict[str, Any]) -> None:
    """Two recipients that may be two, whichever is the newer; nothing but their shipments is asked for."""
    outcome: dict[str, Any] = {"raises": AmbiguousOrderError, "requests": 1, "traced": (("R4", "se-250002"),)}
    LIVES.add("R4", says, two_orders(this, other), **outcome)
    LIVES.add("R4", f"{says}, the other way round", two_orders(other, this), **outcome)


HOME: dict[str, Any] = {"store_id": "se-1", "postal_code": "29646", "country_code": "US"}
ELSEWHERE = HOME | {"postal_code": "10001"}

# --- R4 --------------------------------------------------------------------------------------------------------------

differ("a number used again by another customer of the store is ambiguous", HOME, ELSEWHERE)
differ("a number that two stores gave to two customers is ambiguous", HOME, ELSEWHERE | {"store_id": "se-2"})
differ("the same postal code in another country is another place", HOME, HOME | {"country_code": "MX"})
differ("a recipient without a code is not the one with a code", HOME, HOME | {"postal_code": None})
differ(
    "recipients without a code in two stores may be strangers",
    *(HOME | {"postal_code": "", "store_id": store} for store in ("se-1", "se-2")),
)
differ(
    "recipients without a code in no store may be strangers", *(2 * (HOME | {"postal_code": None, "store_id": None},))
)
differ(
    "recipients without a code in two countries are two",
    *(HOME | {"postal_code": None, "country_code": country} for country in ("HK", "IE")),
)
differ("an unknown country does not make two codes one", HOME, ELSEWHERE | {"country_code": None})
agree("a replacement copied to another store is the same order", HOME, HOME | {"store_id": "se-2"})
agree("a ZIP with and without its last four digits is one code", HOME, HOME | {"postal_code": "29646-1234"})
agree(
    "a code is the same in capitals, with blanks or without",
    *(HOME | {"country_code": "GB", "postal_code": code} for code in ("SW1A 1AA", "sw1a1aa")),
)
agree("a country is the same in small letters", HOME, HOME | {"country_code": "us"})
agree("an unknown country agrees with any", HOME, HOME | {"country_code": None, "postal_code": "29646-0001"})
agree("a country of blanks is an unknown one", HOME, HOME | {"country_code": " "})
agree(
    "a code of nothing but a hyphen is none",
    *(HOME | {"country_code": "IE", "postal_code": code} for code in ("-", None)),
)
agree("recipients without any address are one in the same store", *(2 * (HOME | {"extra": {"ship_to": None}},)))
agree("recipients without a code are one in the same store", *(2 * (HOME | {"postal_code": None},)))


@LIVES.life("R4", state="in_transit", shows="ONE", requests=4)
def a_strangers_cancelled_shipment_is_left_out_while_a_live_one_matches(shop: Shop) -> None:
    shop.scan(shop.buy_label(shop.add_order("1001", **HOME), tracking_number="ONE"))
    shop.cancel(shop.add_order("1001", **ELSEWHERE))


@LIVES.life("R4", raises=AmbiguousOrderError, requests=3)
def cancelled_orders_of_two_customers_are_ambiguous(shop: Shop) -> None:
    shop.cancel(shop.add_order("1001", **HOME))
    shop.cancel(shop.add_order("1001", **ELSEWHERE))


@LIVES.life("R4", raises=AmbiguousOrderError, requests=4)
def a_strangers_cancelled_shipment_whose_parcel_travels_is_not_left_out(shop: Shop) -> None:
    shop.add_order("1001", **HOME)
    cancelled = shop.add_order("1001", **ELSEWHERE)
    label = shop.buy_label(cancelled)
    shop.cancel(cancelled)
    shop.scan(label)


@LIVES.life("R4", state="not_shipped", requests=5)
def a_strangers_cancelled_shipment_with_a_label_that_nobody_scanned_is_left_out_in_silence(shop: Shop) -> None:
    shop.add_order("1001", **HOME)
    cancelled = shop.add_order("1001", **ELSEWHERE)
    shop.buy_label(cancelled)
    shop.cancel(cancelled)


@LIVES.life("R4", settings={"store_id": "se-2"}, state="in_transit", shows="OTHER", requests=3)
def with_its_store_an_ambiguous_number_is_one_order(shop: Shop) -> None:
    two_orders(HOME, ELSEWHERE | {"store_id": "se-2"})(shop)


# --- R5 --------------------------------------------------------------------------------------------------------------

for code, whose in (("29646", "ONE"), ("10001", "OTHER")):
    LIVES.add(
        "R5",
        f"with the postal code {code}, of two customers the one who lives there is answered",
        two_orders(HOME, ELSEWHERE | {"store_id": "se-2"}),
        postal_code=code,
        state="in_transit",
        shows=whose,
        warnings=("goes to another recipient",),
        requests=3,
    )


def one_order(country: str | None, code: str | None) -> Any:
    """An order that goes there."""

    def given(shop: Shop) -> None:
        order = shop.add_order("1001", country_code=country, postal_code=code)
        shop.scan(shop.buy_label(order, tracking_number="MUG"))

    return given


for country, have, typed in (
    ("US", "29646", "29646-1234"),
    ("US", "29646-1234", " 29646 "),
    ("US", "296461234", "29646"),
    ("US", "02139", "2139"),
    ("US", "2139-4307", "02139"),
    ("US", "00501", "501"),
    ("US", "29646", "US-29646"),
    ("US", "29646", "29-646"),
    ("us", "29646", "\uff12\uff19\uff16\uff14\uff16"),
    ("GB", "SW1A 1AA", "sw1a1aa"),
    ("GB", "sw1a-1aa", "SW1A\u00a01AA"),
    ("NL", "1234 AB", "nl-1234ab"),
    ("DE", "DE-01067", "01067"),
    ("CA", "K1A\u20110B1", "k1a 0b1"),
    (None, "SW1A 1AA", "SW1A1AA"),
    (None, "29646-1234", "29646"),
    ("JP", "1500002", "\u3012150\u30fc0002"),
    ("DE", "10115", "D-10115"),
    ("PR", "00601-1234", "00601"),
    ("USA", "02139", "2139"),
):
    LIVES.add(
        "R5",
        f"{typed!a} is where {have!a} of {country} is",
        one_order(country, have),
        postal_code=typed,
        state="in_transit",
        shows="MUG",
        requests=3,
    )
for country, have, typed in (
    ("US", "29646", "29647"),
    ("US", "02139", "21390"),
    ("US", "29646", "296"),
    ("US", "n/a", "00000"),
    ("HK", "00000", "00000"),
    ("HK", "0", "0"),
    ("AE", "N/A", "N/A"),
    ("HK", "999077", "999077"),
    ("US", None, "29646"),
    ("US", None, "no digits"),
    ("US", "", "29646"),
    ("GB", "SW1A 1AA", "SW1A"),
    ("DE", "01067", "1067"),
    ("DE", "29646", "296461234"),
    ("MX", "29646-1234", "29646"),
):
    LIVES.add(
        "R5",
        f"{typed!a} is not where {have!a} of {country} is",
        one_order(country, have),
        postal_code=typed,
        raises=OrderNotFoundError,
        requests=3,
    )


@LIVES.life("R5", postal_code="29646", raises=OrderNotFoundError, requests=3)
def a_shipment_without_any_address_goes_nowhere(shop: Shop) -> None:
    shop.scan(shop.buy_label(shop.add_order("1001", extra={"ship_to": None})))


@LIVES.life("R5", asks="EXT-9", postal_code="29646", state="in_transit", shows="MINE", requests=4)
def a_number_of_somebody_elsewhere_does_not_end_the_chain(shop: Shop) -> None:
    stranger = shop.add_order("EXT-9", postal_code="10001")
    shop.deliver(shop.buy_label(stranger, tracking_number="NOT-YOURS"))
    mine = shop.add_order("mine", shipment_number=None, external_shipment_id="EXT-9", postal_code="29646")
    shop.scan(shop.buy_label(mine, tracking_number="MINE"))


@LIVES.life("R5", postal_code="29647", raises=OrderNotFoundError, requests=3, traced=(("R5", "se-250002"),))
def a_guesser_of_an_ambiguous_number_learns_nothing(shop: Shop) -> None:
    two_orders(HOME, ELSEWHERE)(shop)


@LIVES.life("R5", postal_code="29647", raises=OrderNotFoundError, requests=3)
def a_guesser_of_a_cancelled_order_learns_nothing(shop: Shop) -> None:
    shop.cancel(shop.add_order("1001"))


@LIVES.life(
    "R5",
    asks="se-250001",
    settings={"order_key": "shipment_id"},
    postal_code="29647",
    raises=OrderNotFoundError,
    requests=1,
)
def a_guesser_of_a_shipment_id_learns_nothing(shop: Shop) -> None:
    shop.add_order("1001")


@LIVES.life("R5", postal_code="29646", state="in_transit", shows="NEW", parcels=("NEW", "OLD"), requests=5)
def a_replacement_sent_to_the_same_place_years_later_is_the_same_order(shop: Shop) -> None:
    for year, name in ((2022, "OLD"), (2025, "NEW")):
        order = shop.add_order("1001", created_at=datetime(year, 5, 1, tzinfo=UTC), **HOME)
        shop.scan(shop.buy_label(order, tracking_number=name, at=datetime(year, 5, 2, tzinfo=UTC)))
