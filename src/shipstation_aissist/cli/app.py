"""The commands of ``shipstation-aissist``. What a command needs is imported when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shipstation_aissist._version import __version__
from shipstation_aissist.cli import options
from shipstation_aissist.cli.endings import Commands
from shipstation_aissist.cli.options import Dialect, InboxQuestion, OrderKeyOption, OutputFormat
from shipstation_aissist.cli.output import write_json, write_result
from shipstation_aissist.cli.session import Connection
from shipstation_aissist.cli.statuses import EXPLAINED

app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    rich_markup_mode=None,  # help that also reads well in a log, and needs no escaping
    pretty_exceptions_enable=False,  # they show locals, which may hold the key (T5)
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _examples(*lines: str) -> str:
    return "\n".join(["\b", "Examples:", *(f"  shipstation-aissist {line}" for line in lines), EXPLAINED])


def _configured(
    connection: Connection, settings: options.LookupOptions, config: Path | None, integration: str | None
) -> tuple[Connection, options.LookupOptions]:
    if config is None and integration is None:
        return connection, settings
    from shipstation_aissist.cli.configurations import configured, read_configuration

    return configured(connection, settings, read_configuration(config, integration))


def _print_version(wanted: bool) -> None:
    if wanted:
        write_result(f"shipstation-aissist {__version__}")
        raise typer.Exit


@app.callback(epilog=_examples("track 12345 --sandbox", "sandbox", "COMMAND --help"))
def _shipstation_aissist(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Where is my order? Asks a ShipStation account (V2 API), and changes nothing in it.

    The API key comes from the environment variable SHIPSTATION_API_KEY. With --sandbox every command runs against
    sample orders, without a key. Results go to stdout, everything else to stderr.
    """


@app.command(
    "test", short_help="Test key, plan and network.", epilog=_examples("test", "test --format text", "test --sandbox")
)
def check_connection(
    output_format: options.Format = OutputFormat.JSON,
    timeout: options.Timeout = None,
    base_url: options.BaseUrl = None,
    sandbox: options.Sandbox = False,
) -> None:
    """Test whether key, plan and network are good for tracking orders."""
    from shipstation_aissist.cli import single

    raise typer.Exit(single.test(Connection(timeout=timeout, base_url=base_url, sandbox=sandbox), output_format))


@app.command(
    short_help="Find out where an order is, or many.",
    epilog=_examples(
        "track 12345 --sandbox",
        "track '#1001' --postal-code 29646 --format text",
        r"track SHOPIFY-1001 --order-id-pattern 'SHOPIFY-(\d+)' --full",
        "track 12345 --config shops.toml --integration 'My shop'",
        "track --from orders.csv > answers.jsonl",
        "track --from orders.csv --skip-done answers.jsonl --final not-found >> answers.jsonl",
    ),
)
def track(
    order_id: Annotated[
        str | None, typer.Argument(metavar="ORDER_ID", help=options.ORDER_ID_HELP, show_default=False)
    ] = None,
    from_file: options.OrdersFile = None,
    skip_done: options.FormerOutput = None,
    final: options.FinalErrors = None,
    postal_code: options.PostalCode = None,
    email: options.Email = None,
    store_id: options.StoreId = None,
    order_key: options.OrderKeyChoice = OrderKeyOption.AUTO,
    order_id_pattern: options.OrderIdPattern = None,
    config: options.ConfigurationFile = None,
    integration: options.IntegrationName = None,
    full: options.Full = False,
    output_format: options.Format = OutputFormat.JSON,
    timeout: options.Timeout = None,
    base_url: options.BaseUrl = None,
    sandbox: options.Sandbox = False,
) -> None:
    """Find out where an order is, or where all orders of a CSV file are."""
    connection = Connection(timeout=timeout, base_url=base_url, sandbox=sandbox)
    settings = options.LookupOptions(order_key=order_key, store_id=store_id, order_id_pattern=order_id_pattern)
    connection, settings = _configured(connection, settings, config, integration)
    if final is not None and skip_done is None:
        raise typer.BadParameter("it belongs to --skip-done", param_hint="--final")
    if order_id is not None and from_file is None:
        if skip_done is not None:
            raise typer.BadParameter("it belongs to --from", param_hint="--skip-done")
        from shipstation_aissist.cli import single

        single.track(connection, settings, order_id, postal_code, email, output_format, full=full)
    elif from_file is not None and order_id is None:
        if postal_code is not None or email is not None:
            hint = "--postal-code" if email is None else "--email"
            raise typer.BadParameter("with --from it is a column of the file", param_hint=hint)
        if output_format is not OutputFormat.JSON:
            raise typer.BadParameter("with --from the output is JSON Lines", param_hint="--format")
        from shipstation_aissist.cli import batch

        raise typer.Exit(batch.track_file(connection, settings, from_file, skip_done, final, full=full))
    else:
        raise typer.BadParameter("give either an order id or a file", param_hint="ORDER_ID, --from")


