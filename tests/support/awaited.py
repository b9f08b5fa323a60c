"""The asynchronous client with the synchronous one's face: one table of faults, read in threads, asyncio and trio."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager
from typing import Any, Self

import anyio
import anyio.from_thread

from shipstation_aissist.aio.client import AsyncShipStationClient
from shipstation_aissist.aio.connection import Connection
from shipstation_aissist.aio.exchange import Exchange
from shipstation_aissist.aio.pager import AsyncPager
from shipstation_aissist.configuration import read_environment
from shipstation_aissist.transport.clock import SystemClock
from shipstation_aissist.transport.exchange import user_agent


class AwaitedClient:
    """Calls an asynchronous client from any thread, in an event loop of its own, and waits for it."""

    def __init__(self, backend: str, *, api_key: str, base_url: str, clock: Any = None, **settings: Any) -> None:
        environment = read_environment(base_url)
        agent = user_agent(settings.get("app_info"))
        is_fake = clock is not None and not isinstance(clock, SystemClock)
        self._client = AsyncShipStationClient._wired(
            api_key=api_key,
            base_url=base_url,
            make_exchange=lambda url, key: Exchange(url, key, environment, agent),
            clock=clock or SystemClock(),
            sleep=clock.sleep_in_task if is_fake else anyio.sleep,
            **settings,
        )
        # Last: a loop that nobody ends is ended by the collector, which may run within it and then waits for ever.
        self._loop: AbstractContextManager[anyio.from_thread.BlockingPortal] = anyio.from_thread.start_blocking_portal(
            backend
        )
        self._portal = self._loop.__enter__()

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._client, name)
        if not callable(value):
            return value

        def call(*args: Any, **options: Any) -> Any:
            return self._portal.call(_answered, value, args, options)

        return call

    def idle(self) -> list[Connection]:
        """The connections that are kept."""

        async def look() -> list[Connection]:
            exchange: Any = self._client._transport._house().exchange
            return list(exchange._idle)

        return self._portal.call(look)

    def has_heard(self, connection: Connection) -> bool:
        """Whether anything came on it unasked."""

        async def look() -> bool:
            await anyio.sleep(0)  # the event loop reads
            return not connection.may_be_used_again()

        return self._portal.call(look)

    def close(self) -> None:
        """Close the client."""
        self._portal.call(self._client.aclose)

    def end(self) -> None:
        """Close the client and its event loop."""
        try:
            self.close()
        finally:
            self._loop.__exit__(None, None, None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


async def _answered(function: Any, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
    value = function(*args, **options)
    if isinstance(value, AsyncPager):
        return [item async for item in value]
    if isinstance(value, AsyncIterator | Iterator):
        return value
    return await value
