"""The API key, wrapped where it enters (T5)."""

from __future__ import annotations

from hashlib import blake2b
from typing import NoReturn


class Secret:
    """A text that shows itself to nobody who does not ask for it by name.

    The text lives in a closure, so that neither ``vars()``, ``attrs.asdict`` nor a printer of a traceback's
    locals comes across it; a secret cannot be pickled. Its digest stands for it where it is shared with
    others, and what it signs can be made by nobody who does not know it.
    """

    __slots__ = ("digest", "redact", "reveal", "sign")

    def __init__(self, value: str) -> None:
        def reveal() -> str:
            return value

        def redact(text: str) -> str:
            return text.replace(value, "***") if value else text

        def digest() -> str:
            return blake2b(str(value).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

        def sign(text: str) -> bytes:
            seal = blake2b(str(value).encode("utf-8", "surrogatepass"), digest_size=32, person=b"kept answers").digest()
            return blake2b(text.encode("utf-8", "surrogatepass"), key=seal, digest_size=32).digest()

        self.reveal = reveal
        self.sign = sign
        self.redact = redact
        self.digest = digest

    def __repr__(self) -> str:
        return "Secret(***)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret cannot be pickled")
