"""What a notification's body says."""

from __future__ import annotations

import copy
import hashlib
import json
import pickle
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from unittest.mock import Mock

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipstation_aissist import MalformedResponseError
from shipstation_aissist.webhooks import WebhookEvent, describe, parse_webhook

API = "https://api.shipstation.com/v2"
TRACKING: dict[str, Any] = {
    "tracking_number": "9400111899223344556677",
    "tracking_url": "",
    "status_code": "IT",
    "status_description": "In Transit",
    "status_detail_code": "OUT_FOR_DELIVERY",
    "carrier_code": "stamps_com",
    "carrier_id": 1,
    "ship_date": "2026-03-01T00:00:00Z",
    "estimated_delivery_date": "2026-03-05T00:00:00",
    "actual_delivery_date": None,
    "events": [
        {
            "occurred_at": "2026-03-04T15:00:00Z",
            "carrier_occurred_at": "2026-03-04T09:00:00",
            "description": "Out for Delivery",
            "city_locality": "GREER",
            "status_code": "IT",
            "status_detail_code": "OUT_FOR_DELIVERY",
            "signer": "",
        }
    ],
}


def body(**changes: Any) -> bytes:
    """A TRACK_EVENT_V2 with some of its keys changed; ``...`` leaves one out."""
    document = {"resource_url": f"{API}/labels/se-4711/track", "resource_type": "TRACK_EVENT_V2", "data": TRACKING}
    return json.dumps({name: value for name, value in (document | changes).items() if value is not ...}).encode()


def problems_of(raw: bytes | str) -> tuple[str, ...]:
    with pytest.raises(MalformedResponseError) as caught:
        parse_webhook(raw)
    return caught.value.problems


def test_a_tracking_event_holds_its_label_and_the_full_tracking() -> None:
    event = parse_webhook(body())
    assert event.event_type == "TRACK_EVENT_V2"
    assert event.label_id == "se-4711"
    assert event.resource_url == f"{API}/labels/se-4711/track"
    assert event.tracking is not None
    assert event.tracking.tracking_url is None
    assert event.tracking.estimated_delivery_date == datetime(2026, 3, 5)
    assert event.tracking.events[0].occurred_at == datetime(2026, 3, 4, 15, tzinfo=UTC)
    assert (event.tracking_number, event.carrier_code) == ("9400111899223344556677", "stamps_com")
    assert event.warnings == ()


def test_a_classic_track_event_has_a_number_and_a_carrier_instead_of_a_label() -> None:
    url = f"{API}/tracking?carrier_code=ups&tracking_number=1Z%20999"
    event = parse_webhook(body(resource_type="API_TRACK", resource_url=url))
    assert event.label_id is None
    assert (event.tracking_number, event.carrier_code) == ("1Z 999", "ups")
    assert event.tracking is not None


def test_a_classic_track_event_without_a_url_is_read_from_its_data() -> None:
    event = parse_webhook(body(resource_type="API_TRACK", resource_url=...))
    assert (event.label_id, event.resource_url) == (None, None)
    assert (event.tracking_number, event.carrier_code) == ("9400111899223344556677", "stamps_com")


@pytest.mark.parametrize(
    ("event_type", "path"),
    [
        ("LABEL_CREATED_V2", "labels?batch_id=se-5551234"),
        ("SHIPMENT_CREATED_V2", "shipments?import_batch_id=4b1f0a9e-0000-4000-8000-000000000001"),
        ("FULFILLMENT_SHIPPED_V2", "fulfillments?fulfillment_id=se-1&shipment_id=se-2"),
        ("FULFILLMENT_REJECTED_V2", "fulfillments?fulfillment_id=se-1"),
        ("BATCH_PROCESSED_V2", "batches/se-9"),
        ("API_BATCH", "batches/se-9"),
        ("API_RATE", "shipments/se-2/rates"),
        ("API_CARRIER_CONNECTED", "carriers/se-3"),
        ("API_SALES_ORDERS_IMPORTED", "sales_orders?page=1"),
        ("API_ORDER_SOURCE_REFRESH_COMPLETE", "order_sources/se-4"),
        ("API_REPORT_COMPLETE", "reports/se-5"),
        ("SOMETHING_NEW", "new/se-6"),
    ],
)
def test_every_other_type_of_event_is_usable_an_unknown_one_too(event_type: str, path: str) -> None:
    event = parse_webhook(body(resource_type=event_type, resource_url=f"{API}/{path}", data=[{"any": "thing"}]))
    assert event.event_type == event_type
    assert event.resource_url == f"{API}/{path}"
    assert (event.label_id, event.tracking) == (None, None)
    assert len(event.dedup_key) == 64


