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
        answers: The store, guarded.
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

    def kept(self, name: str) -> TrackOrderResponse | None:
        """The answer that is kept, if it is fresh."""
        return self._shelf.get(name)

    def begin(self) -> float:
        """A look-up begins; what this returns is handed to :meth:`keep`."""
        return self._shelf.begin()

    def keep(self, name: str, answer: TrackOrderResponse, begun: float, watch: Watch) -> None:
        """Keep an answer for as long as it is fresh."""
        self._shelf.put(name, answer, seconds_fresh(answer, partly_read=watch.partly_read), begun)

    def forget_order(self, answer: TrackOrderResponse) -> None:
        """A notification led to this answer: what was kept about its order is older."""
        self._shelf.forget_order(answer)

    def answer(
        self, lookup: Lookup, deadline: Deadline, look_up: LookUp, *, fresh: bool = False, in_bulk: bool = False
    ) -> TrackOrderResponse:
        """The kept answer, that of a look-up under way, or an own one.

        Args:
            lookup: What is asked for.
            deadline: The caller's own: until when it waits for another's look-up.
            look_up: Makes a look-up, within what it may take.
            fresh: Whether to look it up in any case.
            in_bulk: Whether a bulk job asks. It may wait for the quota outside of any deadline: nobody in a
                conversation waits for its look-ups, only other bulk jobs do, and look it up themselves in the end.

        Raises:
            APITimeoutError: Another's look-up took longer than this caller has time.
            ShipStationError: As the look-up raises it.
        """
        name = self.name(lookup)
        if fresh:
            return self._looked_up(name, look_up)

        kept = None if self._answers.is_elsewhere else self.kept(name)
        if kept is not None:
            return told_to(lookup, kept)

        def kept_or_looked_up() -> TrackOrderResponse:
            return self.kept(name) or self._looked_up(name, look_up)

        # Who flies asks the store: those who come just after an answer was kept find it, and look nothing up.
        answer, _ = self._flights.answer(flight_of(name, in_bulk=in_bulk), deadline.left(), kept_or_looked_up)
        if answer is None:  # another's failed: errors are not shared
            if deadline.left() <= 0 and not in_bulk:
                raise too_late(deadline)
            return self._looked_up(name, look_up)
        return told_to(lookup, answer)

    def _looked_up(self, name: str, look_up: LookUp) -> TrackOrderResponse:
        begun, watch = self.begin(), Watch()
        answer = look_up(watch.see)
        self.keep(name, answer, begun, watch)
        return answer


def flight_of(name: str, *, in_bulk: bool) -> str:
    """Under which name a look-up flies: those of bulk jobs by themselves."""
    return f"{name} in bulk" if in_bulk else name


def told_to(lookup: Lookup, answer: TrackOrderResponse) -> TrackOrderResponse:
    """An answer with the caller's own order id."""
    return answer if answer.order_id == lookup.order_id else attrs.evolve(answer, order_id=lookup.order_id)


def too_late(deadline: Deadline) -> APITimeoutError:
    """The error of a caller that waited for another's look-up in vain."""
    return APITimeoutError(
        f"The order was being looked up for somebody else, and that took longer than the {deadline.seconds:g} s that "
        "this call may take. Try again later, or give the client a longer timeout (10 to 180 s)."
    )
