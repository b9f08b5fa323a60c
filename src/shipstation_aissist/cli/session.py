"""Which ShipStation a command asks: the real one, with the key of the environment, or the embedded sandbox."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

import attrs
import typer

from shipstation_aissist.client import ShipStationClient
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
    _check_key()
    return ShipStationClient(base_url=connection.base_url, timeout=timeout)


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
    _check_key()
    return AsyncShipStationClient(base_url=connection.base_url, timeout=timeout)


def _check_key() -> None:
    if not os.environ.get(API_KEY_VARIABLE):
        raise ConfigurationError(
            f"No API key: set {API_KEY_VARIABLE}, or try the command with --sandbox. "
            "Keys are made in ShipStation under Settings > Account > API Settings (V2)."
        )
