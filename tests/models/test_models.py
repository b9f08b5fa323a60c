"""Models are frozen, slotted values, named as the specification names them."""

from __future__ import annotations

import copy
import pickle
import types
import typing
from datetime import datetime

import attrs
import pytest

from shipstation_aissist import models
from shipstation_aissist.models import (
    Address,
    AlternativeIdentifier,
    Fulfillment,
    Label,
    LabelPackage,
    Page,
    Shipment,
    ShipmentItem,
    TrackEvent,
    TrackingInformation,
)
from shipstation_aissist.models.privacy import hides

MODELS = [
    Address,
    AlternativeIdentifier,
    Fulfillment,
    Label,
    LabelPackage,
    Shipment,
    ShipmentItem,
    TrackEvent,
    TrackingInformation,
]
IDS = {Shipment: "shipment_id", Label: "label_id", Fulfillment: "fulfillment_id"}


def made(model: type) -> object:
    return model(**{name: "se-1" for kind, name in IDS.items() if kind is model})


def test_the_package_exports_its_models_and_nothing_else() -> None:
    assert {getattr(models, name) for name in models.__all__} == {*MODELS, Page}
    assert sorted(models.__all__) == models.__all__


@pytest.mark.parametrize("model", [*MODELS, Page])
def test_a_model_is_frozen_slotted_hashable_and_made_by_names(model: type) -> None:
    value = made(model)
    field = attrs.fields(model)[0]
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(value, field.name, "other")
    assert not hasattr(value, "__dict__")
    assert hash(value) == hash(made(model))
    assert all(each.kw_only for each in attrs.fields(model))


@pytest.mark.parametrize("model", [*MODELS, Page])
def test_a_model_survives_pickle_and_copy(model: type) -> None:
    value = made(model)
    assert pickle.loads(pickle.dumps(value)) == value
    assert copy.deepcopy(value) == value


@pytest.mark.parametrize("model", [*MODELS, Page])
def test_only_a_records_own_id_is_required_and_everything_else_is_unknown_until_said(model: type) -> None:
    for field in attrs.fields(model):
        if field.name == IDS.get(model):
            assert field.default is attrs.NOTHING
        else:
            assert field.default in (None, ())


@pytest.mark.parametrize("model", MODELS)
def test_every_field_is_of_a_kind_that_the_wire_holds(model: type) -> None:
    kinds: set[object] = {str | None, bool | None, int | None, float | None, int | float | None, int | str | None}
    for name, kind in typing.get_type_hints(model).items():
        if name == IDS.get(model):
            assert kind is str
        elif typing.get_origin(kind) is tuple:
            (item, rest) = typing.get_args(kind)
            assert (attrs.has(item), rest) == (True, ...)
        else:
            assert isinstance(kind, types.UnionType)
            assert kind in {*kinds, datetime | None, Address | None}


USEFUL = {
    Shipment: """
        shipment_id shipment_number external_shipment_id external_order_id sales_order_id shipment_status store_id
        order_source_code carrier_id service_code created_at modified_at ship_date hold_until_date deliver_by_date
        ship_to items""",
    ShipmentItem: "name sku quantity sales_order_id sales_order_item_id external_order_id external_order_item_id",
    Label: """
        label_id status shipment_id external_shipment_id external_order_id ship_date created_at tracking_number
        tracking_url tracking_status trackable voided voided_at void_type is_return_label rma_number is_international
        carrier_id carrier_code service_code packages alternative_identifiers ship_to""",
    LabelPackage: "package_id tracking_number sequence alternative_identifiers",
    AlternativeIdentifier: "type value",
    TrackingInformation: """
        tracking_number tracking_url status_code status_description status_detail_code status_detail_description
        carrier_code carrier_id carrier_status_code carrier_detail_code carrier_status_description ship_date
        estimated_delivery_date actual_delivery_date exception_description events""",
    TrackEvent: """
        occurred_at carrier_occurred_at description city_locality state_province postal_code country_code company_name
        signer event_code carrier_detail_code status_code status_description carrier_status_code
        carrier_status_description status_detail_code status_detail_description proof_of_delivery_url latitude
        longitude""",
    Fulfillment: """
        fulfillment_id shipment_id shipment_number user_id tracking_number created_at ship_date voided_at delivered_at
        fulfillment_carrier_friendly_name fulfillment_provider_friendly_name fulfillment_provider_code
        fulfillment_service_code void_requested voided order_source_notified notification_error_message ship_to""",
    Address: """
        name phone email company_name address_line1 address_line2 address_line3 city_locality state_province
        postal_code country_code""",
    Page: "items total page pages",
}


@pytest.mark.parametrize(("model", "fields"), USEFUL.items())
def test_a_model_has_every_field_that_the_api_notes_name_as_useful(model: type, fields: str) -> None:
    assert set(fields.split()) <= {field.name for field in attrs.fields(model)}


PERSONAL = {
    *("name", "phone", "email", "company_name", "address_line1", "address_line2", "address_line3", "city_locality"),
    *("state_province", "postal_code", "signer", "latitude", "longitude", "proof_of_delivery_url", "description"),
    *("carrier_status_description", "exception_description", "notification_error_message", "tracking_url", "image_url"),
}


def filled(model: type) -> object:
    """A model whose every field says so itself."""
    values: dict[str, object] = {}
    for name, kind in typing.get_type_hints(model).items():
        inner = [part for part in typing.get_args(kind) if attrs.has(part)]
        values[name] = f"<{name}>" if not inner else filled(inner[0])
        if typing.get_origin(kind) is tuple:
            values[name] = (values[name],)
    return model(**values)


@pytest.mark.parametrize("model", MODELS)
def test_a_repr_shows_no_person_and_no_free_text_however_deep_they_are(model: type) -> None:
    shown = repr(Page(items=(filled(model),), total=1))
    assert model.__name__ in shown
    assert not [name for name in PERSONAL if f"<{name}>" in shown or f" {name}=" in shown]


def test_a_repr_shows_ids_numbers_and_statuses() -> None:
    for model, names in (
        (Shipment, "shipment_id shipment_number external_shipment_id shipment_status store_id is_return"),
        (Label, "label_id shipment_id status tracking_number carrier_code voided is_return_label rma_number"),
        (TrackingInformation, "tracking_number status_code status_detail_code carrier_code occurred_at"),
        (Fulfillment, "fulfillment_id shipment_id shipment_number tracking_number voided"),
    ):
        shown = repr(filled(model))
        assert all(f"<{name}>" in shown for name in names.split())


def test_hiding_a_field_that_a_model_does_not_have_is_an_error_at_once() -> None:
    with pytest.raises(TypeError, match="signature"):
        attrs.make_class("Scan", {"signer": attrs.field()}, field_transformer=hides("signature"))
