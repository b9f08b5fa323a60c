"""The commands of the assistant's side: the tool's definition, and the MCP server."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import typer

from shipstation_aissist.actions.integration import Integration
from shipstation_aissist.cli.options import Dialect
from shipstation_aissist.cli.session import DEFAULT_TIMEOUT, Connection, open_client


def tool_definition(dialect: Dialect, configuration: Path | None, tool: str | None) -> dict[str, Any]:
    """The definition of one tool; nothing is asked, so no key is needed."""
    with Integration.from_dict(_read(configuration), api_key="not used") as integration:
        actions = integration.tools
    chosen = [action for action in actions if tool in (None, action.tool_name)]
    if len(chosen) != 1:
        names = ", ".join(action.tool_name for action in actions) or "none"
        raise typer.BadParameter(f"name one of the tools: {names}", param_hint="--tool")
    return chosen[0].tool_schema(dialect.value)


def serve_mcp(connection: Connection, configuration: Path | None) -> None:
    """Serve the tools over stdio until the assistant closes it."""
    from shipstation_aissist.actions.mcp_server import serve_stdio

    data = _read(configuration)
    with open_client(connection, default_timeout=data.get("timeout", DEFAULT_TIMEOUT)) as client:
        serve_stdio(Integration.from_dict(data, client=client))


def _read(configuration: Path | None) -> dict[str, Any]:
    if configuration is None:
        return {"name": "ShipStation"}
    try:
        return tomllib.loads(configuration.read_text(encoding="utf-8"))
    except ValueError as error:  # no TOML, or not UTF-8
        raise typer.BadParameter(f"it is not TOML: {error}", param_hint="--config") from None
