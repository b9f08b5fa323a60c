"""R8: the tracking of all labels, of which a part may fail."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence

import attrs

from shipstation_aissist.errors import (
    APIConnectionError,
    APIError,
    APIStatusError,
    InternalServerError,
    MalformedResponseError,
)
from shipstation_aissist.models import Address, Label, Shipment, TrackingInformation
from shipstation_aissist.orders import comparing
from shipstation_aissist.orders.findings import REFUSALS, Findings, kind_of, warn_of_missing_part, warn_of_unreadable
from shipstation_aissist.orders.labels import is_return_label, is_voided, plain_status
from shipstation_aissist.orders.lists import Flow, Result
from shipstation_aissist.orders.parcel import Parcel
from shipstation_aissist.orders.parcels import parcel_of_label, parcel_of_tracking
from shipstation_aissist.wire import requests as endpoints
from shipstation_aissist.wire.decoding import Decoded
from shipstation_aissist.wire.replies import third_party_fault

_HARD_STATUSES = frozenset({401, 403, 408, 429})


@attrs.frozen
class Tracked:
    """What became of tracking.

    Attributes:
        parcels: Of each label, by its id: from its tracking where that could be read, else from itself.
        read: The labels whose tracking was read; of the others nothing is known of scans (R8).
        failures: Why the others were not read; a label that has no number yet was not asked for.
    """

    parcels: dict[str, Parcel]
    read: frozenset[str]
    failures: dict[str, APIError]

    def failure_of(self, labels: Sequence[Label]) -> APIError | None:
        """R8: the error to raise if there is no other parcel than these; ``None`` where the answer stands."""
        failures = [self.failures.get(label.label_id) for label in labels]
        hard = [error for error in failures if error is not None and is_hard(error)]
        return hard[0] if hard and len(hard) == len(labels) else None

    def parcel_of_uncounted(self, label: Label) -> Parcel:
        """The parcel of a label that does not count: a return as it was tracked, a voided one as its label says.

        Args:
            label: The label.
        """
        parcel = None if is_voided(label) else self.parcels.get(label.label_id)
        return parcel_of_label(label) if parcel is None else parcel


class _OlderParcelError(MalformedResponseError):
    """A reply that is older than its label: carriers use numbers again."""


def track(labels: Sequence[Label], shipments: Iterable[Shipment], findings: Findings) -> Flow[Tracked]:
    """The tracking of all these labels at once (R7); a part that fails is reported from its label (R8).

    What failed is told by :func:`tell_of_failures`, once it is known which shipments are live.

    Args:
        labels: Outbound ones, returns, and voided ones that are a last resort.
        shipments: Their shipments.
        findings: Receives warnings and decisions.
    """
    of = {shipment.shipment_id: shipment for shipment in shipments}
    asked = [
        label for label in labels if not (plain_status(label.status) == "processing" and not label.tracking_number)
    ]
    if not asked:
        return Tracked({label.label_id: parcel_of_label(label) for label in labels}, frozenset(), {})
    results = yield tuple(endpoints.track_label(label.label_id) for label in asked)
    whole = yield from _read_whole(
        [label for label, result in zip(asked, results, strict=True) if _names_another(label, result)], findings
    )
    parcels: dict[str, Parcel] = {}
    failures: dict[str, APIError] = {}
    for listed, result in zip(asked, results, strict=True):
        label = whole.get(listed.label_id, listed)
        read = tracking_of(label, result, findings)
        if isinstance(read, TrackingInformation):
            parcels[label.label_id] = parcel_of_tracking(label, read, _goes_to(label, of.get(label.shipment_id or "")))
            continue
        failures[label.label_id] = read
        if isinstance(read, _OlderParcelError):  # the label's own status may come from the same tracking
            parcels[label.label_id] = parcel_of_label(attrs.evolve(label, tracking_status=None))
    parcels.update({label.label_id: parcel_of_label(label) for label in labels if label.label_id not in parcels})
    return Tracked(parcels, frozenset(label.label_id for label in asked) - failures.keys(), failures)


def _names_another(label: Label, result: Result) -> bool:
    return isinstance(result, Decoded) and comparing.names_another_number(result.value, label)


def _read_whole(labels: Iterable[Label], findings: Findings) -> Flow[dict[str, Label]]:
    """R3: a label in a list may lack numbers that it has when it is read by its id (API notes 14.8)."""
    listed = list(labels)
    if not listed:
        return {}
    results = yield tuple(endpoints.get_label(label.label_id) for label in listed)
    whole: dict[str, Label] = {}
    for label, result in zip(listed, results, strict=True):
        if not isinstance(result, Decoded):
            findings.decide("R3", f"Label {label.label_id} could not be read by its id ({kind_of(result)}).")
        elif (result.value.label_id, result.value.shipment_id) == (label.label_id, label.shipment_id):
            # Its shipment may make it a return (R6), which the label does not say.
            is_return = is_return_label(label) or is_return_label(result.value)
            whole[label.label_id] = attrs.evolve(result.value, is_return_label=is_return)
    return whole


def tracking_of(label: Label, result: Result, findings: Findings) -> TrackingInformation | APIError:
    """What was read of a label's tracking, or why it failed (R8); a reply about another parcel has failed (R3)."""
    if not isinstance(result, Decoded):
        return result
    tracking: TrackingInformation = result.value
    reason = comparing.why_not_tracking(tracking, label)
    if reason is not None:
        findings.decide("R3", f"The tracking reply for label {label.label_id} {reason}: dropped.", label.label_id)
        if comparing.names_another_number(tracking, label):
            return MalformedResponseError(f"The tracking reply {reason}.", problems=("$.tracking_number",))
        return _OlderParcelError(f"The tracking reply {reason}.", problems=("$.events",))
    warn_of_unreadable(label.label_id, result.unreadable, findings)
    warn_of_missing_part(result.partial, findings)
    return tracking


def _goes_to(label: Label, shipment: Shipment | None) -> Address | None:
    """Where the parcel should go; of a return nothing is known."""
    if is_return_label(label) or shipment is None:
        return None
    return label.ship_to or shipment.ship_to


def tell_of_failures(
    labels: Iterable[Label], tracked: Tracked, ignored_shipments: Container[str | None], findings: Findings
) -> None:
    """R8: what could not be read, as a warning where the answer depends on it.

    Args:
        labels: Those whose tracking was asked for.
        tracked: What became of it.
        ignored_shipments: The ids of cancelled ones, which may be another customer's.
        findings: Receives the warnings.
    """
    for label in labels:
        error = tracked.failures.get(label.label_id)
        if error is None:
            continue
        about = label.tracking_number or label.label_id
        if isinstance(error, _OlderParcelError):
            told = (
                f"What tracking tells of {about} is older than its label: it is about another parcel with this number."
            )
        else:
            told = f"Tracking of {about} could not be read ({kind_of(error)}): its state is what the label says."
        # Of a voided label nothing is expected (API notes 7.6).
        if label.shipment_id in ignored_shipments or (is_voided(label) and isinstance(error, REFUSALS)):
            findings.decide("R8", told, label.label_id)
        else:
            findings.warn("R8", told, label.label_id)


def is_hard(error: APIError) -> bool:
    """R8: whether the error is raised if no parcel has fared better; else the parcel is reported from its label."""
    if isinstance(error, InternalServerError):
        return not third_party_fault(error)
    return isinstance(error, APIConnectionError) or (
        isinstance(error, APIStatusError) and error.status_code in _HARD_STATUSES
    )
