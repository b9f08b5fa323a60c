"""Replies that cannot be read end in one error that names JSON paths and no value (T7)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shipstation_aissist.errors import MalformedResponseError
from shipstation_aissist.wire.decoding import decode, parse_json, structure
from shipstation_aissist.wire.requests import ANY_JSON, LABEL, LABELS, SHIPMENTS, TRACKING, Shape
from support import wire_samples as wire

pytestmark = pytest.mark.usefixtures("cold_caches")


def fault_of(body: bytes, shape: Shape[Any] = TRACKING) -> MalformedResponseError:
    with pytest.raises(MalformedResponseError) as caught:
        decode(body, shape)
    assert str(caught.value).startswith("ShipStation's reply ")
    return caught.value


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"", "it is empty"),
        (b" \r\n\t ", "it is empty"),
        (b"<!DOCTYPE html><html>", "it is HTML"),
        (b"\n  <html></html>", "it is HTML"),
        (b"{", "it is not JSON"),
        (b'{"tracking_number": "94001', "it is not JSON"),
        (b'{"tracking_number": "1"} trailing', "it is not JSON"),
        (b"{'tracking_number': '1'}", "it is not JSON"),
        (b"OK", "it is not JSON"),
        (b"\x00", "it is not JSON"),
        (b'{"latitude": NaN}', "it is not JSON"),
        (b"[Infinity]", "it is not JSON"),
        (b"[-Infinity]", "it is not JSON"),
        (b"[1e999]", "it is not JSON"),
        (b"[-1e999]", "it is not JSON"),
        (b"9" * 5_000, "it is not JSON"),
        (b'{"tracking_number": "\xff"}', "it is not UTF-8"),
        (b'{"tracking_number": "\xed\xa0\x80"}', "it is not UTF-8"),
        ('{"tracking_number": "1"}'.encode("utf-16"), "it is not UTF-8"),
        ('{"tracking_number": "1"}'.encode("utf-16-le"), "it is not JSON"),
        ('{"tracking_number": "1"}'.encode("utf-32"), "it is not UTF-8"),
        (b"[" * 100_000, "it is nested too deeply"),
        (b'{"a":' * 100_000, "it is nested too deeply"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_what_is_no_json_is_refused_with_its_reason_and_what_to_check(body: bytes, what: str) -> None:
    for shape in (TRACKING, LABELS, ANY_JSON):
        fault = fault_of(body, shape)
        assert str(fault) == (
            f"ShipStation's reply cannot be read: {what}. A proxy or an outage page may have answered instead of the "
            "API; check the base URL and https://status.shipstation.com."
        )
        assert fault.problems == ("$",)


def test_a_byte_order_mark_before_json_in_utf_8_is_no_fault() -> None:
    assert decode(b'\xef\xbb\xbf{"tracking_number": "\xc3\xbc"}', TRACKING).value.tracking_number == "ü"


def test_the_largest_and_the_most_exact_numbers_are_read() -> None:
    assert parse_json(b"[1.7e308, -0.25, 123456789012345678901234567890]") == [
        1.7e308,
        -0.25,
        123456789012345678901234567890,
    ]


def test_half_of_a_surrogate_pair_becomes_a_replacement_character_wherever_it_stands() -> None:
    document = parse_json(rb'{"k\ud83d": ["a\uDE00b", {"x": "\uD83D"}], "whole": "\ud83d\ude00", "n": 1, "z": null}')
    assert document == {"k\ufffd": ["a\ufffdb", {"x": "\ufffd"}], "whole": "😀", "n": 1, "z": None}
    assert decode(rb'{"tracking_number": "1\udfff"}', TRACKING).value.tracking_number == "1\ufffd"


@pytest.mark.parametrize(
    "document", [None, 1, 2.5, True, "", "shipments", "tracking_number", [], ["tracking_number"], [{}]]
)
@pytest.mark.parametrize("shape", [TRACKING, LABEL, SHIPMENTS, LABELS])
def test_what_is_no_object_is_refused_at_the_root(document: Any, shape: Shape[Any]) -> None:
    assert fault_of(json.dumps(document).encode(), shape).problems == ("$",)


@pytest.mark.parametrize(
    "document", [{}, {"message": "maintenance"}, {"errors": [{"message": "no"}], "request_id": "1"}, {"labels": []}]
)
def test_an_object_with_nothing_that_was_expected_is_refused_at_the_root(document: Any) -> None:
    assert fault_of(json.dumps(document).encode(), TRACKING).problems == ("$",)


@pytest.mark.parametrize(
    "document", [{}, {"shipments": []}, {"label": []}, {"labels": None}, {"labels": ""}, {"labels": {}}]
)
def test_a_list_without_its_collection_is_refused_at_the_collection(document: Any) -> None:
    assert fault_of(json.dumps(document).encode(), LABELS).problems == ("$.labels",)


def test_several_faults_are_all_named_each_by_its_path() -> None:
    without_id = wire.label()
    del without_id["label_id"]
    labels = [
        wire.label(label_id=None),
        7,
        without_id,
        wire.label(voided="no", packages=[{"tracking_number": 2.9}, {"alternative_identifiers": [{"value": 1}, 5]}]),
        wire.label(),
    ]
    fault = fault_of(json.dumps({"labels": labels, "pages": -1}).encode(), LABELS)
    assert fault.problems == (
        "$.labels[0].label_id",
        "$.labels[1]",
        "$.labels[2].label_id",
        "$.labels[3].voided",
        "$.labels[3].packages[0].tracking_number",
        "$.labels[3].packages[1].alternative_identifiers[0].value",
        "$.labels[3].packages[1].alternative_identifiers[1]",
        "$.pages",
    )
    assert str(fault) == (
        f"ShipStation's reply does not have the documented shape at {', '.join(fault.problems)}. "
        "If this persists, report it with these paths."
    )


def test_the_message_names_ten_places_and_counts_the_others_while_the_error_holds_them_all() -> None:
    for count, named in ((10, "$.events[9]."), (11, "$.events[9] and 1 other places.")):
        fault = fault_of(json.dumps({"events": [5] * count}).encode())
        assert fault.problems == tuple(f"$.events[{index}]" for index in range(count))
        assert named in str(fault)


def test_no_value_of_the_reply_is_in_the_error_or_in_what_hangs_on_it() -> None:
    secret = "Robin Sample, 1 Harbour Street"
    shipment = wire.shipment(ship_to={"name": [secret]}, items=[{"quantity": secret}], ship_date=secret)
    fault = fault_of(json.dumps(wire.page("shipments", [shipment])).encode(), SHIPMENTS)
    assert fault.problems == ("$.shipments[0].ship_to.name",)
    assert secret not in str(fault)
    assert fault.__cause__ is None
    assert fault.__context__ is None


def test_an_error_about_json_holds_nothing_of_the_reply_either() -> None:
    fault = fault_of(b'{"name": "Robin Sample" oops')
    assert "Robin" not in str(fault)
    assert fault.__cause__ is None
    assert fault.__context__ is None


def test_unreadable_become_none_and_are_named_while_the_rest_is_kept() -> None:
    labels = [
        wire.label("se-1"),
        wire.label("se-2", ship_date="soon", created_at="2026-03-02T08:00:00Z", voided_at="x"),
    ]
    decoded = decode(json.dumps(wire.page("labels", labels)).encode(), LABELS)
    assert decoded.unreadable == ("$.labels[1].ship_date", "$.labels[1].voided_at")
    first, second = decoded.value.items
    assert (second.label_id, second.ship_date, second.voided_at) == ("se-2", None, None)
    assert second.created_at == first.created_at
    assert first.ship_date is not None


def test_unreadable_of_events_are_named_by_the_event() -> None:
    events = [wire.event(), wire.event("yesterday", carrier_occurred_at="25:00")]
    decoded = decode(json.dumps(wire.tracking(events=events, ship_date="2026-02-30")).encode(), TRACKING)
    assert decoded.unreadable == ("$.ship_date", "$.events[1].occurred_at", "$.events[1].carrier_occurred_at")
    assert decoded.value.events[1].occurred_at is None
    assert decoded.value.events[1].description == "Left with individual"


def test_unreadable_beside_a_real_fault_are_not_what_is_reported() -> None:
    fault = fault_of(json.dumps(wire.tracking(ship_date="soon", status_code=5)).encode())
    assert fault.problems == ("$.status_code",)


@pytest.mark.parametrize(
    ("errors", "partial"), [([{"message": "half"}], True), ({"a": 1}, True), ([], False), (None, False)]
)
def test_errors_in_a_success_are_told_beside_the_value(errors: Any, partial: bool) -> None:
    for document, shape in (
        (wire.tracking(errors=errors), TRACKING),
        (wire.page("labels", []) | {"errors": errors}, LABELS),
    ):
        decoded = structure(document, shape)
        assert decoded.partial is partial
    unreadable = structure(wire.tracking(errors=errors, ship_date="soon"), TRACKING)
    assert (unreadable.partial, unreadable.unreadable) == (partial, ("$.ship_date",))


def test_the_caller_of_any_json_judges_its_errors() -> None:
    assert structure({"errors": [1]}, ANY_JSON).partial is False
