"""The asynchronous integration: the configuration and the results of the synchronous one, with ``await``."""

from __future__ import annotations

from typing import Any

import pytest

from shipstation_aissist import (
    AsyncIntegration,
    AsyncShipStationClient,
    ClientClosedError,
    ConfigurationError,
    Integration,
    Moment,
    SmartAction,
)
from shipstation_aissist.testing import FakeShipStation, sandbox

pytestmark = pytest.mark.anyio
ACTIONS = [
    SmartAction(response_instructions="Be brief."),
    SmartAction("Returns desk", order_id_pattern=r"SHOPIFY-(\d+)", recipient_check="postal_code"),
    SmartAction("start", execution="session_start"),
]


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("trackOrder", {"order_id": "12345"}),
        ("trackOrder", '{"order_id": "12346"}'),
        ("trackOrder", {"order_id": "99999"}),
        ("trackOrder", {"order_id": 5}),
        ("trackOrder", {"order_id": "x" * 60}),
        ("Returns_desk", {"order_id": "SHOPIFY-12346"}),
        ("Returns_desk", {"order_id": "12346", "postal_code": "29646"}),
        ("start", {"order_id": "12345"}),
        ("cancelOrder", {}),
    ],
)
async def test_a_tool_call_gives_what_the_synchronous_one_gives(tool: str, arguments: Any) -> None:
    expected = Integration("My shop", actions=ACTIONS, client=sandbox().client()).call_tool(tool, arguments)
    integration = AsyncIntegration("My shop", actions=ACTIONS, client=sandbox().async_client())
    assert await integration.call_tool(tool, arguments) == expected


@pytest.mark.parametrize("moment", list(Moment))
@pytest.mark.parametrize("known", [None, {}, {"order_id": "12345", "name": "Robin"}, {"order_id": " "}])
async def test_a_moment_runs_what_the_synchronous_one_runs(moment: Moment, known: Any) -> None:
    expected = Integration("My shop", actions=ACTIONS, client=sandbox().client()).handle(moment, known)
    integration = AsyncIntegration("My shop", actions=ACTIONS, client=sandbox().async_client())
    assert await integration.handle(moment, known) == expected


async def test_test_and_debug_tell_what_the_client_and_the_action_tell(fake: FakeShipStation) -> None:
    async with AsyncIntegration("My shop", client=fake.async_client()) as integration:
        assert (await integration.test()).ok
        trace = await integration.debug("trackOrder", "12345")
        assert trace.response is not None
        assert {step.kind for step in trace.steps} == {"request", "decision"}
        with pytest.raises(ConfigurationError, match="there is no action"):
            await integration.debug("other", "12345")


async def test_a_configuration_is_the_same_for_both(fake: FakeShipStation) -> None:
    data = Integration("My shop", actions=ACTIONS, client=fake.client()).to_dict()
    integration = AsyncIntegration.from_dict(data, client=fake.async_client())
    assert integration.to_dict() == data
    assert integration.tool_schemas("openai") == Integration.from_dict(data, client=fake.client()).tool_schemas(
        "openai"
    )
    assert repr(integration).startswith("AsyncIntegration('My shop'")


async def test_a_fault_of_one_action_ends_the_moment_as_that_fault(fake: FakeShipStation) -> None:
    client = fake.async_client()
    integration = AsyncIntegration("My shop", actions=[SmartAction(), SmartAction("b")], client=client)
    await client.aclose()
    with pytest.raises(ClientClosedError):
        await integration.handle("inbound", {"order_id": "12345"})


async def test_its_own_client_is_closed_with_it_and_a_given_one_is_not(fake: FakeShipStation) -> None:
    client = fake.async_client()
    async with AsyncIntegration("My shop", client=client):
        pass
    assert (await client.test_connection()).ok
    async with AsyncIntegration("My shop", "a-key") as integration:
        assert isinstance(integration.client, AsyncShipStationClient)
    with pytest.raises(ClientClosedError):
        await integration.test()


@pytest.mark.parametrize(
    "options", [{"client": 7}, {"timeout": 3}, {"actions": ["x"]}, {"client": FakeShipStation().client()}]
)
async def test_what_is_unusable_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        AsyncIntegration("My shop", **options)


async def test_a_key_in_the_configuration_is_refused(fake: FakeShipStation) -> None:
    with pytest.raises(ConfigurationError, match="api_key must not stand"):
        AsyncIntegration.from_dict({"name": "x", "api_key": "y"}, client=fake.async_client())


@pytest.fixture
def fake() -> FakeShipStation:
    return sandbox()
