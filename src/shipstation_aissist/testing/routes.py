"""What the fake answers to which path (API notes 4 to 9). Pure: an account and a request go in, JSON comes out."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlencode

from shipstation_aissist.testing.account import Account
from shipstation_aissist.testing.entities import FakeFulfillment, FakeLabel, FakeShipment
from shipstation_aissist.testing.filters import (
    FULFILLMENT_FILTERS,
    LABEL_FILTERS,
    SHIPMENT_FILTERS,
    Query,
    T,
    check_choice,
    select,
)
from shipstation_aissist.testing.records import (
    Record,
    address_record,
    fulfillment_record,
    label_record,
    shipment_record,
)
from shipstation_aissist.testing.replies import RefusedError, invalid, not_found, not_trackable, plan_limit
from shipstation_aissist.testing.tracking_records import tracking_record, unknown_tracking_record

Answer = Callable[[Account, Query, str], Any]

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
    found = select(account, account.shipments, query, SHIPMENT_FILTERS)
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
    found = select(account, account.labels, query, LABEL_FILTERS)
    return _page("labels", found, query, functools.partial(label_record, lean=account.lean_lists))


def _get_label(account: Account, _: Query, label_id: str) -> Record:
    label = _label(account, label_id)
    return label_record(label) | {"ship_to": address_record(label.shipment)}


def _get_label_by_external_id(account: Account, _: Query, external_id: str) -> Record:
    for label in account.labels:  # only the earliest: API notes 6.2
        if label_record(label)["external_shipment_id"] == external_id:
            return label_record(label)
    raise RefusedError(404, None)


def _track_label(account: Account, _: Query, label_id: str) -> Record:
    label = _label(account, label_id)
    if label.tracking_number is None:
        raise invalid("label_id", label_id)
    if not label.trackable:
        raise not_trackable(label.carrier.label_code)
    return tracking_record(label)


def _track(account: Account, query: Query, _: str) -> Record:
    """Knows the account's own parcels; any other number is simply unknown."""
    if not account.tracking_plan:
        raise plan_limit()
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
    found = select(account, account.fulfillments, query, FULFILLMENT_FILTERS)
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
    raise RefusedError(404, None)  # declared as an empty string: API notes 3.7


def _page(
    name: str,
    found: list[T],
    query: Query,
    make_record: Callable[[T], Record],
    *,
    sort_dir: str = "desc",
    sort_by: tuple[str, ...] = (),
) -> Record:
    """One page, with its absolute links; beyond the last there is an empty one (API notes 4)."""
    check_choice(query, "sort_dir", "asc", "desc")
    check_choice(query, "sort_by", "created_at", "modified_at", *sort_by)
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
        name: [make_record(record) for record in ordered[(page - 1) * size : page * size]],
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


def _count(query: Query, name: str, default: int, largest: int | None = None) -> int:
    value = query.get(name) or str(default)
    if not value.isdecimal() or int(value) < 1 or (largest is not None and int(value) > largest):
        raise invalid(name, value)
    return int(value)
