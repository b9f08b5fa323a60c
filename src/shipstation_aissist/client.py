"""The client: every GET that "where is my order?" needs, typed, within one total timeout."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Self, TypeAlias, TypeVar

from requests.adapters import HTTPAdapter

from shipstation_aissist import models
from shipstation_aissist.client_base import ClientBase, key_for, key_of_environment, one_request, page_requests
from shipstation_aissist.configuration import check_api_key, read_environment
from shipstation_aissist.connection_test import ConnectionStatus, status_of_test
from shipstation_aissist.errors import APIError, ClientClosedError, ConfigurationError
from shipstation_aissist.pager import Pager
from shipstation_aissist.settings import ClientSettings
from shipstation_aissist.steps import Record, TraceStep
from shipstation_aissist.transport import Clock, Deadline, Secret, SystemClock, Transport, drive
from shipstation_aissist.transport.sockets import DeadlineAdapter
from shipstation_aissist.wire import requests as endpoints
from shipstation_aissist.wire.call import Abandoned, Flow, Priority, Result
from shipstation_aissist.wire.requests import ApiRequest, JSONValue, QueryValue

if TYPE_CHECKING:
    from shipstation_aissist.quota.contract import Quota

T = TypeVar("T")
When: TypeAlias = datetime | str | None
SortDirection: TypeAlias = Literal["asc", "desc"] | None


class ShipStationClient(ClientBase):
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
            threads; an exception in it is logged and swallowed. It may ask the client itself.
        app_info: Who uses the library, ``"my-desk/2.1"``: it stands in the User-Agent.
        quota: What the account allows, shared with others (:mod:`shipstation_aissist.quota`); each attempt takes a
            permit of it before it is sent. ``None``: this client goes by the replies alone.

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
        self._set_up(settings, key, DeadlineAdapter, SystemClock())

    @classmethod
    def _wired(cls, *, api_key: str | Secret, adapter: HTTPAdapter, clock: Clock, **settings: Any) -> ShipStationClient:
        """A client over another adapter and clock, for ``shipstation_aissist.testing``."""
        key = key_for(api_key)
        del api_key
        client = cls.__new__(cls)
        client._set_up(ClientSettings(**settings), key, lambda: adapter, clock)
        return client

    def _set_up(
        self, settings: ClientSettings, key: Secret | None, make_adapter: Callable[[], HTTPAdapter], clock: Clock
    ) -> None:
        self._set_up_base(settings, key, clock)
        self._transport: Transport | None = None
        if key is not None:
            check_api_key(key)
            self._transport = Transport(
                base_url=settings.base_url,
                key=key,
                clock=clock,
                environment=read_environment(settings.base_url),
                make_adapter=make_adapter,
                permits=None if settings.quota is None else settings.quota.open(key.digest(), clock),
                app_info=settings.app_info,
            )

    def test_connection(self, *, max_age: float = 0.0) -> ConnectionStatus:
        """The "Test" button: asks for one label, which proves that key and plan reach what tracking needs.

        Args:
            max_age: Seconds; a test that is not older is not made again. For health checks, which come often.

        Returns:
            What was found; an error of the API is a result here, never raised.

        Raises:
            ClientClosedError: After :meth:`close`.
            TypeError: ``max_age`` is no number.
            ValueError: It is negative.

        Source: API notes 1.13.
        """
        self._open_transport()
        known = self._last_test.not_older_than(max_age, self._clock)
        if known is not None:
            return known
        started = self._clock.monotonic()
        error: APIError | None = None
        try:
            self._get(endpoints.list_labels({"page_size": 1}))
        except APIError as raised:
            error = raised
        now = self._clock.monotonic()
        status = status_of_test(error, now - started)
        self._last_test.found = (now, status)
        return status

    # --- the API, by endpoint ---

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
    ) -> Pager[models.Shipment]:
        """List shipments; ``shipment_number`` is the store's order number.

        The API may ignore a filter: compare what comes back before showing it to anybody (API notes 5.4).

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

        Source: https://docs.shipstation.com/list-shipments, API notes 5.2.
        """
        filters: dict[str, QueryValue] = {
            "shipment_number": shipment_number,
            "external_shipment_id": external_shipment_id,
            "shipment_status": shipment_status,
            "store_id": store_id,
            "sales_order_id": sales_order_id,
            "batch_id": batch_id,
            "pickup_id": pickup_id,
            "ship_to_name": ship_to_name,
            "item_keyword": item_keyword,
            "tag": tag,
            "created_at_start": created_at_start,
            "created_at_end": created_at_end,
            "modified_at_start": modified_at_start,
            "modified_at_end": modified_at_end,
            "payment_date_start": payment_date_start,
            "payment_date_end": payment_date_end,
            "page": page,
            "page_size": page_size,
            "sort_by": sort_by,
            "sort_dir": sort_dir,
        }
        return self._pager(endpoints.list_shipments, filters, lambda shipment: shipment.shipment_id)

    def get_shipment(self, shipment_id: str) -> models.Shipment:
        """Get one shipment by ShipStation's own id (``se-...``).

        Raises:
            NotFoundError: There is none.
            APIError: The API could not be asked, or its answer not be used.

        Source: SPEC ``get_shipment_by_id``.
        """
        return self._get(endpoints.get_shipment(shipment_id))

    def get_shipment_by_external_id(self, external_shipment_id: str) -> models.Shipment:
        """Get one shipment by the id that its creator gave it.

        Raises:
            NotFoundError: There is none.
            APIError: The API could not be asked, or its answer not be used.

        Source: SPEC ``get_shipment_by_external_id``, API notes 5.4.
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
    ) -> Pager[models.Label]:
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

        Source: https://docs.shipstation.com/list-labels, API notes 6.1.
        """
        filters: dict[str, QueryValue] = {
            "shipment_id": shipment_id,
            "tracking_number": tracking_number,
            "label_status": label_status,
            "external_shipment_id": external_shipment_id,
            "service_code": service_code,
            "carrier_id": carrier_id,
            "batch_id": batch_id,
            "rate_id": rate_id,
            "warehouse_id": warehouse_id,
            "refund_status": refund_status,
            "store_id": store_id,
            "created_at_start": created_at_start,
            "created_at_end": created_at_end,
            "page": page,
            "page_size": page_size,
            "sort_by": sort_by,
            "sort_dir": sort_dir,
        }
        return self._pager(endpoints.list_labels, filters, lambda label: label.label_id)

    def get_label(self, label_id: str) -> models.Label:
        """Get one label.

        Raises:
            NotFoundError: There is none.
            APIError: The API could not be asked, or its answer not be used.

        Source: SPEC ``get_label_by_id``, API notes 6.2.
        """
        return self._get(endpoints.get_label(label_id))

    def track_label(self, label_id: str) -> models.TrackingInformation:
        """Get what the carrier says of a label's parcel; may take the whole timeout, since carriers are slow.

        Raises:
            NotFoundError: There is no such label, or nothing is known of it.
            APIError: The API could not be asked, or its answer not be used.

        Source: SPEC ``get_tracking_log_from_label``, API notes 7.1.
        """
        return self._get(endpoints.track_label(label_id))

    def track(self, carrier_code: str, tracking_number: str) -> models.TrackingInformation:
        """Get what a carrier says of any tracking number.

        Raises:
            PlanUpgradeRequiredError: Most plans do not include this: use :meth:`track_label`.
            APIError: The API could not be asked, or its answer not be used.

        Source: API notes 7.6.
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
    ) -> Pager[models.Fulfillment]:
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

        Source: https://docs.shipstation.com/list-fulfillments, API notes 8.1.
        """
        filters: dict[str, QueryValue] = {
            "shipment_number": shipment_number,
            "shipment_id": shipment_id,
            "tracking_number": tracking_number,
            "fulfillment_id": fulfillment_id,
            "batch_id": batch_id,
            "order_source_id": order_source_id,
            "fulfillment_provider_code": fulfillment_provider_code,
            "ship_to_name": ship_to_name,
            "ship_to_country_code": ship_to_country_code,
            "ship_date_start": ship_date_start,
            "ship_date_end": ship_date_end,
            "create_date_start": create_date_start,
            "create_date_end": create_date_end,
            "page": page,
            "page_size": page_size,
            "sort_by": sort_by,
            "sort_dir": sort_dir,
        }
        return self._pager(endpoints.list_fulfillments, filters, lambda fulfillment: fulfillment.fulfillment_id)

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

    # --- the end of the endpoints ---

    def close(self) -> None:
        """Close the connections; a call after this raises :class:`ClientClosedError`. May be called again.

        Closing a view of :meth:`with_options` ends only the view; the connections are the client's.
        """
        self._closed = True
        if self._transport is not None and not self._is_view:
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
        *,
        stop: threading.Event | None = None,
        priority: Priority = "interactive",
    ) -> T:
        """Run a flow of requests as one public call: one deadline for all of it (T1).

        Args:
            make_flow: Makes the flow, given where its steps go and the time of day.
            record: Receives the steps too, beside the log and ``on_event``.
            stop: Once set, nothing more is asked and the flow is abandoned.
            priority: Whether somebody waits for it, or a batch asks.

        Raises:
            Abandoned: ``stop`` was set.
        """
        transport = self._open_transport()
        deadline = self._deadline or Deadline(self._clock, self.timeout)
        emit = self._events.also_to(record)

        def go_on() -> None:
            if stop is not None and stop.is_set():
                raise Abandoned
            if self._closed:
                raise ClientClosedError("The client was closed while this call was under way.")

        def perform(asked: tuple[ApiRequest[Any], ...]) -> tuple[Result[Any], ...]:
            return transport.perform(
                asked, deadline, emit, max_retries=self.max_retries, priority=priority, go_on=go_on
            )

        return drive(make_flow(emit, self._clock.now()), perform)

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
        if self._closed or (self._transport is not None and self._transport.has_ended):
            raise ClientClosedError("This client was closed; make a new one, or close it later.")
        if self._transport is None:
            raise ConfigurationError(
                f"This client was loaded from a pickle, which never holds the API key: set "
                f"{self._settings.key_variable}."
            )
        return self._transport

    def _get(self, request: ApiRequest[T]) -> T:
        return self._run(lambda record, _: one_request(request, record))

    def _pager(
        self,
        endpoint: Callable[[Mapping[str, QueryValue]], ApiRequest[models.Page[T]]],
        filters: dict[str, QueryValue],
        identify: Callable[[T], str],
    ) -> Pager[T]:
        request, first_page = page_requests(endpoint, filters)
        return Pager(lambda number: self._get(request(number)), identify, first_page)

    # --- pickling, without the key (T5) ---

    def __reduce__(self) -> tuple[Callable[..., ShipStationClient], tuple[Any, ...]]:
        if not isinstance(self._clock, SystemClock):
            raise TypeError("a client of a fake cannot be pickled; serve the fake and make a client of its base_url")
        return _restored, (self._settings, self._closed)


def _restored(settings: ClientSettings, closed: bool) -> ShipStationClient:
    client = ShipStationClient.__new__(ShipStationClient)
    client._set_up(settings, key_of_environment(settings.key_variable), DeadlineAdapter, SystemClock())
    client._closed = closed
    return client


_NAP = 0.25  # seconds between two looks at whether anybody still waits
