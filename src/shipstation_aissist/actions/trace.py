"""The debugger: everything that happened while an order was looked up, for people and programs (design 2.5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import attrs

from shipstation_aissist.actions.masking import masked_response
from shipstation_aissist.actions.received import Received, mask_for, watched
from shipstation_aissist.actions.tools import error_code
from shipstation_aissist.client import ShipStationClient
from shipstation_aissist.errors import ShipStationError
from shipstation_aissist.orders.finding import track_order
from shipstation_aissist.orders.query import LookupSettings, OrderQuery, prepare_lookup
from shipstation_aissist.orders.response import TrackOrderResponse
from shipstation_aissist.steps import TraceStep
from shipstation_aissist.wire.requests import JSONValue


@attrs.frozen(kw_only=True)
class ActionTrace:
    """What a look-up did and why it answers as it does.

    It prints as a report for a terminal, and shows itself as HTML in a notebook. What it shows is masked: names,
    streets, e-mail addresses and phone numbers; ``reveal=True`` is for those who must see them. The attributes
    themselves are not masked.

    Attributes:
        order_id: What the caller passed, untouched.
        steps: Each attempt, wait and decision, in the order in which they happened; the log's stream (T8).
        elapsed: Seconds that all of it took.
        response: The answer, or ``None``.
        error: What there is in place of an answer, or ``None``.
        records: Each record that came back from the API, as often as it did.
    """

    order_id: str
    steps: tuple[TraceStep, ...] = ()
    elapsed: float = 0.0
    response: TrackOrderResponse | None = None
    error: ShipStationError | None = None
    records: tuple[Received, ...] = ()

    def to_dict(self, *, reveal: bool = False) -> dict[str, JSONValue]:
        """The trace as JSON-safe dicts and lists, with always the same keys.

        Args:
            reveal: Show personal data too.

        Returns:
            ``order_id``, ``elapsed``, ``steps`` (the fields of :class:`TraceStep`), ``records`` (``kind``,
            ``record_id``, ``what``), ``response`` (in the full format) and ``error`` (``type``, ``code``,
            ``message``); the last two are ``None`` where there is none.
        """
        mask = self.mask(reveal=reveal)
        error = self.error
        response = None if self.response is None else masked_response(self.response, mask).to_dict("full")
        return {
            "order_id": mask(self.order_id),
            "elapsed": round(self.elapsed, 6),
            "steps": [_step(step, mask) for step in self.steps],
            "records": [
                {"kind": one.kind, "record_id": one.record_id, "what": mask(one.describe(reveal=reveal))}
                for one in self.records
            ],
            "response": cast("JSONValue", response),
            "error": None
            if error is None
            else {"type": type(error).__name__, "code": error_code(error), "message": mask(str(error))},
        }

    def to_text(self, *, reveal: bool = False) -> str:
        """The report for a terminal.

        Args:
            reveal: Show personal data too.
        """
        from shipstation_aissist.actions.trace_views import as_text

        return as_text(self, reveal=reveal)

    def to_html(self, *, reveal: bool = False) -> str:
        """The report as a fragment of HTML: no scripts, nothing from elsewhere, everything escaped.

        Args:
            reveal: Show personal data too.
        """
        from shipstation_aissist.actions.trace_views import as_html

        return as_html(self, reveal=reveal)

    def mask(self, *, reveal: bool = False) -> Callable[[str], str]:
        """What this trace's texts go through before they are shown.

        Args:
            reveal: Let everything through.
        """
        return str if reveal else mask_for(self.records)

    def _repr_html_(self) -> str:
        return self.to_html()

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        found = type(self.error).__name__ if self.response is None else str(self.response.state)
        order_id = self.mask()(self.order_id)
        return f"ActionTrace({order_id!r}, {found}, {len(self.steps)} steps, {self.elapsed:.3f} s)"


def trace_of(client: ShipStationClient, query: OrderQuery, settings: LookupSettings) -> ActionTrace:
    """Look an order up and tell everything; an error of the API or the order is part of what is told.

    Args:
        client: The account to look in.
        query: The order.
        settings: How its id is understood.
    """
    steps: list[TraceStep] = []
    records: list[Received] = []
    response: TrackOrderResponse | None = None
    error: ShipStationError | None = None
    started = client._clock.monotonic()
    try:
        lookup = prepare_lookup(query, settings)
        response = client._run(
            lambda emit, now: watched(track_order(lookup, settings, emit, now), records.append), steps.append
        )
    except ShipStationError as raised:
        error = raised.with_traceback(None)  # a trace is kept; the frames of the look-up need not be
    return ActionTrace(
        order_id=str(query.order_id),  # one that is no text is InvalidOrderIdError, and told like any other
        steps=tuple(steps),
        elapsed=client._clock.monotonic() - started,
        response=response,
        error=error,
        records=tuple(records),
    )


def _step(step: TraceStep, mask: Callable[[str], str]) -> dict[str, JSONValue]:
    printed = attrs.asdict(step)
    printed["what"] = mask(step.what)
    printed["error"] = None if step.error is None else mask(step.error)
    printed["seconds"] = None if step.seconds is None else round(step.seconds, 6)
    return printed
