"""The fake in memory: an adapter of requests that asks no network."""

from __future__ import annotations

from http.client import responses
from io import BytesIO
from typing import Any

from requests import PreparedRequest, Response, exceptions
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse
from urllib3.util import Timeout

from shipstation_aissist.testing.replies import Answering

_PATIENCE = 60.0  # of a request that was sent without a timeout


class FakeAdapter(HTTPAdapter):
    """Answers prepared requests from a fake, whatever their host.

    It overrides ``send``, which is what the package ``responses`` patches in its parent: both can be in use at once.
    ``session.mount("https://api.shipstation.com", FakeAdapter(fake))`` serves code that uses requests by itself.
    """

    def __init__(self, fake: Answering) -> None:
        super().__init__()
        self._fake = fake

    def send(
        self, request: PreparedRequest, stream: bool = False, timeout: Any = None, *_certificates: Any, **_proxies: Any
    ) -> Response:
        """Answer one request as the network would: with a response, or with what requests raises."""
        reply = self._fake.handle(request.method or "GET", request.url or "/", request.headers)
        if reply.broken == "reset":
            reason = ConnectionResetError(104, "Connection reset by peer")
            raise exceptions.ConnectionError(("Connection aborted.", reason), request=request)
        if reply.broken == "timeout":
            seconds = _read_timeout(timeout)
            self._fake.clock.elapse(seconds)
            raise exceptions.ReadTimeout(f"Read timed out. (read timeout={seconds:g})", request=request)
        body = reply.body[: len(reply.body) // 2] if reply.broken == "truncated" else reply.body
        response = self.build_response(
            request,
            HTTPResponse(
                BytesIO(body),
                reply.headers,
                reply.status,
                reason=responses.get(reply.status),
                preload_content=False,
                request_method=request.method,
            ),
        )
        if not stream:
            _ = response.content
        return response


def _read_timeout(timeout: Any) -> float:
    seconds = timeout[1] if isinstance(timeout, tuple) else timeout
    if isinstance(seconds, Timeout):
        seconds = seconds.read_timeout
    return float(seconds) if isinstance(seconds, int | float) else _PATIENCE
