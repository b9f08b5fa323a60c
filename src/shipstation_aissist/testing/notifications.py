"""Signed delivery notifications, as ShipStation posts them (API notes 9)."""

from __future__ import annotations

import base64
import functools
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, get_args
from urllib.parse import urlencode

import attrs

from shipstation_aissist.testing.account import Happening
from shipstation_aissist.testing.clock import in_utc
from shipstation_aissist.testing.entities import FakeFulfillment, FakeLabel, FakeShipment
from shipstation_aissist.testing.errors import FakeUsageError
from shipstation_aissist.testing.records import timestamp
from shipstation_aissist.testing.tracking_records import tracking_record

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

EventType = Literal["TRACK_EVENT_V2", "API_TRACK", "LABEL_CREATED_V2", "FULFILLMENT_SHIPPED_V2", "SHIPMENT_CREATED_V2"]

_API = "https://api.shipstation.com/v2"

# A key of another kind stands in the real key set too, and must be skipped (API notes 9.6). This one is the curve's
# own base point: nobody needs its private half.
_EC_KEY = {
    "kty": "EC",
    "crv": "P-256",
    "kid": "00000000-aaaa-bbbb-cccc-0000000000ec",
    "use": "sig",
    "alg": "ES256",
    "x": "axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY",
    "y": "T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU",
}


@attrs.frozen
class SignedNotification:
    """What is posted to a webhook's URL.

    Attributes:
        headers: With the signature, the key's id and the time of signing.
        body: The raw bytes that were signed.
    """

    headers: dict[str, str]
    body: bytes


class Signer:
    """Signs bodies with a key that can be changed."""

    def __init__(self) -> None:
        self._published = [1]

    def sign(self, body: bytes, at: datetime | None) -> dict[str, str]:
        """The headers of a signed body (API notes 9.6): RSA-SHA256 over ``{timestamp}.{raw body}``."""
        key = _private_key(self._published[-1])
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.hashes import SHA256

        signed_at = timestamp((datetime.now(UTC) if at is None else in_utc(at)).replace(microsecond=0))
        signature = key.sign(f"{signed_at}.".encode() + body, PKCS1v15(), SHA256())
        return {
            "content-type": "application/json",
            "x-shipengine-rsa-sha256-key-id": _key_id(self._published[-1]),
            "x-shipengine-rsa-sha256-signature": base64.b64encode(signature).decode(),
            "x-shipengine-timestamp": signed_at,
        }

    def jwks(self) -> dict[str, Any]:
        """The published key set: an EC key, and each RSA key that is in use."""
        return {"keys": [dict(_EC_KEY), *(_public_key(number) for number in self._published)]}

    def rotate(self, *, keep_old: bool) -> None:
        """Sign with a new key from now on."""
        new = self._published[-1] + 1
        self._published = [*self._published, new] if keep_old else [new]


def event_body(happening: Happening) -> bytes:
    """The body of a notification (API notes 9.3): a URL and a type, and for tracking the whole reply too."""
    event_type, subject = happening.event_type, happening.subject
    body: dict[str, Any] = {"resource_url": _resource_url(event_type, subject), "resource_type": event_type}
    if event_type in ("TRACK_EVENT_V2", "API_TRACK") and isinstance(subject, FakeLabel):
        body["data"] = tracking_record(subject, subject.scans[: happening.scans])
    return json.dumps(body).encode()


def check_event_type(event_type: str) -> None:
    """Refuse what ShipStation does not notify of."""
    if event_type not in get_args(EventType):
        raise FakeUsageError(
            f"there is no notification {event_type!r}, only {', '.join(get_args(EventType))}: "
            'fake.notification("12345", "TRACK_EVENT_V2")'
        )


def _resource_url(event_type: str, subject: FakeShipment | FakeLabel | FakeFulfillment) -> str:
    if isinstance(subject, FakeShipment):
        return f"{_API}/shipments?import_batch_id={subject.order.import_batch_id}"
    if isinstance(subject, FakeFulfillment):
        return f"{_API}/fulfillments?fulfillment_id={subject.fulfillment_id}&shipment_id={subject.shipment.shipment_id}"
    if event_type == "LABEL_CREATED_V2":
        return f"{_API}/labels?batch_id={subject.batch_id}"
    if event_type == "TRACK_EVENT_V2":
        return f"{_API}/labels/{subject.label_id}/track"
    query = {"carrier_code": subject.carrier.tracking_code, "tracking_number": subject.tracking_number}
    return f"{_API}/tracking?{urlencode(query)}"


@functools.lru_cache(maxsize=16)  # making one takes a tenth of a second; fakes may well share them
def _private_key(_number: int) -> RSAPrivateKey:
    try:
        from cryptography.hazmat.primitives.asymmetric import rsa
    except ImportError:
        raise ImportError(
            'signed notifications need the package cryptography: pip install "shipstation-aissist[webhooks]"'
        ) from None
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _key_id(number: int) -> str:
    return f"00000000-aaaa-bbbb-cccc-{number:012d}"


def _public_key(number: int) -> dict[str, str]:
    numbers = _private_key(number).public_key().public_numbers()
    return {
        "kty": "RSA",
        "kid": _key_id(number),
        "use": "sig",
        "alg": "RS256",
        "n": _base64url(numbers.n),
        "e": _base64url(numbers.e),
    }


def _base64url(number: int) -> str:
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
