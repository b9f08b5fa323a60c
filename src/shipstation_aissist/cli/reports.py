"""The commands that make something to send to somebody: the doctor's report, and a recording."""

from __future__ import annotations

import os
from pathlib import Path

import typer

from shipstation_aissist.cli.options import LookupOptions
from shipstation_aissist.cli.output import note, plain, write_json
from shipstation_aissist.cli.progress import show_progress
from shipstation_aissist.cli.session import Connection, open_client
from shipstation_aissist.cli.statuses import ANSWERED
from shipstation_aissist.cli.views import BAD, CALM, FAINT, GOOD, Line, show
from shipstation_aissist.doctor import Finding, Report, examine
from shipstation_aissist.orders.states import OrderState

_STYLES = {"established": GOOD, "contradicted": BAD, "not testable here": FAINT}


def doctor(connection: Connection, order_id: str | None, *, as_json: bool) -> int:
    """Hold what the library stands on against an account; returns the exit status.

    Args:
        connection: Which account.
        order_id: The number of an order to try the points on, or ``None``.
        as_json: Whether it prints JSON, for an issue, and not text for people.
    """
    with open_client(connection) as client, show_progress(None) as progress:
        report = examine(client, order_id, progress=lambda done, _all: progress.show(done, "points examined"))
    if as_json:
        write_json(report.to_dict())
    else:
        show(_lines(report))
    return ANSWERED


def _lines(report: Report) -> list[Line]:
    counted = "1 request" if report.requests == 1 else f"{report.requests} requests"
    lines: list[Line] = [((f"shipstation-aissist {report.version}", "bold"), (f" · {counted}, nothing changed", ""))]
    for finding in report.findings:
        lines += [(), *_told(finding)]
    found = {verdict: sum(finding.verdict == verdict for finding in report.findings) for verdict in _STYLES}
    lines += [(), ((", ".join(f"{count} {verdict}" for verdict, count in found.items()), CALM),)]
    return lines


def _told(finding: Finding) -> list[Line]:
    meaning = finding.meaning[:1].upper() + finding.meaning[1:]
    lines: list[Line] = [
        ((f"{finding.point:<6}", FAINT), (finding.question, "bold")),
        (("      ", ""), (finding.verdict, _STYLES[finding.verdict]), (f": {meaning}", "")),
    ]
    if finding.counts:
        counts = ", ".join(f"{name}: {count}" for name, count in finding.counts.items())
        lines.append((("      ", ""), (counts, FAINT)))
    return lines


def record(
    connection: Connection, lookup: LookupOptions, order_id: str, postal_code: str | None, email: str | None, to: Path
) -> int:
    """Record one look-up under pseudonyms; returns the exit status.

    Args:
        connection: Which account.
        lookup: How the order id is understood.
        order_id: What the customer calls the order.
        postal_code: The recipient check, or ``None``.
        email: The other one, or ``None``.
        to: The file to write, whole or not at all.

    Raises:
        typer.BadParameter: No file can be written there. Nothing was sent.
    """
    from shipstation_aissist.recording import record as record_order

    folder = to.absolute().parent
    if to.is_dir() or not folder.is_dir() or not os.access(folder, os.W_OK):
        raise typer.BadParameter(f"no file can be written at {str(to)!r}", param_hint="--to")
    with open_client(connection) as client:
        recording = record_order(
            client,
            order_id,
            postal_code=postal_code,
            email=email,
            order_key=lookup.order_key.value,
            store_id=lookup.store_id,
        )
    recording.save(to)
    count = len(recording.replies)
    ending = recording.state.replace("_", " ") if recording.state in set(OrderState) else recording.state
    requests = "1 request" if count == 1 else f"{count} requests"
    note(
        f"Recorded {requests} in {plain(str(to))}: {ending}. Names, numbers, addresses and dates in it are made up; "
        f"in it the order is {recording.order_id}."
    )
    return ANSWERED
