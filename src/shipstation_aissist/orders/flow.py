"""What to ask next: order -> shipments -> labels -> tracking, as one generator without I/O.

It yields tuples of requests, is sent tuples of results (values or errors), and returns the answer. Concurrency is the
size of the tuple (R7). The rules themselves are in ``rules`` and ``query``; this file says in which order they are
asked, and records what each of them dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

import attrs

from shipstation_aissist.errors import (
    AmbiguousOrderError,
    APIConnectionError,
    APIError,
    APIStatusError,
    BadRequestError,
    InternalServerError,
    MalformedResponseError,
    NotFoundError,
    PermissionDeniedError,
    PlanUpgradeRequiredError,
)
from shipstation_aissist.models import Fulfillment, Label, Page, Shipment, TrackingInformation
from shipstation_aissist.orders import rules
from shipstation_aissist.orders.lists import MOST_PAGES, Flow, ListOutcome, Result, read_lists
from shipstation_aissist.orders.parcel import Parcel
from shipstation_aissist.orders.parcels import parcel_of_fulfillment, parcel_of_label, parcel_of_tracking
from shipstation_aissist.orders.query import Lookup, LookupSettings, not_found, without_sign
from shipstation_aissist.orders.response import TrackOrderResponse
from shipstation_aissist.orders.rules import Candidate
from shipstation_aissist.steps import Record, TraceStep
from shipstation_aissist.wire import requests as endpoints
from shipstation_aissist.wire.decoding import Decoded
from shipstation_aissist.wire.replies import third_party_fault
from shipstation_aissist.wire.requests import ApiRequest, QueryValue

T = TypeVar("T")

_PAGE_SIZE = 100
_REFUSALS = (BadRequestError, PermissionDeniedError, NotFoundError, PlanUpgradeRequiredError)
_HARD_STATUSES = frozenset({401, 403, 408, 429})


@attrs.define
class Findings:
    """What the flow tells beside the answer: its decisions as they happen, and the answer's warnings."""

    record: Record
    warnings: list[str] = attrs.field(factory=list)

    def decide(self, rule: str, what: str, record_id: str | None = None) -> None:
        """Record what a rule dropped, chose or made of something."""
        self.record(TraceStep(kind="decision", what=what, rule=rule, record_id=record_id))

    def warn(self, rule: str | None, what: str, record_id: str | None = None) -> None:
        """Record something that the reader of the answer should know."""
        self.warnings.append(what)
        self.record(TraceStep(kind="decision", what=what, rule=rule, record_id=record_id, warning=True))


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
    findings = Findings(record)
    shipments = yield from _find_shipments(lookup, settings, findings)
    return (yield from answer_for(lookup.order_id, shipments, findings, now))


# --- R2: the chain of look-ups ---------------------------------------------------------------------------------------


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
    """All shipments with an order number, for a notification (design 2.7)."""
    lookup = Lookup(number, number)
    for step in _chain(number, attrs.evolve(settings, order_key="number")):
        found = yield from _find_by_filter(step, lookup, settings, findings)
        if found:
            return found
    return []


def _chain(key: str, settings: LookupSettings) -> list[_Step]:
    number = without_sign(key)
    by_number = _Step("this number", {"shipment_number": number}, lambda one: rules.has_number(one, key))
    by_external_id = _Step(
        "this external id", {"external_shipment_id": key}, lambda one: rules.has_external_id(one, key), optional=True
    )
    with_sign = attrs.evolve(by_number, filters={"shipment_number": f"#{number}"}, optional=True)
    if settings.order_key == "number":
        return [by_number, with_sign]
    if settings.order_key == "external_id":
        return [attrs.evolve(by_external_id, optional=False)]
    return [by_number, by_external_id, with_sign]


def _find_by_filter(step: _Step, lookup: Lookup, settings: LookupSettings, findings: Findings) -> Flow[list[Shipment]]:
    filters = {**step.filters, "store_id": settings.store_id, **_NEWEST_FIRST}
    (outcome,) = yield from read_lists(
        [lambda page: endpoints.list_shipments({**filters, "page": page})], lambda one: one.shipment_id
    )
    if outcome.error is not None:
        if step.optional and isinstance(outcome.error, _REFUSALS):
            findings.decide("R2", f"The API refused to look for {step.what} ({_kind(outcome.error)}): no match.")
            return []
        raise outcome.error
    matches = _keep(outcome.items.values(), step.matches, f"does not have {step.what}", findings)
    findings.decide("R3", f"{len(outcome.items)} shipments returned, {len(matches)} with {step.what}.")
    matches = _narrow(matches, lookup, settings, findings)
    if matches:
        _warn_of_list(outcome, [one.shipment_id for one in matches], findings)
    return matches


