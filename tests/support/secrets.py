"""Looks for a secret wherever an error tracker, a debugger or a pickle could come across it (T5)."""

from __future__ import annotations

import base64
import json
import logging
import pickle
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import BuiltinFunctionType, CodeType, FrameType, FunctionType, ModuleType, TracebackType
from typing import Any
from urllib.parse import quote

import attrs

_TESTS = str(Path(__file__).parents[1])
_OPAQUE = (ModuleType, type, CodeType, FunctionType, BuiltinFunctionType, int, float, bool, type(None))


class Search:
    """Walks values: containers, attributes and slots, exceptions with their chains, and the locals of tracebacks.

    It does not open closures, which is where a :class:`Secret` keeps its text, nor the frames of the tests themselves.
    """

    def __init__(self, secret: str) -> None:
        self._texts = {
            secret,
            quote(secret, safe=""),
            json.dumps(secret)[1:-1],
            json.dumps(secret)[1:-1].replace("/", "\\/"),
        }
        encoded = {secret.encode(), secret.encode("latin-1"), base64.b64encode(secret.encode())}
        self._bytes = encoded | {text.encode() for text in self._texts}

    def in_value(self, value: Any) -> list[str]:
        """Where in ``value`` the secret is: the paths that lead to it."""
        return list(self._walk(value, "value", set(), []))

    def in_text_of(self, value: Any) -> list[str]:
        """In which of its printed forms the secret is."""
        forms = {"repr": repr(value), "str": str(value)}
        if isinstance(value, BaseException):
            forms["traceback"] = "".join(traceback.format_exception(value))
        if attrs.has(type(value)):
            forms["asdict"] = repr(attrs.asdict(value))
            forms["evolve"] = repr(attrs.evolve(value))
        return [name for name, text in forms.items() if self._is_in(text)]

    def in_pickle_of(self, value: Any) -> bool:
        """Whether a pickle of it holds the secret."""
        return self._is_in(pickle.dumps(value))

    def in_log_record(self, record: logging.LogRecord) -> list[str]:
        """Where in a log record the secret is."""
        printed = logging.Formatter("%(message)s").format(record)
        return (["formatted"] if self._is_in(printed) else []) + self.in_value(record.__dict__)

    def _is_in(self, text: str | bytes | bytearray | memoryview) -> bool:
        if isinstance(text, str):
            return any(each in text for each in self._texts)
        return any(each in bytes(text) for each in self._bytes)

    def _walk(self, value: Any, path: str, seen: set[int], kept: list[Any]) -> Iterator[str]:
        if isinstance(value, str | bytes | bytearray):
            if self._is_in(value):
                yield path
            return
        if isinstance(value, _OPAQUE) or id(value) in seen:
            return
        seen.add(id(value))
        kept.append(value)  # an id is only an id while its object lives
        for name, inner in self._parts(value):
            yield from self._walk(inner, f"{path}{name}", seen, kept)

    def _parts(self, value: Any) -> Iterator[tuple[str, Any]]:
        if isinstance(value, TracebackType):
            while value is not None:
                yield from self._locals(value.tb_frame)
                value = value.tb_next
            return
        if isinstance(value, FrameType):
            yield from self._locals(value)
            return
        if isinstance(value, dict):
            for key, inner in list(value.items()):
                yield ".key", key
                yield f"[{key!r:.40}]", inner
        elif isinstance(value, list | tuple | set | frozenset):
            yield from ((f"[{index}]", inner) for index, inner in enumerate(list(value)))
        elif type(value).__name__ in ("deque", "WeakSet", "OrderedDict"):
            yield from (("[*]", inner) for inner in list(value))
        if isinstance(value, BaseException):
            for name in ("args", "__cause__", "__context__", "__traceback__", "__notes__"):
                yield f".{name}", getattr(value, name, None)
        yield from ((f".{name}", inner) for name, inner in list(getattr(value, "__dict__", {}).items()))
        for kind in type(value).__mro__:
            slots = kind.__dict__.get("__slots__", ())
            for name in (slots,) if isinstance(slots, str) else slots:
                yield f".{name}", getattr(value, name, None)
        if hasattr(value, "__self__"):
            yield ".__self__", value.__self__

    def _locals(self, frame: FrameType) -> Iterator[tuple[str, Any]]:
        if not frame.f_code.co_filename.startswith(_TESTS):
            yield f" in {frame.f_code.co_qualname}: ", dict(frame.f_locals)
