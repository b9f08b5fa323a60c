"""What a type checker knows of the asynchronous names. Checked by mypy and pyright, never run.

A wrong use stands with the error that each checker gives; both complain of one that they do not find.
"""
# mypy: disallow-any-expr, warn-unused-ignores
# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from collections.abc import AsyncGenerator, AsyncIterator
from typing import assert_type

from shipstation_aissist import (
    ActionTrace,
    AsyncIntegration,
    AsyncPager,
    AsyncShipStationClient,
    AsyncTrackOrderAction,
    ConnectionStatus,
    Label,
    Moment,
    OrderQuery,
    Page,
    Shipment,
    ShipStationClient,
    SmartAction,
    ToolResult,
    TrackingInformation,
    TrackOrderOutcome,
    TrackOrderResponse,
)


async def queries() -> AsyncIterator[str | OrderQuery]:
    yield "12345"
    yield OrderQuery("12346", postal_code="29646")


async def right_uses() -> None:
    async with AsyncShipStationClient("a-key", timeout=20, max_retries=3, app_info="my-desk/2.1") as client:
        assert_type(client, AsyncShipStationClient)
        assert_type(await client.test_connection(), ConnectionStatus)
        assert_type(await client.get_label("se-1"), Label)
        assert_type(await client.get_shipment("se-1"), Shipment)
        assert_type(await client.track_label("se-1"), TrackingInformation)
        assert_type(client.with_options(timeout=60), AsyncShipStationClient)
        pager = client.list_shipments(shipment_number="12345")
        assert_type(pager, AsyncPager[Shipment])
        assert_type(await pager.total(), int)
        async for shipment in pager:
            assert_type(shipment, Shipment)
        async for page in pager.pages():
            assert_type(page, Page[Shipment])
        action = AsyncTrackOrderAction(client, order_key="number", store_id="415302")
        assert_type(await action.run("12345", postal_code="29646", email="a@b.example"), TrackOrderResponse)
        assert_type(await action.debug("12345"), ActionTrace)
        assert_type(action.run_many(queries(), max_workers=4), AsyncGenerator[TrackOrderOutcome, None])
        async for outcome in action.run_many(["12345", OrderQuery("12346")]):
            assert_type(outcome.unwrap(), TrackOrderResponse)
    async with AsyncIntegration("My shop", actions=[SmartAction()]) as integration:
        assert_type(await integration.test(), ConnectionStatus)
        assert_type(await integration.call_tool("trackOrder", {"order_id": "12345"}), ToolResult)
        assert_type(await integration.handle(Moment.INBOUND, None), dict[str, ToolResult])
        assert_type(await integration.debug("trackOrder", "12345"), ActionTrace)


async def wrong_uses(client: AsyncShipStationClient, threaded: ShipStationClient) -> None:
    _ = client.get_label("se-1").label_id  # type: ignore[attr-defined, misc]
    client.list_shipments(number="12345")  # type: ignore[call-arg]
    for _ in client.list_labels():  # type: ignore[attr-defined, misc]
        pass
    with client:  # type: ignore[attr-defined]
        pass
    AsyncTrackOrderAction(threaded)  # type: ignore[arg-type]
    AsyncTrackOrderAction(client, order_key="numbers")  # type: ignore[arg-type]
    AsyncIntegration("My shop", client=threaded)  # type: ignore[arg-type]
    await AsyncTrackOrderAction(client).run(12345)  # type: ignore[arg-type]
    client.close()  # type: ignore[attr-defined]
