"""R14: an order by the number of one of its parcels.

Whoever knows a tracking number may see that parcel. The whole order is answered only together with a recipient check
that matches.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from shipstation_aissist.errors import AmbiguousOrderError
from shipstation_aissist.models import Fulfillment, Label, Page, Shipment
from shipstation_aissist.orders import comparing, recipients
from shipstation_aissist.orders.chain import find_siblings, named, pass_check, read_shipment
from shipstation_aissist.orders.findings import REFUSALS, Findings, kind_of
from shipstation_aissist.orders.lists import NEWEST_FIRST, Flow, read_lists
from shipstation_aissist.orders.numbers import without_sign
from shipstation_aissist.orders.one_order import answer_for
from shipstation_aissist.orders.parcel_number import RecordT, about_one_parcel, newest_of, with_replacement
from shipstation_aissist.orders.query import Lookup, LookupSettings
from shipstation_aissist.orders.response import TrackOrderResponse
from shipstation_aissist.orders.seen_records import SeenRecords
from shipstation_aissist.wire import requests as endpoints
from shipstation_aissist.wire.requests import ApiRequest


def track_by_number(
    lookup: Lookup, settings: LookupSettings, findings: Findings, now: datetime, *, optional: bool
) -> Flow[TrackOrderResponse | None]:
    """The answer for the parcel with a number, or for its whole order if the recipient check matches.

    A check that does not match costs what an unknown number costs, two requests (R5).

    Args:
        lookup: The number, and who must be the recipient, if that is asked.
        settings: How the action was made; only the store counts here.
        findings: Receives each decision and warning.
        now: The time of day.
        optional: Whether a refusal of the API is no match: the last step of the chain (R2).

    Returns:
        ``None`` if there is no such parcel, or it is another recipient's.

    Raises:
        AmbiguousOrderError: Several shipments have the number, and none of the last 120 days.
        APIError: The API could not be asked, or its answer not be used.
    """
    numbers = _written(lookup.key, alone=optional)
    record: Label | Fulfillment | None = yield from find_label(lookup, numbers, findings, now, optional=optional)
    if record is None:
        record = yield from _find_fulfillment(lookup, numbers[-1], findings, now)
    if record is None or record.shipment_id is None or not endpoints.is_segment(record.shipment_id):
        return None
    shipment = yield from read_shipment(record.shipment_id, settings, findings)
    if shipment is None or not pass_check([shipment], lookup, findings):
        return None
    alone = not lookup.has_check
    shipments = [shipment] if alone else (yield from lead_back(shipment, lookup, settings, findings))
    seen = SeenRecords(lookup.key, alone=alone)
    answer = answer_for(
        lookup.order_id,
        shipments,
        findings,
        now,
        patience=settings.patience,
        asked_number=lookup.key,
        parcel_only=alone,
    )
    response = with_replacement((yield from seen.watching(answer)), seen.labels, lookup.key)
    if alone:
        response = about_one_parcel(response, has_siblings=seen.has_siblings)
    return named(response, shipments, "tracking_number")


def find_label(
    lookup: Lookup, numbers: Sequence[str], findings: Findings, now: datetime, *, optional: bool = False
) -> Flow[Label | None]:
    """The label that a tracking number means (see :func:`newest_of`), or ``None``.

    Args:
        lookup: The number that labels are compared with, and who must be the recipient, if that is asked.
        numbers: The number as it is sent, in each of its forms.
        findings: Receives each decision.
        now: The time of day.
        optional: Whether a refusal of the API is no match.
    """
    outcomes = yield from read_lists([_labels_with(number) for number in numbers], lambda label: label.label_id)
    labels: dict[str, Label] = {}
    for outcome in outcomes:
        if outcome.error is not None:
            if not (optional and isinstance(outcome.error, REFUSALS)):
                raise outcome.error
            findings.decide("R2", f"The API refused to look for this number ({kind_of(outcome.error)}): no match.")
        labels |= outcome.items
    matching = []
    for label in labels.values():
        reason = comparing.why_not_label(label, tracking_number=lookup.key)
        if reason is None:
            matching.append(label)
        else:
            findings.decide("R3", f"Label {label.label_id} {reason}: dropped.", label.label_id)
    return _choose(matching, lookup, findings, now)


def lead_back(shipment: Shipment, lookup: Lookup, settings: LookupSettings, findings: Findings) -> Flow[list[Shipment]]:
    """All shipments of the order that a shipment is of: those with its number that pass the same check."""
    number = usable_number(shipment)
    if number is None:
        findings.warn(
            "R3",
            f"Shipment {shipment.shipment_id} has no order number: other parcels of its order are not shown.",
            shipment.shipment_id,
        )
        return [shipment]
    by_number = Lookup(
        lookup.order_id, number, lookup.postal_code, lookup.email, with_sign=number.strip().startswith("#")
    )
    siblings = yield from find_siblings(by_number, settings, findings)
    if any(sibling.shipment_id == shipment.shipment_id for sibling in siblings):
        return list(siblings)
    return [shipment, *siblings]


def usable_number(shipment: Shipment) -> str | None:
    """The order number of a shipment, if it has one that can be looked up."""
    number = shipment.shipment_number
    return number if number is not None and endpoints.is_sendable(without_sign(number)) else None


def _find_fulfillment(lookup: Lookup, number: str, findings: Findings, now: datetime) -> Flow[Fulfillment | None]:
    """A parcel that was shipped elsewhere has no label; the API's refusal to look for it is no match."""
    (outcome,) = yield from read_lists([_fulfillments_with(number)], lambda fulfillment: fulfillment.fulfillment_id)
    if outcome.error is not None:
        if not isinstance(outcome.error, REFUSALS):
            raise outcome.error
        findings.decide("R2", f"The API refused to look for this number ({kind_of(outcome.error)}): no match.")
    matching = []
    for fulfillment in outcome.items.values():
        reason = comparing.why_not_fulfillment(fulfillment, tracking_number=lookup.key)
        # Its shipment is read only for its recipient: a guesser must not tell by the requests that it is there (R5).
        if reason is None and not recipients.is_recipient(fulfillment.ship_to, lookup.postal_code, lookup.email):
            reason = "does not go to this recipient"
        if reason is None:
            matching.append(fulfillment)
        else:
            record_id = fulfillment.fulfillment_id
            findings.decide("R3", f"Fulfillment {record_id} {reason}: dropped.", record_id)
    return _newest(matching, now) if matching else None


