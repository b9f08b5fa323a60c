"""An MCP server over a fake ShipStation, to be started as a process: ``python -m support.mcp_over_fake``."""

from __future__ import annotations

import sys

import anyio

from shipstation_aissist.actions.smart_action import SmartAction
from shipstation_aissist.aio.integration import AsyncIntegration
from shipstation_aissist.aio.mcp_server import serve
from shipstation_aissist.steps import TraceStep
from shipstation_aissist.testing import sandbox


def talk(step: TraceStep) -> None:
    """What a careless listener does: the protocol must survive it."""
    sys.stdout.write(f"{step.what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    actions = [
        SmartAction(response_instructions="Be brief."),
        SmartAction("Returns desk", order_id_pattern=r"SHOPIFY-(\d+)", recipient_check="postal_code"),
    ]
    anyio.run(serve, AsyncIntegration("My shop", actions=actions, client=sandbox().async_client(on_event=talk)))
