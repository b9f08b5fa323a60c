"""What of an order needs attention, as values: what is told, and what it is told from.

The answer says what is late and what to do, so that nobody has to guess it, and no model has to know what day it is.
The rules are in :mod:`~shipstation_aissist.orders.attention_rules`, the table of codes in
:mod:`~shipstation_aissist.orders.attention_codes`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import attrs

from shipstation_aissist.orders.attention_codes import ATTENTION_CODES, Severity
from shipstation_aissist.orders.parcel import Parcel


@attrs.frozen(kw_only=True)
class Attention:
    """One thing about an order that somebody should know, or do something about.

    Attributes:
        code: What it is, as one word for a program (``"late"``, ``"stalled"``, ...).
        severity: ``"info"`` where it is enough to know it, ``"act"`` where somebody should do something.
        tracking_number: The parcel that it is about, or ``None``.
        since: The day from which on it holds, or ``None``.
        days: For how many days it has held, or ``None``: business days where the rule counts these.
        message: One plain sentence, with dates, without the carrier's words.
        next_steps: What to do, one sentence each.
    """

    code: str
    severity: Severity
    tracking_number: str | None = None
    since: date | None = None
    days: int | None = None
    message: str
    next_steps: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class WatchedParcel:
    """A parcel that counts, and what its label and shipment say beside it.

    Attributes:
        parcel: The parcel.
        label_made_at: When its label was made.
        is_international: Whether its label says that it goes abroad.
        packages: How many packages its label has.
        deliver_by_date: By when its shipment should be delivered.
        scans_known: Whether its carrier would have told of scans: its tracking was read and is supported (R8).
    """

    parcel: Parcel
    label_made_at: datetime | None = None
    is_international: bool = False
    packages: int = 1
    deliver_by_date: datetime | None = None
    scans_known: bool = True


@attrs.frozen(kw_only=True)
class UnshippedPart:
    """A live shipment without a parcel."""

    ship_by_date: datetime | None = None
    hold_until_date: datetime | None = None
    is_on_hold: bool = False


@attrs.frozen(kw_only=True)
class ReplacedNumber:
    """A number that was asked for, of a voided label, and the number of the label that took its place (R14)."""

    old: str
    new: str | None


@attrs.frozen
class Assessment:
    """What needs attention, the worst first, and the warnings about dates that cannot be true."""

    attention: tuple[Attention, ...]
    warnings: tuple[str, ...]


def with_next_steps(attention: Iterable[Attention], next_steps: dict[str, tuple[str, ...]]) -> tuple[Attention, ...]:
    """The same, with the merchant's own steps for some codes."""
    return tuple(attrs.evolve(entry, next_steps=next_steps.get(entry.code, entry.next_steps)) for entry in attention)


def entry_of(
    code: str,
    message: str,
    number: str | None = None,
    since: date | None = None,
    days: int | None = None,
) -> Attention:
    """One entry, with the severity and the next steps of its code.

    Args:
        code: One of the table's.
        message: The sentence.
        number: The parcel's tracking number, if it is about one.
        since: The day from which on it holds.
        days: For how many days it has held.
    """
    line = ATTENTION_CODES[code]
    acts = line.severity == "act" or (line.act_from is not None and days is not None and days >= line.act_from)
    return Attention(
        code=code,
        severity="act" if acts else "info",
        tracking_number=number,
        since=since,
        days=days,
        message=message,
        next_steps=line.next_steps,
    )
