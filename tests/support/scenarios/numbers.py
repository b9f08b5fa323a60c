"""What a customer types, and which shipments it finds: R1, R2, R3 and R12."""

from __future__ import annotations

from typing import Any

from shipstation_aissist import (
    AmbiguousOrderError,
    AuthenticationError,
    BadRequestError,
    InternalServerError,
    InvalidOrderIdError,
    InvalidRecipientCheckError,
    OrderNotFoundError,
    PermissionDeniedError,
    RateLimitError,
)
from support.scenarios.life import Shop, Table

LIVES = Table()
NO_TRAFFIC = 0  # requests


def on_its_way(shop: Shop, number: str = "1001", **details: Any) -> None:
    """An order with one parcel that was scanned."""
    order = shop.add_order(number, **details)
    shop.scan(shop.buy_label(order, tracking_number="MUG"))


# --- R1 --------------------------------------------------------------------------------------------------------------

for typed in (" 1001\n", "\u200b1001\ufeff", "\uff11\uff10\uff10\uff11", "#1001", "# 1001"):
    LIVES.add(
        "R1", f"what is typed as {typed!a} is order 1001", on_its_way, asks=typed, state="in_transit", shows="MUG"
    )
for typed in ("", " ", "#", "\u200b", "10\x0001", "10\u202801", "10\ud80001", "1" * 51, "#" + "1" * 51, "1" * 5000):
    LIVES.add(
        "R1",
        f"{typed[:9]!a} with {len(typed)} characters is no order id and nothing is sent",
        on_its_way,
        asks=typed,
        raises=InvalidOrderIdError,
        requests=NO_TRAFFIC,
    )
for typed in (".", "..", "...", "\ue000"):
    LIVES.add(
        "R1",
        f"{typed!a} never reaches a path",
        on_its_way,
        asks=typed,
        settings={"order_key": "shipment_id"},
        raises=InvalidOrderIdError,
        requests=NO_TRAFFIC,
    )
LIVES.add(
    "R1",
    "a number of 50 characters beside its sign is looked up",
    lambda shop: on_its_way(shop, "7" * 50),
    asks="#" + "7" * 50,
    state="in_transit",
    shows="MUG",
)
LIVES.add(
    "R1",
    "what never reaches a path may be a number all the same",
    lambda shop: on_its_way(shop, "..."),
    asks="...",
    state="in_transit",
    shows="MUG",
)
LIVES.add(
    "R1",
    "characters that mean something in a URL are only characters",
    lambda shop: on_its_way(shop, "A/1?b=2&c=#3%20+ü"),
    asks="A/1?b=2&c=#3%20+ü",
    state="in_transit",
    shows="MUG",
)
PATTERN = {"order_id_pattern": r"SHOPIFY-(.*)"}
LIVES.add(
    "R1",
    "group 1 of the pattern goes on",
    on_its_way,
    asks="SHOPIFY-1001",
    settings=PATTERN,
    state="in_transit",
    shows="MUG",
)
LIVES.add(
    "R1",
    "what matches a pattern without a group goes on whole",
    lambda shop: on_its_way(shop, "SHOPIFY-1001"),
    asks="shopify-1001",
    settings={"order_id_pattern": r"[a-z]+-\d+"},
    state="in_transit",
    shows="MUG",
)
for typed in ("1001", "XSHOPIFY-1001", "SHOPIFY-", "SHOPIFY-  ", "SHOPIFY- #"):
    LIVES.add(
        "R1",
        f"{typed!a} breaks the pattern or leaves nothing of the id",
        on_its_way,
        asks=typed,
        settings=PATTERN,
        raises=InvalidOrderIdError,
        requests=NO_TRAFFIC,
    )
for blank in ("", " ", "-", "\u00a0\u200b"):
    LIVES.add(
        "R1",
        f"the postal code {blank!a} is blank and nothing is sent",
        on_its_way,
        postal_code=blank,
        raises=InvalidRecipientCheckError,
        requests=NO_TRAFFIC,
    )

for blank in ("", " ", "robin", "robin@", "@"):
    LIVES.add(
        "R1",
        f"the e-mail {blank!a} is none and nothing is sent",
        on_its_way,
        email=blank,
        raises=InvalidRecipientCheckError,
        requests=NO_TRAFFIC,
    )

# --- R2 --------------------------------------------------------------------------------------------------------------

LIVES.add("R2", "one parcel found at once costs 3", on_its_way, state="in_transit", shows="MUG", requests=3)
LIVES.add("R2", "nothing found costs 3", on_its_way, asks="2002", raises=OrderNotFoundError, requests=3)


@LIVES.life("R2", asks="EXT-9", state="in_transit", shows="MUG", requests=4)
def an_order_made_through_the_api_is_found_by_its_external_id(shop: Shop) -> None:
    on_its_way(shop, "api order", shipment_number=None, external_shipment_id="EXT-9")


@LIVES.life("R2", asks="#9", state="in_transit", shows="MUG", requests=5)
def the_external_id_keeps_the_sign_that_was_typed(shop: Shop) -> None:
    on_its_way(shop, "api order", shipment_number=None, external_shipment_id="#9")


@LIVES.life("R2", state="in_transit", shows="MUG", requests=5)
def a_number_that_the_store_keeps_with_its_sign_is_found_third(shop: Shop) -> None:
    on_its_way(shop, "order with sign", shipment_number="#1001")


