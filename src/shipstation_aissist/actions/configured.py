"""What a merchant configures, and what a tool call is told: the parts of an integration that ask nobody.

:class:`Integration` and :class:`AsyncIntegration` are this, with a client.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from shipstation_aissist.actions.configured_account import fault_of_account
from shipstation_aissist.actions.dialects import Dialect
from shipstation_aissist.actions.smart_action import Moment, SmartAction, read_moment
from shipstation_aissist.actions.tools import (
    ARGUMENTS,
    InvalidArgumentsError,
    ToolResult,
    error_result,
    failure,
    meant_as,
    order_id_in,
    order_result,
    read_arguments,
    shown,
    unknown_tool,
)
from shipstation_aissist.configuration import check_name, check_timeout
from shipstation_aissist.errors import (
    AmbiguousOrderError,
    APIError,
    ConfigurationError,
    InvalidOrderIdError,
    OrderNotFoundError,
    ShipStationError,
)
from shipstation_aissist.orders.query import LookupSettings, OrderQuery
from shipstation_aissist.orders.response import TrackOrderResponse
from shipstation_aissist.texts import bare_name, did_you_mean
from shipstation_aissist.wire.requests import JSONValue

_FIELDS = ("name", "timeout", "base_url", "api_key_env", "actions")
_KEY_ITSELF = "apikey"
DEFAULT_TIMEOUT = 10

TOLD = (InvalidOrderIdError, OrderNotFoundError, AmbiguousOrderError, APIError)
"""What a conversation can cause: a tool call's result, never an exception."""


class Configured:
    """A merchant's smart actions, by name."""

    # So that it has a repr also where a refused argument leaves it half made.
    _name: str = ""
    _timeout: float = DEFAULT_TIMEOUT
    _actions: tuple[SmartAction, ...] = ()
    _base_url: str | None = None
    _api_key_env: str | None = None

    def _configure(
        self,
        name: str,
        timeout: float,
        actions: Iterable[SmartAction] | None,
        client: Any,
        kind: type,
        *,
        has_key: bool,
    ) -> None:
        if name is None:
            raise ConfigurationError("name must be a str of printable characters")
        check_name(name)
        check_timeout(timeout)
        account = client
        if client is not None and not isinstance(client, kind):
            raise ConfigurationError(f"client must be a {kind.__name__}, not {type(client).__name__}")
        if client is not None and has_key:
            raise ConfigurationError("api_key and client exclude each other: the client has a key")
        self._name = name
        self._actions = _checked([SmartAction()] if actions is None else actions)
        is_default = client is not None and timeout == DEFAULT_TIMEOUT
        self._timeout = account.timeout if is_default else timeout

    @property
    def name(self) -> str:
        """What the merchant calls it."""
        return self._name

    @property
    def actions(self) -> tuple[SmartAction, ...]:
        """Its smart actions, in the order in which they were added."""
        return self._actions

    @property
    def tools(self) -> tuple[SmartAction, ...]:
        """Those of its smart actions that a model may call: they run during the interaction."""
        return tuple(action for action in self._actions if action.is_tool)

    def tool_schemas(self, dialect: Dialect, strict: bool = False) -> list[dict[str, JSONValue]]:
        """The definitions of all tools, as a model's API expects them.

        Args:
            dialect: ``"openai"``, ``"openai_responses"``, ``"anthropic"``, ``"gemini"`` or ``"mcp"``.
            strict: For the OpenAI dialects: in their strict mode.

        Raises:
            ConfigurationError: Another dialect, or ``strict`` for one that has no such mode.
        """
        return [action.tool_schema(dialect, strict=strict) for action in self.tools]

    def add_action(self, action: SmartAction) -> None:
        """Add a smart action.

        Raises:
            ConfigurationError: It is none, or another has its tool name.
        """
        self._actions = _checked([*self._actions, action])

    def remove_action(self, tool_name: str) -> None:
        """Remove a smart action.

        Raises:
            ConfigurationError: There is none of this tool name.
        """
        unwanted = self._named(tool_name)
        self._actions = tuple(action for action in self._actions if action is not unwanted)

    def _find(self, tool_name: object) -> SmartAction | None:
        return next((action for action in self._actions if action.tool_name == tool_name), None)

    def _named(self, tool_name: object) -> SmartAction:
        action = self._find(tool_name)
        if action is None:
            names = ", ".join(action.tool_name for action in self._actions)
            raise ConfigurationError(f"tool_name: there is no action {shown(tool_name)}; there are: {names or 'none'}")
        return action

    def _called(self, tool_name: object, arguments: object) -> SmartAction | ToolResult:
        """The action that a model calls, or what it is told if there is none such."""
        action = self._find(tool_name)
        if action is None or not action.is_tool:
            failed = unknown_tool(tool_name, [tool.tool_name for tool in self.tools], arguments)
            return {"shipstation": failed["shipstation"]}
        return action

    def _running(
        self, moment: Moment | str, arguments: Mapping[str, object] | None
    ) -> tuple[list[SmartAction], dict[str, object]]:
        """What should run at a moment, and the arguments that are known by then; without an order id nothing runs.

        A platform hands over all that its session knows: what no tool takes is left out, but for a recipient check
        under another name, which every tool refuses.
        """
        now = read_moment(moment)
        given = arguments or {}
        known = {name: value for name, value in given.items() if value is not None and _is_looked_at(name, given)}
        order_id = known.get("order_id")
        if order_id is None or (isinstance(order_id, str) and not order_id.strip()):
            return [], known
        return [action for action in self._actions if action.runs_on(now)], known

    def to_dict(self) -> dict[str, JSONValue]:
        """The configuration as JSON-safe (and TOML-safe) values: all but the key."""
        account = {"base_url": self._base_url, "api_key_env": self._api_key_env}
        return {
            "name": self._name,
            "timeout": self._timeout,
            **{name: value for name, value in account.items() if value is not None},
            "actions": [action.to_dict() for action in self._actions],
        }

    def __repr__(self) -> str:
        names = tuple(action.tool_name for action in self._actions)
        return f"{type(self).__name__}({self._name!r}, timeout={self._timeout:g}, actions={names!r})"


