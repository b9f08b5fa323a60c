"""What no rule reads costs nobody the order: it is None where its type is wrong, and its path is told."""

from __future__ import annotations

import json
import pickle
from typing import Any

import attrs
import pytest

from shipstation_aissist import models
from shipstation_aissist.errors import MalformedResponseError
from shipstation_aissist.wire.decoding import Decoded, decode
from shipstation_aissist.wire.requests import (
    FULFILLMENTS,
    LABEL,
    LABELS,
    SHIPMENT,
    SHIPMENTS,
    TRACKING,
    AskedFor,
    Shape,
    list_fulfillments,
    list_labels,
    list_shipments,
)
from shipstation_aissist.wire.strict import READ_BY_RULES
from support import wire_samples as wire

pytestmark = pytest.mark.usefixtures("cold_caches")


def read(document: Any, shape: Shape[Any], asked_for: AskedFor = ()) -> Decoded[Any]:
    return decode(json.dumps(document).encode(), shape, asked_for=asked_for)


# --- fields ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [True, "2", "2.5", [], {}])
def test_a_number_that_no_rule_reads_is_never_coerced_and_costs_nobody_the_order(value: Any) -> None:
    decoded = read(wire.shipment(items=[{"name": "Mug", "quantity": value}, {"quantity": 2}]), SHIPMENT)
    assert decoded.unreadable == ("$.items[0].quantity",)
    assert [(item.name, item.quantity) for item in decoded.value.items] == [("Mug", None), (None, 2)]
    decoded = read(wire.tracking(events=[wire.event(), wire.event(latitude=value, longitude=value)]), TRACKING)
    assert decoded.unreadable == ("$.events[1].latitude", "$.events[1].longitude")
    assert decoded.value.events[1].latitude is None
    assert decoded.value.events[0] == decode(json.dumps(wire.tracking()).encode(), TRACKING).value.events[0]


@pytest.mark.parametrize("value", [2.9, 2.0, True, "2", [], {}])
def test_a_whole_number_is_neither_cut_nor_read_from_a_text_or_a_flag(value: Any) -> None:
    decoded = read(wire.label(packages=[{}, {"sequence": value, "tracking_number": "22"}]), LABEL)
    assert decoded.unreadable == ("$.packages[1].sequence",)
    assert (decoded.value.packages[1].sequence, decoded.value.packages[1].tracking_number) == (None, "22")


@pytest.mark.parametrize("value", [2.5, True, [], {}])
def test_an_id_that_may_be_a_number_or_a_text_is_nothing_else(value: Any) -> None:
    decoded = read(wire.tracking(carrier_id=value), TRACKING)
    assert (decoded.value.carrier_id, decoded.unreadable) == (None, ("$.carrier_id",))


def test_a_phone_number_that_came_as_a_number_is_unknown() -> None:
    decoded = read(wire.shipment(ship_to={"phone": 5551234}, is_gift="no"), SHIPMENT)
    assert decoded.unreadable == ("$.is_gift", "$.ship_to.phone")
    assert (decoded.value.ship_to.phone, decoded.value.ship_to.name) == (None, "Robin Sample")
    assert decoded.value.is_gift is None


@pytest.mark.parametrize("value", [0, 1, "x", [], ["x"], True])
def test_an_address_that_no_rule_reads_is_unknown_as_a_whole(value: Any) -> None:
    decoded = read(wire.label(ship_to=value), LABEL)
    assert (decoded.value.ship_to, decoded.unreadable) == (None, ("$.ship_to",))
    decoded = read(wire.label(ship_to={"postal_code": 29646, "name": "Robin"}), LABEL)
    assert (decoded.value.ship_to, decoded.unreadable) == (None, ("$.ship_to.postal_code",))


def test_items_that_are_no_list_are_no_items() -> None:
    for items, path in ((7, "$.items"), ({"0": {}}, "$.items"), ([{"name": "Mug"}, 7], "$.items[1]")):
        decoded = read(wire.shipment(items=items), SHIPMENT)
        assert (decoded.value.items, decoded.unreadable) == ((), (path,))


def test_every_field_is_strict_or_lenient_as_its_list_says() -> None:
    shapes: dict[type, tuple[Shape[Any], dict[str, Any]]] = {
        models.Shipment: (SHIPMENT, wire.shipment()),
        models.Label: (LABEL, wire.label()),
        models.TrackingInformation: (TRACKING, wire.tracking()),
    }
    for model, (shape, record) in shapes.items():
        for field in attrs.fields(model):
            broken = record | {field.name: 2.5}
            if field.name in READ_BY_RULES[model]:
                with pytest.raises(MalformedResponseError) as refused:
                    read(broken, shape)
                assert refused.value.problems == (f"$.{field.name}",)
            else:
                assert read(broken, shape).unreadable == (f"$.{field.name}",)


def test_the_lists_of_what_rules_read_name_fields_of_the_models_and_each_records_own_id() -> None:
    for model, names in READ_BY_RULES.items():
        fields = {field.name: field for field in attrs.fields(model)}
        assert names <= fields.keys()
        assert {name for name, field in fields.items() if field.default is attrs.NOTHING} <= names


