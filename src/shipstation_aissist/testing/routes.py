"""What the fake answers to which path: the API's resources and their filters (api-facts 4 to 9).

Pure: an account and a request go in, JSON comes out. It forgives as little as the real API: a filter whose name is not
known is ignored, so that everything comes back; a bad value is a 400.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import unquote, urlencode

from shipstation_aissist.testing.account import Account
from shipstation_aissist.testing.entities import FakeFulfillment, FakeLabel, FakeShipment
from shipstation_aissist.testing.records import (
    Record,
    address_record,
    fulfillment_record,
    label_record,
    shipment_record,
    tracking_record,
    unknown_tracking_record,
)
from shipstation_aissist.testing.replies import RefusedError, invalid, not_found

Query = dict[str, str]
Answer = Callable[[Account, Query, str], Any]
T = TypeVar("T", FakeShipment, FakeLabel, FakeFulfillment)
Filters = Mapping[str, Callable[[T, str], bool]]

_API = "https://api.shipstation.com/v2/"
_LARGEST_PAGE = 500


def find_route(path: str) -> tuple[Answer, str] | None:
    """What answers a path, and the id in it (``""`` where there is none)."""
    root, _, rest = path.lstrip("/").partition("/")
    parts = [unquote(part) for part in rest.split("/")]
    if root != "v2":
        return None
    for pattern, answer in _ROUTES.items():
        wanted = pattern.split("/")
        if len(wanted) == len(parts) and all(want in (part, "{id}") for want, part in zip(wanted, parts, strict=True)):
            return answer, parts[wanted.index("{id}")] if "{id}" in wanted else ""
    return None


def routes() -> list[str]:
    """The routes that exist, for messages."""
    return [f"GET /v2/{pattern}" for pattern in _ROUTES]


def _list_shipments(account: Account, query: Query, _: str) -> Record:
    if not account.ignore_filters:
        _check_choice(query, "shipment_status", "pending", "processing", "label_purchased", "cancelled", "on_hold")
    found = _select(account.shipments, query, _SHIPMENT_FILTERS, ignore=account.ignore_filters)
    number = query.get("shipment_number")
    if number and not account.ignore_filters and not query.get("batch_id"):
        found = [one for one in found if _number_matches(account, one.shipment_number, number)]
    return _page("shipments", found, query, shipment_record)


def _get_shipment(account: Account, _: Query, shipment_id: str) -> Record:
    for shipment in account.shipments:
        if shipment.shipment_id == shipment_id:
            return shipment_record(shipment)
    raise not_found("Shipment", "shipment_id", shipment_id)


def _get_shipment_by_external_id(account: Account, _: Query, external_id: str) -> Record:
    for shipment in account.shipments:
        if shipment.external_shipment_id == external_id:
            return shipment_record(shipment)
    raise not_found("Shipment", "external_shipment_id", external_id)


def _list_labels(account: Account, query: Query, _: str) -> Record:
    if not account.ignore_filters:
        _check_choice(query, "label_status", "processing", "completed", "error", "voided")
    found = _select(account.labels, query, _LABEL_FILTERS, ignore=account.ignore_filters)
    return _page("labels", found, query, label_record)


def _get_label(account: Account, _: Query, label_id: str) -> Record:
    label = _label(account, label_id)
    return label_record(label) | {"ship_to": address_record(label.shipment.order)}


def _get_label_by_external_id(account: Account, _: Query, external_id: str) -> Record:
    for label in account.labels:  # only the earliest: api-facts 6.2
        if label_record(label)["external_shipment_id"] == external_id:
            return label_record(label)
    raise RefusedError(404, None)


def _track_label(account: Account, _: Query, label_id: str) -> Record:
    label = _label(account, label_id)
    if label.tracking_number is None:
        raise invalid("label_id", label_id)
    return tracking_record(label)


def _track(account: Account, query: Query, _: str) -> Record:
    """Knows the account's own parcels; any other number is simply unknown."""
    carrier_code, number = query.get("carrier_code", ""), query.get("tracking_number", "")
    if not carrier_code and not query.get("carrier_id"):
        raise invalid("carrier_code", carrier_code)
    if not number:
        raise invalid("tracking_number", number)
    for label in account.labels:
        codes = (label.carrier.name, label.carrier.label_code, label.carrier.tracking_code)
        if number in label.package_numbers and (not carrier_code or carrier_code in codes):
            return tracking_record(label)
    return unknown_tracking_record(carrier_code, number)


