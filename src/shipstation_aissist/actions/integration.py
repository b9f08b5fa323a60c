"""An integration: one ShipStation account, and the smart actions that a merchant made over it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Self

import attrs

from shipstation_aissist.actions.dialects import Dialect
from shipstation_aissist.actions.smart_action import Moment, SmartAction, read_moment
from shipstation_aissist.actions.tools import (
    InvalidArgumentsError,
    ToolResult,
    error_result,
    failure,
    order_id_in,
    order_result,
    read_arguments,
    shown,
    unknown_tool,
)
from shipstation_aissist.actions.trace import ActionTrace
from shipstation_aissist.actions.track_order import TrackOrderAction, checked_answers
from shipstation_aissist.client import ShipStationClient
from shipstation_aissist.configuration import check_name, check_timeout
from shipstation_aissist.connection_test import ConnectionStatus
from shipstation_aissist.errors import (
    AmbiguousOrderError,
    APIError,
    ConfigurationError,
    InvalidOrderIdError,
    OrderNotFoundError,
)
from shipstation_aissist.transport.clock import Deadline
from shipstation_aissist.transport.driver import MOST_IN_FLIGHT
from shipstation_aissist.transport.secret import Secret
from shipstation_aissist.transport.threads import side_by_side
from shipstation_aissist.wire.requests import JSONValue

if TYPE_CHECKING:
    from shipstation_aissist.answers.contract import Answers

_FIELDS = ("name", "timeout", "actions")
_DEFAULT_TIMEOUT = 10


class Integration:
    """A merchant's ShipStation account with its smart actions.

    A new integration holds one action, ``trackOrder``. It may be shared by threads once it is set up, and can be
    pickled, without its key.

    Args:
        name: What the merchant calls it; it stands in the logs.
        api_key: A V2 key; default: the environment variable ``SHIPSTATION_API_KEY``.
        timeout: Seconds, 10 to 180: the total time that one call may take. A client that is given keeps its own.
        actions: Its smart actions; default: one ``trackOrder``.
        client: A client to use in place of one of its own; it stays the caller's to close.
        answers: A store of answers that may be given again (:mod:`shipstation_aissist.answers`), for all of its
            actions; default: each order is looked up each time.

    Raises:
        ConfigurationError: One of them is unusable, or two actions have the same tool name. Nothing was sent.

    Example:
        >>> from shipstation_aissist.testing import FakeShipStation
        >>> fake = FakeShipStation()
        >>> order = fake.add_order("12345")
        >>> with Integration("My shop", client=fake.client()) as integration:
        ...     result = integration.call_tool("trackOrder", {"order_id": "12345"})
        >>> result["shipstation"]["state"]
        'not_shipped'
    """

    # So that it has a repr also where a refused argument leaves it half made.
    _name: str = ""
    _timeout: float = _DEFAULT_TIMEOUT
    _actions: tuple[SmartAction, ...] = ()

    def __init__(
        self,
        name: str,
        api_key: str | None = None,
        timeout: float = _DEFAULT_TIMEOUT,
        *,
        actions: Iterable[SmartAction] | None = None,
        client: ShipStationClient | None = None,
        answers: Answers | None = None,
    ) -> None:
        key: Any = Secret(api_key) if isinstance(api_key, str) else api_key
        del api_key  # a traceback from here on must not show it (T5)
        if name is None:
            raise ConfigurationError("name must be a str of printable characters")
        check_name(name)
        check_timeout(timeout)
        if client is not None and not isinstance(client, ShipStationClient):
            raise ConfigurationError(f"client must be a ShipStationClient, not {type(client).__name__}")
        if client is not None and key is not None:
            raise ConfigurationError("api_key and client exclude each other: the client has a key")
        self._name = name
        self._actions = _checked([SmartAction()] if actions is None else actions)
        self._answers = checked_answers(answers)
        self._owns_client = client is None
        self._client = ShipStationClient(key, timeout=timeout, name=name) if client is None else client
        is_default = client is not None and timeout == _DEFAULT_TIMEOUT
        self._timeout = self._client.timeout if is_default else timeout

    @property
    def name(self) -> str:
        """What the merchant calls it."""
        return self._name

    @property
    def client(self) -> ShipStationClient:
        """The account that its actions look in."""
        return self._client

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

    def test(self) -> ConnectionStatus:
        """The "Test" button: whether key, plan and network are good for tracking orders. Never raises for the API.

        Raises:
            ClientClosedError: After :meth:`close`.
        """
        return self._client.test_connection()

    def handle(self, moment: Moment | str, arguments: Mapping[str, object] | None) -> dict[str, ToolResult]:
        """Run what should run at a moment of the conversation, all of it within the timeout.

        Args:
            moment: A :class:`Moment` or its string.
            arguments: What is known by now: ``order_id`` and perhaps ``postal_code`` and ``email``; ``None`` counts as
                not known.

        Returns:
            By tool name what :meth:`call_tool` gives; empty without an order id.

        Raises:
            ConfigurationError: There is no such moment.
            ClientClosedError: After :meth:`close`.
        """
        now = read_moment(moment)
        known = {name: value for name, value in (arguments or {}).items() if value is not None}
        order_id = known.get("order_id")
        if order_id is None or (isinstance(order_id, str) and not order_id.strip()):
            return {}
        running = [action for action in self._actions if action.runs_on(now)]
        # At once where there are threads to be had, and within one deadline in any case (T1).
        client = self._client._within(Deadline(self._client._clock, self._client.timeout))
        tasks = [partial(self._answer, action, known, client) for action in running]
        results = side_by_side(tasks, most=MOST_IN_FLIGHT)
        return {action.tool_name: result for action, result in zip(running, results, strict=True)}

    def call_tool(self, tool_name: str, arguments: Mapping[str, object] | str) -> ToolResult:
        """Answer a model's tool call. What a conversation can cause is a result, never an exception.

        Args:
            tool_name: The tool that the model calls.
            arguments: What the model sent: an object, or its JSON text.

        Returns:
            A JSON-safe dict: the order in the action's format, or ``{"shipstation": {"order_id": ..., "error":
            {"code": ..., "message": ...}}}``; beside ``"shipstation"`` the action's ``"response_instructions"``, if it
            has any.

        Raises:
            ClientClosedError: After :meth:`close`.
            ConfigurationError: The integration was loaded from a pickle where the environment has no key.
        """
        action = self._find(tool_name)
        if action is None or not action.is_tool:
            failed = unknown_tool(tool_name, [tool.tool_name for tool in self.tools], arguments)
            return {"shipstation": failed["shipstation"]}
        return self._answer(action, arguments, self._client)

    def debug(
        self, tool_name: str, order_id: str, *, postal_code: str | None = None, email: str | None = None
    ) -> ActionTrace:
        """Look an order up as an action would, and tell everything that happened (see :class:`ActionTrace`).

        Args:
            tool_name: The action, of which the order id's format, the order key and the store count.
            order_id: What the customer calls the order.
            postal_code: Where it must go, or ``None``.
            email: The e-mail address of its recipient, or ``None``.

        Raises:
            ConfigurationError: There is no such action.
            InvalidRecipientCheckError: The postal code or the e-mail address is none.
        """
        tracker = self._tracker(self._named(tool_name), self._client)
        return tracker.debug(order_id, postal_code=postal_code, email=email)

    def _answer(self, action: SmartAction, arguments: object, client: ShipStationClient) -> ToolResult:
        result = self._look_up(action, arguments, client)
        if action.response_instructions is not None:
            result["response_instructions"] = action.response_instructions
        return result

    def _look_up(self, action: SmartAction, arguments: object, client: ShipStationClient) -> ToolResult:
        try:
            query = read_arguments(action, arguments)
        except InvalidArgumentsError as fault:
            return {"shipstation": failure(order_id_in(arguments), "invalid_arguments", str(fault))["shipstation"]}
        try:
            tracker = self._tracker(action, client)
            response = tracker.run(query.order_id, postal_code=query.postal_code, email=query.email)
        except (InvalidOrderIdError, OrderNotFoundError, AmbiguousOrderError, APIError) as error:
            return {"shipstation": error_result(query.order_id, error)["shipstation"]}
        return {"shipstation": order_result(action, response, action.next_steps)}

    def _tracker(self, action: SmartAction, client: ShipStationClient) -> TrackOrderAction:
        tracker = TrackOrderAction(
            client,
            order_key=action.order_key,
            store_id=action.store_id,
            order_id_pattern=action.order_id_pattern,
            patience=action.patience,
            answers=self._answers,
        )
        tracker._settings = attrs.evolve(tracker._settings, expected_format=action.expected_format)
        return tracker

    def _find(self, tool_name: object) -> SmartAction | None:
        return next((action for action in self._actions if action.tool_name == tool_name), None)

    def _named(self, tool_name: object) -> SmartAction:
        action = self._find(tool_name)
        if action is None:
            names = ", ".join(action.tool_name for action in self._actions)
            raise ConfigurationError(f"tool_name: there is no action {shown(tool_name)}; there are: {names or 'none'}")
        return action

    # --- as data, without the key (T5) ---

    def to_dict(self) -> dict[str, JSONValue]:
        """The configuration as JSON-safe (and TOML-safe) values: all but the key."""
        return {"name": self._name, "timeout": self._timeout, "actions": [action.to_dict() for action in self._actions]}

    @classmethod
    def from_dict(
        cls, data: Mapping[str, Any], api_key: str | None = None, client: ShipStationClient | None = None
    ) -> Self:
        """The integration that :meth:`to_dict` wrote, or that a merchant did, in a TOML file perhaps.

        Args:
            data: ``name``, and perhaps ``timeout`` and ``actions``; never the key.
            api_key: A V2 key; default: the environment variable ``SHIPSTATION_API_KEY``.
            client: A client to use in place of one of its own.

        Raises:
            ConfigurationError: There is no such field, or its value is unusable; the message names it.
        """
        key: Any = Secret(api_key) if isinstance(api_key, str) else api_key
        del api_key
        fault = _fault_of(data)
        if fault:
            del data  # it may hold a key by mistake (T5)
            raise ConfigurationError(fault)
        actions = data.get("actions")
        return cls(
            data["name"],
            key,
            _DEFAULT_TIMEOUT if data.get("timeout") is None else data["timeout"],
            actions=None if actions is None else [_action_of(number, action) for number, action in enumerate(actions)],
            client=client,
        )

    def __repr__(self) -> str:
        names = tuple(action.tool_name for action in self._actions)
        return f"Integration({self._name!r}, timeout={self._timeout:g}, actions={names!r})"

    # --- its life ---

    def close(self) -> None:
        """Close the client, if it is the integration's own. May be called again."""
        if self._owns_client:
            self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


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
        if field == "api_key":
            return "api_key must not stand in the configuration: set SHIPSTATION_API_KEY, or pass it to from_dict"
        if field not in _FIELDS:
            return f"{shown(field)} is no field of an integration; there are {', '.join(_FIELDS)}"
    if "name" not in data:
        return "name is missing"
    if not isinstance(data.get("actions"), list | tuple | None):
        return "actions must be a list of tables"
    return None


def _action_of(number: int, data: Mapping[str, Any]) -> SmartAction:
    try:
        return SmartAction.from_dict(data)
    except ConfigurationError as error:
        fault = str(error)
    raise ConfigurationError(f"actions[{number}]: {fault}")
