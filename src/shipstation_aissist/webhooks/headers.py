"""The three headers of a signed notification, out of whatever a framework makes of headers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol, TypeAlias, runtime_checkable

from shipstation_aissist.errors import WebhookVerificationError

KEY_ID = "x-shipengine-rsa-sha256-key-id"
SIGNATURE = "x-shipengine-rsa-sha256-signature"
TIMESTAMP = "x-shipengine-timestamp"
_NAMES = (KEY_ID, SIGNATURE, TIMESTAMP)
# A WSGI or CGI environment spells a header like this (PEP 3333), and has nothing else under such a name.
_PLAIN_NAMES = {name: name for name in _NAMES} | {f"http_{name.replace('-', '_')}": name for name in _NAMES}


@runtime_checkable
class HeaderMapping(Protocol):
    """Headers as a mapping, or as a framework's own class for them."""

    def items(self) -> Iterable[tuple[Any, Any]]:
        """Names and values; a name may be there twice."""
        ...


Headers: TypeAlias = HeaderMapping | Iterable[tuple[Any, Any]]


def signature_headers(headers: Headers) -> dict[str, str]:
    """The three headers by their lower-case names, each of them once.

    Args:
        headers: A mapping, an object with ``items()``, or pairs. Names in any case, or as a WSGI environment has them;
            names and values of text or bytes; a value may be a list of one. Blanks around a value do not count.

    Raises:
        WebhookVerificationError: One of them is missing, empty, or there twice.
        TypeError: ``headers`` is nothing of this.
    """
    found: dict[str, str] = {}
    for name, values in _pairs(headers):
        plain = _PLAIN_NAMES.get((_text(name) or "").lower())
        if plain is None:
            continue
        for value in values if isinstance(values, list | tuple) else (values,):
            if plain in found:
                raise WebhookVerificationError(f"The header {plain} is there twice. Answer with status 401.")
            found[plain] = (_text(value) or "").strip(" \t")  # what is around a value is not of it (RFC 9110, 5.5)
    missing = [name for name in _NAMES if not found.get(name)]
    if missing:
        raise WebhookVerificationError(
            f"The notification has no {', '.join(missing)}: ShipStation has not signed it, or a proxy drops headers. "
            "Answer with status 401."
        )
    return found


def _pairs(headers: object) -> list[tuple[object, object]]:
    pairs = headers.items() if isinstance(headers, HeaderMapping) else headers
    if isinstance(pairs, Iterable) and not isinstance(pairs, str | bytes | bytearray | memoryview):
        listed = list(pairs)
        if all(isinstance(pair, tuple | list) and len(pair) == 2 for pair in listed):
            return [(name, value) for name, value in listed]
    raise TypeError(
        "headers must be the request's headers, as a mapping, as pairs of name and value, or as a WSGI environment, "
        f"not {type(headers).__name__}"
    )


def _text(value: object) -> str | None:
    """Text, or the text of an ASGI server's bytes."""
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).decode("latin-1")
    return value if isinstance(value, str) else None