def _list_fulfillments(account: Account, query: Query, _: str) -> Record:
    found = _select(account.fulfillments, query, _FULFILLMENT_FILTERS, ignore=account.ignore_filters)
    number = query.get("shipment_number")
    if number and not account.ignore_filters and not query.get("batch_id"):
        found = [one for one in found if _number_matches(account, one.shipment.shipment_number, number)]
    return _page("fulfillments", found, query, fulfillment_record, sort_dir="asc", sort_by=("shipped_at",))


def _list_tags(*_: object) -> Record:
    return {"tags": [{"name": "Fragile"}, {"name": "Gift"}]}


def _list_warehouses(*_: object) -> Record:
    return {
        "warehouses": [
            {
                "warehouse_id": "se-101",
                "is_default": True,
                "name": "Main warehouse",
                "created_at": "2025-06-25T18:12:35.583Z",
                "origin_address": None,
                "return_address": None,
            }
        ]
    }


def _list_webhooks(*_: object) -> list[Record]:
    return [
        {
            "webhook_id": "00000000-0000-0000-0000-0000000000aa",
            "name": "Tracking",
            "url": "https://example.com/hooks/shipstation",
            "event": "track_event_v2",
            "headers": [{"key": "x-shared-secret", "value": "***"}],
            "store_id": None,
        }
    ]


_ROUTES: dict[str, Answer] = {
    "shipments": _list_shipments,
    "shipments/{id}": _get_shipment,
    "shipments/external_shipment_id/{id}": _get_shipment_by_external_id,
    "labels": _list_labels,
    "labels/{id}": _get_label,
    "labels/external_shipment_id/{id}": _get_label_by_external_id,
    "labels/{id}/track": _track_label,
    "tracking": _track,
    "fulfillments": _list_fulfillments,
    "tags": _list_tags,
    "warehouses": _list_warehouses,
    "environment/webhooks": _list_webhooks,
}


def _label(account: Account, label_id: str) -> FakeLabel:
    for label in account.labels:
        if label.label_id == label_id:
            return label
    raise RefusedError(404, None)  # declared as an empty string: api-facts 3.7


def _number_matches(account: Account, number: str | None, wanted: str) -> bool:
    if account.shipment_number_match == "ignored":
        return True
    have, want = (number or "").casefold(), wanted.casefold()
    if account.shipment_number_match == "prefix":
        return have.startswith(want)
    return want in have if account.shipment_number_match == "substring" else have == want


def _select(records: list[T], query: Query, filters: Filters[T], *, ignore: bool) -> list[T]:
    """The records that pass every filter that has a value; ``batch_id`` silences the others (api-facts 5.2)."""
    asked = {name: value for name, value in query.items() if value and name in filters and not ignore}
    if "batch_id" in asked:
        asked = {"batch_id": asked["batch_id"]}
    for name, value in asked.items():
        if name.endswith(("_start", "_end")):
            _moment(name, value)
        passes = filters[name]
        records = [record for record in records if passes(record, value)]
    return records


