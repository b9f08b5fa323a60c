"""Which labels are parcels, which shipments are live (R6), and which fulfillments count (R9)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from shipstation_aissist.models import Fulfillment, Label, Shipment
from shipstation_aissist.orders.elsewhere import is_usable_fulfillment
from shipstation_aissist.orders.findings import Findings
from shipstation_aissist.orders.labels import (
    SortedLabels,
    is_cancelled,
    is_outbound,
    is_voided,
    live_shipments,
    sort_labels,
)

MOMENT = datetime(2026, 3, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("label", "voided", "outbound"),
    [
        ({}, False, True),
        ({"status": "completed"}, False, True),
        ({"status": "completed", "voided": False, "is_return_label": False}, False, True),
        ({"status": "processing"}, False, True),
        ({"status": "something new"}, False, True),
        ({"trackable": False}, False, True),
        ({"voided_at": MOMENT}, True, False),
        ({"voided_at": MOMENT, "voided": False}, False, True),
        ({"status": "VOIDED"}, True, False),
        ({"status": " Error "}, False, False),
        ({"rma_number": "RMA-1"}, False, False),
        ({"rma_number": " "}, False, True),
        ({"voided": True}, True, False),
        ({"status": "voided"}, True, False),
        ({"status": "voided", "voided": False}, True, False),
        ({"status": "completed", "voided": True}, True, False),
        ({"is_return_label": True}, False, False),
        ({"status": "error"}, False, False),
        ({"status": "error", "voided": True}, True, False),
        ({"is_return_label": True, "voided": True}, True, False),
    ],
)
def test_a_label_is_outbound_unless_it_is_voided_a_return_or_failed(
    label: dict[str, Any], voided: bool, outbound: bool
) -> None:
    made = Label(label_id="se-9", **label)
    assert is_voided(made) is voided
    assert is_outbound(made) is outbound


@pytest.mark.parametrize(
    ("status", "cancelled"),
    [
        ("cancelled", True),
        ("Cancelled", True),
        ("canceled", True),
        ("pending", False),
        ("on_hold", False),
        ("label_purchased", False),
        ("new", False),
        (None, False),
    ],
)
def test_a_shipment_is_cancelled_by_its_status(status: str | None, cancelled: bool) -> None:
    assert is_cancelled(Shipment(shipment_id="se-1", shipment_status=status)) is cancelled


def test_live_are_outbound_shipments_that_are_not_cancelled_or_of_which_a_parcel_was_scanned() -> None:
    shipments = [
        Shipment(shipment_id="pending", shipment_status="pending"),
        Shipment(shipment_id="cancelled", shipment_status="cancelled"),
        Shipment(shipment_id="cancelled, scanned", shipment_status="canceled"),
        Shipment(shipment_id="return", shipment_status="label_purchased", is_return=True),
        Shipment(shipment_id="return, scanned", shipment_status="label_purchased", is_return=True),
    ]
    live = live_shipments(shipments, lambda shipment: "scanned" in shipment.shipment_id)
    assert [shipment.shipment_id for shipment in live] == ["pending", "cancelled, scanned"]


def sorted_labels(*shipments: Shipment, **labels: list[Label]) -> SortedLabels:
    return sort_labels(shipments, labels, Findings(lambda _: None))


def test_labels_are_sorted_by_what_they_are_for_and_all_are_listed() -> None:
    """R6."""
    them = [
        Label(label_id="1", tracking_number="A"),
        Label(label_id="2", tracking_number="B", voided=True),
        Label(label_id="3", tracking_number="C", rma_number="R"),
        Label(label_id="4", status="processing"),
    ]
    back = Label(label_id="5", tracking_number="D")
    found = sorted_labels(Shipment(shipment_id="s"), Shipment(shipment_id="r", is_return=True), s=them, r=[back])
    assert [label.label_id for label in found.outbound] == ["1", "4"]
    assert [label.label_id for label in found.returns] == ["3", "5"]
    assert found.listed == {"s": them, "r": [attrs.evolve(back, is_return_label=True)]}
    assert found.last_resorts == {}


def test_a_number_that_comes_twice_is_one_parcel_of_all_its_shipments() -> None:
    """R3."""
    found = sorted_labels(
        Shipment(shipment_id="s"),
        Shipment(shipment_id="t"),
        s=[Label(label_id="1", tracking_number="94-1"), Label(label_id="2", tracking_number="941", voided=True)],
        t=[Label(label_id="3", tracking_number="94 1")],
    )
    assert [label.label_id for label in found.outbound] == ["1"]
    assert found.shipments_of == {"1": {"s", "t"}}
    assert [[label.label_id for label in them] for them in found.listed.values()] == [["1"], []]
    assert found.outbound_of(Shipment(shipment_id="t")) == found.outbound


def test_the_newest_of_labels_that_were_all_voided_is_a_last_resort() -> None:
    """R6."""
    new, old = (Label(label_id=name, tracking_number=name, voided=True) for name in ("new", "old"))
    back = Label(label_id="back", tracking_number="back", is_return_label=True)
    live, cancelled = Shipment(shipment_id="s"), Shipment(shipment_id="c", shipment_status="cancelled")
    found = sorted_labels(live, cancelled, s=[new, old], c=[old])
    assert found.last_resorts == {"s": new, "c": old}
    assert found.last_resorts_of([live, cancelled]) == {"s": new}
    assert found.last_resorts_of([cancelled]) == {"c": old}
    assert sorted_labels(live, s=[new, back]).last_resorts == {"s": new}
    assert sorted_labels(live, s=[back]).last_resorts == {}
    voided_back = Label(label_id="back", tracking_number="back", is_return_label=True, voided=True, created_at=MOMENT)
    assert sorted_labels(live, s=[voided_back, new]).last_resorts == {"s": new}
    assert sorted_labels(live, s=[voided_back]).last_resorts == {}
    dated = Label(label_id="dated", tracking_number="dated", voided=True, created_at=MOMENT)
    assert sorted_labels(live, s=[old, dated]).last_resorts == {"s": dated}
    without_number = Label(label_id="x", voided=True)
    assert sorted_labels(live, s=[without_number]).last_resorts_of([live]) == {}


@pytest.mark.parametrize(
    ("fulfillment", "usable"),
    [
        ({"tracking_number": "770001"}, True),
        ({"tracking_number": "770001", "voided": False, "void_requested": True}, True),
        ({"tracking_number": None}, True),
        ({"tracking_number": "770001", "voided": True}, False),
        ({"tracking_number": "770001", "voided_at": MOMENT}, False),
        ({"tracking_number": None, "voided": True}, False),
        ({"tracking_number": "9400 1"}, False),
        ({"tracking_number": "94001"}, False),
        ({"tracking_number": "1z-a2"}, False),
        ({"tracking_number": "940011"}, True),
    ],
)
def test_a_fulfillment_counts_unless_it_is_voided_or_a_label_has_its_number(
    fulfillment: dict[str, Any], usable: bool
) -> None:
    made = Fulfillment(fulfillment_id="se-9", **fulfillment)
    assert is_usable_fulfillment(made, ["9400-1", "1ZA2"]) is usable


def test_without_labels_a_fulfillment_counts() -> None:
    assert is_usable_fulfillment(Fulfillment(fulfillment_id="se-9", tracking_number="1"), [])
