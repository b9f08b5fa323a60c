"""The answer as a notebook shows it: what happened to each parcel, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from shipstation_aissist.markup import Kind, badge, dot, escape, facts, faint, fragment, link, notes, tag, timeline
from shipstation_aissist.orders.carriers import carrier_name
from shipstation_aissist.orders.parcel import Parcel, ParcelEvent
from shipstation_aissist.orders.states import DISPLAY_NAMES
from shipstation_aissist.orders.summary import SETTLED

if TYPE_CHECKING:
    from shipstation_aissist.orders.response import TrackOrderResponse

_SHOWN_EVENTS = 6
_KINDS: dict[str, Kind] = {
    "delivered": "good",
    "accepted": "moving",
    "in_transit": "moving",
    "out_for_delivery": "moving",
    "partially_delivered": "moving",
    "available_for_pickup": "notable",
    "delivery_attempted": "notable",
    "exception": "notable",
    "returning_to_sender": "bad",
    "lost": "bad",
}


def response_view(response: TrackOrderResponse) -> str:
    """The whole answer: the order's state, a summary, warnings, and every parcel with its timeline."""
    # The parcel that decides (R11) is open; the others wait for a click.
    shown = response.tracking
    others = [parcel for parcel in response.parcels if parcel is not shown]
    return fragment(
        tag("p", escape(f"Order {response.order_id}"), " ", _state(response.state), class_="title"),
        tag("p", escape(response.summary())),
        notes(response.warnings),
        tag("section", tag("p", _title(shown), class_="title"), _details(shown)) if shown else "",
        *(tag("details", tag("summary", _title(parcel)), _details(parcel), class_="part") for parcel in others),
    )


def _state(state: str) -> str:
    return badge(DISPLAY_NAMES[state], _KINDS.get(state, ""))


def _title(parcel: Parcel) -> str:
    name = carrier_name(parcel.carrier_code) or "Parcel"
    number = parcel.tracking_number or "no number yet"
    flag = " (return)" if parcel.is_return_label else " (voided)" if parcel.voided else ""
    return f"{escape(name)} {link(parcel.tracking_url, number)}{flag} {_state(parcel.state)}"


def _details(parcel: Parcel) -> str:
    expected = None if parcel.state in SETTLED else parcel.estimated_delivery_date
    several = len(parcel.package_tracking_numbers) > 1
    said = parcel.exception_description or parcel.carrier_status_description
    newest = parcel.events[0].description if parcel.events else None
    known = facts(
        {
            "Shipped": _moment(parcel.ship_date),
            "Expected": _moment(expected),
            "Delivered": _moment(parcel.actual_delivery_date),
            "Service": parcel.service_code and parcel.service_code.replace("_", " "),
            "Carrier says": None if said == newest else said,
            "Packages": ", ".join(parcel.package_tracking_numbers) if several else None,
        }
    )
    return known + _scans(parcel.events)


def _scans(events: Sequence[ParcelEvent]) -> str:
    if not events:
        return tag("p", "No scan is known.", class_="faint")
    newest = timeline(_scan(event) for event in events[:_SHOWN_EVENTS])
    earlier = [_scan(event) for event in events[_SHOWN_EVENTS:]]
    if not earlier:
        return newest
    return newest + tag("details", tag("summary", f"{len(earlier)} earlier"), timeline(earlier))


def _scan(event: ParcelEvent) -> str:
    # A carrier's local time may come with any zone or none (api-facts 7.5): it is shown without one.
    local = event.carrier_occurred_at
    moment = _moment(local.replace(tzinfo=None) if local else event.occurred_at)
    place = ", ".join(part for part in (event.city_locality, event.state_province, event.country_code) if part)
    what = event.description or event.carrier_status_description or DISPLAY_NAMES[event.state]
    when = tag("time", escape(moment)) if moment else ""
    return dot(_KINDS.get(event.state, "")) + when + escape(what) + (faint(f" \N{MIDDLE DOT} {place}") if place else "")


def _moment(moment: datetime | None) -> str | None:
    """A day, and the time of day where it is one: midnight is how a mere date arrives (api-facts 7.5)."""
    if moment is None:
        return None
    day = f"{moment:%b} {moment.day}, {moment.year}"
    if not (moment.hour or moment.minute):
        return day
    return f"{day}, {moment:%H:%M} {moment.tzname() or ''}".rstrip()
