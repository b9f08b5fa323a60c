"""A signed notification of the fake leads to the documented response of its order."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from shipstation_aissist import OrderNotFoundError, TrackOrderAction, WebhookVerificationError
from shipstation_aissist.testing import FakeAdapter, FakeShipStation, SignedNotification
from shipstation_aissist.webhooks import WebhookEvent, WebhookVerifier, parse_webhook


@pytest.fixture
def fake() -> FakeShipStation:
    fake = FakeShipStation()
    fake.add_order("99")
    fake.scan("99")
    fake.add_order("12345")
    fake.deliver("12345")
    return fake


def read(fake: FakeShipStation, notification: SignedNotification) -> WebhookEvent:
    """Verify and parse, at the moment of signing."""
    WebhookVerifier._wired(adapter=FakeAdapter(fake), clock=fake.clock).verify(notification.headers, notification.body)
    return parse_webhook(notification.body)


@pytest.mark.parametrize("event_type", ["TRACK_EVENT_V2", "API_TRACK"])
def test_a_tracking_notification_leads_to_the_documented_response_of_its_order(
    fake: FakeShipStation, event_type: Any
) -> None:
    event = read(fake, fake.notification("12345", event_type, at=fake.clock.now()))
    action = TrackOrderAction(fake.client())
    response = action.from_webhook(pickle.loads(pickle.dumps(event)))
    assert response.to_json() == action.run("12345").to_json()
    assert response.to_dict()["shipstation"]["order_id"] == "12345"
    assert event.tracking is not None
    assert event.tracking == fake.client().track_label(fake.order("12345").labels[0].label_id)


def test_it_leads_to_all_parcels_of_a_split_order(fake: FakeShipStation) -> None:
    order = fake.add_order("555")
    first, second = fake.split("555")
    fake.scan(first)
    fake.deliver(second)
    event = read(fake, fake.notification(order.labels[0], at=fake.clock.now()))
    response = TrackOrderAction(fake.client()).from_webhook(event)
    assert {parcel.tracking_number for parcel in response.parcels} == {each.tracking_number for each in order.labels}
    assert response.state == "partially_delivered"


def test_every_notification_of_a_life_can_be_read_and_a_second_delivery_has_the_same_key(fake: FakeShipStation) -> None:
    posted = fake.notifications(at=fake.clock.now())
    events = [read(fake, each) for each in posted]
    keys = [event.dedup_key for event in events]
    assert len(set(keys)) == len(keys) > 4
    assert [parse_webhook(each.body).dedup_key for each in posted] == keys


def test_an_event_without_a_label_is_no_order_and_the_error_says_so(fake: FakeShipStation) -> None:
    event = read(fake, fake.notification("12345", "SHIPMENT_CREATED_V2", at=fake.clock.now()))
    with pytest.raises(OrderNotFoundError, match="names no label"):
        TrackOrderAction(fake.client()).from_webhook(event)
    assert [call for call in fake.calls if call.path != "/jwks"] == []


def test_a_rotated_key_is_followed_and_a_withdrawn_one_is_not_known_to_a_new_verifier(fake: FakeShipStation) -> None:
    verifier = WebhookVerifier._wired(adapter=FakeAdapter(fake), clock=fake.clock)
    old = fake.notification("12345", at=fake.clock.now())
    verifier.verify(old.headers, old.body)
    fake.rotate_webhook_key(keep_old=False)
    new = fake.notification("12345", at=fake.clock.now())
    verifier.verify(new.headers, new.body)
    with pytest.raises(WebhookVerificationError):
        read(fake, old)