def _find_by_shipment_id(lookup: Lookup, settings: LookupSettings, findings: Findings) -> Flow[list[Shipment]]:
    (result,) = yield (endpoints.get_shipment(lookup.key),)
    if isinstance(result, NotFoundError) or (isinstance(result, BadRequestError) and _names_bad_id(result)):
        return []
    if not isinstance(result, Decoded):
        raise result
    shipment: Shipment = result.value
    matches = _keep(
        [shipment], lambda one: rules.has_shipment_id(one, lookup.key), "is not the one that was asked for", findings
    )
    return _narrow(matches, lookup, settings, findings)


def _narrow(matches: list[Shipment], lookup: Lookup, settings: LookupSettings, findings: Findings) -> list[Shipment]:
    """R3 (store) and R5 (postal code), after the id has matched."""
    matches = _keep(matches, lambda one: rules.is_of_store(one, settings.store_id), "is of another store", findings)
    postal_code = lookup.postal_code
    if postal_code is None:
        return matches
    return _keep(
        matches, lambda one: rules.goes_to(one, postal_code), "does not go to this postal code", findings, rule="R5"
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


# --- from shipments to the answer ------------------------------------------------------------------------------------


def answer_for(
    order_id: str, shipments: Sequence[Shipment], findings: Findings, now: datetime
) -> Flow[TrackOrderResponse]:
    """The answer for shipments that matched, under R4 and R6 to R11."""
    _check_one_order([one for one in shipments if not rules.is_cancelled(one)], findings)
    labels = yield from _read_labels(shipments, findings)
    live = rules.live_shipments(shipments, lambda one: labels[one.shipment_id])
    order = live or list(shipments)
    _check_one_order(order, findings)
    for shipment in shipments:
        if shipment not in order:
            findings.decide("R6", f"Shipment {shipment.shipment_id} is cancelled: ignored.", shipment.shipment_id)
    listed = [label for shipment in order for label in labels[shipment.shipment_id]]
    outbound = [label for label in listed if rules.is_outbound(label)]
    if listed and not outbound and all(rules.is_voided(label) for label in listed):
        findings.warn("R6", "Every label of this order was voided.")

    tracked = yield from _track(outbound, findings)
    without_label = [one for one in live if not any(rules.is_outbound(x) for x in labels[one.shipment_id])]
    fulfillments = yield from _read_fulfillments(without_label, listed, bool(outbound), findings)
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
    _warn_of_holds(unshipped, findings)

    choice = rules.choose(candidates, now)
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
    state = rules.order_state(choice, all_cancelled=not live, unshipped=len(unshipped))
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
    )


def _check_one_order(shipments: Sequence[Shipment], findings: Findings) -> None:
    """R4."""
    if rules.form_one_order(shipments):
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


def _warn_of_holds(unshipped: Iterable[Shipment], findings: Findings) -> None:
    for shipment in unshipped:
        if shipment.shipment_status == "on_hold":
            findings.warn("R6", "The order is on hold and has not been shipped.", shipment.shipment_id)


def _read_labels(shipments: Sequence[Shipment], findings: Findings) -> Flow[dict[str, list[Label]]]:
    """The labels of each shipment that are its own (R3) and did not fail (R6)."""
    outcomes = yield from read_lists([_labels_of(one.shipment_id) for one in shipments], lambda label: label.label_id)
    labels: dict[str, list[Label]] = {}
    for shipment, outcome in zip(shipments, outcomes, strict=True):
        if outcome.error is not None:
            raise outcome.error
        kept = labels[shipment.shipment_id] = []
        for label in outcome.items.values():
            if not rules.has_shipment_id(label, shipment.shipment_id):
                findings.decide("R3", f"Label {label.label_id} is of another shipment: dropped.", label.label_id)
            elif label.status == "error" and not rules.is_voided(label):
                findings.decide("R6", f"Label {label.label_id} failed: dropped.", label.label_id)
            else:
                kept.append(label)
                if not rules.is_outbound(label):
                    why = "voided" if rules.is_voided(label) else "a return label"
                    findings.decide("R6", f"Label {label.label_id} is {why}: listed, not chosen.", label.label_id)
        _warn_of_list(outcome, [label.label_id for label in kept], findings)
    return labels


def _labels_of(shipment_id: str) -> Callable[[int], ApiRequest[Page[Label]]]:
    return lambda page: endpoints.list_labels({"shipment_id": shipment_id, **_NEWEST_FIRST, "page": page})


# --- R8: tracking, of which a part may fail --------------------------------------------------------------------------


@attrs.frozen
class _Tracked:
    """What became of tracking.

    Attributes:
        parcels: Of each outbound label, by its id: from its tracking where that could be read, else from itself.
        unanswered: The labels of whose scans nothing could be learnt; a 400 or 404 says that there are none.
        failure: The error to raise if no other parcel is found; ``None`` where the answer stands.
    """

    parcels: dict[str, Parcel]
    unanswered: frozenset[str] = frozenset()
    failure: APIError | None = None


