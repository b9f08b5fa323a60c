"""The commands of the assistant's side: the tool's definition, and the MCP server."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import typer

from shipstation_aissist.actions.integration import Integration
from shipstation_aissist.cli.options import Dialect
from shipstation_aissist.cli.output import note
from shipstation_aissist.cli.session import DEFAULT_TIMEOUT, Connection, open_async_client
from shipstation_aissist.errors import ConfigurationError


def tool_definition(dialect: Dialect, configuration: Path | None, tool: str | None) -> dict[str, Any]:
    """The definition of one tool; nothing is asked, so no key is needed."""
    with Integration.from_dict(_read(configuration), api_key="not used") as integration:
        actions = integration.tools
    chosen = [action for action in actions if tool in (None, action.tool_name)]
    if len(chosen) != 1:
        names = ", ".join(action.tool_name for action in actions) or "none"
        raise typer.BadParameter(f"name one of the tools: {names}", param_hint="--tool")
    return chosen[0].tool_schema(dialect.value)


def serve_mcp(
    connection: Connection, configuration: Path | None, *, http: bool, host: str, port: int, allowed_hosts: list[str]
) -> None:
    """Serve the tools until the assistant closes stdin, or over HTTP until Ctrl-C."""
    try:
        import anyio

        from shipstation_aissist.actions.mcp_server import application_for, serve, serve_http, server_for
        from shipstation_aissist.aio.integration import AsyncIntegration
    except ImportError:
        raise ConfigurationError('The MCP server needs an extra: pip install "shipstation-aissist[mcp]"') from None

    data = _read(configuration)
    client = open_async_client(connection, default_timeout=data.get("timeout", DEFAULT_TIMEOUT))
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


def _read(configuration: Path | None) -> dict[str, Any]:
    if configuration is None:
        return {"name": "ShipStation"}
    try:
        return tomllib.loads(configuration.read_text(encoding="utf-8"))
    except ValueError as error:  # no TOML, or not UTF-8
        raise typer.BadParameter(f"it is not TOML: {error}", param_hint="--config") from None
