"""What an action asks of a store of answers, and under which name an answer is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Protocol

import attrs

from shipstation_aissist.answers.flights import Flights
from shipstation_aissist.orders.query import Lookup, LookupSettings
from shipstation_aissist.orders.response import TrackOrderResponse
from shipstation_aissist.transport.clock import Clock

Sign = Callable[[str], bytes]
"""A keyed digest of a text: the same for the same account, and telling nobody the text."""

# What only leads from what a customer typed to what is looked up, or shapes the text of an error. Everything else that
# an action is made with, and everything of what is looked up, counts: also what is added one day.
NOT_IN_THE_NAME = frozenset({"order_id", "order_id_pattern", "resolve_order_id", "expected_format"})


class Shelf(Protocol):
    """The answers of one account. It may be used by several threads at once, and never raises."""

    def get(self, name: str) -> TrackOrderResponse | None:
        """The answer kept under a name, or ``None``: not kept, no longer fresh, or out of reach.

        Args:
            name: What :func:`name_of` gave.
        """
        ...

    def begin(self) -> float:
        """A look-up begins; what this returns is handed to :meth:`put`."""
        ...

    def put(self, name: str, answer: TrackOrderResponse, seconds: float, begun: float) -> None:
        """Keep an answer, unless a notification about one of its labels came since its look-up began.

        Args:
            name: What :func:`name_of` gave.
            answer: The answer.
            seconds: How long it may be given again.
            begun: What :meth:`begin` gave.
        """
        ...


class Answers(Protocol):
    """A store of answers, as a value that several actions may share."""

    @property
    def is_elsewhere(self) -> bool:
        """Whether asking it may take a moment, so that an event loop should not wait for it."""
        ...

    @property
    def flights(self) -> Flights:
        """The look-ups of this process that are under way."""
        ...

    def open(self, sign: Sign, clock: Clock) -> Shelf:
        """The answers of one account; connects to nothing yet.

        Args:
            sign: Of the account.
            clock: Measures how long answers are fresh in this process.
        """
        ...

    def forget(self, label_id: str) -> None:
        """Forget the answers that hold a label: a notification says that it has moved on.

        Args:
            label_id: The label's id.
        """
        ...


def name_of(lookup: Lookup, settings: LookupSettings, sign: Sign) -> str:
    """The name of an answer: what was proven by one recipient check is never given for another.

    Args:
        lookup: What is looked up, and the recipient check.
        settings: How the action was made; what can change the answer counts.
        sign: Of the account.
    """
    return sign(repr((_of_lookup(lookup), _of_settings(settings)))).hex()


def _counting(kind: type[attrs.AttrsInstance]) -> Callable[[object], object]:
    return attrgetter(*(field.name for field in attrs.fields(kind) if field.name not in NOT_IN_THE_NAME))


_of_lookup = _counting(Lookup)
_of_settings = _counting(LookupSettings)


def label_ids_of(answer: TrackOrderResponse) -> Iterable[str]:
    """The labels that an answer tells of."""
    return {parcel.label_id for parcel in (*answer.parcels, *answer.returns) if parcel.label_id is not None}
