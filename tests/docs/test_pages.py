"""The documentation is whole: every public name is in the reference, every file of the house is explained."""

from __future__ import annotations

import importlib
import re
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "shipstation_aissist"
PAGES = sorted(page.name for page in ROOT.glob("*.md"))
MODULES = (
    "shipstation_aissist",
    "shipstation_aissist.webhooks",
    "shipstation_aissist.inbox",
    "shipstation_aissist.quota",
    "shipstation_aissist.answers",
    "shipstation_aissist.testing",
    "shipstation_aissist.doctor",
    "shipstation_aissist.recording",
)


@pytest.mark.parametrize("module", MODULES)
def test_every_public_name_is_in_the_reference(module: str) -> None:
    reference = "\n".join(page.read_text("utf-8") for page in (ROOT / "docs" / "reference").glob("*.md"))
    documented = set(re.findall(r"^\.\. auto\w+:: ([\w.]+)$", reference, re.MULTILINE))
    whole_modules = set(re.findall(r"^\.\. automodule:: ([\w.]+)\n   :members:", reference, re.MULTILINE))
    names = {f"{module}.{name}" for name in importlib.import_module(module).__all__ if name != "__version__"}
    assert module in whole_modules or names <= documented, sorted(names - documented)


def test_every_file_of_the_package_has_its_line_in_the_house() -> None:
    house = (ROOT / "docs" / "explanation" / "house.md").read_text("utf-8")
    tree = house[house.index("src/shipstation_aissist/") :].partition("```")[0]
    named: set[str] = set()
    folder = ""
    for line in tree.splitlines()[1:]:
        name = line.split()[0] if line.strip() else ""
        if name.endswith("/"):
            folder = name
        elif name.endswith(".py"):
            named.add(name if line.startswith("  ") and not line.startswith("    ") else folder + name)
    existing = {file.relative_to(PACKAGE).as_posix() for file in PACKAGE.rglob("*.py") if file.name != "__init__.py"}
    assert named == existing


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.md")), ids=lambda page: page.stem)
def test_every_page_but_the_overviews_stands_in_the_sidebar_and_in_the_overview_of_its_folder(page: Path) -> None:
    if page.name == "index.md":
        return
    start = (ROOT / "docs" / "index.md").read_text("utf-8")
    entries = re.findall(r"^```{toctree}\n(?::[^\n]*\n)*\n(.*?)^```$", start, re.MULTILINE | re.DOTALL)
    patterns = "\n".join(entries).split()
    name = page.relative_to(ROOT / "docs").with_suffix("")
    assert any(fnmatch(str(name), pattern) for pattern in patterns)
    overview = (page.parent / "index.md").read_text("utf-8")
    assert len(name.parts) == 1 or re.search(rf"^{re.escape(page.stem)}$", overview, re.MULTILINE)


@pytest.mark.parametrize("page", PAGES)
def test_the_links_between_the_pages_of_the_repository_lead_somewhere(page: str) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#\s]+)", (ROOT / page).read_text("utf-8"))
    assert [target for target in targets if not (ROOT / target).exists()] == []
