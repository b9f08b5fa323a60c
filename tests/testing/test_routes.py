"""What is asked is answered as the real API answers it, traps included."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shipstation_aissist.testing import FakeShipStation, RecordedCall


def numbers(body: Any) -> list[str]:
    return [each["shipment_number"] for each in body["shipments"]]


@pytest.fixture
def three(fake: FakeShipStation) -> FakeShipStation:
    """An account with the orders A-1, A-10 and b-2, in three stores."""
    fake.add_order("A-1", store_id="se-1", recipient="Ann Lee", items=["Red mug"], external_shipment_id="x/1")
    fake.add_order(
        "A-10", store_id="se-2", recipient="Bo Diaz", extra={"tags": [{"name": "Gift"}], "sales_order_id": "se-8"}
    )
    fake.clock.advance(3600)
    fake.add_order("b-2", store_id="se-3", country_code="CA")
    return fake


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["b-2", "A-10", "A-1"]),
        ("sort_dir=asc", ["A-1", "A-10", "b-2"]),
        ("shipment_number=A-1", ["A-1"]),
        ("shipment_number=B-2", ["b-2"]),
        ("shipment_number=nope", []),
        ("shipment_number=", ["b-2", "A-10", "A-1"]),
        ("order_number=A-1", ["b-2", "A-10", "A-1"]),
        ("store_id=se-2", ["A-10"]),
        ("external_shipment_id=x/1", ["A-1"]),
        ("ship_to_name=ann", ["A-1"]),
        ("item_keyword=red", ["A-1"]),
        ("tag=Gift", ["A-10"]),
        ("sales_order_id=se-8", ["A-10"]),
        ("pickup_id=pik_1", []),
        ("batch_id=se-1&shipment_number=A-1", []),
        ("import_batch_id=00000000-0000-0000-0000-000000000003", ["b-2"]),
        ("shipment_status=pending", ["b-2", "A-10", "A-1"]),
        ("shipment_status=on_hold", []),
        ("created_at_start=2026-01-15T12:30:00Z", ["b-2"]),
        ("created_at_start=2026-01-15T12:00:00.44Z", ["b-2", "A-10", "A-1"]),
        ("created_at_end=2026-01-15T12:30:00", ["A-10", "A-1"]),
        ("modified_at_start=2026-01-15T12:30:00Z", ["b-2"]),
        ("modified_at_end=2026-01-15T12:30:00Z", ["A-10", "A-1"]),
        ("payment_date_start=2026-01-15T12:30:00Z", ["b-2"]),
        ("payment_date_end=2026-01-15T12:30:00Z", ["A-10", "A-1"]),
        ("store_id=se-2&shipment_number=A-1", []),
    ],
)
def test_shipments_are_filtered_by_what_the_api_knows_and_by_nothing_else(
    three: FakeShipStation, ask: Any, query: str, found: list[str]
) -> None:
    assert numbers(ask(f"/v2/shipments?{query}")) == found


@pytest.mark.parametrize(
    ("match", "found"),
    [
        ("exact", ["A-1"]),
        ("prefix", ["A-10", "A-1"]),
        ("substring", ["A-10", "A-1"]),
        ("ignored", ["b-2", "A-10", "A-1"]),
    ],
)
def test_the_way_of_comparing_numbers_can_be_chosen(
    three: FakeShipStation, ask: Any, match: Any, found: list[str]
) -> None:
    three.shipment_number_match = match
    assert three.shipment_number_match == match
    assert numbers(ask("/v2/shipments?shipment_number=a-1")) == found


def test_a_substring_matches_where_a_prefix_does_not(three: FakeShipStation, ask: Any) -> None:
    three.shipment_number_match = "prefix"
    assert numbers(ask("/v2/shipments?shipment_number=-1")) == []
    three.shipment_number_match = "substring"
    assert numbers(ask("/v2/shipments?shipment_number=-1")) == ["A-10", "A-1"]


def test_a_server_that_ignores_every_filter_returns_everything(three: FakeShipStation, ask: Any) -> None:
    three.buy_label("A-1")
    three.mark_shipped("A-10")
    three.ignore_filters = True
    assert len(ask("/v2/shipments?shipment_number=A-1&shipment_status=shipped")["shipments"]) == 3
    assert len(ask("/v2/labels?shipment_id=se-9&label_status=lost")["labels"]) == 1
    assert len(ask("/v2/fulfillments?shipment_number=A-1")["fulfillments"]) == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["se-350002", "se-350001"]),
        ("shipment_id=se-250001", ["se-350001"]),
        ("shipment_number=A-1", ["se-350002", "se-350001"]),
        ("tracking_number=1Z932R800300000003", ["se-350002"]),
        ("label_status=voided", ["se-350001"]),
        ("service_code=ups_ground", ["se-350002"]),
        ("external_shipment_id=x/1", ["se-350001"]),
        ("store_id=se-3", ["se-350002"]),
        ("carrier_id=se-1", []),
        ("warehouse_id=se-101", ["se-350002", "se-350001"]),
        ("rate_id=se-1", []),
        ("refund_status=approved", []),
        ("batch_id=se-5350001&label_status=completed", ["se-350001"]),
        ("created_at_start=2026-01-15T16:00:00Z", ["se-350002"]),
        ("created_at_end=2026-01-15T16:00:00Z", ["se-350001"]),
    ],
)
def test_labels_are_filtered_by_what_the_api_knows_and_not_by_the_orders_number(
    three: FakeShipStation, ask: Any, query: str, found: list[str]
) -> None:
    three.buy_label("A-1")
    three.void("A-1")
    three.buy_label("b-2", carrier="ups", packages=2)
    assert [label["label_id"] for label in ask(f"/v2/labels?{query}")["labels"]] == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["se-450001", "se-450002"]),
        ("sort_dir=desc", ["se-450002", "se-450001"]),
        ("sort_by=shipped_at", ["se-450001", "se-450002"]),
        ("shipment_number=B-2", ["se-450002"]),
        ("shipment_id=se-250001", ["se-450001"]),
        ("fulfillment_id=se-450001", ["se-450001"]),
        ("tracking_number=N2", ["se-450002"]),
        ("order_source_id=se-3", ["se-450002"]),
        ("store_id=se-3", ["se-450001", "se-450002"]),
        ("fulfillment_provider_code=external", ["se-450001", "se-450002"]),
        ("ship_to_name=lee", ["se-450001"]),
        ("ship_to_country_code=CA", ["se-450002"]),
        ("batch_id=se-1&shipment_number=b-2", []),
        ("ship_date_start=2026-01-15T18:00:00Z", ["se-450002"]),
        ("ship_date_end=2026-01-15T18:00:00Z", ["se-450001"]),
        ("create_date_start=2026-01-15T18:00:00Z", ["se-450002"]),
        ("create_date_end=2026-01-15T18:00:00Z", ["se-450001"]),
    ],
)
def test_fulfillments_are_filtered_and_come_oldest_first(
    three: FakeShipStation, ask: Any, query: str, found: list[str]
) -> None:
    three.mark_shipped("A-1", tracking_number="N1")
    three.mark_shipped("b-2", tracking_number="N2")
    assert [each["fulfillment_id"] for each in ask(f"/v2/fulfillments?{query}")["fulfillments"]] == found


def test_shipments_can_be_sorted_by_their_last_change(three: FakeShipStation, ask: Any) -> None:
    three.buy_label("A-1")
    assert numbers(ask("/v2/shipments?sort_by=modified_at")) == ["A-1", "b-2", "A-10"]
    assert [each["label_id"] for each in ask("/v2/labels?sort_by=modified_at")["labels"]] == ["se-350001"]


def test_a_page_links_to_its_neighbours_absolutely_and_repeats_the_filters(three: FakeShipStation, ask: Any) -> None:
    body = ask("/v2/shipments?page=2&tagged=no&page_size=1")
    root = "https://api.shipstation.com/v2/shipments?tagged=no&page_size=1&page="
    assert numbers(body) == ["A-10"]
    assert {key: body[key] for key in ("total", "page", "pages", "links")} == {
        "total": 3,
        "page": 2,
        "pages": 3,
        "links": {
            "first": {"href": root + "1"},
            "last": {"href": root + "3"},
            "prev": {"href": root + "1"},
            "next": {"href": root + "3"},
        },
    }


def test_an_empty_list_has_no_pages_and_no_neighbours(fake: FakeShipStation, ask: Any) -> None:
    first = {"href": "https://api.shipstation.com/v2/labels?page=1"}
    assert ask("/v2/labels") == {
        "labels": [],
        "total": 0,
        "page": 1,
        "pages": 0,
        "links": {"first": first, "last": first, "prev": {}, "next": {}},
    }


def test_a_page_beyond_the_last_is_empty(three: FakeShipStation, ask: Any) -> None:
    body = ask("/v2/shipments?page=9&page_size=2")
    assert (body["shipments"], body["total"], body["pages"], body["links"]["next"]) == ([], 3, 2, {})


def test_a_page_holds_25_records_unless_asked_otherwise(fake: FakeShipStation, ask: Any) -> None:
    for number in range(30):
        fake.add_order(str(number))
    assert numbers(ask("/v2/shipments"))[0] == "29"
    assert len(ask("/v2/shipments")["shipments"]) == 25
    assert len(ask("/v2/shipments?page_size=500")["shipments"]) == 30


def test_a_record_is_found_by_its_id_and_by_the_integrators_id(three: FakeShipStation, ask: Any) -> None:
    label = three.buy_label("A-1")
    assert ask("/v2/shipments/se-250002")["shipment_number"] == "A-10"
    assert ask("/v2/shipments/external_shipment_id/x%2F1")["shipment_number"] == "A-1"
    assert ask(f"/v2/labels/{label.label_id}")["shipment_id"] == "se-250001"
    three.buy_label("A-1")
    assert ask("/v2/labels/external_shipment_id/x%2F1")["label_id"] == label.label_id


def test_small_resources_have_their_own_shapes(ask: Any) -> None:
    assert ask("/v2/tags") == {"tags": [{"name": "Fragile"}, {"name": "Gift"}]}
    assert ask("/v2/warehouses")["warehouses"][0]["warehouse_id"] == "se-101"
    assert ask("/v2/environment/webhooks") == [
        {
            "webhook_id": "00000000-0000-0000-0000-0000000000aa",
            "name": "Tracking",
            "url": "https://example.com/hooks/shipstation",
            "event": "track_event_v2",
            "headers": [{"key": "x-shared-secret", "value": "***"}],
            "store_id": None,
        }
    ]


@pytest.mark.parametrize(
    ("query", "field", "value"),
    [
        ("shipments?shipment_status=shipped", "shipment_status", "shipped"),
        ("labels?label_status=shipped", "label_status", "shipped"),
        ("shipments?sort_dir=up", "sort_dir", "up"),
        ("labels?sort_by=shipped_at", "sort_by", "shipped_at"),
        ("shipments?page=0", "page", "0"),
        ("shipments?page=two", "page", "two"),
        ("shipments?page_size=501", "page_size", "501"),
        ("shipments?created_at_start=yesterday", "created_at_start", "yesterday"),
        ("labels?created_at_end=2026-13-01", "created_at_end", "2026-13-01"),
    ],
)
def test_a_bad_value_is_refused_by_name(
    three: FakeShipStation, refusal: Any, query: str, field: str, value: str
) -> None:
    assert refusal(f"/v2/{query}") == (
        400,
        {
            "error_source": "shipengine",
            "error_type": "validation",
            "error_code": "invalid_field_value",
            "message": f"The value '{value}' is not valid for {field}.",
            "field_name": field,
            "field_value": value,
        },
    )


def test_a_shipment_that_is_not_there_is_a_404_with_a_body(three: FakeShipStation, refusal: Any) -> None:
    assert refusal("/v2/shipments/se-1") == (
        404,
        {
            "error_source": "shipengine",
            "error_type": "validation",
            "error_code": "invalid_identifier",
            "message": "Shipment with id se-1 was not found.",
            "field_name": "shipment_id",
            "field_value": "se-1",
        },
    )
    status, error = refusal("/v2/shipments/external_shipment_id/nope")
    assert (status, error["field_name"]) == (404, "external_shipment_id")


@pytest.mark.parametrize("path", ["labels/se-1", "labels/se-1/track", "labels/external_shipment_id/nope"])
def test_a_label_that_is_not_there_is_a_404_with_an_empty_body(fake: FakeShipStation, path: str) -> None:
    fake.add_order("1")
    fake.buy_label("1")
    reply = fake.handle("GET", f"/v2/{path}", {"API-Key": fake.api_key})
    assert (reply.status, reply.body, reply.headers["Content-Length"]) == (404, b"", "0")
    assert "Content-Type" not in reply.headers


def test_a_label_without_a_number_cannot_be_tracked(fake: FakeShipStation, refusal: Any) -> None:
    fake.add_order("1")
    fake.buy_label("1", processing=True)
    assert refusal("/v2/labels/se-350001/track")[0] == 400


@pytest.mark.parametrize("key", [None, "", "TEST_another-key"])
def test_a_missing_or_wrong_key_is_refused_alike(fake: FakeShipStation, key: str | None) -> None:
    reply = fake.handle("GET", "/v2/labels?page_size=1", {} if key is None else {"API-Key": key})
    assert reply.status == 401
    assert reply.headers["x-shipengine-requestid"] == "00000000-0000-4000-8000-000000000001"
    assert json.loads(reply.body) == {
        "request_id": "00000000-0000-4000-8000-000000000001",
        "errors": [
            {
                "error_source": "shipengine",
                "error_type": "security",
                "error_code": "unauthorized",
                "message": "Access denied.",
            }
        ],
    }


def test_tracking_by_number_needs_a_plan_that_has_it(fake: FakeShipStation, refusal: Any, ask: Any) -> None:
    fake.add_order("1", carrier="fedex")
    fake.scan("1")
    url = "/v2/tracking?carrier_code=fedex&tracking_number=771200000001"
    status, error = refusal(url)
    assert (status, error["error_type"], error["error_code"]) == (401, "security", "unauthorized")
    assert "upgrade your billing plan" in error["message"]
    fake.tracking_plan = True
    assert ask(url)["status_code"] == "IT"
    assert ask("/v2/tracking?carrier_id=se-1&tracking_number=771200000001")["status_code"] == "IT"
    assert ask("/v2/tracking?carrier_code=ups&tracking_number=771200000001")["status_code"] == "UN"
    assert refusal("/v2/tracking?tracking_number=1")[1]["field_name"] == "carrier_code"
    assert refusal("/v2/tracking?carrier_code=ups")[1]["field_name"] == "tracking_number"


@pytest.mark.parametrize("path", ["/v2/orders", "/v2/labels/se-1/events", "/v1/labels", "/", "/v2/", "/v2"])
def test_a_path_that_the_api_lacks_is_a_404_and_is_remembered(fake: FakeShipStation, refusal: Any, path: str) -> None:
    status, error = refusal(path)
    assert (status, error["error_code"]) == (404, "invalid_identifier")
    with pytest.raises(AssertionError) as failure:
        fake.assert_no_unknown_requests()
    assert f"GET {path}\n" in str(failure.value)
    assert "GET /v2/labels/{id}/track" in str(failure.value)


def test_anything_but_a_get_is_a_405_and_is_remembered(fake: FakeShipStation) -> None:
    reply = fake.handle("PUT", "/v2/labels/se-1/void", {"api-key": fake.api_key})
    assert (reply.status, reply.headers["Allow"]) == (405, "GET")
    with pytest.raises(AssertionError, match="PUT /v2/labels/se-1/void"):
        fake.assert_no_unknown_requests()
    fake.reset_calls()
    fake.assert_no_unknown_requests()


def test_calls_are_recorded_in_order_without_the_key(three: FakeShipStation, ask: Any, refusal: Any) -> None:
    ask("https://api.shipstation.com/v2/shipments?shipment_number=A%201&page_size=1")
    refusal("/v2/shipments/se-1")
    assert three.calls == [
        RecordedCall("GET", "/v2/shipments", {"shipment_number": "A 1", "page_size": "1"}, 200),
        RecordedCall("GET", "/v2/shipments/se-1", {}, 404),
    ]
    assert three.api_key not in repr(three.calls)
    assert three.api_key not in repr(three)
    three.reset_calls()
    assert three.calls == []


def test_a_test_may_rewrite_replies_without_changing_the_account(three: FakeShipStation, ask: Any) -> None:
    def pretend(body: Any) -> Any:
        body["shipments"][0]["amount_paid"]["amount"] = -1
        body["pages"] = 10**6
        return body

    three.rewrite(pretend, path="/shipments")
    changed = ask("/v2/shipments")
    assert (changed["pages"], changed["shipments"][0]["amount_paid"]["amount"]) == (10**6, -1)
    assert ask("/v2/labels")["pages"] == 0
    three.rewrite(lambda body: [body["total"]])
    assert ask("/v2/shipments") == [3]
    assert ask("/v2/fulfillments") == [0]
