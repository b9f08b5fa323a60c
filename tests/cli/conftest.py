"""What the tests of the command line share: commands run in this process, or in one of their own."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

from shipstation_aissist.cli.app import app
from shipstation_aissist.testing import FakeShipStation

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
COLOURS = ("FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "COLUMNS")


@attrs.frozen
class Ended:
    """A command that has ended."""

    status: int
    stdout: str
    stderr: str


Run = Callable[..., Ended]
Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No key, no address, no proxy and no wish for colour."""
    for name in ("SHIPSTATION_API_KEY", "SHIPSTATION_BASE_URL", *PROXIES, *map(str.lower, PROXIES), *COLOURS):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in this process."""

    def run(*arguments: str, stdin: bytes = b"") -> Ended:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            app(list(arguments), prog_name="shipstation-aissist")
        printed = capsys.readouterr()
        status = end.value.code or 0
        assert isinstance(status, int)
        return Ended(status, printed.out, printed.err)

    return run


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeShipStation]:
    """A served account, which the environment leads to."""
    fake = FakeShipStation()
    with fake.serve() as server:
        monkeypatch.setenv("SHIPSTATION_API_KEY", fake.api_key)
        monkeypatch.setenv("SHIPSTATION_BASE_URL", server.base_url)
        yield fake


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a command in a process of its own; it is killed if the test leaves it running."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str, **options: Any) -> subprocess.Popen[bytes]:
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **options.pop("env", {})}
        process = subprocess.Popen(
            [sys.executable, "-m", "shipstation_aissist", *arguments], env=environment, **options
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def csv_file(tmp_path: Path) -> Callable[[str | bytes], str]:
    """Write a file of orders; its path."""

    def csv_file(content: str | bytes) -> str:
        path = tmp_path / "orders.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    return csv_file
