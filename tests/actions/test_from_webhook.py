"""A delivery notification is led back to its whole order, under the same rules as a question."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shipstation_aissist import AmbiguousOrderError, InternalServerError, OrderNotFoundError, TrackOrderAction
from shipstation_aissist.testing import FakeLabel, FakeShipStation
from shipstation_aissist.webhooks import WebhookEvent, parse_webhook

API = "https://api.shipstation.com/v2"


def notification(event_type: str, resource: str, **data: Any) -> WebhookEvent:
    body = {"resource_url": f"{API}/{resource}", "resource_type": event_type}
    return parse_webhook(json.dumps({**body, "data": data} if data else body))


def about(label: FakeLabel) -> WebhookEvent:
    return notification("TRACK_EVENT_V2", f"labels/{label.label_id}/track", tracking_number=label.tracking_number)


def about_number(number: str) -> WebhookEvent:
    resource = f"tracking?carrier_code=usps&tracking_number={number}"
    return notification("API_TRACK", resource, tracking_number=number, status_code="IT")


def paths(fake: FakeShipStation) -> list[str]:
    return [call.path.removeprefix("/v2/") for call in fake.calls]


def answer(fake: FakeShipStation, event: WebhookEvent, **settings: Any) -> tuple[str, str, list[str | None]]:
    """The order's number and state, and the numbers of its parcels."""
    with fake.client(max_retries=0) as client:
        response = TrackOrderAction(client, **settings).from_webhook(event)
    return response.order_id, str(response.state), [parcel.tracking_number for parcel in response.parcels]


@pytest.fixture
def fake() -> FakeShipStation:
    return FakeShipStation()


@pytest.fixture
def split(fake: FakeShipStation) -> FakeLabel:
    """Order 1001 in two parcels, the first of which was delivered; the first one's label."""
    this, other = fake.split(fake.add_order("1001"))
    first = fake.buy_label(this, tracking_number="FIRST")
    fake.deliver(first)
    fake.scan(fake.buy_label(other, tracking_number="SECOND"))
    return first


# --- the way back ----------------------------------------------------------------------------------------------------


def test_a_notification_about_one_label_is_answered_with_all_parcels_of_its_order(
    fake: FakeShipStation, split: FakeLabel
) -> None:
    assert answer(fake, about(split)) == ("1001", "partially_delivered", ["FIRST", "SECOND"][::-1])
    assert paths(fake)[:3] == [f"labels/{split.label_id}", "shipments/se-250001", "shipments"]


def test_a_notification_about_a_number_is_led_back_through_the_labels_that_have_it(
    fake: FakeShipStation, split: FakeLabel
) -> None:
    assert answer(fake, about_number("FIRST")) == ("1001", "partially_delivered", ["SECOND", "FIRST"])
    assert paths(fake)[0] == "labels"
    assert fake.calls[0].query["tracking_number"] == "FIRST"


def test_a_number_that_a_voided_label_had_too_belongs_to_the_label_in_use(fake: FakeShipStation) -> None:
    fake.buy_label(fake.add_order("in use"), tracking_number="TWICE")
    fake.void(fake.buy_label(fake.add_order("voided"), tracking_number="TWICE"))
    assert answer(fake, about_number("TWICE"))[0] == "in use"


def test_a_number_that_only_a_voided_label_has_leads_to_its_order(fake: FakeShipStation) -> None:
    fake.void(fake.buy_label(fake.add_order("1001"), tracking_number="VOIDED"))
    assert answer(fake, about_number("VOIDED")) == ("1001", "not_shipped", ["VOIDED"])


def test_an_order_whose_label_was_voided_after_it_moved_is_answered_all_the_same(
    fake: FakeShipStation, split: FakeLabel
) -> None:
    fake.void(split)
    assert answer(fake, about(split))[1:] == ("partially_delivered", ["SECOND", "FIRST"])


def test_a_number_with_its_sign_leads_to_the_order_too(fake: FakeShipStation) -> None:
    label = fake.buy_label(fake.add_order("#1001"), tracking_number="MUG")
    assert answer(fake, about(label)) == ("#1001", "label_created", ["MUG"])


