"""What a type checker knows of the public names. Checked by mypy and pyright, never run: no ``Any`` reaches a user."""
# mypy: disallow-any-expr
# pyright: strict

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Literal, assert_type

from shipstation_aissist import (
    ActionTrace,
    Address,
    AmbiguousOrderError,
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    Attention,
    ConfigurationError,
    ConnectionStatus,
    DocumentedResponse,
    ErrorDetail,
    Execution,
    Fulfillment,
    FullResponse,
    Integration,
    InvalidOrderIdError,
    Label,
    LabelPackage,
    MalformedResponseError,
    Moment,
    NotFoundError,
    OrderQuery,
    OrderState,
    Page,
    Pager,
    Parcel,
    ParcelEvent,
    ParcelItem,
    ParcelState,
    Patience,
    RateLimitError,
    Shipment,
    ShipmentItem,
    ShipStationClient,
    ShipStationError,
    SmartAction,
    ToolResult,
    TraceStep,
    TrackEvent,
    TrackingInformation,
    TrackOrderAction,
    TrackOrderOutcome,
    TrackOrderResponse,
    Trigger,
)
from shipstation_aissist.inbox import Inbox, ParcelNews
from shipstation_aissist.orders.formats import DocumentedEvent, FullParcel, FullTracking, ResponseFormat
from shipstation_aissist.testing import FakeClock, FakeLabel, FakeOrder, FakeShipStation, RecordedCall
from shipstation_aissist.webhooks import AsyncWebhookVerifier, WebhookEvent, WebhookVerifier, parse_webhook
from shipstation_aissist.wire.requests import JSONValue


def clients(listener: list[TraceStep]) -> None:
    with ShipStationClient("key", timeout=20, max_retries=3, name="shop", on_event=listener.append) as client:
        assert_type(client, ShipStationClient)
        assert_type(client.timeout, float)
        assert_type(client.base_url, str)
        assert_type(client.name, str | None)


def endpoints(client: ShipStationClient, since: datetime) -> None:
    assert_type(client.test_connection(), ConnectionStatus)
    assert_type(client.test_connection().ok, bool)
    assert_type(client.list_shipments(shipment_number="1", created_at_start=since), Pager[Shipment])
    assert_type(client.get_shipment("se-1"), Shipment)
    assert_type(client.get_shipment_by_external_id("x"), Shipment)
    assert_type(client.list_labels(shipment_id="se-1", sort_dir="desc"), Pager[Label])
    assert_type(client.get_label("se-1"), Label)
    assert_type(client.track_label("se-1"), TrackingInformation)
    assert_type(client.track("usps", "9400"), TrackingInformation)
    assert_type(client.list_fulfillments(shipment_id="se-1"), Pager[Fulfillment])
    assert_type(client.get_json("tags", page_size=1, kind=["a", "b"]), JSONValue)


def pagers(client: ShipStationClient) -> None:
    shipments = client.list_shipments()
    assert_type(shipments.total, int)
    assert_type(shipments.pages(), Iterator[Page[Shipment]])
    for shipment in shipments:
        assert_type(shipment, Shipment)
    for page in client.list_labels().pages():
        assert_type(page.items, tuple[Label, ...])
        assert_type(page.total, int | None)


def models(shipment: Shipment, label: Label, tracking: TrackingInformation) -> None:
    assert_type(shipment.shipment_id, str)
    assert_type(shipment.shipment_number, str | None)
    assert_type(shipment.created_at, datetime | None)
    assert_type(shipment.ship_to, Address | None)
    assert_type(shipment.items, tuple[ShipmentItem, ...])
    assert_type(label.packages, tuple[LabelPackage, ...])
    assert_type(label.voided, bool | None)
    assert_type(tracking.status_code, str | None)
    assert_type(tracking.events, tuple[TrackEvent, ...])
    assert_type(tracking.events[0].latitude, float | None)


def answers(action: TrackOrderAction) -> None:
    response = action.run("12345", postal_code="29646", email="robin@example.com")
    assert_type(response, TrackOrderResponse)
    assert_type(response.state, OrderState)
    assert_type(response.tracking, Parcel | None)
    assert_type(response.parcels, tuple[Parcel, ...])
    assert_type(response.warnings, tuple[str, ...])
    assert_type(response.attention, tuple[Attention, ...])
    assert_type(response.attention[0].since, date | None)
    assert_type(response.returns, tuple[Parcel, ...])
    assert_type(response.parcels[0].items, tuple[ParcelItem, ...])
    assert_type(response.parcels[0].state, ParcelState)
    assert_type(response.parcels[0].events, tuple[ParcelEvent, ...])
    assert_type(response.parcels[0].estimated_delivery_date, datetime | None)
    assert_type(response.to_json("full", indent=2), str)
    assert_type(response.summary(), str)
    assert_type(response.to_records(), list[dict[str, str | bool | None]])


def formats(response: TrackOrderResponse, either: ResponseFormat) -> None:
    assert_type(response.to_dict(), DocumentedResponse)
    assert_type(response.to_dict("documented"), DocumentedResponse)
    assert_type(response.to_dict("full"), FullResponse)
    assert_type(response.to_dict("full", max_events=3), FullResponse)
    assert_type(response.to_dict(either), DocumentedResponse | FullResponse)
    documented = response.to_dict()["shipstation"]["tracking"]
    if documented is not None:
        assert_type(documented["tracking_number"], str | None)
        assert_type(documented["events"], list[DocumentedEvent])
    full = response.to_dict("full")["shipstation"]
    assert_type(full["state"], str)
    assert_type(full["tracking"], FullTracking | None)
    assert_type(full["parcels"], list[FullParcel])
    assert_type(full["parcels"][0]["voided"], bool)
    assert_type(full["warnings"], list[str])