def _page(
    name: str,
    found: Iterable[T],
    query: Query,
    make_record: Callable[[T], Record],
    *,
    sort_dir: str = "desc",
    sort_by: tuple[str, ...] = (),
) -> Record:
    """One page, with its absolute links; beyond the last there is an empty one (api-facts 4)."""
    _check_choice(query, "sort_dir", "asc", "desc")
    _check_choice(query, "sort_by", "created_at", "modified_at", *sort_by)
    page, size = _count(query, "page", 1), _count(query, "page_size", 25, _LARGEST_PAGE)
    key = _modified_at if query.get("sort_by") == "modified_at" else _created_at
    ordered = sorted(found, key=key)
    if query.get("sort_dir", sort_dir) == "desc":
        ordered.reverse()
    pages = -(-len(ordered) // size)
    filters = {key: value for key, value in query.items() if key != "page"}

    def link(to: int) -> Record:
        return {"href": f"{_API}{name}?{urlencode(filters | {'page': str(to)})}"}

    return {
        name: [make_record(one) for one in ordered[(page - 1) * size : page * size]],
        "total": len(ordered),
        "page": page,
        "pages": pages,
        "links": {
            "first": link(1),
            "last": link(max(pages, 1)),
            "prev": link(page - 1) if page > 1 else {},
            "next": link(page + 1) if page < pages else {},
        },
    }


def _created_at(record: FakeShipment | FakeLabel | FakeFulfillment) -> datetime:
    return record.created_at


def _modified_at(record: FakeShipment | FakeLabel | FakeFulfillment) -> datetime:
    return record.modified_at if isinstance(record, FakeShipment) else record.created_at


def _check_choice(query: Query, name: str, *choices: str) -> None:
    value = query.get(name)
    if value and value not in choices:
        raise invalid(name, value)


def _count(query: Query, name: str, default: int, largest: int | None = None) -> int:
    value = query.get(name) or str(default)
    if not value.isdecimal() or int(value) < 1 or (largest is not None and int(value) > largest):
        raise invalid(name, value)
    return int(value)


def _moment(name: str, value: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise invalid(name, value) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _contains(text: str | None, value: str) -> bool:
    return value.casefold() in (text or "").casefold()


def _since(moment: datetime, value: str) -> bool:
    return moment >= _moment("", value)


def _until(moment: datetime, value: str) -> bool:
    return moment <= _moment("", value)


def _never(_one: object, _value: str) -> bool:
    return False


def _always(constant: str) -> Callable[[object, str], bool]:
    """A field that has the same value in all records."""
    return lambda _one, value: value == constant


_SHIPMENT_FILTERS: Filters[FakeShipment] = {
    "batch_id": lambda one, value: any(label.batch_id == value for label in one.labels),
    "import_batch_id": lambda one, value: one.order.import_batch_id == value,
    "shipment_status": lambda one, value: one.status == value,
    "store_id": lambda one, value: one.order.store_id == value,
    "external_shipment_id": lambda one, value: one.external_shipment_id == value,
    "ship_to_name": lambda one, value: _contains(one.order.recipient.name, value),
    "item_keyword": lambda one, value: any(_contains(item, value) for item in one.order.items),
    "tag": lambda one, value: {"name": value} in one.extra.get("tags", []),
    "sales_order_id": lambda one, value: one.extra.get("sales_order_id") == value,
    "pickup_id": _never,  # the fake has no pickups
    "created_at_start": lambda one, value: _since(one.created_at, value),
    "created_at_end": lambda one, value: _until(one.created_at, value),
    "modified_at_start": lambda one, value: _since(one.modified_at, value),
    "modified_at_end": lambda one, value: _until(one.modified_at, value),
    "payment_date_start": lambda one, value: _since(one.order.created_at, value),
    "payment_date_end": lambda one, value: _until(one.order.created_at, value),
}

_LABEL_FILTERS: Filters[FakeLabel] = {
    "batch_id": lambda one, value: one.batch_id == value,
    "shipment_id": lambda one, value: one.shipment.shipment_id == value,
    "external_shipment_id": lambda one, value: label_record(one)["external_shipment_id"] == value,
    "tracking_number": lambda one, value: value in one.package_numbers,
    "label_status": lambda one, value: one.status == value,
    "service_code": lambda one, value: one.service_code == value,
    "carrier_id": _always("se-28529731"),
    "warehouse_id": _always("se-101"),
    "store_id": lambda one, value: one.shipment.order.store_id == value,
    "rate_id": _never,  # the fake has no rates
    "refund_status": _never,  # nor refunds
    "created_at_start": lambda one, value: _since(one.created_at, value),
    "created_at_end": lambda one, value: _until(one.created_at, value),
}

_FULFILLMENT_FILTERS: Filters[FakeFulfillment] = {
    "batch_id": _never,  # fulfillments from elsewhere are in no batch
    "fulfillment_id": lambda one, value: one.fulfillment_id == value,
    "shipment_id": lambda one, value: one.shipment.shipment_id == value,
    "tracking_number": lambda one, value: one.tracking_number == value,
    "order_source_id": lambda one, value: one.shipment.order.store_id == value,
    "fulfillment_provider_code": _always("external"),
    "ship_to_name": lambda one, value: _contains(one.shipment.order.recipient.name, value),
    "ship_to_country_code": lambda one, value: one.shipment.order.recipient.country_code == value,
    "ship_date_start": lambda one, value: _since(one.created_at, value),
    "ship_date_end": lambda one, value: _until(one.created_at, value),
    "create_date_start": lambda one, value: _since(one.created_at, value),
    "create_date_end": lambda one, value: _until(one.created_at, value),
}
