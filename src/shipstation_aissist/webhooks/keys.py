"""ShipStation's public keys, and when they may be asked for. Pure: the time is given, and the edges ask.

**What is promised.** Anybody can post a forged notification, and name any key in it. So whoever triggers a request
for the keys without being able to show a signature by one of them closes the gate for a minute: forged notifications
make one request a minute, whether keys were ever read or not. A genuine one, whose key has just been rotated in,
leaves the gate open behind it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from typing import Any, TypeAlias

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from shipstation_aissist.errors import (
    APIError,
    APIStatusError,
    APITimeoutError,
    MalformedResponseError,
    WebhookVerificationError,
)
from shipstation_aissist.webhooks.claims import Claim
from shipstation_aissist.webhooks.rsa import is_signed_by, read_keys
from shipstation_aissist.wire.decoding import Decoded

_SECONDS_BETWEEN_READINGS = 60.0
_LONGEST_AGE = 86_400.0  # after a day the set is read again: a key that ShipStation has withdrawn must not live on

Reading: TypeAlias = "Decoded[Any] | APIError"


class KeyRing:
    """The keys of one key set: which are known, how old they are, when the set may be asked for again.

    Attributes:
        readings: How often it was read, to tell whether somebody else has read it meanwhile.
    """

    def __init__(self) -> None:
        self.readings = 0
        self._keys: dict[str, RSAPublicKey] = {}
        self._read_at = -inf
        self._closed_until = -inf
        self._is_being_read = False
        self._fault: str | None = None
        self._cause: APIError | None = None

    def must_wait(self, claim: Claim, now: float) -> bool:
        """Whether a claim can be judged only after the set was read, by its own edge or by somebody who is at it.

        Args:
            claim: What a notification claims.
            now: Seconds of a clock that never goes back.
        """
        return self._needs(claim, now) and (self._is_being_read or now >= self._closed_until)

    def must_read(self, claim: Claim, now: float) -> bool:
        """Whether the set is needed to judge a claim, and may be asked for. Nobody else may be at it."""
        return self._needs(claim, now) and now >= self._closed_until

    def _needs(self, claim: Claim, now: float) -> bool:
        return claim.key_id not in self._keys or now - self._read_at >= _LONGEST_AGE

    @contextmanager
    def being_read(self, now: float) -> Iterator[None]:
        """While the set is asked for. It counts from here on, also if the caller gives up."""
        self._closed_until = now + _SECONDS_BETWEEN_READINGS
        self._is_being_read = True
        try:
            yield
        finally:
            self._is_being_read = False

    def start_afresh(self) -> None:
        """In a forked process: what its parent had begun to ask for will never arrive here."""
        self._is_being_read = False
        self._closed_until = -inf

    def learn(self, reading: Reading, now: float) -> None:
        """Keep what came of it; keys that are known outlive a set that cannot be used."""
        self.readings += 1
        keys: dict[str, RSAPublicKey] = {}
        if isinstance(reading, Decoded):
            self._cause = None
            try:
                keys = read_keys(reading.value)
                self._fault = None if keys else "holds no RSA key of 2048 bits or more"
            except ValueError:
                self._fault = "is not a JSON Web Key Set"
        else:
            self._cause = reading
            self._fault = _fault_of(reading)
        if keys:
            self._keys, self._read_at = keys, now

    def judge(self, claim: Claim, *, has_asked: bool) -> None:
        """Return if the claim is true.

        Args:
            claim: What a notification claims.
            has_asked: Whether the set was asked for on its behalf.

        Raises:
            WebhookVerificationError: The signature is not over these bytes, its key is not known, or the keys could
                not be read.
        """
        key = self._keys.get(claim.key_id)
        if key is not None:
            if not is_signed_by(key, claim.signature, claim.signed):
                raise WebhookVerificationError(
                    "The notification's signature is not over these bytes. Answer with status 401. If this happens to "
                    "all notifications, pass the raw body of the request: JSON that was read and printed again is "
                    "another text."
                )
            if has_asked and self._fault is None:
                self._closed_until = -inf
            return
        if self._fault is not None:
            raise WebhookVerificationError(
                f"The notification cannot be verified: the key set {self._fault}, and it is asked for once a minute "
                "at the most. Answer with status 401, so that ShipStation may deliver it again; check jwks_url and the "
                "network."
            ) from self._cause
        raise WebhookVerificationError(
            "The notification names a signing key that the key set does not hold as an RSA key of 2048 bits or "
            "more. Answer with status 401. If this happens to every notification, check jwks_url: European accounts "
            "have https://api.eu.shipengine.com/jwks."
        )


def _fault_of(error: APIError) -> str:
    if isinstance(error, APIStatusError):
        return f"was answered with status {error.status_code}"
    if isinstance(error, MalformedResponseError):
        return "is not JSON, or larger than 10 MiB"
    return "did not arrive in time" if isinstance(error, APITimeoutError) else "cannot be reached"
