"""The MCP server, asked by the official package's own client."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import anyio
import pytest
from mcp import Client, StdioServerParameters
from mcp_types import CallToolResult, TextContent

import shipstation_aissist
from shipstation_aissist import ConfigurationError
from shipstation_aissist.actions.integration import Integration
from shipstation_aissist.actions.mcp_server import serve_stdio, server_for
from shipstation_aissist.actions.smart_action import SmartAction
from shipstation_aissist.testing import sandbox
from support import mcp_over_fake

T = TypeVar("T")
PACKAGE_FOLDER = Path(shipstation_aissist.__file__).parents[1]


def in_a_process(ask: Callable[[Client], Awaitable[T]]) -> T:
    """What a client gets from a server that is another process."""
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", mcp_over_fake.__name__],
        env={"PYTHONPATH": os.pathsep.join([str(PACKAGE_FOLDER), *sys.path])},
    )

    async def session() -> T:
        with anyio.fail_after(60):
            async with Client(server) as client:
                return await ask(client)

    return anyio.run(session)


def in_memory(integration: Integration, ask: Callable[[Client], Awaitable[T]]) -> T:
    """What a client gets from a server in this process."""

    async def session() -> T:
        with anyio.fail_after(60):
            async with Client(server_for(integration)) as client:
                return await ask(client)

    return anyio.run(session)


def test_a_client_over_stdio_lists_the_tools_calls_them_and_gets_errors_that_it_can_act_on() -> None:
    async def ask(client: Client) -> tuple[list[str], CallToolResult, CallToolResult, CallToolResult]:
        listed = await client.list_tools()
        return (
            [tool.name for tool in listed.tools],
            await client.call_tool("trackOrder", {"order_id": "12346"}),
            await client.call_tool("Returns_desk", {"order_id": "SHOPIFY-12346"}),
            await client.call_tool("cancelOrder", {"order_id": "12346"}),
        )

    names, found, incomplete, unknown = in_a_process(ask)
    assert names == ["trackOrder", "Returns_desk"]
    assert not found.is_error
    assert found.structured_content["shipstation"]["state"] == "out_for_delivery"
    assert found.structured_content["response_instructions"] == "Be brief."
    assert incomplete.is_error
    assert incomplete.structured_content["shipstation"]["error"]["code"] == "invalid_arguments"
    assert unknown.is_error
    assert unknown.structured_content["shipstation"]["error"]["code"] == "unknown_tool"


def test_the_listed_tools_are_the_definitions_of_the_actions_as_they_are_now() -> None:
    integration = Integration("My shop", client=sandbox().client())
    integration.add_action(SmartAction("later", order_id_pattern=r"\d+"))
    integration.add_action(SmartAction("start", execution="session_start"))  # is no tool

    async def ask(client: Client) -> list[dict[str, object]]:
        listed = await client.list_tools()
        return [tool.model_dump(by_alias=True, exclude_none=True) for tool in listed.tools]

    assert in_memory(integration, ask) == [action.tool_schema("mcp") for action in integration.actions[:2]]


@pytest.mark.parametrize("arguments", [{"order_id": "12345"}, {"order_id": "99999"}, {"order_id": 5}, {}])
def test_a_call_gives_what_call_tool_gives_as_text_and_as_structure(arguments: dict[str, object]) -> None:
    integration = Integration("My shop", client=sandbox().client())

    async def ask(client: Client) -> CallToolResult:
        return await client.call_tool("trackOrder", arguments)

    result = in_memory(integration, ask)
    expected = integration.call_tool("trackOrder", arguments)
    (content,) = result.content
    assert isinstance(content, TextContent)
    assert json.loads(content.text) == result.structured_content == expected
    assert result.is_error == ("error" in expected["shipstation"])


def test_the_server_tells_its_name_and_version() -> None:
    server = server_for(Integration("My shop", client=sandbox().client()))
    assert (server.name, server.title, server.version) == (
        "shipstation-aissist",
        "My shop",
        shipstation_aissist.__version__,
    )


@pytest.mark.parametrize("missing", ["mcp.server", "mcp_types", "anyio"])
def test_without_the_extra_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(ConfigurationError, match=r'pip install "shipstation-aissist\[mcp\]"'):
        serve_stdio(Integration("My shop", client=sandbox().client()))
