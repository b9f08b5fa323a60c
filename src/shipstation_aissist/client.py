"""The client: every GET that "where is my order?" needs, typed, within one total timeout."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Generator, Mapping
from datetime import datetime
from typing import Any, Literal, Self, TypeAlias, TypeVar

import attrs
from requests.adapters import HTTPAdapter

from shipstation_aissist.configuration import (
    API_KEY_VARIABLE,
    check_api_key,
    check_base_url,
    check_max_retries,
    check_name,
    check_timeout,
    read_environment,
)
from shipstation_aissist.errors import (
    APIConnectionError,
    APIError,
    APITimeoutError,
    AuthenticationError,
    ClientClosedError,
    ConfigurationError,
    PermissionDeniedError,
    PlanUpgradeRequiredError,
    RateLimitError,
)
from shipstation_aissist.models import Fulfillment, Label, Page, Shipment, TrackingInformation
from shipstation_aissist.pager import Pager
from shipstation_aissist.steps import Record, TraceStep
from shipstation_aissist.transport import Clock, Deadline, Secret, SystemClock, Transport, drive
from shipstation_aissist.transport.driver import Flow, Result
from shipstation_aissist.transport.events import Events
from shipstation_aissist.transport.sockets import DeadlineAdapter
from shipstation_aissist.wire import requests as endpoints
from shipstation_aissist.wire.decoding import Decoded
from shipstation_aissist.wire.requests import ApiRequest, JSONValue, QueryValue

T = TypeVar("T")
When: TypeAlias = "datetime | str | None"
SortDirection: TypeAlias = Literal["asc", "desc"] | None

Reason: TypeAlias = Literal[
    "ok",
    "bad_api_key",
    "plan_upgrade_required",
    "forbidden",
    "rate_limited",
    "unreachable",
    "timeout",
    "unexpected",
]


@attrs.frozen(kw_only=True)
class ConnectionStatus:
    """What the "Test" button found out.

    Attributes:
        ok: Whether key, plan and network are good for tracking orders.
        reason: One word for a program.
        message: What to do next, for a person.
        request_id: ShipStation's id of the request, or ``None``.
        elapsed: Seconds that the test took.
    """

    ok: bool
    reason: Reason
    message: str
    request_id: str | None
    elapsed: float


class Abandoned(BaseException):
    """A flow was given up because its reader left."""


class ShipStationClient:
    """A read-only client of the ShipStation V2 API.

    One client may be shared by threads, and survives a fork (T6). It can be pickled, without its key: where it is
    loaded, the key is taken from the environment.

    Args:
        api_key: A V2 key; default: the environment variable ``SHIPSTATION_API_KEY``.
        base_url: Default: ``SHIPSTATION_BASE_URL``, else ``https://api.shipstation.com/v2``.
        timeout: Seconds, 10 to 180: the total time that one public call may take, retries and waits included (T1).
        max_retries: Further attempts after the first, 0 to 10 (T2).
        name: The integration's name, for logs and traces.
        on_event: Receives one frozen :class:`TraceStep` per attempt, wait and decision, possibly from several
            threads; an exception in it is logged and swallowed.

    Raises:
        ConfigurationError: One of them is unusable. Nothing was sent.

    Example:
        >>> from shipstation_aissist.testing import FakeShipStation
        >>> fake = FakeShipStation()
        >>> order = fake.add_order("12345")
        >>> with fake.client(timeout=20) as client:
        ...     [shipment.shipment_number for shipment in client.list_shipments(shipment_number="12345")]
        ['12345']
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
    ) -> None:
        key = _wrapped(api_key)
        del api_key  # a traceback from here on must not show it (T5)
        if key is None:
            raise ConfigurationError(
                f"No API key: pass api_key or set {API_KEY_VARIABLE}. Keys are made in ShipStation under "
                "Settings > Account > API Settings (V2)."
            )
        self._set_up(key, base_url, timeout, max_retries, name, on_event, DeadlineAdapter, SystemClock())

    @classmethod
    def _wired(
        cls,
        *,
        api_key: str | Secret,
        adapter: HTTPAdapter,
        clock: Clock,
        base_url: str | None = None,
        timeout: float = 10.0,
        max_retries: int = 2,
        name: str | None = None,
        on_event: Callable[[TraceStep], object] | None = None,
    ) -> ShipStationClient:
        """A client over another adapter and clock, for ``shipstation_aissist.testing``."""
        key = _wrapped(api_key)
        del api_key
        client = cls.__new__(cls)
        client._set_up(key, base_url, timeout, max_retries, name, on_event, lambda: adapter, clock)
        return client

    def _set_up(
        self,
        key: Secret | None,
        base_url: str | None,
        timeout: float,
        max_retries: int,
        name: str | None,
        on_event: Callable[[TraceStep], object] | None,
        make_adapter: Callable[[], HTTPAdapter],
        clock: Clock,
    ) -> None:
        check_timeout(timeout)
        check_max_retries(max_retries)
        check_name(name)
        if on_event is not None and not callable(on_event):
            raise ConfigurationError("on_event must be callable")
        self._base_url = check_base_url(base_url)
        self._timeout = float(timeout)
        self._max_retries = max_retries
        self._name = name
        self._events = Events(name, on_event)
        self._closed = False
        self._transport: Transport | None = None
        self._clock = clock
        if key is not None:
            check_api_key(key)
            self._transport = Transport(
                base_url=self._base_url,
                key=key,
                max_retries=max_retries,
                clock=clock,
                environment=read_environment(self._base_url),
                make_adapter=make_adapter,
            )

    # --- what the client knows of itself ---

    @property
    def base_url(self) -> str:
        """Where requests go."""
        return self._base_url

    @property
    def timeout(self) -> float:
        """Seconds that one public call may take."""
        return self._timeout

    @property
    def max_retries(self) -> int:
        """Further attempts after the first."""
        return self._max_retries

    @property
    def name(self) -> str | None:
        """The integration's name."""
        return self._name

    def __repr__(self) -> str:
        name = f"name={self._name!r}, " if self._name else ""
        return f"ShipStationClient({name}base_url={self._base_url!r}, timeout={self._timeout:g})"

    # --- the API, by endpoint ---

    def test_connection(self) -> ConnectionStatus:
        """The "Test" button: asks for one label, which proves that key and plan reach what tracking needs.

        Returns:
            What was found; an error of the API is a result here, never raised.

        Raises:
            ClientClosedError: After :meth:`close`.

        Source: api-facts 1.13.
        """
        started = self._clock.monotonic()
        request_id: str | None = None
        reason: Reason = "ok"
        try:
            self._get(endpoints.list_labels({"page_size": 1}))
            message = "The connection works: key and plan can read labels."
        except APIError as error:
            reason = _reason(error)
            message = str(error)
            request_id = getattr(error, "request_id", None)
        return ConnectionStatus(
            ok=reason == "ok",
            reason=reason,
            message=message,
            request_id=request_id,
            elapsed=self._clock.monotonic() - started,
        )

    def list_shipments(
        self,
        *,
        shipment_number: str | None = None,
        external_shipment_id: str | None = None,
        shipment_status: str | None = None,
        store_id: str | None = None,
        sales_order_id: str | None = None,
        batch_id: str | None = None,
        pickup_id: str | None = None,
        ship_to_name: str | None = None,
        item_keyword: str | None = None,
        tag: str | None = None,
        created_at_start: When = None,
        created_at_end: When = None,
        modified_at_start: When = None,
        modified_at_end: When = None,
        payment_date_start: When = None,
        payment_date_end: When = None,
        page: int | None = None,
        page_size: int | None = None,
        sort_by: str | None = None,
        sort_dir: SortDirection = None,
    ) -> Pager[Shipment]:
        """List shipments; ``shipment_number`` is the store's order number.

        The API may ignore a filter: compare what comes back before showing it to anybody (api-facts 5.4).

        Args:
            shipment_number: The store's order number, without a leading ``#`` in most accounts.
            external_shipment_id: The id that the creator of the shipment gave it.
            shipment_status: ``pending``, ``processing``, ``label_purchased``, ``cancelled`` or ``on_hold``.
            store_id: Only shipments of this store connection.
            sales_order_id: ShipStation's id of the sales order.
            batch_id: Only shipments of this batch; cannot be combined, since the API then ignores the others.
            pickup_id: Only shipments of this pickup.
            ship_to_name: The recipient's name.
            item_keyword: A word of an item's name.
            tag: The name of a tag.
            created_at_start: From here on; a ``datetime`` is sent as UTC, a zone-less one counts as UTC.
            created_at_end: Up to here.
            modified_at_start: From here on.
            modified_at_end: Up to here.
            payment_date_start: From here on.
            payment_date_end: Up to here.
            page: The page to begin with; default: the first.
            page_size: Items per page; default: the API's, 25.
            sort_by: ``created_at`` or ``modified_at``.
            sort_dir: ``asc`` or ``desc``.

        Returns:
            A lazy pager; nothing is sent before it is used.

        Raises:
            TypeError: A value of a wrong type.
            ValueError: A blank filter, or ``batch_id`` together with others.

        Source: https://docs.shipstation.com/list-shipments, api-facts 5.2.
        """
        return self._pager(endpoints.list_shipments, _filters(locals()), lambda shipment: shipment.shipment_id)

    def get_shipment(self, shipment_id: str) -> Shipment:
        """Get one shipment by ShipStation's own id (``se-...``).

        Raises:
            NotFoundError: There is none.
            APIError: The API could not be asked, or its answer not be used.

        Source: SPEC ``get_shipment_by_id``.
        """
        return self._get(endpoints.get_shipment(shipment_id))

    def get_shipment_by_external_id(self, external_shipment_id: str) -> Shipment:
        """Get one shipment by the id that its creator gave it.

        Raises:
            NotFoundError: There is none.
            APIError: The API could not be asked, or its answer not be used.

        Source: SPEC ``get_shipment_by_external_id``, api-facts 5.4.
        """
        return self._get(endpoints.get_shipment_by_external_id(external_shipment_id))

    def list_labels(
        self,
        *,
        shipment_id: str | None = None,
        tracking_number: str | None = None,
        label_status: str | None = None,
        external_shipment_id: str | None = None,
        service_code: str | None = None,
        carrier_id: str | None = None,
        batch_id: str | None = None,
        rate_id: str | None = None,
        warehouse_id: str | None = None,
        refund_status: str | None = None,
        store_id: str | None = None,
        created_at_start: When = None,
        created_at_end: When = None,
        page: int | None = None,
        page_size: int | None = None,
        sort_by: str | None = None,
        sort_dir: SortDirection = None,
    ) -> Pager[Label]:
        """List labels.

        Args:
            shipment_id: Only labels of this shipment.
            tracking_number: Only labels with this number.
            label_status: ``processing``, ``completed``, ``error`` or ``voided``.
            external_shipment_id: Only labels of the shipment with this external id.
            service_code: Only labels of this service.
            carrier_id: Only labels of this carrier account.
            batch_id: Only labels of this batch; cannot be combined with others.
            rate_id: Only labels made from this rate.
            warehouse_id: Only labels from this warehouse.
            refund_status: Only labels in this state of refund.
            store_id: Only labels of this store connection.
            created_at_start: From here on; a ``datetime`` is sent as UTC, a zone-less one counts as UTC.
            created_at_end: Up to here.
            page: The page to begin with; default: the first.
            page_size: Items per page; default: the API's, 25.
            sort_by: ``created_at`` or ``modified_at``.
            sort_dir: ``asc`` or ``desc``.

        Returns:
            A lazy pager; nothing is sent before it is used.

        Raises:
            TypeError: A value of a wrong type.
            ValueError: A blank filter, or ``batch_id`` together with others.

        Source: https://docs.shipstation.com/list-labels, api-facts 6.1.
        """
        return self._pager(endpoints.list_labels, _filters(locals()), lambda label: label.label_id)

    def get_label(self, label_id: str) -> Label:
        """Get one label.

        Raises:
            NotFoundError: There is none.
            APIError: The API could not be asked, or its answer not be used.

        Source: SPEC ``get_label_by_id``, api-facts 6.2.
        """
        return self._get(endpoints.get_label(label_id))

    def track_label(self, label_id: str) -> TrackingInformation:
        """Get what the carrier says of a label's parcel; may take the whole timeout, since carriers are slow.

        Raises:
            NotFoundError: There is no such label, or nothing is known of it.
            APIError: The API could not be asked, or its answer not be used.

        Source: SPEC ``get_tracking_log_from_label``, api-facts 7.1.
        """
        return self._get(endpoints.track_label(label_id))

    def track(self, carrier_code: str, tracking_number: str) -> TrackingInformation:
        """Get what a carrier says of any tracking number.

        Raises:
            PlanUpgradeRequiredError: Most plans do not include this: use :meth:`track_label`.
            APIError: The API could not be asked, or its answer not be used.

        Source: api-facts 7.6.
        """
        return self._get(endpoints.track(carrier_code, tracking_number))

    def list_fulfillments(
        self,
        *,
        shipment_number: str | None = None,
        shipment_id: str | None = None,
        tracking_number: str | None = None,
        fulfillment_id: str | None = None,
        batch_id: str | None = None,
        order_source_id: str | None = None,
        fulfillment_provider_code: str | None = None,
        ship_to_name: str | None = None,
        ship_to_country_code: str | None = None,
        ship_date_start: When = None,
        ship_date_end: When = None,
        create_date_start: When = None,
        create_date_end: When = None,
        page: int | None = None,
        page_size: int | None = None,
        sort_by: str | None = None,
        sort_dir: SortDirection = None,
    ) -> Pager[Fulfillment]:
        """List fulfillments: orders that were marked as shipped elsewhere.

        Args:
            shipment_number: The store's order number.
            shipment_id: Only fulfillments of this shipment.
            tracking_number: Only fulfillments with this number.
            fulfillment_id: Only this one.
            batch_id: Only fulfillments of this batch; cannot be combined with others.
            order_source_id: Only fulfillments of this store.
            fulfillment_provider_code: Only fulfillments of this provider.
            ship_to_name: The recipient's name.
            ship_to_country_code: The recipient's country, two letters.
            ship_date_start: From here on; a ``datetime`` is sent as UTC, a zone-less one counts as UTC.
            ship_date_end: Up to here.
            create_date_start: From here on.
            create_date_end: Up to here.
            page: The page to begin with; default: the first.
            page_size: Items per page, 1 to 500; default: the API's.
            sort_by: ``created_at``, ``modified_at`` or ``shipped_at``.
            sort_dir: ``asc`` (the API's default here) or ``desc``.

        Returns:
            A lazy pager; nothing is sent before it is used.

        Raises:
            TypeError: A value of a wrong type.
            ValueError: A blank filter, or ``batch_id`` together with others.

        Source: https://docs.shipstation.com/list-fulfillments, api-facts 8.1.
        """
        return self._pager(
            endpoints.list_fulfillments, _filters(locals()), lambda fulfillment: fulfillment.fulfillment_id
        )

    def get_json(self, path: str, **params: QueryValue | list[str] | tuple[str, ...]) -> JSONValue:
        """Any other GET of the API, under the same promises of time and secrecy.

        Args:
            path: Relative to the base URL: ``"tags"``, ``"labels/se-1"``.
            params: The query; ``None`` is not sent, a list repeats its name.

        Returns:
            The reply's JSON value.

        Raises:
            ValueError: An absolute URL, or a path with a ``..`` or an empty segment. Nothing was sent.
            APIError: The API could not be asked, or its answer not be used.
        """
        return self._get(endpoints.get_any(path, params))

    def close(self) -> None:
        """Close the connections; a call after this raises :class:`ClientClosedError`. May be called again."""
        self._closed = True
        if self._transport is not None:
            self._transport.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- for the actions ---

    def _run(
        self,
        make_flow: Callable[[Record, datetime], Flow[T]],
        record: Record | None = None,
        stop: threading.Event | None = None,
    ) -> T:
        """Run a flow of requests as one public call: one deadline for all of it (T1).

        Args:
            make_flow: Makes the flow, given where its steps go and the time of day.
            record: Receives the steps too, beside the log and ``on_event``.
            stop: Once set, nothing more is asked and the flow is abandoned.

        Raises:
            Abandoned: ``stop`` was set.
        """
        transport = self._open_transport()
        deadline = Deadline(self._clock, self._timeout)
        emit = self._events.also_to(record)
        flow = make_flow(emit, self._clock.now())

        def perform(asked: tuple[ApiRequest[Any], ...]) -> tuple[Result, ...]:
            if stop is not None and stop.is_set():
                raise Abandoned
            return transport.perform(asked, deadline, emit)

        return drive(flow, perform)

    def _wait_for_quota(self, at_least: float, stop: threading.Event) -> None:
        """Wait out a pause of the account (T3), and ``at_least`` so many seconds, outside of any deadline."""
        transport = self._open_transport()
        until = self._clock.monotonic() + at_least
        while not stop.is_set():
            left = max(transport.pause_left(), until - self._clock.monotonic())
            if left <= 0:
                return
            self._clock.sleep(min(left, _NAP))

    def _open_transport(self) -> Transport:
        if self._closed:
            raise ClientClosedError("This client was closed; make a new one, or close it later.")
        if self._transport is None:
            raise ConfigurationError(
                f"This client was loaded from a pickle, which never holds the API key: set {API_KEY_VARIABLE}."
            )
        return self._transport

    def _get(self, request: ApiRequest[T]) -> T:
        return self._run(lambda record, _: _one(request, record))

    def _pager(
        self,
        endpoint: Callable[[Mapping[str, QueryValue]], ApiRequest[Page[T]]],
        filters: dict[str, QueryValue],
        identify: Callable[[T], str],
    ) -> Pager[T]:
        first = filters.pop("page")
        endpoint(filters)  # a bad filter is an error here, not at the first item
        return Pager(
            lambda number: self._get(endpoint({**filters, "page": number})),
            identify,
            first_page=first if isinstance(first, int) else 1,
        )

    # --- pickling, without the key (T5) ---

    def __reduce__(self) -> tuple[Callable[..., ShipStationClient], tuple[Any, ...]]:
        if not isinstance(self._clock, SystemClock):
            raise TypeError("a client of a fake cannot be pickled; serve the fake and make a client of its base_url")
        settings = (self._base_url, self._timeout, self._max_retries, self._name, self._events.listener, self._closed)
        return _restored, settings

    def __copy__(self) -> ShipStationClient:
        return self  # a copy would lose the key, and needs nothing of its own

    def __deepcopy__(self, _: object) -> ShipStationClient:
        return self


