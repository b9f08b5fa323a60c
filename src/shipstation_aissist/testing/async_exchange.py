"""The fake in memory, for the asynchronous client: an exchange that asks no network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import anyio.lowlevel

from shipstation_aissist.errors import APIError
from shipstation_aissist.testing.replies import Answering
from shipstation_aissist.transport.outcomes import connection_error, reply_of
from shipstation_aissist.transport.secret import Secret
from shipstation_aissist.wire.call import timed_out
from shipstation_aissist.wire.replies import Reply
from shipstation_aissist.wire.requests import ApiRequest


class FakeExchange:
    """Answers the attempts of an asynchronous client from a fake.

    Args:
        fake: Answers.
        base_url: Of the client.
        key: Of the client.
    """

    def __init__(self, fake: Answering, base_url: str, key: Secret) -> None:
        self._fake = fake
        self._base_url = base_url
        self._key = key

    async def attempt(
        self, request: ApiRequest[Any], seconds: float, whole: float, sending: Callable[[], None]
    ) -> Reply | APIError:
        """Answer one attempt as the network would."""
        await anyio.lowlevel.checkpoint()
        sending()
        url = f"{self._base_url}/{request.target}"
        reply = self._fake.handle("GET", url, {"API-Key": self._key.reveal()})
        if reply.broken == "timeout":
            self._fake.clock.elapse(seconds)
            return timed_out(request, whole)
        if reply.broken == "reset":
            return connection_error(request, ConnectionResetError("Connection reset by peer"), self._key.redact)
        if reply.broken == "truncated":
            fault = ConnectionError("the connection was closed before the reply was complete")
            return connection_error(request, fault, self._key.redact)
        headers = {name.lower(): value for name, value in reply.headers.items()}
        return reply_of(reply.status, headers, reply.body, lambda: None, self._key.redact)

    async def aclose(self) -> None:
        """Nothing is open."""
