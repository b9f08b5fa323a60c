"""``--config`` and ``--integration``: a merchant's configuration, and the account that it names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
import typer

from shipstation_aissist.actions.configured import configuration_of
from shipstation_aissist.actions.configured_account import chosen_table
from shipstation_aissist.cli.options import LookupOptions, OrderKeyOption
from shipstation_aissist.cli.session import Connection
from shipstation_aissist.errors import ConfigurationError


def read_configuration(file: Path | None, name: str | None) -> Mapping[str, Any]:
    """The configuration that was chosen, checked; without a file the one that needs none.

    Raises:
        typer.BadParameter: The file or the name is unusable; nothing of the file's values is quoted.
    """
    if file is None:
        if name is not None:
            raise typer.BadParameter("it needs --config", param_hint="--integration")
        return {"name": "ShipStation"}
    try:
        return chosen_table(file, name)
    except ConfigurationError as error:
        raise typer.BadParameter(str(error), param_hint="--config, --integration") from None


def configured(
    connection: Connection, lookup: LookupOptions, data: Mapping[str, Any]
) -> tuple[Connection, LookupOptions]:
    """What the options say; where they say nothing, what a configuration says.

    Of several actions the first tells what order ids are; what a model must ask for is no matter of an operator's.

    Raises:
        ConfigurationError: A field is unusable.
    """
    read = configuration_of(data)
    if isinstance(read, ConfigurationError):
        raise read
    if connection.timeout is None:
        connection = attrs.evolve(connection, timeout=read.timeout)
    if not connection.sandbox:
        connection = attrs.evolve(
            connection,
            base_url=connection.base_url or read.base_url,
            key_variable=read.api_key_env or connection.key_variable,
        )
    if read.actions:
        first = read.actions[0]
        is_auto = lookup.order_key is OrderKeyOption.AUTO
        lookup = LookupOptions(
            order_key=OrderKeyOption(first.order_key) if is_auto else lookup.order_key,
            store_id=lookup.store_id or first.store_id,
            order_id_pattern=lookup.order_id_pattern or first.order_id_pattern,
            patience=first.patience,
        )
    return connection, lookup
