"""The house: what an import loads, what the pure core may know, and that another driver fits."""

from __future__ import annotations

import ast
import asyncio
import inspect
import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import shipstation_aissist
from shipstation_aissist import inbox, testing, webhooks
from shipstation_aissist.orders.finding import track_order
from shipstation_aissist.orders.lists import Flow
from shipstation_aissist.orders.query import OrderQuery, check_settings, prepare_lookup
from shipstation_aissist.orders.response import TrackOrderResponse
from support import wire_samples as wire
from support.flows import NOW, Account

PACKAGE = Path(inspect.getfile(shipstation_aissist)).parent
PROJECT = Path(__file__).parents[1] / "pyproject.toml"

EXTRAS = {"typer", "click", "rich", "cryptography", "mcp", "pytest", "responses", "hypothesis", "jsonschema"} | {
    "httpx2",
    "anyio",
    "sniffio",
    "sqlalchemy",
}
ON_FIRST_USE = {"dateutil", "cattrs"}


def modules_after(program: str) -> set[str]:
    """What a fresh interpreter has loaded after a program, dotted names whole."""
    ending = "\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program + ending], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def roots(modules: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in modules}


def parts(modules: set[str]) -> set[str]:
    """The parts of the package that were loaded."""
    return {name.split(".")[1] for name in modules if name.startswith("shipstation_aissist.")}


def test_an_import_loads_no_extra_nothing_of_testing_and_nothing_that_is_needed_later() -> None:
    loaded = modules_after("import shipstation_aissist")
    assert not roots(loaded) & (EXTRAS | ON_FIRST_USE)
    assert not parts(loaded) & {"testing", "cli", "__main__"}
    assert "requests" in loaded


def test_no_public_name_loads_an_extra_or_testing_when_it_is_first_used() -> None:
    loaded = modules_after(
        "from shipstation_aissist import *\n"
        "import shipstation_aissist.webhooks, shipstation_aissist.inbox, shipstation_aissist.schemas"
    )
    assert not roots(loaded) & EXTRAS
    assert not parts(loaded) & {"testing", "cli", "__main__"}
    assert "shipstation_aissist.actions.integration" in loaded


def test_a_client_and_an_action_can_be_made_before_anything_slow_is_loaded() -> None:
    loaded = modules_after(
        "from shipstation_aissist import ShipStationClient, TrackOrderAction\n"
        "TrackOrderAction(ShipStationClient('key'))"
    )
    assert not roots(loaded) & (EXTRAS | ON_FIRST_USE)


def test_the_test_kit_needs_no_extra_and_only_its_plugin_imports_pytest() -> None:
    assert not roots(modules_after("import shipstation_aissist.testing as t\nt.FakeShipStation().client()")) & EXTRAS
    assert "pytest" in modules_after("import shipstation_aissist.testing.plugin")


# --- the pure core ---------------------------------------------------------------------------------------------------

PURE = ("errors.py", "steps.py", "texts.py", "markup.py", "models", "wire", "orders")
KNOWS_THE_WORLD = {
    *("asyncio", "concurrent", "http", "logging", "multiprocessing", "os", "queue", "random", "requests", "secrets"),
    *("selectors", "signal", "socket", "ssl", "subprocess", "sys", "threading", "time", "urllib3", "uuid"),
}
BELOW = {  # what each part of the core may import of the package; a part may import itself
    "texts": set(),
    "markup": {"texts"},
    "errors": set(),
    "steps": set(),
    "models": {"markup"},
    "wire": {"models", "errors", "texts", "steps"},
    "orders": {"wire", "models", "errors", "steps", "markup", "texts"},
}


def pure_files() -> Iterator[Path]:
    for name in PURE:
        yield from sorted((PACKAGE / name).rglob("*.py")) if (PACKAGE / name).is_dir() else [PACKAGE / name]


