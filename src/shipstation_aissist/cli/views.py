"""What a person sees: the status first, then the timeline (``--format text``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TypeAlias

from shipstation_aissist.cli.output import plain, replace_unprintable
from shipstation_aissist.orders.carriers import carrier_name
from shipstation_aissist.orders.parcel import Parcel, ParcelEvent
from shipstation_aissist.orders.response import TrackOrderResponse
from shipstation_aissist.orders.states import DISPLAY_NAMES, OrderState
from shipstation_aissist.orders.wording import Told, scan_told, told

Line: TypeAlias = "tuple[tuple[str, str], ...]"
"""Texts, each with its style; the texts are harmless for a terminal already."""

GOOD, BAD, CALM, FAINT = "bold green", "bold red", "bold cyan", "dim"
_STYLES = {
    "delivered": GOOD,
    "exception": BAD,
    "delivery_attempted": BAD,
    "returning_to_sender": BAD,
    "returned": BAD,
    "lost": BAD,
}
_STYLES_OF = {"act": BAD, "info": CALM}
_ASCII = str.maketrans("●│·", "*|-")
_TIME_WIDTH = 22


def show(lines: Iterable[Line]) -> None:
    """Print lines on stdout, in colour if that is a terminal."""
    from rich.console import Console
    from rich.text import Text

    replace_unprintable()
    console = Console(highlight=False, soft_wrap=True)
    for line in lines:
        text = Text.assemble(*line)
        if console.options.ascii_only:
            text.plain = text.plain.translate(_ASCII)
        console.print(text)


def order_view(response: TrackOrderResponse, *, full: bool) -> Iterator[Line]:
    """Where an order is.

    Args:
        response: The answer.
        full: Whether each of several parcels has its timeline, instead of one line.
    """
    yield ((status(response), _style(response.state)), (f" · order {plain(response.order_id)}", "bold"))
    shown = response.tracking
    if shown is None or not shown.events:
        yield ((plain(response.summary()), ""),)
    if shown is not None:
        yield from _parcel_view(shown)
    for other in (parcel for parcel in response.parcels if parcel is not shown):
        yield ()
        yield (("Also in this order: ", ""), _state(other.state), (f"{_flags(other)} · {_name(other)}", ""))
        if full:
            yield from _parcel_view(other)
    if response.attention:
        yield ()
        for entry in response.attention:
            yield (("! " if entry.severity == "act" else "i ", _STYLES_OF[entry.severity]), (plain(entry.message), ""))
            yield from ((("  ", ""), (plain(step), FAINT)) for step in entry.next_steps)
    if response.warnings:
        yield ()
        yield from ((("! ", BAD), (plain(warning), "")) for warning in response.warnings)


def status(response: TrackOrderResponse) -> str:
    """The order's state in two or three words; where tracking knows none, what is known all the same ("Shipped")."""
    known = response.tracking.status_description if response.state is OrderState.UNKNOWN and response.tracking else None
    return plain(known) or DISPLAY_NAMES[response.state]


def _parcel_view(parcel: Parcel) -> Iterator[Line]:
    is_in_trouble = _style(parcel.state) == BAD
    facts = {
        "Carrier": _name(parcel),
        "Link": plain(parcel.tracking_url),
        "Shipped": _when(parcel.ship_date),
        "Expected": _when(parcel.estimated_delivery_date) if parcel.actual_delivery_date is None else "",
        "Delivered": _when(parcel.actual_delivery_date),
        "Trouble": plain(parcel.exception_description or (parcel.status_detail_description if is_in_trouble else None)),
    }
    yield ()
    yield from (((f"  {name:<11}", FAINT), (fact, "")) for name, fact in facts.items() if fact)
    if parcel.events:
        yield ()
        yield from _timeline(parcel.events)


def _timeline(events: Iterable[ParcelEvent]) -> Iterator[Line]:
    for event in events:
        what = plain(event.description or event.carrier_status_description) or DISPLAY_NAMES[event.state]
        where = _joined(", ", event.city_locality, _joined(" ", event.state_province, event.postal_code))
        moment = scan_told(event)
        when = "" if moment is None else _in_words(moment)
        yield (("  ● ", _style(event.state)), (f"{when:<{_TIME_WIDTH}}  ", FAINT), (what, ""))
        if where:
            yield (("  │ ", FAINT), (f"{'':<{_TIME_WIDTH}}  {where}", FAINT))


def _state(state: str) -> tuple[str, str]:
    return DISPLAY_NAMES[state], _style(state)


def _style(state: str) -> str:
    return _STYLES.get(state, CALM)


def _name(parcel: Parcel) -> str:
    return _joined(" ", carrier_name(parcel.carrier_code), parcel.tracking_number) or "no tracking number yet"


def _flags(parcel: Parcel) -> str:
    flags = [name for name, is_so in (("return", parcel.is_return_label), ("voided", parcel.voided)) if is_so]
    return f" ({', '.join(flags)})" if flags else ""


def _joined(separator: str, *parts: str | None) -> str:
    return separator.join(text for text in map(plain, parts) if text)


def _when(moment: datetime | None) -> str:
    return "" if moment is None else _in_words(told(moment))


def _in_words(moment: Told) -> str:
    day = f"{moment.moment:%Y-%m-%d}"
    # Short, where one time stands under the other.
    return f"{day} {moment.time.removesuffix(' time')}" if moment.time else day
