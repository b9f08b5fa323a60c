"""R3: every record that is returned is compared with what was asked; one function per kind of record."""

from __future__ import annotations

from collections.abc import Iterator

from shipstation_aissist.models import Fulfillment, Label, LabelPackage, Shipment, TrackingInformation
from shipstation_aissist.orders.query import comparable_number


def has_number(shipment: Shipment, number: str) -> bool:
    """R3: case-insensitive, one leading ``#`` ignored."""
    return shipment.shipment_number is not None and comparable_number(shipment.shipment_number) == comparable_number(
        number
    )


def has_external_id(shipment: Shipment, external_shipment_id: str) -> bool:
    """R3: exact."""
    return shipment.external_shipment_id == external_shipment_id


def has_shipment_id(record: Shipment | Label | Fulfillment, shipment_id: str) -> bool:
    """R3: exact; a label or fulfillment that names no shipment belongs to none."""
    return record.shipment_id == shipment_id


def is_of_store(shipment: Shipment, store_id: str | None) -> bool:
    """R3: exact, when a store was asked for."""
    return store_id is None or shipment.store_id == store_id


def tracks_label(tracking: TrackingInformation, label: Label) -> bool:
    """R3: a reply that names a number must name one of the label's."""
    return tracking.tracking_number is None or has_tracking_number(label, tracking.tracking_number)


def has_tracking_number(label: Label, tracking_number: str) -> bool:
    """R3: one of the label's numbers, spaces, hyphens and case aside."""
    return plain_number(tracking_number) in {plain_number(number) for number in numbers_of(label)}


def numbers_of(label: Label) -> Iterator[str]:
    """All numbers of a label: its own, its packages', and those of last-mile carriers (api-facts 6.7, 6.12)."""
    holders: tuple[Label | LabelPackage, ...] = (label, *label.packages)
    yield from (holder.tracking_number for holder in holders if holder.tracking_number)
    yield from (one.value for holder in holders for one in holder.alternative_identifiers if one.value)


def plain_number(number: str) -> str:
    """A tracking number as R3 compares it: without spaces and hyphens, case-insensitive."""
    return number.replace(" ", "").replace("-", "").casefold()