def imported(tree: ast.AST) -> Iterator[str]:
    """Every module that a file imports, wherever in the file; relative imports are not used here."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", list(pure_files()), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_file_of_the_core_imports_nothing_that_knows_the_world_and_only_what_is_below_it(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    part = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    for name in imported(tree):
        root, _, rest = name.partition(".")
        assert root not in KNOWS_THE_WORLD, name
        assert not name.startswith("urllib.request"), name
        if root == "shipstation_aissist":
            assert rest.partition(".")[0] in {part, *BELOW[part]}, name


@pytest.mark.parametrize("path", list(pure_files()), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_file_of_the_core_never_asks_what_time_it_is_and_never_prints_or_opens_anything(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            called = node.func
            name = (
                called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
            )
            assert name not in {"now", "today", "utcnow", "print", "open", "input", "getenv", "sleep"}


def test_the_import_contract_names_the_whole_core_and_the_modules_that_know_the_world() -> None:
    contracts = tomllib.loads(PROJECT.read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    (purity,) = (each for each in contracts if each["type"] == "forbidden" and "socket" in each["forbidden_modules"])
    core = {f"shipstation_aissist.{name.removesuffix('.py')}" for name in PURE}
    assert core <= set(purity["source_modules"])
    assert {"asyncio", "logging", "os", "random", "requests", "socket", "ssl", "threading", "time", "urllib3"} <= set(
        purity["forbidden_modules"]
    )
    (layers,) = (each["layers"] for each in contracts if each["type"] == "layers")
    flat = [name.removeprefix("shipstation_aissist.") for layer in layers for name in layer.split(" | ")]
    order = ["actions", "client", "transport", "orders", "wire", "models"]
    assert [name for name in flat if name in order] == order


# --- another driver --------------------------------------------------------------------------------------------------


async def drive_asynchronously(flow: Flow[TrackOrderResponse], account: Account) -> TrackOrderResponse:
    """A whole asynchronous driver: everything else is the flow's."""

    async def answer(request: Any) -> Any:
        await asyncio.sleep(0)
        return account.perform((request,))[0]

    try:
        asked = next(flow)
        while True:
            asked = flow.send(tuple(await asyncio.gather(*(answer(request) for request in asked))))
    except StopIteration as finished:
        response: TrackOrderResponse = finished.value
        return response


def test_an_asynchronous_driver_of_twenty_lines_runs_the_same_flow() -> None:
    labels = [wire.label(), wire.label("se-8002", number="22")]
    account = Account(
        {
            "shipments": wire.page("shipments", [wire.shipment()]),
            "labels": wire.page("labels", labels),
            "labels/se-8001/track": wire.tracking(),
            "labels/se-8002/track": wire.tracking("22", status_code="IT", status_detail_code=None, events=[]),
        }
    )
    settings = check_settings("auto", None, None, None)
    flow = track_order(prepare_lookup(OrderQuery("A-100"), settings), settings, account.steps.append, NOW)
    response = asyncio.run(drive_asynchronously(flow, account))
    assert response == account.track("A-100")
    assert (response.state, len(response.parcels)) == ("partially_delivered", 2)
    assert len(inspect.getsource(drive_asynchronously).splitlines()) <= 20


# --- documentation ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (module, name)
        for module in (shipstation_aissist, webhooks, inbox, testing)
        for name in module.__all__
        if name[0] != "_"
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_every_public_name_and_its_public_methods_have_a_docstring(module: Any, name: str) -> None:
    value = getattr(module, name)
    if isinstance(value, str):
        return
    assert value.__doc__
    assert not value.__doc__.startswith(f"{name}("), "attrs or a TypedDict made it up"
    for member, found in vars(value).items() if isinstance(value, type) else ():
        plain = found.__func__ if isinstance(found, classmethod | staticmethod) else found
        if not member.startswith("_") and (inspect.isfunction(plain) or isinstance(plain, property)):
            assert plain.__doc__, f"{name}.{member}"


def test_every_module_says_what_it_is_for() -> None:
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        assert ast.get_docstring(tree) or path.name == "_version.py", path.relative_to(PACKAGE)
