"""Which ShipStation a command asks: the real one, with the key of the environment, or the embedded sandbox."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

import attrs
import typer

from shipstation_aissist.actions.configured_account import key_in
from shipstation_aissist.client import ShipStationClient
from shipstation_aissist.client_base import key_of_environment
from shipstation_aissist.configuration import API_KEY_VARIABLE
from shipstation_aissist.errors import ConfigurationError

if TYPE_CHECKING:
    from shipstation_aissist.aio.client import AsyncShipStationClient

DEFAULT_TIMEOUT = 10.0


@attrs.frozen(kw_only=True)
class Connection:
    """What ``--timeout``, ``--base-url`` and ``--sandbox`` say."""

    timeout: float | None
    base_url: str | None
    sandbox: bool
    key_variable: str = API_KEY_VARIABLE

    def __attrs_post_init__(self) -> None:
        if self.sandbox and self.base_url is not None:
            raise typer.BadParameter("the sandbox has an address of its own", param_hint="--base-url")


def open_client(
    connection: Connection, default_timeout: float = DEFAULT_TIMEOUT
) -> AbstractContextManager[ShipStationClient]:
    """A client for one command.

    Args:
        connection: Where to ask.
        default_timeout: Seconds, where ``--timeout`` is not given.

    Raises:
        ConfigurationError: There is no key, or an option is unusable. Nothing was sent.
    """
    timeout = default_timeout if connection.timeout is None else connection.timeout
    if connection.sandbox:
        from shipstation_aissist.cli.sandbox import sandbox_client

        return sandbox_client(timeout)
    return ShipStationClient(_key_for(connection), base_url=connection.base_url, timeout=timeout)


def open_async_client(connection: Connection, default_timeout: float = DEFAULT_TIMEOUT) -> AsyncShipStationClient:
    """The same for a command that awaits.

    Args:
        connection: Where to ask.
        default_timeout: Seconds, where ``--timeout`` is not given.

    Raises:
        ConfigurationError: There is no key, or an option is unusable. Nothing was sent.
    """
    from shipstation_aissist.aio.client import AsyncShipStationClient

    timeout = default_timeout if connection.timeout is None else connection.timeout
    if connection.sandbox:
        from shipstation_aissist.testing import sandbox

        return sandbox().async_client(timeout=timeout)
    return AsyncShipStationClient(_key_for(connection), base_url=connection.base_url, timeout=timeout)


def _key_for(connection: Connection) -> Any:
    """The key, wrapped, so that no traceback shows it (T5)."""
    if connection.key_variable != API_KEY_VARIABLE:
        return key_in(connection.key_variable)
    key = key_of_environment()
    if key is None:
        raise ConfigurationError(
            f"No API key: set {API_KEY_VARIABLE}, or try the command with --sandbox. "
            "Keys are made in ShipStation under Settings > Account > API Settings (V2)."
        )
    return key
