"""llms.txt is made from the pages: each stands in it once, with its title, and every link leads to a page."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
ADDRESS = "https://docs.example/en/stable/"


@pytest.fixture(scope="module")
def text() -> str:
    spec = importlib.util.spec_from_file_location("llms", DOCS / "llms.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    written: str = module.llms_txt(DOCS, ADDRESS)
    return written


def test_each_page_stands_in_it_once_and_every_link_leads_to_a_page(text: str) -> None:
    links = re.findall(rf"\]\({re.escape(ADDRESS)}([^)]+)\)", text)
    pages = [re.sub(r"^_sources/|\.md\.txt$|\.html$", "", link) for link in links]
    overviews = {"index", "how-to/index", "reference/index", "explanation/index", "changelog"}
    expected = {page.relative_to(DOCS).with_suffix("").as_posix() for page in DOCS.rglob("*.md")} - overviews
    assert sorted(pages) == sorted(expected)


def test_a_line_has_a_title_and_plain_words_without_markup(text: str) -> None:
    lines = [line for line in text.splitlines() if line.startswith("- [")]
    assert lines
    for line in lines:
        assert re.match(r"- \[[^\]]+\]\(\S+\)(: \S.*)?$", line), line
        assert "{" not in line, line
        assert "](" not in line.split(")", 1)[1], line


def test_it_begins_as_the_form_wants_with_a_title_and_a_summary(text: str) -> None:
    title, _, summary, *_ = text.splitlines()
    assert title == "# shipstation-aissist"
    assert summary.startswith("> ")


def test_what_docstrings_make_is_linked_as_html_because_its_source_says_nothing(text: str) -> None:
    assert f"{ADDRESS}reference/client.html" in text
    assert f"{ADDRESS}_sources/how-to/webhooks.md.txt" in text
