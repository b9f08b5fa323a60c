"""R11 and the order's state: which parcel decides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import attrs

from shipstation_aissist.orders.codes import DELIVERED_IN_PART, DETAIL_CODES, plain_code
from shipstation_aissist.orders.parcel import Parcel
from shipstation_aissist.orders.scans import newest
from shipstation_aissist.orders.states import OrderState, ParcelState
from shipstation_aissist.orders.yielding import Candidate, Yielded, name_of, no_longer_counting

DECIDING_ORDER: tuple[ParcelState, ...] = (
    ParcelState.LOST,
    ParcelState.RETURNED,
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
_NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@attrs.frozen
class Choice:
    """What R11 decided.

    Attributes:
        shown: The parcel to show, or ``None`` where there is none.
        counting: Those that count for the order's state, the one that decides first.
        yielding: Those that no longer do.
    """

    shown: Candidate | None
    counting: tuple[Candidate, ...]
    yielding: tuple[Yielded, ...]

    def covered(self) -> frozenset[str]:
        """The shipments that have a parcel that counts; one whose parcel was replaced has that of the replacement.

        A fulfillment that is too old to count covers its shipment too: nobody will ever tell more of it.
        """
        served = [candidate.shipment_ids for candidate in self.counting]
        served += [yielded.candidate.shipment_ids for yielded in self.yielding if yielded.reason != "cancelled"]
        return frozenset[str]().union(*served)

    def told(self) -> str | None:
        """Why the parcel that is shown decides, where there was a choice."""
        total = len(self.counting) + len(self.yielding)
        if self.shown is None or total < 2:
            return None
        return f"Of {total} parcels, {name_of(self.shown.parcel)} decides: {self._reason(self.shown)}."

    def _reason(self, shown: Candidate) -> str:
        others = [candidate for candidate in self.counting if candidate is not shown]
        if not others:
            return "it is the only one that counts"
        equals = 1 + sum(_rank(other.parcel) == _rank(shown.parcel) for other in others)
        if equals > 1:
            return f"the newest of {_NUMBERS[equals] if equals < len(_NUMBERS) else equals}"
        second = others[0].parcel
        if second.state is shown.parcel.state:
            return "a delivery in part comes before a whole one"
        return f"{shown.parcel.state} comes before {second.state}"


def choose(candidates: Sequence[Candidate], now: datetime) -> Choice:
    """R11: any undelivered parcel before any delivered one, the most troubled first, ties to the newest label.

    Args:
        candidates: All outbound parcels of the order.
        now: The time of day, which tells how old labels are.
    """
    yielding = no_longer_counting(candidates, now)
    gone = [yielded.candidate for yielded in yielding]
    counting = [candidate for candidate in candidates if all(candidate is not other for other in gone)]
    newest_first = sorted(counting, key=lambda candidate: candidate.made_at or _LONG_AGO, reverse=True)
    in_order = tuple(sorted(newest_first, key=lambda candidate: _rank(candidate.parcel)))
    return Choice(in_order[0] if in_order else None, in_order, yielding)


def is_delivered_in_part(parcel: Parcel) -> bool:
    """R13: the carrier has delivered a part of the parcel only.

    The newest delivery among its scans tells, where the top level has no detail code of a delivery.
    """
    detail = plain_code(parcel.status_detail_code)
    if detail == DELIVERED_IN_PART:
        return True
    if parcel.state is not ParcelState.DELIVERED or DETAIL_CODES.get(detail) is ParcelState.DELIVERED:
        return False
    delivery = newest(event for event in parcel.events if event.state is ParcelState.DELIVERED)
    return delivery is not None and plain_code(delivery.status_detail_code) == DELIVERED_IN_PART


def order_state(choice: Choice, *, all_cancelled: bool, outstanding: int) -> OrderState:
    """The state of the whole order.

    Args:
        choice: What R11 decided.
        all_cancelled: Whether no shipment is live.
        outstanding: How many live shipments have no parcel that counts.
    """
    if all_cancelled:
        return OrderState.CANCELLED
    if choice.shown is None:
        return OrderState.NOT_SHIPPED
    arrived = sum(candidate.is_delivered for candidate in choice.counting)
    in_part = any(is_delivered_in_part(candidate.parcel) for candidate in choice.counting)
    if in_part or (arrived and (outstanding or arrived < len(choice.counting))):
        return OrderState.PARTIALLY_DELIVERED
    return OrderState(choice.shown.parcel.state)


def replaced_by(candidate: Candidate, choice: Choice) -> str | None:
    """R11: the number of the parcel that took the place of this one."""
    replacements: Iterable[Candidate] = (
        yielded.replaced_by
        for yielded in choice.yielding
        if yielded.candidate is candidate and yielded.replaced_by is not None
    )
    return next((replacement.parcel.tracking_number for replacement in replacements), None)


def _rank(parcel: Parcel) -> float:
    """The place in the order of R11; a parcel of which a part is missing comes before one that arrived whole."""
    return DECIDING_ORDER.index(parcel.state) - (0.5 if is_delivered_in_part(parcel) else 0)