@attrs.frozen
class Configuration:
    """The fields of an integration's configuration, read and checked."""

    name: Any
    timeout: float
    actions: list[SmartAction] | None
    base_url: str | None
    api_key_env: str | None

    @property
    def names_an_account(self) -> bool:
        """Whether it says where to ask, or with which key."""
        return self.base_url is not None or self.api_key_env is not None


def configuration_of(data: Mapping[str, Any]) -> Configuration | ConfigurationError:
    """Read what ``to_dict`` wrote, or a merchant did.

    Args:
        data: ``name``, and perhaps ``timeout``, ``base_url``, ``api_key_env`` and ``actions``; never the key.

    Returns:
        The fields; or the error to raise, whose message names the field, once nobody holds ``data`` any more: it may
        hold a key by mistake (T5).
    """
    fault = _fault_of(data)
    if fault:
        return ConfigurationError(fault)
    actions = data.get("actions")
    return Configuration(
        name=data["name"],
        timeout=DEFAULT_TIMEOUT if data.get("timeout") is None else data["timeout"],
        actions=None if actions is None else [_action_of(number, action) for number, action in enumerate(actions)],
        base_url=data.get("base_url"),
        api_key_env=data.get("api_key_env"),
    )


def query_of(action: SmartAction, arguments: object) -> OrderQuery | ToolResult:
    """The order that a tool call asks for, or what the model is told if its arguments are none.

    Args:
        action: What is called.
        arguments: What the model sent.
    """
    try:
        return read_arguments(action, arguments)
    except InvalidArgumentsError as fault:
        failed = failure(order_id_in(arguments), "invalid_arguments", str(fault))
    return _instructed(action, {"shipstation": failed["shipstation"]})


def result_of(action: SmartAction, query: OrderQuery, outcome: TrackOrderResponse | ShipStationError) -> ToolResult:
    """What a tool call is told.

    Args:
        action: What was called.
        query: The order that was asked for.
        outcome: The answer, or an error that the conversation has caused.
    """
    if isinstance(outcome, ShipStationError):
        return _instructed(action, {"shipstation": error_result(query.order_id, outcome)["shipstation"]})
    return _instructed(action, {"shipstation": order_result(action, outcome, action.next_steps)})


def settings_of(action: SmartAction, settings: LookupSettings) -> LookupSettings:
    """Settings of a look-up whose refusals name the format that the merchant told.

    Args:
        action: Whose look-up it is.
        settings: Made of its order key, store and pattern.
    """
    return attrs.evolve(settings, expected_format=action.expected_format)


def _instructed(action: SmartAction, result: ToolResult) -> ToolResult:
    if action.response_instructions is not None:
        result["response_instructions"] = action.response_instructions
    return result


def _checked(actions: object) -> tuple[SmartAction, ...]:
    if isinstance(actions, str | Mapping) or not isinstance(actions, Iterable):
        raise ConfigurationError(f"actions must be SmartAction values, not {type(actions).__name__}")
    checked: dict[str, SmartAction] = {}
    for action in actions:
        if not isinstance(action, SmartAction):
            raise ConfigurationError(f"actions must be SmartAction values, not {type(action).__name__}")
        if action.tool_name in checked:
            raise ConfigurationError(
                f"actions: two have the tool_name {action.tool_name!r}; give one of them another name or tool_name"
            )
        checked[action.tool_name] = action
    return tuple(checked.values())


def _fault_of(data: object) -> str | None:
    if not isinstance(data, Mapping):
        return f"an integration must be a table of fields, not {type(data).__name__}"
    for field in data:
        if bare_name(str(field)) == _KEY_ITSELF:
            return (
                "api_key must not stand in the configuration: set SHIPSTATION_API_KEY, name another environment "
                "variable as api_key_env, or pass it to from_dict"
            )
        if field not in _FIELDS:
            return (
                f"{shown(field)} is no field of an integration; there are {', '.join(_FIELDS)}"
                f"{did_you_mean(field, _FIELDS)}"
            )
    if "name" not in data:
        return "name is missing"
    if not isinstance(data.get("actions"), list | tuple | None):
        return "actions must be a list of tables"
    return fault_of_account(data.get("base_url"), data.get("api_key_env"))


def _action_of(number: int, data: Mapping[str, Any]) -> SmartAction:
    try:
        return SmartAction.from_dict(data)
    except ConfigurationError as error:
        fault = str(error)
    raise ConfigurationError(f"actions[{number}]: {fault}")


def _is_looked_at(name: object, given: Mapping[str, object]) -> bool:
    if name in ARGUMENTS:
        return True
    meant = meant_as(name) if isinstance(name, str) else None
    return meant is not None and given.get(meant) is None
