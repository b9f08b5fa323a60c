"""R3: every record is compared with what was asked."""

from __future__ import annotations

import pytest

from shipstation_aissist.models import (
    AlternativeIdentifier,
    Fulfillment,
    Label,
    LabelPackage,
    Shipment,
    TrackingInformation,
)
from shipstation_aissist.orders.comparing import (
    has_external_id,
    has_number,
    has_shipment_id,
    has_tracking_number,
    is_of_store,
    numbers_of,
    tracks_label,
)


@pytest.mark.parametrize(
    ("number", "asked", "matches"),
    [
        ("A-100", "A-100", True),
        ("a-100", "A-100", True),
        ("#A-100", "A-100", True),
        ("A-100", "#A-100", True),
        (" A-100 ", "A-100", True),
        ("A-1000", "A-100", False),
        ("A-10", "A-100", False),
        ("XA-100", "A-100", False),
        ("A100", "A-100", False),
        ("0100", "100", False),
        ("##100", "100", False),
        (None, "A-100", False),
        (None, "None", False),
    ],
)
def test_a_number_matches_whatever_its_case_and_one_leading_sign(number: str | None, asked: str, matches: bool) -> None:
    assert has_number(Shipment(shipment_id="se-1", shipment_number=number), asked) is matches


@pytest.mark.parametrize(
    ("external_id", "matches"),
    [("ext-1", True), ("EXT-1", False), ("#ext-1", False), (" ext-1", False), ("ext-11", False), (None, False)],
)
def test_an_external_id_matches_exactly(external_id: str | None, matches: bool) -> None:
    assert has_external_id(Shipment(shipment_id="se-1", external_shipment_id=external_id), "ext-1") is matches


@pytest.mark.parametrize(("shipment_id", "matches"), [("se-1", True), ("SE-1", False), ("se-11", False), (None, False)])
def test_a_label_and_a_fulfillment_belong_to_the_shipment_that_they_name(
    shipment_id: str | None, matches: bool
) -> None:
    assert has_shipment_id(Label(label_id="se-9", shipment_id=shipment_id), "se-1") is matches
    assert has_shipment_id(Fulfillment(fulfillment_id="se-9", shipment_id=shipment_id), "se-1") is matches


@pytest.mark.parametrize(("store_id", "matches"), [("se-31", True), ("SE-31", False), ("se-3", False), (None, False)])
def test_a_store_that_was_asked_for_matches_exactly(store_id: str | None, matches: bool) -> None:
    assert is_of_store(Shipment(shipment_id="se-1", store_id=store_id), "se-31") is matches


@pytest.mark.parametrize("store_id", ["se-31", None])
def test_any_store_will_do_when_none_was_asked_for(store_id: str | None) -> None:
    assert is_of_store(Shipment(shipment_id="se-1", store_id=store_id), None)


LABEL = Label(
    label_id="se-9",
    tracking_number="9400 1",
    packages=(
        LabelPackage(
            tracking_number="1Z-A2",
            alternative_identifiers=(AlternativeIdentifier(value="LM3"), AlternativeIdentifier()),
        ),
        LabelPackage(),
        LabelPackage(tracking_number="1ZA4"),
    ),
    alternative_identifiers=(AlternativeIdentifier(type="x", value="LM5"), AlternativeIdentifier(type="y")),
)


def test_the_numbers_of_a_label_are_its_own_its_packages_and_those_of_other_carriers() -> None:
    assert list(numbers_of(LABEL)) == ["9400 1", "1Z-A2", "1ZA4", "LM5", "LM3"]
    assert list(numbers_of(Label(label_id="se-9"))) == []


@pytest.mark.parametrize("number", ["9400 1", "94001", "94-00-1", "1ZA2", "1za 2", "lm3", "1ZA4", "LM5"])
def test_a_tracking_reply_that_names_one_of_the_labels_numbers_is_the_labels(number: str) -> None:
    assert has_tracking_number(LABEL, number)
    assert tracks_label(TrackingInformation(tracking_number=number), LABEL)


@pytest.mark.parametrize("number", ["94002", "9400", "940011", "1ZA", "LM", "None", "x"])
def test_a_tracking_reply_that_names_another_number_is_a_strangers(number: str) -> None:
    assert not has_tracking_number(LABEL, number)
    assert not tracks_label(TrackingInformation(tracking_number=number), LABEL)


def test_a_tracking_reply_without_a_number_is_believed() -> None:
    assert tracks_label(TrackingInformation(), LABEL)


def test_a_label_without_numbers_has_no_reply_that_names_one() -> None:
    assert not tracks_label(TrackingInformation(tracking_number="94001"), Label(label_id="se-9"))
