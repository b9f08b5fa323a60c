"""One reply of HTTP/1.1, read strictly from whatever gives bytes: no socket, thread or clock is known here (T6, T7).

Reading is a generator: it yields how many bytes it wants at most, and is sent at least one, or none at the end. So the
synchronous and the asynchronous connection read with the same code.

A reply that can be understood in two ways is how one customer's label is taken for another's. So whatever leaves a
doubt about where a reply ends is a fault, and ends the connection: another ``Transfer-Encoding`` than ``chunked``, two
lengths, a chunk that does not end where it says, a line among the headers that is none. Blanks around a header's value
mean nothing. Interim replies (``100 Continue``, ``103 Early Hints``) come before the reply and are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from typing import TypeAlias, TypeVar, cast

T = TypeVar("T")
Reading: TypeAlias = Generator[int, bytes, T]

LARGEST_BODY = 10 * 1024 * 1024
LARGEST_HEAD = 64 * 1024
MOST_HEADERS = 100
_LARGEST_INTERIM = 1024 * 1024  # of all interim replies before one reply
_LONGEST_CHUNK_LINE = 4096
_PIECE = 64 * 1024

_STATUS_LINE = re.compile(r"HTTP/1\.([0-9]) ([1-9][0-9]{2})(?: .*)?")
_HEADER = re.compile(r"^([!#$%&'*+.^_`|~0-9A-Za-z-]+):(.*)$", re.MULTILINE)
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
# Compiled by re when the first chunked reply comes: an import has no use for them (target P4).
_CHUNK_SIZE = rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r?\n"
_END_OF_CHUNK = rb"\r?\n"
_TRAILER = rb"[^\r\n]*\r?\n"


class BrokenReplyError(Exception):
    """What came is no complete reply. The message quotes nothing of it (T8)."""


class NoReplyError(BrokenReplyError):
    """The connection ended before the first byte of a reply."""


class RawReply:
    """One complete reply, as it was sent.

    Attributes:
        status: Its status, 200 or above.
        headers: Names in lower case; the values of a repeated name are joined by commas.
        body: Not decompressed; ``None`` where it is longer than 10 MiB, and was not read to its end.
        is_last: Whether the connection must not be used again.
    """

    __slots__ = ("body", "headers", "is_last", "status")

    def __init__(self, status: int, headers: dict[str, str], body: bytes | None, *, is_last: bool) -> None:
        self.status = status
        self.headers = headers
        self.body = body
        self.is_last = is_last


class Incoming:
    """What arrives on one connection, in order, and what of it was not asked for yet.

    Args:
        receive: Gives at least one and at most so many bytes, or none at the end; ``None`` where the reader is fed.

    Attributes:
        arrived: How many bytes have arrived in all.
    """

    __slots__ = ("_buffer", "arrived", "receive")

    def __init__(self, receive: Callable[[int], bytes] | None = None) -> None:
        self.receive = receive
        self._buffer = bytearray()
        self.arrived = 0

    def __len__(self) -> int:
        """How many bytes have arrived that nobody has read: after a reply, bytes that belong to none."""
        return len(self._buffer)

    def _has_more(self, most: int = _PIECE) -> Reading[bool]:
        """Wait for further bytes; false at the end."""
        piece = yield most
        self.arrived += len(piece)
        self._buffer += piece
        return bool(piece)

    def _need_more(self, most: int = _PIECE) -> Reading[None]:
        if not (yield from self._has_more(most)):
            raise BrokenReplyError("the connection was closed before the reply was complete")

    def head(self) -> Reading[str]:
        """Everything up to the blank line."""
        buffer = self._buffer
        if not buffer and not (yield from self._has_more()):
            raise NoReplyError("the connection was closed before a reply came")
        looked_at = 0
        while (end := _END_OF_HEAD.search(buffer, looked_at)) is None:
            if not b"HTTP/1.".startswith(bytes(buffer[:7])):
                raise BrokenReplyError("what came is no reply of HTTP/1.1")
            if len(buffer) > LARGEST_HEAD:
                raise BrokenReplyError("its headers are too long")
            looked_at = max(0, len(buffer) - 3)
            yield from self._need_more()
        if end.start() > LARGEST_HEAD:
            raise BrokenReplyError("its headers are too long")
        head = buffer[: end.start()].decode("latin-1")
        del buffer[: end.end()]
        return head

    def exactly(self, size: int) -> Reading[bytes]:
        """The next ``size`` bytes."""
        buffer = self._buffer
        while len(buffer) < size:
            yield from self._need_more(max(_PIECE, size - len(buffer)) if size > _PIECE else _PIECE)
        data = bytes(buffer[:size])
        del buffer[:size]
        return data

    def line(self, pattern: bytes) -> Reading[re.Match[bytes]]:
        """The next line, which must be of this form."""
        buffer = self._buffer
        while b"\n" not in buffer:
            if len(buffer) > _LONGEST_CHUNK_LINE:
                raise BrokenReplyError("a line between its chunks is too long")
            yield from self._need_more()
        end = buffer.index(b"\n") + 1
        found = re.fullmatch(pattern, bytes(buffer[:end]))
        if found is None:
            raise BrokenReplyError("its chunks cannot be read")
        del buffer[:end]
        return found

    def rest(self, most: int) -> Reading[bytes | None]:
        """Everything until the connection ends, or ``None`` if that is more than ``most``."""
        buffer = self._buffer
        while len(buffer) <= most:
            if not (yield from self._has_more()):
                data = bytes(buffer)
                buffer.clear()
                return data
        return None


def read_reply(incoming: Incoming) -> RawReply:
    """The next reply, whole, with bytes that ``incoming`` receives by itself.

    Raises:
        NoReplyError: The connection ended before its first byte.
        BrokenReplyError: What came is no complete reply.
        OSError: As the connection raises it, ``TimeoutError`` too.
    """
    return _fed(reading_reply(incoming), incoming)


def read_head(incoming: Incoming) -> tuple[str, int, dict[str, str]]:
    """Minor version, status and headers of the next reply, with bytes that ``incoming`` receives by itself."""
    return _fed(reading_head(incoming), incoming)


def _fed(reading: Reading[T], incoming: Incoming) -> T:
    receive = cast("Callable[[int], bytes]", incoming.receive)
    try:
        most = next(reading)
        while True:
            most = reading.send(receive(most))
    except StopIteration as finished:
        return finished.value  # type: ignore[no-any-return]


def reading_reply(incoming: Incoming) -> Reading[RawReply]:
    """The next reply, whole.

    Raises:
        NoReplyError: The connection ended before its first byte.
        BrokenReplyError: What came is no complete reply.
        OSError: As the connection raises it, ``TimeoutError`` too.
    """
    version, status, headers = yield from reading_head(incoming)
    length = _length_of(headers)
    is_chunked = _is_chunked(headers)
    is_last = _ends_connection(version, headers) or (is_chunked and (length is not None or version == "0"))
    body: bytes | None
    if status in (204, 304):
        body = b""
    elif is_chunked:
        body = yield from _chunks(incoming)
    elif length is None:
        body, is_last = (yield from incoming.rest(LARGEST_BODY)), True
    elif length > LARGEST_BODY:
        body = None
    else:
        body = yield from incoming.exactly(length)
    return RawReply(status, headers, body, is_last=is_last or body is None)


def reading_head(incoming: Incoming) -> Reading[tuple[str, int, dict[str, str]]]:
    """Minor version, status and headers of the next reply that is no interim one."""
    passed_over = 0
    while True:
        head = yield from incoming.head()
        version, status, headers = _parse(head)
        if status >= 200:
            return version, status, headers
        passed_over += len(head)
        if status == 101 or passed_over > _LARGEST_INTERIM:
            raise BrokenReplyError("it switches protocols, or puts the reply off for ever")


def _parse(head: str) -> tuple[str, int, dict[str, str]]:
    lines = head.replace("\r\n", "\n")
    first, _, rest = lines.partition("\n")
    line = _STATUS_LINE.fullmatch(first)
    if line is None:
        raise BrokenReplyError("what came is no reply of HTTP/1.1")
    if "\n " in rest or "\n\t" in rest:
        rest = re.sub(r"\n[ \t]+", " ", rest)
    found = _HEADER.findall(rest)
    if len(found) != (rest.count("\n") + 1 if rest else 0) or "\r" in rest or "\0" in rest:
        raise BrokenReplyError("its headers cannot be read")
    if len(found) > MOST_HEADERS:
        raise BrokenReplyError("it has too many headers")
    headers: dict[str, str] = {}
    for name, value in found:
        name, value = name.lower(), value.strip(" \t")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return line[1], int(line[2]), headers


def _length_of(headers: dict[str, str]) -> int | None:
    said = headers.get("content-length")
    if said is None:
        return None
    if not (said.isascii() and said.isdecimal()):
        values = {value.strip(" \t") for value in said.split(",")}  # the same length twice is one length
        said = values.pop()
        if values or not (said.isascii() and said.isdecimal()):
            raise BrokenReplyError("its length cannot be read, or it has several")
    return int(said) if len(said) <= 18 else LARGEST_BODY + 1


def _is_chunked(headers: dict[str, str]) -> bool:
    coding = headers.get("transfer-encoding")
    if coding is None:
        return False
    if coding.lower() != "chunked":
        raise BrokenReplyError("its Transfer-Encoding is not 'chunked'")
    return True


def _ends_connection(version: str, headers: dict[str, str]) -> bool:
    options = headers.get("connection")
    if options is None:
        return version == "0"
    said = {option.strip(" \t").lower() for option in options.split(",")}
    return "close" in said or (version == "0" and "keep-alive" not in said)


def _chunks(incoming: Incoming) -> Reading[bytes | None]:
    parts: list[bytes] = []
    total = 0
    while size := int((yield from incoming.line(_CHUNK_SIZE))[1], 16):
        total += size
        if total > LARGEST_BODY:
            return None
        parts.append((yield from incoming.exactly(size)))
        yield from incoming.line(_END_OF_CHUNK)
    trailers = 0
    while (trailer := (yield from incoming.line(_TRAILER))[0]) not in (b"\r\n", b"\n"):
        trailers += len(trailer)
        if trailers > LARGEST_HEAD:
            raise BrokenReplyError("its trailers are too long")
    return b"".join(parts)
