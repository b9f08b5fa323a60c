"""Whether ShipStation sent a notification, for event loops (API notes 9.6): this edge only asks for keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipstation_aissist.configuration import read_environment
from shipstation_aissist.transport import SystemClock
from shipstation_aissist.webhooks.claims import Claim, read_claim
from shipstation_aissist.webhooks.headers import Headers
from shipstation_aissist.webhooks.settings import DEFAULT_JWKS_URL, check_settings
from shipstation_aissist.webhooks.verifier import make_ring

if TYPE_CHECKING:
    from shipstation_aissist.webhooks.async_keys import AsyncKeyHost


class AsyncWebhookVerifier:
    """Checks the signatures of notifications without blocking the event loop, on asyncio or trio.

    It needs the extras ``webhooks`` and ``async``. It does what :class:`WebhookVerifier` does, under the same rules.
    Make one for an event loop and share it among tasks.

    Args:
        jwks_url: Where the keys are: ``https``, or ``http`` to this machine. European accounts:
            ``https://api.eu.shipengine.com/jwks``.
        max_skew: Seconds by which a notification's time of signing may differ from this machine's clock, into the past
            or the future. More than 0; ShipStation advises 300.
        timeout: Seconds that reading the keys may take in all: more than 0, at most 180.

    Raises:
        ConfigurationError: One of them is unusable, or the extra ``webhooks`` is not installed. Nothing was sent.
        ImportError: The extra ``async`` is not installed.

    Source: https://docs.shipstation.com/apis/docs/guides/webhooks-validation, API notes 9.6.
    """

    def __init__(self, jwks_url: str = DEFAULT_JWKS_URL, *, max_skew: float = 300.0, timeout: float = 10.0) -> None:
        self._settings = check_settings(jwks_url, max_skew, timeout)
        self._ring = make_ring()
        self._clock = SystemClock()
        self._host = _key_host(self._settings.jwks_url, self._settings.timeout)

    async def verify(self, headers: Headers, body: bytes | bytearray | memoryview | str) -> None:
        """Make sure that ShipStation has signed these very bytes just now. Returns nothing: all is well.

        Tasks that come while the keys are being read wait for them, and do with what comes.

        Args:
            headers: Those of the request, in any of the forms that :meth:`WebhookVerifier.verify` takes.
            body: The raw body: what was received, not what was read and printed again; a ``str`` stands for its UTF-8.

        Raises:
            WebhookVerificationError: As of :meth:`WebhookVerifier.verify`. Do not read the body; answer with status
                401.
            TypeError: ``headers`` or ``body`` is of another type.
        """
        claim = read_claim(headers, body, self._clock.now(), self._settings.max_skew)
        self._ring.judge(claim, has_asked=await self._read_keys_for(claim))

    async def _read_keys_for(self, claim: Claim) -> bool:
        """Read the keys if need be, or wait for the task that is reading them; whether this call has asked."""
        readings = self._ring.readings
        if not self._ring.must_wait(claim, self._clock.monotonic()):
            return False
        async with self._host.turn:
            if readings != self._ring.readings or not self._ring.must_read(claim, self._clock.monotonic()):
                return False
            with self._ring.being_read(self._clock.monotonic()):
                self._ring.learn(await self._host.ask(self._clock), self._clock.monotonic())
            return True

    def __repr__(self) -> str:
        return self._settings.shown("AsyncWebhookVerifier")


def _key_host(jwks_url: str, timeout: float) -> AsyncKeyHost:
    """The part that needs the extra, imported when a verifier is made: an import of the package loads no extra."""
    try:
        from shipstation_aissist.webhooks.async_keys import AsyncKeyHost
    except ImportError as missing:
        raise ImportError(
            "Verifying notifications on an event loop needs the packages httpx2 and anyio: pip install "
            "'shipstation-aissist[async,webhooks]'"
        ) from missing
    return AsyncKeyHost(jwks_url, timeout, read_environment(jwks_url))
