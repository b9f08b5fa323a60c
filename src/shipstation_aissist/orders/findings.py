"""What a look-up tells beside its answer: the decisions as they happen, and the answer's warnings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import attrs

from shipstation_aissist.errors import (
    APIError,
    APIStatusError,
    BadRequestError,
    NotFoundError,
    PermissionDeniedError,
    PlanUpgradeRequiredError,
)
from shipstation_aissist.orders.lists import MOST_PAGES, ListOutcome
from shipstation_aissist.steps import Record, TraceStep

T = TypeVar("T")

REFUSALS = (BadRequestError, PermissionDeniedError, NotFoundError, PlanUpgradeRequiredError)


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


def kind_of(error: APIError) -> str:
    """An error in a word, and its status if it has one; never its message, which quotes the API."""
    status = f" {error.status_code}" if isinstance(error, APIStatusError) else ""
    return f"{type(error).__name__}{status}"


def warn_of_list(outcome: ListOutcome[T], kept: Iterable[str], findings: Findings) -> None:
    """Say what is missing of a list of which ``kept`` are used."""
    for record_id in kept:
        warn_of_unreadable(record_id, outcome.unreadable.get(record_id, ()), findings)
    for path in outcome.unreadable_counts:
        findings.warn("R3", f"A value of a list of ShipStation cannot be read ({path}): it is taken as not given.")
    for path in outcome.skipped:
        findings.warn(
            "R3", f"A record of a list of ShipStation cannot be read ({path}): it is another's, and left out."
        )
    warn_of_missing_part(outcome.partial, findings)
    if outcome.missing:
        told = f"{len(outcome.items)} of {outcome.total}"
        findings.warn("R3", f"A list of ShipStation has fewer records than it says ({told}): some may be missing.")
    if outcome.cut:
        findings.warn("R3", f"A list of ShipStation had more than {MOST_PAGES} pages: the rest was not read.")


def warn_of_missing_part(partial: bool, findings: Findings) -> None:
    """Say that the API itself says that something is missing (API notes 3.6)."""
    if partial:
        findings.warn(None, "ShipStation says that a part of its answer is missing.")


def warn_of_unreadable(record_id: str, paths: Iterable[str], findings: Findings) -> None:
    """Say which values of a record were given up: its dates, and what no rule reads."""
    for path in paths:
        what = "A date" if path.endswith(("_date", "_at")) else "A value"
        findings.warn(None, f"{what} of {record_id} cannot be read ({path}): it is shown as unknown.", record_id)
