"""Whether ShipStation sent a notification (api-facts 9.6)."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from math import isfinite
from typing import TYPE_CHECKING, Protocol, TypeAlias, runtime_checkable
from urllib.parse import urlsplit

from requests.adapters import HTTPAdapter

from shipstation_aissist.configuration import LONGEST_TIMEOUT, check_base_url, read_environment
from shipstation_aissist.errors import ConfigurationError, WebhookVerificationError
from shipstation_aissist.transport import Clock, SystemClock, Transport
from shipstation_aissist.transport.sockets import DeadlineAdapter

if TYPE_CHECKING:
    from shipstation_aissist.webhooks.keys import KeySet

DEFAULT_JWKS_URL = "https://api.shipengine.com/jwks"

_KEY_ID = "x-shipengine-rsa-sha256-key-id"
_SIGNATURE = "x-shipengine-rsa-sha256-signature"
_TIMESTAMP = "x-shipengine-timestamp"
_MAX_RETRIES = 2


@runtime_checkable
class HeaderMapping(Protocol):
    """Headers as a mapping, or as a framework's own class for them."""

    def items(self) -> Iterable[tuple[str, str]]:
        """Names and values; a name may be there twice."""
        ...


Headers: TypeAlias = HeaderMapping | Iterable[tuple[str, str]] | Iterable[tuple[bytes, bytes]]


class WebhookVerifier:
    """Checks the signatures of notifications. Needs the extra ``webhooks``.

    Make one per process and share it among threads: it keeps ShipStation's public keys. They are read when the first
    notification comes, once a day, and at most once a minute when a notification names a key that is not known yet.

    Args:
        jwks_url: Where the keys are: ``https``, or ``http`` to this machine. European accounts:
            ``https://api.eu.shipengine.com/jwks``.
        max_skew: Seconds by which a notification's time of signing may differ from this machine's clock, into the past
            or the future. More than 0; ShipStation advises 300.
        timeout: Seconds that reading the keys may take in all, retries and waits included: more than 0, at most 180.

    Raises:
        ConfigurationError: One of them is unusable, or the extra is not installed. Nothing was sent.

    Source: https://docs.shipstation.com/apis/docs/guides/webhooks-validation, api-facts 9.6.
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
        self._max_skew = _check_seconds("max_skew", max_skew)
        self._timeout = _check_seconds("timeout", timeout, LONGEST_TIMEOUT)
        self._jwks_url = _check_jwks_url(jwks_url)
        self._clock = clock
        parts = urlsplit(self._jwks_url)
        host = f"{parts.scheme}://{parts.netloc}"
        transport = Transport(
            base_url=host,
            key=None,
            max_retries=_MAX_RETRIES,
            clock=clock,
            environment=read_environment(host),
            make_adapter=make_adapter,
        )
        self._keys = _key_set_class()(transport, parts.path.removeprefix("/"), self._timeout)

    def verify(self, headers: Headers, body: bytes | str) -> None:
        """Make sure that ShipStation has signed these very bytes just now. Returns nothing: all is well.

        It may be called from several threads. It asks the network only when it needs keys, then for at most ``timeout``
        seconds.

        Args:
            headers: Those of the request, as a mapping or as pairs; upper and lower case are the same.
            body: The raw body: what was received, not what was read and printed again; a ``str`` stands for its UTF-8.

        Raises:
            WebhookVerificationError: A header is missing or there twice, the time of signing is too far from now, the
                key is not known, the signature is not over these bytes, or the keys cannot be read (then
                ``__cause__`` is the :class:`APIError`). Do not read the body; answer with status 401.
            TypeError: ``body`` is neither ``bytes`` nor ``str``.
        """
        if not isinstance(body, bytes | bytearray | str):
            raise TypeError(f"body must be the raw bytes of the request, not {type(body).__name__}")
        raw = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else bytes(body)
        given = _signature_headers(headers)
        self._check_time(given[_TIMESTAMP])
        signature = _decode_signature(given[_SIGNATURE])
        if not self._keys.has_signed(f"{given[_TIMESTAMP]}.".encode() + raw, signature, given[_KEY_ID]):
            raise WebhookVerificationError(
                "The notification's signature is not over these bytes. Answer with status 401. If this happens to all "
                "notifications, pass the raw body of the request: JSON that was read and printed again is another text."
            )

    def _check_time(self, timestamp: str) -> None:
        moment = _read_moment(timestamp)
        if moment is None:
            raise WebhookVerificationError(
                f"The header {_TIMESTAMP} is not a time in ISO 8601. Answer with status 401."
            )
        age = (self._clock.now() - moment).total_seconds()
        if abs(age) > self._max_skew:
            when = f"{age:.0f} s ago" if age > 0 else f"{-age:.0f} s in the future"
            raise WebhookVerificationError(
                f"The notification was signed {when}, and {self._max_skew:g} s are allowed: it may be a replay. Answer "
                "with status 401. If this happens to every notification, set this machine's clock, or raise max_skew."
            )

    def __repr__(self) -> str:
        return f"WebhookVerifier({self._jwks_url!r}, max_skew={self._max_skew:g}, timeout={self._timeout:g})"


def _signature_headers(headers: Headers) -> dict[str, str]:
    """The three headers by their lower-case names, each of them once."""
    pairs: Iterable[tuple[object, object]] = headers.items() if isinstance(headers, HeaderMapping) else headers
    found: dict[str, str] = {}
    for name, value in pairs:
        plain = _header_text(name).lower()
        if plain not in (_KEY_ID, _SIGNATURE, _TIMESTAMP):
            continue
        if plain in found:
            raise WebhookVerificationError(f"The header {plain} is there twice. Answer with status 401.")
        found[plain] = _header_text(value)
    missing = [name for name in (_KEY_ID, _SIGNATURE, _TIMESTAMP) if not found.get(name)]
    if missing:
        raise WebhookVerificationError(
            f"The notification has no {', '.join(missing)}: ShipStation has not signed it, or a proxy drops headers. "
            "Answer with status 401."
        )
    return found


def _header_text(value: object) -> str:
    if isinstance(value, bytes):  # an ASGI server's
        return value.decode("latin-1")
    return value if isinstance(value, str) else ""


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
        raise WebhookVerificationError(f"The header {_SIGNATURE} is not base64. Answer with status 401.")
    return signature


def _check_seconds(name: str, value: object, most: float | None = None) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ConfigurationError(f"{name} must be a number of seconds, not {type(value).__name__}")
    if not isfinite(value) or value <= 0 or (most is not None and value > most):
        raise ConfigurationError(f"{name} must be more than 0{f' and at most {most:g}' if most else ''} seconds")
    return float(value)


def _check_jwks_url(jwks_url: object) -> str:
    try:
        if isinstance(jwks_url, str):
            check_base_url(jwks_url)
            return jwks_url
    except ConfigurationError:
        pass
    raise ConfigurationError(
        "jwks_url must be an https:// URL (plain http only to this machine) without user name, query or fragment; the "
        f"default is {DEFAULT_JWKS_URL}"
    )


def _key_set_class() -> type[KeySet]:
    """The part that needs the extra, imported when a verifier is made: an import of the package loads no extra."""
    try:
        from shipstation_aissist.webhooks.keys import KeySet
    except ImportError as missing:
        raise ConfigurationError(
            "Verifying notifications needs the package cryptography: pip install 'shipstation-aissist[webhooks]'"
        ) from missing
    return KeySet