def _restored(
    base_url: str,
    timeout: float,
    max_retries: int,
    name: str | None,
    on_event: Callable[[TraceStep], object] | None,
    closed: bool,
) -> ShipStationClient:
    client = ShipStationClient.__new__(ShipStationClient)
    client._set_up(
        _key_of_environment(), base_url, timeout, max_retries, name, on_event, DeadlineAdapter, SystemClock()
    )
    client._closed = closed
    return client


def _one(request: ApiRequest[T], record: Record) -> Generator[tuple[ApiRequest[Any], ...], tuple[Any, ...], T]:
    """The shortest flow: one request, its value or its error."""
    (result,) = yield (request,)
    if not isinstance(result, Decoded):
        raise result
    for path in result.unreadable:
        record(TraceStep(kind="decision", what=f"The value at {path} cannot be read.", warning=True))
    for path in result.skipped:
        record(
            TraceStep(
                kind="decision",
                what=f"A record that was not asked for cannot be read ({path}): left out.",
                warning=True,
            )
        )
    if result.partial:
        record(TraceStep(kind="decision", what="The API says that its answer is incomplete.", warning=True))
    value: T = result.value
    return value


def _wrapped(api_key: str | Secret | None) -> Secret | None:
    """Wrap the key; one that was not given comes from the environment.

    It raises nothing: the frames of a traceback from here would hold the bare key (T5).
    """
    if isinstance(api_key, Secret):
        return api_key
    return _key_of_environment() if api_key is None else Secret(api_key)


