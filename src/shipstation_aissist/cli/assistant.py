"""The commands of the assistant's side: the tool's definition, and the MCP server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from shipstation_aissist.actions.integration import Integration
from shipstation_aissist.cli.configurations import configured, read_configuration
from shipstation_aissist.cli.options import Dialect, LookupOptions
from shipstation_aissist.cli.output import note
from shipstation_aissist.cli.session import Connection, open_async_client
from shipstation_aissist.errors import ConfigurationError


def tool_definitions(
    dialect: Dialect, configuration: Path | None, name: str | None, tool: str | None
) -> dict[str, Any] | list[dict[str, Any]]:
    """The definition of the only tool or of one that is named, else a list of all; nothing is asked, no key needed."""
    data = {**read_configuration(configuration, name), "api_key_env": None}
    with Integration.from_dict(data, api_key="not used") as integration:
        actions = integration.tools
    chosen = [action for action in actions if tool in (None, action.tool_name)]
    if not chosen:
        names = ", ".join(action.tool_name for action in actions) or "none"
        raise typer.BadParameter(f"name one of the tools: {names}", param_hint="--tool")
    definitions = [action.tool_schema(dialect.value) for action in chosen]
    return definitions[0] if len(definitions) == 1 else definitions


def serve_mcp(
    connection: Connection,
    configuration: Path | None,
    name: str | None,
    *,
    http: bool,
    host: str,
    port: int,
    allowed_hosts: list[str],
) -> None:
    """Serve the tools until the assistant closes stdin, or over HTTP until Ctrl-C."""
    try:
        import anyio

        from shipstation_aissist.aio.integration import AsyncIntegration
        from shipstation_aissist.aio.mcp_server import application_for, serve, serve_http, server_for
    except ImportError:
        raise ConfigurationError('The MCP server needs an extra: pip install "shipstation-aissist[mcp]"') from None

    data = read_configuration(configuration, name)
    connection, _ = configured(connection, LookupOptions(), data)
    client = open_async_client(connection)
    integration = AsyncIntegration.from_dict(data, client=client)
    if http:
        try:
            application_for(integration, host=host, allowed_hosts=allowed_hosts)
        except ConfigurationError as error:
            raise typer.BadParameter(str(error), param_hint="--host") from None
        note(f"Serving MCP at http://{host}:{port}/mcp; Ctrl-C ends it.")
    else:
        server_for(integration)  # a missing extra is told before anything is served

    async def run() -> None:
        async with client:
            if http:
                await serve_http(integration, host=host, port=port, allowed_hosts=allowed_hosts)
            else:
                await serve(integration)

    anyio.run(run)
