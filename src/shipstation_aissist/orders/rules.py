"""The rules that keep one customer's parcel from another, and choose the parcel that is shown.

Each rule of design section 3 stands here once, under its number, as a function over values. Someone who wonders why a
record was dropped or a parcel not chosen finds the reason here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations

import attrs

from shipstation_aissist.models import Address, Fulfillment, Label, LabelPackage, Shipment, TrackingInformation
from shipstation_aissist.orders.parcel import Parcel
from shipstation_aissist.orders.query import comparable_country, comparable_number, comparable_postal_code
from shipstation_aissist.orders.states import OrderState, ParcelState

UNSCANNED_YIELDS_AFTER = timedelta(days=14)
_NO_ADDRESS = Address()

# --- R3: every record is compared with what was asked ----------------------------------------------------------------


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
    return _plain_number(tracking_number) in {_plain_number(number) for number in numbers_of(label)}


def numbers_of(label: Label) -> Iterator[str]:
    """All numbers of a label: its own, its packages', and those of last-mile carriers (api-facts 6.7, 6.12)."""
    holders: tuple[Label | LabelPackage, ...] = (label, *label.packages)
    yield from (holder.tracking_number for holder in holders if holder.tracking_number)
    yield from (one.value for holder in holders for one in holder.alternative_identifiers if one.value)


def _plain_number(number: str) -> str:
    return number.replace(" ", "").replace("-", "").casefold()


# --- R4 and R5: one order, one recipient -----------------------------------------------------------------------------


def form_one_order(shipments: Sequence[Shipment]) -> bool:
    """R4: all recipients agree, pair by pair, in one store or several."""
    return all(_recipients_agree(one, other) for one, other in combinations(shipments, 2))


def _recipients_agree(one: Shipment, other: Shipment) -> bool:
    here, there = one.ship_to or _NO_ADDRESS, other.ship_to or _NO_ADDRESS
    country, other_country = comparable_country(here.country_code), comparable_country(there.country_code)
    if country and other_country and country != other_country:
        return False
    country = country or other_country
    code, other_code = (comparable_postal_code(address.postal_code, country) for address in (here, there))
    if code is None and other_code is None:
        # Nothing tells these recipients apart but the store; where that is unknown too, they may be strangers.
        return one.store_id is not None and one.store_id == other.store_id
    return code == other_code


def goes_to(shipment: Shipment, postal_code: str) -> bool:
    """R5: the recipient's postal code is the given one; without a code it never is."""
    address = shipment.ship_to or _NO_ADDRESS
    code = comparable_postal_code(address.postal_code, address.country_code)
    return code is not None and code == comparable_postal_code(postal_code, address.country_code)


# --- R6: which labels are parcels, which shipments are live ----------------------------------------------------------


def is_voided(label: Label) -> bool:
    """R6: by either of the two fields that say so (api-facts 6.9)."""
    return bool(label.voided) or label.status == "voided"


def is_outbound(label: Label) -> bool:
    """R6: on its way to the customer: not voided, not a return, not failed."""
    return not (is_voided(label) or label.is_return_label or label.status == "error")


def is_cancelled(shipment: Shipment) -> bool:
    """R6: by its status; an outbound label makes it live all the same, which :func:`live_shipments` knows."""
    return shipment.shipment_status == "cancelled"


def live_shipments(shipments: Iterable[Shipment], labels: Callable[[Shipment], Iterable[Label]]) -> list[Shipment]:
    """R6: those that are not cancelled, and cancelled ones that have an outbound label."""
    return [one for one in shipments if not is_cancelled(one) or any(is_outbound(label) for label in labels(one))]


# --- R9: fulfillments that stand for a parcel ------------------------------------------------------------------------


def is_usable_fulfillment(fulfillment: Fulfillment, label_numbers: Iterable[str]) -> bool:
    """R9: not voided, and no label has its number."""
    if fulfillment.voided or fulfillment.voided_at is not None:
        return False
    number = fulfillment.tracking_number
    return number is None or _plain_number(number) not in {_plain_number(one) for one in label_numbers}


# --- R11: the parcel that decides ------------------------------------------------------------------------------------

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