def _key_of_environment() -> Secret | None:
    key = os.environ.get(API_KEY_VARIABLE)
    return Secret(key) if key else None


_NAP = 0.25  # seconds between two looks at whether anybody still waits
_CONTROL_OF_LISTS = frozenset({"page", "page_size", "sort_by", "sort_dir"})


def _filters(parameters: dict[str, Any]) -> dict[str, Any]:
    """The keyword arguments of a list method, checked together."""
    filters = {name: value for name, value in parameters.items() if name != "self"}
    given = {name for name, value in filters.items() if value is not None} - _CONTROL_OF_LISTS
    if "batch_id" in given and len(given) > 1:
        others = ", ".join(sorted(given - {"batch_id"}))
        raise ValueError(f"batch_id cannot be combined with {others}: the API ignores the others (api-facts 5.2)")
    for name in ("page", "page_size"):
        value = filters[name]
        if value is not None and type(value) is not int:
            raise TypeError(f"{name} must be an int")
        if value is not None and value < 1:
            raise ValueError(f"{name} must be 1 or more")
    return filters


def _reason(error: APIError) -> Reason:
    for kind, reason in _REASONS:
        if isinstance(error, kind):
            return reason
    return "unexpected"


_REASONS: tuple[tuple[type[APIError], Reason], ...] = (
    (AuthenticationError, "bad_api_key"),
    (PlanUpgradeRequiredError, "plan_upgrade_required"),
    (PermissionDeniedError, "forbidden"),
    (RateLimitError, "rate_limited"),
    (APITimeoutError, "timeout"),
    (APIConnectionError, "unreachable"),
)
