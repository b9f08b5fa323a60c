"""The account that a configuration names, and the file in which configurations stand."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from shipstation_aissist.actions.tools import shown
from shipstation_aissist.client_base import key_of_environment
from shipstation_aissist.configuration import check_base_url
from shipstation_aissist.errors import ConfigurationError
from shipstation_aissist.texts import did_you_mean
from shipstation_aissist.transport.secret import Secret

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_SURELY_NO_KEY = re.compile(r"[A-Z]+(_[A-Z0-9]{1,20})+")


def key_in(variable: str) -> Secret:
    """The key that an environment variable holds.

    Raises:
        ConfigurationError: It holds none.
    """
    key = key_of_environment(variable)
    if key is None:
        named = f"{variable}, which" if _SURELY_NO_KEY.fullmatch(variable) else "the environment variable that"
        raise ConfigurationError(f"No API key: set {named} api_key_env names.")
    return key


def fault_of_account(base_url: object, variable: object) -> str | None:
    """What is wrong with what a configuration says of the account; ``None`` is not set.

    A variable's name that is none is not quoted, since it may be the key itself (T5).
    """
    if variable is not None and not (isinstance(variable, str) and _VARIABLE.fullmatch(variable)):
        return "api_key_env must be the name of an environment variable (letters, digits and _), never the key itself"
    if base_url is None:
        return None
    try:
        check_base_url(base_url)
    except ConfigurationError as error:
        return f"base_url: {error}"
    return None


def read_tables(path: str | Path) -> list[dict[str, Any]]:
    """The configurations of a TOML file: the file itself is one, or its ``[[integrations]]`` are.

    Raises:
        ConfigurationError: It cannot be read, or is neither.
    """
    read = _read(Path(path))
    if isinstance(read, str):
        raise ConfigurationError(read)
    tables = read.get("integrations")
    if tables is None:
        return [read]
    beside = ", ".join(shown(name) for name in read if name != "integrations")
    if beside or not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
        fault = f"beside [[integrations]] there is {beside}" if beside else "integrations must be a list of tables"
        del read, tables  # a key may stand in there by mistake (T5)
        raise ConfigurationError(f"{fault}: write each field into its [[integrations]]")
    names = [table.get("name") for table in tables]
    twice = next((name for name in names if isinstance(name, str) and names.count(name) > 1), None)
    if twice is not None:
        del read, tables
        raise ConfigurationError(f"integrations: two have the name {shown(twice)}")
    return tables


def choose(tables: list[dict[str, Any]], name: str | None) -> dict[str, Any] | str:
    """The configuration of a name, or the only one; else what is wrong."""
    names = [str(table.get("name")) for table in tables]
    if name is not None:
        found = [table for table in tables if table.get("name") == name]
        listed = ", ".join(map(shown, names))
        return (
            found[0]
            if found
            else f"there is no integration {shown(name)}; there are {listed}" + did_you_mean(name, names)
        )
    if len(tables) > 1:
        return f"there are several integrations: name one of {', '.join(map(shown, names))}"
    return tables[0]


def chosen_table(path: str | Path, name: str | None) -> dict[str, Any]:
    """The configuration of a name in a file, or the only one.

    Raises:
        ConfigurationError: There is none such, or there are several.
    """
    chosen = choose(read_tables(path), name)
    if isinstance(chosen, str):
        raise ConfigurationError(chosen)
    return chosen


def _read(path: Path) -> dict[str, Any] | str:
    import tomllib  # only who reads a file pays for it (target P4)

    # A frame of its own, that has ended when the error is raised: the text may hold a key by mistake (T5).
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except UnicodeDecodeError:
        return f"{path.name} is not TOML: it is not in UTF-8"
    except OSError as error:
        return f"{path.name} cannot be read: {error.strerror or type(error).__name__}"
    except (ValueError, RecursionError) as error:
        where = re.search(r"\(at [^()]*\)$", str(error))
        return f"{path.name} is not TOML{f' {where[0]}' if where else ''}"