def actions(client: ShipStationClient, resolve: dict[str, str]) -> None:
    TrackOrderAction(client, order_key="number", store_id="se-1", order_id_pattern=r"#(\d+)")
    action = TrackOrderAction(client, resolve_order_id=resolve.get, patience=Patience(late_days=1))
    assert_type(action.client, ShipStationClient)
    for outcome in action.run_many(["1", OrderQuery("2", "04101")], max_workers=4):
        assert_type(outcome, TrackOrderOutcome)
        assert_type(outcome.query, OrderQuery)
        assert_type(outcome.ok, bool)
        assert_type(outcome.response, TrackOrderResponse | None)
        assert_type(outcome.error, ShipStationError | None)
        assert_type(outcome.unwrap(), TrackOrderResponse)


def tools(integration: Integration, action: SmartAction, trace: ActionTrace) -> None:
    result = integration.call_tool("trackOrder", {"order_id": "1", "postal_code": None})
    assert_type(result, ToolResult)
    assert_type(result["shipstation"]["order_id"], str | None)
    assert_type(integration.handle(Moment.INBOUND, {"order_id": "1"}), dict[str, ToolResult])
    assert_type(integration.to_dict(), dict[str, JSONValue])
    assert_type(action.tool_schema("openai"), dict[str, JSONValue])
    assert_type(trace.to_dict(), dict[str, JSONValue])


def steps(step: TraceStep) -> None:
    assert_type(step.kind, Literal["request", "wait", "decision"])
    assert_type(step.seconds, float | None)


def assistants(client: ShipStationClient) -> None:
    action = SmartAction("Where is my order?", execution=Execution.BOTH, trigger="both", recipient_check="postal_code")
    assert_type(action.execution, Execution)
    assert_type(action.trigger, Trigger)
    assert_type(action.response_format, ResponseFormat)
    assert_type(action.order_id_pattern, str | None)
    assert_type(action.tool_name, str)
    assert_type(action.runs_on(Moment.INBOUND), bool)
    with Integration("My shop", client=client, actions=[action]) as integration:
        assert_type(integration, Integration)
        assert_type(integration.actions, tuple[SmartAction, ...])
        assert_type(integration.client, ShipStationClient)
        assert_type(integration.test(), ConnectionStatus)


def traces(action: TrackOrderAction) -> None:
    trace = action.debug("12345", postal_code="29646")
    assert_type(trace, ActionTrace)
    assert_type(trace.steps, tuple[TraceStep, ...])
    assert_type(trace.response, TrackOrderResponse | None)
    assert_type(trace.error, ShipStationError | None)
    assert_type(trace.elapsed, float)
    assert_type(trace.to_text(reveal=True), str)


def errors(client: ShipStationClient) -> None:
    try:
        client.get_label("se-1")
    except RateLimitError as error:
        assert_type(error.retry_after, float | None)
    except NotFoundError as error:
        assert_type(error.request_id, str | None)
    except APIStatusError as error:
        assert_type(error.status_code, int)
        assert_type(error.errors, tuple[ErrorDetail, ...])
        assert_type(error.errors[0].error_code, str | None)
    except MalformedResponseError as error:
        assert_type(error.problems, tuple[str, ...])
    except AmbiguousOrderError as error:
        assert_type(error.store_ids, tuple[str, ...])


def error_tree(timeout: APITimeoutError, invalid: InvalidOrderIdError, configuration: ConfigurationError) -> None:
    connection: APIConnectionError = timeout
    api: APIError = connection
    base: list[ShipStationError] = [api, invalid, configuration]
    values: list[ValueError] = [invalid, configuration]
    assert_type((base, values), tuple[list[ShipStationError], list[ValueError]])


def webhooks(headers: dict[str, str], body: bytes, action: TrackOrderAction) -> None:
    WebhookVerifier("https://api.shipengine.com/jwks", max_skew=60, timeout=5).verify(headers, body)
    event = parse_webhook(body)
    assert_type(event, WebhookEvent)
    assert_type(event.label_id, str | None)
    assert_type(event.tracking, TrackingInformation | None)
    assert_type(event.dedup_key, str)
    assert_type(action.from_webhook(event), TrackOrderResponse)


async def asynchronous_webhooks(headers: list[tuple[bytes, bytes]], body: memoryview) -> None:
    await AsyncWebhookVerifier("https://api.shipengine.com/jwks", max_skew=60, timeout=5).verify(headers, body)
    WebhookVerifier().verify({"x-shipengine-timestamp": ["now"]}, bytearray(body))
    assert_type(parse_webhook(body), WebhookEvent)


def inbox(headers: dict[str, str], body: bytes, action: TrackOrderAction) -> None:
    inbox = Inbox("sqlite:///notifications.db", action=action, verifier=WebhookVerifier())
    assert_type(inbox.receive(headers, body).status, Literal["accepted", "repeated", "stale", "ignored"])

    def tell(news: ParcelNews) -> None:
        assert_type(news.before, ParcelState | None)
        assert_type(news.order(), TrackOrderResponse)

    assert_type(inbox.deliver(tell, limit=10, lease=30), int)
    inbox.retry(inbox.failed()[0].key)
    assert_type(inbox.prune(timedelta(days=90)), int)


def test_kit(fake: FakeShipStation) -> None:
    assert_type(fake.client(timeout=20), ShipStationClient)
    assert_type(fake.add_order("1", postal_code=None), FakeOrder)
    assert_type(fake.buy_label("1"), FakeLabel)
    assert_type(fake.clock, FakeClock)
    assert_type(fake.clock.sleeps, list[float])
    assert_type(fake.calls, list[RecordedCall])
    fake.fail_next("timeout", times=2, path="/track")
    with fake.serve(latency=0.1) as server:
        assert_type(server.base_url, str)
