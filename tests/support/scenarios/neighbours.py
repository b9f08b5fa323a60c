"""One number and one postal code, and yet perhaps two people: the second proof of R4; codes that are none."""

from __future__ import annotations

from typing import Any

from shipstation_aissist import AmbiguousOrderError, OrderNotFoundError
from support.scenarios.life import Shop, Table
from support.scenarios.recipients import HOME, two_orders

LIVES = Table()
ONE: dict[str, Any] = {"state": "in_transit", "shows": "OTHER", "parcels": ("OTHER", "ONE"), "requests": 5}
TWO: dict[str, Any] = {"raises": AmbiguousOrderError, "requests": 1}
NOBODY: dict[str, Any] = {"email": None, "phone": None, "street": None, "recipient": None}


def person(**details: Any) -> dict[str, Any]:
    """Somebody at the same postal code, of whom only this is known."""
    return HOME | NOBODY | details


def same(says: str, this: dict[str, Any], other: dict[str, Any]) -> None:
    """Two records of one person, in one store and in two."""
    LIVES.add("R4", says, two_orders(person(**this), person(**other)), **ONE)
    LIVES.add("R4", f"{says}, in two stores", two_orders(person(**this), person(**other, store_id="se-2")), **ONE)


def others(says: str, this: dict[str, Any], other: dict[str, Any]) -> None:
    """Two people, in one store and in two."""
    LIVES.add("R4", says, two_orders(person(**this), person(**other)), **TWO)
    LIVES.add("R4", f"{says}, in two stores", two_orders(person(**this), person(**other, store_id="se-2")), **TWO)


KIM: dict[str, Any] = {"recipient": "Kim Park", "street": "99 Oak Road", "email": "kim@example.com", "phone": "5550100"}
JO: dict[str, Any] = {"recipient": "Jo Doe", "street": "12 Elm Street", "email": "jo@example.com", "phone": "5552345"}

others("two neighbours with other names and streets are two orders", KIM, JO)
others("other names alone are two orders", {"recipient": "Kim Park"}, {"recipient": "Jo Doe"})
others("a house number alone is no street", {"street": "12 Elm Street"}, {"street": "12 Oak Road"})
others("a street alone is no house", {"street": "12 Elm Street"}, {"street": "14 Elm Street"})
others("an initial is no name", {"recipient": "J Park"}, {"recipient": "J Doe"})
others("the last four digits of a phone are no phone", {"phone": "555-0100"}, {"phone": "666-0100"})
others("e-mails of one host are not one", {"email": "kim@example.com"}, {"email": "jo@example.com"})
same("a name is the same with and without accents", {"recipient": "Zo\u00eb Garc\u00eda"}, {"recipient": "ZOE GARCIA"})
same("a name is the same with an initial", {"recipient": "Jordan B. Doe"}, {"recipient": "Jordan Doe"})
same("a name is the same the other way round", {"recipient": "Doe, Jordan"}, {"recipient": "Jordan Doe"})
same("a street is the same in short", {"street": "12 Elm Street"}, {"street": "12 ELM ST."})
same("a phone is the same with its country", {"phone": "+1 (555) 555-2345"}, {"phone": "555.555.2345"})
same("an e-mail is the same in capitals", {"email": "Jo@Example.com"}, {"email": "jo@example.com"})
same("one proof is enough: the street", JO | {"recipient": "Kim Park"}, JO | {"email": "work@example.com"})
same("one proof is enough: the e-mail", KIM, KIM | {"recipient": "Sam Roe", "street": "1 Far Lane", "phone": None})
same("where one side has none of these, the place is all there is", KIM, {})
others(
    "where both have something, and nothing of it in common, nothing proves that they are one",
    {"recipient": "Kim"},
    {"phone": "5550100"},
)


@LIVES.life("R4", told_of=1, raises=AmbiguousOrderError)
def a_notification_does_not_lead_to_a_neighbours_parcel_either(shop: Shop) -> None:
    two_orders(person(**KIM), person(**JO))(shop)


@LIVES.life("R4", told_of=1, state="in_transit", shows="OTHER", parcels=("OTHER", "ONE"))
def a_notification_leads_to_all_parcels_of_one_customer(shop: Shop) -> None:
    two_orders(person(**KIM), person(**KIM, store_id="se-2"))(shop)


for country, placeholder in (("HK", "00000"), ("AE", "N/A"), ("HK", "999077"), ("IE", "none"), ("AE", "UNKNOWN")):
    LIVES.add(
        "R4",
        f"{placeholder!r} is the code of everybody in {country}",
        two_orders(
            HOME | KIM | {"country_code": country, "postal_code": placeholder},
            HOME | JO | {"country_code": country, "postal_code": placeholder, "store_id": "se-2"},
        ),
        **TWO,
    )


LIVES.add(
    "R4",
    "of a placeholder in two stores, with nothing else known, nothing proves that it is one place",
    two_orders(*(person(country_code="HK", postal_code="00000", store_id=store) for store in ("se-1", "se-2"))),
    **TWO,
)


@LIVES.life("R4", state="in_transit", shows="OUT", parcels=("OUT",), returns=())
def the_way_back_to_the_shop_does_not_make_an_order_ambiguous(shop: Shop) -> None:
    order = shop.add_order("1001")
    shop.scan(shop.buy_label(order, tracking_number="OUT"))
    shop.add_return_shipment(order)


# --- R5 --------------------------------------------------------------------------------------------------------------


def living(**details: Any) -> Any:
    """An order of somebody."""

    def given(shop: Shop) -> None:
        shop.scan(shop.buy_label(shop.add_order("1001", **details), tracking_number="MUG"))

    return given


THERE: dict[str, Any] = {"state": "in_transit", "shows": "MUG", "requests": 3}
NOT_THERE: dict[str, Any] = {"raises": OrderNotFoundError, "requests": 3}

for country, have, typed in (
    ("JP", "150-0002", "\u3012150-0002"),
    ("JP", "1500002", "\uff11\uff15\uff10\u30fc\uff10\uff10\uff10\uff12"),
    ("DE", "10115", "D-10115"),
    ("PR", "00601", "00601-1234"),
    ("PR", "00601-1234", "601"),
    ("USA", "29646", "29646-1234"),
    ("UK", "SW1A 1AA", "GB-SW1A1AA"),
    ("GBR", "SW1A 1AA", "sw1a 1aa"),
    ("US", "29646\u20131234", "29646"),
    (None, "29646", "29646-1234"),
):
    LIVES.add(
        "R5",
        f"{typed!a} is where {have!a} of {country} is, in the second edition too",
        living(country_code=country, postal_code=have),
        postal_code=typed,
        **THERE,
    )
for country, have, typed in (
    ("HK", "00000", "00000"),
    ("HK", "00000", "0"),
    ("AE", "N/A", "N/A"),
    ("AE", "N/A", "00000"),
    ("AE", "na", "NA"),
    ("HK", "999077", "999077"),
    ("IE", "NULL", "NULL"),
    ("US", "00000", "00000-0000"),
):
    LIVES.add(
        "R5",
        f"{have!a} of {country} is a placeholder: {typed!a} is not there",
        living(country_code=country, postal_code=have),
        postal_code=typed,
        **NOT_THERE,
    )
