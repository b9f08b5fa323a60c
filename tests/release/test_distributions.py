"""What a release holds, and what it says of itself."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from packaging.requirements import Requirement
from twine.commands.check import check

from shipstation_aissist import __version__
from support.distributions import Distributions

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "shipstation_aissist"


def _requirements(distributions: Distributions, extra: str | None) -> set[str]:
    """The names that an extra brings; those of the bare install for ``None``."""
    parsed = [Requirement(text) for text in distributions.metadata.get_all("Requires-Dist")]
    bare = {each.name for each in parsed if each.marker is None}
    if extra is None:
        return bare
    return {each.name for each in parsed if each.marker is not None and each.marker.evaluate({"extra": extra})}


def test_the_wheel_holds_every_file_of_the_package_and_nothing_else(distributions: Distributions) -> None:
    expected = {
        f"shipstation_aissist/{file.relative_to(PACKAGE).as_posix()}"
        for file in PACKAGE.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert {name for name in distributions.wheel_names if ".dist-info/" not in name} == expected
    assert "shipstation_aissist/py.typed" in expected


def test_the_licence_is_in_both_distributions_and_named_in_the_metadata(distributions: Distributions) -> None:
    assert "LICENSE" in distributions.sdist_names
    assert f"shipstation_aissist-{__version__}.dist-info/licenses/LICENSE" in distributions.wheel_names
    assert distributions.metadata["License-Expression"] == "MIT"


def test_the_source_distribution_holds_what_is_needed_to_build_and_test_it(distributions: Distributions) -> None:
    needed = {
        "pyproject.toml",
        "README.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "docs/tutorial.md",
        "docs/conf.py",
        "tests/typing/public_types.py",
    }
    assert needed <= distributions.sdist_names
    kinds = {name.partition("/")[0] for name in distributions.sdist_names}
    assert not kinds & {".git", ".venv", "dist", "build"}
    assert not [name for name in distributions.sdist_names if "__pycache__" in name or "_build" in name]


def test_the_version_comes_from_its_one_place(distributions: Distributions) -> None:
    assert distributions.metadata["Version"] == __version__
    assert distributions.wheel.name == f"shipstation_aissist-{__version__}-py3-none-any.whl"
    literal = re.compile(rf"\b{re.escape(__version__)}\b")
    assert [file.name for file in PACKAGE.rglob("*.py") if literal.search(file.read_text("utf-8"))] == ["_version.py"]
    assert not literal.search((ROOT / "pyproject.toml").read_text("utf-8"))


def test_the_bare_install_brings_four_packages(distributions: Distributions) -> None:
    assert _requirements(distributions, None) == {"attrs", "cattrs", "python-dateutil", "requests"}


def test_each_extra_brings_what_the_documentation_says(distributions: Distributions) -> None:
    extras = {extra: _requirements(distributions, extra) for extra in distributions.metadata.get_all("Provides-Extra")}
    everything = extras.pop("all")
    assert extras == {
        "cli": {"typer", "rich"},
        "testing": {"pytest"},
        "webhooks": {"cryptography"},
        "mcp": {"mcp"},
        "async": {"anyio", "httpx2"},
        "redis": {"redis", "cryptography"},
        "inbox": {"sqlalchemy"},
    }
    assert everything == set().union(*extras.values())


def test_the_metadata_is_fit_for_the_package_index(distributions: Distributions) -> None:
    assert check([str(distributions.sdist), str(distributions.wheel)], strict=True) is False


def test_every_supported_python_is_a_classifier_and_no_other(distributions: Distributions) -> None:
    assert distributions.metadata["Requires-Python"] == ">=3.11"
    classifiers = distributions.metadata.get_all("Classifier")
    named = [text.rpartition(" ")[2] for text in classifiers if re.search(r":: 3\.\d+$", text)]
    assert named == ["3.11", "3.12", "3.13", "3.14"]
    assert "Typing :: Typed" in classifiers


def test_the_console_script_of_the_wheel_answers(distributions: Distributions) -> None:
    program = (
        "import sys; from importlib.metadata import entry_points;"
        "(script,) = entry_points(group='console_scripts', name='shipstation-aissist');"
        "sys.argv = ['shipstation-aissist', 'track', '12345', '--sandbox']; script.load()()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program],
        env={
            **_without_coverage(os.environ),
            "PYTHONPATH": str(distributions.installed),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["shipstation"]["order_id"] == "12345"


def _without_coverage(environment: Mapping[str, str]) -> dict[str, str]:
    """The unpacked wheel is another copy of the package: what runs of it is not what is measured."""
    return {name: value for name, value in environment.items() if not name.startswith("COVERAGE_PROCESS")}
