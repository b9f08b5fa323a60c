"""R3: every record that is returned is compared with what was asked; one function per kind of record.

Each gives the reason why the record is dropped, to be read after the record's id ("is of another shipment"), or
``None`` if it is what was asked for. The look-up of an order, a notification's way back and the look-up by a tracking
number call the same functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from shipstation_aissist.models import Fulfillment, Label, LabelPackage, Shipment, TrackingInformation
from shipstation_aissist.orders.numbers import cleaned, comparable_number

OLDER_THAN_ITS_LABEL = timedelta(days=2)
_SHORTEST_SUFFIX = 12  # digits: a last-mile carrier's number without what the first carrier puts before it
_ROUTED = re.compile(r"420(?:[0-9]{5}|[0-9]{9})(?=.{8})")  # USPS: 420 and the recipient's postal code come first


def why_not_shipment(
    shipment: Shipment,
    *,
    number: str | None = None,
    external_id: str | None = None,
    shipment_id: str | None = None,
    store_id: str | None = None,
) -> str | None:
    """R3 for a shipment: each argument that is given must agree.

    Args:
        shipment: What was returned.
        number: The order number; cleaned on both sides, case-insensitive, one leading ``#`` ignored.
        external_id: The external id, exactly.
        shipment_id: The shipment's own id, exactly.
        store_id: The store; ``415302`` is ``se-415302``.
    """
    if shipment_id is not None and shipment.shipment_id != shipment_id:
        return "is not the one that was asked for"
    if number is not None and not _same_number(shipment.shipment_number, number):
        return "does not have this number"
    if external_id is not None and shipment.external_shipment_id != external_id:
        return "does not have this external id"
    if store_id is not None and comparable_store(shipment.store_id) != comparable_store(store_id):
        return "is of another store"
    return None


def why_not_label(
    label: Label, *, label_id: str | None = None, shipment_id: str | None = None, tracking_number: str | None = None
) -> str | None:
    """R3 for a label: each argument that is given must agree; one that names no shipment belongs to none.

    Args:
        label: What was returned.
        label_id: Its own id, exactly.
        shipment_id: Its shipment's id, exactly.
        tracking_number: One of its numbers, see :func:`has_tracking_number`.
    """
    if label_id is not None and label.label_id != label_id:
        return "is not the one that was asked for"
    if shipment_id is not None and label.shipment_id != shipment_id:
        return "is of another shipment"
    if tracking_number is not None and not has_tracking_number(label, tracking_number):
        return "has another number"
    return None


def why_not_fulfillment(
    fulfillment: Fulfillment, *, shipment_id: str | None = None, tracking_number: str | None = None
) -> str | None:
    """R3 for a fulfillment: each argument that is given must agree; one that names no shipment belongs to none.

    Args:
        fulfillment: What was returned.
        shipment_id: Its shipment's id, exactly.
        tracking_number: Its number, see :func:`same_tracking_number`.
    """
    if shipment_id is not None and fulfillment.shipment_id != shipment_id:
        return "is of another shipment"
    number = fulfillment.tracking_number
    if tracking_number is not None and (number is None or not same_tracking_number(number, tracking_number)):
        return "has another number"
    return None


def why_not_tracking(tracking: TrackingInformation, label: Label) -> str | None:
    """R3 for a tracking reply: it names one of the label's numbers, if any, and is not older than the label.

    Carriers use numbers again: where the newest scan and the delivery lie more than two days before the label was made,
    the reply is about somebody else's parcel.
    """
    if names_another_number(tracking, label):
        return "names another number"
    if _is_older_than(tracking, label.created_at):
        return "is about an older parcel with the same number"
    return None


def names_another_number(tracking: TrackingInformation, label: Label) -> bool:
    """R3: whether a reply names a number that the label, as it was read, does not have."""
    return tracking.tracking_number is not None and not has_tracking_number(label, tracking.tracking_number)


def has_tracking_number(label: Label, tracking_number: str) -> bool:
    """R3: whether a number is one of the label's, or the hand-over form of one."""
    return any(same_tracking_number(number, tracking_number) for number in numbers_of(label))


def numbers_of(label: Label) -> Iterator[str]:
    """All numbers of a label: its own, its packages', those of last-mile carriers (API notes 6.7, 6.12)."""
    holders: tuple[Label | LabelPackage, ...] = (label, *label.packages)
    yield from (holder.tracking_number for holder in holders if holder.tracking_number)
    yield from (other.value for holder in holders for other in holder.alternative_identifiers if other.value)


def same_tracking_number(number: str, other: str) -> bool:
    """R3: whether two numbers are of one parcel, spaces, dashes and case aside.

    A parcel that is handed over changes the form of its number (API notes 14.8): ``420`` and a postal code come before
    it, something else comes before its last 12 digits or more, leading zeros come or go.
    """
    here, there = plain_number(number), plain_number(other)
    if not here or not there:
        return False
    if here == there or (here.strip("0") and here.lstrip("0") == there.lstrip("0")):
        return True
    if _ROUTED.sub("", here, count=1) == there or _ROUTED.sub("", there, count=1) == here:
        return True
    shorter, longer = sorted((here, there), key=len)
    return longer.endswith(shorter) and sum(c.isdigit() for c in shorter) >= _SHORTEST_SUFFIX


def plain_number(number: str) -> str:
    """A tracking number without blanks and hyphens, case-insensitive."""
    return "".join(cleaned(number).replace("-", "").split()).casefold()


def comparable_store(store_id: str | None) -> str | None:
    """A store's id as R3 compares it: ``415302`` is ``se-415302``, blanks around it do not count."""
    plain = (store_id or "").strip()
    return f"se-{plain}" if plain.isascii() and plain.isdigit() else plain or None


def _same_number(number: str | None, asked: str) -> bool:
    return number is not None and comparable_number(number) == comparable_number(asked)


def _is_older_than(tracking: TrackingInformation, made_at: datetime | None) -> bool:
    moments = [event.occurred_at or event.carrier_occurred_at for event in tracking.events]
    known = [_aware(moment) for moment in (*moments, tracking.actual_delivery_date) if moment is not None]
    return made_at is not None and bool(known) and _aware(made_at) - max(known) > OLDER_THAN_ITS_LABEL


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
