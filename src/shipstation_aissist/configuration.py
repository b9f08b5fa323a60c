"""What a client is made of, checked before anything is sent."""

from __future__ import annotations

import ipaddress
import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from requests.utils import get_environ_proxies, select_proxy
from urllib3.util import parse_url

from shipstation_aissist.errors import ConfigurationError
from shipstation_aissist.transport.exchange import Environment
from shipstation_aissist.transport.secret import Secret
from shipstation_aissist.wire.requests import leads_elsewhere

API_KEY_VARIABLE = "SHIPSTATION_API_KEY"
BASE_URL_VARIABLE = "SHIPSTATION_BASE_URL"
DEFAULT_BASE_URL = "https://api.shipstation.com/v2"
SHORTEST_TIMEOUT = 10.0
LONGEST_TIMEOUT = 180.0
MOST_RETRIES = 10
_HOST_NAME = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?", re.IGNORECASE)


def check_api_key(key: Secret) -> None:
    """Refuse a key that cannot be a header's value; its shape is not documented, so nothing else is checked."""
    fault = _fault_of_key(key)
    if fault:
        raise ConfigurationError(f"The API key {fault}. Copy it again from ShipStation's API settings.")


def _fault_of_key(key: Secret) -> str | None:
    # A frame of its own, that has ended when the error is raised: its locals hold the key (T5).
    value: object = key.reveal()
    if not isinstance(value, str):
        return "must be a str"
    if not value.strip():
        return "is blank"
    if any(ord(c) < 32 or 127 <= ord(c) < 160 for c in value):
        return "has control characters (a line break at its end, perhaps)"
    if any(ord(c) > 255 for c in value):
        return "has characters that no HTTP header can hold"
    return "has spaces around it" if value != value.strip() else None


def check_timeout(timeout: object) -> None:
    """Seconds, 10 to 180."""
    if isinstance(timeout, bool) or not isinstance(timeout, int | float):
        raise ConfigurationError(f"timeout must be a number of seconds, not {type(timeout).__name__}")
    if not SHORTEST_TIMEOUT <= timeout <= LONGEST_TIMEOUT:
        raise ConfigurationError("timeout must be 10 to 180 seconds: it is the total time that one call may take")


def check_max_retries(max_retries: object) -> None:
    """0 to 10."""
    if type(max_retries) is not int or not 0 <= max_retries <= MOST_RETRIES:
        raise ConfigurationError("max_retries must be a whole number from 0 to 10")


def check_name(name: object) -> None:
    """A text that a log line can hold."""
    if name is not None and not (isinstance(name, str) and name.strip() and name.isprintable()):
        raise ConfigurationError("name must be a str of printable characters")


def check_base_url(base_url: object) -> str:
    """Where requests go: ``https``, or ``http`` to this machine; without a trailing slash.

    Args:
        base_url: What the caller gave; ``None`` stands for the environment's, then the public one.
    """
    if base_url is None:
        base_url = os.environ.get(BASE_URL_VARIABLE) or DEFAULT_BASE_URL
    if not isinstance(base_url, str):
        raise ConfigurationError("base_url must be a str")
    fault = _fault_of_base_url(base_url)
    if fault:
        raise ConfigurationError(f"The base URL {fault}; the default is {DEFAULT_BASE_URL}.")
    return base_url.rstrip("/")


def _fault_of_base_url(base_url: str) -> str | None:
    if not base_url.isascii() or any(c <= " " or c in '\\"<>^`{|}\x7f' for c in base_url):
        return "has blanks, backslashes or other characters that a URL cannot have"
    try:
        parts = urlsplit(base_url)
        port = parts.port
    except ValueError:
        return "cannot be read"
    if "@" in parts.netloc:
        return "must not hold a user name or password"
    if not parts.hostname or port == 0:
        return "has no host"
    if not _is_host(parts.hostname):
        return "has a host that is no name and no address"
    if parts.query or parts.fragment or "?" in base_url or "#" in base_url:
        return "must not have a query or fragment"
    path = parts.path.rstrip("/")
    if path and leads_elsewhere(path.removeprefix("/")):
        return "must not have an empty segment, or one of dots: it could lead elsewhere"
    if parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname)):
        return None
    return "must begin with https:// (plain http only to this machine), so that the key cannot be overheard"


def _is_host(host: str) -> bool:
    if ":" in host:
        try:
            ipaddress.IPv6Address(host)
        except ValueError:
            return False
        return True
    return _HOST_NAME.fullmatch(host) is not None


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def read_environment(base_url: str) -> Environment:
    """What requests reads of the environment at every call, read once (T4): certificate authorities and proxies.

    A private CA can only be named, TLS verification cannot be turned off. Plain http goes to this machine, and so
    through no proxy: the key would be handed to whoever runs it, and "this machine" means another one there.
    """
    verify: bool | str = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True
    if not base_url.startswith("https:"):
        return Environment(verify, {})
    if isinstance(verify, str) and not Path(verify).exists():
        raise ConfigurationError("REQUESTS_CA_BUNDLE (or CURL_CA_BUNDLE) names a file that does not exist")
    fault = _fault_of_proxy(base_url)
    if fault:
        raise ConfigurationError(f"{fault}, or name the host in NO_PROXY")
    return Environment(verify, dict(get_environ_proxies(base_url)))


def _fault_of_proxy(base_url: str) -> str | None:
    # A frame of its own, that has ended when the error is raised: a proxy's URL may hold a password (T5).
    proxy = select_proxy(base_url, get_environ_proxies(base_url))
    if not proxy:
        return None
    try:
        url = parse_url(proxy if "://" in proxy else f"http://{proxy}")
    except ValueError:
        return "The URL of the proxy cannot be read; use http://host:port"
    if url.scheme is not None and url.scheme.startswith("socks"):
        return (
            "SOCKS proxies are not supported, since the total timeout could not be kept through one; use an HTTP proxy"
        )
    if url.scheme not in ("http", "https") or not url.host:
        return "The URL of the proxy is not one of an HTTP proxy; use http://host:port"
    return None
