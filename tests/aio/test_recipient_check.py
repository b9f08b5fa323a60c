"""The recipient check, asked asynchronously (R5, R14)."""

from __future__ import annotations

import pytest

from shipstation_aissist import AsyncIntegration, AsyncTrackOrderAction, InvalidRecipientCheckError, OrderNotFoundError
from shipstation_aissist.testing import FakeShipStation

pytestmark = pytest.mark.anyio


async def test_r5_an_e_mail_is_a_check_and_what_is_none_is_refused_unsent() -> None:
    fake = FakeShipStation()
    label = fake.buy_label(fake.add_order("1001", email="robin@example.com"))
    fake.deliver(label)
    async with fake.async_client() as client:
        action = AsyncTrackOrderAction(client)
        for order_id in ("1001", str(label.tracking_number)):
            assert (await action.run(order_id, email="Robin@example.com")).state == "delivered"
            with pytest.raises(OrderNotFoundError):
                await action.run(order_id, email="rob@example.com")
        fake.reset_calls()
        with pytest.raises(InvalidRecipientCheckError):
            await action.run("1001", email="robin")
        trace = await action.debug("1001", email="robin")
        assert isinstance(trace.error, InvalidRecipientCheckError)
        trace = await AsyncIntegration("Shop", client=client).debug("trackOrder", "1001", postal_code="-")
        assert isinstance(trace.error, InvalidRecipientCheckError)
        assert fake.calls == []
