"""Every check of the project, one session each: ``nox`` runs all, ``nox -l`` lists them, ``nox -s types`` runs one.

Each session has a fresh environment; nothing that lies on the machine is used but the interpreters on the ``PATH``.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import nox

HERE = Path(__file__).parent
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
OLDEST = PYTHONS[0]
COUNTED = "3.13"

nox.needs_version = ">=2025.5"
nox.options.default_venv_backend = "uv"
nox.options.error_on_missing_interpreters = False
os.environ["UV_PYTHON_DOWNLOADS"] = "never"
for name in ("SHIPSTATION_API_KEY", "SHIPSTATION_BASE_URL", "PYTHONPATH"):
    os.environ.pop(name, None)

# The part of the suite that WebAssembly can run: values and the account in memory, without sockets, processes, threads
# and the extras that are compiled.
IN_MEMORY = ("tests/wire", "tests/models", "tests/orders", "tests/testing", "tests/test_markup.py")
LIVES = "tests/orders/scenarios/test_scenarios.py::test_a_life_has_the_outcome_that_its_line_says"
NOT_IN_WASM = {  # files, or the beginnings of tests
    "tests/testing/test_clock.py": "it needs threads",
    "tests/testing/test_faults.py": "it needs the package responses",
    "tests/testing/test_notifications.py": "it needs cryptography",
    "tests/testing/test_plugin.py": "it starts processes",
    "tests/testing/test_server.py": "it needs sockets",
    "tests/orders/test_properties.py": "hundreds of made-up accounts take minutes here, and are tried on CPython",
    "tests/wire/test_decoding_properties.py": "the same",
    "tests/wire/test_sockets_are_forbidden.py": "it needs sockets",
    "tests/wire/test_requests.py::test_a_datetime_is_sent_as_utc_wherever_the_machine_stands": "it sets the time zone",
    "tests/wire/test_decoding_faults.py::test_what_is_no_json": "it nests deeper than the stack of WebAssembly",
    "tests/wire/test_replies.py::test_a_body_that_cannot_be_used_never_hides": "so does this one",
    f"{LIVES}[R4: a notification": "it needs cryptography",
    f"{LIVES}[R7: the tracking of ten labels is asked for at once": "it needs threads",
}


@nox.session(venv_backend="none")
def readme(session: nox.Session) -> None:
    """The README's own command sets up and passes the tests, in a copy of the tree where python3 is the oldest version.

    It installs the built wheel, and with the sources under src/ it is the wheel that the suite imports.
    """
    interpreter = shutil.which(f"python{OLDEST}")
    if interpreter is None:
        session.error(f"Python {OLDEST} is missing")
    blocks = re.findall(r"^```sh\n(.*?)^```$", (HERE / "README.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
    with tempfile.TemporaryDirectory() as folder:
        tree, found_first = Path(folder, "tree"), Path(folder, "bin")
        found_first.mkdir()
        (found_first / "python3").symlink_to(interpreter)
        for file in files_of_the_repository():
            (tree / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(HERE / file, tree / file)
        session.chdir(tree)
        path = os.pathsep.join([str(found_first), os.environ["PATH"]])
        session.run("bash", "-c", f"{blocks[1].strip()} --durations=5", external=True, env={"PATH": path})


def files_of_the_repository() -> list[str]:
    """What git tracks, and what it would if it were added."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607 - the git of the PATH
        cwd=HERE,
        capture_output=True,
        text=True,
        check=True,
    )
    return [file for file in listed.stdout.split("\0") if file and (HERE / file).is_file()]


@nox.session(python=PYTHONS[1:])
def newer(session: nox.Session) -> None:
    """The suite on every newer version of Python that is here, but for what says the same on each of them.

    One of them counts the lines that the suite reaches, by a means that is quick since Python 3.12; the workflow on
    GitHub counts the branches, on every version.
    """
    install_project(session, ".[all]", "--group", "test")
    same = ("tests/docs", "tests/release", "tests/orders/scenarios/test_broken_rules.py")
    more = [f"--ignore={path}" for path in same]
    if session.python == COUNTED and not session.posargs:
        session.env["COVERAGE_CORE"] = "sysmon"
        more += ["--cov", "--cov-report=term"]
    session.run("python", "-m", "pytest", "-n", "2", "-q", "-m", "not realtime", *more, *session.posargs)