def _choose(labels: Sequence[Label], lookup: Lookup, findings: Findings, now: datetime) -> Label | None:
    """The label that is meant; with a recipient check, nobody is told of several who cannot be one of them (R5)."""
    if not labels:
        return None
    if not lookup.has_check or len({label.shipment_id for label in labels}) == 1:
        return _newest(labels, now)
    postal_code, email = lookup.postal_code, lookup.email
    proven = [label for label in labels if recipients.is_recipient(label.ship_to, postal_code, email)]
    if proven:
        return _newest(proven, now)
    possible = [label for label in labels if not recipients.is_another(label.ship_to, postal_code, email)]
    for label in labels:
        if label not in possible:
            findings.decide("R5", f"Label {label.label_id} does not go to this recipient: dropped.", label.label_id)
    return (newest_of(possible, now) or possible[0]) if possible else None


def _newest(records: Sequence[RecordT], now: datetime) -> RecordT:
    newest = newest_of(records, now)
    if newest is None:
        raise AmbiguousOrderError(
            "Several shipments had this tracking number, none of them in the last 120 days. Ask the customer for the "
            "order number, or for the postal code of the delivery address."
        )
    return newest


def _written(number: str, *, alone: bool) -> list[str]:
    """A number as it is sent: without blanks and hyphens, in capitals; before it as it was typed, if not ``alone``."""
    plain = comparing.plain_number(number).upper()
    return [plain] if alone or number == plain or not plain else [number, plain]


def _labels_with(number: str) -> Callable[[int], ApiRequest[Page[Label]]]:
    return lambda page: endpoints.list_labels({"tracking_number": number, **NEWEST_FIRST, "page": page})


def _fulfillments_with(number: str) -> Callable[[int], ApiRequest[Page[Fulfillment]]]:
    return lambda page: endpoints.list_fulfillments({"tracking_number": number, **NEWEST_FIRST, "page": page})
