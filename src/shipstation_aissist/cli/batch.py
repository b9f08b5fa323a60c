"""A batch: orders in, JSON Lines out as they come."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from pathlib import Path

import attrs

from shipstation_aissist.actions.bulk import TrackOrderOutcome
from shipstation_aissist.actions.tools import error_result
from shipstation_aissist.cli.interrupts import in_one_piece, terminated_as_interrupted
from shipstation_aissist.cli.options import Final, LookupOptions
from shipstation_aissist.cli.orders_file import count_orders, done_in, read_orders
from shipstation_aissist.cli.output import note, write_result
from shipstation_aissist.cli.progress import show_progress
from shipstation_aissist.cli.session import Connection, open_client
from shipstation_aissist.cli.statuses import ANSWERED, FAILED, NOT_FOUND, exit_status
from shipstation_aissist.errors import ShipStationError
from shipstation_aissist.orders.formats import ResponseFormat
from shipstation_aissist.orders.query import OrderQuery

_WORKERS = 8


@attrs.define
class Counts:
    """What became of the orders so far."""

    answered: int = 0
    not_found: int = 0
    failed: int = 0
    skipped: int = 0

    def count(self, outcome: TrackOrderOutcome) -> None:
        """Count one order."""
        if outcome.error is None:
            self.answered += 1
        elif exit_status(outcome.error) == NOT_FOUND:
            self.not_found += 1
        else:
            self.failed += 1

    @property
    def done(self) -> int:
        """How many orders are behind us."""
        return self.answered + self.not_found + self.failed + self.skipped

    @property
    def exit_status(self) -> int:
        """What the batch ends with."""
        return FAILED if self.failed else NOT_FOUND if self.not_found else ANSWERED

    def __str__(self) -> str:
        orders = "order" if self.done == 1 else "orders"
        return (
            f"{self.done} {orders}: {self.answered} answered, {self.not_found} not found or ambiguous, "
            f"{self.failed} failed, {self.skipped} skipped."
        )


def track_file(
    connection: Connection,
    lookup: LookupOptions,
    orders: Path,
    skip_done: Path | None,
    final: Final | None,
    *,
    full: bool,
) -> int:
    """Ask for all orders of a file, print a line for each in their order, and the counts at the end.

    Args:
        connection: Where to ask.
        lookup: How order ids are understood.
        orders: A CSV file, or ``-``.
        skip_done: A former output, whose orders are not asked for again.
        final: Which errors of it count as done too.
        full: Whether answers have the full format.

    Returns:
        The exit status.
    """
    total = count_orders(orders)  # and nothing is sent for a file that cannot be read
    done: set[str] = set()
    if skip_done is not None:
        done = done_in(skip_done, final)
        _finish_torn_line(skip_done)
    counts = Counts()

    def unanswered() -> Iterator[OrderQuery | TrackOrderOutcome]:
        for order in read_orders(orders):
            query = order if isinstance(order, OrderQuery) else order.query
            if query.order_id in done:
                counts.skipped += 1
            else:
                yield order

    with terminated_as_interrupted(), open_client(connection) as client:
        action = lookup.action(client)
        outcomes = _outcomes(unanswered(), lambda queries: action.run_many(queries, max_workers=_WORKERS))
        _write_all(outcomes, counts, total, "full" if full else "documented")
    return counts.exit_status


def _outcomes(
    orders: Iterator[OrderQuery | TrackOrderOutcome],
    ask: Callable[[Iterator[OrderQuery]], Generator[TrackOrderOutcome, None, None]],
) -> Generator[TrackOrderOutcome, None, None]:
    """The outcomes of all orders in their order: of those that can be asked, and of those that have theirs already."""
    refused: deque[tuple[int, TrackOrderOutcome]] = deque()  # each with the number of orders asked before it

    def askable() -> Iterator[OrderQuery]:
        asked = 0
        for order in orders:
            if isinstance(order, OrderQuery):
                asked += 1
                yield order
            else:
                refused.append((asked, order))

    with closing(ask(askable())) as outcomes:
        for number, outcome in enumerate(outcomes):
            while refused and refused[0][0] <= number:
                yield refused.popleft()[1]
            yield outcome
    for _, outcome in refused:
        yield outcome


def _write_all(
    outcomes: Generator[TrackOrderOutcome, None, None],
    counts: Counts,
    total: int | None,
    response_format: ResponseFormat,
) -> None:
    try:
        # Closed also where writing fails: what is queued must not be asked any more.
        with show_progress(total) as progress, closing(outcomes):
            for outcome in outcomes:
                line = _line(outcome, response_format)
                with progress.out_of_the_way(), in_one_piece():
                    write_result(line)
                    counts.count(outcome)
                progress.show(counts.done, str(counts))
    except KeyboardInterrupt:
        note(f"Interrupted. {counts} To go on: --skip-done FILE, with the output so far.")
        raise
    note(str(counts))


def _finish_torn_line(output: Path) -> None:
    """Before standard output goes on in the same file: end its last line, where a crash tore it."""
    with contextlib.suppress(OSError, ValueError):
        if not os.path.samestat(os.fstat(sys.stdout.fileno()), output.stat()):
            return
        with output.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            if file.read() != b"\n":
                write_result("")


def _line(outcome: TrackOrderOutcome, response_format: ResponseFormat) -> str:
    try:
        return outcome.unwrap().to_json(response_format)
    except ShipStationError as error:
        return json.dumps(error_result(outcome.query.order_id, error), ensure_ascii=False)
