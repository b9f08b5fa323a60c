"""R4: the shipments that matched are one order, or nobody is told anything; and the answer that follows from them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shipstation_aissist.errors import AmbiguousOrderError
from shipstation_aissist.models import Shipment
from shipstation_aissist.orders import choosing, recipients
from shipstation_aissist.orders.choosing import Candidate
from shipstation_aissist.orders.elsewhere import read_fulfillments
from shipstation_aissist.orders.findings import Findings
from shipstation_aissist.orders.labels import (
    is_cancelled,
    is_outbound,
    is_voided,
    live_shipments,
    read_labels,
    warn_of_holds,
)
from shipstation_aissist.orders.lists import Flow
from shipstation_aissist.orders.parcels import parcel_of_fulfillment, parcel_of_label
from shipstation_aissist.orders.response import TrackOrderResponse
from shipstation_aissist.orders.tracking import track


def answer_for(
    order_id: str, shipments: Sequence[Shipment], findings: Findings, now: datetime
) -> Flow[TrackOrderResponse]:
    """The answer for shipments that matched, under R4 and R6 to R11."""
    _check_one_order([one for one in shipments if not is_cancelled(one)], findings)
    labels = yield from read_labels(shipments, findings)
    live = live_shipments(shipments, lambda one: labels[one.shipment_id])
    order = live or list(shipments)
    _check_one_order(order, findings)
    for shipment in shipments:
        if shipment not in order:
            findings.decide("R6", f"Shipment {shipment.shipment_id} is cancelled: ignored.", shipment.shipment_id)
    listed = [label for shipment in order for label in labels[shipment.shipment_id]]
    outbound = [label for label in listed if is_outbound(label)]
    if listed and not outbound and all(is_voided(label) for label in listed):
        findings.warn("R6", "Every label of this order was voided.")

    tracked = yield from track(outbound, findings)
    without_label = [one for one in live if not any(is_outbound(x) for x in labels[one.shipment_id])]
    fulfillments = yield from read_fulfillments(without_label, listed, bool(outbound), findings)
    if tracked.failure is not None and not fulfillments:
        raise tracked.failure

    candidates = [
        Candidate(
            tracked.parcels[label.label_id], label.created_at, scans_known=label.label_id not in tracked.unanswered
        )
        for label in outbound
    ]
    candidates += [
        Candidate(parcel_of_fulfillment(one), one.created_at or one.ship_date, scans_known=False)
        for one in fulfillments
    ]
    shipped_elsewhere = {one.shipment_id for one in fulfillments}
    unshipped = [one for one in without_label if one.shipment_id not in shipped_elsewhere]
    warn_of_holds(unshipped, findings)

    choice = choosing.choose(candidates, now)
    for candidate in choice.yielding:
        findings.warn(
            "R11",
            f"Parcel {candidate.parcel.tracking_number} was never scanned and its label is old: it no longer counts.",
            candidate.parcel.label_id,
        )
    if choice.shown is not None:
        shown = choice.shown.parcel
        if len(candidates) > 1:
            findings.decide(
                "R11",
                f"Of {len(candidates)} parcels, {shown.tracking_number} ({shown.state}) decides.",
                shown.label_id or shown.shipment_id,
            )
    state = choosing.order_state(choice, all_cancelled=not live, unshipped=len(unshipped))
    if choice.shown is not None and unshipped:
        findings.warn(None, "A part of this order has not been shipped yet.")
    return TrackOrderResponse(
        order_id=order_id,
        state=state,
        tracking=choice.shown.parcel if choice.shown else None,
        parcels=(
            *(tracked.parcels.get(label.label_id) or parcel_of_label(label) for label in listed),
            *(candidate.parcel for candidate in candidates[len(outbound) :]),
        ),
        warnings=tuple(dict.fromkeys(findings.warnings)),
        as_of=now,
    )


def _check_one_order(shipments: Sequence[Shipment], findings: Findings) -> None:
    """R4."""
    if recipients.form_one_order(shipments):
        return
    for shipment in shipments:
        findings.decide(
            "R4", f"Shipment {shipment.shipment_id} may be another customer's: not shown.", shipment.shipment_id
        )
    stores = sorted({one.store_id for one in shipments if one.store_id is not None})
    raise AmbiguousOrderError(
        f"This number stands for several orders (stores: {', '.join(stores) or 'unknown'}). "
        "Ask the customer for the postal code of the delivery address, or give the action a store_id.",
        store_ids=stores,
    )
