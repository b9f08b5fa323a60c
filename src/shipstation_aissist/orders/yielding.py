"""R11: the parcels that no longer count: reprinted, replaced, cancelled by the carrier, shipped elsewhere long ago."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal, TypeAlias

import attrs

from shipstation_aissist.orders.parcel import Parcel, ParcelItem
from shipstation_aissist.orders.states import ParcelState

REPRINTED_AFTER = timedelta(days=14)
SILENT_AFTER = timedelta(days=21)
REPLACED_AFTER = timedelta(days=3)
OLD_FULFILLMENT_AFTER = timedelta(days=60)

Reason: TypeAlias = Literal["reprinted", "replaced", "cancelled", "old fulfillment"]

_UNSCANNED = frozenset({ParcelState.LABEL_CREATED, ParcelState.UNKNOWN})
GONE = frozenset({ParcelState.LOST, ParcelState.RETURNED, ParcelState.RETURNING_TO_SENDER, ParcelState.CANCELLED})
_NOT_SCANS = frozenset({ParcelState.LABEL_CREATED, ParcelState.CANCELLED})


@attrs.frozen
class Candidate:
    """An outbound parcel, as R11 looks at it.

    Attributes:
        parcel: The parcel.
        created_at: When its label (or fulfillment) was made.
        scans_known: Whether a carrier would have told of scans: its tracking was read and is supported (R8).
        shipment_ids: The shipments that it is the parcel of.
        contents: What these shipments hold; empty where that is not known.
        is_fulfillment: Whether it was shipped elsewhere (R9), so that nobody tells of its scans.
    """

    parcel: Parcel
    created_at: datetime | None = None
    scans_known: bool = True
    shipment_ids: frozenset[str] = frozenset()
    contents: frozenset[tuple[str, int | float | None]] = frozenset()
    is_fulfillment: bool = False

    @property
    def made_at(self) -> datetime | None:
        """When its label was made; a time without a zone counts as UTC."""
        return aware(self.created_at)

    @property
    def is_delivered(self) -> bool:
        """Whether it has arrived."""
        return self.parcel.state is ParcelState.DELIVERED


@attrs.frozen
class Yielded:
    """A parcel that no longer counts, and why; ``replaced_by`` is the parcel that took its place."""

    candidate: Candidate
    reason: Reason
    replaced_by: Candidate | None = None

    def told(self) -> str:
        """The sentence of the warning."""
        name = name_of(self.candidate.parcel)
        if self.reason == "replaced" and self.replaced_by is not None:
            return f"Parcel {name} was replaced by {name_of(self.replaced_by.parcel)}: it no longer counts."
        return {
            "reprinted": f"Parcel {name} was never scanned and its label is old: it no longer counts.",
            "cancelled": f"Parcel {name} was cancelled by the carrier: it no longer counts beside another parcel.",
            "old fulfillment": f"Parcel {name} was shipped elsewhere more than {OLD_FULFILLMENT_AFTER.days} days ago "
            "and its delivery was never reported: it no longer counts.",
        }.get(self.reason, f"Parcel {name} no longer counts.")


def no_longer_counting(candidates: Sequence[Candidate], now: datetime) -> tuple[Yielded, ...]:
    """R11: the parcels that no longer count for the order's state, each with its reason.

    Args:
        candidates: All outbound parcels of the order.
        now: The time of day.
    """
    found = [_why(candidate, candidates, now) for candidate in candidates]
    return tuple(why for why in found if why is not None)


def contents_of(items: Sequence[ParcelItem]) -> frozenset[tuple[str, int | float | None]]:
    """What a shipment holds, as R11 compares it: by SKU, else by name, with the quantity of each."""
    quantities: dict[str, int | float | None] = {}
    for item in items:
        name = (item.sku or item.name or "").strip().casefold()
        known = quantities.get(name, 0)
        quantities[name] = None if known is None or item.quantity is None else known + item.quantity
    quantities.pop("", None)
    return frozenset(quantities.items())


def name_of(parcel: Parcel) -> str:
    """What a parcel is called in a sentence: its number, else the id of its label or shipment."""
    return parcel.tracking_number or parcel.label_id or f"of shipment {parcel.shipment_id}"


def was_scanned(parcel: Parcel) -> bool:
    """Whether a carrier is known to have had the parcel in hand (R6)."""
    if parcel.last_scan_at is not None or any(event.state not in _NOT_SCANS for event in parcel.events):
        return True
    return parcel.state not in _UNSCANNED and parcel.state is not ParcelState.CANCELLED


def aware(moment: datetime | None) -> datetime | None:
    """A time without a zone counts as UTC."""
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


def _why(candidate: Candidate, candidates: Sequence[Candidate], now: datetime) -> Yielded | None:
    if candidate.is_delivered:
        return None
    others = [other for other in candidates if other is not candidate]
    replacements = [other for other in others if replaces(other, candidate)] if _may_be_replaced(candidate, now) else []
    if replacements:
        newest = max(replacements, key=lambda other: other.made_at or datetime.min.replace(tzinfo=UTC))
        return Yielded(candidate, "replaced", newest)
    is_cancelled = candidate.parcel.state is ParcelState.CANCELLED
    if is_cancelled and any(other.parcel.state is not ParcelState.CANCELLED for other in others):
        return Yielded(candidate, "cancelled")
    if _is_reprinted(candidate, others, now):
        return Yielded(candidate, "reprinted")
    if candidate.is_fulfillment and any(other.is_delivered for other in others):
        return Yielded(candidate, "old fulfillment") if _is_older(candidate, now, OLD_FULFILLMENT_AFTER) else None
    return None


def _is_reprinted(candidate: Candidate, others: Sequence[Candidate], now: datetime) -> bool:
    """(a) Labels are printed again without being voided."""
    is_unscanned = candidate.parcel.state in _UNSCANNED and not was_scanned(candidate.parcel)
    return (
        candidate.scans_known
        and is_unscanned
        and _is_older(candidate, now, REPRINTED_AFTER)
        and any(other.is_delivered and other.shipment_ids & candidate.shipment_ids for other in others)
    )


def _may_be_replaced(candidate: Candidate, now: datetime) -> bool:
    """(b) It will not arrive, or nobody has seen it for three weeks."""
    if candidate.parcel.state in GONE:
        return True
    last = candidate.parcel.last_scan_at
    if last is None and not candidate.scans_known:
        return False
    since = last or candidate.made_at
    return since is not None and now - since > SILENT_AFTER


def replaces(other: Candidate, candidate: Candidate) -> bool:
    """(b) Sent out after it in the same shipment or with the same items, and delivered or scanned later."""
    same_items = bool(candidate.contents) and candidate.contents == other.contents
    if not (other.shipment_ids & candidate.shipment_ids or same_items):
        return False
    made, others_made, last = candidate.made_at, other.made_at, candidate.parcel.last_scan_at
    if others_made is None or (made is not None and others_made <= made):
        return False
    if last is None and made is None:
        return False
    was_made_after = (
        others_made > last if last is not None else made is not None and others_made > made + REPLACED_AFTER
    )
    others_last = other.parcel.last_scan_at
    was_seen_later = others_last is not None and (last is None or others_last > last)
    return was_made_after and (other.is_delivered or was_seen_later)


def _is_older(candidate: Candidate, now: datetime, age: timedelta) -> bool:
    return candidate.made_at is not None and now - candidate.made_at > age
