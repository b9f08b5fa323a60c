"""The JSON records of shipments, labels and fulfillments, built by hand (API notes 5, 6, 8).

Nothing of the library's models is used here, on purpose: the fake is a second witness of the wire format. Its traps
are on the wire too: ``""`` beside ``null``, a tracking status of ``in_transit`` from a label's first moment, carrier
codes that differ between a label and its tracking reply, dates with and without zone and with fractions of a second.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from shipstation_aissist.testing.entities import FakeFulfillment, FakeItem, FakeLabel, FakeOrder, FakeShipment

Record = dict[str, Any]

_NO_MONEY = {"currency": "usd", "amount": 0.0}
_WEIGHT = {"value": 16.0, "unit": "ounce"}
_DIMENSIONS = {"unit": "inch", "length": 6.0, "width": 5.0, "height": 4.0}
_PRICE = 18.0


def shipment_record(shipment: FakeShipment) -> Record:
    """A shipment, as the list and the single GET show it."""
    order = shipment.order
    label = next((candidate for candidate in reversed(shipment.labels) if candidate.is_outbound), None)
    is_first = shipment is order.shipments[0]  # the amounts of a split are on its first shipment only
    return {
        "shipment_id": shipment.shipment_id,
        "carrier_id": "se-28529731" if label else None,
        "service_code": label.service_code if label else None,
        "requested_shipment_service": "Standard",
        "shipping_rule_id": None,
        "external_order_id": order.external_order_id,
        "external_shipment_id": shipment.external_shipment_id,
        "shipment_number": shipment.shipment_number,
        "hold_until_date": _midnight(shipment.hold_until),
        "ship_by_date": _midnight(shipment.ship_by),
        "deliver_by_date": _midnight(shipment.deliver_by),
        "ship_date": _midnight(label.created_at if label else None),
        "created_at": timestamp(shipment.created_at, 440_000),
        "modified_at": timestamp(shipment.modified_at, 447_000),
        "shipment_status": shipment.status,
        "store_id": order.store_id,
        "order_source_code": order.order_source_code,
        "ship_to": address_record(shipment),
        "ship_from": None,
        "warehouse_id": "se-101",
        "return_to": None,
        "is_return": shipment.is_return,
        "confirmation": "none",
        "items": [_item_record(order, item) for item in shipment.items],
        "tags": [],
        "packages": [
            {
                "shipment_package_id": f"se-9{shipment.shipment_id.removeprefix('se-')}",
                "package_id": "se-3",
                "package_code": "package",
                "package_name": "Package",
                "weight": _WEIGHT,
                "dimensions": _DIMENSIONS,
            }
        ],
        "total_weight": _WEIGHT,
        "amount_paid": {"currency": "usd", "amount": _PRICE * len(order.items) if is_first else 0.0},
        "shipping_paid": _NO_MONEY,
        "tax_paid": _NO_MONEY,
        "notes_from_buyer": None,
        "notes_for_gift": None,
        "is_gift": False,
        "customs": None,
        "advanced_options": {"bill_to_account": None, "custom_field1": None},
        "zone": None,
        "assigned_user": None,
        "insurance_provider": "none",
        "comparison_rate_type": None,
        **shipment.extra,
    }


def address_record(shipment: FakeShipment) -> Record:
    """The ``ship_to`` of a shipment's records."""
    recipient = shipment.recipient
    return {
        "name": recipient.name,
        "phone": recipient.phone,
        "email": recipient.email,
        "company_name": "",
        "address_line1": recipient.street,
        "address_line2": "",
        "address_line3": None,
        "city_locality": recipient.city,
        "state_province": recipient.state,
        "postal_code": recipient.postal_code,
        "country_code": recipient.country_code,
        "address_residential_indicator": "yes",
        "instructions": None,
        "geolocation": None,
    }


def label_record(label: FakeLabel, *, lean: bool = False) -> Record:
    """A label, as the list shows it; ``lean`` leaves out its alternative numbers."""
    order = label.shipment.order
    number = label.tracking_number
    split_id = f"SEAuto-{order.shipments[0].shipment_id.removeprefix('se-')}" if len(order.shipments) > 1 else None
    return {
        "label_id": label.label_id,
        "status": label.status,
        "shipment_id": label.shipment.shipment_id,
        "external_shipment_id": label.shipment.external_shipment_id or split_id,
        "external_order_id": None,
        "ship_date": _midnight(label.created_at),
        "created_at": timestamp(label.created_at, 800_000),
        "shipment_cost": {"currency": "usd", "amount": 7.42},
        "insurance_cost": _NO_MONEY,
        "requested_comparison_amount": None,
        "tracking_number": number,
        "tracking_url": label.carrier.tracking_url(number) if number else None,
        "is_return_label": label.is_return,
        "rma_number": label.rma_number,
        "is_international": order.recipient.country_code != "US",
        "batch_id": "",
        "carrier_id": "se-28529731",
        "charge_event": "carrier_default",
        "carrier_code": label.carrier.label_code,
        "service_code": label.service_code,
        "package_code": "package",
        "voided": _flag(label),
        "voided_at": timestamp(label.voided_at, 120_000) if label.voided_at else None,
        "void_type": "manual" if label.voided_at else None,
        "refund_details": None,
        "label_format": "pdf",
        "label_layout": "4x6",
        "display_scheme": "label",
        "trackable": label.trackable,
        "tracking_status": _tracking_status(label),
        "label_image_id": None,
        "confirmation": "none",
        "label_download": {"href": "https://api.shipstation.com/v2/downloads/1/abc/label.pdf"},
        "form_download": None,
        "qr_code_download": None,
        "insurance_claim": None,
        "alternative_identifiers": None if lean else _alternatives(label),
        "packages": [
            _package_record(sequence, number) for sequence, number in enumerate(label.package_numbers, start=1)
        ],
        **label.extra,
    }


