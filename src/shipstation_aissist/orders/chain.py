"""R2: the chain of look-ups from an order id to its shipments; what does not match is dropped (R3, R5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import attrs

from shipstation_aissist.errors import BadRequestError, NotFoundError
from shipstation_aissist.models import Page, Shipment
from shipstation_aissist.orders import comparing, recipients
from shipstation_aissist.orders.answer import MatchedBy
from shipstation_aissist.orders.findings import REFUSALS, Findings, kind_of, warn_of_list
from shipstation_aissist.orders.labels import is_cancelled
from shipstation_aissist.orders.lists import NEWEST_FIRST, Flow, ListOutcome, read_lists
from shipstation_aissist.orders.numbers import without_sign
from shipstation_aissist.orders.query import Lookup, LookupSettings, looks_like_tracking_number
from shipstation_aissist.orders.response import TrackOrderResponse
from shipstation_aissist.wire import requests as endpoints
from shipstation_aissist.wire.decoding import Decoded
from shipstation_aissist.wire.requests import ApiRequest, QueryValue

Filters = dict[str, QueryValue]


@attrs.frozen
class Found:
    """The shipments that matched, and what the caller's id turned out to be."""

    shipments: Sequence[Shipment]
    matched_by: MatchedBy


@attrs.frozen
class Step:
    """One step of the chain: requests that are sent at once and judged together.

    Attributes:
        what: What is looked for, in words.
        matched_by: What the id is if this step finds it.
        lookups: The filters of each request; what the API refuses of the second is no match.
        fault: R3: why a shipment is dropped, or ``None``.
        optional: Whether a refusal of the first request is no match either.
    """

    what: str
    matched_by: MatchedBy
    lookups: tuple[Filters, ...]
    fault: Callable[[Shipment], str | None]
    optional: bool = False


def find_shipments(lookup: Lookup, settings: LookupSettings, findings: Findings) -> Flow[Found | None]:
    """The shipments of an order, or ``None``; what a look-up by tracking number finds is not among them."""
    if settings.order_key == "shipment_id":
        shipments = yield from _find_by_shipment_id(lookup, settings, findings)
        return Found(shipments, "shipment_id") if shipments else None
    for step in steps_of(lookup, settings):
        shipments = yield from _take_step(step, lookup, settings, findings)
        if shipments:
            return Found(shipments, step.matched_by)
    return None


def named(
    response: TrackOrderResponse, shipments: Sequence[Shipment], matched_by: MatchedBy | None
) -> TrackOrderResponse:
    """The answer with the store's order number, whatever the caller typed, and what the caller's id turned out to be.

    Args:
        response: The answer.
        shipments: The shipments that matched; of several numbers the shown parcel's counts, else a live shipment's.
        matched_by: What the id turned out to be; ``None`` for a notification that names a label.
    """
    shown = response.tracking.shipment_id if response.tracking else None
    numbered = [shipment for shipment in shipments if shipment.shipment_number]
    numbered.sort(key=lambda shipment: (shipment.shipment_id != shown, is_cancelled(shipment)))
    number = numbered[0].shipment_number if numbered else None
    return attrs.evolve(response, order_number=number and number.strip(), matched_by=matched_by)


def find_siblings(lookup: Lookup, settings: LookupSettings, findings: Findings) -> Flow[Sequence[Shipment]]:
    """All shipments with the order number of one that is known: its number, with its sign if it has one."""
    found = yield from find_shipments(lookup, attrs.evolve(settings, order_key="number"), findings)
    return found.shipments if found else ()


def steps_of(lookup: Lookup, settings: LookupSettings) -> list[Step]:
    """R2: what is asked, in this order, until something matches.

    An id that looks like a tracking number is not asked for with a ``#``: no store puts one before ten digits, and the
    look-up by tracking number that comes next takes two requests.
    """
    number = without_sign(lookup.key)
    plain: Filters = {"shipment_number": number}
    signed: Filters = {"shipment_number": f"#{number}"}
    by_number = Step(
        "this number",
        "number",
        (plain, signed) if lookup.with_sign else (plain,),
        lambda shipment: comparing.why_not_shipment(shipment, number=lookup.key),
    )
    by_external_id = Step(
        "this external id",
        "external_id",
        ({"external_shipment_id": lookup.key},),
        lambda shipment: comparing.why_not_shipment(shipment, external_id=lookup.key),
        optional=True,
    )
    with_sign = [] if lookup.with_sign else [attrs.evolve(by_number, lookups=(signed,), optional=True)]
    if settings.order_key == "number":
        return [by_number, *with_sign]
    if settings.order_key == "external_id":
        return [attrs.evolve(by_external_id, optional=False)]
    if settings.order_key == "tracking_number":
        return []
    return [by_number, by_external_id, *([] if looks_like_tracking_number(lookup.key) else with_sign)]


