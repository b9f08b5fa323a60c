"""The MCP server, asked by the official package's own client."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import anyio
import httpx2
import pytest
from jsonschema import Draft202012Validator
from mcp import Client, StdioServerParameters
from mcp_types import CallToolResult, TextContent

import shipstation_aissist
from shipstation_aissist import ConfigurationError
from shipstation_aissist.actions.smart_action import SmartAction
from shipstation_aissist.aio.client import AsyncShipStationClient
from shipstation_aissist.aio.integration import AsyncIntegration as Integration
from shipstation_aissist.aio.mcp_server import INSTRUCTIONS, application_for, serve_http, server_for
from shipstation_aissist.testing import sandbox
from support import mcp_over_fake
from support.fault_server import FaultServer
from support.misbehaviour import stall

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
    integration = Integration("My shop", client=sandbox().async_client())
    integration.add_action(SmartAction("later", order_id_pattern=r"\d+"))
    integration.add_action(SmartAction("start", execution="session_start"))  # is no tool

    async def ask(client: Client) -> list[dict[str, object]]:
        listed = await client.list_tools()
        return [tool.model_dump(by_alias=True, exclude_none=True) for tool in listed.tools]

    assert in_memory(integration, ask) == [action.tool_schema("mcp") for action in integration.actions[:2]]


@pytest.mark.parametrize("arguments", [{"order_id": "12345"}, {"order_id": "99999"}, {"order_id": 5}, {}])
def test_a_call_gives_what_call_tool_gives_as_text_and_as_structure(arguments: dict[str, object]) -> None:
    integration = Integration("My shop", client=sandbox().async_client())

    async def ask(client: Client) -> CallToolResult:
        return await client.call_tool("trackOrder", arguments)

    result = in_memory(integration, ask)
    expected = anyio.run(integration.call_tool, "trackOrder", arguments)
    (content,) = result.content
    assert isinstance(content, TextContent)
    assert json.loads(content.text) == result.structured_content == expected
    assert result.is_error == ("error" in expected["shipstation"])


def test_the_server_tells_its_name_and_version() -> None:
    server = server_for(Integration("My shop", client=sandbox().async_client()))
    assert (server.name, server.title, server.version) == (
        "shipstation-aissist",
        "My shop",
        shipstation_aissist.__version__,
    )
    assert server.instructions == INSTRUCTIONS


def test_every_result_follows_the_output_schema_of_its_tool() -> None:
    fake = sandbox()
    actions = [SmartAction(response_instructions="Be brief."), SmartAction("short", response_format="documented")]
    integration = Integration("My shop", actions=actions, client=fake.async_client())
    for tool in integration.tool_schemas("mcp"):
        check = Draft202012Validator(tool["outputSchema"])  # type: ignore[arg-type]
        for arguments in ({"order_id": "12345"}, {"order_id": "12346"}, {"order_id": "99999"}, {"order_id": 5}, {}):
            check.validate(anyio.run(integration.call_tool, tool["name"], arguments))
        assert not check.is_valid({"shipstation": {"order_id": "1"}})


def test_the_tools_are_told_to_only_read() -> None:
    (tool,) = Integration("My shop", client=sandbox().async_client()).tool_schemas("mcp")
    assert tool["annotations"] == {
        "readOnlyHint": True,
        "destructiveHint": False,
        "idempotentHint": True,
        "openWorldHint": True,
    }


# --- a call that is cancelled ----------------------------------------------------------------------------------------


def test_a_call_that_the_client_cancels_is_cancelled_and_asks_nothing_more() -> None:
    async def session(base_url: str, shop: FaultServer) -> None:
        client = AsyncShipStationClient("a-key", base_url=base_url)
        async with client, Client(server_for(Integration("My shop", client=client))) as assistant:
            with anyio.fail_after(20):
                async with anyio.create_task_group() as tasks:
                    for _ in range(3):
                        tasks.start_soon(assistant.call_tool, "trackOrder", {"order_id": "12345"})
                    while shop.in_flight < 3:
                        await anyio.sleep(0.005)
                    tasks.cancel_scope.cancel()
                while client._transport._house().calls:
                    await anyio.sleep(0.005)
                asked = len(shop.requests)
                await anyio.sleep(0.05)
                assert len(shop.requests) == asked

    with FaultServer(stall()) as shop:
        anyio.run(session, shop.base_url, shop)


# --- over HTTP -------------------------------------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def test_over_http_the_tools_are_the_same_and_a_request_for_another_host_is_refused() -> None:
    port = free_port()
    integration = Integration("My shop", client=sandbox().async_client())

    async def session() -> tuple[list[str], bool, int]:
        with anyio.fail_after(60):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(lambda: serve_http(integration, port=port))
                while True:
                    try:
                        await (await anyio.connect_tcp("127.0.0.1", port)).aclose()
                        break
                    except OSError:
                        await anyio.sleep(0.02)
                async with Client(f"http://127.0.0.1:{port}/mcp") as client:
                    names = [tool.name for tool in (await client.list_tools()).tools]
                    found = await client.call_tool("trackOrder", {"order_id": "12345"})
                async with httpx2.AsyncClient(trust_env=False) as stranger:
                    refused = await stranger.post(
                        f"http://127.0.0.1:{port}/mcp", headers={"Host": "evil.example.com"}, json={}
                    )
                tasks.cancel_scope.cancel()
        return names, found.is_error, refused.status_code

    assert anyio.run(session) == (["trackOrder"], False, 421)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "desk.example.com"])
def test_an_address_that_others_reach_needs_the_name_by_which_they_do(host: str) -> None:
    integration = Integration("My shop", client=sandbox().async_client())
    with pytest.raises(ConfigurationError, match="--allow-host"):
        application_for(integration, host=host)
    assert application_for(integration, host=host, allowed_hosts=["desk.example.com"])


@pytest.mark.parametrize("missing", ["mcp.server", "mcp_types"])
def test_without_the_extra_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(ConfigurationError, match=r'pip install "shipstation-aissist\[mcp\]"'):
        server_for(Integration("My shop", client=sandbox().async_client()))
