"""Kept answers for tasks: what :mod:`shipstation_aissist.answers.keeper` does for threads, with ``await``.

A store in this process is asked at once, one elsewhere in a thread. Of the tasks of an event loop that ask for the same
at the same time, one looks it up. If it is cancelled, one of the others takes over; if its look-up fails, each of the
others makes its own, as errors are not shared.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

import anyio
from anyio.lowlevel import RunVar

from shipstation_aissist.aio.elsewhere import in_its_way
from shipstation_aissist.answers.contract import Answers, Sign
from shipstation_aissist.answers.flights import Flights
from shipstation_aissist.answers.keeper import Keeper, Watch, flight_of, told_to, too_late
from shipstation_aissist.orders.query import Lookup, LookupSettings
from shipstation_aissist.orders.response import TrackOrderResponse
from shipstation_aissist.steps import Record
from shipstation_aissist.transport.clock import Clock, Deadline

LookUp = Callable[[Record], Awaitable[TrackOrderResponse]]
"""Looks an order up, and tells its steps."""


class _Flight:
    """A look-up that other tasks wait for."""

    def __init__(self) -> None:
        self.landed = anyio.Event()
        self.answer: TrackOrderResponse | None = None
        self.has_failed = False


_Flying = dict[tuple[Flights, str], _Flight]
_under_way: RunVar[_Flying] = RunVar("shipstation-aissist look-ups under way")  # events belong to one event loop


class AsyncKeeper:
    """The kept answers of one action, for tasks.

    Args:
        answers: The store, guarded.
        sign: Of the account.
        clock: The client's.
        settings: How the action was made.
    """

    def __init__(self, answers: Answers, sign: Sign, clock: Clock, settings: LookupSettings) -> None:
        self._answers = answers
        self._is_elsewhere = answers.is_elsewhere
        self._open = partial(Keeper, answers, sign, clock, settings)
        self._opened: Keeper | None = None

    async def forget(self, label_id: str) -> None:
        """A notification says that a label has moved on."""
        await in_its_way(self._is_elsewhere, lambda: self._answers.forget(label_id))

    async def forget_order(self, answer: TrackOrderResponse) -> None:
        """A notification led to this answer: what was kept about its order is older."""
        keeper = await self._keeper()
        await in_its_way(self._is_elsewhere, lambda: keeper.forget_order(answer))

    async def answer(
        self, lookup: Lookup, deadline: Deadline, look_up: LookUp, *, fresh: bool = False, in_bulk: bool = False
    ) -> TrackOrderResponse:
        """The kept answer, that of a look-up under way, or an own one.

        Args:
            lookup: What is asked for.
            deadline: The caller's own: until when it waits for another's look-up.
            look_up: Makes a look-up, within what it may take.
            fresh: Whether to look it up in any case.
            in_bulk: Whether a bulk job asks; nobody in a conversation waits for its look-ups.

        Raises:
            APITimeoutError: Another's look-up took longer than this caller has time.
            ShipStationError: As the look-up raises it.
        """
        keeper = await self._keeper()
        name = keeper.name(lookup)
        if fresh:
            return await self._looked_up(keeper, name, look_up)
        flights, key = _flights_here(), (self._answers.flights, flight_of(name, in_bulk=in_bulk))
        while (flight := flights.get(key)) is not None:
            with anyio.move_on_after(deadline.left()):
                await flight.landed.wait()
            if flight.answer is not None:
                return told_to(lookup, flight.answer)
            if deadline.left() <= 0 and not in_bulk:
                raise too_late(deadline)
            if flight.has_failed or not flight.landed.is_set():
                return await self._looked_up(keeper, name, look_up)
        flight = flights[key] = _Flight()
        try:
            kept = await in_its_way(self._is_elsewhere, lambda: keeper.kept(name))
            flight.answer = kept or await self._looked_up(keeper, name, look_up)
            return told_to(lookup, flight.answer)
        except Exception:
            flight.has_failed = True
            raise
        finally:
            flights.pop(key, None)
            flight.landed.set()

    async def _keeper(self) -> Keeper:
        if self._opened is None:
            self._opened = await in_its_way(self._is_elsewhere, self._open)
        return self._opened

    async def _looked_up(self, keeper: Keeper, name: str, look_up: LookUp) -> TrackOrderResponse:
        begun, watch = keeper.begin(), Watch()
        answer = await look_up(watch.see)
        await in_its_way(self._is_elsewhere, lambda: keeper.keep(name, answer, begun, watch))
        return answer


def _flights_here() -> _Flying:
    flying = _under_way.get(None)
    if flying is None:
        flying = {}
        _under_way.set(flying)
    return flying
