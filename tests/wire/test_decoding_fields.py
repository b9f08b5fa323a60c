"""Each kind of field: "" and null are both None, nothing is coerced, what is not known is ignored."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from shipstation_aissist.errors import MalformedResponseError
from shipstation_aissist.models import Address, AlternativeIdentifier, LabelPackage, Page, ShipmentItem
from shipstation_aissist.wire.decoding import decode
from shipstation_aissist.wire.requests import (
    ANY_JSON,
    FULFILLMENTS,
    LABEL,
    LABELS,
    SHIPMENT,
    SHIPMENTS,
    TRACKING,
    Shape,
)
from support import wire_samples as wire

pytestmark = pytest.mark.usefixtures("cold_caches")


def read(document: Any, shape: Shape[Any]) -> Any:
    decoded = decode(json.dumps(document).encode(), shape)
    assert (decoded.unreadable, decoded.skipped) == ((), ())
    assert decoded.partial is False
    return decoded.value


def problems(document: Any, shape: Shape[Any]) -> tuple[str, ...]:
    with pytest.raises(MalformedResponseError) as caught:
        decode(json.dumps(document).encode(), shape)
    return caught.value.problems


def test_a_shipment_is_read_field_by_field() -> None:
    shipment = read(wire.shipment(store_id="se-31", tags=[{"name": "x"}]), SHIPMENT)
    assert shipment.shipment_id == "se-7001"
    assert shipment.shipment_number == "A-100"
    assert shipment.external_shipment_id is None
    assert shipment.service_code == "usps_priority_mail "
    assert shipment.ship_date == datetime(2026, 3, 2, tzinfo=UTC)
    assert shipment.created_at == datetime(2026, 3, 1, 9, 15, 0, 500_000, UTC)
    assert shipment.modified_at == datetime(2026, 3, 2, 10, 0, 0, 123_000, UTC)
    assert shipment.hold_until_date is None
    assert shipment.is_return is False
    assert shipment.store_id == "se-31"
    assert shipment.items == (ShipmentItem(name="Tea pot", sku="TEA-2", quantity=2),)
    assert shipment.ship_to == Address(
        name="Robin Sample",
        address_line1="1 Harbour Street",
        city_locality="PORTLAND",
        state_province="ME",
        postal_code="04101-2233",
        country_code="US",
        address_residential_indicator="unknown",
    )


def test_a_label_is_read_with_its_packages_and_further_numbers() -> None:
    further = {"type": "last_mile", "value": "LX1"}
    package = {"package_id": "p1", "sequence": 2, "tracking_number": "", "alternative_identifiers": [further, {}]}
    label = read(wire.label(packages=[package, {}], alternative_identifiers=[further], voided=True), LABEL)
    assert label.label_id == "se-8001"
    assert label.voided is True
    assert label.batch_id is None
    assert label.alternative_identifiers == (AlternativeIdentifier(type="last_mile", value="LX1"),)
    assert label.packages == (
        LabelPackage(
            package_id="p1",
            sequence=2,
            alternative_identifiers=(AlternativeIdentifier(type="last_mile", value="LX1"), AlternativeIdentifier()),
        ),
        LabelPackage(),
    )


def test_tracking_is_read_with_its_events_in_the_order_of_the_api() -> None:
    events = [wire.event("2026-03-02T08:00:00", latitude=43, longitude=-70.25), wire.event("2026-03-04T18:30:00Z")]
    tracking = read(wire.tracking(carrier_id=1, events=events), TRACKING)
    assert tracking.carrier_id == 1
    assert tracking.estimated_delivery_date == datetime(2026, 3, 5)
    assert [event.occurred_at for event in tracking.events] == [
        datetime(2026, 3, 2, 8),
        datetime(2026, 3, 4, 18, 30, tzinfo=UTC),
    ]
    assert (tracking.events[0].latitude, tracking.events[0].longitude) == (43, -70.25)
    assert tracking.events[0].company_name is None
    assert tracking.events[1].latitude is None


def test_a_page_tells_where_it_stands_and_holds_its_items() -> None:
    page = read(wire.page("fulfillments", [wire.fulfillment()], number=2, pages=3, total=51), FULFILLMENTS)
    assert (page.page, page.pages, page.total) == (2, 3, 51)
    assert [each.fulfillment_id for each in page.items] == ["se-9001"]
    assert page.items[0].voided is False
    assert page.items[0].ship_to is None


@pytest.mark.parametrize("absent", [None, ""])
def test_counts_that_a_page_leaves_out_are_unknown(absent: str | None) -> None:
    assert read({"shipments": []}, SHIPMENTS) == Page(items=())
    assert read({"shipments": [], "total": absent, "page": absent, "pages": absent}, SHIPMENTS) == Page(items=())


def test_zero_is_a_count() -> None:
    page = read({"labels": [], "total": 0, "page": 1, "pages": 0}, LABELS)
    assert (page.total, page.pages) == (0, 0)


@pytest.mark.parametrize("absent", [None, ""])
def test_null_and_the_empty_string_are_none_for_every_kind_of_field(absent: str | None) -> None:
    label = read(
        wire.label(
            status=absent,
            ship_date=absent,
            voided=absent,
            packages=[{"sequence": absent, "package_id": absent}],
            alternative_identifiers=absent,
            ship_to=absent,
        ),
        LABEL,
    )
    assert (label.status, label.ship_date, label.voided, label.ship_to) == (None, None, None, None)
    assert label.packages == (LabelPackage(),)
    assert label.alternative_identifiers == ()
    tracking = read(wire.tracking(carrier_id=absent, events=[{"latitude": absent}]), TRACKING)
    assert (tracking.carrier_id, tracking.events[0].latitude) == (None, None)
    assert read(wire.tracking(events=absent), TRACKING).events == ()
    assert read(wire.shipment(items=[{"quantity": absent}]), SHIPMENT).items == (ShipmentItem(),)


def test_blanks_are_no_empty_string() -> None:
    assert read(wire.label(service_code=" "), LABEL).service_code == " "


TEXTS: list[Any] = [0, 1, 2.5, True, False, [], {}, ["x"]]
FLAGS: list[Any] = [0, 1, "true", "no", [], {}]
WHOLE_NUMBERS: list[Any] = [2.9, 2.0, True, False, "2", [], {}]
NUMBERS: list[Any] = [True, "2.5", [], {}]
NUMBERS_OR_TEXTS: list[Any] = [2.5, True, [], {}]
OBJECTS: list[Any] = [0, 1, "x", [], ["x"], True]
ARRAYS: list[Any] = [0, 1, "x", {}, {"0": {}}, True]
IDENTIFIERS: list[Any] = [
    None,
    0,
    12,
    2.5,
    True,
    [],
    {},
    "",
    " ",
    ".",
    "..",
    ". .",
    "\t",
    "se-\n1",
    "se-\u200b1",
    "\x00",
]


def _cases(where: str, values: list[Any]) -> list[Any]:
    return [pytest.param(where, value, id=f"{where}={value!r}") for value in values]


@pytest.mark.parametrize(
    ("where", "value"),
    [
        *_cases("status", TEXTS),
        *_cases("ship_date", TEXTS),
        *_cases("voided", FLAGS),
        *_cases("packages", ARRAYS),
        *_cases("label_id", IDENTIFIERS),
    ],
)
def test_a_value_of_another_type_is_refused_by_its_path_and_never_coerced(where: str, value: Any) -> None:
    assert problems(wire.label(**{where: value}), LABEL) == (f"$.{where}",)
    assert problems(wire.page("labels", [wire.label("se-1"), wire.label(**{where: value})]), LABELS) == (
        f"$.labels[1].{where}",
    )


@pytest.mark.parametrize("value", OBJECTS)
def test_where_a_shipment_goes_is_an_object(value: Any) -> None:
    """R5 reads it."""
    assert problems(wire.shipment() | {"ship_to": value}, SHIPMENT) == ("$.ship_to",)


@pytest.mark.parametrize("value", TEXTS)
def test_what_tells_recipients_apart_is_a_text(value: Any) -> None:
    """R4 and R5 read it."""
    for name in ("name", "email", "address_line1", "postal_code", "country_code"):
        assert problems(wire.shipment(ship_to={name: value}), SHIPMENT) == (f"$.ship_to.{name}",)


@pytest.mark.parametrize("value", [-1, 1.0, "1", True, [], {}])
def test_the_number_of_pages_is_a_whole_number(value: Any) -> None:
    """R3 reads it."""
    assert problems({"labels": [], "pages": value}, LABELS) == ("$.pages",)


@pytest.mark.parametrize("value", [-1, 1.0, "1", True, [], {}])
@pytest.mark.parametrize("name", ["total", "page"])
def test_any_other_count_of_a_page_that_is_no_whole_number_is_unknown_and_its_path_is_told(
    name: str, value: Any
) -> None:
    decoded = decode(json.dumps({"labels": [wire.label()], name: value}).encode(), LABELS)
    assert (decoded.value.total, decoded.value.page) == (None, None)
    assert len(decoded.value.items) == 1
    assert decoded.unreadable == decoded.unreadable_counts == (f"$.{name}",)
    assert list(decoded.unreadable_by_item()) == []


def test_a_quantity_may_have_a_fraction() -> None:
    quantities = [
        item.quantity for item in read(wire.shipment(items=[{"quantity": 2}, {"quantity": 0.5}]), SHIPMENT).items
    ]
    assert quantities == [2, 0.5]
    assert [type(each) for each in quantities] == [int, float]


def test_a_value_that_no_list_knows_stays_usable_as_its_string() -> None:
    assert read(wire.shipment(shipment_status="teleported"), SHIPMENT).shipment_status == "teleported"
    assert read(wire.label(status="Shredded"), LABEL).status == "Shredded"
    tracking = read(wire.tracking(status_code="??", status_detail_code="HUB_SCAN_IN"), TRACKING)
    assert (tracking.status_code, tracking.status_detail_code) == ("??", "HUB_SCAN_IN")


def test_unknown_keys_are_ignored_at_every_level() -> None:
    news = {"news": {"deep": [None, {"label_id": 1}]}, "": 0}
    document = wire.page("labels", [wire.label(packages=[{"sequence": 1, **news}], ship_to={**news}, **news)]) | news
    label = read(document, LABELS).items[0]
    assert label.packages == (LabelPackage(sequence=1),)
    assert label.ship_to == Address()


def test_any_json_is_handed_through_as_it_is() -> None:
    for document in (None, "", 0, -2.5, True, [], {}, [{"a": [None, ""]}], {"errors": [1]}):
        assert read(document, ANY_JSON) == document


@pytest.mark.parametrize("label_id", ["se-1", "1", "SE 1", "se/1", "..a", "é", "a?b#c"])
def test_an_identifier_is_any_text_that_can_stand_in_a_path(label_id: str) -> None:
    assert read(wire.label(label_id), LABEL).label_id == label_id