def _track(outbound: Sequence[Label], findings: Findings) -> Flow[_Tracked]:
    asked = [label for label in outbound if not (label.status == "processing" and label.tracking_number is None)]
    parcels = {label.label_id: parcel_of_label(label) for label in outbound}
    if not asked:
        return _Tracked(parcels)
    results = yield tuple(endpoints.track_label(label.label_id) for label in asked)
    failures: dict[str, APIError] = {}
    for label, result in zip(asked, results, strict=True):
        read = _tracking_of(label, result, findings)
        if isinstance(read, TrackingInformation):
            parcels[label.label_id] = parcel_of_tracking(label, read)
            continue
        failures[label.label_id] = read
        findings.warn(
            "R8",
            f"Tracking of {label.tracking_number or label.label_id} could not be read ({_kind(read)}): "
            "its state is what the label says.",
            label.label_id,
        )
    hard = [error for error in failures.values() if _is_hard(error)]
    return _Tracked(
        parcels,
        frozenset(one for one, error in failures.items() if not isinstance(error, BadRequestError | NotFoundError)),
        hard[0] if len(hard) == len(outbound) else None,
    )


def _tracking_of(label: Label, result: Result, findings: Findings) -> TrackingInformation | APIError:
    if not isinstance(result, Decoded):
        return result
    tracking: TrackingInformation = result.value
    if not rules.tracks_label(tracking, label):
        findings.decide(
            "R3", f"The tracking reply for label {label.label_id} names another number: dropped.", label.label_id
        )
        return MalformedResponseError("The tracking reply names another number.", problems=("$.tracking_number",))
    _warn_of_dates(label.label_id, result.unreadable_dates, findings)
    _warn_of_missing_part(result.partial, findings)
    return tracking


def _is_hard(error: APIError) -> bool:
    """R8: whether the error is raised if no parcel has fared better; else the parcel is reported from its label."""
    if isinstance(error, InternalServerError):
        return not third_party_fault(error)
    return isinstance(error, APIConnectionError) or (
        isinstance(error, APIStatusError) and error.status_code in _HARD_STATUSES
    )


# --- R9: orders that were marked as shipped elsewhere ----------------------------------------------------------------


def _read_fulfillments(
    shipments: Sequence[Shipment], labels: Sequence[Label], have_parcels: bool, findings: Findings
) -> Flow[list[Fulfillment]]:
    """The fulfillments of shipments without a usable label, compared and without those that labels stand for."""
    if not shipments:
        return []
    outcomes = yield from read_lists(
        [_fulfillments_of(one.shipment_id) for one in shipments], lambda one: one.fulfillment_id
    )
    label_numbers = [number for label in labels for number in rules.numbers_of(label)]
    usable: list[Fulfillment] = []
    for shipment, outcome in zip(shipments, outcomes, strict=True):
        if outcome.error is not None:
            if not have_parcels and not isinstance(outcome.error, _REFUSALS):
                raise outcome.error
            findings.warn("R9", f"Whether a part was shipped elsewhere could not be read ({_kind(outcome.error)}).")
            continue
        kept = []
        for one in outcome.items.values():
            if not rules.has_shipment_id(one, shipment.shipment_id):
                findings.decide(
                    "R3", f"Fulfillment {one.fulfillment_id} is of another shipment: dropped.", one.fulfillment_id
                )
            elif not rules.is_usable_fulfillment(one, label_numbers):
                findings.decide(
                    "R9", f"Fulfillment {one.fulfillment_id} is voided or has a label: dropped.", one.fulfillment_id
                )
            else:
                kept.append(one)
        _warn_of_list(outcome, [one.fulfillment_id for one in kept], findings)
        usable += kept
    return usable


def _fulfillments_of(shipment_id: str) -> Callable[[int], ApiRequest[Page[Fulfillment]]]:
    return lambda page: endpoints.list_fulfillments({"shipment_id": shipment_id, **_NEWEST_FIRST, "page": page})


# --- small things ----------------------------------------------------------------------------------------------------

_NEWEST_FIRST: dict[str, QueryValue] = {"sort_by": "created_at", "sort_dir": "desc", "page_size": _PAGE_SIZE}


def _kind(error: APIError) -> str:
    status = f" {error.status_code}" if isinstance(error, APIStatusError) else ""
    return f"{type(error).__name__}{status}"


def _names_bad_id(error: BadRequestError) -> bool:
    return any(detail.error_code == "invalid_identifier" for detail in error.errors)


def _warn_of_list(outcome: ListOutcome[T], kept: Iterable[str], findings: Findings) -> None:
    for record_id in kept:
        _warn_of_dates(record_id, outcome.unreadable_dates.get(record_id, ()), findings)
    _warn_of_missing_part(outcome.partial, findings)
    if outcome.cut:
        findings.warn("R3", f"A list of ShipStation had more than {MOST_PAGES} pages: the rest was not read.")


def _warn_of_missing_part(partial: bool, findings: Findings) -> None:
    if partial:
        findings.warn(None, "ShipStation says that a part of its answer is missing.")


def _warn_of_dates(record_id: str, paths: Iterable[str], findings: Findings) -> None:
    for path in paths:
        findings.warn(None, f"A date of {record_id} cannot be read ({path}): it is shown as unknown.", record_id)
