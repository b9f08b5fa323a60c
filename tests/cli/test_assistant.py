"""``tool-schema`` and ``mcp``: what an assistant is given."""

from __future__ import annotations

import json
import os
import sys

import pytest

from shipstation_aissist.actions.smart_action import SmartAction

SHOP = """
name = "My shop"
timeout = 20

[[actions]]
name = "Where is my order?"
order_id_pattern = 'SHOP-(\\d+)'
recipient_check = "postal_code"

[[actions]]
name = "trackOrder"
"""


@pytest.fixture
def shop(tmp_path):
    path = tmp_path / "shop.toml"
    path.write_text(SHOP)
    return str(path)


@pytest.mark.parametrize("dialect", ["openai", "anthropic", "mcp"])
def test_tool_schema_prints_the_definition_and_needs_no_key(run, dialect):
    ended = run("tool-schema", "--dialect", dialect)
    assert (ended.status, ended.stderr) == (0, "")
    assert json.loads(ended.stdout) == SmartAction().tool_schema(dialect)


def test_tool_schema_follows_openai_by_default(run):
    assert json.loads(run("tool-schema").stdout) == SmartAction().tool_schema("openai")


def test_tool_schema_describes_the_configured_tool_that_is_named(run, shop):
    printed = json.loads(run("tool-schema", "--config", shop, "--tool", "Where_is_my_order_").stdout)
    assert printed["function"]["parameters"]["required"] == ["order_id", "postal_code"]
    ended = run("tool-schema", "--config", shop, "--tool", "track")
    assert ended.status == 2
    assert "Where_is_my_order_, trackOrder" in ended.stderr


def test_tool_schema_prints_all_tools_of_a_configuration(run, shop):
    printed = json.loads(run("tool-schema", "--config", shop, "--dialect", "anthropic").stdout)
    assert [tool["name"] for tool in printed] == ["Where_is_my_order_", "trackOrder"]


SHOPS = """
[[integrations]]
name = "Toys"
api_key_env = "TOYS_KEY"
base_url = "BASE"

[[integrations.actions]]
name = "Toys"
order_id_pattern = 'TOY-(\\d+)'

[[integrations]]
name = "Books"
api_key_env = "BOOKS_KEY"
"""


@pytest.fixture
def shops(tmp_path):
    path = tmp_path / "shops.toml"
    path.write_text(SHOPS.replace("BASE", "http://127.0.0.1:9/v2"))
    return path


def test_one_of_several_integrations_is_named(run, shops):
    printed = run("tool-schema", "--config", str(shops), "--integration", "Toys").stdout
    assert json.loads(printed)["function"]["name"] == "Toys"
    for options in ((), ("--integration", "Toy")):
        ended = run("tool-schema", "--config", str(shops), *options)
        assert ended.status == 2
        assert "'Toys', 'Books'" in " ".join(ended.stderr.split())
    assert run("tool-schema", "--integration", "Toys").status == 2


@pytest.mark.parametrize("command", [("track", "TOY-1001"), ("mcp",)])
def test_an_integration_whose_variable_has_no_key_says_which_one_to_set(run, shops, command):
    ended = run(*command, "--config", str(shops), "--integration", "Toys")
    assert (ended.status, ended.stdout) == (2, "")
    assert "set TOYS_KEY" in ended.stderr


def test_track_asks_the_account_of_the_integration_that_is_named(run, shops, account, monkeypatch):
    shops.write_text(SHOPS.replace("BASE", os.environ["SHIPSTATION_BASE_URL"]))
    monkeypatch.delenv("SHIPSTATION_API_KEY")
    monkeypatch.delenv("SHIPSTATION_BASE_URL")
    monkeypatch.setenv("TOYS_KEY", account.api_key)
    account.add_order("1001")
    options = ("--config", str(shops), "--integration", "Toys")
    assert run("track", "TOY-1001", *options).status == 0
    assert run("debug", "TOY-1001", *options).status == 0
    assert run("track", "1001", *options).status == 2  # its ids look otherwise
    assert run("track", "12345", *options, "--sandbox", "--order-id-pattern", ".*").status == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("name = ", "not TOML"),
        ("name = 'a'\napi_key = 'SECRET-of-mine'", "SHIPSTATION_API_KEY"),
        ("name = 'a'\ntimeout = 9", "10 to 180"),
        ("name = 'a'\n[[actions]]\ntrigger = 'never'", "trigger"),
        ("timeout = 10", "name is missing"),
    ],
)
@pytest.mark.parametrize("command", ["tool-schema", "mcp"])
def test_a_configuration_that_is_unusable_is_misuse(run, tmp_path, command, content, said):
    path = tmp_path / "shop.toml"
    path.write_text(content)
    ended = run(command, "--config", str(path), "--sandbox")
    assert (ended.status, ended.stdout) == (2, "")
    assert said in " ".join(ended.stderr.split())
    assert "SECRET" not in ended.stderr


def test_a_configuration_that_is_not_there_or_not_text_is_misuse(run, tmp_path):
    assert run("tool-schema", "--config", str(tmp_path)).status == 2
    path = tmp_path / "shop.toml"
    path.write_bytes(b"\xff")
    assert run("tool-schema", "--config", str(path)).status == 2


def test_mcp_needs_a_key(run):
    ended = run("mcp")
    assert (ended.status, ended.stdout) == (2, "")
    assert "SHIPSTATION_API_KEY" in ended.stderr


def test_mcp_without_its_extra_says_which_one_to_install(run, monkeypatch):
    for name in [name for name in sys.modules if name == "mcp" or name.startswith(("mcp.", "mcp_types"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "mcp", None)
    ended = run("mcp", "--sandbox")
    assert ended.status == 2
    assert 'pip install "shipstation-aissist[mcp]"' in ended.stderr


def test_mcp_over_http_listens_on_this_machine_unless_a_host_is_allowed(run):
    ended = run("mcp", "--sandbox", "--http", "--host", "0.0.0.0")
    assert (ended.status, ended.stdout) == (2, "")
    assert "--allow-host" in ended.stderr


def test_mcp_serves_the_configured_tools_to_the_official_client(shop):
    import anyio
    from mcp import ClientSession
    from mcp.client.stdio import StdioServerParameters, stdio_client

    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "shipstation_aissist", "mcp", "--sandbox", "--config", shop],
        env=environment,
    )

    async def converse():
        async with stdio_client(server) as (incoming, outgoing), ClientSession(incoming, outgoing) as session:
            await session.initialize()
            tools = await session.list_tools()
            answer = await session.call_tool("trackOrder", {"order_id": "12345"})
            return [tool.name for tool in tools.tools], json.loads(answer.content[0].text)

    names, answer = anyio.run(converse)
    assert names == ["Where_is_my_order_", "trackOrder"]
    assert answer["shipstation"]["state"] == "delivered"
