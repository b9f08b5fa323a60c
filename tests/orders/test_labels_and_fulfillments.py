"""Which labels are parcels, which shipments are live (R6), and which fulfillments count (R9)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from shipstation_aissist.models import Fulfillment, Label, Shipment
from shipstation_aissist.orders.elsewhere import is_usable_fulfillment
from shipstation_aissist.orders.labels import is_cancelled, is_outbound, is_voided, live_shipments

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
        ({"voided_at": MOMENT}, False, True),
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
        ("pending", False),
        ("on_hold", False),
        ("label_purchased", False),
        ("new", False),
        (None, False),
    ],
)
def test_a_shipment_is_cancelled_by_its_status(status: str | None, cancelled: bool) -> None:
    assert is_cancelled(Shipment(shipment_id="se-1", shipment_status=status)) is cancelled


def test_live_are_those_not_cancelled_and_cancelled_ones_with_an_outbound_label() -> None:
    labels = {
        "pending": [],
        "cancelled": [],
        "cancelled, voided": [Label(label_id="1", voided=True), Label(label_id="2", is_return_label=True)],
        "cancelled, shipped": [Label(label_id="3", voided=True), Label(label_id="4")],
        "shipped": [Label(label_id="5")],
    }
    shipments = [
        Shipment(shipment_id=one, shipment_status="cancelled" if one.startswith("cancelled") else "label_purchased")
        for one in labels
    ]
    live = live_shipments(shipments, lambda one: labels[one.shipment_id])
    assert [one.shipment_id for one in live] == ["pending", "cancelled, shipped", "shipped"]


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
