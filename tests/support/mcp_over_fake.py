"""An MCP server over a fake ShipStation, to be started as a process: ``python -m support.mcp_over_fake``."""

from __future__ import annotations

import sys

from shipstation_aissist.actions.integration import Integration
from shipstation_aissist.actions.mcp_server import serve_stdio
from shipstation_aissist.actions.smart_action import SmartAction
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
    with sandbox().client(on_event=talk) as client:
        serve_stdio(Integration("My shop", actions=actions, client=client))
