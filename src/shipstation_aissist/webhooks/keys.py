"""ShipStation's public keys: read when needed, kept, read again when a notification names one that is new."""

from __future__ import annotations

import os
import threading
from math import inf

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from shipstation_aissist.errors import (
    APIError,
    APIStatusError,
    APITimeoutError,
    MalformedResponseError,
    WebhookVerificationError,
)
from shipstation_aissist.transport import Deadline, Transport
from shipstation_aissist.transport.events import Events
from shipstation_aissist.webhooks.rsa import is_signed_by, read_keys
from shipstation_aissist.wire.decoding import Decoded
from shipstation_aissist.wire.requests import ANY_JSON, ApiRequest

_SECONDS_BETWEEN_REFRESHES = 60.0
_LONGEST_AGE = 86_400.0  # after a day the set is read again: a key that ShipStation has withdrawn must not live on


class KeySet:
    """The key set of one URL, shared by threads.

    Args:
        transport: Over the URL's host, without a key.
        path: The URL's path.
        timeout: Seconds that reading it may take in all.
    """

    def __init__(self, transport: Transport, path: str, timeout: float) -> None:
        self._transport = transport
        self._request = ApiRequest(path, ANY_JSON)
        self._timeout = timeout
        self._events = Events(None, None)
        self._keys: dict[str, RSAPublicKey] = {}
        self._read_at = -inf
        self._refresh_from = -inf
        self._readings = 0
        self._fault: str | None = None
        self._cause: APIError | None = None
        self._lock = threading.Lock()
        self._process = os.getpid()

    def has_signed(self, signed: bytes, signature: bytes, key_id: str) -> bool:
        """Whether the owner of the key of that id has signed exactly these bytes.

        Raises:
            WebhookVerificationError: There is none, or the set cannot be read.
        """
        self._read_if_needed(key_id)
        key = self._keys.get(key_id)
        if key is not None:
            return is_signed_by(key, signature, signed)
        if self._fault is not None:
            raise WebhookVerificationError(
                f"The notification cannot be verified: the key set {self._fault}. Answer with status 401, so that "
                "ShipStation may deliver it again; check jwks_url and the network."
            ) from self._cause
        raise WebhookVerificationError(
            "The notification names a signing key that the key set does not hold as an RSA key of 2048 bits or "
            "more. Answer with status 401. If this happens to every notification, check jwks_url: European accounts "
            "have https://api.eu.shipengine.com/jwks."
        )

    def _must_read(self, key_id: str) -> bool:
        now = self._transport.clock.monotonic()
        is_known = key_id in self._keys and now - self._read_at < _LONGEST_AGE
        return not is_known and now >= self._refresh_from

    def _read_if_needed(self, key_id: str) -> None:
        """Read the set, or wait for the thread that is reading it and do with what it gets."""
        readings = self._readings
        if not self._must_read(key_id):
            return
        if os.getpid() != self._process:  # a fork may have copied a lock that somebody held (T6)
            self._process, self._lock = os.getpid(), threading.Lock()
        with self._lock:
            if readings == self._readings and self._must_read(key_id):
                self._read(key_id)

    def _read(self, key_id: str) -> None:
        clock = self._transport.clock
        is_refresh = bool(self._keys)
        (result,) = self._transport.perform((self._request,), Deadline(clock, self._timeout), self._events.emit)
        self._transport.close()  # the next time is hours away
        keys: dict[str, RSAPublicKey] = {}
        if isinstance(result, Decoded):
            self._cause = None
            try:
                keys = read_keys(result.value)
                self._fault = None if keys else "holds no RSA key of 2048 bits or more"
            except ValueError:
                self._fault = "is not a JSON Web Key Set"
        else:
            self._cause = result
            self._fault = _fault_of(result)
        if keys:
            self._keys, self._read_at = keys, clock.monotonic()
        if is_refresh or (keys and key_id not in keys):
            # Anybody can name an unknown key. A set that was never read is asked for at each notification, though, by
            # one thread at a time: a minute without any keys would refuse what ShipStation has signed.
            self._refresh_from = clock.monotonic() + _SECONDS_BETWEEN_REFRESHES
        self._readings += 1


def _fault_of(error: APIError) -> str:
    if isinstance(error, APIStatusError):
        return f"was answered with status {error.status_code}"
    if isinstance(error, MalformedResponseError):
        return "is not JSON, or larger than 10 MiB"
    return "did not arrive in time" if isinstance(error, APITimeoutError) else "cannot be reached"