@app.command(
    short_help="Show how an answer comes about.",
    epilog=_examples("debug 12345 --sandbox --format text", "debug 12345 --postal-code 29646"),
)
def debug(
    order_id: Annotated[str, typer.Argument(metavar="ORDER_ID", help=options.ORDER_ID_HELP, show_default=False)],
    postal_code: options.PostalCode = None,
    email: options.Email = None,
    store_id: options.StoreId = None,
    order_key: options.OrderKeyChoice = OrderKeyOption.AUTO,
    order_id_pattern: options.OrderIdPattern = None,
    config: options.ConfigurationFile = None,
    integration: options.IntegrationName = None,
    _full: Annotated[bool, typer.Option("--full", help="As for track; a trace always holds it.")] = False,
    reveal: Annotated[
        bool, typer.Option("--reveal", help="Show texts of carriers, merchants and the API too.")
    ] = False,
    output_format: options.Format = OutputFormat.JSON,
    timeout: options.Timeout = None,
    base_url: options.BaseUrl = None,
    sandbox: options.Sandbox = False,
) -> None:
    """Show how the answer comes about: every request, wait and decision, with personal data masked."""
    from shipstation_aissist.cli import single

    connection = Connection(timeout=timeout, base_url=base_url, sandbox=sandbox)
    settings = options.LookupOptions(order_key=order_key, store_id=store_id, order_id_pattern=order_id_pattern)
    connection, settings = _configured(connection, settings, config, integration)
    raise typer.Exit(single.debug(connection, settings, order_id, postal_code, email, output_format, reveal=reveal))


@app.command(
    short_help="Show what a notification says, and its order.",
    epilog=_examples("webhook event.json", "webhook - --format text < event.json"),
)
def webhook(
    file: options.InputFile,
    full: options.Full = False,
    output_format: options.Format = OutputFormat.JSON,
    timeout: options.Timeout = None,
    base_url: options.BaseUrl = None,
    sandbox: options.Sandbox = False,
) -> None:
    """Show what a delivery notification says, and where its order is.

    FILE holds the body as it was received. Its signature is not looked at here.
    """
    from shipstation_aissist.cli import single

    connection = Connection(timeout=timeout, base_url=base_url, sandbox=sandbox)
    raise typer.Exit(single.webhook(connection, file, output_format, full=full))


@app.command(
    short_help="Print the tool's definition for a model.",
    epilog=_examples("tool-schema", "tool-schema --dialect anthropic", "tool-schema --config shop.toml"),
)
def tool_schema(
    dialect: Annotated[Dialect, typer.Option(help="Whose tool definitions to follow.")] = Dialect.OPENAI,
    config: options.ConfigurationFile = None,
    integration: options.IntegrationName = None,
    tool: Annotated[str | None, typer.Option(metavar="NAME", help="This tool alone; default: all.")] = None,
    timeout: options.Timeout = None,
    base_url: options.BaseUrl = None,
    sandbox: options.Sandbox = False,
) -> None:
    """Print the definitions of the tools for a language model: of the only one, or a list of all.

    Nothing is asked of ShipStation.
    """
    from shipstation_aissist.cli import assistant

    Connection(timeout=timeout, base_url=base_url, sandbox=sandbox)
    write_json(assistant.tool_definitions(dialect, config, integration, tool))


