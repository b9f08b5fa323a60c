"""``trackOrder``: an order id in, the documented answer out."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable
from typing import TYPE_CHECKING, Any, cast

from shipstation_aissist.actions.bulk import TrackOrderOutcome, run_many
from shipstation_aissist.client import ShipStationClient
from shipstation_aissist.errors import ConfigurationError
from shipstation_aissist.orders.finding import track_order
from shipstation_aissist.orders.notification import track_notification
from shipstation_aissist.orders.patience import Patience
from shipstation_aissist.orders.query import (
    LookupSettings,
    OrderIdResolver,
    OrderKey,
    OrderQuery,
    check_settings,
    prepare_lookup,
)
from shipstation_aissist.orders.response import TrackOrderResponse
from shipstation_aissist.steps import Record
from shipstation_aissist.transport import Deadline

if TYPE_CHECKING:
    from shipstation_aissist.actions.trace import ActionTrace
    from shipstation_aissist.answers.contract import Answers, Sign
    from shipstation_aissist.answers.keeper import Keeper
    from shipstation_aissist.webhooks import WebhookEvent

_PATIENCE = Patience()


class TrackOrderAction:
    """Answers "where is my order?".

    Args:
        client: The account to look in; may be shared.
        order_key: What order ids are: ``"auto"``, ``"number"``, ``"external_id"``, ``"shipment_id"`` or
            ``"tracking_number"`` (R2, R14).
        store_id: Only shipments of this store.
        order_id_pattern: A regular expression that the whole id must match; group 1, if any, is looked up (R1).
        resolve_order_id: Turns a platform's id into the store's order number, or ``None`` if there is none (R12).
        patience: When an order counts as late, stalled or lost: a :class:`Patience`.
        answers: A store of answers that may be given again (:mod:`shipstation_aissist.answers`); default: each order is
            looked up each time.

    Raises:
        ConfigurationError: One of them is unusable.

    Example:
        >>> from shipstation_aissist.testing import FakeShipStation
        >>> fake = FakeShipStation()
        >>> order = fake.add_order("12345")
        >>> action = TrackOrderAction(fake.client())
        >>> str(action.run("12345").state)
        'not_shipped'
    """

    def __init__(
        self,
        client: ShipStationClient,
        *,
        order_key: OrderKey = "auto",
        store_id: str | None = None,
        order_id_pattern: str | re.Pattern[str] | None = None,
        resolve_order_id: OrderIdResolver | None = None,
        patience: Patience = _PATIENCE,
        answers: Answers | None = None,
    ) -> None:
        self._client = client
        self._settings: LookupSettings = check_settings(
            order_key, store_id, order_id_pattern, resolve_order_id, patience
        )
        self._answers = checked_answers(answers)

    @property
    def client(self) -> ShipStationClient:
        """The account it looks in."""
        return self._client

    def run(
        self, order_id: str, *, postal_code: str | None = None, email: str | None = None, fresh: bool = False
    ) -> TrackOrderResponse:
        """Find out where an order is, within the client's timeout.

        Args:
            order_id: What the customer calls the order.
            postal_code: Answer only if the order goes there (R5); ask for it wherever customers can type.
            email: Answer only if this is the e-mail address of the order's recipient (R5); with both, both must match.
            fresh: Look it up also where an answer is kept.

        Raises:
            InvalidOrderIdError: It cannot be an order id (R1). Nothing was sent.
            InvalidRecipientCheckError: The postal code or the e-mail address is none (R1). Nothing was sent.
            OrderNotFoundError: No order matches.
            AmbiguousOrderError: The number stands for several orders.
            APIError: The API could not be asked, or its answer not be used.
        """
        lookup = prepare_lookup(OrderQuery(order_id, postal_code, email), self._settings)
        keeper = self._keeper()
        if keeper is None:
            return self._client._run(lambda emit, now: track_order(lookup, self._settings, emit, now))
        deadline = Deadline(self._client._clock, self._client.timeout)

        def look_up(see: Record) -> TrackOrderResponse:
            client = self._client._within(deadline)
            return client._run(lambda emit, now: track_order(lookup, self._settings, emit, now), see)

        return keeper.answer(lookup, deadline, look_up, fresh=fresh)

    def _keeper(self) -> Keeper | None:
        """What asks the store of answers, if there is one."""
        if self._answers is None:
            return None
        from shipstation_aissist.answers.keeper import Keeper

        self._client._open_transport()  # a closed client, or one without a key, answers nothing
        sign = cast("Sign", self._client._sign)
        return Keeper(self._answers, sign, self._client._clock, self._settings)

    def run_many(
        self, queries: Iterable[str | OrderQuery], *, max_workers: int = 8
    ) -> Generator[TrackOrderOutcome, None, None]:
        """Find out where many orders are: a lazy generator, in the order of the input.

        One order that fails never stops the rest. A kept answer is given without asking, and what is looked up is kept,
        for an action that has ``answers``. A pause after a rate limit is waited out between orders, outside
        any order's timeout, and an order that fell to one is run again. Leaving the loop early stops the workers.

        Args:
            queries: Order ids, or :class:`OrderQuery` values; read as they are needed, with a bounded look-ahead, in a
                thread of its own, so that one that is slow to come delays no outcome. Pass a list where reading is
                bound to a thread, as the cursors of sqlite3 are.
            max_workers: How many orders are looked up at once; at most 16 requests are in flight per client.

        Yields:
            One outcome per query.

        Raises:
            ConfigurationError: ``max_workers`` is no whole number of 1 or more.
        """
        return run_many(self._client, self._settings, queries, max_workers, self._keeper)

    def from_webhook(self, event: WebhookEvent) -> TrackOrderResponse:
        """Lead a delivery notification back to its whole order; verify it first.

        The order is answered under the same rules as in :meth:`run`. A URL of the notification is never followed.
        What ``answers`` keep about the order is forgotten.

        Args:
            event: What :func:`shipstation_aissist.webhooks.parse_webhook` read.

        Raises:
            OrderNotFoundError: The event names no label, or there is none such.
            AmbiguousOrderError: The label's order number stands for several orders.
            APIError: The API could not be asked, or its answer not be used.
            TypeError: It is another thing: a body that was not read, perhaps.

        Source: API notes 9.4.
        """
        from shipstation_aissist.webhooks.events import check_event  # who has an event has loaded it

        check_event(event)
        if self._answers is not None and event.label_id is not None:
            self._answers.forget(event.label_id)  # at once: what is being looked up now is older, too
        keeper = self._keeper()
        number = event.tracking_number if event.event_type.upper() == "API_TRACK" else None
        response = self._client._run(
            lambda emit, now: track_notification(event.label_id, number, self._settings, emit, now)
        )
        if keeper is not None:
            keeper.forget_order(response)  # no answer that is kept need hold the label: it may be new
        return response

    def debug(self, order_id: str, *, postal_code: str | None = None, email: str | None = None) -> ActionTrace:
        """Find out where an order is as :meth:`run` does, and tell everything that happened on the way.

        Args:
            order_id: What the customer calls the order.
            postal_code: Answer only if the order goes there (R5).
            email: Answer only if this is the e-mail address of the order's recipient (R5).

        Returns:
            The trace; an error of the API or the order is part of it, never raised. So is that of an order id, a postal
            code or an e-mail address that is none (R1): nothing was sent then.
        """
        from shipstation_aissist.actions.trace import trace_of  # only who debugs pays for it (target P4)

        return trace_of(self._client, order_id, postal_code, email, self._settings)

    def __repr__(self) -> str:
        return f"TrackOrderAction({self._client!r}, order_key={self._settings.order_key!r})"


def checked_answers(answers: Any) -> Answers | None:
    """A store of answers whose failures go no further, or none.

    Raises:
        ConfigurationError: It is neither.
    """
    if answers is None:
        return None
    if not callable(getattr(answers, "open", None)):
        raise ConfigurationError("answers must be a store of shipstation_aissist.answers, such as MemoryAnswers()")
    from shipstation_aissist.answers.guarded import GuardedAnswers  # only who keeps answers pays for it (target P4)

    # An integration's actions share one guard: their store warns once.
    return answers if isinstance(answers, GuardedAnswers) else GuardedAnswers(answers)
