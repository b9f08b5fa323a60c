"""What the documentation says in tables about the assistant's side is what the code says."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path
from typing import get_args

from shipstation_aissist.actions.smart_action import Execution, Moment, Trigger, runs
from shipstation_aissist.actions.tools import ErrorCode

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"


def table_after(page: str, mark: str) -> str:
    text = (HOW_TO / page).read_text("utf-8").partition(f"<!-- {mark} -->\n\n")[2]
    return text.partition("\n\n")[0]


def truth_table() -> str:
    """When which action runs, as Markdown."""
    lines = [
        "| `execution` | `trigger` | " + " | ".join(f"`{moment}`" for moment in Moment) + " |",
        "|---|---|---|---|---|",
    ]
    for execution, trigger in product(Execution, Trigger):
        cells = [" runs " if runs(execution, trigger, moment) else " " for moment in Moment]
        lines.append(f"| `{execution}` | `{trigger}` |{'|'.join(cells)}|")
    return "\n".join(lines)


def test_the_truth_table_of_the_integration_page_is_that_of_the_code() -> None:
    assert table_after("integration.md", "truth table") == truth_table()


def test_the_page_about_tools_lists_every_error_code_once() -> None:
    listed = re.findall(r"^\| `(\w+)` \|", table_after("llm-tools.md", "error codes"), re.MULTILINE)
    assert listed == list(get_args(ErrorCode))
