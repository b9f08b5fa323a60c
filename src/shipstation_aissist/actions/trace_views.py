"""Two views of a trace: a report for a terminal, and HTML for a notebook. Both say the same."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from shipstation_aissist.markup import (
    Kind,
    badge,
    dot,
    escape,
    faint,
    fragment,
    notes,
    section,
    tag,
    timeline,
)
from shipstation_aissist.orders.carriers import carrier_name
from shipstation_aissist.orders.html import response_view
from shipstation_aissist.orders.parcel import Parcel
from shipstation_aissist.orders.response import TrackOrderResponse
from shipstation_aissist.steps import TraceStep
from shipstation_aissist.texts import printable

_NOTHING_SENT = "Nothing was sent."
_NOTHING_CAME = "Nothing."
_LONGEST_ID = 200


@attrs.frozen
class ShownRecord:
    """A record of the API as a view shows it.

    Attributes:
        kind: What it is.
        record_id: Its id.
        what: What is told of it.
    """

    kind: str
    record_id: str
    what: str


@attrs.frozen(kw_only=True)
class TraceView:
    """What of a trace is shown: all of it, or nothing that is a text of the wire.

    Attributes:
        order_id: What the caller passed.
        steps: What happened.
        records: What came back.
        response: The answer, or ``None``.
        error: What is said in place of an answer, or ``None``.
        error_class: The class of that error, or ``None``.
        found: The order's state, or the error's code.
        elapsed: Seconds that all of it took.
    """

    order_id: str
    steps: tuple[TraceStep, ...]
    records: tuple[ShownRecord, ...]
    response: TrackOrderResponse | None
    error: str | None
    error_class: str | None
    found: str
    elapsed: float


def as_text(view: TraceView) -> str:
    """The report for a terminal."""
    lines = [
        _title(view),
        "",
        "What happened",
        *_steps(view),
        "",
        "What came back",
        *([f"  {record.kind} {record.record_id}: {record.what}" for record in view.records] or [f"  {_NOTHING_CAME}"]),
        "",
        "The answer",
        *(f"  {line}" for line in _answer(view)),
    ]
    return "\n".join(printable(line) for line in lines)


def as_html(view: TraceView) -> str:
    """The report as a fragment of HTML."""
    steps = [f"{dot(_kind(step))}{_badge_of(step)} {escape(_sentence(step))}" for step in view.steps]
    records = [f"{badge(record.kind)} {escape(record.record_id)} {faint(record.what)}" for record in view.records]
    why = [] if view.response is None else [_why(view, view.response)]
    report = fragment(
        tag("p", escape(_title(view)), class_="title"),
        notes(_failure(view)),
        section("What happened", timeline(steps) if steps else faint(_NOTHING_SENT)),
        section("What came back", timeline(records) if records else faint(_NOTHING_CAME)),
        section("The answer", *(tag("p", escape(line)) for line in why)) if why else "",
    )
    return report if view.response is None else report + response_view(view.response)


def _title(view: TraceView) -> str:
    return f"Order {view.order_id[:_LONGEST_ID]}: {view.found}, {len(view.steps)} steps in {view.elapsed:.2f} s"


def _steps(view: TraceView) -> list[str]:
    width = max((len(_word(step)) for step in view.steps), default=0)
    lines = [f"  {number:3}  {_word(step):{width}}  {_sentence(step)}" for number, step in enumerate(view.steps, 1)]
    return lines or [f"  {_NOTHING_SENT}"]


def _word(step: TraceStep) -> str:
    return step.rule or step.kind


def _sentence(step: TraceStep) -> str:
    """A step in one line; the id that the rule's sentence does not name is added."""
    if step.kind == "request":
        outcome = "no reply" if step.status is None else str(step.status)
        attempt = f", attempt {step.attempt}" if step.attempt and step.attempt > 1 else ""
        error = f": {step.error}" if step.error else ""
        return f"{step.what} -> {outcome} in {step.seconds or 0:.2f} s{attempt}{error}"
    is_named = step.record_id is None or step.record_id in step.what
    return step.what if is_named else f"{step.what} [{step.record_id}]"


def _answer(view: TraceView) -> Iterator[str]:
    yield from _failure(view)
    response = view.response
    if response is None:
        return
    yield response.summary()
    yield _why(view, response)
    yield from (f"Attention ({entry.severity}): {entry.code}: {entry.message}" for entry in response.attention)
    yield from (f"Warning: {warning}" for warning in response.warnings)
    for parcel in response.parcels:
        yield f"{'->' if parcel is response.tracking else '  '} {_parcel(parcel)}"


def _failure(view: TraceView) -> list[str]:
    return [] if view.error is None else [f"{view.error_class}: {view.error}"]


def _why(view: TraceView, response: TrackOrderResponse) -> str:
    """Which parcel is shown, and why (R11)."""
    if response.tracking is None:
        return "No parcel is shown: nothing of this order is on its way."
    reasons = [step.what for step in view.steps if step.rule == "R11"]
    return " ".join(reasons) or "The parcel that is shown is the only one on its way to the customer."


def _parcel(parcel: Parcel) -> str:
    name = f"{carrier_name(parcel.carrier_code) or 'Unknown carrier'} {parcel.tracking_number or 'without a number'}"
    flags = ["voided" if parcel.voided else "", "a return" if parcel.is_return_label else ""]
    origin = f"label {parcel.label_id}" if parcel.label_id else f"a fulfillment of shipment {parcel.shipment_id}"
    return ", ".join(part for part in (name, str(parcel.state), *flags, origin) if part)


def _badge_of(step: TraceStep) -> str:
    return badge(_word(step), _kind(step))


def _kind(step: TraceStep) -> Kind:
    if step.kind == "request":
        return "bad" if step.error else "good"
    return "notable" if step.warning else ""