# --- dates -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["1999-12-31T23:59:59Z", "0001-01-01T00:00:00", "2101-01-01T00:00:00Z", "9999-12-31", "Dec 31, 1969 7 PM"]
)
def test_a_date_outside_the_years_2000_to_2100_is_unknown_and_told(text: str) -> None:
    decoded = read(wire.tracking(ship_date=text), TRACKING)
    assert (decoded.value.ship_date, decoded.unreadable) == (None, ("$.ship_date",))


def test_a_date_that_no_rule_reads_may_even_be_a_number() -> None:
    decoded = read(wire.shipment(modified_at=1700000000), SHIPMENT)
    assert (decoded.value.modified_at, decoded.unreadable) == (None, ("$.modified_at",))


def test_a_record_with_an_odd_date_is_read_as_the_one_with_the_usual_form_of_it() -> None:
    """Odd records are read another way than most: what comes of it must be the same value."""
    for shape, sample, odd in (
        (TRACKING, wire.tracking(), wire.tracking(ship_date="Mon, 02 Mar 2026 20:10:00 +0000")),
        (LABEL, wire.label(), wire.label(created_at="2026-03-02 08:00:00 UTC")),
        (SHIPMENT, wire.shipment(), wire.shipment(ship_date="2 March 2026 00:00 UTC")),
    ):
        usual, other = read(sample, shape).value, read(odd, shape).value
        assert usual == other
        assert hash(usual) == hash(other)
        assert pickle.loads(pickle.dumps(usual)) == usual


# --- records of a page -----------------------------------------------------------------------------------------------

BROKEN = {"is_return": "maybe"}


@pytest.mark.parametrize("others", ["1002", "11001-B", "#1002", "", None])
def test_a_strangers_record_that_cannot_be_read_does_not_sink_the_page(others: str | None) -> None:
    mine = wire.shipment("se-1", "1001", modified_at="soon")
    request = list_shipments({"shipment_number": "1001", "page_size": 100})
    document = wire.page("shipments", [wire.shipment("se-2", others, **BROKEN), mine, wire.shipment("se-3", "9")])
    decoded = read(document, SHIPMENTS, request.asked_for)
    assert [each.shipment_id for each in decoded.value.items] == ["se-1", "se-3"]
    assert decoded.skipped == ("$.shipments[0].is_return",)
    assert decoded.unreadable == ("$.shipments[1].modified_at",)
    assert list(decoded.unreadable_by_item()) == [(0, "$.shipments[1].modified_at")]


def test_nothing_is_said_of_what_was_given_up_in_a_record_that_was_left_out() -> None:
    odd = {"modified_at": "soon", "items": 7}
    request = list_shipments({"shipment_number": "1001", "page_size": 100})
    records = [wire.shipment("se-1", "1001"), wire.shipment("se-2", "1002", **odd, **BROKEN)]
    for document in (wire.page("shipments", records), wire.page("shipments", records[::-1])):
        decoded = read(document, SHIPMENTS, request.asked_for)
        assert [item.shipment_id for item in decoded.value.items] == ["se-1"]
        assert (len(decoded.skipped), decoded.unreadable, list(decoded.unreadable_by_item())) == (1, (), [])


@pytest.mark.parametrize("number", ["1001", "#1001", " 1001 ", "\uff11001", 1001, ["1002"]])
def test_a_record_that_may_be_the_one_that_was_asked_for_is_never_left_out(number: Any) -> None:
    request = list_shipments({"shipment_number": "1001"})
    document = wire.page("shipments", [wire.shipment("se-2", number, **BROKEN), wire.shipment("se-1", "1001")])
    with pytest.raises(MalformedResponseError) as refused:
        read(document, SHIPMENTS, request.asked_for)
    assert "$.shipments[0].is_return" in refused.value.problems


def test_a_record_that_names_nothing_is_never_left_out() -> None:
    request = list_shipments({"shipment_number": "1001"})
    for record in (7, {"is_return": "maybe"}, []):
        with pytest.raises(MalformedResponseError):
            read({"shipments": [record]}, SHIPMENTS, request.asked_for)


def test_where_nothing_was_asked_for_every_record_counts() -> None:
    document = wire.page("shipments", [wire.shipment("se-2", "1002", **BROKEN)])
    with pytest.raises(MalformedResponseError):
        read(document, SHIPMENTS, list_shipments({"page_size": 25, "store_id": "se-1"}).asked_for)


def test_labels_and_fulfillments_of_other_shipments_do_not_sink_the_page_either() -> None:
    for name, shape, request, record in (
        ("labels", LABELS, list_labels({"shipment_id": "se-7001"}), wire.label),
        ("fulfillments", FULFILLMENTS, list_fulfillments({"shipment_id": "se-7001"}), wire.fulfillment),
    ):
        document = wire.page(name, [record(), record("se-9", shipment_id="se-7009", voided="no")])
        assert read(document, shape, request.asked_for).skipped == (f"$.{name}[1].voided",)
        document = wire.page(name, [record(), record("se-9", shipment_id="se-7001", voided="no")])
        with pytest.raises(MalformedResponseError):
            read(document, shape, request.asked_for)


def test_a_tracking_number_with_something_before_it_may_be_the_one_that_was_asked_for() -> None:
    request = list_labels({"tracking_number": "9400110000000000000001"})
    document = wire.page("labels", [wire.label(number="420296469400110000000000000001", voided="no")])
    with pytest.raises(MalformedResponseError):
        read(document, LABELS, request.asked_for)
