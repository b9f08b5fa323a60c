"""An integration's smart actions as an MCP server, over standard input and output (the extra ``mcp``).

Everything of the protocol is the official package's; it is imported when the server starts, since only few need it.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from shipstation_aissist._version import __version__
from shipstation_aissist.actions.integration import Integration
from shipstation_aissist.errors import ConfigurationError

if TYPE_CHECKING:
    from mcp.server import Server
    from mcp.server.context import ServerRequestContext
    from mcp_types import CallToolRequestParams, CallToolResult, ListToolsResult, PaginatedRequestParams


def serve_stdio(integration: Integration) -> None:
    """Serve an integration's actions until standard input ends.

    Standard output belongs to the protocol meanwhile; logs go to standard error.

    Args:
        integration: Whose actions are the tools; it stays the caller's to close.

    Raises:
        ConfigurationError: The extra ``mcp`` is not installed.
    """
    asyncio.run(serve(integration))


async def serve(integration: Integration) -> None:
    """Like :func:`serve_stdio`, in an event loop that runs already.

    Args:
        integration: Whose actions are the tools.

    Raises:
        ConfigurationError: The extra ``mcp`` is not installed.
    """
    server = server_for(integration)
    from mcp.server.stdio import stdio_server

    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


def server_for(integration: Integration) -> Server[Any]:
    """The server alone, for another transport of the ``mcp`` package.

    Args:
        integration: Whose actions are the tools; those that are added later are listed too.

    Raises:
        ConfigurationError: The extra ``mcp`` is not installed.
    """
    try:
        import anyio.to_thread
        from mcp.server import Server
        from mcp_types import CallToolResult, ListToolsResult, TextContent, Tool
    except ImportError as missing:
        raise ConfigurationError(
            'The MCP server needs the package mcp, version 2: pip install "shipstation-aissist[mcp]"'
        ) from missing

    async def list_tools(_: ServerRequestContext[Any], __: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=[Tool.model_validate(schema) for schema in integration.tool_schemas("mcp")])

    async def call_tool(_: ServerRequestContext[Any], call: CallToolRequestParams) -> CallToolResult:
        # In a thread: a look-up may take the whole timeout, and the client may ask for several at once or cancel one.
        result = await anyio.to_thread.run_sync(
            integration.call_tool, call.name, call.arguments or {}, abandon_on_cancel=True
        )
        return CallToolResult(
            content=[TextContent(type="text", text=json.dumps(result, ensure_ascii=False))],
            structured_content=result,
            is_error="error" in result["shipstation"],
        )

    return Server(
        "shipstation-aissist",
        title=integration.name,
        version=__version__,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )
