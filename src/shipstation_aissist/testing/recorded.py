"""A recorded look-up, played again: what :mod:`shipstation_aissist.recording` wrote becomes a fake that answers so."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import unquote

from shipstation_aissist.errors import ShipStationError
from shipstation_aissist.recording import FORMAT, VERSION, RecordedReply
from shipstation_aissist.testing.clock import FakeClock

_NOT_COMPARED = frozenset({"page_size", "sort_by", "sort_dir"})  # how a list is asked for may change


class RecordingError(ShipStationError, ValueError):
    """A file is no recording.

    Attributes:
        problems: JSON paths of what is wrong.
    """

    def __init__(self, message: str, *, problems: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems

    def __reduce__(self) -> Any:
        return _restored, (str(self), self.problems)


def _restored(message: str, problems: tuple[str, ...]) -> RecordingError:
    return RecordingError(message, problems=problems)


class Recorded:
    """The replies of a recording, by what was asked.

    Args:
        path: The file that ``record`` wrote.

    Raises:
        RecordingError: It is none; the message names the JSON path.

    Attributes:
        order_id: What to ask for.
        clock: Stands at the time of the recording.
    """

    def __init__(self, path: str | Path) -> None:
        document = _read(Path(path))
        self.order_id: str = _of_type(document, "order_id", str)
        self.clock = FakeClock(_moment(_of_type(document, "at", str)))
        self._replies: dict[_Asked, list[RecordedReply]] = {}
        for index, reply in enumerate(_of_type(document, "replies", list)):
            where = f"replies[{index}]"
            if not isinstance(reply, Mapping):
                raise _wrong(where)
            if "body" not in reply:
                raise _wrong(f"{where}.body")
            asked, query = _of_type(reply, "path", str, where), _of_type(reply, "query", dict, where)
            status = _of_type(reply, "status", int, where)
            retry_after = reply.get("retry_after")
            if not all(isinstance(value, str) for value in query.values()):
                raise _wrong(f"{where}.query")
            if retry_after is not None and type(retry_after) not in (int, float):
                raise _wrong(f"{where}.retry_after")
            recorded = RecordedReply(asked, query, status, reply["body"], retry_after)
            self._replies.setdefault(_key(asked, query), []).append(recorded)

    def answer(self, path: str, query: Mapping[str, str]) -> RecordedReply | None:
        """The recorded reply to a request, ``None`` if nobody asked that; the last one goes on for ever.

        Args:
            path: The path of the request, with or without what stands before the resource.
            query: Its query.
        """
        replies = self._replies.get(_key(path.rpartition("/v2/")[2], query))
        if not replies:
            return None
        return replies.pop(0) if len(replies) > 1 else replies[0]


_Asked: TypeAlias = "tuple[str, frozenset[tuple[str, str]]]"


def _key(path: str, query: Mapping[str, str]) -> _Asked:
    asked = {name: value for name, value in query.items() if name not in _NOT_COMPARED}
    if asked.get("page") == "1":
        del asked["page"]
    return unquote(path), frozenset(asked.items())


def _read(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text("utf-8"))
    except (ValueError, RecursionError):
        raise RecordingError(f"{path.name} is not JSON; record it anew.", problems=("$",)) from None
    if not isinstance(document, dict):
        raise _wrong("$")
    if document.get("format") != FORMAT:
        raise _wrong("$.format")
    if document.get("version") != VERSION:
        raise _wrong("$.version")
    return document


def _of_type(document: Mapping[str, Any], name: str, kind: type, where: str = "") -> Any:
    value = document.get(name)
    if type(value) is not kind:
        raise _wrong(f"$.{where}.{name}" if where else f"$.{name}")
    return value


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _wrong("$.at") from None
    if moment.tzinfo is None:
        raise _wrong("$.at")
    return moment


def _wrong(path: str) -> RecordingError:
    path = path if path.startswith("$") else f"$.{path}"
    return RecordingError(
        f"This is no recording of version {VERSION}: {path} is missing or of another kind. Make one with "
        "'shipstation-aissist record'.",
        problems=(path,),
    )
