"""What a server can do with a request, for ``support.fault_server``: one function per row of T1, T2 and T7."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Callable, Mapping
from typing import Any

from support.fault_server import Behaviour, Conversation

Tick = Callable[[], object]


def message(
    body: bytes = b"{}",
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    length: int | None = -1,
    version: str = "HTTP/1.1",
) -> bytes:
    """A whole reply as bytes.

    Args:
        body: What it holds.
        status: Its status.
        headers: Beside the length.
        length: Its ``Content-Length``; -1: the true one, ``None``: no such header.
        version: The protocol.
    """
    lines = [f"{version} {status} Whatever", *(f"{name}: {value}" for name, value in (headers or {}).items())]
    if length is not None:
        lines.append(f"Content-Length: {len(body) if length == -1 else length}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def reply(body: bytes | Any = b"{}", **options: Any) -> Behaviour:
    """Answer well; a body that is no ``bytes`` is sent as JSON."""
    data = message(body if isinstance(body, bytes) else json.dumps(body).encode(), **options)
    return lambda conversation: conversation.send(data)


def error(
    status: int,
    *sources: str,
    text: str = "No.",
    request_id: str | None = "b7c1",
    headers: Mapping[str, str] | None = None,
) -> Behaviour:
    """Answer with an error of the API (API notes 3.1): one entry per ``error_source``, by default the platform's."""
    entries = [
        {"error_source": source, "error_type": "system", "error_code": "unspecified", "message": text}
        for source in sources or ("shipengine",)
    ]
    body = {"request_id": request_id, "errors": entries}
    return reply(json.dumps(body).encode(), status=status, headers=headers)


def last_words(data: bytes) -> Behaviour:
    """Send exactly this and close the connection."""

    def behave(conversation: Conversation) -> None:
        conversation.send(data)
        conversation.end()

    return behave


def drip_all(data: bytes, every: float = 0.5, tick: Tick | None = None) -> Behaviour:
    """Send a reply one byte at a time, its status line and headers too."""
    return lambda conversation: conversation.drip(data, every, tick)


def drip_body(body: bytes, every: float = 0.5, tick: Tick | None = None) -> Behaviour:
    """Send the headers at once and the body one byte at a time."""
    head = message(length=len(body), body=b"")

    def behave(conversation: Conversation) -> None:
        conversation.send(head)
        conversation.drip(body, every, tick)

    return behave


def drip_chunks(body: bytes, every: float = 0.5, tick: Tick | None = None) -> Behaviour:
    """Send the body in chunks of one byte, with the bytes of their frames one at a time."""

    def behave(conversation: Conversation) -> None:
        conversation.send(message(b"", length=None, headers={"Transfer-Encoding": "chunked"}))
        conversation.drip(chunked(body, 1), every, tick)

    return behave


def endless_continue(every: float = 0.05, tick: Tick | None = None) -> Behaviour:
    """Say "100 Continue" for ever."""

    def behave(conversation: Conversation) -> None:
        while True:
            if tick is not None:
                tick()
            conversation.send(b"HTTP/1.1 100 Continue\r\n\r\n")
            conversation.wait(every)

    return behave


def stall() -> Behaviour:
    """Never answer."""
    return Conversation.stall


def stall_after(data: bytes) -> Behaviour:
    """Send this much, then nothing more."""

    def behave(conversation: Conversation) -> None:
        conversation.send(data)
        conversation.stall()

    return behave


def slow(seconds: float, then: Behaviour) -> Behaviour:
    """Take so many real seconds to answer."""

    def behave(conversation: Conversation) -> None:
        conversation.wait(seconds)
        then(conversation)

    return behave


class Gathering:
    """Answers nobody until so many requests are in flight; whoever comes later is answered at once.

    Args:
        count: How many requests. If they never come, each is answered after five real seconds.
    """

    def __init__(self, count: int) -> None:
        self._missing = threading.Semaphore(count - 1)
        self._complete = threading.Event()

    def then(self, behaviour: Behaviour) -> Behaviour:
        """Wait for the others, then answer."""

        def behave(conversation: Conversation) -> None:
            if not self._missing.acquire(blocking=False):
                self._complete.set()
            self._complete.wait(5)
            behaviour(conversation)

        return behave


def ticking(tick: Tick, then: Behaviour) -> Behaviour:
    """Let a fake clock go on, then answer."""

    def behave(conversation: Conversation) -> None:
        tick()
        then(conversation)

    return behave


def reset() -> Behaviour:
    """Reset the connection instead of answering."""
    return Conversation.reset


def hang_up() -> Behaviour:
    """Close the connection instead of answering."""
    return Conversation.end


def reset_after(data: bytes) -> Behaviour:
    """Send this much, then reset the connection."""

    def behave(conversation: Conversation) -> None:
        conversation.send(data)
        conversation.reset()

    return behave


def chunked(body: bytes, size: int = 7) -> bytes:
    """A body in chunks of ``size`` bytes, with the last, empty chunk."""
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in [*pieces, b""])


def bomb(megabytes: int) -> bytes:
    """A small gzip body that unfolds to so many MiB, of as many members."""
    return gzip.compress(b" " * 1024 * 1024) * megabytes
