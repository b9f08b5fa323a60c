"""What came back: every record that a look-up was sent, for the debugger to show beside what the rules made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal, TypeAlias, TypeVar
from urllib.parse import unquote

import attrs

from shipstation_aissist.actions.masked import carrier, code, number, word
from shipstation_aissist.models import Address, Fulfillment, Label, Page, Shipment, TrackingInformation
from shipstation_aissist.orders.carriers import carrier_of_name
from shipstation_aissist.orders.labels import is_voided
from shipstation_aissist.orders.lists import Flow, overheard
from shipstation_aissist.wire.decoding import Decoded
from shipstation_aissist.wire.requests import ApiRequest

T = TypeVar("T")
_QUOTABLE = ("_id", "_number", "_code", "status", "_name")

ApiRecord: TypeAlias = "Shipment | Label | TrackingInformation | Fulfillment"


@attrs.frozen
class Received:
    """One record of the API, as it came back.

    Attributes:
        kind: What it is.
        record_id: Its id; of a tracking reply, its label's.
        record: The record itself, with personal data.
    """

    kind: Literal["shipment", "label", "tracking", "fulfillment"]
    record_id: str
    record: ApiRecord = attrs.field(repr=False)

    def describe(self, *, reveal: bool = False) -> str:
        """The record in one line; without ``reveal``, only its ids, numbers, codes, counts and the recipient's town."""
        parts = _described(self.record, reveal=reveal)
        if isinstance(self.record, Shipment | Label | Fulfillment) and self.record.ship_to is not None:
            address = self.record.ship_to
            town = _joined(" ", address.city_locality, code(address.country_code))
            recipient = full_recipient(address) if reveal else town
            parts.append(f"to {recipient}" if recipient else "")
        return ", ".join(dict.fromkeys(part for part in parts if part))

    def quotable(self) -> Iterator[str]:
        """The ids, numbers and codes that a sentence of ours may quote."""
        for field in attrs.fields(type(self.record)):
            value = getattr(self.record, field.name)
            if isinstance(value, str) and field.name.endswith(_QUOTABLE):
                yield value


def full_recipient(address: Address) -> str:
    """A recipient with everything that is known, for those who must see it."""
    place = _joined(" ", address.city_locality, address.state_province, address.postal_code, address.country_code)
    lines = (address.address_line1, address.address_line2, address.address_line3)
    return _joined(", ", address.name, address.company_name, *lines, place, address.email, address.phone)


def watched(flow: Flow[T], see: Callable[[Received], object]) -> Flow[T]:
    """The same flow of requests, of which ``see`` is told every record that comes back."""

    def hear(request: ApiRequest[Any], answer: Decoded[Any]) -> None:
        for received in _records_of(request, answer.value):
            see(received)

    return overheard(flow, hear)


def _records_of(request: ApiRequest[Any], value: object) -> list[Received]:
    if isinstance(value, Page):
        return [received for item in value.items for received in _records_of(request, item)]
    if isinstance(value, Shipment):
        return [Received("shipment", value.shipment_id, value)]
    if isinstance(value, Label):
        return [Received("label", value.label_id, value)]
    if isinstance(value, TrackingInformation):
        return [Received("tracking", unquote(request.path.split("/")[1]), value)]
    return [Received("fulfillment", value.fulfillment_id, value)] if isinstance(value, Fulfillment) else []


def _described(record: ApiRecord, *, reveal: bool) -> list[str]:
    as_word, as_number, as_code = (_as_is,) * 3 if reveal else (word, number, code)
    if isinstance(record, Shipment):
        external_id = f"external id {as_word(record.external_shipment_id)}" if record.external_shipment_id else ""
        store = f"store {as_word(record.store_id)}" if record.store_id else ""
        return [
            f"number {as_number(record.shipment_number)}",
            external_id,
            as_code(record.shipment_status) or "",
            store,
        ]
    if isinstance(record, Label):
        flags = ["voided" if is_voided(record) else "", "a return" if record.is_return_label else ""]
        parcel = f"{as_code(record.carrier_code)} {as_number(record.tracking_number) or 'without a number'}"
        return [parcel, as_code(record.status) or "", *flags, f"of shipment {as_word(record.shipment_id)}"]
    if isinstance(record, TrackingInformation):
        detail = f" ({as_code(record.status_detail_code)})" if record.status_detail_code else ""
        status = f"{as_code(record.status_code) or 'no status'}{detail}"
        return [as_number(record.tracking_number) or "no number", status, f"events: {len(record.events)}"]
    name = record.fulfillment_carrier_friendly_name
    by = name if reveal else carrier(carrier_of_name(name), is_code=False)
    flags = ["voided" if record.voided else "", "delivered" if record.delivered_at else ""]
    parcel = f"{by} {as_number(record.tracking_number) or 'without a number'}"
    return [parcel, *flags, f"of shipment {as_word(record.shipment_id)}"]


def _as_is(text: str | None) -> str | None:
    return text


def _joined(between: str, *parts: str | None) -> str:
    return between.join(part for part in parts if part)