@pytest.mark.parametrize(
    "path", ["labels/se-4711", "labels/se-4711/track", "labels/se-4711/", "labels?label_id=se-4711"]
)
def test_a_label_is_found_wherever_the_url_holds_one(path: str) -> None:
    assert parse_webhook(body(resource_type="SOMETHING_NEW", resource_url=f"{API}/{path}")).label_id == "se-4711"


@pytest.mark.parametrize("path", ["labels", "labels/", "labels/external_shipment_id/A-1", "xlabels/se-1", "tags"])
def test_a_url_without_a_label_has_none(path: str) -> None:
    assert parse_webhook(body(resource_url=f"{API}/{path}")).label_id is None


@pytest.mark.parametrize("data", [None, "", ...])
def test_a_tracking_event_that_says_nothing_of_the_parcel_still_leads_to_its_label(data: Any) -> None:
    event = parse_webhook(body(data=data))
    assert (event.label_id, event.tracking) == ("se-4711", None)


def test_text_and_bytes_are_the_same_and_a_byte_order_mark_is_none_of_the_text() -> None:
    assert parse_webhook(body()) == parse_webhook(body().decode()) == parse_webhook(b"\xef\xbb\xbf" + body())


def test_a_date_that_cannot_be_read_is_left_out_with_a_warning() -> None:
    event = parse_webhook(body(data=TRACKING | {"ship_date": "soon"}))
    assert event.tracking is not None
    assert event.tracking.ship_date is None
    assert event.warnings == ("The value at $.data.ship_date cannot be read.",)


@pytest.mark.parametrize(
    ("raw", "problems"),
    [
        (b"", ("$",)),
        (b"<html>secret</html>", ("$",)),
        (b'{"resource_type": "TRACK_EVENT_V2"', ("$",)),
        (b'{"resource_type": "TRACK_EVENT_V2", "data": NaN}', ("$",)),
        (b"\xff\xfe", ("$",)),
        ("\ud800", ("$",)),
        (b"[]", ("$",)),
        (b"null", ("$",)),
        (b"{}", ("$.resource_type",)),
        (body(resource_type=None), ("$.resource_type",)),
        (body(resource_type="  "), ("$.resource_type",)),
        (body(resource_type="A\nB"), ("$.resource_type",)),
        (body(resource_type=7), ("$.resource_type",)),
        (body(resource_url=7), ("$.resource_url",)),
        (body(data=7), ("$.data",)),
        (body(data=[]), ("$.data",)),
        (body(data={}), ("$.data",)),
        (body(data={"secret": 1}), ("$.data",)),
        (body(data=TRACKING | {"events": 7}), ("$.data.events",)),
        (
            body(data=TRACKING | {"status_code": 7, "events": [{"event_code": ["secret"]}]}),
            ("$.data.status_code", "$.data.events[0].event_code"),
        ),
    ],
)
def test_a_body_that_cannot_be_read_is_an_error_that_names_json_paths_and_no_value(
    raw: bytes | str, problems: tuple[str, ...]
) -> None:
    with pytest.raises(MalformedResponseError) as caught:
        parse_webhook(raw)
    assert caught.value.problems == problems
    assert "secret" not in str(caught.value)
    assert caught.value.__context__ is None
    assert pickle.loads(pickle.dumps(caught.value)).problems == problems


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/v2/labels/se-1/track",
        "https://api.shipstation.com.evil.example/v2/labels/se-1/track",
        "https://evilapi.shipstation.com/v2/labels/se-1/track",
        "https://docs.shipstation.com/v2/labels/se-1/track",
        "https://api.shipstation.com./v2/labels/se-1/track",
        "https://169.254.169.254/labels/se-1/track",
        "http://api.shipstation.com/v2/labels/se-1/track",
        "ftp://localhost/labels/se-1/track",
        "file:///labels/se-1/track",
        "//api.shipstation.com/v2/labels/se-1/track",
        "/v2/labels/se-1/track",
    ],
)
def test_a_resource_url_to_another_host_is_refused(url: str) -> None:
    with pytest.raises(MalformedResponseError, match="host that is not ShipStation's API") as caught:
        parse_webhook(body(resource_url=url))
    assert caught.value.problems == ("$.resource_url",)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.shipstation.com@evil.example/v2/labels/se-1/track",
        "https://user:password@api.shipstation.com/v2/labels/se-1/track",
        "https://api.shipstation.com\\@evil.example/v2/labels/se-1/track",
        "https://api.ship\nstation.com/v2/labels/se-1/track",
        "https://api.shipstation.com:99999/v2/labels/se-1/track",
        "https://[::1/v2/labels/se-1/track",
        f"{API}/labels/../track",
        f"{API}/labels/%2e%2e/track",
        f"{API}/orders/../labels/se-1/track",
        f"{API}/labels/se-1%2F..%2Fse-2/track",
        f"{API}/labels/se-1%5Cse-2/track",
        f"{API}/labels/se-1%00/track",
        f"{API}/labels/%20/track",
        f"{API}/labels/se-1%3Fx=1/track",
        f"{API}/labels?label_id=..",
        f"{API}/labels?label_id=se-1&label_id=se-2",
        f"{API}/tracking?carrier_code=ups&tracking_number=1&tracking_number=2",
        f"{API}/tracking?carrier_code=ups&tracking_number=%0a",
    ],
)
def test_a_url_that_could_be_understood_in_two_ways_or_holds_no_sane_id_is_refused(url: str) -> None:
    assert problems_of(body(resource_url=url)) == ("$.resource_url",)


