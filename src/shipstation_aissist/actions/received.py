"""What came back: every record that a look-up was sent, for the debugger to show beside what the rules made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal, TypeAlias, TypeVar
from urllib.parse import unquote

import attrs

from shipstation_aissist.actions.masking import Mask, full_recipient, mask_of, masked_recipient
from shipstation_aissist.models import Address, Fulfillment, Label, Page, Shipment, TrackingInformation
from shipstation_aissist.orders.labels import is_voided
from shipstation_aissist.orders.lists import Flow
from shipstation_aissist.wire.decoding import Decoded
from shipstation_aissist.wire.requests import ApiRequest

T = TypeVar("T")
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
        """The record in one line; without ``reveal``, its recipient is masked."""
        parts = _described(self.record)
        if isinstance(self.record, Shipment | Label | Fulfillment) and self.record.ship_to is not None:
            recipient = full_recipient(self.record.ship_to) if reveal else masked_recipient(self.record.ship_to)
            parts.append(f"to {recipient}")
        return ", ".join(dict.fromkeys(part for part in parts if part))


def watched(flow: Flow[T], see: Callable[[Received], object]) -> Flow[T]:
    """The same flow of requests, of which ``see`` is told every record that comes back."""
    try:
        asked = next(flow)
        while True:
            results = yield asked
            for request, result in zip(asked, results, strict=True):
                if isinstance(result, Decoded):
                    for received in _records_of(request, result.value):
                        see(received)
            asked = flow.send(results)
    except StopIteration as finished:
        value: T = finished.value
        return value


def mask_for(records: Iterable[Received]) -> Mask:
    """The mask that hides the persons of these records."""
    addresses: list[Address] = []
    signers: list[str] = []
    companies: list[str] = []
    for received in records:
        record = received.record
        if isinstance(record, TrackingInformation):
            signers += [event.signer for event in record.events if event.signer]
            companies += [event.company_name for event in record.events if event.company_name]
        elif record.ship_to is not None:
            addresses.append(record.ship_to)
    return mask_of(addresses, signers, companies)


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


def _described(record: ApiRecord) -> list[str]:
    if isinstance(record, Shipment):
        external_id = f"external id {record.external_shipment_id}" if record.external_shipment_id else ""
        store = f"store {record.store_id}" if record.store_id else ""
        return [f"number {record.shipment_number}", external_id, record.shipment_status or "", store]
    if isinstance(record, Label):
        flags = ["voided" if is_voided(record) else "", "a return" if record.is_return_label else ""]
        number = f"{record.carrier_code} {record.tracking_number or 'without a number'}"
        return [number, record.status or "", *flags, f"of shipment {record.shipment_id}"]
    if isinstance(record, TrackingInformation):
        detail = f" ({record.status_detail_code})" if record.status_detail_code else ""
        status = f"{record.status_code or 'no status'}{detail}"
        return [record.tracking_number or "no number", status, f"events: {len(record.events)}"]
    number = f"{record.fulfillment_carrier_friendly_name} {record.tracking_number or 'without a number'}"
    flags = ["voided" if record.voided else "", "delivered" if record.delivered_at else ""]
    return [number, *flags, f"of shipment {record.shipment_id}"]
