"""The commands about one thing: the connection, an order, a notification."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import attrs

from shipstation_aissist.cli.options import LookupOptions, OutputFormat
from shipstation_aissist.cli.output import complain, plain, write_json, write_result
from shipstation_aissist.cli.session import Connection, open_client
from shipstation_aissist.cli.statuses import ANSWERED, FAILED, exit_status
from shipstation_aissist.cli.views import BAD, CALM, GOOD, order_view, show
from shipstation_aissist.errors import ShipStationError
from shipstation_aissist.orders.response import TrackOrderResponse


def test(connection: Connection, output_format: OutputFormat) -> int:
    """The "Test" button; returns the exit status."""
    with open_client(connection) as client:
        status = client.test_connection()
    if output_format is OutputFormat.JSON:
        write_json(attrs.asdict(status))
    else:
        headline = ("OK", GOOD) if status.ok else (status.reason.replace("_", " ").capitalize(), BAD)
        show([(headline, (f" · {status.elapsed:.1f} s", "")), ((plain(status.message), ""),)])
    return ANSWERED if status.ok else FAILED


def track(
    connection: Connection,
    lookup: LookupOptions,
    order_id: str,
    postal_code: str | None,
    email: str | None,
    output_format: OutputFormat,
    *,
    full: bool,
) -> None:
    """Where one order is."""
    with open_client(connection) as client:
        response = lookup.action(client).run(order_id, postal_code=postal_code, email=email)
    if output_format is OutputFormat.TEXT:
        show(order_view(response, full=full))
    else:
        write_result(response.to_json("full" if full else "documented", indent=2))


def debug(
    connection: Connection,
    lookup: LookupOptions,
    order_id: str,
    postal_code: str | None,
    email: str | None,
    output_format: OutputFormat,
    *,
    reveal: bool,
) -> int:
    """How one answer comes about; returns the exit status, which is that of ``track``."""
    with open_client(connection) as client:
        trace = lookup.action(client).debug(order_id, postal_code=postal_code, email=email)
    if output_format is OutputFormat.JSON:
        write_json(trace.to_dict(reveal=reveal))
    else:
        show(((plain(line), ""),) for line in trace.to_text(reveal=reveal).splitlines())
    return ANSWERED if trace.error is None else exit_status(trace.error)


def webhook(connection: Connection, file: Path, output_format: OutputFormat, *, full: bool) -> int:
    """What a notification says, and where its order is; returns the exit status, which is that of ``track``."""
    from shipstation_aissist.actions.tools import error_result
    from shipstation_aissist.webhooks import describe, parse_webhook

    event = parse_webhook(sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes())
    response: TrackOrderResponse | None = None
    status = ANSWERED
    order: dict[str, Any] = {}
    with open_client(connection) as client:
        try:
            response = LookupOptions().action(client).from_webhook(event)
            order = {**response.to_dict("full" if full else "documented")}
        except ShipStationError as error:
            complain(error)
            order = {**error_result(None, error)}
            status = exit_status(error)
    if output_format is OutputFormat.JSON:
        said = {field.name: getattr(event, field.name) for field in attrs.fields(type(event))}
        del said["tracking"]  # as the order shows it; what else it holds may be personal
        write_json({"event": {"description": describe(event), **said}, **order})
        return status
    show([((plain(describe(event)), CALM),), *(((plain(warning), BAD),) for warning in event.warnings)])
    if response is not None:
        show([(), *order_view(response, full=full)])
    return status
