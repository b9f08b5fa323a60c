"""The asynchronous endpoints are the synchronous ones, word for word."""

from __future__ import annotations

import importlib.util
import inspect
from pathlib import Path

from shipstation_aissist import AsyncShipStationClient, ShipStationClient

ROOT = Path(__file__).parents[2]


def test_the_checked_in_endpoints_are_what_the_script_generates() -> None:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "tools" / "generate_async_endpoints.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert script.TARGET.read_text("utf-8") == script.generated(), "run tools/generate_async_endpoints.py"


def test_both_clients_have_the_same_endpoints_parameters_and_documentation() -> None:
    own = {"close", "aclose"}
    names = {name for name in vars(ShipStationClient) if not name.startswith("_")} - own
    assert names <= {name for name in dir(AsyncShipStationClient) if not name.startswith("_")}
    for name in names:
        here, there = getattr(ShipStationClient, name), getattr(AsyncShipStationClient, name)
        if callable(here):
            assert list(inspect.signature(here).parameters) == list(inspect.signature(there).parameters), name
            assert inspect.getdoc(there), name
