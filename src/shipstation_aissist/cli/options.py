"""The options that several commands share."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import attrs
import typer

from shipstation_aissist.errors import InvalidRecipientCheckError
from shipstation_aissist.orders.patience import Patience
from shipstation_aissist.orders.query import OrderQuery

if TYPE_CHECKING:
    from shipstation_aissist.actions.track_order import TrackOrderAction
    from shipstation_aissist.client import ShipStationClient


class OutputFormat(StrEnum):
    """How a result prints."""

    JSON = "json"
    TEXT = "text"


class OrderKeyOption(StrEnum):
    """What order ids are (R2)."""

    AUTO = "auto"
    NUMBER = "number"
    EXTERNAL_ID = "external_id"
    SHIPMENT_ID = "shipment_id"
    TRACKING_NUMBER = "tracking_number"


class Dialect(StrEnum):
    """For whom a tool is described."""

    OPENAI = "openai"
    OPENAI_RESPONSES = "openai_responses"
    ANTHROPIC = "anthropic"
    GEMINI = "gemini"
    MCP = "mcp"


class Final(StrEnum):
    """Which errors of a former output are not asked again."""

    NOT_FOUND = "not-found"


class InboxQuestion(StrEnum):
    """What is asked of the inbox."""

    COUNTS = "counts"
    FAILED = "failed"
    RETRY = "retry"


def _not_blank(postal_code: str | None) -> str | None:
    try:
        return OrderQuery("", postal_code).postal_code
    except InvalidRecipientCheckError:
        raise typer.BadParameter("it is blank; leave it out to ask without it") from None


def _an_email(email: str | None) -> str | None:
    try:
        return OrderQuery("", email=email).email
    except InvalidRecipientCheckError:
        raise typer.BadParameter("it is no e-mail address; leave it out to ask without it") from None


def _file_or_stdin(path: Path | None) -> Path | None:
    return path if str(path) == "-" else _file(path)


def _file(path: Path | None) -> Path | None:
    if path is None:
        return None
    if not path.exists() or path.is_dir() or not os.access(path, os.R_OK):
        raise typer.BadParameter(f"there is no file {str(path)!r} that can be read")
    return path


# Where to ask.
Timeout: TypeAlias = Annotated[
    float | None,
    typer.Option(metavar="SECONDS", help="The total time that one order may take, 10 to 180; default: 10."),
]
BaseUrl: TypeAlias = Annotated[
    str | None, typer.Option(metavar="URL", help="Another address of the API; default: SHIPSTATION_BASE_URL.")
]
Http: TypeAlias = Annotated[bool, typer.Option("--http", help="Serve over streamable HTTP, at /mcp, and not on stdin.")]
Host: TypeAlias = Annotated[str, typer.Option("--host", help="With --http: the address to listen on.")]
HttpPort: TypeAlias = Annotated[int, typer.Option("--port", min=1, max=65535, help="With --http: the port.")]
AllowedHosts: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--allow-host", help="With --http: a host name by which others reach it; may be repeated."),
]
Sandbox: TypeAlias = Annotated[
    bool, typer.Option("--sandbox", help="Ask the embedded sandbox, which has sample orders and needs no key.")
]

# Which order.
ORDER_ID_HELP = "What the customer calls the order, such as 12345 or '#1001'."
PostalCode: TypeAlias = Annotated[
    str | None,
    typer.Option(metavar="CODE", help="Answer only if the order goes there.", callback=_not_blank),
]
Email: TypeAlias = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS", help="Answer only if this is the recipient's e-mail.", callback=_an_email),
]
StoreId: TypeAlias = Annotated[
    str | None, typer.Option(metavar="ID", help="Only shipments of this store, such as se-415302.")
]
OrderKeyChoice: TypeAlias = Annotated[OrderKeyOption, typer.Option("--order-key", help="What the order id is.")]
OrderIdPattern: TypeAlias = Annotated[
    str | None,
    typer.Option(metavar="REGEX", help=r"Must match the whole order id; its group, if any, is what is looked up."),
]

# How it prints.
Full: TypeAlias = Annotated[
    bool, typer.Option("--full", help="The full format: states, carrier, estimated delivery, every parcel, warnings.")
]
Format: TypeAlias = Annotated[OutputFormat, typer.Option("--format", help="For programs or for people.")]

# Files.
InputFile: TypeAlias = Annotated[
    Path, typer.Argument(metavar="FILE", show_default=False, callback=_file_or_stdin, help="- is standard input.")
]
OrdersFile: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--from",
        metavar="FILE",
        callback=_file_or_stdin,
        help="Ask for all orders of a CSV file: its column order_id (or the first), with postal_code and email if "
        "there; - is standard input. Prints JSON Lines.",
    ),
]
FormerOutput: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        callback=_file,
        help="With --from: skip what this former output answered; the last line of an order counts.",
    ),
]
FinalErrors: TypeAlias = Annotated[
    Final | None, typer.Option("--final", help="With --skip-done: skip the orders that were not found too.")
]
ConfigurationFile: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        callback=_file,
        help="A TOML file with an integration and its actions, or several; default: trackOrder as it comes.",
    ),
]

IntegrationName: TypeAlias = Annotated[
    str | None, typer.Option("--integration", metavar="NAME", help="Which integration of --config, if it has several.")
]


@attrs.frozen(kw_only=True)
class LookupOptions:
    """How order ids are understood: ``--order-key``, ``--store-id`` and ``--order-id-pattern``."""

    order_key: OrderKeyOption = OrderKeyOption.AUTO
    store_id: str | None = None
    order_id_pattern: str | None = None
    patience: Patience = attrs.Factory(Patience)

    def action(self, client: ShipStationClient) -> TrackOrderAction:
        """The action that understands them so.

        Raises:
            ConfigurationError: One of them is unusable.
        """
        from shipstation_aissist.actions.track_order import TrackOrderAction

        return TrackOrderAction(
            client,
            order_key=self.order_key.value,
            store_id=self.store_id,
            order_id_pattern=self.order_id_pattern,
            patience=self.patience,
        )
