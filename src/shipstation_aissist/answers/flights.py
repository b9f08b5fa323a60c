"""Single flight: of those who ask for the same at the same time, one looks it up and the others wait for the answer.

Each caller keeps its own deadline. Where the look-up fails, each of the others makes its own: errors are not shared, as
they are not kept, so that an order that is not found costs and looks the same as ever.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

from shipstation_aissist.orders.response import TrackOrderResponse


class Flight:
    """A look-up that others wait for."""

    def __init__(self) -> None:
        self.landed = threading.Event()
        self.thread = threading.get_ident()
        self.answer: TrackOrderResponse | None = None


class Flights:
    """The look-ups that are under way, by the names of their answers; shared by threads."""

    def __init__(self) -> None:
        self._flights: dict[str, Flight] = {}
        self._process = os.getpid()

    def answer(
        self, name: str, seconds: float, look_up: Callable[[], TrackOrderResponse]
    ) -> tuple[TrackOrderResponse | None, bool]:
        """The answer of the look-up that is under way, or of an own one.

        Args:
            name: What is looked up.
            seconds: How long to wait for another's look-up.
            look_up: Makes one.

        Returns:
            The answer, and whether it was looked up here; no answer where another's failed or took too long.
        """
        if self._process != os.getpid():  # forked: whoever was looking up did not come along
            self._flights, self._process = {}, os.getpid()
        own = Flight()
        flight = self._flights.setdefault(name, own)  # one step: no lock, so none that a signal could leave locked
        if flight is not own:
            if flight.thread == own.thread:  # a signal's handler asks amid the look-up that it interrupted
                return None, False
            flight.landed.wait(seconds)
            return flight.answer, False
        try:
            own.answer = look_up()
            return own.answer, True
        finally:
            self._flights.pop(name, None)
            own.landed.set()
