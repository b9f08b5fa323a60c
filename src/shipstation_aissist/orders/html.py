"""The answer as a notebook shows it: what happened to each parcel, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from shipstation_aissist.markup import Kind, badge, dot, escape, facts, faint, fragment, link, notes, tag, timeline
from shipstation_aissist.orders.carriers import carrier_name
from shipstation_aissist.orders.days import is_over
from shipstation_aissist.orders.parcel import Parcel, ParcelEvent
from shipstation_aissist.orders.returns import return_name
from shipstation_aissist.orders.scans import newest
from shipstation_aissist.orders.states import DISPLAY_NAMES
from shipstation_aissist.orders.summary import SETTLED, summarise
from shipstation_aissist.orders.wording import Told, item_told, scan_told, short_day, told
from shipstation_aissist.wire.dates import day_of

if TYPE_CHECKING:
    from shipstation_aissist.orders.answer import Answer

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
    "returned": "bad",
    "lost": "bad",
}


def response_view(response: Answer) -> str:
    """The whole answer: the order's state, a summary, warnings, and every parcel with its timeline."""
    # The parcel that decides (R11) is open; the others wait for a click.
    shown = response.tracking
    others = [parcel for parcel in response.parcels if parcel is not shown]
    subject = "Tracking number" if response.parcel_only else "Order"
    return fragment(
        tag("p", escape(f"{subject} {response.order_id}"), " ", _state(response), class_="title"),
        tag("p", escape(summarise(response))),
        _attention(response),
        notes(response.warnings),
        tag("section", tag("p", _title(shown), class_="title"), _details(response, shown)) if shown else "",
        *(
            tag("details", tag("summary", _title(parcel)), _details(response, parcel), class_="part")
            for parcel in others
        ),
    )


def _state(response: Answer) -> str:
    shown = response.tracking
    return _parcel_state(shown) if shown is not None and shown.is_return_label else _badge(response.state)


def _parcel_state(parcel: Parcel) -> str:
    return _badge(parcel.state, return_name(parcel.state) if parcel.is_return_label else None)


def _attention(response: Answer) -> str:
    entries = [
        tag(
            "li",
            badge("to do" if entry.severity == "act" else "to know", "bad" if entry.severity == "act" else "notable"),
            " ",
            escape(entry.message),
            " ",
            faint(" ".join(entry.next_steps)),
        )
        for entry in response.attention
    ]
    return tag("ul", *entries, class_="notes") if entries else ""


def _badge(state: str, name: str | None = None) -> str:
    return badge(name or DISPLAY_NAMES[state], _KINDS.get(state, ""))


def _title(parcel: Parcel) -> str:
    name = parcel.carrier_name or carrier_name(parcel.carrier_code) or "Parcel"
    number = parcel.tracking_number or "no number yet"
    flag = " (return)" if parcel.is_return_label else " (voided)" if parcel.voided else ""
    return f"{escape(name)} {link(parcel.tracking_url, number)}{flag} {_parcel_state(parcel)}"


def _details(response: Answer, parcel: Parcel) -> str:
    expected = None if parcel.state in SETTLED else parcel.estimated_delivery_date
    is_past = expected is not None and is_over(day_of(expected), response.as_of)
    several = len(parcel.package_tracking_numbers) > 1
    said = parcel.exception_description or parcel.carrier_status_description
    latest = newest(parcel.events)
    known = facts(
        {
            "Shipped": _moment(parcel.ship_date),
            "Was expected" if is_past else "Expected": _moment(expected),
            "Delivered": _moment(parcel.actual_delivery_date),
            "Service": parcel.service_code and parcel.service_code.replace("_", " "),
            "Carrier says": None if latest is not None and said == latest.description else said,
            "Packages": ", ".join(parcel.package_tracking_numbers) if several else None,
            "Also known as": ", ".join(parcel.alternative_tracking_numbers) or None,
            "Replaced by": parcel.replaced_by,
            "Holds": "; ".join(map(item_told, parcel.items)) or None,
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
    moment = scan_told(event)
    place = ", ".join(part for part in (event.city_locality, event.state_province, event.country_code) if part)
    what = event.description or event.carrier_status_description or DISPLAY_NAMES[event.state]
    when = tag("time", escape(_in_words(moment))) if moment else ""
    return dot(_KINDS.get(event.state, "")) + when + escape(what) + (faint(f" \N{MIDDLE DOT} {place}") if place else "")


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else _in_words(told(moment))


def _in_words(moment: Told) -> str:
    day = short_day(moment.moment)
    return f"{day}, {moment.time}" if moment.time else day
