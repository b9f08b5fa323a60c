"""From a delivery notification back to its order: label -> shipment -> all shipments of its number (API notes 9.4)."""

from __future__ import annotations

from datetime import datetime

from shipstation_aissist.errors import NotFoundError, OrderNotFoundError
from shipstation_aissist.models import Label
from shipstation_aissist.orders import comparing
from shipstation_aissist.orders.by_tracking_number import find_label, lead_back, usable_number
from shipstation_aissist.orders.chain import named, read_shipment
from shipstation_aissist.orders.drift import telling_of_drift
from shipstation_aissist.orders.findings import Findings
from shipstation_aissist.orders.lists import Flow
from shipstation_aissist.orders.one_order import answer_for
from shipstation_aissist.orders.query import Lookup, LookupSettings, not_found
from shipstation_aissist.orders.response import TrackOrderResponse
from shipstation_aissist.steps import Record
from shipstation_aissist.wire import requests as endpoints
from shipstation_aissist.wire.decoding import Decoded


def track_notification(
    label_id: str | None, tracking_number: str | None, settings: LookupSettings, record: Record, now: datetime
) -> Flow[TrackOrderResponse]:
    """The answer for the order that a notification speaks of, under the same rules as any other look-up.

    Args:
        label_id: The label that it names, or ``None``.
        tracking_number: The number that it names, looked up among the labels where no label is named.
        settings: How the action was made; only the store counts here.
        record: Receives each decision.
        now: The time of day.

    Raises:
        OrderNotFoundError: It names no label, or there is none such.
        AmbiguousOrderError: The label's order number stands for several orders.
        APIError: The API could not be asked, or its answer not be used.
    """
    if label_id is None and tracking_number is None:
        raise OrderNotFoundError(
            "The notification names no label, so it leads to no order. Only tracking notifications do: subscribe to "
            "track_event_v2, and let the others pass."
        )
    return (yield from telling_of_drift(_lead_back(label_id, tracking_number, settings, Findings(record), now), record))


def _lead_back(
    label_id: str | None, tracking_number: str | None, settings: LookupSettings, findings: Findings, now: datetime
) -> Flow[TrackOrderResponse]:
    if label_id is not None:
        label = yield from _read_label(label_id, findings)
    else:
        number = tracking_number or ""
        label = yield from find_label(Lookup(number, number), [number], findings, now)
    if label is None or label.shipment_id is None or not endpoints.is_segment(label.shipment_id):
        raise not_found()
    shipment = yield from read_shipment(label.shipment_id, settings, findings)
    if shipment is None:
        raise not_found()
    shipments = yield from lead_back(shipment, Lookup("", ""), settings, findings)
    order_id = usable_number(shipment) or shipment.shipment_id
    response = yield from answer_for(order_id, shipments, findings, now, patience=settings.patience)
    return named(response, shipments, "tracking_number" if label_id is None else None)


def _read_label(label_id: str, findings: Findings) -> Flow[Label | None]:
    (result,) = yield (endpoints.get_label(label_id),)
    if isinstance(result, NotFoundError):
        return None
    if not isinstance(result, Decoded):
        raise result
    label: Label = result.value
    reason = comparing.why_not_label(label, label_id=label_id)
    if reason is None:
        return label
    findings.decide("R3", f"Label {label.label_id} {reason}: dropped.", label.label_id)
    return None