def test_a_shipment_without_a_number_is_answered_alone_with_a_warning(fake: FakeShipStation) -> None:
    label = fake.buy_label(fake.add_order("api order", shipment_number=None), tracking_number="MUG")
    fake.buy_label(fake.add_order("another", shipment_number=None), tracking_number="NOT-YOURS")
    with fake.client() as client:
        response = TrackOrderAction(client).from_webhook(about(label))
    assert [parcel.tracking_number for parcel in response.parcels] == ["MUG"]
    assert response.order_id == "se-250001"
    assert ["no order number" in warning for warning in response.warnings] == [True]
    assert paths(fake) == ["labels/se-350001", "shipments/se-250001", "labels", "labels/se-350001/track"]


@pytest.mark.parametrize("number", ["#", " ", "#  "])
def test_a_number_of_which_nothing_is_left_is_none(fake: FakeShipStation, number: str) -> None:
    label = fake.buy_label(fake.add_order("odd", shipment_number=number), tracking_number="MUG")
    assert answer(fake, about(label)) == ("se-250001", "label_created", ["MUG"])


def test_the_labels_own_shipment_is_shown_even_if_the_list_by_number_leaves_it_out(fake: FakeShipStation) -> None:
    label = fake.buy_label(fake.add_order("#1001"), tracking_number="MUG")
    fake.buy_label(fake.add_order("1001"), tracking_number="REPLACEMENT")
    assert answer(fake, about(label)) == ("#1001", "label_created", ["MUG", "REPLACEMENT"])


def test_the_url_of_a_notification_is_never_followed(fake: FakeShipStation) -> None:
    fake.buy_label(fake.add_order("1001"), tracking_number="MUG")
    event = notification("TRACK_EVENT_V2", "labels/se-350001/track?x=https://evil.example", status_code="IT")
    answer(fake, event)
    fake.assert_no_unknown_requests()
    assert not any("x" in call.query for call in fake.calls)


def test_a_fault_of_the_look_up_by_number_is_raised(fake: FakeShipStation, split: FakeLabel) -> None:
    fake.fail_next(503)
    with pytest.raises(InternalServerError):
        answer(fake, about_number("FIRST"))


# --- fails closed ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "event",
    [
        notification("LABEL_CREATED_V2", "labels?batch_id=se-1"),
        notification("FULFILLMENT_SHIPPED_V2", "fulfillments?fulfillment_id=se-1&shipment_id=se-2"),
        notification("SHIPMENT_CREATED_V2", "shipments?import_batch_id=00000000-0000-0000-0000-000000000001"),
        notification("TRACK_EVENT_V2", "labels", tracking_number="FIRST"),
        notification("API_TRACK", "tracking"),
        notification("SOMETHING_NEW", "somewhere"),
    ],
    ids=lambda event: event.event_type,
)
def test_an_event_without_a_label_is_no_order_and_nothing_is_asked(
    fake: FakeShipStation, split: FakeLabel, event: WebhookEvent
) -> None:
    with pytest.raises(OrderNotFoundError):
        answer(fake, event)
    assert fake.calls == []


@pytest.mark.parametrize(
    "event", [notification("TRACK_EVENT_V2", "labels/se-999/track"), about_number("NOBODYS")], ids=["label", "number"]
)
def test_a_label_that_the_account_does_not_have_is_no_order(
    fake: FakeShipStation, split: FakeLabel, event: WebhookEvent
) -> None:
    with pytest.raises(OrderNotFoundError):
        answer(fake, event)
    assert len(fake.calls) == 1


def test_labels_with_another_number_are_dropped_when_the_filter_is_ignored(
    fake: FakeShipStation, split: FakeLabel
) -> None:
    fake.ignore_filters = True
    with pytest.raises(OrderNotFoundError):
        answer(fake, about_number("THIRD"))