@pytest.mark.parametrize(
    "host",
    [
        "https://api.shipstation.com",
        "https://API.ShipStation.com:443",
        "https://api.shipengine.com",
        "https://api.eu.shipengine.com",
        "http://127.0.0.1:8123",
        "http://localhost:8123",
        "http://[::1]:8123",
    ],
)
def test_the_hosts_of_the_api_and_this_machine_may_be_named(host: str) -> None:
    assert parse_webhook(body(resource_url=f"{host}/v2/labels/se-1/track")).label_id == "se-1"


def test_a_parsed_body_is_refused_with_advice() -> None:
    with pytest.raises(TypeError, match="raw bytes"):
        parse_webhook({"resource_type": "TRACK_EVENT_V2"})  # type: ignore[arg-type]


# --- one key per state ----------------------------------------------------------------------------------------------


def shuffled(value: Any, draw: Any) -> Any:
    """The same JSON with its keys in another order."""
    if isinstance(value, dict):
        return {name: shuffled(value[name], draw) for name in draw(st.permutations(list(value)))}
    return [shuffled(each, draw) for each in value] if isinstance(value, list) else value


@given(st.data(), st.sampled_from([None, 1, 7]), st.booleans())
def test_a_repeated_delivery_has_the_same_key_whatever_its_spacing_and_order(
    data: st.DataObject, indent: int | None, escaped: bool
) -> None:
    document = shuffled(json.loads(body(note="Grüße")), data.draw)
    again = json.dumps(document, indent=indent, ensure_ascii=escaped).encode()
    assert parse_webhook(again).dedup_key == parse_webhook(body()).dedup_key


def changed(path: tuple[str | int, ...], value: Any) -> bytes:
    document = copy.deepcopy(json.loads(body()))
    at = document
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("resource_type",), "API_TRACK"),
        (("resource_url",), f"{API}/labels/se-4712/track"),
        (("data", "status_code"), "DE"),
        (("data", "tracking_number"), "1Z"),
        (("data", "estimated_delivery_date"), "2026-03-06T00:00:00"),
        (("data", "exception_description"), "Late"),
        (("data", "events"), []),
        (("data", "events", 0, "occurred_at"), "2026-03-04T15:00:01Z"),
        (("data", "events", 0, "description"), "Delivered"),
    ],
)
def test_a_new_state_has_a_new_key(path: tuple[str | int, ...], value: Any) -> None:
    assert parse_webhook(changed(path, value)).dedup_key != parse_webhook(body()).dedup_key


