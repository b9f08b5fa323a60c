"""The asynchronous client: the same arguments, errors and promises as in threads, with ``await``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self, TypeVar

import anyio

from shipstation_aissist import models
from shipstation_aissist.aio.driver import AsyncExchange, Transport, drive
from shipstation_aissist.aio.endpoints import AsyncEndpoints
from shipstation_aissist.aio.exchange import Exchange
from shipstation_aissist.aio.pager import AsyncPager
from shipstation_aissist.client_base import ClientBase, key_for, one_request, page_requests
from shipstation_aissist.configuration import check_api_key, read_environment
from shipstation_aissist.connection_test import ConnectionStatus, status_of_test
from shipstation_aissist.errors import APIError, ClientClosedError
from shipstation_aissist.settings import ClientSettings
from shipstation_aissist.steps import Record, TraceStep
from shipstation_aissist.transport import Clock, Deadline, Secret, SystemClock
from shipstation_aissist.transport.exchange import user_agent
from shipstation_aissist.wire import requests as endpoints
from shipstation_aissist.wire.call import Flow, Priority, Result
from shipstation_aissist.wire.requests import ApiRequest, QueryValue

if TYPE_CHECKING:
    from shipstation_aissist.quota.contract import Quota

T = TypeVar("T")


class AsyncShipStationClient(ClientBase, AsyncEndpoints):
    """A read-only client of the ShipStation V2 API, for asyncio (with uvloop too) and trio.

    It has the arguments, errors, events and promises of :class:`ShipStationClient`. A call that is cancelled gives its
    connection, its place and its permit back at once, and nothing of it is sent afterwards (T9). Nothing blocks the
    event loop. One client may be shared by all tasks; used in a second event loop, it opens connections
    of its own there, which close when that loop ends.

    Args:
        api_key: A V2 key; default: the environment variable ``SHIPSTATION_API_KEY``.
        base_url: Default: ``SHIPSTATION_BASE_URL``, else ``https://api.shipstation.com/v2``.
        timeout: Seconds, 10 to 180: the total time that one public call may take, retries, waits and the name's
            resolution included (T1).
        max_retries: Further attempts after the first, 0 to 10 (T2).
        name: The integration's name, for logs and traces.
        on_event: Receives one frozen :class:`TraceStep` per attempt, wait and decision; a plain function, called in
            the event loop. An exception in it is logged and swallowed.
        app_info: Who uses the library, ``"my-desk/2.1"``: it stands in the User-Agent.
        quota: What the account allows, shared with others (:mod:`shipstation_aissist.quota`).

    Raises:
        ConfigurationError: One of them is unusable. Nothing was sent.

    Example:
        ``async with AsyncShipStationClient() as client: label = await client.get_label("se-1")``
    """

    def __init__(
        self,
        api_key: str | None = None,
        *,
        base_url: str | None = None,
        timeout: float = 10.0,
        max_retries: int = 2,
        name: str | None = None,
        on_event: Callable[[TraceStep], object] | None = None,
        app_info: str | None = None,
        quota: Quota | None = None,
    ) -> None:
        key = key_for(api_key)
        del api_key  # a traceback from here on must not show it (T5)
        settings = ClientSettings(
            base_url=base_url,
            timeout=timeout,
            max_retries=max_retries,
            name=name,
            on_event=on_event,
            app_info=app_info,
            quota=quota,
        )
        check_api_key(key)
        environment = read_environment(settings.base_url)
        self._set_up(
            settings,
            key,
            lambda: Exchange(settings.base_url, key, environment, user_agent(settings.app_info)),
            SystemClock(),
            anyio.sleep,
        )

    @classmethod
    def _wired(
        cls,
        *,
        api_key: str | Secret,
        make_exchange: Callable[[str, Secret], AsyncExchange],
        clock: Clock,
        sleep: Callable[[float], Awaitable[None]],
        **settings: Any,
    ) -> AsyncShipStationClient:
        """A client over another exchange and clock, for ``shipstation_aissist.testing``."""
        key = key_for(api_key)
        del api_key
        check_api_key(key)
        checked = ClientSettings(**settings)
        client = cls.__new__(cls)
        client._set_up(checked, key, lambda: make_exchange(checked.base_url, key), clock, sleep)
        return client

    def _set_up(
        self,
        settings: ClientSettings,
        key: Secret,
        make_exchange: Callable[[], AsyncExchange],
        clock: Clock,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._set_up_base(settings, key, clock)
        self._transport = Transport(
            clock=clock,
            sleep=sleep,
            make_exchange=make_exchange,
            permits=None if settings.quota is None else settings.quota.open(key.digest(), clock),
            redact=key.redact,
        )

    async def test_connection(self, *, max_age: float = 0.0) -> ConnectionStatus:
        """The "Test" button: asks for one label, which proves that key and plan reach what tracking needs.

        Args:
            max_age: Seconds; a test that is not older is not made again. For health checks, which come often.

        Returns:
            What was found; an error of the API is a result here, never raised.

        Raises:
            ClientClosedError: After :meth:`aclose`.
            TypeError: ``max_age`` is no number.
            ValueError: It is negative.

        Source: API notes 1.13.
        """
        self._check_open()
        known = self._last_test.not_older_than(max_age, self._clock)
        if known is not None:
            return known
        started = self._clock.monotonic()
        error: APIError | None = None
        try:
            await self._get(endpoints.list_labels({"page_size": 1}))
        except APIError as raised:
            error = raised
        now = self._clock.monotonic()
        status = status_of_test(error, now - started)
        self._last_test.found = (now, status)
        return status

    async def aclose(self) -> None:
        """End the calls under way and close the connections; a call after this raises :class:`ClientClosedError`.

        No task, thread or connection outlives it; in event loops of other threads, as soon as these turn to it. May be
        called again. Closing a view ends only the view.
        """
        self._closed = True
        if not self._is_view:
            await self._transport.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        with anyio.CancelScope(shield=True):
            await self.aclose()

    # --- for the actions ---

    async def _run(
        self,
        make_flow: Callable[[Record, datetime], Flow[T]],
        record: Record | None = None,
        *,
        priority: Priority = "interactive",
    ) -> T:
        """Run a flow of requests as one public call: one deadline for all of it (T1)."""
        self._check_open()
        deadline = self._deadline or Deadline(self._clock, self.timeout)
        emit = self._events.also_to(record)

        async def perform(asked: tuple[ApiRequest[Any], ...]) -> tuple[Result[Any], ...]:
            self._check_open()
            return await self._transport.perform(asked, deadline, emit, max_retries=self.max_retries, priority=priority)

        return await drive(make_flow(emit, self._clock.now()), perform)

    async def _wait_for_quota(self, at_least: float) -> None:
        """Wait out a pause of the account (T3), and ``at_least`` so many seconds, outside of any deadline."""
        until = self._clock.monotonic() + at_least
        while (left := max(self._transport.pause_left(), until - self._clock.monotonic())) > 0:
            await self._transport.sleep(left)

    def _check_open(self) -> None:
        if self._closed or self._transport.has_ended:
            raise ClientClosedError("This client was closed; make a new one, or close it later.")

    async def _get(self, request: ApiRequest[T]) -> T:
        return await self._run(lambda record, _: one_request(request, record))

    def _pager(
        self,
        endpoint: Callable[[Mapping[str, QueryValue]], ApiRequest[models.Page[T]]],
        filters: dict[str, QueryValue],
        identify: Callable[[T], str],
    ) -> AsyncPager[T]:
        request, first_page = page_requests(endpoint, filters)
        return AsyncPager(lambda number: self._get(request(number)), identify, first_page)

    def __reduce__(self) -> Any:
        raise TypeError("an asynchronous client belongs to its event loop and cannot be pickled")