@pytest.mark.parametrize("path", ["/v2/labels/se-350001", "/v2/shipments/se-250001"])
def test_a_reply_that_is_another_record_than_the_one_asked_for_is_dropped(
    fake: FakeShipStation, split: FakeLabel, path: str
) -> None:
    identifier = "label_id" if "labels" in path else "shipment_id"
    fake.rewrite(lambda record: record | {identifier: "se-350002"} if identifier in record else record, path=path)
    with pytest.raises(OrderNotFoundError):
        answer(fake, about(split))


@pytest.mark.parametrize("shipment_id", [None, "", "..", "\x07"])
def test_a_label_that_names_no_shipment_belongs_to_no_order(
    fake: FakeShipStation, split: FakeLabel, shipment_id: str | None
) -> None:
    split.extra["shipment_id"] = shipment_id
    with pytest.raises(OrderNotFoundError):
        answer(fake, about(split))
    assert len(fake.calls) == 1


def test_a_label_whose_shipment_is_gone_belongs_to_no_order(fake: FakeShipStation, split: FakeLabel) -> None:
    fake.fail_next(404, path="/v2/shipments/")
    with pytest.raises(OrderNotFoundError):
        answer(fake, about(split))


def test_strangers_with_a_similar_number_are_not_shown(fake: FakeShipStation, split: FakeLabel) -> None:
    fake.deliver(fake.buy_label(fake.add_order("10010"), tracking_number="NOT-YOURS"))
    fake.ignore_filters = True
    assert answer(fake, about(split))[2] == ["SECOND", "FIRST"]


def test_a_number_that_another_customer_has_too_is_ambiguous(fake: FakeShipStation, split: FakeLabel) -> None:
    fake.buy_label(fake.add_order("1001", postal_code="10001", store_id="se-2"))
    with pytest.raises(AmbiguousOrderError) as caught:
        answer(fake, about(split))
    assert caught.value.store_ids == ("se-2", "se-415302")


def test_with_the_actions_store_a_number_of_two_stores_is_one_order(fake: FakeShipStation, split: FakeLabel) -> None:
    fake.buy_label(fake.add_order("1001", postal_code="10001", store_id="se-2"))
    assert answer(fake, about(split), store_id="se-415302")[2] == ["SECOND", "FIRST"]


def test_a_label_of_another_store_than_the_actions_is_no_order(fake: FakeShipStation, split: FakeLabel) -> None:
    with pytest.raises(OrderNotFoundError):
        answer(fake, about(split), store_id="se-2")


def test_a_replacement_copied_to_another_store_is_shown_too(fake: FakeShipStation, split: FakeLabel) -> None:
    fake.scan(fake.buy_label(fake.add_order("1001", store_id="se-2"), tracking_number="REPLACEMENT"))
    assert answer(fake, about(split))[2] == ["REPLACEMENT", "SECOND", "FIRST"]


@pytest.mark.parametrize("path", ["/v2/labels/se-350001", "/v2/shipments/se-250001", "/v2/shipments"])
def test_a_fault_on_the_way_is_raised(fake: FakeShipStation, split: FakeLabel, path: str) -> None:
    fake.fail_next(503, path=path, times=9)
    with pytest.raises(InternalServerError):
        answer(fake, about(split))


@pytest.mark.parametrize("settings", [{"order_key": "shipment_id"}, {"order_id_pattern": "never"}])
def test_how_customers_write_order_ids_is_no_matter_to_a_notification(
    fake: FakeShipStation, split: FakeLabel, settings: dict[str, Any]
) -> None:
    assert answer(fake, about(split), **settings)[0] == "1001"


@pytest.mark.parametrize("thing", [None, "x", b"{}", {"resource_type": "TRACK_EVENT_V2"}])
def test_what_is_no_event_is_a_type_error_that_says_what_to_pass_and_nothing_is_asked(
    fake: FakeShipStation, thing: Any
) -> None:
    with pytest.raises(TypeError, match=f"parse_webhook returns, not {type(thing).__name__}"):
        TrackOrderAction(fake.client()).from_webhook(thing)
    assert fake.calls == []
