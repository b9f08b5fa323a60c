"""R8: the tracking of all labels, of which a part may fail."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from shipstation_aissist.errors import (
    APIConnectionError,
    APIError,
    APIStatusError,
    BadRequestError,
    InternalServerError,
    MalformedResponseError,
    NotFoundError,
)
from shipstation_aissist.models import Label, TrackingInformation
from shipstation_aissist.orders import comparing
from shipstation_aissist.orders.findings import Findings, kind_of, warn_of_missing_part, warn_of_unreadable
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
        parcels: Of each outbound label, by its id: from its tracking where that could be read, else from itself.
        unanswered: The labels of whose scans nothing could be learnt; a 400 or 404 says that there are none.
        failure: The error to raise if no other parcel is found; ``None`` where the answer stands.
    """

    parcels: dict[str, Parcel]
    unanswered: frozenset[str] = frozenset()
    failure: APIError | None = None


def track(outbound: Sequence[Label], findings: Findings) -> Flow[Tracked]:
    """The tracking of all outbound labels at once (R7); a part that fails is reported from its label (R8)."""
    asked = [label for label in outbound if not (label.status == "processing" and label.tracking_number is None)]
    parcels = {label.label_id: parcel_of_label(label) for label in outbound}
    if not asked:
        return Tracked(parcels)
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
            f"Tracking of {label.tracking_number or label.label_id} could not be read ({kind_of(read)}): "
            "its state is what the label says.",
            label.label_id,
        )
    hard = [error for error in failures.values() if _is_hard(error)]
    return Tracked(
        parcels,
        frozenset(one for one, error in failures.items() if not isinstance(error, BadRequestError | NotFoundError)),
        hard[0] if len(hard) == len(outbound) else None,
    )


def _tracking_of(label: Label, result: Result, findings: Findings) -> TrackingInformation | APIError:
    if not isinstance(result, Decoded):
        return result
    tracking: TrackingInformation = result.value
    reason = comparing.why_not_tracking(tracking, label)
    if reason is not None:
        findings.decide("R3", f"The tracking reply for label {label.label_id} {reason}: dropped.", label.label_id)
        return MalformedResponseError(f"The tracking reply {reason}.", problems=("$.tracking_number",))
    warn_of_unreadable(label.label_id, result.unreadable, findings)
    warn_of_missing_part(result.partial, findings)
    return tracking


def _is_hard(error: APIError) -> bool:
    """R8: whether the error is raised if no parcel has fared better; else the parcel is reported from its label."""
    if isinstance(error, InternalServerError):
        return not third_party_fault(error)
    return isinstance(error, APIConnectionError) or (
        isinstance(error, APIStatusError) and error.status_code in _HARD_STATUSES
    )