@pytest.mark.parametrize("raw", [body(), body(resource_type="NEW", data={"n": [1]})])
def test_a_key_is_worked_out_when_it_is_asked_for_and_changes_nothing_about_its_event(
    raw: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = Mock(side_effect=hashlib.sha256)
    monkeypatch.setattr(hashlib, "sha256", work)
    event, untouched = parse_webhook(raw), parse_webhook(raw)
    assert work.call_count == 0
    before = repr(event)
    assert event.dedup_key == event.dedup_key
    assert work.call_count == 1
    assert (event, hash(event), repr(event)) == (untouched, hash(untouched), before)
    again = pickle.loads(pickle.dumps(event))
    assert again == event
    assert again.dedup_key == untouched.dedup_key
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        event.dedup_key = "another"  # type: ignore[misc]


@pytest.mark.parametrize("wrap", [bytes, bytearray, memoryview, lambda raw: memoryview(raw + b"?")[:-1], bytes.decode])
def test_a_body_may_be_bytes_of_any_kind_or_text(wrap: Any) -> None:
    assert parse_webhook(wrap(body())) == parse_webhook(body())


def test_a_key_that_nobody_knows_does_not_make_a_new_state() -> None:
    again = parse_webhook(changed(("data", "delivery_attempt"), 2))
    assert again.dedup_key == parse_webhook(body()).dedup_key


def test_other_events_are_told_apart_by_their_type_url_and_data() -> None:
    created = {"resource_type": "LABEL_CREATED_V2", "resource_url": f"{API}/labels?batch_id=se-1", "data": ...}
    variants = [
        created,
        created | {"resource_type": "OTHER"},
        created | {"resource_url": f"{API}/labels?batch_id=se-2"},
    ]
    variants.append(created | {"data": {"n": 1, "m": 2}})
    assert len({parse_webhook(body(**variant)).dedup_key for variant in variants}) == len(variants)
    reordered = created | {"data": {"m": 2, "n": 1}}
    assert parse_webhook(body(**reordered)).dedup_key == parse_webhook(body(**variants[-1])).dedup_key


# --- whatever comes -------------------------------------------------------------------------------------------------


def outcome_of(raw: bytes | str) -> WebhookEvent | MalformedResponseError:
    try:
        return parse_webhook(raw)
    except MalformedResponseError as fault:
        return fault


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
URLS = st.text() | st.builds("https://api.shipstation.com/{}".format, st.text()) | JSON_VALUES
TYPES = st.sampled_from(["TRACK_EVENT_V2", "API_TRACK", "LABEL_CREATED_V2"]) | JSON_VALUES


@given(st.binary() | st.text() | JSON_VALUES.map(json.dumps))
def test_any_body_is_an_event_or_a_malformed_response(raw: bytes | str) -> None:
    assert isinstance(outcome_of(raw), WebhookEvent | MalformedResponseError)


@given(URLS, TYPES, JSON_VALUES | st.just(TRACKING))
def test_any_notification_is_an_event_with_a_sane_label_or_a_malformed_response(url: Any, kind: Any, data: Any) -> None:
    outcome = outcome_of(json.dumps({"resource_url": url, "resource_type": kind, "data": data}))
    if isinstance(outcome, MalformedResponseError):
        assert outcome.problems
    else:
        assert outcome.label_id is None or not set(outcome.label_id) & set("/\\?#% \n")


@pytest.mark.parametrize("depths", [range(1, 900, 100), range(800, 1_000), range(9_980, 10_020), (2_000, 100_000)])
def test_a_body_that_is_nested_too_deeply_is_a_malformed_response_at_the_worst(depths: Iterable[int]) -> None:
    for depth in depths:
        raw = b'{"resource_type": "NEW", "data": ' + b"[" * depth + b"]" * depth + b"}"
        assert isinstance(outcome_of(raw), WebhookEvent | MalformedResponseError)


def test_an_event_can_wait_in_a_queue() -> None:
    event = parse_webhook(body())
    assert pickle.loads(pickle.dumps(event)) == event


# --- for people -----------------------------------------------------------------------------------------------------


def test_an_event_is_described_in_one_line() -> None:
    assert describe(parse_webhook(body())) == (
        "TRACK_EVENT_V2 about label se-4711, parcel 9400111899223344556677 (USPS): Out for delivery, "
        "last: Out for Delivery"
    )


def test_an_event_without_tracking_is_described_by_what_it_has() -> None:
    url = f"{API}/labels?batch_id=se-1"
    assert describe(parse_webhook(body(resource_type="LABEL_CREATED_V2", resource_url=url, data=...))) == (
        f"LABEL_CREATED_V2 about {url}"
    )
    assert describe(parse_webhook('{"resource_type": "NEW"}')) == "NEW"
    assert describe(parse_webhook(body(data={"status_code": "DE"}))) == "TRACK_EVENT_V2 about label se-4711: Delivered"


@pytest.mark.parametrize(("depth", "passes"), [(99, True), (101, False), (5_000, False)])
def test_data_that_is_nested_more_than_a_hundred_times_is_refused_when_it_is_read(depth: int, passes: bool) -> None:
    nested = '{"a": ' * depth + "1" + "}" * depth
    raw = f'{{"resource_type": "NEW", "data": {nested}}}'
    if passes:
        event = parse_webhook(raw)
        assert pickle.loads(pickle.dumps(event)) == event
        assert len(event.dedup_key) == 64
    else:
        assert problems_of(raw) in (("$.data",), ("$",))
