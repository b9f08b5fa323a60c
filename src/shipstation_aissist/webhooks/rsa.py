"""RSA, as notifications are signed (API notes 9.6): the only file that needs the extra ``webhooks``."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256

_FEWEST_BITS = 2048
_MOST_BITS = 16384  # OpenSSL's own limit: above it a signature costs seconds


def read_keys(document: Any) -> dict[str, RSAPublicKey]:
    """The usable keys of a JSON Web Key Set (RFC 7517) by their ``kid``: others are skipped, weak ones too.

    Raises:
        ValueError: It is not a key set.
    """
    entries = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        raise ValueError("not a key set")  # noqa: TRY004 - a fault of the data, like any other
    keys: dict[str, RSAPublicKey] = {}
    for entry in entries:
        key = _read_key(entry) if isinstance(entry, dict) else None
        if key is not None:
            keys[entry["kid"]] = key
    return keys


def is_signed_by(key: RSAPublicKey, signature: bytes, signed: bytes) -> bool:
    """Whether ``signature`` is one of the key's owner over exactly these bytes: PKCS#1 v1.5 with SHA-256."""
    try:
        key.verify(signature, signed, PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True


def _read_key(entry: dict[str, Any]) -> RSAPublicKey | None:
    is_for_signatures = entry.get("kty") == "RSA" and entry.get("use", "sig") == "sig"
    if not is_for_signatures or not isinstance(entry.get("kid"), str):
        return None
    try:
        modulus, exponent = _number(entry.get("n")), _number(entry.get("e"))
        if not _FEWEST_BITS <= modulus.bit_length() <= _MOST_BITS:
            return None
        return RSAPublicNumbers(exponent, modulus).public_key()
    except ValueError:
        return None


def _number(text: object) -> int:
    if not isinstance(text, str):
        raise ValueError("not base64url")  # noqa: TRY004 - the same
    digits = text.rstrip("=")
    return int.from_bytes(b64decode(digits + "=" * (-len(digits) % 4), altchars=b"-_", validate=True), "big")
