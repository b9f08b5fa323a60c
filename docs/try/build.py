"""Build the page to try the library in: JupyterLite with the sandbox notebook, as static files.

``python docs/try/build.py FOLDER``. The wheels (this project's and what it needs) come from a package index, and stand
in the built page; JupyterLite itself is built without the network. Only a reader's browser fetches something: Pyodide,
which is CPython for WebAssembly, from the address that JupyterLite's kernel names.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]
BROWSERS_PYTHON = "3.14"
PURE = ("--only-binary=:all:", "--platform=any", "--abi=none", "--implementation=py")


def run(*command: str, folder: Path = PROJECT) -> None:
    """Run a module of this environment in a folder."""
    subprocess.run([sys.executable, "-m", *command], check=True, cwd=folder)


def gather_wheels(folder: Path) -> list[Path]:
    """The project's wheel and those of its base dependencies, none of them compiled."""
    dependencies = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    run("pip", "wheel", "--quiet", "--no-deps", f"--wheel-dir={folder}", str(PROJECT))
    version = f"--python-version={BROWSERS_PYTHON}"
    run("pip", "download", "--quiet", *PURE, version, f"--dest={folder}", *dependencies)
    return sorted(folder.glob("*.whl"))


def build(output: Path) -> None:
    """The whole page, into a folder."""
    with tempfile.TemporaryDirectory() as made:
        work = Path(made)
        contents, wheels = work / "contents", work / "wheels"
        contents.mkdir()
        notebook = (HERE / "sandbox.ipynb").read_text("utf-8")
        (contents / "sandbox.ipynb").write_text(notebook, "utf-8")
        (work / "jupyter-lite.json").write_text((HERE / "jupyter-lite.json").read_text("utf-8"), "utf-8")
        run(
            *("jupyterlite_core", "build", "--no-sourcemaps", "--no-unused-shared-packages", "--no-libarchive"),
            *("--apps", "notebooks", "--apps", "lab", "--apps", "tree"),
            *("--contents", str(contents), "--output-dir", str(output.resolve())),
            *(argument for wheel in gather_wheels(wheels) for argument in ("--piplite-wheels", str(wheel))),
            folder=work,
        )


if __name__ == "__main__":
    build(Path(sys.argv[1]))
