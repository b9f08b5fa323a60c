"""R4: the shipments that matched are one order, or nobody is told anything; and the answer that follows from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from shipstation_aissist.errors import AmbiguousOrderError
from shipstation_aissist.models import Label, Shipment
from shipstation_aissist.orders import choosing, recipients
from shipstation_aissist.orders.attention_rules import assess
from shipstation_aissist.orders.contents import MOST_ITEMS, items_of
from shipstation_aissist.orders.elsewhere import read_fulfillments
from shipstation_aissist.orders.findings import Findings
from shipstation_aissist.orders.labels import (
    SortedLabels,
    is_cancelled,
    live_shipments,
    read_labels,
    sort_labels,
    warn_of_shipments,
)
from shipstation_aissist.orders.lists import Flow
from shipstation_aissist.orders.order_parts import (
    candidates_of_fulfillments,
    candidates_of_labels,
    earliest,
    latest,
    shown_parcels,
)
from shipstation_aissist.orders.patience import Patience
from shipstation_aissist.orders.response import TrackOrderResponse
from shipstation_aissist.orders.tracking import tell_of_failures, track
from shipstation_aissist.orders.watching import replaced_number, unshipped_parts, watched_parcels
from shipstation_aissist.orders.yielding import was_scanned

_PATIENCE = Patience()


def answer_for(
    order_id: str,
    shipments: Sequence[Shipment],
    findings: Findings,
    now: datetime,
    *,
    patience: Patience = _PATIENCE,
    asked_number: str | None = None,
    parcel_only: bool = False,
) -> Flow[TrackOrderResponse]:
    """The answer for shipments that matched, under R4 and R6 to R11.

    Args:
        order_id: What the caller passed.
        shipments: Those that matched.
        findings: Receives decisions and warnings.
        now: The time of day.
        patience: When something counts as late or stalled.
        asked_number: The tracking number that was asked for, if it was one (R14).
        parcel_only: Whether only the parcel with this number is told of: nothing of what is not shipped.
    """
    _check_one_order([part for part in shipments if not (is_cancelled(part) or part.is_return)], findings)
    labels = sort_labels(shipments, (yield from read_labels(shipments, findings)), findings)
    last_resorts = labels.last_resorts_of(shipments)
    asked = [*labels.outbound, *last_resorts.values(), *labels.returns]
    tracked = yield from track(asked, shipments, findings)

    scanned = {
        shipment_id: label
        for shipment_id, label in last_resorts.items()
        if label.label_id in tracked.read and was_scanned(tracked.parcels[label.label_id])
    }
    shipments_of = {**labels.shipments_of, **{label.label_id: frozenset([of]) for of, label in scanned.items()}}
    out = [
        shipments_of[label.label_id]
        for label in (*labels.outbound, *scanned.values())
        if was_scanned(tracked.parcels[label.label_id])
    ]
    live = live_shipments(shipments, lambda part: any(part.shipment_id in them for them in out))
    live_ids = {part.shipment_id for part in live}
    ignored = {part.shipment_id for part in shipments if is_cancelled(part)} - live_ids
    tell_of_failures(asked, tracked, ignored, findings)
    order = _order_of(shipments, live)
    _check_one_order(_outbound(order), findings)
    _tell_of_cancelled(shipments, order, live, labels, findings)
    _tell_of_voided(order, labels, scanned, findings, parcel_only=parcel_only)

    counting = [label for label in (*labels.outbound, *scanned.values()) if shipments_of[label.label_id] & live_ids]
    without_label = [part for part in live if not labels.outbound_of(part)]
    fulfillments = yield from read_fulfillments(without_label, counting, bool(counting), findings)
    failure = tracked.failure_of(counting or labels.outbound or list(last_resorts.values()))
    if failure is not None and not fulfillments:
        raise failure

    by_id = {part.shipment_id: part for part in shipments}
    of_labels = candidates_of_labels(counting, shipments_of, by_id, tracked)
    elsewhere = candidates_of_fulfillments(fulfillments, by_id)
    choice = choosing.choose([*of_labels, *elsewhere], now)
    _tell_of_choice(choice, findings)
    with_parcel = frozenset[str]().union(*(candidate.shipment_ids for candidate in (*of_labels, *elsewhere)))
    unshipped = [part for part in live if not parcel_only and part.shipment_id not in with_parcel]
    warn_of_shipments(unshipped, labels.listed, findings)
    if choice.shown is not None and unshipped:
        findings.warn(None, "A part of this order has not been shipped yet.")

    shown = shown_parcels(choice, by_id)
    if any(len(items_of(by_id[of] for of in them.shipment_ids)) > MOST_ITEMS for them in (*of_labels, *elsewhere)):
        findings.warn(None, f"A parcel holds more than {MOST_ITEMS} items; the first {MOST_ITEMS} are listed.")
    assessment = assess(
        watched_parcels(choice.counting, shown, {label.label_id: label for label in counting}, by_id),
        unshipped_parts(unshipped),
        now,
        patience,
        replaced_number(asked_number, labels.listed),
    )
    for warning in assessment.warnings:
        findings.warn(None, warning)
    by_label = {label.label_id: shown[id(candidate)] for label, candidate in zip(counting, of_labels, strict=True)}
    listed = [label for part in order for label in labels.listed[part.shipment_id]]
    for label in listed:
        by_label.setdefault(label.label_id, tracked.parcel_of_uncounted(label))
    returns = {label.label_id for label in labels.returns}
    covered = choice.covered()
    return TrackOrderResponse(
        order_id=order_id,
        state=choosing.order_state(
            choice,
            all_cancelled=not live and all(map(is_cancelled, _outbound(order))),
            outstanding=sum(part.shipment_id not in covered for part in live),
        ),
        tracking=None if choice.shown is None else shown[id(choice.shown)],
        parcels=(
            *(by_label[label.label_id] for label in listed),
            *(shown[id(candidate)] for candidate in elsewhere),
        ),
        warnings=tuple(dict.fromkeys(findings.warnings)),
        as_of=now,
        attention=assessment.attention,
        ship_by_date=earliest([part.ship_by_date for part in unshipped]),
        hold_until_date=latest([part.hold_until_date for part in unshipped]),
        returns=tuple(by_label[label.label_id] for label in listed if label.label_id in returns),
        items_not_shipped=items_of(unshipped),
    )


def _order_of(shipments: Sequence[Shipment], live: Sequence[Shipment]) -> list[Shipment]:
    """R6: cancelled shipments beside live ones are ignored; those for the way back, of the same store, are listed."""
    if not live:
        return list(shipments)
    live_ids = {part.shipment_id for part in live}
    stores = {part.store_id for part in live}
    return [
        part
        for part in shipments
        if part.shipment_id in live_ids or (part.is_return and not is_cancelled(part) and part.store_id in stores)
    ]


def _outbound(order: Sequence[Shipment]) -> Sequence[Shipment]:
    """Of an order the shipments to the customer, if it has any."""
    return [part for part in order if not part.is_return] or order


def _tell_of_cancelled(
    shipments: Sequence[Shipment],
    order: Sequence[Shipment],
    live: Sequence[Shipment],
    labels: SortedLabels,
    findings: Findings,
) -> None:
    """R6: what is ignored; and a cancelled shipment that has a label, if it is this customer's."""
    live_ids = {part.shipment_id for part in live}
    order_ids = {part.shipment_id for part in order}
    for part in shipments:
        shipment_id = part.shipment_id
        if shipment_id not in order_ids:
            why = "is cancelled" if is_cancelled(part) else "is a return of another store"
            findings.decide("R6", f"Shipment {shipment_id} {why}: ignored.", shipment_id)
        has_idle_label = is_cancelled(part) and shipment_id not in live_ids and bool(labels.outbound_of(part))
        if has_idle_label and (shipment_id in order_ids or recipients.form_one_order([*live, part])):
            findings.warn(
                "R6",
                f"Shipment {shipment_id} was cancelled, but has a label; no carrier is known to have scanned it.",
                shipment_id,
            )


