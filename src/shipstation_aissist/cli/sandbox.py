"""The embedded sandbox: a fake ShipStation with sample orders, for one command or until Ctrl-C."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime

import typer

from shipstation_aissist.actions.track_order import TrackOrderAction
from shipstation_aissist.cli.output import note, write_result
from shipstation_aissist.cli.views import status
from shipstation_aissist.client import ShipStationClient
from shipstation_aissist.configuration import API_KEY_VARIABLE, BASE_URL_VARIABLE
from shipstation_aissist.testing.fake import FakeShipStation
from shipstation_aissist.testing.sample_orders import sandbox
from shipstation_aissist.transport.clock import SystemClock
from shipstation_aissist.transport.sockets import DeadlineAdapter

_PROXY_EXCEPTIONS = ("no_proxy", "NO_PROXY")


class _SandboxClock(SystemClock):
    """Waits like the machine's clock; it is the day of the sample orders, so that nothing of them has grown old."""

    def __init__(self, fake: FakeShipStation) -> None:
        self._fake = fake

    def now(self) -> datetime:
        return self._fake.clock.now()


@contextmanager
def sandbox_client(timeout: float) -> Iterator[ShipStationClient]:
    """A client of a sandbox that lives as long as the client does."""
    fake = sandbox()
    with fake.serve() as server:
        with _past_proxies("127.0.0.1"):  # to a proxy, "this machine" is another one; read when a client is made
            client = ShipStationClient._wired(
                api_key=fake.api_key,
                adapter=DeadlineAdapter(),
                clock=_SandboxClock(fake),
                base_url=server.base_url,
                timeout=timeout,
            )
        with client:
            yield client


def serve(port: int) -> None:
    """Serve the sandbox until Ctrl-C; what to export goes to stdout, what there is to know to stderr."""
    fake = sandbox(today=datetime.now(UTC).date())  # for clients that live today
    with ExitStack() as stack:
        try:
            server = stack.enter_context(fake.serve(port=port))
        except OSError as error:
            raise typer.BadParameter(f"it cannot be used: {error}", param_hint="--port") from None
        note(f"A fake ShipStation at {server.base_url}, with the API key {fake.api_key}, until Ctrl-C.\n")
        note("Its orders:")
        for number, life in _sample_orders(fake):
            note(f"  {number}  {life}")
        note("\nIn another terminal:")
        write_result(f"export {API_KEY_VARIABLE}={fake.api_key} {BASE_URL_VARIABLE}={server.base_url}")
        note("shipstation-aissist track 12345")
        while True:
            time.sleep(3600)


def _sample_orders(fake: FakeShipStation) -> Iterator[tuple[str, str]]:
    with fake.client() as client:
        action = TrackOrderAction(client)
        for order in fake.orders:
            yield order.number, status(action.run(order.number))
    fake.reset_calls()


@contextmanager
def _past_proxies(host: str) -> Iterator[None]:
    former = {name: os.environ.get(name) for name in _PROXY_EXCEPTIONS}
    listed = next((value for value in former.values() if value), "")
    os.environ.update(dict.fromkeys(_PROXY_EXCEPTIONS, f"{listed},{host}" if listed else host))
    try:
        yield
    finally:
        for name, value in former.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
