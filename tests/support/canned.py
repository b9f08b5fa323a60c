"""An adapter of requests that answers from memory, for tests that need no socket."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

import attrs
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from urllib3 import HTTPHeaderDict, HTTPResponse

from shipstation_aissist import ShipStationClient
from shipstation_aissist.testing import FakeClock
from support.wiring import KEY


@attrs.frozen
class Canned:
    """One reply: what it holds, and what it says of itself."""

    body: bytes = b"{}"
    status: int = 200
    headers: Mapping[str, str] = attrs.field(factory=dict)


class CannedAdapter(HTTPAdapter):
    """Answers each request with what ``answer`` makes of its URL; an exception is raised instead."""

    def __init__(self, answer: Callable[[str], Canned | Exception]) -> None:
        super().__init__()
        self._answer = answer
        self.urls: list[str] = []

    def send(self, request: PreparedRequest, *_: Any, **__: Any) -> Response:
        self.urls.append(request.url or "")
        reply = self._answer(request.url or "")
        if isinstance(reply, Exception):
            raise reply
        headers = HTTPHeaderDict(reply.headers)
        raw = HTTPResponse(BytesIO(reply.body), headers, reply.status, preload_content=False, decode_content=False)
        return self.build_response(request, raw)


def canned_client(
    answer: Callable[[str], Canned | Exception] | Canned | CannedAdapter, **options: Any
) -> ShipStationClient:
    """A client of canned replies, on a clock that never waits."""
    if isinstance(answer, Canned):
        return canned_client(lambda _: answer, **options)
    adapter = answer if isinstance(answer, CannedAdapter) else CannedAdapter(answer)
    return ShipStationClient._wired(adapter=adapter, **{"api_key": KEY, "clock": FakeClock(), **options})