def fulfillment_record(fulfillment: FakeFulfillment) -> Record:
    """A fulfillment: a carrier's display name instead of a code, no link, no events (API notes 8.2)."""
    shipment = fulfillment.shipment
    return {
        "fulfillment_id": fulfillment.fulfillment_id,
        "shipment_id": shipment.shipment_id,
        "shipment_number": shipment.shipment_number,
        "user_id": "00000000-0000-0000-0000-000000000001",
        "tracking_number": fulfillment.tracking_number,
        "created_at": timestamp(fulfillment.created_at, 120_000),
        "ship_date": _midnight(fulfillment.created_at),
        "voided_at": timestamp(fulfillment.voided_at, 120_000) if fulfillment.voided_at else None,
        "delivered_at": timestamp(fulfillment.delivered_at) if fulfillment.delivered_at else None,
        "fulfillment_carrier_friendly_name": fulfillment.carrier_name,
        "fulfillment_provider_id": None,
        "fulfillment_provider_friendly_name": "External",
        "fulfillment_provider_code": "external",
        "fulfillment_service_code": "ext",
        "fulfillment_fee": _NO_MONEY,
        "void_requested": fulfillment.voided_at is not None,
        "voided": _flag(fulfillment),
        "order_source_notified": True,
        "notification_error_message": None,
        "ship_to": address_record(shipment),
        **fulfillment.extra,
    }


def timestamp(moment: datetime, microsecond: int = 0) -> str:
    """A moment in UTC with as many digits of the second as are not zero.

    Args:
        moment: The moment.
        microsecond: The fraction to show where the moment has none: real records come with ``.44Z`` and ``.447Z``.
    """
    moment = moment.astimezone(UTC)
    fraction = f".{moment.microsecond or microsecond:06d}".rstrip("0").rstrip(".")
    return f"{moment:%Y-%m-%dT%H:%M:%S}{fraction}Z"


def _midnight(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment.astimezone(UTC):%Y-%m-%dT00:00:00Z}"


def _tracking_status(label: FakeLabel) -> str:
    """The label's own coarse word: ``in_transit`` is no evidence of a scan (API notes 6.5)."""
    if label.state != "completed":
        return "error" if label.state == "error" else "unknown"
    return "delivered" if label.delivered else "in_transit"


def _flag(voidable: FakeLabel | FakeFulfillment) -> bool | None:
    """``voided``; ``null`` where only the date of the void is known."""
    return voidable.voided_at is not None and (True if voidable.void_is_flagged else None)


def _alternatives(label: FakeLabel) -> list[Record] | None:
    return [{"type": "last_mile_tracking_number", "value": number} for number in label.alternative_numbers] or None


def _item_record(order: FakeOrder, what: str | FakeItem) -> Record:
    item = FakeItem(what) if isinstance(what, str) else what
    return {
        "name": item.name,
        "quantity": item.quantity,
        "sku": item.sku or "-".join(reversed(item.name.upper().split())),
        "bundle_sku": None,
        "options": [],
        "image_url": None,
        "unit_price": _PRICE,
        "tax_amount": None,
        "shipping_amount": None,
        "sales_order_id": None,
        "sales_order_item_id": None,
        "external_order_id": order.external_order_id,
        "external_order_item_id": None,
        "inventory_location": None,
        "asin": None,
        "order_source_code": order.order_source_code,
        "fulfillment_sku": None,
    }


def _package_record(sequence: int, number: str | None) -> Record:
    return {
        "package_id": 190000000 + sequence,
        "package_code": "package",
        "weight": _WEIGHT,
        "dimensions": _DIMENSIONS,
        "insured_value": _NO_MONEY,
        "tracking_number": number,
        "label_messages": {"reference1": None, "reference2": None, "reference3": None},
        "external_package_id": None,
        "sequence": sequence,
        "alternative_identifiers": None,
    }
