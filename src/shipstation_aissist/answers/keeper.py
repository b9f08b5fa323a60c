"""An action's kept answers: what is asked of the store before and after a look-up, once for both clients."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from shipstation_aissist.answers.contract import Answers, Sign, name_of
from shipstation_aissist.answers.freshness import seconds_fresh
from shipstation_aissist.errors import APITimeoutError
from shipstation_aissist.orders.query import Lookup, LookupSettings
from shipstation_aissist.orders.response import TrackOrderResponse
from shipstation_aissist.steps import TraceStep
from shipstation_aissist.transport.clock import Clock, Deadline

LookUp = Callable[[Callable[[TraceStep], None]], TrackOrderResponse]
"""Looks an order up, and tells its steps."""


class Watch:
    """Whether a part of the answer could not be read (R8, R9), so that it is told from what is left."""

    partly_read = False

    def see(self, step: TraceStep) -> None:
        """Look at a step of the look-up."""
        if step.warning and step.rule in ("R8", "R9"):
            self.partly_read = True


class Keeper:
    """The kept answers of one action.

    Args:
        answers: The store.
        sign: Of the account.
        clock: The client's.
        settings: How the action was made.
    """

    def __init__(self, answers: Answers, sign: Sign, clock: Clock, settings: LookupSettings) -> None:
        self._answers = answers
        self._shelf = answers.open(sign, clock)
        self._sign = sign
        self._settings = settings
        self._flights = answers.flights

    def name(self, lookup: Lookup) -> str:
        """Under which name the answer is kept."""
        return name_of(lookup, self._settings, self._sign)

    def kept(self, name: str, lookup: Lookup) -> TrackOrderResponse | None:
        """The answer that is kept, if it is fresh, with the caller's own order id."""
        answer = self._shelf.get(name)
        return None if answer is None else attrs.evolve(answer, order_id=lookup.order_id)

    def begin(self) -> float:
        """A look-up begins; what this returns is handed to :meth:`keep`."""
        return self._shelf.begin()

    def keep(self, name: str, answer: TrackOrderResponse, begun: float, watch: Watch) -> None:
        """Keep an answer for as long as it is fresh."""
        self._shelf.put(name, answer, seconds_fresh(answer, partly_read=watch.partly_read), begun)

    def forget(self, label_id: str) -> None:
        """A notification says that a label has moved on."""
        self._answers.forget(label_id)

    def answer(self, lookup: Lookup, deadline: Deadline, look_up: LookUp, *, fresh: bool) -> TrackOrderResponse:
        """The kept answer, that of a look-up under way, or an own one.

        Args:
            lookup: What is asked for.
            deadline: The caller's own.
            look_up: Makes a look-up within that deadline.
            fresh: Whether to look it up in any case.

        Raises:
            APITimeoutError: Another's look-up took longer than this caller has time.
            ShipStationError: As the look-up raises it.
        """
        name = self.name(lookup)
        if fresh:
            return self._looked_up(name, look_up)
        kept = self.kept(name, lookup)
        if kept is not None:
            return kept
        answer, is_own = self._flights.answer(name, deadline.left(), lambda: self._looked_up(name, look_up))
        if answer is None:  # another's failed: errors are not shared
            if deadline.left() <= 0:
                raise too_late(deadline)
            return self._looked_up(name, look_up)
        return answer if is_own else attrs.evolve(answer, order_id=lookup.order_id)

    def _looked_up(self, name: str, look_up: LookUp) -> TrackOrderResponse:
        begun, watch = self.begin(), Watch()
        answer = look_up(watch.see)
        self.keep(name, answer, begun, watch)
        return answer


def too_late(deadline: Deadline) -> APITimeoutError:
    """The error of a caller that waited for another's look-up in vain."""
    return APITimeoutError(
        f"The order was being looked up for somebody else, and that took longer than the {deadline.seconds:g} s that "
        "this call may take. Try again later, or give the client a longer timeout (10 to 180 s)."
    )
