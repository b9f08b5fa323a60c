"""R9: orders that were marked as shipped elsewhere; their fulfillments stand for parcels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from shipstation_aissist.models import Fulfillment, Label, Page, Shipment
from shipstation_aissist.orders import comparing
from shipstation_aissist.orders.comparing import same_tracking_number
from shipstation_aissist.orders.findings import REFUSALS, Findings, kind_of, warn_of_list
from shipstation_aissist.orders.lists import NEWEST_FIRST, Flow, read_lists
from shipstation_aissist.wire import requests as endpoints
from shipstation_aissist.wire.requests import ApiRequest


def read_fulfillments(
    shipments: Sequence[Shipment], counting: Sequence[Label], have_parcels: bool, findings: Findings
) -> Flow[list[Fulfillment]]:
    """The fulfillments of shipments without a usable label, compared and without those that labels stand for.

    Args:
        shipments: Those without a usable label.
        counting: The labels whose parcels count: a voided label that nobody scanned stands for no parcel.
        have_parcels: Whether the answer stands if fulfillments cannot be read.
        findings: Receives warnings and decisions.
    """
    if not shipments:
        return []
    outcomes = yield from read_lists(
        [_fulfillments_of(shipment.shipment_id) for shipment in shipments], lambda found: found.fulfillment_id
    )
    label_numbers = [number for label in counting for number in comparing.numbers_of(label)]
    usable: list[Fulfillment] = []
    for shipment, outcome in zip(shipments, outcomes, strict=True):
        if outcome.error is not None:
            if not have_parcels and not isinstance(outcome.error, REFUSALS):
                raise outcome.error
            findings.warn("R9", f"Whether a part was shipped elsewhere could not be read ({kind_of(outcome.error)}).")
            continue
        kept = []
        for found in outcome.items.values():
            found_id = found.fulfillment_id
            reason = comparing.why_not_fulfillment(found, shipment_id=shipment.shipment_id)
            if reason is not None:
                findings.decide("R3", f"Fulfillment {found_id} {reason}: dropped.", found_id)
            elif not is_usable_fulfillment(found, label_numbers):
                findings.decide("R9", f"Fulfillment {found_id} is voided or has a label: dropped.", found_id)
            else:
                kept.append(found)
        warn_of_list(outcome, [found.fulfillment_id for found in kept], findings)
        usable += kept
    return usable


def _fulfillments_of(shipment_id: str) -> Callable[[int], ApiRequest[Page[Fulfillment]]]:
    return lambda page: endpoints.list_fulfillments({"shipment_id": shipment_id, **NEWEST_FIRST, "page": page})


def is_usable_fulfillment(fulfillment: Fulfillment, label_numbers: Iterable[str]) -> bool:
    """R9: not voided, and no label that counts has its number."""
    if fulfillment.voided or fulfillment.voided_at is not None:
        return False
    number = fulfillment.tracking_number
    return number is None or not any(same_tracking_number(number, other) for other in label_numbers)