@app.command(
    short_help="Serve the tool to an assistant over MCP.",
    epilog=_examples("mcp", "mcp --config shop.toml", "mcp --sandbox", "mcp --http --port 8000"),
)
def mcp(
    config: options.ConfigurationFile = None,
    integration: options.IntegrationName = None,
    http: options.Http = False,
    host: options.Host = "127.0.0.1",
    port: options.HttpPort = 8000,
    allow_host: options.AllowedHosts = None,
    timeout: options.Timeout = None,
    base_url: options.BaseUrl = None,
    sandbox: options.Sandbox = False,
) -> None:
    """Serve the tool trackOrder to an assistant over MCP: on stdin and stdout, or over HTTP."""
    from shipstation_aissist.cli import assistant

    assistant.serve_mcp(
        Connection(timeout=timeout, base_url=base_url, sandbox=sandbox),
        config,
        integration,
        http=http,
        host=host,
        port=port,
        allowed_hosts=allow_host or [],
    )


@app.command(
    short_help="Hold the library against your account.",
    epilog=_examples("doctor", "doctor --order 12345", "doctor --json > doctor.json", "doctor --sandbox"),
)
def doctor(
    order: Annotated[
        str | None, typer.Option(metavar="ID", help="The number of an order to try it on; default: recent ones.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, to send or to compare.")] = False,
    timeout: options.Timeout = None,
    base_url: options.BaseUrl = None,
    sandbox: options.Sandbox = False,
) -> None:
    """Find out whether ShipStation does with your account what the library expects, with at most 25 requests.

    The report holds counts only: no id, number, name or date of the account.
    """
    from shipstation_aissist.cli import reports

    connection = Connection(timeout=timeout, base_url=base_url, sandbox=sandbox)
    raise typer.Exit(reports.doctor(connection, order, as_json=as_json))


@app.command(
    short_help="Record an order to report a wrong answer.",
    epilog=_examples("record 12345 --to case.json", "record 12345 --to case.json --postal-code 29646"),
)
def record(
    order_id: Annotated[str, typer.Argument(metavar="ORDER_ID", help=options.ORDER_ID_HELP, show_default=False)],
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="The file to write; one that is there is replaced.")],
    postal_code: options.PostalCode = None,
    email: options.Email = None,
    store_id: options.StoreId = None,
    order_key: options.OrderKeyChoice = OrderKeyOption.AUTO,
    timeout: options.Timeout = None,
    base_url: options.BaseUrl = None,
    sandbox: options.Sandbox = False,
) -> None:
    """Record every request and reply of one look-up, without a customer's data, to report a wrong answer.

    Names, addresses, numbers and dates in the file are made up, and what is not known to be harmless is left out.
    """
    from shipstation_aissist.cli import reports

    connection = Connection(timeout=timeout, base_url=base_url, sandbox=sandbox)
    settings = options.LookupOptions(order_key=order_key, store_id=store_id)
    raise typer.Exit(reports.record(connection, settings, order_id, postal_code, email, to))


@app.command(
    short_help="Show what waits in the inbox.",
    epilog=_examples("inbox", "inbox failed --format text", "inbox retry KEY"),
)
def inbox(
    question: Annotated[
        InboxQuestion, typer.Argument(metavar="[counts|failed|retry]", help="What to show or do.", show_default=False)
    ] = InboxQuestion.COUNTS,
    key: Annotated[str | None, typer.Argument(metavar="KEY", help="With retry: the key of a news.")] = None,
    output_format: options.Format = OutputFormat.JSON,
    timeout: options.Timeout = None,
    base_url: options.BaseUrl = None,
    sandbox: options.Sandbox = False,
) -> None:
    """Show how many notifications wait in the inbox or could not be told, or let one be told after all.

    The inbox is the one that the environment variable SHIPSTATION_INBOX_URL names. Nothing is asked of ShipStation.
    """
    from shipstation_aissist.cli import inbox as commands

    Connection(timeout=timeout, base_url=base_url, sandbox=sandbox)
    raise typer.Exit(commands.inbox(question, key, output_format))


@app.command("sandbox", short_help="Serve a fake ShipStation.", epilog=_examples("sandbox", "sandbox --port 8765"))
def serve_sandbox(
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes any that is free.")] = 0,
    timeout: options.Timeout = None,
    base_url: options.BaseUrl = None,
    sandbox: options.Sandbox = False,
) -> None:
    """Serve a fake ShipStation with sample orders on this machine until Ctrl-C."""
    from shipstation_aissist.cli import sandbox as embedded

    Connection(timeout=timeout, base_url=base_url, sandbox=sandbox)
    embedded.serve(port)
