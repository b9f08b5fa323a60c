"""Tracking, of which a part may fail, and what it says: R7, R8, R10 and the dates."""

from __future__ import annotations

from datetime import UTC, datetime
from threading import Barrier
from typing import Any

from shipstation_aissist import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    AuthenticationError,
    InternalServerError,
    PermissionDeniedError,
    PlanUpgradeRequiredError,
    RateLimitError,
)
from support.scenarios.life import Shop, Table

LIVES = Table()

# --- R7 --------------------------------------------------------------------------------------------------------------


@LIVES.life("R7", state="in_transit", shows="P9", parcels=tuple(f"P{n}" for n in range(9, -1, -1)), requests=12)
def the_tracking_of_ten_labels_is_asked_for_at_once(shop: Shop) -> None:
    shop.add_order("1001")
    for place in range(10):
        shop.scan(shop.buy_label("1001", tracking_number=f"P{place}"))
    shop.meet_at = Barrier(10)


# --- R8 --------------------------------------------------------------------------------------------------------------


def _alone(fault: int | str, **details: Any) -> Any:
    def given(shop: Shop) -> None:
        shop.deliver(shop.buy_label(shop.add_order("1001"), tracking_number="MUG", extra={"tracking_status": None}))
        shop.fail_tracking(fault, **details)

    return given


SOFT: tuple[tuple[int | str, str], ...] = (
    (400, "shipengine"),
    (404, "shipengine"),
    (410, "shipengine"),
    (302, "shipengine"),
    (500, "carrier"),
    (503, "order_source"),
    ("malformed", "shipengine"),
    ("html", "shipengine"),
)
HARD: tuple[tuple[int | str, type[Exception]], ...] = (
    (401, AuthenticationError),
    ("plan", PlanUpgradeRequiredError),
    (403, PermissionDeniedError),
    (408, APIStatusError),
    (429, RateLimitError),
    (500, InternalServerError),
    (503, InternalServerError),
    ("reset", APIConnectionError),
    ("truncated", APIConnectionError),
    ("timeout", APITimeoutError),
)
for fault, source in SOFT:
    LIVES.add(
        "R8",
        f"the only parcel is reported from its label when its tracking ends in {fault} of {source}",
        _alone(fault, error_source=source),
        state="unknown",
        shows="MUG",
        tracking={
            "tracking_url": "https://tools.usps.com/go/TrackConfirmAction?tLabels=MUG",
            "status_description": "Unknown",
            "carrier_code": "usps",
            "ship_date": datetime(2026, 1, 15, tzinfo=UTC),
            "events": (),
        },
        warnings=("Tracking of MUG could not be read",),
        requests=3,
    )
for fault, error in HARD:
    LIVES.add(
        "R8",
        f"an error is raised when the tracking of the only parcel ends in {fault}",
        _alone(fault),
        raises=error,
        requests=3,
    )


def _two(first: int | str, second: int | str | None = None, **details: Any) -> Any:
    """Two parcels; the tracking of the first one, and perhaps of the second one, fails."""

    def given(shop: Shop) -> None:
        shop.add_order("1001")
        for name, fault in (("BAD", first), ("GOOD", second)):
            label = shop.buy_label("1001", tracking_number=name, extra={"tracking_status": "in_transit"})
            shop.exception(label)
            if fault is not None:
                shop.fail_tracking(fault, label, **details)

    return given


for fault, _ in HARD[:-1]:  # a timeout takes the fake clock's time from the other request too
    LIVES.add(
        "R8",
        f"one of two parcels whose tracking ends in {fault} does not sink the answer",
        _two(fault),
        state="exception",
        shows="GOOD",
        parcels=("GOOD", "BAD"),
        warnings=("Tracking of BAD could not be read",),
        requests=4,
    )
LIVES.add(
    "R8",
    "an error is raised when the tracking of every parcel fails hard",
    _two(503, 401),
    raises=AuthenticationError,
    requests=4,
)
LIVES.add(
    "R8",
    "one parcel that failed softly keeps the answer, though the other failed hard",
    _two(503, 404),
    state="unknown",
    shows="GOOD",
    parcels=("GOOD", "BAD"),
    warnings=("Tracking of GOOD", "Tracking of BAD"),
    requests=4,
)


@LIVES.life("R8", state="label_created", shows=None, parcels=(None, "MUG"), warnings=("Tracking of MUG",), requests=3)
def a_label_that_is_still_made_keeps_the_answer_though_the_other_failed_hard(shop: Shop) -> None:
    _alone(503)(shop)
    shop.buy_label("1001", processing=True)


@LIVES.life(
    "R8",
    state="unknown",
    shows="MUG",
    parcels=("MUG", "ELSEWHERE"),
    warnings=("Tracking of MUG",),
    requests=1 + 2 + 1 + 1,
)
def a_half_that_was_shipped_elsewhere_keeps_the_answer_though_the_label_failed_hard(shop: Shop) -> None:
    elsewhere, here = shop.split(shop.add_order("1001"))
    shop.mark_shipped(elsewhere, tracking_number="ELSEWHERE")
    shop.scan(shop.buy_label(here, tracking_number="MUG", extra={"tracking_status": "in_transit"}))
    shop.fail_tracking(503)


