"""The answer in a few plain sentences: the state, where it was last seen, what to expect or what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import TYPE_CHECKING

from shipstation_aissist.orders.carriers import carrier_name
from shipstation_aissist.orders.choosing import is_delivered_in_part
from shipstation_aissist.orders.days import is_over
from shipstation_aissist.orders.parcel import Parcel, ParcelItem
from shipstation_aissist.orders.returns import return_told
from shipstation_aissist.orders.scans import newest
from shipstation_aissist.orders.states import OrderState, ParcelState
from shipstation_aissist.orders.wording import day_in_words, day_of_delivery, item_told, scan_told
from shipstation_aissist.orders.yielding import was_scanned
from shipstation_aissist.texts import visible
from shipstation_aissist.wire.dates import day_of

if TYPE_CHECKING:
    from shipstation_aissist.orders.answer import Answer

_STATE_SENTENCES: dict[str, str] = {
    "not_shipped": "has not been shipped yet",
    "cancelled": "was cancelled",
    "partially_delivered": "has been delivered in part",
    "unknown": "has been shipped, but there is no tracking information about it at the moment",
    "label_created": "has a shipping label, but the carrier has not received the parcel yet",
    "accepted": "has been handed to the carrier",
    "in_transit": "is on its way",
    "out_for_delivery": "is out for delivery",
    "delivery_attempted": "could not be delivered at the last attempt",
    "available_for_pickup": "is ready to be picked up",
    "delivered": "has been delivered",
    "exception": "is delayed or held up on its way",
    "returning_to_sender": "is on its way back to the sender",
    "returned": "has gone back to the sender",
    "lost": "is reported as lost by the carrier",
}
_LABELLED_ONLY = "has a shipping label, but there is no tracking information about it at the moment"
_THE_REST: dict[str, str] = {
    "lost": "is reported as lost by the carrier",
    "returned": "has gone back to the sender",
    "returning_to_sender": "is on its way back to the sender",
    "cancelled": "was cancelled by the carrier",
}
_OUTSTANDING = "the rest is still outstanding"
_NOT_SHIPPED = "the rest has not been shipped yet"

SETTLED: frozenset[str] = frozenset({"delivered", "lost", "cancelled", "returning_to_sender", "returned"})
"""The states of a parcel that is not to be expected any more."""
_SAID_BY_STATE = frozenset({"lost", "returned", "returning", "delivery_attempted"})
_MOST_NAMED = 10
_IN_TROUBLE: frozenset[str] = frozenset({"exception", "delivery_attempted", "returning_to_sender"})


def summarise(response: Answer) -> str:
    """The sentences: the state, where and when it was last seen, what to expect or what is wrong, returns."""
    parcel = response.tracking
    sentences: list[str | None] = [_first(response, parcel)]
    if parcel is not None:
        sentences += [_last_seen(parcel), _trouble(parcel), _outlook(response, parcel)]
    sentences += _attention(response, parcel)
    sentences.append(_not_shipped(response))
    sentences += [_return(other) for other in response.returns if not other.voided and other != parcel]
    return " ".join(sentence for sentence in sentences if sentence)


def _first(response: Answer, parcel: Parcel | None) -> str:
    order = _order(response)
    if parcel is None:
        if response.parcel_only and response.state is not OrderState.CANCELLED:
            return f"No parcel of order {order} is on its way with the tracking number {_asked_number(response)}."
        items = _named(response.items_not_shipped)
        return f"Order {order} {_STATE_SENTENCES[response.state]}{f' ({items})' if items else ''}."
    if parcel.is_return_label:
        return f"The return{_name(parcel)} of order {order} {return_told(parcel.state)}."
    when = ""
    if response.state is OrderState.DELIVERED and (day := day_of_delivery(parcel)) is not None:
        when = f" on {day_in_words(day)}"
    what = f"The parcel{_name(parcel)} of order {order}" if response.parcel_only else f"Order {order}{_name(parcel)}"
    return f"{what} {_state(response, parcel)}{when}."


def _asked_number(response: Answer) -> str:
    """The number of the label that was voided, as the carrier writes it; of a fulfillment, as it was typed."""
    number = next((parcel.tracking_number for parcel in response.parcels if parcel.tracking_number), None)
    return number or visible(response.order_id)


def _order(response: Answer) -> str:
    """What the customer calls it; who asked by a parcel's number is told the order's."""
    by_parcel = response.matched_by == "tracking_number"
    return visible(response.order_number if by_parcel and response.order_number else response.order_id)


def _name(parcel: Parcel) -> str:
    by, number = parcel.carrier_name or carrier_name(parcel.carrier_code), parcel.tracking_number
    if by:
        return f" ({by}, {number})" if number else f" ({by})"
    return f" (tracking number {number})" if number else ""


def _state(response: Answer, parcel: Parcel) -> str:
    told = _STATE_SENTENCES[response.state]
    if response.state is OrderState.UNKNOWN and not _was_shipped(parcel):
        return _LABELLED_ONLY
    if response.state is not OrderState.PARTIALLY_DELIVERED:
        return told
    outbound = [sent for sent in response.parcels if not sent.is_return_label]
    if parcel.state is not ParcelState.DELIVERED:
        rest = "the rest" if is_delivered_in_part(parcel) else "another parcel of it"
        return f"{told}; {rest} {_THE_REST[parcel.state]}" if parcel.state in _THE_REST else f"{told}; {_OUTSTANDING}"
    # Only parts that a carrier has are outstanding. A parcel that itself came in part leaves open what the rest is.
    in_part = any(map(is_delivered_in_part, (parcel, *outbound)))
    return told if in_part else f"{told}; {_NOT_SHIPPED}"


def _was_shipped(parcel: Parcel) -> bool:
    """Whether a carrier has scanned a parcel, or somebody marked it as shipped (R9); a label alone proves nothing."""
    return was_scanned(parcel) or parcel.label_id is None


def _last_seen(parcel: Parcel) -> str | None:
    event = newest(parcel.events)
    if event is None:
        return None
    text = event.description or event.carrier_status_description
    where = ", ".join(part for part in (event.city_locality, event.state_province) if part)
    what = f'Last update: "{text.rstrip(".")}"' if text else "It was last seen"
    moment = scan_told(event)
    when = ""
    if moment is not None:
        when = f" on {day_in_words(moment.moment)}" + (f" at {moment.time}" if moment.time else "")
    return f"{what}{f' in {where}' if where else ''}{when}."


def _trouble(parcel: Parcel) -> str | None:
    trouble = parcel.exception_description or parcel.status_detail_description
    if parcel.state in _IN_TROUBLE and trouble:
        return f"The carrier says: {trouble.rstrip('.')}."
    return None


def _outlook(response: Answer, parcel: Parcel) -> str | None:
    """When a parcel is, or was, expected; ``None`` where no such day is known or it is settled."""
    if parcel.state in SETTLED or parcel.estimated_delivery_date is None:
        return None
    day = day_of(parcel.estimated_delivery_date)
    if is_over(day, response.as_of):
        return f"It was expected on {day_in_words(day)}."
    if day < response.as_of.astimezone(UTC).date():  # over here, not over there
        return f"The estimated day of delivery is {day_in_words(day)}."
    return f"Delivery is expected on {day_in_words(day)}."


def _attention(response: Answer, shown: Parcel | None) -> list[str]:
    """What needs attention and is not said yet: of the shown parcel, its state and its estimated day are."""
    said = _SAID_BY_STATE | ({"late"} if shown is not None and shown.estimated_delivery_date is not None else set())
    number = None if shown is None else shown.tracking_number
    is_said = [entry.code in said and entry.tracking_number == number for entry in response.attention]
    return [entry.message for entry, skip in zip(response.attention, is_said, strict=True) if not skip]


def _not_shipped(response: Answer) -> str | None:
    items = _named(response.items_not_shipped)
    return f"Not shipped yet: {items}." if items and response.tracking is not None else None


def _named(items: Sequence[ParcelItem]) -> str:
    told = "; ".join(item_told(item) for item in items[:_MOST_NAMED])
    more = len(items) - _MOST_NAMED
    return f"{told} and {more} more" if more > 0 else told


def _return(parcel: Parcel) -> str:
    return f"The return{_name(parcel)} {return_told(parcel.state)}."
