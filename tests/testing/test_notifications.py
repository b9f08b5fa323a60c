"""Notifications are signed as ShipStation signs them, and tell what had happened by then."""

from __future__ import annotations

import base64
import builtins
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from shipstation_aissist.testing import FakeShipStation, FakeUsageError, SignedNotification
from shipstation_aissist.testing.notifications import _private_key


def integer(text: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")


def verify(notification: SignedNotification, jwks: dict[str, Any]) -> None:
    """What a receiver does, after the vendor's description and by nothing of this library."""
    headers = notification.headers
    (key,) = (each for each in jwks["keys"] if each["kid"] == headers["x-shipengine-rsa-sha256-key-id"])
    assert (key["kty"], key["alg"], key["use"]) == ("RSA", "RS256", "sig")
    rsa.RSAPublicNumbers(integer(key["e"]), integer(key["n"])).public_key().verify(
        base64.b64decode(headers["x-shipengine-rsa-sha256-signature"], validate=True),
        headers["x-shipengine-timestamp"].encode() + b"." + notification.body,
        padding.PKCS1v15(),
        SHA256(),
    )


def test_a_notification_verifies_and_a_changed_one_does_not(fake: FakeShipStation) -> None:
    fake.add_order("1")
    fake.scan("1")
    notification = fake.notification("1")
    verify(notification, fake.jwks())
    with pytest.raises(InvalidSignature):
        verify(SignedNotification(notification.headers, notification.body + b" "), fake.jwks())


def test_it_is_signed_at_the_real_present_or_when_the_test_says(fake: FakeShipStation) -> None:
    signed_at = datetime.fromisoformat(fake.sign(b"{}")["x-shipengine-timestamp"])
    assert abs(datetime.now(UTC) - signed_at) < timedelta(minutes=1)
    headers = fake.sign(b"{}", at=datetime(2026, 8, 24, 20, 1, 2, 999, tzinfo=UTC))
    assert headers["x-shipengine-timestamp"] == "2026-08-24T20:01:02Z"
    assert headers["content-type"] == "application/json"


def test_a_tracking_notification_holds_the_whole_tracking_reply_and_no_order_number(
    fake: FakeShipStation, ask: Any
) -> None:
    fake.add_order("ORDER-1")
    fake.scan("ORDER-1")
    for event_type, url in [
        ("TRACK_EVENT_V2", "https://api.shipstation.com/v2/labels/se-350001/track"),
        (
            "API_TRACK",
            "https://api.shipstation.com/v2/tracking?carrier_code=usps&tracking_number=9400136208303700000001",
        ),
    ]:
        body = fake.notification("ORDER-1", event_type).body  # type: ignore[arg-type]
        assert json.loads(body) == {
            "resource_url": url,
            "resource_type": event_type,
            "data": ask("/v2/labels/se-350001/track"),
        }
        assert b"ORDER-1" not in body


def test_as_a_life_goes_on_each_step_has_its_notification_with_what_was_known_then(fake: FakeShipStation) -> None:
    fake.add_order("1")
    label = fake.buy_label("1")
    fake.add_return_label("1")
    fake.scan("1")
    fake.deliver("1")
    fake.void(label)
    fake.add_order("2")
    fake.hold("2")
    fake.release("2")
    fulfillment = fake.mark_shipped("2")
    told = [json.loads(each.body) for each in fake.notifications(at=datetime(2026, 1, 1, tzinfo=UTC))]
    root = "https://api.shipstation.com/v2"
    assert [(each["resource_type"], each["resource_url"]) for each in told] == [
        ("SHIPMENT_CREATED_V2", f"{root}/shipments?import_batch_id=00000000-0000-0000-0000-000000000001"),
        ("LABEL_CREATED_V2", f"{root}/labels?batch_id=se-5350001"),
        ("TRACK_EVENT_V2", f"{root}/labels/se-350001/track"),
        ("TRACK_EVENT_V2", f"{root}/labels/se-350001/track"),
        ("SHIPMENT_CREATED_V2", f"{root}/shipments?import_batch_id=00000000-0000-0000-0000-000000000002"),
        ("FULFILLMENT_SHIPPED_V2", f"{root}/fulfillments?fulfillment_id=se-450001&shipment_id=se-250002"),
    ]
    assert [len(each["data"]["events"]) for each in told if "data" in each] == [1, 2]
    assert [each["data"]["status_code"] for each in told if "data" in each] == ["IT", "DE"]
    assert fake.notifications() == []
    assert json.loads(fake.notification(fulfillment, "FULFILLMENT_SHIPPED_V2").body) == told[-1]


def test_every_url_of_a_notification_leads_to_its_record(fake: FakeShipStation, ask: Any) -> None:
    fake.add_order("1")
    fake.add_order("2")
    fake.scan("1")
    fake.mark_shipped("2")
    for notification in fake.notifications():
        url = json.loads(notification.body)["resource_url"]
        body = ask(url)
        assert url.endswith("/track") or body["total"] == 1


@pytest.mark.parametrize("event_type", ["SHIPMENT_CREATED_V2", "LABEL_CREATED_V2"])
def test_a_notification_can_be_made_of_what_is_there(fake: FakeShipStation, event_type: Any) -> None:
    order = fake.add_order("1")
    label = fake.buy_label(order)
    subject = order if event_type == "SHIPMENT_CREATED_V2" else label
    body = json.loads(fake.notification(subject, event_type).body)
    assert (body["resource_type"], sorted(body)) == (event_type, ["resource_type", "resource_url"])


def test_a_record_of_the_wrong_kind_is_refused(fake: FakeShipStation) -> None:
    fake.add_order("1")
    fulfillment = fake.mark_shipped("1")
    with pytest.raises(FakeUsageError, match="about one FakeLabel"):
        fake.notification(fulfillment, "TRACK_EVENT_V2")
    with pytest.raises(FakeUsageError, match="about one FakeFulfillment"):
        fake.notification(fake.buy_label("1"), "FULFILLMENT_SHIPPED_V2")
    assert fake.notification("1", "FULFILLMENT_SHIPPED_V2").body


def test_the_key_set_holds_an_elliptic_key_too_which_is_a_real_point(fake: FakeShipStation) -> None:
    elliptic, key = fake.jwks()["keys"]
    assert (elliptic["kty"], elliptic["crv"], key["kty"]) == ("EC", "P-256", "RSA")
    ec.EllipticCurvePublicNumbers(integer(elliptic["x"]), integer(elliptic["y"]), ec.SECP256R1()).public_key()


def test_a_new_key_signs_from_its_rotation_on_and_the_old_one_may_stay_published(fake: FakeShipStation) -> None:
    fake.add_order("1")
    fake.scan("1")
    before, old_keys = fake.notification("1"), fake.jwks()
    fake.rotate_webhook_key()
    after = fake.notification("1")
    verify(before, fake.jwks())
    verify(after, fake.jwks())
    assert after.headers["x-shipengine-rsa-sha256-key-id"] not in {key["kid"] for key in old_keys["keys"]}
    fake.rotate_webhook_key(keep_old=False)
    assert len(fake.jwks()["keys"]) == 2


def test_without_cryptography_signing_says_which_extra_to_install(
    fake: FakeShipStation, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_import = builtins.__import__

    def without_cryptography(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.startswith("cryptography"):
            raise ImportError(name)
        return real_import(name, *args, **kwargs)

    _private_key.cache_clear()
    monkeypatch.setattr(builtins, "__import__", without_cryptography)
    with pytest.raises(ImportError, match=r'pip install "shipstation-aissist\[webhooks\]"'):
        fake.sign(b"{}")
