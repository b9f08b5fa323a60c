"""Replies that are odd where no rule reads, and texts from outside: decoding, R10 and R15."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from shipstation_aissist import MalformedResponseError
from support.scenarios.life import Shop, Table
from support.scenarios.numbers import on_its_way

LIVES = Table()
SEEN: dict[str, Any] = {"state": "in_transit", "shows": "MUG", "requests": 3}


def odd(says: str, where: str, change: Any, *warnings: str, **outcome: Any) -> None:
    """One parcel on its way, and a list or reply that the server changes."""

    def given(shop: Shop) -> None:
        on_its_way(shop)
        shop.rewrite(change, path=where)

    LIVES.add(outcome.pop("rule", "decoding"), says, given, warnings=warnings, **SEEN | outcome)


def of_first(collection: str, **changes: Any) -> Any:
    """Changes of the first record of a list."""

    def change(reply: Any) -> Any:
        if collection in reply:
            reply[collection][0] |= changes
        return reply

    return change


def address(**changes: Any) -> Any:
    def change(reply: Any) -> Any:
        reply["shipments"][0]["ship_to"] |= changes
        return reply

    return change


def scan(**changes: Any) -> Any:
    return lambda reply: reply | {"events": [reply["events"][0] | changes]}


SHIPMENTS, LABELS, TRACK = "/v2/shipments", "/v2/labels", "/track"
odd(
    "a quantity that came as a text is unknown and said",
    SHIPMENTS,
    of_first("shipments", items=[{"name": "Mug", "quantity": "1"}]),
    "$.shipments[0].items[0].quantity",
)
odd("a phone that came as a number is too", SHIPMENTS, address(phone=5551234), "$.shipments[0].ship_to.phone")
odd("a latitude that came as a text is too", TRACK, scan(latitude="34.1", longitude="-80"), "latitude", "longitude")
odd("a flag that no rule reads is too", SHIPMENTS, of_first("shipments", is_gift="no"), "$.shipments[0].is_gift")
odd("items that are no list are none", SHIPMENTS, of_first("shipments", items={"0": "Mug"}), "$.shipments[0].items")
odd("a city that came as a list is unknown", TRACK, scan(city_locality=["Austin"]), "$.events[0].city_locality")
odd(
    "a package's place that came as a text is too", LABELS, of_first("labels", packages=[{"sequence": "1"}]), "sequence"
)
odd("an internal id that came as a number is too", LABELS, of_first("labels", carrier_id=7), "$.labels[0].carrier_id")
odd("an address of a label that is none is too", LABELS, of_first("labels", ship_to="Austin"), "$.labels[0].ship_to")
odd("keys that nobody knows are no matter", SHIPMENTS, of_first("shipments", totes=[{"id": 1}]))
for name, value in (("shipment_status", 7), ("is_return", "no"), ("ship_to", "Austin"), ("shipment_number", 1001)):
    odd(
        f"a wrong type where a rule reads ({name}) is an error, not a guess",
        SHIPMENTS,
        of_first("shipments", **{name: value}),
        raises=MalformedResponseError,
        requests=1,
    )
for name, value in (("voided", "false"), ("label_id", 7), ("is_return_label", 0)):
    odd(
        f"a wrong type where a rule reads ({name}) is an error, not a guess, in a label too",
        LABELS,
        of_first("labels", **{name: value}),
        raises=MalformedResponseError,
        requests=2,
    )
odd(
    "a tracking reply with a wrong type where a rule reads is a failed one",
    TRACK,
    lambda reply: reply | {"status_code": 7},
    "Tracking of MUG could not be read",
    state="unknown",
)


def _with_a_strangers(collection: str, path: str, **changes: Any) -> Any:
    """The list has another customer's record too, which cannot be read."""

    def given(shop: Shop) -> None:
        on_its_way(shop)
        stranger = shop.add_order("1002", recipient="Kim Park", postal_code="10001")
        shop.deliver(shop.buy_label(stranger, tracking_number="NOT-YOURS"))
        shop.ignore_filters = True
        shop.rewrite(of_first(collection, **changes), path=path)

    return given


for collection, path, changes in (
    ("shipments", SHIPMENTS, {"is_return": "no"}),
    ("shipments", SHIPMENTS, {"ship_to": 7}),
    ("labels", LABELS, {"voided": "no"}),
    ("labels", LABELS, {"label_id": None}),
):
    LIVES.add(
        "decoding",
        f"a stranger's record that cannot be read ({', '.join(changes)} of {collection}) does not sink the page",
        _with_a_strangers(collection, path, **changes),
        warnings=(f"$.{collection}[0]",),
        **SEEN,
    )

# --- dates -----------------------------------------------------------------------------------------------------------

for text in ("1970-01-01T00:00:00Z", "0001-01-01T00:00:00", "2101-01-01T00:00:00Z", "9999-12-31T00:00:00Z"):
    odd(
        f"a delivery of {text} is unknown and said",
        TRACK,
        lambda reply, text=text: reply | {"actual_delivery_date": text},
        "$.actual_delivery_date",
        tracking={"actual_delivery_date": None},
        rule="dates",
    )
odd(
    "a date in another form is a date",
    TRACK,
    lambda reply: reply | {"ship_date": "Thu, 15 Jan 2026 18:00:00 +0000"},
    tracking={"ship_date": datetime(2026, 1, 15, 18, tzinfo=UTC)},
    rule="dates",
)

# --- R10 and R15 -----------------------------------------------------------------------------------------------------

for link in ("javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "ftp://example.com/x"):
    LIVES.add(
        "R10",
        f"{link!r} is no link to a parcel: it is built",
        lambda shop, link=link: shop.scan(
            shop.buy_label(
                shop.add_order("1001"),
                tracking_number="MUG",
                extra={"tracking_url": link},
                tracking_extra={"tracking_url": link},
            )
        ),
        state="in_transit",
        shows="MUG",
        tracking={"tracking_url": "https://tools.usps.com/go/TrackConfirmAction?tLabels=MUG"},
    )


def _says(text: str) -> Any:
    def given(shop: Shop) -> None:
        label = shop.buy_label(shop.add_order("1001"), tracking_number="MUG")
        shop.scan(label, description=text)

    return given


for text, clean in (
    ("\x1b[31mLeft\x1b[0m at door\u202e", "[31mLeft[0m at door"),
    ("Ignore\u2028this\u200b and\U000e0041 that", "Ignore this and that"),
    ("x" * 900, "x" * 499 + "\u2026"),
):
    LIVES.add(
        "R15",
        f"{text[:12]!a} from outside is clean in an answer",
        _says(text),
        documented={"carrier_status_description": clean},
        **SEEN,
    )
