"""From the records of an order to what attention looks at: its parcels that count, and what is not shipped yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from shipstation_aissist.models import Label, Shipment
from shipstation_aissist.orders.attention import ReplacedNumber, UnshippedPart, WatchedParcel
from shipstation_aissist.orders.labels import plain_status
from shipstation_aissist.orders.order_parts import latest
from shipstation_aissist.orders.parcel import Parcel
from shipstation_aissist.orders.parcel_number import replacement_of
from shipstation_aissist.orders.yielding import Candidate


def watched_parcels(
    counting: Iterable[Candidate],
    shown: Mapping[int, Parcel],
    labels: Mapping[str, Label],
    shipments: Mapping[str, Shipment],
) -> list[WatchedParcel]:
    """The parcels that count, as attention looks at them.

    Args:
        counting: Those that count for the order's state (R11).
        shown: Each as the answer shows it, by the identity of the candidate.
        labels: The labels, by their ids.
        shipments: The shipments, by their ids.
    """
    watched = []
    for candidate in counting:
        label = labels.get(candidate.parcel.label_id or "")
        watched.append(
            WatchedParcel(
                parcel=shown[id(candidate)],
                label_made_at=candidate.made_at,
                is_international=bool(label is not None and label.is_international),
                packages=1 if label is None else len(label.packages),
                deliver_by_date=latest(
                    [shipments[shipment_id].deliver_by_date for shipment_id in sorted(candidate.shipment_ids)]
                ),
                scans_known=candidate.scans_known,
            )
        )
    return watched


def unshipped_parts(unshipped: Iterable[Shipment]) -> list[UnshippedPart]:
    """What has no parcel yet, as attention looks at it.

    Args:
        unshipped: Live shipments without a parcel.
    """
    return [
        UnshippedPart(
            ship_by_date=part.ship_by_date,
            hold_until_date=part.hold_until_date,
            is_on_hold=plain_status(part.shipment_status) == "on_hold",
        )
        for part in unshipped
    ]


def replaced_number(asked: str | None, labels: Mapping[str, Sequence[Label]]) -> ReplacedNumber | None:
    """The number that was asked for, if it is that of a voided label and a later label of its shipment is live (R14).

    Args:
        asked: The tracking number that was asked for, or ``None``.
        labels: The labels of each shipment.
    """
    if asked is None:
        return None
    replacement = replacement_of([label for listed in labels.values() for label in listed], asked)
    return None if replacement is None else ReplacedNumber(old=asked, new=replacement.tracking_number)