def _number_with_and_without_sign(shop: Shop) -> None:
    on_its_way(shop, "1001", store_id="se-1")
    shop.add_order("other", shipment_number="#1001", store_id="se-2", recipient="Somebody Else", postal_code="10001")


LIVES.add(
    "R2",
    "a number that two stores keep with and without its sign is ambiguous for who typed the sign",
    _number_with_and_without_sign,
    asks="#1001",
    raises=AmbiguousOrderError,
    requests=2,
)


def _with_external_id(shop: Shop) -> None:
    on_its_way(shop, "1001", external_shipment_id="EXT-9")


LIVES.add(
    "R2",
    "by number alone, no external id is tried",
    _with_external_id,
    asks="EXT-9",
    settings={"order_key": "number"},
    raises=OrderNotFoundError,
    requests=2,
)
LIVES.add(
    "R2",
    "by external id alone, no number is tried",
    _with_external_id,
    settings={"order_key": "external_id"},
    raises=OrderNotFoundError,
    requests=1,
)
LIVES.add(
    "R2",
    "by shipment id, that shipment is asked for",
    on_its_way,
    asks="se-250001",
    settings={"order_key": "shipment_id"},
    state="in_transit",
    shows="MUG",
    requests=3,
)
LIVES.add(
    "R2",
    "a shipment id that does not exist is no order",
    on_its_way,
    asks="se-999",
    settings={"order_key": "shipment_id"},
    raises=OrderNotFoundError,
    requests=1,
)


def _failing(fault: int | str, step: str, **details: Any) -> Any:
    """The account's shipment list fails at one step of the chain."""
    steps = {
        "first": lambda query: query.get("shipment_number") == "1001",
        "second": lambda query: "external_shipment_id" in query,
        "third": lambda query: query.get("shipment_number") == "#1001",
    }

    def given(shop: Shop) -> None:
        on_its_way(shop, "order with sign", shipment_number="#1001")
        shop.always_fail(fault, lambda path, query: path == "/v2/shipments" and steps[step](query), **details)

    return given


for fault in (400, 403, 404, "plan"):
    LIVES.add(
        "R2",
        f"a refusal ({fault}) of the optional second step is no match",
        _failing(fault, "second"),
        state="in_transit",
        shows="MUG",
        requests=5,
        traced=(("R2", None),),
    )
    LIVES.add(
        "R2",
        f"a refusal ({fault}) of the optional third step is no match",
        _failing(fault, "third"),
        raises=OrderNotFoundError,
        requests=3,
        traced=(("R2", None),),
    )
for fault, error in ((401, AuthenticationError), (429, RateLimitError), (503, InternalServerError)):
    for step, cost in (("first", 1), ("second", 2), ("third", 3)):
        LIVES.add(
            "R2",
            f"a fault ({fault}) of the {step} step is raised",
            _failing(fault, step),
            raises=error,
            requests=cost,
        )
LIVES.add(
    "R2",
    "a refusal of the first step is raised",
    _failing(403, "first"),
    raises=PermissionDeniedError,
    requests=1,
)


def _by_shipment_id(says: str, fault: int, **outcome: Any) -> None:
    def given(shop: Shop) -> None:
        on_its_way(shop)
        shop.fail_next(fault)

    LIVES.add("R2", says, given, asks="se-250001", settings={"order_key": "shipment_id"}, requests=1, **outcome)


_by_shipment_id("a fault of a look-up by shipment id is raised", 503, raises=InternalServerError)
_by_shipment_id("a refusal of a look-up by shipment id is raised", 403, raises=PermissionDeniedError)
_by_shipment_id("a shipment that is gone is no order", 404, raises=OrderNotFoundError)
_by_shipment_id("a value that the API does not take is no missing order", 400, raises=BadRequestError)

# --- R12 -------------------------------------------------------------------------------------------------------------

SHOPIFY = {"4501234567890": "#1001"}
LIVES.add(
    "R12",
    "a platform's id is turned into the number that is looked up",
    on_its_way,
    asks="4501234567890",
    settings={"resolve_order_id": SHOPIFY.get},
    state="in_transit",
    shows="MUG",
    requests=3,
)
LIVES.add(
    "R12",
    "an id that the resolver does not know is no order",
    on_its_way,
    asks="1001",
    settings={"resolve_order_id": SHOPIFY.get},
    raises=OrderNotFoundError,
    requests=NO_TRAFFIC,
)
LIVES.add(
    "R12",
    "an exception of the resolver's own goes through",
    on_its_way,
    settings={"resolve_order_id": SHOPIFY.__getitem__},
    raises=KeyError,
    requests=NO_TRAFFIC,
)
for nonsense in ("", "1" * 51, 1001):
    LIVES.add(
        "R12",
        f"{str(nonsense)[:5]!r} from the resolver ({type(nonsense).__name__}) is no number to look up",
        on_its_way,
        settings={"resolve_order_id": lambda _, nonsense=nonsense: nonsense},
        raises=InvalidOrderIdError,
        requests=NO_TRAFFIC,
    )
LIVES.add(
    "R12",
    "the resolver gets what the pattern leaves",
    on_its_way,
    asks="shop:4501234567890",
    settings={"order_id_pattern": r"shop:(\d+)", "resolve_order_id": SHOPIFY.get},
    state="in_transit",
    shows="MUG",
)