def _tell_of_voided(
    order: Sequence[Shipment],
    labels: SortedLabels,
    scanned: Mapping[str, Label],
    findings: Findings,
    *,
    parcel_only: bool,
) -> None:
    """R6: where all labels of a shipment were voided, and whether a parcel of it is out all the same."""
    outbound = [part for part in order if not part.is_return]
    voided = [part.shipment_id for part in outbound if part.shipment_id in labels.last_resorts]
    has_return = {label.shipment_id for label in labels.returns}
    for shipment_id in voided:
        label = scanned.get(shipment_id)
        if label is not None:
            findings.warn(
                "R6",
                f"Label {label.tracking_number} was voided, but a carrier has scanned its parcel: it is shown.",
                label.label_id,
            )
        elif parcel_only:
            findings.warn("R6", "The label with this number was voided.", shipment_id)
        elif shipment_id in has_return:
            continue  # one of its labels was not voided
        elif len(voided) == len(outbound):
            findings.warn("R6", "Every label of this order was voided.", shipment_id)
        else:
            findings.warn("R6", "Every label of a part of this order was voided.", shipment_id)


def _tell_of_choice(choice: choosing.Choice, findings: Findings) -> None:
    """R11: which parcels no longer count, and why the one that is shown decides."""
    for yielded in choice.yielding:
        parcel = yielded.candidate.parcel
        findings.warn("R11", yielded.told(), parcel.label_id or parcel.shipment_id)
    why = choice.told()
    if choice.shown is not None and why is not None:
        parcel = choice.shown.parcel
        findings.decide("R11", why, parcel.label_id or parcel.shipment_id)


def _check_one_order(shipments: Sequence[Shipment], findings: Findings) -> None:
    """R4."""
    if recipients.form_one_order(shipments):
        return
    for shipment in shipments:
        findings.decide(
            "R4", f"Shipment {shipment.shipment_id} may be another customer's: not shown.", shipment.shipment_id
        )
    stores = sorted({shipment.store_id for shipment in shipments if shipment.store_id is not None})
    raise AmbiguousOrderError(
        f"This number stands for several orders (stores: {', '.join(stores) or 'unknown'}). "
        "Ask the customer for the postal code of the delivery address, or give the action a store_id.",
        store_ids=stores,
    )
