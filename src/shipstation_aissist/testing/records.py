"""The JSON records of the API, built by hand (API notes 5 to 8).

Nothing of the library's models is used here, on purpose: the fake is a second witness of the wire format. Its traps
are on the wire too: ``""`` beside ``null``, a tracking status of ``in_transit`` from a label's first moment, carrier
codes that differ between a label and its tracking reply, dates with and without zone and with fractions of a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from shipstation_aissist.testing.carriers import DETAIL_DESCRIPTIONS, STATUS_DESCRIPTIONS
from shipstation_aissist.testing.entities import FakeFulfillment, FakeItem, FakeLabel, FakeOrder, FakeScan, FakeShipment

Record = dict[str, Any]

_NO_MONEY = {"currency": "usd", "amount": 0.0}
_WEIGHT = {"value": 16.0, "unit": "ounce"}
_DIMENSIONS = {"unit": "inch", "length": 6.0, "width": 5.0, "height": 4.0}
_PRICE = 18.0
_CLASSIC_CODES = {"NY": "M", "AC": "I", "IT": "I", "AT": "X", "EX": "X", "DE": "D", "SP": "I"}


def shipment_record(shipment: FakeShipment) -> Record:
    """A shipment, as the list and the single GET show it."""
    order = shipment.order
    label = next((one for one in reversed(shipment.labels) if one.is_outbound), None)
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


def tracking_record(label: FakeLabel, scans: Sequence[FakeScan] | None = None) -> Record:
    """A tracking reply: the newest scan decides the top level; without any scan, almost everything is null.

    Args:
        label: The label that is tracked.
        scans: Those that the reply knows, where not all of them.
    """
    carrier = label.carrier
    known = label.scans if scans is None else scans
    newest_first = sorted(known, key=lambda scan: scan.at)[::-1]
    top = newest_first[0] if newest_first else None
    moving = any(scan.step != "label_made" for scan in known)
    ended = next((scan for scan in newest_first if scan.status_code == "DE"), None)
    number = label.tracked_as or label.tracking_number
    due = f"{label.created_at + timedelta(days=5):%Y-%m-%dT}{carrier.estimate_time}{carrier.date_suffix}"
    record = {
        "tracking_number": number,
        "tracking_url": carrier.tracking_url(number) if number and moving and carrier.links_in_tracking else None,
        "status_code": top.status_code if top else "NY",
        "status_detail_code": top.detail_code if top else None,
        "carrier_code": carrier.tracking_code,
        "carrier_id": carrier.tracking_id,
        "status_description": top.status_description if top else STATUS_DESCRIPTIONS["NY"],
        "status_detail_description": DETAIL_DESCRIPTIONS.get(top.detail_code or "") if top else None,
        "carrier_status_code": (top.carrier_status_code or top.event_code) if top else None,
        "carrier_detail_code": top.carrier_detail_code if top else None,
        "carrier_status_description": top.description if top else None,
        "ship_date": f"{label.created_at:%Y-%m-%dT00:00:00}{carrier.date_suffix}" if moving else None,
        "estimated_delivery_date": due if top else None,
        "actual_delivery_date": f"{ended.at:%Y-%m-%dT%H:%M:%S}{carrier.date_suffix}" if ended else None,
        "exception_description": None,
        "events": [_event_record(label, scan) for scan in newest_first],
    }
    if label.classic:
        _take_out_details(record, top)
    return record | label.tracking_extra


def unknown_tracking_record(carrier_code: str, tracking_number: str) -> Record:
    """What tracking says of a number that it knows nothing of."""
    return {
        "tracking_number": tracking_number,
        "tracking_url": None,
        "status_code": "UN",
        "status_detail_code": None,
        "carrier_code": carrier_code,
        "carrier_id": None,
        "status_description": "Unknown",
        "status_detail_description": None,
        "carrier_status_code": None,
        "carrier_detail_code": None,
        "carrier_status_description": "No tracking information available",
        "ship_date": None,
        "estimated_delivery_date": None,
        "actual_delivery_date": None,
        "exception_description": None,
        "events": [],
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


def _take_out_details(record: Record, top: FakeScan | None) -> None:
    """The classic API has no detail codes; its events have only the carrier's own code (API notes 14.10)."""
    for holder in (record, *record["events"]):
        for name in ("status_detail_code", "status_detail_description", "carrier_detail_code"):
            del holder[name]
    for event in record["events"]:
        event["status_code"] = event["status_description"] = ""
    if top is not None:
        record["carrier_status_code"] = _CLASSIC_CODES.get(top.status_code, "I")


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


def _event_record(label: FakeLabel, scan: FakeScan) -> Record:
    carrier = label.carrier
    return {
        "occurred_at": f"{scan.at:%Y-%m-%dT%H:%M:%SZ}",
        "carrier_occurred_at": carrier.local_time(scan.at),
        "description": scan.description,
        "city_locality": scan.city.upper() if scan.city and carrier.shouts else scan.city,
        "state_province": scan.state,
        "postal_code": scan.postal_code,
        "country_code": scan.country_code,
        "company_name": carrier.nothing,
        "signer": scan.signer or carrier.nothing,
        "event_code": scan.event_code,
        "carrier_detail_code": scan.carrier_detail_code,
        "status_code": scan.status_code,
        "status_description": scan.status_description,
        "carrier_status_code": scan.carrier_status_code,
        "carrier_status_description": scan.description,
        "status_detail_code": scan.detail_code,
        "status_detail_description": None,
        "proof_of_delivery_url": None,
        "latitude": None,
        "longitude": None,
        **scan.extra,
    }
