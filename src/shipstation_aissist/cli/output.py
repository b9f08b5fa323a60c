"""What is printed where: results on stdout, everything else on stderr."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import unicodedata
from typing import Any

import typer

_JOINERS = "\u200c\u200d"  # invisible, but part of how some scripts and emoji are spelt


def write_json(value: Any, *, indent: int | None = 2) -> None:
    """Print a JSON value as a result."""
    write_result(json.dumps(value, indent=indent, ensure_ascii=False))


def write_result(text: str) -> None:
    """Print a result on stdout: whole, at once, and in UTF-8 whatever the terminal's encoding is.

    A lone surrogate, which UTF-8 cannot hold, is written as the escape that JSON has for it.
    """
    sys.stdout.flush()
    left = memoryview(f"{text}\n".encode("utf-8", "backslashreplace"))
    while left:  # where Python runs unbuffered, a signal may cut a write short
        left = left[sys.stdout.buffer.write(left) :]
    sys.stdout.buffer.flush()


def note(text: str) -> None:
    """Tell a person something on stderr."""
    typer.echo(text, err=True)


def complain(error: Exception) -> None:
    """Say on stderr what went wrong and, as its message does, what to do next."""
    note(f"Error: {plain(str(error))}")


def plain(text: str | None) -> str:
    """A text from outside, made harmless for a terminal: on one line, without control or reordering characters."""
    return "".join(_harmless(character) for character in text or "")


def _harmless(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cc", "Cs", "Zl", "Zp"):
        return " "
    return "" if category == "Cf" and character not in _JOINERS else character


def close_stdout() -> None:
    """After the reader of stdout went away: nothing more is written, the interpreter's last flush included."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def replace_unprintable() -> None:
    """Let text for people pass an encoding that lacks some of its characters."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
