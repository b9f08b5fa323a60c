"""A compressed body, unfolded within bounds of size and time (T1, T7)."""

from __future__ import annotations

import zlib
from collections.abc import Callable

_GZIP = 16 + zlib.MAX_WBITS
_PIECE = 16 * 1024  # small, since what follows a member of gzip is copied once for each member
_GZIP_MAGIC = b"\x1f\x8b"


class DamagedBodyError(ValueError):
    """A body that is not what its ``Content-Encoding`` says."""


def unfold(body: bytes, coding: str, most: int, keep_on: Callable[[], object]) -> bytes | None:
    """A body without its ``Content-Encoding``.

    Args:
        body: As it was sent, whole.
        coding: What its header says; of another one than ``gzip`` and ``deflate`` the body stays as it is.
        most: How many bytes it may become.
        keep_on: Called again and again; raises when the time is up.

    Returns:
        The body; ``None`` if it becomes longer than ``most``.

    Raises:
        DamagedBodyError: It is not what its header says, or not all of it.
    """
    coding = coding.strip().lower()
    try:
        if coding in ("gzip", "x-gzip"):
            return _inflate(body, _GZIP, most, keep_on)
        if coding == "deflate":
            # Some send it with the envelope of zlib, as they should, and some without.
            has_envelope = len(body) >= 2 and body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0
            return _inflate(body, zlib.MAX_WBITS if has_envelope else -zlib.MAX_WBITS, most, keep_on)
    except zlib.error:
        raise DamagedBodyError(f"it is not the {coding} that its header says") from None
    return body


def _inflate(body: bytes, window: int, most: int, keep_on: Callable[[], object]) -> bytes | None:
    parts: list[bytes] = []
    size = position = 0
    view = memoryview(body)
    while position < len(body):
        inflater = zlib.decompressobj(window)
        while not inflater.eof:
            keep_on()
            piece = view[position : position + _PIECE]
            if not piece:
                raise zlib.error("its end is missing")
            part = inflater.decompress(piece, most + 1 - size)
            size += len(part)
            if size > most:
                return None
            parts.append(part)
            position += len(piece) - len(inflater.unused_data)
        if window != _GZIP or body[position : position + 2] != _GZIP_MAGIC:
            break  # gzip may have several members; what else follows is padding
    return b"".join(parts)
