"""From an order id to its answer: the chain of look-ups (R2), and at its end the tracking numbers (R14)."""

from __future__ import annotations

from datetime import datetime

from shipstation_aissist.orders.by_tracking_number import track_by_number
from shipstation_aissist.orders.chain import find_shipments, named
from shipstation_aissist.orders.drift import telling_of_drift
from shipstation_aissist.orders.findings import Findings
from shipstation_aissist.orders.lists import Flow
from shipstation_aissist.orders.one_order import answer_for
from shipstation_aissist.orders.query import Lookup, LookupSettings, looks_like_tracking_number, not_found
from shipstation_aissist.orders.response import TrackOrderResponse
from shipstation_aissist.steps import Record


def track_order(lookup: Lookup, settings: LookupSettings, record: Record, now: datetime) -> Flow[TrackOrderResponse]:
    """The whole way from an order id to its answer.

    Args:
        lookup: What is looked for.
        settings: How the id is understood.
        record: Receives each decision.
        now: The time of day (rules compare the age of labels and shipments with it).

    Raises:
        OrderNotFoundError: No shipment matches, or none goes to the recipient who was named.
        AmbiguousOrderError: The matches are several orders.
        APIError: The API could not be asked, or its answer not be used.
    """
    return (yield from telling_of_drift(_look_up(lookup, settings, Findings(record), now), record))


def _look_up(lookup: Lookup, settings: LookupSettings, findings: Findings, now: datetime) -> Flow[TrackOrderResponse]:
    found = yield from find_shipments(lookup, settings, findings)
    if found is not None:
        response = yield from answer_for(lookup.order_id, found.shipments, findings, now, patience=settings.patience)
        return named(response, found.shipments, found.matched_by)
    is_parcels = settings.order_key == "tracking_number"
    if is_parcels or (settings.order_key == "auto" and looks_like_tracking_number(lookup.key)):
        answer = yield from track_by_number(lookup, settings, findings, now, optional=not is_parcels)
        if answer is not None:
            return answer
    raise not_found()
