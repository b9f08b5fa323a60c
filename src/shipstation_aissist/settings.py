"""What a client is set up with: one frozen value, checked as it is made. The key is no part of it (T5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import attrs

from shipstation_aissist.configuration import (
    API_KEY_VARIABLE,
    check_base_url,
    check_max_retries,
    check_name,
    check_timeout,
)
from shipstation_aissist.errors import ConfigurationError
from shipstation_aissist.steps import TraceStep

if TYPE_CHECKING:
    from shipstation_aissist.quota.contract import Quota

_LONGEST_APP_INFO = 200


def check_app_info(app_info: object) -> None:
    """A text that can stand in the User-Agent, one line of Latin-1: ``"my-desk/2.1"``."""
    if app_info is None:
        return
    if not isinstance(app_info, str):
        raise ConfigurationError(f"app_info must be a str, not {type(app_info).__name__}")
    if not (app_info.strip() and app_info.isprintable() and app_info == app_info.strip()):
        raise ConfigurationError('app_info must be one line of printable characters, such as "my-desk/2.1"')
    if any(ord(c) > 255 for c in app_info) or len(app_info) > _LONGEST_APP_INFO:
        raise ConfigurationError(
            f"app_info stands in an HTTP header: at most {_LONGEST_APP_INFO} characters, all of them of Latin-1"
        )


def _check_with(check: Callable[[object], None]) -> Callable[[Any, Any, Any], None]:
    return lambda _settings, _field, value: check(value)


def _check_listener(_settings: object, _field: object, listener: Any) -> None:
    if listener is not None and not callable(listener):
        raise ConfigurationError("on_event must be callable")


def _check_quota(_settings: object, _field: object, quota: Any) -> None:
    if quota is not None and not callable(getattr(quota, "open", None)):
        raise ConfigurationError("quota must be a quota of shipstation_aissist.quota, such as LocalQuota()")


@attrs.frozen(kw_only=True)
class ClientSettings:
    """All that a client is, but for its key, its connections and its clock.

    Raises:
        ConfigurationError: One of them is unusable.
    """

    base_url: str = attrs.field(default=None, converter=check_base_url)
    timeout: float = attrs.field(default=10.0, validator=_check_with(check_timeout))
    max_retries: int = attrs.field(default=2, validator=_check_with(check_max_retries))
    name: str | None = attrs.field(default=None, validator=_check_with(check_name))
    on_event: Callable[[TraceStep], object] | None = attrs.field(default=None, validator=_check_listener, repr=False)
    app_info: str | None = attrs.field(default=None, validator=_check_with(check_app_info))
    key_variable: str = API_KEY_VARIABLE  # where a client that was pickled finds its key again
    quota: Quota | None = attrs.field(default=None, validator=_check_quota, repr=False)
