"""R11 and the order's state: which parcels count, which one decides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import attrs

from shipstation_aissist.orders.parcel import Parcel
from shipstation_aissist.orders.states import OrderState, ParcelState

UNSCANNED_YIELDS_AFTER = timedelta(days=14)
DECIDING_ORDER: tuple[ParcelState, ...] = (
    ParcelState.LOST,
    ParcelState.RETURNING_TO_SENDER,
    ParcelState.EXCEPTION,
    ParcelState.DELIVERY_ATTEMPTED,
    ParcelState.AVAILABLE_FOR_PICKUP,
    ParcelState.OUT_FOR_DELIVERY,
    ParcelState.IN_TRANSIT,
    ParcelState.ACCEPTED,
    ParcelState.LABEL_CREATED,
    ParcelState.UNKNOWN,
    ParcelState.CANCELLED,
    ParcelState.DELIVERED,
)
_UNSCANNED = frozenset({ParcelState.LABEL_CREATED, ParcelState.UNKNOWN})
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@attrs.frozen
class Candidate:
    """An outbound parcel, as R11 looks at it.

    Attributes:
        parcel: The parcel.
        created_at: When its label (or fulfillment) was made.
        scans_known: Whether a carrier would have told of scans. Where none was asked (R9) or none answered (R8), an
            unknown parcel may well be out.
    """

    parcel: Parcel
    created_at: datetime | None = None
    scans_known: bool = True


@attrs.frozen
class Choice:
    """What R11 decided: the parcel to show, those that count for the order's state, those that no longer do."""

    shown: Candidate | None
    counting: tuple[Candidate, ...]
    yielding: tuple[Candidate, ...]


def choose(candidates: Sequence[Candidate], now: datetime) -> Choice:
    """R11: any undelivered parcel before any delivered one, the most troubled first, ties to the newest label.

    A parcel that no carrier has scanned yields to a delivered one once its label is older than 14 days: labels are
    reprinted without voiding.
    """
    delivered = any(one.parcel.state is ParcelState.DELIVERED for one in candidates)
    yielding = tuple(one for one in candidates if delivered and _is_forgotten(one, now))
    counting = tuple(one for one in candidates if one not in yielding)
    newest_first = sorted(counting, key=lambda one: _aware(one.created_at) or _LONG_AGO, reverse=True)
    shown = min(newest_first, key=lambda one: DECIDING_ORDER.index(one.parcel.state), default=None)
    return Choice(shown, counting, yielding)


def _is_forgotten(candidate: Candidate, now: datetime) -> bool:
    created_at = _aware(candidate.created_at)
    is_unscanned = candidate.scans_known and candidate.parcel.state in _UNSCANNED
    return is_unscanned and created_at is not None and now - created_at > UNSCANNED_YIELDS_AFTER


def _aware(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


def order_state(choice: Choice, *, all_cancelled: bool, unshipped: int) -> OrderState:
    """The state of the whole order (design 3, "Order state").

    Args:
        choice: What R11 decided.
        all_cancelled: Whether no shipment is live.
        unshipped: How many live shipments have no parcel.
    """
    if all_cancelled:
        return OrderState.CANCELLED
    if choice.shown is None:
        return OrderState.NOT_SHIPPED
    delivered = sum(one.parcel.state is ParcelState.DELIVERED for one in choice.counting)
    if delivered and (unshipped or delivered < len(choice.counting)):
        return OrderState.PARTIALLY_DELIVERED
    return OrderState(choice.shown.parcel.state)
