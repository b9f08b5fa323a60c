"""Signed notifications of a key made for the test, and the host that publishes the key."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

from shipstation_aissist.testing import FakeAdapter, FakeClock, FakeReply
from shipstation_aissist.webhooks import WebhookVerifier

NOW = "2026-01-15T12:00:00Z"  # where a FakeClock begins
KEY_ID, SIGNATURE, TIMESTAMP = (
    "x-shipengine-rsa-sha256-key-id",
    "x-shipengine-rsa-sha256-signature",
    "x-shipengine-timestamp",
)
BODY = json.dumps(
    {
        "resource_url": "https://api.shipstation.com/v2/labels/se-4711/track",
        "resource_type": "TRACK_EVENT_V2",
        "data": {
            "tracking_number": "9400111899223344556677",
            "status_code": "IT",
            "carrier_code": "usps",
            "events": [],
        },
    }
).encode()


@cache
def private_key(name: str = "first", bits: int = 2048) -> RSAPrivateKey:
    """A key pair; the same one for the same name."""
    return generate_private_key(public_exponent=65537, key_size=bits)


def public_key(name: str = "first", bits: int = 2048, **changes: Any) -> dict[str, Any]:
    """A key as a key set holds it."""
    numbers = private_key(name, bits).public_key().public_numbers()
    return {"kty": "RSA", "kid": name, "n": base64url(numbers.n), "e": base64url(numbers.e), **changes}


def base64url(number: int) -> str:
    """A number as RFC 7518 writes it."""
    return base64.urlsafe_b64encode(number.to_bytes((number.bit_length() + 7) // 8, "big")).rstrip(b"=").decode()


def signed(
    body: bytes = BODY, *, at: str = NOW, key: str = "first", bits: int = 2048, named: str | None = None
) -> dict[str, str]:
    """The headers of a signed body; ``named`` is the key's id where it is not the key's name."""
    signature = private_key(key, bits).sign(at.encode() + b"." + body, PKCS1v15(), SHA256())
    return {KEY_ID: named or key, SIGNATURE: base64.b64encode(signature).decode(), TIMESTAMP: at}


class KeyHost:
    """Publishes a key set, or whatever else ``reply`` says, and counts how often it is asked."""

    def __init__(self, *names: str) -> None:
        self.clock = FakeClock()
        self.asked: list[str] = []
        self.headers: list[Mapping[str, str]] = []
        self.publish(*names or ("first",))

    def publish(self, *names: str) -> None:
        """Publish these keys from now on."""
        self.say({"keys": [public_key(name) for name in names]})

    def say(self, document: Any) -> None:
        """Answer with this JSON from now on."""
        self.reply = reply_of(json.dumps(document).encode())

    def handle(self, method: str, url: str, headers: Mapping[str, str]) -> FakeReply:
        """Answer one request."""
        self.asked.append(f"{method} {url}")
        self.headers.append(headers)
        return self.reply

    def verifier(self, **options: Any) -> WebhookVerifier:
        """A verifier that asks this host and lives by its clock."""
        return WebhookVerifier._wired(adapter=FakeAdapter(self), clock=self.clock, **options)


def reply_of(body: bytes, status: int = 200, **headers: str) -> FakeReply:
    """A reply with a body."""
    return FakeReply(status, {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}, body)
