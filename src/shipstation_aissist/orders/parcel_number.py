"""R14 as plain functions: which record a tracking number means, and what may be shown to who knows it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar

import attrs

from shipstation_aissist.models import Fulfillment, Label
from shipstation_aissist.orders import comparing
from shipstation_aissist.orders.labels import is_outbound, is_voided, made_at
from shipstation_aissist.orders.response import TrackOrderResponse
from shipstation_aissist.orders.states import OrderState

RecordT = TypeVar("RecordT", Label, Fulfillment)

NUMBERS_ARE_GIVEN_AGAIN_AFTER = timedelta(days=120)


def newest_of(records: Sequence[RecordT], now: datetime) -> RecordT | None:
    """R14: which of the records with one number is meant, or ``None`` if they are of several shipments and all old.

    Carriers use numbers again. Of records of different shipments, only those of the last 120 days count; those that are
    live go before those that are not; then the newest is meant.

    Args:
        records: At least one; all have the number.
        now: The time of day.
    """
    counting = list(records)
    if len({record.shipment_id for record in records}) > 1:
        counting = [record for record in records if now - made_at(record) <= NUMBERS_ARE_GIVEN_AGAIN_AFTER]
    live = [record for record in counting if is_live(record)]
    return max(live or counting, key=made_at, default=None)


def labels_to_see(labels: Sequence[Label], number: str) -> list[Label]:
    """R14: of a shipment's labels those with the number, and the one that replaced them if they were voided."""
    replacement = replacement_of(labels, number)
    return [label for label in labels if label is replacement or _has(label, number)]


def replacement_of(labels: Sequence[Label], number: str) -> Label | None:
    """R14: the live label that was made for the shipment after the one with the number, which was voided.

    Shops are not told the new number (API notes 14.6), so customers hold the old one. Of several, the newest.
    """
    own = [label for label in labels if _has(label, number)]
    if not own or not all(is_voided(label) for label in own):
        return None
    made = max(map(made_at, own))
    shipments = {label.shipment_id for label in own}
    later = [
        label for label in labels if is_outbound(label) and label.shipment_id in shipments and made_at(label) > made
    ]
    return max(later, key=made_at, default=None)


def with_replacement(response: TrackOrderResponse, labels: Sequence[Label], number: str) -> TrackOrderResponse:
    """The answer, in which the voided parcel that was asked for says which number replaced its own."""
    replacement = replacement_of(labels, number)
    if replacement is None or replacement.tracking_number is None:
        return response
    voided = {label.label_id for label in labels if _has(label, number)}
    parcels = tuple(
        attrs.evolve(parcel, replaced_by=replacement.tracking_number) if parcel.label_id in voided else parcel
        for parcel in response.parcels
    )
    return attrs.evolve(response, parcels=parcels)


def about_one_parcel(response: TrackOrderResponse, *, has_siblings: bool) -> TrackOrderResponse:
    """R14: the answer about the only parcel that may be shown.

    One on its way back is shown, since it was asked for; of the order it tells nothing. Where the number was voided and
    other parcels are not shown, the state of the order is unknown as well.

    Args:
        response: The answer, made from the records that may be seen.
        has_siblings: Whether its shipment has other parcels. Then nobody knows which of its items are in this one, and
            who knows one number is not told of the others' contents.
    """
    told = attrs.evolve(response, parcel_only=True)
    if has_siblings:
        told = _without_items(told)
    if told.tracking is not None:
        return told
    way_back = next((parcel for parcel in told.parcels if parcel.is_return_label and not parcel.voided), None)
    if way_back is None and not has_siblings:
        return told
    return attrs.evolve(told, tracking=way_back, state=OrderState.UNKNOWN)


def _without_items(response: TrackOrderResponse) -> TrackOrderResponse:
    """The answer, in which no parcel says what it holds."""
    bare = {
        id(parcel): attrs.evolve(parcel, items=(), items_known="unknown")
        for parcel in (*response.parcels, *response.returns)
    }
    shown = response.tracking
    return attrs.evolve(
        response,
        tracking=None if shown is None else bare.get(id(shown), shown),
        parcels=tuple(bare[id(parcel)] for parcel in response.parcels),
        returns=tuple(bare[id(parcel)] for parcel in response.returns),
    )


def _has(label: Label, number: str) -> bool:
    return comparing.why_not_label(label, tracking_number=number) is None


def is_live(record: Label | Fulfillment) -> bool:
    """Whether a record stands for a parcel on its way to the customer (R6, R9)."""
    if isinstance(record, Label):
        return is_outbound(record)
    return not record.voided and record.voided_at is None
