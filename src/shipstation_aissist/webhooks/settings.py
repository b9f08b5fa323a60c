"""What a verifier is made with, checked once."""

from __future__ import annotations

import sys
from urllib.parse import urlsplit

import attrs

from shipstation_aissist.configuration import LONGEST_TIMEOUT, check_base_url
from shipstation_aissist.errors import ConfigurationError

DEFAULT_JWKS_URL = "https://api.shipengine.com/jwks"


@attrs.frozen
class VerifierSettings:
    """Usable settings.

    Attributes:
        jwks_url: Where ShipStation's keys are.
        max_skew: Seconds by which a time of signing may differ from the clock.
        timeout: Seconds that reading the keys may take in all.
    """

    jwks_url: str
    max_skew: float
    timeout: float

    @property
    def host(self) -> str:
        """Scheme and host of the URL."""
        parts = urlsplit(self.jwks_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def path(self) -> str:
        """Its path, without the first slash."""
        return urlsplit(self.jwks_url).path.removeprefix("/")

    def shown(self, name: str) -> str:
        """The ``repr`` of the verifier of that name."""
        return f"{name}({self.jwks_url!r}, max_skew={self.max_skew:g}, timeout={self.timeout:g})"


def check_settings(jwks_url: object, max_skew: object, timeout: object) -> VerifierSettings:
    """Raise :class:`ConfigurationError` for the first that cannot be used."""
    return VerifierSettings(
        max_skew=_check_seconds("max_skew", max_skew),
        timeout=_check_seconds("timeout", timeout, LONGEST_TIMEOUT),
        jwks_url=_check_jwks_url(jwks_url),
    )


def _check_seconds(name: str, value: object, most: float | None = None) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ConfigurationError(f"{name} must be a number of seconds, not {type(value).__name__}")
    if not 0 < value <= (sys.float_info.max if most is None else most):
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