@nox.session(python=OLDEST)
def lowest(session: nox.Session) -> None:
    """The lowest versions that pyproject.toml allows pass the suite, its tools included."""
    install_project(session, "--resolution", "lowest-direct", ".[all]", "--group", "test")
    pure = ("tests/orders/scenarios", "tests/orders/test_properties.py", "tests/wire/test_decoding_properties.py")
    left_out = [f"--ignore={path}" for path in pure]  # they take long, and use nothing that the other tests do not
    session.run("python", "-m", "pytest", "-n", "2", "-q", "-m", "not realtime", *left_out, *session.posargs)


@nox.session(python=OLDEST)
def agents(session: nox.Session) -> None:
    """The page on agents, run between the frameworks themselves and models that are played."""
    install_project(session, ".[all]", "--group", "test", "--group", "agents")
    session.run("python", "-m", "pytest", "-q", "tests/agents", *session.posargs)


@nox.session(python=OLDEST)
def lint(session: nox.Session) -> None:
    """Style, the direction of imports, and the workflows."""
    install_project(session, "--editable", ".[all]", "--group", "lint")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports")
    session.run("zizmor", "--offline", "--persona", "pedantic", ".github")
    session.run("pre-commit", "validate-config")


@nox.session(python=OLDEST)
def types(session: nox.Session) -> None:
    """Both type checkers, on the package and on a file that uses it as a stranger would."""
    install_project(session, "--editable", ".[all]", "--group", "types", "--group", "test", "--group", "agents")
    session.run("mypy")
    session.run("mypy", "tests/typing/public_types.py", "tests/typing/async_types.py")
    session.run("pyright")
    session.run("pyright", "tests/typing/public_types.py", "tests/typing/async_types.py")


@nox.session(python=OLDEST)
def docs(session: nox.Session) -> None:
    """The documentation is built without a warning, and with it the page to try the library in."""
    install_project(session, ".[all]", "--group", "docs")
    built = session.posargs[0] if session.posargs else str(Path(session.create_tmp(), "html"))
    session.run("sphinx-build", "--quiet", "--fail-on-warning", "--keep-going", "-b", "html", "docs", built)
    session.run("python", "docs/try/build.py", str(Path(built, "lite")), silent=True)


@nox.session(python=OLDEST)
def wasm(session: nox.Session) -> None:
    """The in-memory part of the suite on CPython 3.14 in WebAssembly (Pyodide from npm, packages from PyPI)."""
    if shutil.which("npm") is None:
        session.error("npm and Node.js 20 or newer are needed for CPython in WebAssembly")
    node, site = Path(session.create_tmp()) / "node", Path(session.create_tmp()) / "site"
    shutil.rmtree(site, ignore_errors=True)
    node.mkdir(parents=True, exist_ok=True)
    for file in (HERE / ".ci" / "wasm").iterdir():
        shutil.copy2(file, node)
    session.run("npm", "ci", "--silent", "--no-audit", "--no-fund", "--prefix", str(node), external=True)
    session.install("pip")
    only_pure = ("--only-binary=:all:", "--platform=any", "--abi=none", "--implementation=py", "--python-version=3.14")
    project = nox.project.load_toml(HERE / "pyproject.toml")
    wanted = [*project["project"]["dependencies"], "pytest", "hypothesis"]
    session.run("python", "-m", "pip", "install", "--quiet", f"--target={site}", *only_pure, *wanted)
    left_out = [f"--{'deselect' if '::' in name else 'ignore'}={name}" for name in NOT_IN_WASM]
    session.run(
        *("node", "--stack-size=7000", str(node / "run.mjs"), str(site), str(HERE)),
        *("-q", "-p", "no:cacheprovider", "-o", "addopts=--import-mode=importlib", *left_out),
        *(session.posargs or IN_MEMORY),
        external=True,
    )


def install_project(session: nox.Session, *arguments: str) -> None:
    """Install from this tree: the project and what its groups name."""
    session.run_install("uv", "pip", "install", "--quiet", *arguments, external=True)
