"""The table of what needs attention: each code, when it is said, how urgent it is, and what to do next.

The steps promise nothing that only the merchant can give; where only a person can help, they say so.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import attrs

Severity: TypeAlias = Literal["info", "act"]

ACT_ON_LATE_FROM = 3
"""Days after the estimated day from which on a late parcel is one to act on."""
ACT_ON_NO_SCAN_FROM = 7
"""Business days from which on a parcel without a scan is one to act on."""

_PERSON = "Hand over to a person."


@attrs.frozen
class AttentionCode:
    """One line of the table.

    Attributes:
        code: The word that a program reads.
        severity: How urgent it is at first.
        when: When it is said.
        next_steps: What to do, unless the merchant says otherwise.
        act_from: Days from which on it is ``"act"``, where that depends on days.
    """

    code: str
    severity: Severity
    when: str
    next_steps: tuple[str, ...]
    act_from: int | None = None


_TABLE = (
    AttentionCode(
        "lost",
        "act",
        "the carrier reports the parcel as lost or disposed of",
        ("Say that the carrier reports the parcel as lost.", f"{_PERSON} Only a person can decide what follows."),
    ),
    AttentionCode(
        "presumed_lost",
        "act",
        "accepted, in transit or exception, and the newest scan is older than `presumed_lost_days`",
        (
            "Say that the parcel may be lost, not that it is.",
            f"{_PERSON} A person can ask the carrier for an investigation.",
        ),
    ),
    AttentionCode(
        "returned",
        "act",
        "the parcel has come back to the sender",
        ("Say that the parcel has come back to the sender.", f"{_PERSON} A person can arrange what follows."),
    ),
    AttentionCode(
        "returning",
        "act",
        "the parcel is on its way back to the sender",
        (
            "Say that the parcel is on its way back, and ask whether the delivery address is right.",
            f"{_PERSON} A person can arrange what follows.",
        ),
    ),
    AttentionCode(
        "damaged",
        "act",
        "the carrier reports the parcel as damaged",
        ("Ask for photographs of the parcel and its contents.", _PERSON),
    ),
    AttentionCode(
        "delivered_in_part",
        "act",
        "only a part of the parcel was delivered",
        ("Ask which items are missing.", _PERSON),
    ),
    AttentionCode(
        "address_problem",
        "act",
        "the carrier has a question about the address, or the recipient has moved",
        (
            "Ask the customer to check the delivery address.",
            f"{_PERSON} A person can tell the carrier the right address.",
        ),
    ),
    AttentionCode(
        "waiting_for_pickup",
        "act",
        "the parcel is waiting to be picked up",
        (
            "Ask the customer to pick the parcel up soon, with the tracking number and an identity document.",
            "Give the link to the carrier's tracking page, which says where and until when.",
        ),
    ),
    AttentionCode(
        "not_shipped_on_time",
        "act",
        "a live shipment without a parcel, whose `ship_by_date` is over",
        ("Say that the order has not left yet.", f"{_PERSON} A person can say when it will be shipped."),
    ),
    AttentionCode(
        "late",
        "info",
        "a parcel that is not settled, and its estimated day (else the shipment's `deliver_by_date`) is over "
        f"everywhere on earth by more than `late_days`; `act` from {ACT_ON_LATE_FROM} days on",
        (
            "Say when it was expected and where it was last seen.",
            "Give the link to the carrier's tracking page.",
        ),
        act_from=ACT_ON_LATE_FROM,
    ),
    AttentionCode(
        "no_scan",
        "info",
        "label created, or unknown without a scan where the carrier can be tracked, and the label is older than "
        f"`no_scan_days`; `act` from {ACT_ON_NO_SCAN_FROM} business days on",
        (
            "Say that the parcel has a label and the carrier has not scanned it yet.",
            f"{_PERSON} A person can check whether the parcel was handed to the carrier.",
        ),
        act_from=ACT_ON_NO_SCAN_FROM,
    ),
    AttentionCode(
        "stalled",
        "info",
        "accepted, in transit or exception, and the newest scan is older than `stalled_days`",
        (
            "Say when and where the parcel was last seen, and that it is still on its way.",
            "Offer to look again in two or three days.",
        ),
    ),
    AttentionCode(
        "customs",
        "info",
        "the parcel is held by customs, or its declaration is in question",
        (
            "Say that customs are holding the parcel, and that this can take several days.",
            "Ask the customer to answer if customs or the carrier write to them.",
        ),
    ),
    AttentionCode(
        "held",
        "info",
        "the carrier is holding the parcel",
        (
            "Say that the carrier is holding the parcel.",
            "Give the link to the carrier's tracking page.",
        ),
    ),
    AttentionCode(
        "delivery_attempted",
        "info",
        "the carrier tried to deliver the parcel and could not",
        (
            "Say that the carrier tried to deliver, and usually tries again on the next working day.",
            "Give the link to the carrier's tracking page, where another day can often be chosen.",
        ),
    ),
    AttentionCode(
        "on_hold",
        "info",
        "a live shipment without a parcel that is on hold",
        ("Say that the order is on hold and has not been shipped.", f"{_PERSON} Only a person can release it."),
    ),
    AttentionCode(
        "delivered_elsewhere",
        "info",
        "the parcel was left with a neighbour, in a safe place, a P.O. box or a locker, or at another address",
        (
            "Say where the carrier left the parcel.",
            "If it cannot be found there, hand over to a person.",
        ),
    ),
    AttentionCode(
        "number_replaced",
        "info",
        "the number asked for is of a voided label, and a later label of the same shipment is shown",
        ("Give the new tracking number, and say that the old one is no longer used.",),
    ),
    AttentionCode(
        "not_all_packages_tracked",
        "info",
        "a label of several packages: tracking follows one of them",
        ("Say that what is told is true of one package, and give the numbers of the others.",),
    ),
)

ATTENTION_CODES: dict[str, AttentionCode] = {entry.code: entry for entry in _TABLE}
"""The table by code, the worst first."""
