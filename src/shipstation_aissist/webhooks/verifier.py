"""Whether ShipStation sent a notification, for threads (API notes 9.6): this edge only asks for keys."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from requests.adapters import HTTPAdapter

from shipstation_aissist.configuration import read_environment
from shipstation_aissist.errors import ConfigurationError
from shipstation_aissist.transport import Clock, Deadline, SystemClock, Transport
from shipstation_aissist.transport.events import Events
from shipstation_aissist.transport.sockets import DeadlineAdapter
from shipstation_aissist.webhooks.claims import Claim, read_claim
from shipstation_aissist.webhooks.headers import Headers
from shipstation_aissist.webhooks.settings import DEFAULT_JWKS_URL, check_settings
from shipstation_aissist.wire.requests import ANY_JSON, ApiRequest

if TYPE_CHECKING:
    from shipstation_aissist.webhooks.keys import KeyRing, Reading


class WebhookVerifier:
    """Checks the signatures of notifications. Needs the extra ``webhooks``.

    Make one per process and share it among threads: it keeps ShipStation's public keys. They are read when the first
    notification comes, once a day, and when a notification names a key that is not known yet. Forged notifications
    cannot make more than one request a minute, also while no key could be read: then genuine ones are refused too,
    and ShipStation delivers them again.

    Args:
        jwks_url: Where the keys are: ``https``, or ``http`` to this machine. European accounts:
            ``https://api.eu.shipengine.com/jwks``.
        max_skew: Seconds by which a notification's time of signing may differ from this machine's clock, into the past
            or the future. More than 0; ShipStation advises 300.
        timeout: Seconds that reading the keys may take in all: more than 0, at most 180.

    Raises:
        ConfigurationError: One of them is unusable, or the extra is not installed. Nothing was sent.

    Source: https://docs.shipstation.com/apis/docs/guides/webhooks-validation, API notes 9.6.
    """

    def __init__(self, jwks_url: str = DEFAULT_JWKS_URL, *, max_skew: float = 300.0, timeout: float = 10.0) -> None:
        self._set_up(jwks_url, max_skew, timeout, DeadlineAdapter, SystemClock())

    @classmethod
    def _wired(
        cls,
        *,
        adapter: HTTPAdapter,
        clock: Clock,
        jwks_url: str = DEFAULT_JWKS_URL,
        max_skew: float = 300.0,
        timeout: float = 10.0,
    ) -> WebhookVerifier:
        """A verifier over another adapter and clock, for ``shipstation_aissist.testing``."""
        verifier = cls.__new__(cls)
        verifier._set_up(jwks_url, max_skew, timeout, lambda: adapter, clock)
        return verifier

    def _set_up(
        self,
        jwks_url: str,
        max_skew: float,
        timeout: float,
        make_adapter: Callable[[], HTTPAdapter],
        clock: Clock,
    ) -> None:
        self._settings = check_settings(jwks_url, max_skew, timeout)
        self._ring = make_ring()
        self._clock = clock
        self._transport = Transport(
            base_url=self._settings.host,
            key=None,
            clock=clock,
            environment=read_environment(self._settings.host),
            make_adapter=make_adapter,
        )
        self._lock = threading.Lock()
        self._process = os.getpid()

    def verify(self, headers: Headers, body: bytes | bytearray | memoryview | str) -> None:
        """Make sure that ShipStation has signed these very bytes just now. Returns nothing: all is well.

        It may be called from several threads. It asks the network only when it needs keys, then for at most ``timeout``
        seconds.

        Args:
            headers: Those of the request, as the framework has them: a mapping or an object with ``items()`` (names in
                any case, values of text, bytes or lists of one), pairs of text or bytes, or a WSGI environment.
            body: The raw body: what was received, not what was read and printed again; a ``str`` stands for its UTF-8.

        Raises:
            WebhookVerificationError: A header is missing or there twice, the time of signing is too far from now, the
                key is not known, the signature is not over these bytes, or the keys cannot be read (then
                ``__cause__`` is the :class:`APIError`). Do not read the body; answer with status 401.
            TypeError: ``headers`` or ``body`` is of another type.
        """
        claim = read_claim(headers, body, self._clock.now(), self._settings.max_skew)
        self._ring.judge(claim, has_asked=self._read_keys_for(claim))

    def _read_keys_for(self, claim: Claim) -> bool:
        """Read the keys if need be, or wait for the thread that is reading them; whether this call has asked."""
        if os.getpid() != self._process:  # a fork may have copied a lock that somebody held (T6)
            self._process, self._lock = os.getpid(), threading.Lock()
            self._ring.start_afresh()
        readings = self._ring.readings
        if not self._ring.must_wait(claim, self._clock.monotonic()):
            return False
        with self._lock:
            if readings != self._ring.readings or not self._ring.must_read(claim, self._clock.monotonic()):
                return False
            with self._ring.being_read(self._clock.monotonic()):
                self._ring.learn(self._ask(), self._clock.monotonic())
            return True

    def _ask(self) -> Reading:
        request = ApiRequest(self._settings.path, ANY_JSON)
        deadline = Deadline(self._clock, self._settings.timeout)
        # Once: the next attempt is the next minute's.
        (reading,) = self._transport.perform((request,), deadline, Events(None, None).emit, max_retries=0)
        self._transport.close()  # the next time is hours away
        return reading

    def __repr__(self) -> str:
        return self._settings.shown("WebhookVerifier")


def make_ring() -> KeyRing:
    """The part that needs the extra, imported when a verifier is made: an import of the package loads no extra."""
    try:
        from shipstation_aissist.webhooks.keys import KeyRing
    except ImportError as missing:
        raise ConfigurationError(
            "Verifying notifications needs the package cryptography: pip install 'shipstation-aissist[webhooks]'"
        ) from missing
    return KeyRing()
