"""What an action asks of a store of answers, and under which name an answer is kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Protocol

from shipstation_aissist.answers.flights import Flights
from shipstation_aissist.orders.query import Lookup, LookupSettings
from shipstation_aissist.orders.response import TrackOrderResponse
from shipstation_aissist.transport.clock import Clock

Sign = Callable[[str], bytes]
"""A keyed digest of a text: the same for the same account, and telling nobody the text."""


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
        settings: How the action was made; each that can change the answer counts.
        sign: Of the account.
    """
    what = {
        "key": lookup.key,
        "postal_code": lookup.postal_code,
        "email": lookup.email,
        "order_key": settings.order_key,
        "store_id": settings.store_id,
        "patience": repr(getattr(settings, "patience", None)),
        "next_steps": repr(getattr(settings, "next_steps", None)),
    }
    return sign(json.dumps(what, sort_keys=True)).hex()


def label_ids_of(answer: TrackOrderResponse) -> Iterable[str]:
    """The labels that an answer tells of."""
    return {parcel.label_id for parcel in answer.parcels if parcel.label_id is not None}
