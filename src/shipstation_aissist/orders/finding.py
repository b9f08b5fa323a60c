"""R2: the chain of look-ups from an order id to its shipments; what does not match is dropped (R3, R5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

import attrs

from shipstation_aissist.errors import BadRequestError, NotFoundError
from shipstation_aissist.models import Shipment
from shipstation_aissist.orders import comparing, recipients
from shipstation_aissist.orders.drift import telling_of_drift
from shipstation_aissist.orders.findings import REFUSALS, Findings, kind_of, warn_of_list
from shipstation_aissist.orders.lists import NEWEST_FIRST, Flow, read_lists
from shipstation_aissist.orders.numbers import without_sign
from shipstation_aissist.orders.one_order import answer_for
from shipstation_aissist.orders.query import Lookup, LookupSettings, not_found
from shipstation_aissist.orders.response import TrackOrderResponse
from shipstation_aissist.steps import Record
from shipstation_aissist.wire import requests as endpoints
from shipstation_aissist.wire.decoding import Decoded
from shipstation_aissist.wire.requests import QueryValue


def track_order(lookup: Lookup, settings: LookupSettings, record: Record, now: datetime) -> Flow[TrackOrderResponse]:
    """The whole way from an order id to its answer.

    Args:
        lookup: What is looked for.
        settings: How the id is understood.
        record: Receives each decision.
        now: The time of day (R11 compares a label's age with it).

    Raises:
        OrderNotFoundError: No shipment matches, or none goes to the postal code.
        AmbiguousOrderError: The matches are several orders.
        APIError: The API could not be asked, or its answer not be used.
    """
    return (yield from telling_of_drift(_look_up(lookup, settings, Findings(record), now), record))


def _look_up(lookup: Lookup, settings: LookupSettings, findings: Findings, now: datetime) -> Flow[TrackOrderResponse]:
    shipments = yield from _find_shipments(lookup, settings, findings)
    return (yield from answer_for(lookup.order_id, shipments, findings, now, patience=settings.patience))


@attrs.frozen
class _Step:
    """One look-up of the chain; ``optional`` ones may be refused by the API without harm."""

    what: str
    filters: dict[str, QueryValue]
    matches: Callable[[Shipment], bool]
    optional: bool = False


def _find_shipments(lookup: Lookup, settings: LookupSettings, findings: Findings) -> Flow[list[Shipment]]:
    if settings.order_key == "shipment_id":
        found = yield from _find_by_shipment_id(lookup, settings, findings)
        if found:
            return found
        raise not_found()
    for step in _chain(lookup.key, settings):
        found = yield from _find_by_filter(step, lookup, settings, findings)
        if found:
            return found
    raise not_found()


def find_by_number(number: str, settings: LookupSettings, findings: Findings) -> Flow[list[Shipment]]:
    """All shipments with an order number, for a notification."""
    lookup = Lookup(number, number)
    for step in _chain(number, attrs.evolve(settings, order_key="number")):
        found = yield from _find_by_filter(step, lookup, settings, findings)
        if found:
            return found
    return []


def _chain(key: str, settings: LookupSettings) -> list[_Step]:
    number = without_sign(key)
    by_number = _Step(
        "this number", {"shipment_number": number}, lambda one: comparing.why_not_shipment(one, number=key) is None
    )
    by_external_id = _Step(
        "this external id",
        {"external_shipment_id": key},
        lambda one: comparing.why_not_shipment(one, external_id=key) is None,
        optional=True,
    )
    with_sign = attrs.evolve(by_number, filters={"shipment_number": f"#{number}"}, optional=True)
    if settings.order_key == "number":
        return [by_number, with_sign]
    if settings.order_key == "external_id":
        return [attrs.evolve(by_external_id, optional=False)]
    return [by_number, by_external_id, with_sign]


def _find_by_filter(step: _Step, lookup: Lookup, settings: LookupSettings, findings: Findings) -> Flow[list[Shipment]]:
    filters = {**step.filters, "store_id": settings.store_id, **NEWEST_FIRST}
    (outcome,) = yield from read_lists(
        [lambda page: endpoints.list_shipments({**filters, "page": page})], lambda one: one.shipment_id
    )
    if outcome.error is not None:
        if step.optional and isinstance(outcome.error, REFUSALS):
            findings.decide("R2", f"The API refused to look for {step.what} ({kind_of(outcome.error)}): no match.")
            return []
        raise outcome.error
    matches = _keep(outcome.items.values(), step.matches, f"does not have {step.what}", findings)
    findings.decide("R3", f"{len(outcome.items)} shipments returned, {len(matches)} with {step.what}.")
    matches = _narrow(matches, lookup, settings, findings)
    if matches:
        warn_of_list(outcome, [one.shipment_id for one in matches], findings)
    return matches


def _find_by_shipment_id(lookup: Lookup, settings: LookupSettings, findings: Findings) -> Flow[list[Shipment]]:
    (result,) = yield (endpoints.get_shipment(lookup.key),)
    if isinstance(result, NotFoundError) or (isinstance(result, BadRequestError) and _names_bad_id(result)):
        return []
    if not isinstance(result, Decoded):
        raise result
    shipment: Shipment = result.value
    matches = _keep(
        [shipment],
        lambda one: comparing.why_not_shipment(one, shipment_id=lookup.key) is None,
        "is not the one that was asked for",
        findings,
    )
    return _narrow(matches, lookup, settings, findings)


def _narrow(matches: list[Shipment], lookup: Lookup, settings: LookupSettings, findings: Findings) -> list[Shipment]:
    """R3 (store) and R5 (postal code), after the id has matched."""
    matches = _keep(
        matches,
        lambda one: comparing.why_not_shipment(one, store_id=settings.store_id) is None,
        "is of another store",
        findings,
    )
    if not lookup.has_check:
        return matches
    return _keep(
        matches,
        lambda one: recipients.passes_check(one, lookup.postal_code, lookup.email),
        "does not go to this postal code",
        findings,
        rule="R5",
    )


def _keep(
    shipments: Iterable[Shipment],
    matches: Callable[[Shipment], bool],
    fault: str,
    findings: Findings,
    rule: str = "R3",
) -> list[Shipment]:
    kept = []
    for shipment in shipments:
        if matches(shipment):
            kept.append(shipment)
        else:
            findings.decide(rule, f"Shipment {shipment.shipment_id} {fault}: dropped.", shipment.shipment_id)
    return kept


def _names_bad_id(error: BadRequestError) -> bool:
    return any(detail.error_code == "invalid_identifier" for detail in error.errors)
