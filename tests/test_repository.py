"""What surrounds the code: the checks, the versions of Python, and the forms that a reporter fills in."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
FORMS = sorted(path for path in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml")
NOXFILE = (ROOT / "noxfile.py").read_text("utf-8")


def read_yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text("utf-8"))


def test_every_python_that_the_classifiers_name_is_checked_here_and_on_github() -> None:
    named = re.findall(r"Python :: (3\.\d+)", "\n".join(PROJECT["project"]["classifiers"]))
    checked = re.search(r"^PYTHONS = \((.*)\)$", NOXFILE, re.MULTILINE)
    assert checked is not None
    assert re.findall(r'"(3\.\d+)"', checked[1]) == named
    jobs = read_yaml(ROOT / ".github" / "workflows" / "ci.yml")["jobs"]
    assert jobs["test"]["strategy"]["matrix"]["python-version"] == named


def test_the_workflow_runs_sessions_that_exist() -> None:
    sessions = set(re.findall(r"^@nox\.session.*\n(?:@.*\n)?def (\w+)", NOXFILE, re.MULTILINE))
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8")
    called = {name for line in re.findall(r"nox -s ([\w ]+)", workflow) for name in line.split()}
    assert called
    assert called <= sessions


def test_every_tool_that_a_hook_calls_is_in_the_dev_group() -> None:
    groups = PROJECT["dependency-groups"]
    wanted = [name for group in ("test", "lint", "types", "tasks") for name in groups[group] if isinstance(name, str)]
    packages = {re.split(r"[\[>=<]", name)[0] for name in wanted}
    (local,) = read_yaml(ROOT / ".pre-commit-config.yaml")["repos"]
    assert local["repo"] == "local"
    provided_by = {"lint-imports": "import-linter", "python": "pytest"}
    for hook in local["hooks"]:
        tool = hook["entry"].split()[0]
        assert provided_by.get(tool, tool) in packages, tool


@pytest.mark.parametrize("form", FORMS, ids=lambda path: path.name)
def test_a_form_has_a_name_a_sentence_and_fields_that_github_knows(form: Path) -> None:
    content = read_yaml(form)
    assert content["name"]
    assert content["description"]
    fields = [field for field in content["body"] if field["type"] != "markdown"]
    assert {field["type"] for field in fields} <= {"textarea", "input", "dropdown", "checkboxes"}
    assert len({field["id"] for field in fields}) == len(fields)
    assert all(field["attributes"]["label"] for field in fields)
    assert any(field.get("validations", {}).get("required") for field in fields)


def test_who_reports_a_wrong_answer_is_asked_for_a_recording_the_doctors_report_and_nothing_personal() -> None:
    (form,) = (read_yaml(path) for path in FORMS if path.name == "wrong-answer.yml")
    fields = {field.get("id"): json.dumps(field) for field in form["body"]}
    assert "shipstation-aissist record ORDER_ID --to case.json" in fields["recording"]
    assert "shipstation-aissist doctor" in fields["doctor"]
    assert '"required": true' in fields["nothing-personal"]


def test_the_lock_of_the_webassembly_check_names_no_host() -> None:
    lock = json.loads((ROOT / ".ci" / "wasm" / "package-lock.json").read_text("utf-8"))
    packages = [package for name, package in lock["packages"].items() if name]
    assert packages
    assert all("resolved" not in package and package["integrity"] for package in packages)
