"""The examples of a Markdown page, and how they are run: in order, together, and strictly.

- ``python`` blocks of a page share a namespace. One that begins with ``# name.py`` is also a file of the page's folder;
  tests and their ``conftest.py`` are only that, and pytest runs them, at the page's end if not before. ``>>>`` is a
  doctest.
- ``sh`` blocks run in bash in that folder, where ``shipstation-aissist``, ``python`` and ``pytest`` are this
  environment's. Those that install something are left out.
- ``text output`` and ``json output`` say what the block before them prints; ``...`` stands for anything.
- ``<!-- file: orders.csv -->`` before a block makes it a file, ``<!-- exit status: 3 -->`` names a command's status,
  ``<!-- not run: why -->`` leaves a block out, with its reason.

The account that examples speak of is the sandbox, behind HTTP: the environment has its key and its address.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs

from shipstation_aissist import ShipStationClient

_FENCE = re.compile(
    r"(?:^<!-- (?P<mark>[a-z ]+)(?:: (?P<value>[^\n]*?))? -->\n+)?"
    r"^(?P<indent> *)(?P<ticks>`{3,})(?P<info>[^`\n]*)\n(?P<source>.*?)^(?P=indent)(?P=ticks) *$",
    re.MULTILINE | re.DOTALL,
)
_FILE = re.compile(r"# ([\w./-]+\.py)$", re.MULTILINE)
_INSTALLS = ("pip ", "python3 -m venv", "python3 -m pip", "uv ", "git ", "apt")
_SHOWN_ONLY = {"", "text", "json", "csv", "toml", "ini", "yaml", "html", "http", "mermaid"}
_DOCTEST_OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
_BASH = """set -euo pipefail
shipstation-aissist() { "$PYTHON" -m shipstation_aissist "$@"; }
python() { "$PYTHON" "$@"; }
pytest() { PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 "$PYTHON" -m pytest -p no:cacheprovider "$@"; }
"""


@attrs.frozen
class Example:
    """One fenced block.

    Attributes:
        line: The number of its first line of source, from 1 on.
        info: What stands behind the backticks.
        source: What is in it, without the indentation of the fence.
        mark: The comment before it: its name and its value.
    """

    line: int
    info: str
    source: str
    mark: tuple[str, str] = ("", "")


def examples_of(page: str) -> Iterator[Example]:
    """The fenced blocks of a page's text; those of MyST's directives are none."""
    for match in _FENCE.finditer(page):
        if match["info"].startswith("{"):
            continue
        indent = len(match["indent"])
        source = "".join(line[indent:] if line.strip() else line for line in match["source"].splitlines(keepends=True))
        line = page.count("\n", 0, match.start("source")) + 1
        yield Example(line, match["info"].strip(), source, (match["mark"] or "", match["value"] or ""))


class PageRunner:
    """Runs a page's examples in a folder of its own, which is also the working directory."""

    def __init__(self, page: Path) -> None:
        self._page = page
        self._namespace: dict[str, Any] = {"__name__": "__example__"}
        self._printed = ""
        self._tests_wait = False

    def run(self) -> None:
        """Run them all.

        Raises:
            AssertionError: An example prints something else, or cannot be run.
        """
        try:
            for example in examples_of(self._page.read_text("utf-8")):
                self._run(example)
            if self._tests_wait:
                self._run_shell(Example(0, "sh", "pytest -q"))
        finally:
            self._forget_modules()
            for value in self._namespace.values():
                if isinstance(value, ShipStationClient):
                    value.close()
            self._namespace.clear()

    def _run(self, example: Example) -> None:
        mark, value = example.mark
        language, *more = example.info.split() or [""]
        if mark == "not run":
            self._check(bool(value), example, "a block that is not run needs a reason")
        elif mark == "file":
            Path(value).write_text(example.source)
        elif more == ["output"]:
            self._check_output(example)
        elif language == "python":
            self._run_python(example)
        elif language in ("sh", "bash", "console"):
            self._run_shell(example, int(value) if mark == "exit status" else 0)
        else:
            self._check(language in _SHOWN_ONLY, example, f"nothing is known about blocks of {language!r}")

    def _run_python(self, example: Example) -> None:
        file = _FILE.match(example.source)
        if file is not None:
            path = Path(file[1])
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(example.source)
            if path.name == "conftest.py" or path.name.startswith("test_"):
                self._tests_wait = True
                return
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            if re.search(r"^>>> ", example.source, re.MULTILINE):
                self._run_doctest(example)
            else:
                # Empty lines before it let a traceback name the page's own line.
                exec(compile("\n" * (example.line - 1) + example.source, str(self._page), "exec"), self._namespace)
        self._printed = printed.getvalue()

    def _run_doctest(self, example: Example) -> None:
        test = doctest.DocTestParser().get_doctest(
            example.source, self._namespace, self._page.name, str(self._page), example.line - 1
        )
        said: list[str] = []
        runner = doctest.DocTestRunner(optionflags=_DOCTEST_OPTIONS)
        failed = runner.run(test, out=said.append, clear_globs=False).failed
        self._namespace.update(test.globs)
        self._check(not failed, example, "".join(said))

    def _run_shell(self, example: Example, status: int = 0) -> None:
        commands = re.sub(r"^\$ ", "", example.source, flags=re.MULTILINE)
        if commands.startswith(_INSTALLS):
            return
        self._tests_wait = self._tests_wait and re.search(r"\bpytest\b", commands) is None
        ended = subprocess.run(
            ["bash", "-c", _BASH + commands],
            env={**os.environ, "PYTHON": sys.executable},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        self._printed = ended.stdout
        what = f"exit status {ended.returncode}, not {status}\n{ended.stdout}\n{ended.stderr}"
        self._check(ended.returncode == status, example, what)

    def _forget_modules(self) -> None:
        """Another page may have files of the same names."""
        here = Path.cwd()
        for name, module in list(sys.modules.items()):
            file = getattr(module, "__file__", None)
            if file is not None and here in Path(file).parents:
                del sys.modules[name]

    def _check_output(self, example: Example) -> None:
        checker = doctest.OutputChecker()
        fits = checker.check_output(example.source, self._printed, _DOCTEST_OPTIONS)
        self._check(fits, example, f"the page says\n{example.source}\nand what is printed is\n{self._printed}")

    def _check(self, holds: bool, example: Example, what: str) -> None:
        if not holds:
            raise AssertionError(f"{self._page}, line {example.line}: {what}")
