"""From the records of an order to its parcels, as R11 looks at them, and as the answer lists them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import attrs

from shipstation_aissist.models import Fulfillment, Label, Shipment
from shipstation_aissist.orders.choosing import Choice, replaced_by
from shipstation_aissist.orders.comparing import plain_number
from shipstation_aissist.orders.contents import count_by_shipment, items_of, with_items
from shipstation_aissist.orders.parcel import Parcel
from shipstation_aissist.orders.parcels import parcel_of_fulfillment
from shipstation_aissist.orders.tracking import Tracked
from shipstation_aissist.orders.yielding import Candidate, aware, contents_of


def candidates_of_labels(
    labels: Sequence[Label],
    shipments_of: Mapping[str, frozenset[str]],
    shipments: Mapping[str, Shipment],
    tracked: Tracked,
) -> list[Candidate]:
    """The parcels of labels (R6).

    Args:
        labels: Those that count.
        shipments_of: The shipments that each is the parcel of, by the label's id.
        shipments: All shipments of the order, by their ids.
        tracked: What became of their tracking.
    """
    return [
        Candidate(
            tracked.parcels[label.label_id],
            label.created_at,
            scans_known=label.label_id in tracked.read and label.trackable is not False,
            shipment_ids=shipments_of[label.label_id],
            contents=contents_of(
                items_of(shipments[shipment_id] for shipment_id in sorted(shipments_of[label.label_id]))
            ),
        )
        for label in labels
    ]


def candidates_of_fulfillments(
    fulfillments: Sequence[Fulfillment], shipments: Mapping[str, Shipment]
) -> list[Candidate]:
    """The parcels that were shipped elsewhere (R9); a number that comes twice is one parcel (R3).

    Args:
        fulfillments: Those that are usable.
        shipments: All shipments of the order, by their ids.
    """
    parcels: dict[str, list[Fulfillment]] = {}
    for fulfillment in fulfillments:
        number = plain_number(fulfillment.tracking_number or "")
        parcels.setdefault(f"number {number}" if number else fulfillment.fulfillment_id, []).append(fulfillment)
    candidates = []
    for same in parcels.values():
        told = next((fulfillment for fulfillment in same if fulfillment.delivered_at is not None), same[0])
        ids = frozenset(fulfillment.shipment_id for fulfillment in same if fulfillment.shipment_id is not None)
        candidates.append(
            Candidate(
                parcel_of_fulfillment(told),
                told.created_at or told.ship_date,
                scans_known=False,
                shipment_ids=ids,
                contents=contents_of(items_of(shipments[shipment_id] for shipment_id in sorted(ids))),
                is_fulfillment=True,
            )
        )
    return candidates


def shown_parcels(choice: Choice, shipments: Mapping[str, Shipment]) -> dict[int, Parcel]:
    """Each candidate's parcel as it is shown, by the identity of the candidate: with its items and its replacement.

    Args:
        choice: What R11 decided.
        shipments: All shipments of the order, by their ids.
    """
    counts = count_by_shipment(candidate.shipment_ids for candidate in choice.counting)
    shown: dict[int, Parcel] = {}
    for candidate in (*choice.counting, *(yielded.candidate for yielded in choice.yielding)):
        ids = sorted(candidate.shipment_ids)
        is_shared = any(counts.get(shipment_id, 0) > 1 for shipment_id in ids)
        items = items_of(shipments[shipment_id] for shipment_id in ids)
        parcel = with_items(candidate.parcel, items, shared=is_shared)
        replacement = replaced_by(candidate, choice)
        shown[id(candidate)] = parcel if replacement is None else attrs.evolve(parcel, replaced_by=replacement)
    return shown


def earliest(moments: Sequence[datetime | None]) -> datetime | None:
    """The earliest of the dates that are known."""
    known = [moment for moment in moments if moment is not None]
    return min(known, key=_comparable, default=None)


def latest(moments: Sequence[datetime | None]) -> datetime | None:
    """The latest of the dates that are known."""
    known = [moment for moment in moments if moment is not None]
    return max(known, key=_comparable, default=None)


def _comparable(moment: datetime) -> datetime:
    return aware(moment) or moment
