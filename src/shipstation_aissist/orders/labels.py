"""R6: which labels are parcels, which shipments are live."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from shipstation_aissist.models import Label, Page, Shipment
from shipstation_aissist.orders import comparing
from shipstation_aissist.orders.findings import Findings, warn_of_list
from shipstation_aissist.orders.lists import NEWEST_FIRST, Flow, read_lists
from shipstation_aissist.wire import requests as endpoints
from shipstation_aissist.wire.requests import ApiRequest


def is_voided(label: Label) -> bool:
    """R6: by either of the two fields that say so (api-facts 6.9)."""
    return bool(label.voided) or label.status == "voided"


def is_outbound(label: Label) -> bool:
    """R6: on its way to the customer: not voided, not a return, not failed."""
    return not (is_voided(label) or label.is_return_label or label.status == "error")


def is_cancelled(shipment: Shipment) -> bool:
    """R6: by its status; an outbound label makes it live all the same, which :func:`live_shipments` knows."""
    return shipment.shipment_status == "cancelled"


def live_shipments(shipments: Iterable[Shipment], labels: Callable[[Shipment], Iterable[Label]]) -> list[Shipment]:
    """R6: those that are not cancelled, and cancelled ones that have an outbound label."""
    return [one for one in shipments if not is_cancelled(one) or any(is_outbound(label) for label in labels(one))]


def read_labels(shipments: Sequence[Shipment], findings: Findings) -> Flow[dict[str, list[Label]]]:
    """The labels of each shipment that are its own (R3) and did not fail (R6)."""
    outcomes = yield from read_lists([_labels_of(one.shipment_id) for one in shipments], lambda label: label.label_id)
    labels: dict[str, list[Label]] = {}
    for shipment, outcome in zip(shipments, outcomes, strict=True):
        if outcome.error is not None:
            raise outcome.error
        kept = labels[shipment.shipment_id] = []
        for label in outcome.items.values():
            reason = comparing.why_not_label(label, shipment_id=shipment.shipment_id)
            if reason is not None:
                findings.decide("R3", f"Label {label.label_id} {reason}: dropped.", label.label_id)
            elif label.status == "error" and not is_voided(label):
                findings.decide("R6", f"Label {label.label_id} failed: dropped.", label.label_id)
            else:
                kept.append(label)
                if not is_outbound(label):
                    why = "voided" if is_voided(label) else "a return label"
                    findings.decide("R6", f"Label {label.label_id} is {why}: listed, not chosen.", label.label_id)
        warn_of_list(outcome, [label.label_id for label in kept], findings)
    return labels


def _labels_of(shipment_id: str) -> Callable[[int], ApiRequest[Page[Label]]]:
    return lambda page: endpoints.list_labels({"shipment_id": shipment_id, **NEWEST_FIRST, "page": page})


def warn_of_holds(unshipped: Iterable[Shipment], findings: Findings) -> None:
    """R6: a shipment on hold is said."""
    for shipment in unshipped:
        if shipment.shipment_status == "on_hold":
            findings.warn("R6", "The order is on hold and has not been shipped.", shipment.shipment_id)
