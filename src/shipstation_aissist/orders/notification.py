"""From a delivery notification back to its order: label -> shipment -> all shipments of its number."""

from __future__ import annotations

from datetime import datetime

from shipstation_aissist.errors import NotFoundError, OrderNotFoundError
from shipstation_aissist.models import Label, Shipment
from shipstation_aissist.orders import comparing
from shipstation_aissist.orders.drift import telling_of_drift
from shipstation_aissist.orders.finding import find_by_number
from shipstation_aissist.orders.findings import Findings
from shipstation_aissist.orders.labels import is_outbound
from shipstation_aissist.orders.lists import Flow, read_lists
from shipstation_aissist.orders.numbers import without_sign
from shipstation_aissist.orders.one_order import answer_for
from shipstation_aissist.orders.query import LookupSettings, not_found
from shipstation_aissist.orders.response import TrackOrderResponse
from shipstation_aissist.steps import Record
from shipstation_aissist.wire import requests as endpoints
from shipstation_aissist.wire.decoding import Decoded


def track_notification(
    label_id: str | None, tracking_number: str | None, settings: LookupSettings, record: Record, now: datetime
) -> Flow[TrackOrderResponse]:
    """The answer for the order that a notification speaks of, under the rules R1 to R15.

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
    label = yield from _find_label(label_id, tracking_number, findings)
    if label is None or label.shipment_id is None or not endpoints.is_segment(label.shipment_id):
        raise not_found()
    shipment = yield from _get_shipment(label.shipment_id, settings, findings)
    number = shipment.shipment_number
    if number is None or not endpoints.is_sendable(without_sign(number)):
        findings.warn(
            "R3",
            f"Shipment {shipment.shipment_id} has no order number: other parcels of its order are not shown.",
            shipment.shipment_id,
        )
        return (yield from answer_for(shipment.shipment_id, [shipment], findings, now, patience=settings.patience))
    shipments = yield from find_by_number(number, settings, findings)
    if all(one.shipment_id != shipment.shipment_id for one in shipments):
        shipments = [shipment, *shipments]
    return (yield from answer_for(number, shipments, findings, now, patience=settings.patience))


def _find_label(label_id: str | None, tracking_number: str | None, findings: Findings) -> Flow[Label | None]:
    if label_id is not None:
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
    if tracking_number is None:
        return None
    filters = {"tracking_number": tracking_number, "sort_by": "created_at", "sort_dir": "desc"}
    (outcome,) = yield from read_lists(
        [lambda page: endpoints.list_labels({**filters, "page": page})], lambda one: one.label_id
    )
    if outcome.error is not None:
        raise outcome.error
    matching = []
    for label in outcome.items.values():
        reason = comparing.why_not_label(label, tracking_number=tracking_number)
        if reason is None:
            matching.append(label)
        else:
            findings.decide("R3", f"Label {label.label_id} {reason}: dropped.", label.label_id)
    # A number that a voided label has too belongs to the label that is in use; the newest comes first.
    return next((label for label in matching if is_outbound(label)), matching[0] if matching else None)


def _get_shipment(shipment_id: str, settings: LookupSettings, findings: Findings) -> Flow[Shipment]:
    (result,) = yield (endpoints.get_shipment(shipment_id),)
    if isinstance(result, NotFoundError):
        raise not_found()
    if not isinstance(result, Decoded):
        raise result
    shipment: Shipment = result.value
    reason = comparing.why_not_shipment(shipment, shipment_id=shipment_id, store_id=settings.store_id)
    if reason is None:
        return shipment
    findings.decide("R3", f"Shipment {shipment.shipment_id} {reason}: dropped.", shipment.shipment_id)
    raise not_found()
