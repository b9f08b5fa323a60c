"""An integration: one ShipStation account, and the smart actions that a merchant made over it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import attrs

from shipstation_aissist.actions.configured import (
    DEFAULT_TIMEOUT,
    TOLD,
    Configured,
    configuration_of,
    query_of,
    result_of,
    settings_of,
)
from shipstation_aissist.actions.configured_account import chosen_table, key_in, read_tables
from shipstation_aissist.actions.smart_action import Moment, SmartAction
from shipstation_aissist.actions.tools import ToolResult
from shipstation_aissist.actions.trace import ActionTrace
from shipstation_aissist.actions.track_order import TrackOrderAction, checked_answers
from shipstation_aissist.client import ShipStationClient
from shipstation_aissist.connection_test import ConnectionStatus
from shipstation_aissist.errors import ConfigurationError
from shipstation_aissist.orders.query import OrderQuery
from shipstation_aissist.transport.clock import Deadline
from shipstation_aissist.transport.driver import MOST_IN_FLIGHT
from shipstation_aissist.transport.secret import Secret
from shipstation_aissist.transport.threads import side_by_side

if TYPE_CHECKING:
    from shipstation_aissist.answers.contract import Answers


class Integration(Configured):
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

    def __init__(
        self,
        name: str,
        api_key: str | None = None,
        timeout: float = DEFAULT_TIMEOUT,
        *,
        actions: Iterable[SmartAction] | None = None,
        client: ShipStationClient | None = None,
        answers: Answers | None = None,
    ) -> None:
        key: Any = Secret(api_key) if isinstance(api_key, str) else api_key
        del api_key  # a traceback from here on must not show it (T5)
        self._configure(name, timeout, actions, client, ShipStationClient, has_key=key is not None)
        self._answers = checked_answers(answers)
        self._owns_client = client is None
        self._client = ShipStationClient(key, timeout=timeout, name=name) if client is None else client

    @property
    def client(self) -> ShipStationClient:
        """The account that its actions look in."""
        return self._client

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
                not known. What else the session knows may stand there too, and is not looked at, but for a recipient
                check under another name (``"zip"``), which is refused.

        Returns:
            By tool name what :meth:`call_tool` gives; empty without an order id.

        Raises:
            ConfigurationError: There is no such moment.
            ClientClosedError: After :meth:`close`.
        """
        running, known = self._running(moment, arguments)
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
        action = self._called(tool_name, arguments)
        return self._answer(action, arguments, self._client) if isinstance(action, SmartAction) else action

    def debug(
        self, tool_name: str, order_id: str, *, postal_code: str | None = None, email: str | None = None
    ) -> ActionTrace:
        """Look an order up as an action would, and tell everything that happened (see :class:`ActionTrace`).

        Args:
            tool_name: The action, of which the order id's format, the order key and the store count.
            order_id: What the customer calls the order.
            postal_code: Where it must go, or ``None``.
            email: The e-mail address of its recipient, or ``None``.

        Returns:
            The trace; an error of the API or the order is part of it, never raised.

        Raises:
            ConfigurationError: There is no such action.
        """
        tracker = self._tracker(self._named(tool_name), self._client)
        return tracker.debug(order_id, postal_code=postal_code, email=email)

    def _answer(self, action: SmartAction, arguments: object, client: ShipStationClient) -> ToolResult:
        query = query_of(action, arguments)
        if not isinstance(query, OrderQuery):
            return query
        try:
            tracker = self._tracker(action, client)
            return result_of(
                action, query, tracker.run(query.order_id, postal_code=query.postal_code, email=query.email)
            )
        except TOLD as error:
            return result_of(action, query, error)

    def _tracker(self, action: SmartAction, client: ShipStationClient) -> TrackOrderAction:
        tracker = TrackOrderAction(
            client,
            order_key=action.order_key,
            store_id=action.store_id,
            order_id_pattern=action.order_id_pattern,
            patience=action.patience,
            answers=self._answers,
        )
        tracker._settings = settings_of(action, tracker._settings)
        return tracker

    # --- as data, without the key (T5) ---

    @classmethod
    def from_dict(
        cls, data: Mapping[str, Any], api_key: str | None = None, client: ShipStationClient | None = None
    ) -> Self:
        """The integration that :meth:`to_dict` wrote, or that a merchant did, in a TOML file perhaps.

        Args:
            data: ``name``, and perhaps ``timeout``, ``base_url``, ``api_key_env`` (the name of the environment
                variable that holds the key) and ``actions``; never the key.
            api_key: A V2 key; default: that of ``api_key_env``, else ``SHIPSTATION_API_KEY``.
            client: A client to use in place of one of its own; it has its own address and key.

        Raises:
            ConfigurationError: There is no such field, or its value is unusable; the message names it.
        """
        key: Any = Secret(api_key) if isinstance(api_key, str) else api_key
        del api_key
        read = configuration_of(data)
        del data  # it may hold a key by mistake (T5)
        if isinstance(read, ConfigurationError):
            raise read
        made = None
        if client is None and read.names_an_account:
            if key is None and read.api_key_env is not None:
                key = key_in(read.api_key_env)
            made = ShipStationClient(key, base_url=read.base_url, timeout=read.timeout, name=read.name)
            key = None
            if read.api_key_env is not None:  # a pickle finds this key again, and no other
                made._settings = attrs.evolve(made._settings, key_variable=read.api_key_env)
        integration = cls(read.name, key, read.timeout, actions=read.actions, client=client or made)
        integration._owns_client = client is None
        integration._base_url, integration._api_key_env = read.base_url, read.api_key_env
        return integration

    @classmethod
    def load(cls, path: str | Path, name: str | None = None, *, client: ShipStationClient | None = None) -> Self:
        """An integration of a TOML file: the file is one, or holds several as ``[[integrations]]``.

        Args:
            path: The file.
            name: Which of several.
            client: A client to use in place of one of its own.

        Raises:
            ConfigurationError: The file cannot be read, there is no such integration, there are several and none was
                named (the message lists them), or a field is unusable. Nothing was sent.
        """
        return cls.from_dict(chosen_table(path, name), client=client)  # in no variable: it may hold a key (T5)

    @classmethod
    def load_all(cls, path: str | Path, *, client: ShipStationClient | None = None) -> tuple[Self, ...]:
        """All integrations of a TOML file, in their order.

        Args:
            path: The file.
            client: A client that all of them use; default: each has its own.

        Raises:
            ConfigurationError: The file cannot be read, or a field is unusable. Nothing was sent.
        """
        return tuple(map(partial(cls.from_dict, client=client), read_tables(path)))

    # --- its life ---

    def close(self) -> None:
        """Close the client, if it is the integration's own. May be called again."""
        if self._owns_client:
            self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
