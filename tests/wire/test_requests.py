"""What is asked: paths that cannot lead elsewhere, queries that cannot be misread (R1, API notes 5 to 8)."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipstation_aissist.models import Fulfillment, Label, Shipment, TrackingInformation
from shipstation_aissist.wire import requests as endpoints
from shipstation_aissist.wire.requests import ApiRequest, is_segment, is_sendable, query_of, segment


@pytest.mark.parametrize(
    ("ask", "target", "shape", "patient"),
    [
        (
            lambda: endpoints.list_shipments({"shipment_number": "A 1"}),
            "shipments?shipment_number=A+1",
            (Shipment, "shipments"),
            False,
        ),
        (lambda: endpoints.list_shipments({}), "shipments", (Shipment, "shipments"), False),
        (lambda: endpoints.get_shipment("se-1"), "shipments/se-1", (Shipment, None), False),
        (
            lambda: endpoints.get_shipment_by_external_id("A/1"),
            "shipments/external_shipment_id/A%2F1",
            (Shipment, None),
            False,
        ),
        (lambda: endpoints.list_labels({"page_size": 1}), "labels?page_size=1", (Label, "labels"), False),
        (lambda: endpoints.get_label("se-1"), "labels/se-1", (Label, None), False),
        (lambda: endpoints.track_label("se-1"), "labels/se-1/track", (TrackingInformation, None), True),
        (
            lambda: endpoints.track("ups", "1Z 9"),
            "tracking?carrier_code=ups&tracking_number=1Z+9",
            (TrackingInformation, None),
            True,
        ),
        (
            lambda: endpoints.list_fulfillments({"shipment_id": "se-1"}),
            "fulfillments?shipment_id=se-1",
            (Fulfillment, "fulfillments"),
            False,
        ),
        (lambda: endpoints.get_any("tags", {}), "tags", (None, None), False),
    ],
)
def test_each_endpoint_has_its_path_its_query_its_shape_and_its_patience(
    ask: Callable[[], ApiRequest[Any]], target: str, shape: tuple[type | None, str | None], patient: bool
) -> None:
    request = ask()
    assert request.target == target
    assert (request.shape.model, request.shape.collection) == shape
    assert request.patient is patient


def test_the_label_of_a_request_names_its_filters_without_their_values() -> None:
    request = endpoints.list_shipments({"ship_to_name": "Robin Sample", "page": 2})
    assert request.label == "GET shipments?ship_to_name&page"
    assert endpoints.track_label("se-1").label == "GET labels/se-1/track"


@pytest.mark.parametrize(
    ("ask", "name"),
    [
        (endpoints.get_shipment, "shipment_id"),
        (endpoints.get_shipment_by_external_id, "external_shipment_id"),
        (endpoints.get_label, "label_id"),
        (endpoints.track_label, "label_id"),
    ],
)
@pytest.mark.parametrize(
    "value", ["", " ", "\t", ".", "..", "...", " .. ", "a\nb", "\x00", "a\x7fb", "a\x85b", "\ud800", "a\u200bb"]
)
def test_an_id_that_is_blank_leads_elsewhere_or_cannot_be_printed_never_reaches_a_path(
    ask: Any, name: str, value: str
) -> None:
    with pytest.raises(ValueError, match=rf"^{name} (is blank|has control characters|cannot be part of a path)"):
        ask(value)


@pytest.mark.parametrize("value", [None, 12, b"se-1", ["se-1"], True])
def test_an_id_that_is_no_text_is_a_type_error(value: Any) -> None:
    with pytest.raises(TypeError, match=rf"^label_id must be a str, not {type(value).__name__}$"):
        endpoints.get_label(value)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("  ", "label_id is blank; leave it out to ask without it"),
        ("a\x1fb", "label_id has control characters or lone surrogates"),
        ("..", "label_id cannot be part of a path: it has only dots, or characters that cannot be printed"),
        ("a\u2028b", "label_id cannot be part of a path: it has only dots, or characters that cannot be printed"),
    ],
)
def test_the_refusal_of_an_id_says_why(value: str, message: str) -> None:
    with pytest.raises(ValueError, match="label_id") as caught:
        segment("label_id", value)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("value", "encoded"),
    [
        ("se-1", "se-1"),
        ("a/b", "a%2Fb"),
        ("a b", "a%20b"),
        ("../x", "..%2Fx"),
        ("?x#y", "%3Fx%23y"),
        ("100%", "100%25"),
        ("%2e%2e", "%252e%252e"),
        ("#A-1", "%23A-1"),
        ("é", "%C3%A9"),
        (".a", ".a"),
    ],
)
def test_an_id_is_percent_encoded_whole(value: str, encoded: str) -> None:
    assert segment("id", value) == encoded


@given(st.text())
def test_any_id_is_refused_or_is_one_segment_that_decodes_to_itself(value: str) -> None:
    if not (is_sendable(value) and is_segment(value)):
        with pytest.raises(ValueError, match="id"):
            segment("id", value)
        return
    encoded = segment("id", value)
    assert unquote(encoded) == value
    assert encoded not in (".", "..")
    assert not set(encoded) & set("/?#\\ ")


# --- the query -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ("x", "x"),
        (" x ", " x "),
        (0, "0"),
        (25, "25"),
        (2.5, "2.5"),
        (True, "true"),
        (False, "false"),
        (datetime(2026, 3, 4, 18, 30, tzinfo=UTC), "2026-03-04T18:30:00Z"),
        (datetime(2026, 3, 4, 18, 30), "2026-03-04T18:30:00Z"),
        (datetime(2026, 3, 4, 18, 30, 0, 5000, timezone(timedelta(hours=2))), "2026-03-04T16:30:00.005000Z"),
        (datetime(2026, 3, 4, 0, 30, tzinfo=timezone(timedelta(hours=5, minutes=30))), "2026-03-03T19:00:00Z"),
    ],
)
def test_a_value_is_sent_as_text_and_a_datetime_as_utc(value: Any, sent: str) -> None:
    assert query_of({"name": value}) == (("name", sent),)


def test_a_datetime_is_sent_as_utc_wherever_the_machine_stands_and_a_zone_less_one_counts_as_utc(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", "America/New_York")
        time.tzset()
        assert query_of({"name": datetime(2026, 3, 4, 18, 30)}) == (("name", "2026-03-04T18:30:00Z"),)
        assert query_of({"name": datetime(2026, 3, 4, 18, 30, tzinfo=UTC)}) == (("name", "2026-03-04T18:30:00Z"),)
    time.tzset()


def test_none_is_not_sent_and_a_list_repeats_its_name_in_the_order_that_was_given() -> None:
    assert query_of({"b": "2", "none": None, "a": ["x", None, 3], "c": (True,), "empty": []}) == (
        ("b", "2"),
        ("a", "x"),
        ("a", "3"),
        ("c", "true"),
    )


@pytest.mark.parametrize("value", ["", " ", "\n", "\u3000"])
def test_a_blank_filter_is_refused_because_the_api_would_return_everything(value: str) -> None:
    with pytest.raises(ValueError, match=r"^store_id is blank; leave it out to ask without it$"):
        query_of({"store_id": value})
    with pytest.raises(ValueError, match="store_id is blank"):
        query_of({"store_id": ["x", value]})


@pytest.mark.parametrize("value", ["a\x00b", "a\x1fb", "a\x7fb", "a\x80b", "a\x9fb", "a\ud800b", "\udfff"])
def test_control_characters_and_lone_surrogates_are_refused_in_a_filter(value: str) -> None:
    assert not is_sendable(value)
    with pytest.raises(ValueError, match=r"^tag has control characters or lone surrogates$"):
        query_of({"tag": value})


@pytest.mark.parametrize("value", ["a b", "a~b", "a\xa0b", "\ud7ff", "\ue000", "😀"])
def test_any_other_character_may_be_in_a_filter(value: str) -> None:
    assert is_sendable(value)
    assert query_of({"tag": value}) == (("tag", value),)


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), float("-inf"), 10**400, pytest.param(-(10**5000), id="huge")]
)
def test_a_number_that_is_not_finite_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match=r"^tag must be a finite number"):
        query_of({"tag": value})
    with pytest.raises(ValueError, match=r"^tag must be a finite number"):
        query_of({"tag": ["x", value]})


@pytest.mark.parametrize("value", [b"x", {"a": 1}, {1}, object, date(2026, 3, 4), Decimal(1), 1j])
def test_a_value_of_another_type_is_a_type_error_that_names_the_filter(value: Any) -> None:
    name = type(value).__name__
    with pytest.raises(TypeError, match=f"^tag must be a str, int, float, bool or datetime, not {name}$"):
        query_of({"tag": value})


# --- any other GET ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "sent", "patient"),
    [
        ("labels", "labels", False),
        ("labels/se-1", "labels/se-1", False),
        ("labels/se-1/track", "labels/se-1/track", True),
        ("tracking", "tracking", True),
        ("tracks", "tracks", False),
        ("track", "track", False),
        ("carriers/se-1/package types", "carriers/se-1/package%20types", False),
        ("shipments/external_shipment_id/a%2Fb", "shipments/external_shipment_id/a%2Fb", False),
        ("tags/ü", "tags/%C3%BC", False),
        ("a;b=1,2/c:d@e!$&'()*+~", "a;b=1,2/c:d@e!$&'()*+~", False),
        ("..a/.b", "..a/.b", False),
    ],
)
def test_a_relative_path_is_asked_for_as_it_is(path: str, sent: str, patient: bool) -> None:
    request = endpoints.get_any(path, {"page_size": 1, "tag": ["a", "b"]})
    assert request.path == sent
    assert request.patient is patient
    assert request.target == f"{sent}?page_size=1&tag=a&tag=b"


@pytest.mark.parametrize(
    "path",
    [
        "",
        " ",
        "/",
        "/labels",
        "labels/",
        "labels//se-1",
        "labels/ /x",
        ".",
        "..",
        "./labels",
        "labels/..",
        "labels/../tags",
        "labels/ .. /tags",
        "labels/%2e%2e/tags",
        "labels/.%2E/tags",
        "labels%2f..%2ftags",
        "labels%2F%2Ftags",
        "%2Flabels",
        "https://api.shipstation.com/v2/labels",
        "//elsewhere.example/labels",
        "labels?page=1",
        "labels%3Fpage=1",
        "labels#x",
        "labels\\..\\tags",
        "labels%5C..",
        "labels/..;/tags",
        "labels/..;x=1/tags",
        "labels/.;/tags",
        "labels/;x/tags",
        "labels/..%3B/tags",
        "labels/%252e%252e/tags",
        "labels/%25252e%25252e/tags",
        "labels/%" + "25" * 9 + "2e",
        "labels\n",
        "labels%0a",
        "labels%00",
        "\ud800",
        "la\u200bbels",
    ],
)
def test_a_path_that_is_absolute_or_leads_elsewhere_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="relative") as caught:
        endpoints.get_any(path, {})
    assert str(caught.value) == (
        "path must be relative to the base URL and have no empty, '.' or '..' segment, query or fragment, such as "
        "'labels' or 'labels/se-1'; pass the query as keyword arguments"
    )


@pytest.mark.parametrize(
    "name", ["", " ", "\t", "a\nb", "a\r\nGET /x", "\x00", "\ud800", "a\u2028b", "a\u202eb", "x" * 101]
)
def test_the_name_of_a_parameter_that_no_log_line_can_hold_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"^the name of a parameter must have 1 to 100 characters") as caught:
        endpoints.get_any("labels", {name: "x"})
    assert not name.strip() or name not in str(caught.value)


def test_the_name_of_a_parameter_that_is_no_text_is_a_type_error() -> None:
    with pytest.raises(TypeError, match=r"^the name of a parameter must be a str, not int$"):
        endpoints.get_any("labels", {7: "x"})  # type: ignore[dict-item]


@pytest.mark.parametrize("path", [None, b"labels", 5, ["labels"]])
def test_a_path_that_is_no_text_is_a_type_error(path: Any) -> None:
    with pytest.raises(TypeError, match=r"^path must be a str$"):
        endpoints.get_any(path, {})


def test_requests_are_values() -> None:
    assert endpoints.get_label("se-1") == endpoints.get_label("se-1")
    assert hash(endpoints.get_label("se-1")) == hash(endpoints.get_label("se-1"))
    with pytest.raises(AttributeError):
        endpoints.get_label("se-1").path = "tags"  # type: ignore[misc]
