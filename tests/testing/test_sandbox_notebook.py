"""The notebook that readers try in their browser: its cells run in one namespace, as a kernel would run them.

It stands beside the tests of the fake because these run in WebAssembly too, where the notebook is read.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
from pathlib import Path
from typing import Any

import pytest

NOTEBOOK = json.loads((Path(__file__).parents[2] / "docs" / "try" / "sandbox.ipynb").read_text("utf-8"))
CODE = ["".join(cell["source"]) for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]


@pytest.fixture(scope="module")
def shown() -> list[str]:
    """What each cell prints, and the HTML of its last value."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    outputs = []
    for source in CODE[1:]:
        *statements, last = ast.parse(source).body
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(compile(ast.Module(statements, []), "cell", "exec"), namespace)
            if isinstance(last, ast.Expr):
                value = eval(compile(ast.Expression(last.value), "cell", "eval"), namespace)
                html = value._repr_html_() if hasattr(value, "_repr_html_") else ""
            else:
                exec(compile(ast.Module([last], []), "cell", "exec"), namespace)
                html = ""
        outputs.append(printed.getvalue() + html)
    namespace["client"].close()
    return outputs


def test_the_first_cell_installs_the_library_and_no_other_has_a_magic() -> None:
    assert CODE[0] == "%pip install -q shipstation-aissist"
    assert not [source for source in CODE[1:] if source.startswith(("%", "!"))]


def test_the_cells_show_what_their_texts_say(shown: list[str]) -> None:
    answer, split, summary, document, trace, life, refused, stumbled = shown
    assert "Delivered" in answer
    assert "Partially delivered" in split
    assert "12349" in summary
    assert json.loads(document)["shipstation"]["order_id"] == "12349"
    assert "R11" in trace
    assert life.split() == ["in_transit", "delivered"]
    assert refused.startswith("No order matches.")
    assert stumbled.startswith("delivered after [503, 503, 200, 200, 200]")


def test_the_notebook_is_kept_without_its_outputs() -> None:
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in NOTEBOOK["cells"])