for word, state in (("delivered", "delivered"), ("DELIVERED", "delivered"), ("error", "unknown"), ("", "unknown")):
    LIVES.add(
        "R8",
        f"a label that says {word!r} without tracking is {state}",
        lambda shop, word=word: (
            shop.buy_label(shop.add_order("1001"), tracking_number="MUG", extra={"tracking_status": word}),
            shop.fail_tracking(404),
        ),
        state=state,
        shows="MUG",
        warnings=("Tracking of MUG",),
    )

# --- R10 -------------------------------------------------------------------------------------------------------------


def link(says: str, expected: str | None, carrier: str, *, label: Any = None, tracking: Any = None) -> None:
    """The link of a parcel, whose label and tracking reply have these links and this carrier."""
    LIVES.add(
        "R10",
        says,
        lambda shop: shop.scan(
            shop.buy_label(
                shop.add_order("1001"),
                tracking_number="N 1",
                extra={"carrier_code": carrier, "tracking_url": label},
                tracking_extra={"carrier_code": carrier, "tracking_url": tracking},
            )
        ),
        state="in_transit",
        shows="N 1",
        tracking={"tracking_url": expected},
    )


link(
    "the link is tracking's", "https://t.example/1", "usps", label="https://l.example/1", tracking="https://t.example/1"
)
link("else the label's", "https://l.example/1", "usps", label="https://l.example/1", tracking="")
link("else it is built", "https://tools.usps.com/go/TrackConfirmAction?tLabels=N%201", "stamps_com")
link("it is built for a carrier under another name", "https://www.fedex.com/fedextrack/?trknbr=N%201", "fedex_walleted")
link("a link that is none of the web is none", None, "pigeon_post", label="javascript:alert(1)", tracking="data:,x")
link(
    "after a link that is none of the web comes the next",
    "https://l.example/1",
    "usps",
    label="https://l.example/1",
    tracking="javascript:alert(1)",
)
link("a national company has its own site", "https://track.dpd.co.uk/parcels/N%201", "dpd_uk")
link("it is null for a carrier that is not known", None, "pigeon_post")
LIVES.add(
    "R10",
    "a label without a link, whose tracking cannot be read, gets one that is built",
    lambda shop: (
        shop.buy_label(
            shop.add_order("1001"), tracking_number="MUG", extra={"tracking_url": "", "tracking_status": "unknown"}
        ),
        shop.fail_tracking(404),
    ),
    state="unknown",
    shows="MUG",
    tracking={"tracking_url": "https://tools.usps.com/go/TrackConfirmAction?tLabels=MUG"},
    warnings=("Tracking of MUG",),
)
LIVES.add(
    "R10",
    "one carrier has one code, whatever label and tracking call it",
    lambda shop: shop.scan(shop.buy_label(shop.add_order("1001"), carrier="fedex", tracking_number="MUG")),
    state="in_transit",
    shows="MUG",
    tracking={"carrier_code": "fedex"},
)

# --- dates -----------------------------------------------------------------------------------------------------------


def dates(says: str, expected: dict[str, Any], *warnings: str, **reply: Any) -> None:
    """A parcel whose tracking reply has these dates."""
    LIVES.add(
        "dates",
        says,
        lambda shop: shop.scan(shop.buy_label(shop.add_order("1001"), tracking_number="MUG", tracking_extra=reply)),
        state="in_transit",
        shows="MUG",
        tracking=expected,
        warnings=warnings,
    )


dates(
    "a date that cannot be read is unknown and said",
    {"ship_date": None, "estimated_delivery_date": None},
    "se-350001 cannot be read ($.ship_date)",
    "se-350001 cannot be read ($.estimated_delivery_date)",
    ship_date="sometime in May",
    estimated_delivery_date="2026-02-30T00:00:00Z",
)
dates(
    "a midnight estimate is not shifted",
    {"estimated_delivery_date": datetime(2026, 1, 20)},
    estimated_delivery_date="2026-01-20T00:00:00",
)
dates("an empty date is unknown and nothing to tell", {"actual_delivery_date": None}, actual_delivery_date="")


@LIVES.life("dates", state="in_transit", shows="MUG", warnings=("$.events[0].occurred_at",))
def a_scan_with_an_unreadable_date_stays(shop: Shop) -> None:
    label = shop.buy_label(shop.add_order("1001"), tracking_number="MUG")
    shop.scan(label, extra={"occurred_at": "yesterday"})


@LIVES.life("dates", state="in_transit", shows="MUG", warnings=("$.shipments[0].modified_at", "$.labels[0].ship_date"))
def unreadable_dates_of_shipment_and_label_are_said(shop: Shop) -> None:
    shop.add_order("1001", extra={"modified_at": "0000-00-00"})
    shop.scan(shop.buy_label("1001", tracking_number="MUG", extra={"ship_date": "??"}))


@LIVES.life("dates", state="in_transit", shows="MUG")
def an_unreadable_date_of_a_strangers_shipment_is_nobodys_matter(shop: Shop) -> None:
    shop.scan(shop.buy_label(shop.add_order("1001"), tracking_number="MUG"))
    shop.add_order("1001-B", extra={"modified_at": "0000-00-00"})
    shop.shipment_number_match = "prefix"
