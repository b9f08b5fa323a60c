"""``trackOrder`` with ``await``: an order id in, the documented answer out."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterable, Iterable
from typing import TYPE_CHECKING, cast

from shipstation_aissist.actions.bulk import (
    QuotaWatch,
    TrackOrderOutcome,
    check_workers,
    seconds_until_rerun,
    unless_over_quota,
)
from shipstation_aissist.actions.track_order import checked_answers
from shipstation_aissist.aio.bulk import in_order
from shipstation_aissist.aio.client import AsyncShipStationClient
from shipstation_aissist.errors import APITimeoutError, RateLimitError, ShipStationError
from shipstation_aissist.orders.finding import track_order
from shipstation_aissist.orders.notification import track_notification
from shipstation_aissist.orders.patience import Patience
from shipstation_aissist.orders.query import (
    Lookup,
    LookupSettings,
    OrderIdResolver,
    OrderKey,
    OrderQuery,
    check_settings,
    prepare_lookup,
)
from shipstation_aissist.orders.response import TrackOrderResponse
from shipstation_aissist.steps import Record
from shipstation_aissist.transport.clock import Deadline

if TYPE_CHECKING:
    from shipstation_aissist.actions.trace import ActionTrace
    from shipstation_aissist.aio.kept import AsyncKeeper
    from shipstation_aissist.answers.contract import Answers, Sign
    from shipstation_aissist.webhooks import WebhookEvent

_PATIENCE = Patience()


class AsyncTrackOrderAction:
    """Answers "where is my order?", asynchronously.

    It has the arguments, rules and errors of :class:`TrackOrderAction`.

    Args:
        client: The account to look in; may be shared.
        order_key: What order ids are (R2).
        store_id: Only shipments of this store.
        order_id_pattern: A regular expression that the whole id must match; group 1, if any, is looked up (R1).
        resolve_order_id: Turns a platform's id into the store's order number, or ``None`` if there is none (R12); a
            plain function that does not wait.
        patience: When an order counts as late, stalled or lost: a :class:`Patience`.
        answers: A store of answers that may be given again (:mod:`shipstation_aissist.answers`); tasks that ask for the
            same at the same time share one look-up. Default: each order is looked up each time.

    Raises:
        ConfigurationError: One of them is unusable.

    Example:
        ``response = await AsyncTrackOrderAction(client).run("12345")``
    """

    def __init__(
        self,
        client: AsyncShipStationClient,
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
        self._keeper: AsyncKeeper | None = None
        store = checked_answers(answers)
        if store is not None:
            from shipstation_aissist.aio.kept import AsyncKeeper

            sign = cast("Sign", client._sign)  # it has a key: it cannot be pickled
            self._keeper = AsyncKeeper(store, sign, client._clock, self._settings)

    @property
    def client(self) -> AsyncShipStationClient:
        """The account it looks in."""
        return self._client

    async def run(
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
            InvalidRecipientCheckError: The recipient check is blank or shapeless. Nothing was sent.
            OrderNotFoundError: No order matches.
            AmbiguousOrderError: The number stands for several orders.
            APIError: The API could not be asked, or its answer not be used.
        """
        lookup = prepare_lookup(OrderQuery(order_id, postal_code, email), self._settings)
        if self._keeper is None:
            return await self._client._run(lambda emit, now: track_order(lookup, self._settings, emit, now))
        self._client._check_open()  # a closed client answers nothing
        deadline = Deadline(self._client._clock, self._client.timeout)
        client = self._client._within(deadline)
        return await self._keeper.answer(
            lookup,
            deadline,
            lambda see: client._run(lambda emit, now: track_order(lookup, self._settings, emit, now), see),
            fresh=fresh,
        )

    def run_many(
        self, queries: Iterable[str | OrderQuery] | AsyncIterable[str | OrderQuery], *, max_workers: int = 8
    ) -> AsyncGenerator[TrackOrderOutcome, None]:
        """Find out where many orders are: an asynchronous generator, in the order of the input.

        One order that fails never stops the rest. A kept answer is given without asking, and what is looked up is kept,
        for an action that has ``answers``. A pause after a rate limit is waited out between orders, outside
        any order's timeout, and an order that fell to one is run again. Leaving the loop early ends the workers.

        Args:
            queries: Order ids, or :class:`OrderQuery` values, of an iterable or an asynchronous one; read as they are
                needed, with a bounded look-ahead.
            max_workers: How many orders are looked up at once; at most 16 requests are in flight per client.

        Yields:
            One outcome per query, as soon as it is there.

        Raises:
            ConfigurationError: ``max_workers`` is no whole number of 1 or more.
        """
        check_workers(max_workers)
        return in_order(queries, self._outcome, max_workers)

    async def _outcome(self, query: str | OrderQuery) -> TrackOrderOutcome:
        order = query if isinstance(query, OrderQuery) else OrderQuery(query)
        try:
            lookup = prepare_lookup(order, self._settings)
            if self._keeper is None:
                return TrackOrderOutcome(query=order, response=await self._answer(lookup))
            self._client._check_open()
            deadline = Deadline(self._client._clock, self._client.timeout)
            response = await self._keeper.answer(lookup, deadline, lambda see: self._answer(lookup, see), in_bulk=True)
            return TrackOrderOutcome(query=order, response=response)
        except ShipStationError as error:
            return TrackOrderOutcome(query=order, error=error.with_traceback(None))

    async def _answer(self, lookup: Lookup, record: Record | None = None) -> TrackOrderResponse:
        """One order, again and again while the account's quota is what it fails of."""
        reruns = 0
        wait = 0.0
        while True:
            await self._client._wait_for_quota(wait)
            quota = QuotaWatch(record)
            try:
                return await self._client._run(
                    lambda emit, now: unless_over_quota(track_order(lookup, self._settings, emit, now)),
                    quota.see,
                    priority="bulk",
                )
            except (RateLimitError, APITimeoutError) as error:
                until_rerun = seconds_until_rerun(reruns, error, has_waited=quota.has_waited)
                if until_rerun is None:
                    raise
                wait = until_rerun
            reruns += 1

    async def from_webhook(self, event: WebhookEvent) -> TrackOrderResponse:
        """Lead a delivery notification back to its whole order; verify it first.

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
        if self._keeper is not None and event.label_id is not None:
            await self._keeper.forget(event.label_id)  # at once: what is being looked up now is older, too
        number = event.tracking_number if event.event_type.upper() == "API_TRACK" else None
        response = await self._client._run(
            lambda emit, now: track_notification(event.label_id, number, self._settings, emit, now)
        )
        if self._keeper is not None:
            await self._keeper.forget_order(response)  # no answer that is kept need hold the label: it may be new
        return response

    async def debug(self, order_id: str, *, postal_code: str | None = None, email: str | None = None) -> ActionTrace:
        """Find out where an order is as :meth:`run` does, and tell everything that happened on the way.

        Args:
            order_id: What the customer calls the order.
            postal_code: Answer only if the order goes there (R5).
            email: Answer only if this is the e-mail address of the order's recipient (R5).

        Returns:
            The trace; an error of the API or the order is part of it, never raised. So is that of an order id, a postal
            code or an e-mail address that is none (R1): nothing was sent then.
        """
        from shipstation_aissist.actions.trace import Tracing  # only who debugs pays for it (target P4)

        tracing = Tracing(order_id, postal_code, email, self._settings, self._client._clock)
        try:
            return tracing.trace(await self._client._run(tracing.flow, tracing.steps.append))
        except ShipStationError as error:
            return tracing.trace(None, error)

    def __repr__(self) -> str:
        return f"AsyncTrackOrderAction({self._client!r}, order_key={self._settings.order_key!r})"
