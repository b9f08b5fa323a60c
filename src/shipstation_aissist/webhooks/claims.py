"""What a notification claims of itself: who signed which bytes, and when (API notes 9.6). Pure: the time is given."""

from __future__ import annotations

from base64 import b64decode, b64encode
from datetime import UTC, datetime

import attrs

from shipstation_aissist.errors import WebhookVerificationError
from shipstation_aissist.webhooks.headers import KEY_ID, SIGNATURE, TIMESTAMP, Headers, signature_headers


@attrs.frozen
class Claim:
    """That the owner of a key has signed some bytes. Nothing of it is proven yet.

    Attributes:
        key_id: Which of ShipStation's keys.
        signature: What the key's owner made.
        signed: Over which bytes.
    """

    key_id: str
    signature: bytes
    signed: bytes = attrs.field(repr=False)


def read_claim(headers: Headers, body: object, now: datetime, max_skew: float) -> Claim:
    """Read what a notification claims.

    Args:
        headers: Those of the request, as the framework has them.
        body: Its raw body.
        now: The time of day.
        max_skew: Seconds by which the time of signing may differ from it.

    Raises:
        WebhookVerificationError: A header is missing, doubled or unreadable, or the time is too far from now.
        TypeError: ``headers`` or ``body`` is of another type.
    """
    raw = raw_bytes(body)
    given = signature_headers(headers)
    _check_time(given[TIMESTAMP], now, max_skew)
    return Claim(given[KEY_ID], _decode_signature(given[SIGNATURE]), f"{given[TIMESTAMP]}.".encode() + raw)


def raw_bytes(body: object) -> bytes:
    """The bytes of a body: a ``str`` stands for its UTF-8.

    Raises:
        TypeError: It is neither bytes nor ``str``: it was read already, perhaps.
    """
    if isinstance(body, bytes):
        return body
    if isinstance(body, str):
        return body.encode("utf-8", "surrogatepass")
    if isinstance(body, bytearray | memoryview):
        return bytes(body)
    raise TypeError(f"body must be the raw bytes of the request, not {type(body).__name__}")


def _check_time(timestamp: str, now: datetime, max_skew: float) -> None:
    moment = _read_moment(timestamp)
    if moment is None:
        raise WebhookVerificationError(f"The header {TIMESTAMP} is not a time in ISO 8601. Answer with status 401.")
    age = (now - moment).total_seconds()
    if abs(age) > max_skew:
        when = f"{age:.0f} s ago" if age > 0 else f"{-age:.0f} s in the future"
        raise WebhookVerificationError(
            f"The notification was signed {when}, and {max_skew:g} s are allowed: it may be a replay. Answer "
            "with status 401. If this happens to every notification, set this machine's clock, or raise max_skew."
        )


def _read_moment(timestamp: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(timestamp)
    except ValueError:
        return None
    if not timestamp.isascii():
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _decode_signature(text: str) -> bytes:
    """Strictly: of the many spellings that base64 has for the same bytes only the one that an encoder writes."""
    try:
        signature = b64decode(text, validate=True)
    except ValueError:
        signature = b""
    if not signature or b64encode(signature).decode() != text:
        raise WebhookVerificationError(f"The header {SIGNATURE} is not base64. Answer with status 401.")
    return signature
