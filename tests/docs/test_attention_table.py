"""The page for whoever writes response instructions has the table of codes as the code has it."""

from __future__ import annotations

from pathlib import Path

from shipstation_aissist import Patience
from shipstation_aissist.orders.attention_codes import ATTENTION_CODES

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "response-instructions.md"


def table_after(header: str) -> list[list[str]]:
    """The cells of a table of the page, row by row."""
    lines = PAGE.read_text("utf-8").partition(header)[2].splitlines()[2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in lines[: lines.index("")]]


def test_the_table_of_codes_is_the_codes_own_in_its_order() -> None:
    assert table_after("| Code | Severity | When | Next steps |") == [
        [f"`{entry.code}`", f"`{entry.severity}`", entry.when, " ".join(entry.next_steps)]
        for entry in ATTENTION_CODES.values()
    ]


def test_the_table_of_patience_has_each_field_with_its_default() -> None:
    told = {}
    for names, defaults, _ in table_after("| Field | Default | Counts |"):
        told |= dict(zip(names.replace("`", "").split(", "), defaults.split(", "), strict=True))
    usual = Patience()
    assert told == {name: str(getattr(usual, name)) for name in Patience.__slots__ if not name.startswith("__")}
