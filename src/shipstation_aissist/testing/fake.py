"""The fake ShipStation itself: lives to script, requests to answer, faults to inject, calls to look back on."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qsl, urlsplit

from shipstation_aissist.testing.account import Happening, scripted
from shipstation_aissist.testing.adapter import FakeAdapter
from shipstation_aissist.testing.clock import FakeClock
from shipstation_aissist.testing.entities import AnyTarget, FakeFulfillment, FakeLabel, FakeShipment
from shipstation_aissist.testing.errors import FakeUsageError
from shipstation_aissist.testing.faults import Fault, NamedFault, Quota, make_fault
from shipstation_aissist.testing.notifications import (
    EventType,
    SignedNotification,
    Signer,
    check_event_type,
    event_body,
)
from shipstation_aissist.testing.parcels import ParcelLives
from shipstation_aissist.testing.replies import FakeReply, RecordedCall, RefusedError, status_error
from shipstation_aissist.testing.routes import find_route, routes
from shipstation_aissist.testing.server import FakeServer

if TYPE_CHECKING:
    from shipstation_aissist.aio.client import AsyncShipStationClient
    from shipstation_aissist.client import ShipStationClient
    from shipstation_aissist.testing.recorded import Recorded

DEFAULT_KEY = "TEST_fake-shipstation-key"


class FakeShipStation(ParcelLives):
    """A ShipStation account in memory, for tests: script orders' lives, and ask a real client about them.

    It is as unforgiving as the real API: unknown filters are ignored, a wrong key is refused, lists are paged. It may
    be used by many threads at once.

    Example:
        >>> fake = FakeShipStation()
        >>> order = fake.add_order("12345", postal_code="29646")
        >>> event = fake.deliver("12345")
        >>> fake.handle("GET", "/v2/labels", {"API-Key": fake.api_key}).status
        200

    Args:
        api_key: The only key that is accepted.
        clock: What the client of :meth:`client` waits by, and what dates the events.
        requests_per_minute: The account's quota; none by default. Above it every request gets a 429.
        tracking_plan: Whether the plan includes ``GET /v2/tracking``; most do not (API notes 7.6).
    """

    def __init__(
        self,
        api_key: str = DEFAULT_KEY,
        *,
        clock: FakeClock | None = None,
        requests_per_minute: int | None = None,
        tracking_plan: bool = False,
    ) -> None:
        super().__init__(clock=clock or FakeClock(), tracking_plan=tracking_plan)
        self._recorded: Recorded | None = None
        self.api_key = api_key
        self._quota = None if requests_per_minute is None else Quota(requests_per_minute)
        self._faults: list[Fault] = []
        self._rewrites: list[tuple[str, Callable[[Any], Any]]] = []
        self._calls: list[RecordedCall] = []
        self._unknown: list[RecordedCall] = []
        self._request_ids = itertools.count(1)
        self._signer = Signer()
        self._clients: list[ShipStationClient] = []

    @classmethod
    def from_recording(cls, path: str | Path) -> Self:
        """A fake that answers as ShipStation did when a look-up was recorded; its clock stands at that time.

        What was not asked then is not found now.

        Args:
            path: The file that ``shipstation-aissist record`` wrote; its ``order_id`` is what to ask for.

        Raises:
            RecordingError: The file is no recording; the message names the JSON path.
        """
        from shipstation_aissist.testing.recorded import Recorded

        recorded = Recorded(path)
        fake = cls(clock=recorded.clock)
        fake._recorded = recorded
        return fake

    # How it is reached

    def client(self, **options: Any) -> ShipStationClient:
        """A real client that asks this fake, in memory, and waits by its clock.

        Args:
            **options: Those of ``ShipStationClient``; ``api_key`` is the right one unless given.
        """
        from shipstation_aissist.client import ShipStationClient

        options.setdefault("api_key", self.api_key)
        client = ShipStationClient._wired(adapter=FakeAdapter(self), clock=self.clock, **options)
        self._clients.append(client)
        return client

    def async_client(self, **options: Any) -> AsyncShipStationClient:
        """A real asynchronous client that asks this fake, in memory, and waits by its clock (extra ``async``).

        Args:
            **options: Those of ``AsyncShipStationClient``; ``api_key`` is the right one unless given.

        Raises:
            ImportError: The extra ``async`` is not installed; the message has the command that installs it.
        """
        from shipstation_aissist import AsyncShipStationClient  # says which extra is missing, where it is
        from shipstation_aissist.testing.async_exchange import FakeExchange

        options.setdefault("api_key", self.api_key)
        return AsyncShipStationClient._wired(
            make_exchange=lambda base_url, key: FakeExchange(self, base_url, key),
            clock=self.clock,
            sleep=self.clock.sleep_in_task,
            **options,
        )

    def serve(self, *, host: str = "127.0.0.1", port: int = 0, latency: float = 0.0) -> FakeServer:
        """This fake behind HTTP on loopback, for code in another process: ``with fake.serve() as server: ...``.

        Args:
            host: The address to listen on.
            port: The port; by default any that is free.
            latency: Seconds of real time that each reply takes.

        Returns:
            A context manager with ``base_url`` and ``jwks_url``.
        """
        return FakeServer(self, host=host, port=port, latency=latency)

    def close(self) -> None:
        """End the use of this fake: its clients are closed, and scripting it is an error."""
        self._closed = True
        while self._clients:
            self._clients.pop().close()

    # What happens to requests

    @scripted
    def fail_next(
        self,
        fault: int | NamedFault,
        times: int = 1,
        *,
        path: str | None = None,
        retry_after: float | str | None = None,
        error_source: str = "shipengine",
    ) -> None:
        """Let the next requests fail.

        Args:
            fault: A status, or ``"reset"`` (the connection breaks), ``"timeout"`` (no reply in the attempt's time),
                ``"truncated"`` (a reply cut short), ``"malformed"`` (a 200 that is no JSON), ``"html"`` (a 200 that is
                a web page) or ``"plan"`` (the 401 that is about the plan, not the key).
            times: How many requests.
            path: Only those whose path contains this, for example ``"/track"``.
            retry_after: The header ``Retry-After``: seconds, or a date as text.
            error_source: Who caused it: ``"shipengine"``, ``"carrier"`` or ``"order_source"`` (API notes 3.2).
        """
        self._faults.append(make_fault(fault, times, path, retry_after, error_source))

    @scripted
    def rewrite(self, function: Callable[[Any], Any], *, path: str = "") -> None:
        """Let a function of the test's own change the JSON of replies, to play a server that misbehaves.

        Args:
            function: Gets the JSON of each successful reply (it may change it) and returns what is sent.
            path: Only replies to requests whose path contains this.
        """
        self._rewrites.append((path, function))

    def handle(self, method: str, url: str, headers: Mapping[str, str]) -> FakeReply:
        """Answer one request. Pure but for the fake's own state: no network, no waiting.

        Args:
            method: The HTTP method.
            url: The URL or only its path, with the query; the host does not matter.
            headers: The headers.
        """
        parts = urlsplit(url)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        with self._lock:
            is_known = method == "GET" and (find_route(parts.path) is not None or parts.path == "/jwks")
            request_id = f"00000000-0000-4000-8000-{next(self._request_ids):012d}"
            try:
                reply = self._answer(method, parts.path, query, headers, request_id)
            except RefusedError as refusal:
                reply = _refusal(refusal, request_id)
            call = RecordedCall(method, parts.path, query, reply.status or None)
            self._calls.append(call)
            if not is_known:
                self._unknown.append(call)
            return reply

    @property
    def calls(self) -> list[RecordedCall]:
        """The requests so far, in order."""
        with self._lock:
            return list(self._calls)

    def reset_calls(self) -> None:
        """Forget the requests so far, the unknown ones too."""
        with self._lock:
            self._calls.clear()
            self._unknown.clear()

    def assert_no_unknown_requests(self) -> None:
        """Fail if anything was asked that the API does not have, or that is not a GET.

        Raises:
            AssertionError: It says what was asked, and what exists.
        """
        with self._lock:
            asked = [f"{call.method} {call.path}" for call in self._unknown]
        if asked:
            raise AssertionError(
                "the fake ShipStation was asked for what it does not have:\n  "
                + "\n  ".join(asked)
                + "\nIt has:\n  "
                + "\n  ".join(routes())
            )

    # Notifications

    def notification(
        self,
        subject: AnyTarget | FakeFulfillment,
        event_type: EventType = "TRACK_EVENT_V2",
        *,
        at: datetime | None = None,
    ) -> SignedNotification:
        """The signed notification that ShipStation would post of a record as it is now.

        Args:
            subject: An order's number, or what an earlier call returned; it must lead to one record of the right kind.
            event_type: The ``resource_type``.
            at: When it is signed; by default the real present, which is what a verifier compares with.

        Raises:
            ImportError: The package cryptography is missing.
        """
        check_event_type(event_type)
        with self._lock:
            happening = Happening.now(event_type, self._subject_of(subject, event_type))
        return self._signed(happening, at)

    def notifications(self, *, at: datetime | None = None) -> list[SignedNotification]:
        """The signed notifications of everything scripted since the last call, in order.

        There is none of a hold, a void, a cancellation or a return label (API notes 6.10, 9.8).

        Args:
            at: When they are signed; by default the real present.
        """
        with self._lock:
            taken, self._happenings = self._happenings, []
        return [self._signed(happening, at) for happening in taken]

    def sign(self, body: bytes, *, at: datetime | None = None) -> dict[str, str]:
        """The headers of a body that ShipStation has signed."""
        return self._signer.sign(body, at)

    def jwks(self) -> dict[str, Any]:
        """The public keys as ShipStation publishes them; ``GET /jwks`` of :meth:`serve` gives the same."""
        return self._signer.jwks()

    @scripted
    def rotate_webhook_key(self, *, keep_old: bool = True) -> None:
        """Sign with a new key from now on.

        Args:
            keep_old: Whether the former ones stay published.
        """
        self._signer.rotate(keep_old=keep_old)

    # Behind the scenes

    def _answer(
        self, method: str, path: str, query: dict[str, str], headers: Mapping[str, str], request_id: str
    ) -> FakeReply:
        fault = self._take_fault(path)
        if fault is not None and fault.broken in ("reset", "timeout"):
            return FakeReply(0, {}, b"", fault.broken)
        if fault is not None and fault.literal is not None:
            content_type, body = fault.literal
            return _reply(200, body, request_id, {"Content-Type": content_type})
        if fault is not None and fault.broken is None:
            raise fault.refusal()
        if path == "/jwks":
            return _reply(200, _encoded(self.jwks()), request_id)
        if _key_in(headers) != self.api_key:
            raise RefusedError(401, status_error(401))
        if self._quota is not None:
            self._quota.charge(self.clock.monotonic())
        if method != "GET":
            raise RefusedError(405, status_error(405), {"Allow": "GET"})
        route = find_route(path)
        if route is None:
            raise RefusedError(404, status_error(404))
        if self._recorded is not None:
            return self._played_again(self._recorded, path, query, request_id)
        answer, identifier = route
        body = _encoded(self._rewritten(answer(self, query, identifier), path))
        return _reply(200, body, request_id, broken=None if fault is None else fault.broken)

    def _played_again(self, recorded: Recorded, path: str, query: dict[str, str], request_id: str) -> FakeReply:
        reply = recorded.answer(path, query)
        if reply is None:
            raise RefusedError(404, status_error(404))
        if reply.status == 0:
            return FakeReply(0, {}, b"", "reset")
        headers = {} if reply.retry_after is None else {"Retry-After": f"{reply.retry_after:g}"}
        return _reply(reply.status, _encoded(reply.body), request_id, headers)

    def _take_fault(self, path: str) -> Fault | None:
        for fault in self._faults:
            if fault.path is None or fault.path in path:
                fault.times -= 1
                if not fault.times:
                    self._faults.remove(fault)
                return fault
        return None

    def _rewritten(self, body: Any, path: str) -> Any:
        wanted = [function for part, function in self._rewrites if part in path]
        if wanted:
            body = json.loads(json.dumps(body))  # the test's function may change it as it likes
        for function in wanted:
            body = function(body)
        return body

    def _subject_of(
        self, subject: AnyTarget | FakeFulfillment, event_type: str
    ) -> FakeShipment | FakeLabel | FakeFulfillment:
        shipments = self._shipments_of(subject, "notification")
        if event_type == "SHIPMENT_CREATED_V2":
            return shipments[0]
        fits: Iterable[FakeLabel | FakeFulfillment]
        if isinstance(subject, FakeLabel | FakeFulfillment):
            fits = [subject]
        elif event_type == "FULFILLMENT_SHIPPED_V2":
            fits = [target for shipment in shipments for target in shipment.fulfillments]
        else:
            fits = [label for shipment in shipments for label in shipment.labels if label.is_outbound]
        wanted = FakeFulfillment if event_type == "FULFILLMENT_SHIPPED_V2" else FakeLabel
        found = [target for target in fits if isinstance(target, wanted)]
        if len(found) != 1:
            raise FakeUsageError(
                f"{event_type} is about one {wanted.__name__}, and {subject!r} leads to {len(found)}; pass the one "
                f'that is meant: label = fake.buy_label("12345"); fake.notification(label, "TRACK_EVENT_V2")'
            )
        return found[0]

    def _signed(self, happening: Happening, at: datetime | None) -> SignedNotification:
        body = event_body(happening)
        return SignedNotification(self.sign(body, at=at), body)


def _key_in(headers: Mapping[str, str]) -> str | None:
    return next((value for name, value in headers.items() if name.lower() == "api-key"), None)


def _encoded(body: Any) -> bytes:
    try:
        return json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # a lone surrogate, which JSON can carry only as an escape
        return json.dumps(body).encode()


def _refusal(refusal: RefusedError, request_id: str) -> FakeReply:
    if refusal.error is None:
        return _reply(refusal.status, b"", request_id, refusal.headers)
    body = _encoded({"request_id": request_id, "errors": [refusal.error]})
    return _reply(refusal.status, body, request_id, refusal.headers)


def _reply(
    status: int,
    body: bytes,
    request_id: str,
    headers: Mapping[str, str] | None = None,
    broken: Any = None,
) -> FakeReply:
    return FakeReply(
        status,
        {
            **({"Content-Type": "application/json"} if body else {}),
            "Content-Length": str(len(body)),
            "x-shipengine-requestid": request_id,
            **(headers or {}),
        },
        body,
        broken,
    )
