"""The answer in two or three plain sentences (design 2.3)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from shipstation_aissist.orders.carriers import carrier_name
from shipstation_aissist.orders.parcel import Parcel, ParcelEvent
from shipstation_aissist.orders.states import OrderState, ParcelState

if TYPE_CHECKING:
    from shipstation_aissist.orders.response import TrackOrderResponse

_STATE_SENTENCES: dict[str, str] = {
    "not_shipped": "has not been shipped yet",
    "cancelled": "was cancelled",
    "partially_delivered": "has been delivered in part; the rest is still outstanding",
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
    "lost": "is reported as lost by the carrier",
}
# Not "%B": that speaks the language of the process.
_MONTHS = "January February March April May June July August September October November December"
SETTLED = frozenset({ParcelState.DELIVERED, ParcelState.LOST, ParcelState.CANCELLED, ParcelState.RETURNING_TO_SENDER})
_IN_TROUBLE = frozenset({ParcelState.EXCEPTION, ParcelState.DELIVERY_ATTEMPTED, ParcelState.RETURNING_TO_SENDER})


def summarise(response: TrackOrderResponse) -> str:
    """Two or three sentences: the state, where and when it was last seen, what to expect or what is wrong."""
    parcel = response.tracking
    sentences = [_first(response, parcel)]
    if parcel is not None:
        sentences += [sentence for sentence in (_last_seen(parcel), _outlook(parcel)) if sentence]
    return " ".join(sentences)


def _first(response: TrackOrderResponse, parcel: Parcel | None) -> str:
    state = _STATE_SENTENCES[response.state]
    if parcel is None:
        return f"Order {response.order_id} {state}."
    by = carrier_name(parcel.carrier_code)
    number = parcel.tracking_number
    carrier = f" ({by}{f', {number}' if number else ''})" if by else f" (tracking number {number})" if number else ""
    when = ""
    if response.state is OrderState.DELIVERED and parcel.actual_delivery_date is not None:
        when = f" on {_day(parcel.actual_delivery_date)}"
    return f"Order {response.order_id}{carrier} {state}{when}."


def _last_seen(parcel: Parcel) -> str | None:
    event = next(iter(parcel.events), None)
    if event is None:
        return None
    text = event.description or event.carrier_status_description
    where = ", ".join(part for part in (event.city_locality, event.state_province) if part)
    moment = event.carrier_occurred_at or event.occurred_at
    what = f'Last update: "{text.rstrip(".")}"' if text else "It was last seen"
    return f"{what}{f' in {where}' if where else ''}{f' on {_day_and_time(moment, event)}' if moment else ''}."


def _outlook(parcel: Parcel) -> str | None:
    if parcel.state in _IN_TROUBLE:
        trouble = parcel.exception_description or parcel.status_detail_description
        if trouble:
            return f"The carrier says: {trouble.rstrip('.')}."
    if parcel.state not in SETTLED and parcel.estimated_delivery_date is not None:
        return f"Delivery is expected on {_day(parcel.estimated_delivery_date)}."
    return None


def _day(moment: datetime) -> str:
    return f"{_MONTHS.split()[moment.month - 1]} {moment.day}, {moment.year}"


def _day_and_time(moment: datetime, event: ParcelEvent) -> str:
    # A carrier's local time says nothing about a zone; the API's own is UTC.
    zone = "" if event.carrier_occurred_at is not None else " UTC"
    return f"{_day(moment)} at {moment:%H:%M}{zone}" if (moment.hour or moment.minute) else _day(moment)
