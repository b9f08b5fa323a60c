"""The API notes hold every fact that code and documentation cite, under its number."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NOTES = ROOT / "docs" / "explanation" / "api-notes.md"
FOLDERS = ("src", "tests", "docs", "benchmarks")
CITATION = re.compile(r"API\s+notes\s+((?:\d+(?:\.\d+)?(?:,\s+|\s+and\s+|\s+to\s+)?)+)")
CERTAINTIES = ("documented", "captured", "inferred", "not established")


def numbered() -> dict[str, str]:
    """Each number of the notes (a section, a subsection, an item) and its text, up to the next number."""
    text = NOTES.read_text("utf-8")
    marks = list(re.finditer(r"^(?:#{2,3} (\d+(?:\.\d+)?)\.? |(?:- )?\*\*(\d+\.\d+)\*\* )", text, re.MULTILINE))
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    return {mark[1] or mark[2]: text[mark.end() : end] for mark, end in zip(marks, ends, strict=True)}


def cited() -> dict[str, str]:
    """Each number that is cited somewhere, and one file that does it."""
    files = [*ROOT.glob("*.md"), *(file for folder in FOLDERS for file in (ROOT / folder).rglob("*.*"))]
    found = {}
    for file in files:
        if file.suffix in {".py", ".md", ".ipynb"} and "_build" not in file.parts:
            for citation in CITATION.finditer(file.read_text("utf-8")):
                found |= dict.fromkeys(re.findall(r"\d+(?:\.\d+)?", citation[1]), file.relative_to(ROOT).as_posix())
    return found


def test_every_fact_that_is_cited_stands_in_the_notes() -> None:
    known = numbered()
    assert {number: file for number, file in cited().items() if number not in known} == {}


def test_no_number_is_left_out_or_given_twice() -> None:
    pairs = [tuple(map(int, number.split("."))) for number in numbered() if "." in number]
    assert pairs == sorted(set(pairs))
    for section in {section for section, _ in pairs}:
        items = [item for of, item in pairs if of == section]
        assert items == list(range(1, len(items) + 1)), section
    text = NOTES.read_text("utf-8")
    assert len(re.findall(r"^(?:### \d|(?:- )?\*\*\d+\.\d+\*\*)", text, re.MULTILINE)) == len(pairs)


def test_every_fact_says_how_certain_it_is() -> None:
    said_for_the_whole_section = {"10", "12", "13"}
    for number, text in numbered().items():
        if "." in number and number.split(".")[0] not in said_for_the_whole_section:
            assert any(word in " ".join(text.lower().split()) for word in CERTAINTIES), number


def test_nothing_refers_to_a_page_that_readers_do_not_have() -> None:
    unknown = re.compile(r"\bapi[-]facts\b|\bdesign(?:\.md| section)? \d", re.IGNORECASE)
    files = [
        file for folder in FOLDERS for file in (ROOT / folder).rglob("*.*") if file.suffix in {".py", ".md", ".ipynb"}
    ]
    found = [file for file in (*ROOT.glob("*.md"), *files) if unknown.search(file.read_text("utf-8"))]
    assert [file.relative_to(ROOT).as_posix() for file in found if "_build" not in file.parts] == []
