"""The distributions as a release makes them: the source distribution, and the wheel that is built from it."""

from __future__ import annotations

import os
import tarfile
from collections.abc import Callable
from email.message import Message
from email.parser import Parser
from pathlib import Path
from zipfile import ZipFile

import attrs
from hatchling.build import build_sdist, build_wheel

ROOT = Path(__file__).parents[2]


@attrs.frozen
class Distributions:
    """The two files, and what is in them.

    Attributes:
        sdist: The source distribution.
        sdist_names: Its files, without the folder that holds them all.
        wheel: The wheel.
        wheel_names: Its files.
        installed: The wheel unpacked, which is all that installing one does.
        metadata: The wheel's core metadata.
    """

    sdist: Path
    sdist_names: frozenset[str]
    wheel: Path
    wheel_names: frozenset[str]
    installed: Path
    metadata: Message


def build_distributions(folder: Path) -> Distributions:
    """Build both, by the build backend's own hooks."""
    sdist = folder / _build_in(ROOT, build_sdist, folder)
    with tarfile.open(sdist) as archive:
        sdist_names = frozenset(name.partition("/")[2] for name in archive.getnames())
        archive.extractall(folder, filter="data")
    wheel = folder / _build_in(folder / sdist.name.removesuffix(".tar.gz"), build_wheel, folder)
    installed = folder / "installed"
    with ZipFile(wheel) as archive:
        archive.extractall(installed)
        wheel_names = frozenset(archive.namelist())
    (metadata,) = installed.glob("*.dist-info/METADATA")
    return Distributions(
        sdist, sdist_names, wheel, wheel_names, installed, Parser().parsestr(metadata.read_text("utf-8"))
    )


def _build_in(project: Path, build: Callable[[str], str], folder: Path) -> str:
    before = Path.cwd()
    os.chdir(project)  # where the hooks of PEP 517 are called
    try:
        return build(str(folder))
    finally:
        os.chdir(before)
