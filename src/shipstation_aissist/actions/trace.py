"""The debugger: everything that happened while an order was looked up, for people and programs."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

import attrs

from shipstation_aissist.actions.masked import Hide, error_told, hider, masked_response, typed
from shipstation_aissist.actions.received import Received, watched
from shipstation_aissist.actions.tools import error_code
from shipstation_aissist.actions.trace_views import ShownRecord, TraceView, as_html, as_text
from shipstation_aissist.client import ShipStationClient
from shipstation_aissist.errors import ShipStationError
from shipstation_aissist.orders.finding import track_order
from shipstation_aissist.orders.query import LookupSettings, OrderQuery, prepare_lookup
from shipstation_aissist.orders.response import TrackOrderResponse
from shipstation_aissist.steps import Record, TraceStep
from shipstation_aissist.transport import Clock
from shipstation_aissist.wire.call import Flow
from shipstation_aissist.wire.requests import JSONValue


@attrs.frozen(kw_only=True)
class ActionTrace:
    """What a look-up did and why it answers as it does.

    It prints as a report for a terminal, and shows itself as HTML in a notebook. What it shows is masked: ids, numbers,
    codes, states, dates, counts and towns, and no text that a carrier, a merchant or the API wrote; ``reveal=True`` is
    for those who must see all of it. The attributes themselves are not masked.

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
            reveal: Show texts of carriers, merchants and the API too, with the personal data in them.

        Returns:
            ``order_id``, ``elapsed``, ``steps`` (the fields of :class:`TraceStep`), ``records`` (``kind``,
            ``record_id``, ``what``), ``response`` (in the full format) and ``error`` (``type``, ``code``,
            ``message``); the last two are ``None`` where there is none.
        """
        view = self.view(reveal=reveal)
        response = None if view.response is None else view.response.to_dict("full")
        return {
            "order_id": view.order_id,
            "elapsed": round(self.elapsed, 6),
            "steps": [_step(step) for step in view.steps],
            "records": [
                {"kind": record.kind, "record_id": record.record_id, "what": record.what} for record in view.records
            ],
            "response": cast("JSONValue", response),
            "error": None
            if self.error is None
            else {"type": type(self.error).__name__, "code": error_code(self.error), "message": view.error},
        }

    def to_text(self, *, reveal: bool = False) -> str:
        """The report for a terminal.

        Args:
            reveal: Show texts of carriers, merchants and the API too, with the personal data in them.
        """
        return as_text(self.view(reveal=reveal))

    def to_html(self, *, reveal: bool = False) -> str:
        """The report as a fragment of HTML: no scripts, nothing from elsewhere, everything escaped.

        Args:
            reveal: Show texts of carriers, merchants and the API too, with the personal data in them.
        """
        return as_html(self.view(reveal=reveal))

    def view(self, *, reveal: bool = False) -> TraceView:
        """What of this trace is shown.

        Args:
            reveal: Show everything.
        """
        return _revealed(self) if reveal else _masked(self)

    @property
    def _found(self) -> str:
        if self.response is not None:
            return str(self.response.state)
        return "no answer" if self.error is None else error_code(self.error)

    def _repr_html_(self) -> str:
        return self.to_html()

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        found = type(self.error).__name__ if self.response is None else str(self.response.state)
        return f"ActionTrace({typed(self.order_id)!r}, {found}, {len(self.steps)} steps, {self.elapsed:.3f} s)"


class Tracing:
    """A look-up that is being told, for either client: run :attr:`flow`, then ask for the trace.

    Args:
        order_id: What the caller passed.
        postal_code: Where the order must go, or ``None``.
        email: The e-mail address of its recipient, or ``None``.
        settings: How its id is understood.
        clock: The client's.
    """

    def __init__(
        self, order_id: str, postal_code: str | None, email: str | None, settings: LookupSettings, clock: Clock
    ) -> None:
        self._order_id: Any = order_id  # whatever the caller passed
        self._postal_code = postal_code
        self._email = email
        self._settings = settings
        self._clock = clock
        self._started = clock.monotonic()
        self._records: list[Received] = []
        self.steps: list[TraceStep] = []

    def flow(self, emit: Record, now: datetime) -> Flow[TrackOrderResponse]:
        """The requests of the look-up; what comes back is kept for the trace.

        Args:
            emit: Receives decisions.
            now: The time.

        Raises:
            InvalidOrderIdError: It cannot be an order id (R1).
            InvalidRecipientCheckError: The postal code or the e-mail address is none (R1).
        """
        query = OrderQuery(self._order_id, self._postal_code, self._email)  # here, so that its refusal is told too
        lookup = prepare_lookup(query, self._settings)
        return watched(track_order(lookup, self._settings, emit, now), self._records.append)

    def trace(self, response: TrackOrderResponse | None, error: ShipStationError | None = None) -> ActionTrace:
        """The trace of the look-up that ended so.

        Args:
            response: The answer, or ``None``.
            error: What there is in its place; a trace is kept, the frames of the look-up need not be.
        """
        return ActionTrace(
            # One that is no text is InvalidOrderIdError, and told like any other; not everything has a text.
            order_id=self._order_id if isinstance(self._order_id, str) else f"({type(self._order_id).__name__})",
            steps=tuple(self.steps),
            elapsed=self._clock.monotonic() - self._started,
            response=response,
            error=None if error is None else error.with_traceback(None),
            records=tuple(self._records),
        )


def trace_of(
    client: ShipStationClient, order_id: str, postal_code: str | None, email: str | None, settings: LookupSettings
) -> ActionTrace:
    """Look an order up and tell everything; an error of the API or the order is part of what is told.

    Args:
        client: The account to look in.
        order_id: What the caller passed.
        postal_code: Where the order must go, or ``None``.
        email: The e-mail address of its recipient, or ``None``.
        settings: How its id is understood.
    """
    tracing = Tracing(order_id, postal_code, email, settings, client._clock)
    try:
        return tracing.trace(client._run(tracing.flow, tracing.steps.append))
    except ShipStationError as error:
        return tracing.trace(None, error)


def _revealed(trace: ActionTrace) -> TraceView:
    return TraceView(
        order_id=trace.order_id,
        steps=trace.steps,
        records=tuple(
            ShownRecord(record.kind, record.record_id, record.describe(reveal=True)) for record in trace.records
        ),
        response=trace.response,
        error=None if trace.error is None else str(trace.error),
        error_class=_error_class(trace),
        found=trace._found,
        elapsed=trace.elapsed,
    )


def _masked(trace: ActionTrace) -> TraceView:
    hide = hider(trace.order_id, (value for record in trace.records for value in record.quotable()))
    return TraceView(
        order_id=typed(trace.order_id),
        steps=tuple(_masked_step(step, hide) for step in trace.steps),
        records=tuple(
            ShownRecord(record.kind, hide(record.record_id), hide(record.describe())) for record in trace.records
        ),
        response=None if trace.response is None else masked_response(trace.response, hide),
        error=None if trace.error is None else error_told(trace.error, hide),
        error_class=_error_class(trace),
        found=trace._found,
        elapsed=trace.elapsed,
    )


def _error_class(trace: ActionTrace) -> str | None:
    return None if trace.error is None else type(trace.error).__name__


def _masked_step(step: TraceStep, hide: Hide) -> TraceStep:
    # An attempt's error begins with its class; what follows may quote what the other side said, but for its codes.
    error = step.error
    if error is not None:
        error = ": ".join((error.partition(":")[0], *filter(None, (", ".join(step.error_codes),))))
    return attrs.evolve(
        step,
        what=hide(step.what),
        record_id=None if step.record_id is None else hide(step.record_id),
        error=error,
    )


def _step(step: TraceStep) -> dict[str, JSONValue]:
    printed = attrs.asdict(step)
    printed["error_codes"] = list(step.error_codes)
    printed["seconds"] = None if step.seconds is None else round(step.seconds, 6)
    return printed
