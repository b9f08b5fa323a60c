"""Every example of the README, the documentation and the docstrings runs, and prints what is said there."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest

import shipstation_aissist
from shipstation_aissist.testing import sandbox
from support.examples import PageRunner, examples_of

ROOT = Path(__file__).parents[2]
RUN_ELSEWHERE = {"docs/how-to/agents.md"}  # by tests/agents, in an environment with the frameworks it names
PAGES = sorted(
    page.relative_to(ROOT).as_posix()
    for page in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"))
    if "_build" not in page.parts and any(examples_of(page.read_text("utf-8")))
)
assert set(PAGES) > RUN_ELSEWHERE
MODULES = sorted(
    module.name for module in pkgutil.walk_packages(shipstation_aissist.__path__, f"{shipstation_aissist.__name__}.")
)


@pytest.mark.parametrize("page", sorted({*PAGES} - RUN_ELSEWHERE))
def test_the_examples_of_a_page_run(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    fake = sandbox()
    with fake.serve() as server:
        monkeypatch.setenv("SHIPSTATION_API_KEY", fake.api_key)
        monkeypatch.setenv("SHIPSTATION_BASE_URL", server.base_url)
        PageRunner(ROOT / page).run()


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_of_a_modules_docstrings_run(module: str) -> None:
    results = doctest.testmod(
        importlib.import_module(module), optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    )
    assert results.failed == 0
