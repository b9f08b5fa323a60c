"""R6: which labels are parcels, which shipments are live."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime

import attrs

from shipstation_aissist.models import Fulfillment, Label, Page, Shipment
from shipstation_aissist.orders import comparing
from shipstation_aissist.orders.findings import Findings, warn_of_list
from shipstation_aissist.orders.lists import NEWEST_FIRST, Flow, read_lists
from shipstation_aissist.wire import requests as endpoints
from shipstation_aissist.wire.requests import ApiRequest

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def plain_status(status: str | None) -> str:
    """A status as it is compared (R6): without case, ``canceled`` as ``cancelled``."""
    plain = (status or "").strip().casefold()
    return "cancelled" if plain == "canceled" else plain


def is_voided(label: Label) -> bool:
    """R6: by its flag, its status, or the time of voiding where the flag does not deny it (API notes 6.9)."""
    if label.voided or plain_status(label.status) == "voided":
        return True
    return label.voided_at is not None and label.voided is None


def is_return_label(label: Label) -> bool:
    """R6: for the way back from the customer: it says so, or has the number of a return."""
    return bool(label.is_return_label) or bool((label.rma_number or "").strip())


def has_failed(label: Label) -> bool:
    """R6: a label that could not be made; it never has a number (API notes 6.6)."""
    return plain_status(label.status) == "error" and not is_voided(label)


def is_outbound(label: Label) -> bool:
    """R6: on its way to the customer: not voided, not a return, not failed."""
    return not (is_voided(label) or is_return_label(label) or has_failed(label))


def made_at(record: Label | Fulfillment) -> datetime:
    """When a record was made, as far as it says."""
    made = record.created_at or record.ship_date
    if made is None:
        return _LONG_AGO
    return made.replace(tzinfo=UTC) if made.tzinfo is None else made


def is_cancelled(shipment: Shipment) -> bool:
    """R6: by its status; a parcel that was scanned makes it live all the same, which :func:`live_shipments` knows."""
    return plain_status(shipment.shipment_status) == "cancelled"


def live_shipments(shipments: Iterable[Shipment], was_scanned: Callable[[Shipment], bool]) -> list[Shipment]:
    """R6: the outbound ones that are not cancelled, and cancelled ones of which a parcel was scanned."""
    return [
        shipment
        for shipment in shipments
        if not shipment.is_return and (not is_cancelled(shipment) or was_scanned(shipment))
    ]


@attrs.frozen
class SortedLabels:
    """The labels of an order, by what they are for (R6).

    Attributes:
        listed: Of each shipment, by its id, the labels that are listed.
        outbound: The parcels, one per number.
        returns: Those for the way back.
        last_resorts: Of each outbound shipment whose labels are all voided, by its id, the newest that led to the
            customer.
        shipments_of: Of each outbound label, by its id, the shipments that it is the parcel of: a number that comes
            twice is one parcel (R3).
    """

    listed: dict[str, list[Label]]
    outbound: list[Label]
    returns: list[Label]
    last_resorts: dict[str, Label]
    shipments_of: dict[str, frozenset[str]]

    def outbound_of(self, shipment: Shipment) -> list[Label]:
        """The parcels of one shipment."""
        return [label for label in self.outbound if shipment.shipment_id in self.shipments_of[label.label_id]]

    def last_resorts_of(self, shipments: Sequence[Shipment]) -> dict[str, Label]:
        """The voided labels that are worth tracking; those of cancelled shipments only where no other is live.

        Args:
            shipments: All shipments that matched.
        """
        going = [shipment for shipment in shipments if not is_cancelled(shipment)] or shipments
        return {
            shipment.shipment_id: label
            for shipment in going
            if (label := self.last_resorts.get(shipment.shipment_id)) is not None and label.tracking_number
        }


def sort_labels(
    shipments: Sequence[Shipment], labels: Mapping[str, Sequence[Label]], findings: Findings
) -> SortedLabels:
    """R6: what each label is for; R3: a number that comes twice is one parcel.

    Args:
        shipments: All shipments that matched.
        labels: Their labels, by the shipment's id.
        findings: Receives what is listed and not chosen.
    """
    own = {shipment.shipment_id: _labels_for(shipment, labels) for shipment in shipments}
    outbound: dict[str, Label] = {}
    shipments_of: dict[str, set[str]] = {}
    for shipment in shipments:
        for label in own[shipment.shipment_id]:
            if is_outbound(label):
                kept = outbound.setdefault(_key(label), label)
                shipments_of.setdefault(kept.label_id, set()).add(shipment.shipment_id)
                if kept is not label:
                    findings.decide("R3", f"Label {label.label_id} has another's number: one parcel.", label.label_id)
    listed: dict[str, list[Label]] = {}
    returns: dict[str, Label] = {}
    for shipment in shipments:
        listed[shipment.shipment_id] = []
        for label in own[shipment.shipment_id]:
            is_return = not is_voided(label) and is_return_label(label)
            known = outbound.get(_key(label)) or (returns.setdefault(_key(label), label) if is_return else label)
            if known is label:
                listed[shipment.shipment_id].append(label)
                if _key(label) not in outbound:
                    why = "a return label" if is_return else "voided"
                    findings.decide("R6", f"Label {label.label_id} is {why}: listed, not chosen.", label.label_id)
    last_resorts = {
        shipment.shipment_id: newest
        for shipment in shipments
        if (newest := _last_resort(own[shipment.shipment_id])) is not None
    }
    return SortedLabels(
        listed,
        list(outbound.values()),
        list(returns.values()),
        last_resorts,
        {label_id: frozenset(them) for label_id, them in shipments_of.items()},
    )


def _labels_for(shipment: Shipment, labels: Mapping[str, Sequence[Label]]) -> list[Label]:
    """R6: the labels of a shipment; of one that is a return they are returns, whatever they say."""
    return [
        attrs.evolve(label, is_return_label=True) if shipment.is_return else label
        for label in labels[shipment.shipment_id]
    ]


def _last_resort(labels: Sequence[Label]) -> Label | None:
    """R6: of a shipment's labels that are all voided the newest that led to the customer.

    One for the way back is never it: its delivery is the shop's, not the customer's.
    """
    outbound = [label for label in labels if not is_return_label(label)]
    return max(outbound, key=made_at, default=None) if all(map(is_voided, outbound)) else None


def _key(label: Label) -> str:
    """What makes two labels one parcel: their number; a label without a number is one by itself."""
    number = comparing.plain_number(label.tracking_number or "")
    return f"number {number}" if number else f"label {label.label_id}"


def read_labels(shipments: Sequence[Shipment], findings: Findings) -> Flow[dict[str, list[Label]]]:
    """The labels of each shipment that are its own (R3) and did not fail (R6), the newest first."""
    outcomes = yield from read_lists(
        [_labels_of(shipment.shipment_id) for shipment in shipments], lambda label: label.label_id
    )
    labels: dict[str, list[Label]] = {}
    for shipment, outcome in zip(shipments, outcomes, strict=True):
        if outcome.error is not None:
            raise outcome.error
        kept = labels[shipment.shipment_id] = []
        for label in outcome.items.values():
            reason = comparing.why_not_label(label, shipment_id=shipment.shipment_id)
            if reason is not None:
                findings.decide("R3", f"Label {label.label_id} {reason}: dropped.", label.label_id)
            elif has_failed(label):
                findings.decide("R6", f"Label {label.label_id} failed: dropped.", label.label_id)
            else:
                kept.append(label)
        warn_of_list(outcome, [label.label_id for label in kept], findings)
    return labels


def _labels_of(shipment_id: str) -> Callable[[int], ApiRequest[Page[Label]]]:
    return lambda page: endpoints.list_labels({"shipment_id": shipment_id, **NEWEST_FIRST, "page": page})


def warn_of_shipments(unshipped: Iterable[Shipment], labels: Mapping[str, Sequence[Label]], findings: Findings) -> None:
    """R6: a shipment on hold is said, and one whose label was bought and is not in the list.

    Args:
        unshipped: The live shipments without a parcel.
        labels: The labels of each, by its id.
        findings: Receives the warnings.
    """
    for shipment in unshipped:
        status = plain_status(shipment.shipment_status)
        if status == "on_hold":
            findings.warn("R6", "The order is on hold and has not been shipped.", shipment.shipment_id)
        if status == "label_purchased" and not labels[shipment.shipment_id]:
            findings.warn(
                "R6",
                f"ShipStation says that a label was bought for shipment {shipment.shipment_id}, but lists none.",
                shipment.shipment_id,
            )
