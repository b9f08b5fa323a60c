"""What an action asks of a store of answers, and under which name an answer is kept."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Protocol

import attrs

from shipstation_aissist.answers.flights import Flights
from shipstation_aissist.orders.numbers import comparable_number
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
        """Keep an answer, unless a notification about its order or one of its labels came since its look-up began.

        Args:
            name: What :func:`name_of` gave.
            answer: The answer.
            seconds: How long it may be given again.
            begun: What :meth:`begin` gave.
        """
        ...

    def forget_order(self, answer: TrackOrderResponse) -> None:
        """Forget all answers about an order, also those that do not hold the label that a notification is about.

        Args:
            answer: What the notification led to: whatever has a label or a mark of its order (:func:`marks_of`) goes.
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

        Raises:
            TypeError: It is no text.
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


def marks_of(answer: TrackOrderResponse, sign: Sign) -> frozenset[str]:
    """What the answers about one order have in common, whatever labels they hold: its number and its shipments.

    They are digests, which tell nobody an order and are the account's own: two accounts have the same numbers.

    Args:
        answer: An answer about the order.
        sign: Of the account.
    """
    parcels = (*answer.parcels, *answer.returns)
    marks = {f"shipment {parcel.shipment_id}" for parcel in parcels if parcel.shipment_id is not None}
    if answer.order_number is not None:
        marks.add(f"number {comparable_number(answer.order_number)}")
    else:  # an order without a number is asked for, and led back to, by its shipment's id
        marks.add(f"shipment {answer.order_id.strip()}")
    return frozenset(sign(f"the order of {mark}")[:16].hex() for mark in marks)


def checked_label_id(label_id: object) -> str:
    """A label's id, as ``forget`` takes it.

    Raises:
        TypeError: It is no text.
    """
    if not isinstance(label_id, str):
        raise TypeError(f"forget() takes the id of a label, a str such as 'se-28529731', not {type(label_id).__name__}")
    return label_id


def label_ids_of(answer: TrackOrderResponse) -> frozenset[str]:
    """The labels that an answer tells of."""
    return frozenset({parcel.label_id for parcel in (*answer.parcels, *answer.returns) if parcel.label_id is not None})