def _take_step(step: Step, lookup: Lookup, settings: LookupSettings, findings: Findings) -> Flow[list[Shipment]]:
    common = {"store_id": comparing.comparable_store(settings.store_id), **NEWEST_FIRST}
    outcomes = yield from read_lists([_list_of({**filters, **common}) for filters in step.lookups], _id_of)
    returned: dict[str, Shipment] = {}
    for place, outcome in enumerate(outcomes):
        if outcome.error is not None and not ((step.optional or place) and isinstance(outcome.error, REFUSALS)):
            raise outcome.error
        if outcome.error is not None:
            kind = kind_of(outcome.error)
            findings.decide("R2", f"The API refused to look for {step.what} ({kind}): no match.")
        else:
            returned = {**outcome.items, **returned}
    if all(outcome.error is not None for outcome in outcomes):
        return []
    matches = _keep(returned.values(), step.fault, findings)
    findings.decide("R3", f"{len(returned)} shipments returned, {len(matches)} with {step.what}.")
    matches = _keep(
        matches, lambda shipment: comparing.why_not_shipment(shipment, store_id=settings.store_id), findings
    )
    matches = pass_check(matches, lookup, findings)
    _warn_of_lists(outcomes, [shipment.shipment_id for shipment in matches], findings)
    return matches


def _list_of(filters: Filters) -> Callable[[int], ApiRequest[Page[Shipment]]]:
    return lambda page: endpoints.list_shipments({**filters, "page": page})


def _id_of(shipment: Shipment) -> str:
    return shipment.shipment_id


def _warn_of_lists(outcomes: Sequence[ListOutcome[Shipment]], kept: Sequence[str], findings: Findings) -> None:
    if kept:
        for outcome in outcomes:
            warn_of_list(outcome, [record_id for record_id in kept if record_id in outcome.items], findings)


def _find_by_shipment_id(lookup: Lookup, settings: LookupSettings, findings: Findings) -> Flow[list[Shipment]]:
    shipment = yield from read_shipment(lookup.key, settings, findings)
    return pass_check([shipment], lookup, findings) if shipment else []


def read_shipment(shipment_id: str, settings: LookupSettings, findings: Findings) -> Flow[Shipment | None]:
    """The shipment with an id, compared (R3), or ``None`` if there is none such in the store.

    Raises:
        APIError: The API could not be asked, or refused to answer.
    """
    (result,) = yield (endpoints.get_shipment(shipment_id),)
    if isinstance(result, NotFoundError) or (isinstance(result, BadRequestError) and _names_bad_id(result)):
        return None
    if not isinstance(result, Decoded):
        raise result
    shipments = _keep(
        [result.value],
        lambda shipment: comparing.why_not_shipment(shipment, shipment_id=shipment_id, store_id=settings.store_id),
        findings,
    )
    return shipments[0] if shipments else None


def pass_check(shipments: Sequence[Shipment], lookup: Lookup, findings: Findings) -> list[Shipment]:
    """R5: of the shipments that matched, those that go to the recipient who was named, if anybody was."""
    if not lookup.has_check:
        return list(shipments)
    kept: list[Shipment] = []
    dropped: list[Shipment] = []
    for shipment in shipments:
        passes = recipients.passes_check(shipment, lookup.postal_code, lookup.email)
        (kept if passes else dropped).append(shipment)
    for shipment in dropped:
        findings.decide(
            "R5", f"Shipment {shipment.shipment_id} does not go to this recipient: dropped.", shipment.shipment_id
        )
    if kept and any(not shipment.is_return for shipment in dropped):
        findings.warn("R5", "Another shipment with this number goes to another recipient: it is not shown.")
    return kept


def _keep(shipments: Iterable[Shipment], fault: Callable[[Shipment], str | None], findings: Findings) -> list[Shipment]:
    kept = []
    for shipment in shipments:
        reason = fault(shipment)
        if reason is None:
            kept.append(shipment)
        else:
            findings.decide("R3", f"Shipment {shipment.shipment_id} {reason}: dropped.", shipment.shipment_id)
    return kept


def _names_bad_id(error: BadRequestError) -> bool:
    return any(detail.error_code == "invalid_identifier" for detail in error.errors)
