"""The four routes to a server: direct, TLS, the tunnel of a proxy, and that of a proxy that is itself under TLS."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from urllib3.util import wait_for_read

from shipstation_aissist import ShipStationClient
from shipstation_aissist.transport.connections import is_silent
from shipstation_aissist.transport.sockets import DeadlineAdapter
from support.awaited import AwaitedClient
from support.certificates import Authority
from support.fault_proxy import FaultProxy
from support.fault_server import FaultServer
from support.wiring import Connect

ROUTES = ("direct", "TLS", "a proxy", "a proxy under TLS")


class Way:
    """A client, the server that it asks, and the adapter between them."""

    def __init__(
        self, client: ShipStationClient | AwaitedClient, server: FaultServer, adapter: DeadlineAdapter | None
    ) -> None:
        self.client: Any = client
        self.server = server
        self._adapter = adapter

    @property
    def idle(self) -> list[Any]:
        """The sockets of the connections that are kept, or the connections themselves."""
        if self._adapter is None:
            return list(self.client.idle())
        return [connection.sock for pool in self._adapter._pools.values() for connection in pool._idle]

    def wait_for_what_was_sent(self) -> None:
        """Until bytes have arrived on each of them, at whichever layer."""
        for kept in self.idle:
            rounds = 0
            while not self.client.has_heard(kept) if self._adapter is None else is_silent(kept):
                if self._adapter is not None:
                    wait_for_read(kept, 0.1)
                rounds += 1
                assert rounds < 5000 if self._adapter is None else 50


@contextmanager
def way(
    route: str, *script: Any, connect: Connect, authority: Authority, patch: pytest.MonkeyPatch, **options: Any
) -> Iterator[Way]:
    """A client whose requests go by this route to a server that does what the script says."""
    tls = authority.server_side
    with ExitStack() as stack:
        patch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle))
        server = stack.enter_context(FaultServer(*script, tls=None if route == "direct" else tls))
        if route.startswith("a proxy"):
            proxy = stack.enter_context(FaultProxy(tls=tls if route.endswith("TLS") else None))
            patch.setenv("HTTPS_PROXY", f"http{'s' if route.endswith('TLS') else ''}://{proxy.address}")
        if connect.column != "threads":
            yield Way(connect(server.base_url, **options), server, None)
            return
        adapter = DeadlineAdapter()
        yield Way(connect(server.base_url, adapter=adapter, **options), server, adapter)
