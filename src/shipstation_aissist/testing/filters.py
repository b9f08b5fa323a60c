"""The filters of the lists (API notes 5.2, 6.1, 8.1).

They forgive as little as the real API: a filter whose name is not known is ignored, so that everything comes back; a
bad value is a 400.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from shipstation_aissist.testing.account import Account, NumberMatch
from shipstation_aissist.testing.entities import FakeFulfillment, FakeLabel, FakeShipment
from shipstation_aissist.testing.records import label_record, shipment_record
from shipstation_aissist.testing.replies import invalid

Query = dict[str, str]
T = TypeVar("T", FakeShipment, FakeLabel, FakeFulfillment)
Filters = Mapping[str, Callable[[T, Any], bool]]

_CHOICES = {
    "shipment_status": ("pending", "processing", "label_purchased", "cancelled", "on_hold"),
    "label_status": ("processing", "completed", "error", "voided"),
}


def select(account: Account, records: list[T], query: Query, filters: Filters[T]) -> list[T]:
    """The records that pass every filter that has a value; ``batch_id`` silences the others (API notes 5.2)."""
    if account.ignore_filters:
        return records
    asked = {name: value for name, value in query.items() if value and name in filters}
    if "batch_id" in asked:
        asked = {"batch_id": asked["batch_id"]}
    for name, text in asked.items():
        value: Any = text
        if name in _CHOICES:
            check_choice(query, name, *_CHOICES[name])
        elif name.endswith("_start"):
            value = _moment(name, text).replace(microsecond=0)  # the fractions of the records are for show
        elif name.endswith("_end"):
            value = _moment(name, text)
        elif name == "shipment_number":
            value = _NUMBER_MATCHES[account.shipment_number_match], text.casefold()
        passes = filters[name]
        records = [record for record in records if passes(record, value)]
    return records


def check_choice(query: Query, name: str, *choices: str) -> None:
    """Refuse a value that is none of the choices."""
    value = query.get(name)
    if value and value not in choices:
        raise invalid(name, value)


def _moment(name: str, value: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise invalid(name, value) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


_NUMBER_MATCHES: dict[NumberMatch, Callable[[str, str], bool]] = {
    "exact": lambda have, want: have == want,
    "prefix": lambda have, want: have.startswith(want),
    "substring": lambda have, want: want in have,
    "ignored": lambda *_: True,
}


def _has_number(shipment: FakeShipment, value: tuple[Callable[[str, str], bool], str]) -> bool:
    matches, wanted = value
    return matches((shipment.shipment_number or "").casefold(), wanted)


def _contains(text: str | None, value: str) -> bool:
    return value.casefold() in (text or "").casefold()


def _never(_one: object, _value: str) -> bool:
    return False


def _always(constant: str) -> Callable[[object, str], bool]:
    """A field that has the same value in all records."""
    return lambda _one, value: value == constant


SHIPMENT_FILTERS: Filters[FakeShipment] = {
    "shipment_number": _has_number,
    "batch_id": lambda record, value: any(label.batch_id == value for label in record.labels),
    "import_batch_id": lambda record, value: record.order.import_batch_id == value,
    "shipment_status": lambda record, value: record.status == value,
    "store_id": lambda record, value: record.order.store_id == value,
    "external_shipment_id": lambda record, value: record.external_shipment_id == value,
    "ship_to_name": lambda record, value: _contains(record.order.recipient.name, value),
    "item_keyword": lambda record, value: any(
        _contains(item["name"], value) for item in shipment_record(record)["items"]
    ),
    "tag": lambda record, value: {"name": value} in record.extra.get("tags", []),
    "sales_order_id": lambda record, value: record.extra.get("sales_order_id") == value,
    "pickup_id": _never,  # the fake has no pickups
    "created_at_start": lambda record, value: record.created_at >= value,
    "created_at_end": lambda record, value: record.created_at <= value,
    "modified_at_start": lambda record, value: record.modified_at >= value,
    "modified_at_end": lambda record, value: record.modified_at <= value,
    "payment_date_start": lambda record, value: record.order.created_at >= value,
    "payment_date_end": lambda record, value: record.order.created_at <= value,
}

LABEL_FILTERS: Filters[FakeLabel] = {
    "batch_id": lambda record, value: record.batch_id == value,
    "shipment_id": lambda record, value: record.shipment.shipment_id == value,
    "external_shipment_id": lambda record, value: label_record(record)["external_shipment_id"] == value,
    "tracking_number": lambda record, value: value in (*record.package_numbers, *record.alternative_numbers),
    "label_status": lambda record, value: record.status == value,
    "service_code": lambda record, value: record.service_code == value,
    "carrier_id": _always("se-28529731"),
    "warehouse_id": _always("se-101"),
    "store_id": lambda record, value: record.shipment.order.store_id == value,
    "rate_id": _never,  # the fake has no rates
    "refund_status": _never,  # nor refunds
    "created_at_start": lambda record, value: record.created_at >= value,
    "created_at_end": lambda record, value: record.created_at <= value,
}

FULFILLMENT_FILTERS: Filters[FakeFulfillment] = {
    "shipment_number": lambda record, value: _has_number(record.shipment, value),
    "batch_id": _never,  # fulfillments from elsewhere are in no batch
    "fulfillment_id": lambda record, value: record.fulfillment_id == value,
    "shipment_id": lambda record, value: record.shipment.shipment_id == value,
    "tracking_number": lambda record, value: record.tracking_number == value,
    "order_source_id": lambda record, value: record.shipment.order.store_id == value,
    "fulfillment_provider_code": _always("external"),
    "ship_to_name": lambda record, value: _contains(record.shipment.order.recipient.name, value),
    "ship_to_country_code": lambda record, value: record.shipment.order.recipient.country_code == value,
    "ship_date_start": lambda record, value: record.created_at >= value,
    "ship_date_end": lambda record, value: record.created_at <= value,
    "create_date_start": lambda record, value: record.created_at >= value,
    "create_date_end": lambda record, value: record.created_at <= value,
}
