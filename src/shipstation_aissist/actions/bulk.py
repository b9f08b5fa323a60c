"""Many orders: in input order, bounded look-ahead, none lost to the account's quota."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable
from typing import TYPE_CHECKING, TypeVar

import attrs

from shipstation_aissist.client import ShipStationClient
from shipstation_aissist.errors import APITimeoutError, ConfigurationError, RateLimitError, ShipStationError
from shipstation_aissist.orders.finding import track_order
from shipstation_aissist.orders.lists import Flow
from shipstation_aissist.orders.query import Lookup, LookupSettings, OrderQuery, prepare_lookup
from shipstation_aissist.orders.response import TrackOrderResponse
from shipstation_aissist.steps import Record, TraceStep
from shipstation_aissist.transport.clock import Deadline
from shipstation_aissist.transport.line import results_in_order
from shipstation_aissist.wire.call import Abandoned
from shipstation_aissist.wire.replies import third_party_fault

if TYPE_CHECKING:
    from shipstation_aissist.answers.keeper import Keeper

T = TypeVar("T")

LOOK_AHEAD = 4  # orders per worker that may be ahead of the reader
_MOST_RERUNS = 10  # a window of the quota may end in the middle of an order more than once
_MOST_RERUNS_FOR_OTHERS = 2  # a carrier's or a store's own limit is no quota that comes back every minute
_LONGEST_WAIT = 120.0  # seconds, as for a pause (T3)


@attrs.frozen(kw_only=True)
class TrackOrderOutcome:
    """What became of one order of many: an answer or an error.

    Attributes:
        query: What was asked.
        response: The answer, or ``None``.
        error: Why there is none, or ``None``.
    """

    query: OrderQuery
    response: TrackOrderResponse | None = None
    error: ShipStationError | None = None

    @property
    def ok(self) -> bool:
        """Whether there is an answer."""
        return self.response is not None

    def unwrap(self) -> TrackOrderResponse:
        """The answer.

        Raises:
            ShipStationError: The error, if there is no answer.
        """
        if self.response is not None:
            return self.response
        raise self.error or ShipStationError("This outcome has neither an answer nor an error.")


def run_many(
    client: ShipStationClient,
    settings: LookupSettings,
    queries: Iterable[str | OrderQuery],
    max_workers: int,
    open_keeper: Callable[[], Keeper | None],
) -> Generator[TrackOrderOutcome, None, None]:
    """See :meth:`TrackOrderAction.run_many`; ``open_keeper`` gives the action's kept answers, if it keeps any."""
    check_workers(max_workers)
    stop = threading.Event()

    def look_up(query: str | OrderQuery) -> TrackOrderOutcome:
        order = query if isinstance(query, OrderQuery) else OrderQuery(query)
        return _outcome(client, settings, order, stop, open_keeper)

    return results_in_order(look_up, queries, max_workers, max_workers * LOOK_AHEAD, stop)


def check_workers(max_workers: object) -> None:
    """A whole number of 1 or more.

    Raises:
        ConfigurationError: It is none.
    """
    if type(max_workers) is not int or max_workers < 1:
        raise ConfigurationError("max_workers must be a whole number of 1 or more")


def _outcome(
    client: ShipStationClient,
    settings: LookupSettings,
    query: OrderQuery,
    stop: threading.Event,
    open_keeper: Callable[[], Keeper | None],
) -> TrackOrderOutcome:
    try:
        lookup = prepare_lookup(query, settings)
        keeper = open_keeper()
        if keeper is None:
            return TrackOrderOutcome(query=query, response=_answer(client, settings, lookup, stop))
        response = keeper.answer(
            lookup,
            Deadline(client._clock, client.timeout),
            lambda see: _answer(client, settings, lookup, stop, see),
            in_bulk=True,
        )
        return TrackOrderOutcome(query=query, response=response)
    except ShipStationError as error:
        return TrackOrderOutcome(query=query, error=error.with_traceback(None))
    except Abandoned:
        return TrackOrderOutcome(query=query)  # nobody is there to read it


def _answer(
    client: ShipStationClient,
    settings: LookupSettings,
    lookup: Lookup,
    stop: threading.Event,
    record: Record | None = None,
) -> TrackOrderResponse:
    """One order, again and again while the account's quota is what it fails of."""
    reruns = 0
    wait = 0.0
    while True:
        client._wait_for_quota(wait, stop)
        quota = QuotaWatch(record)
        try:
            return client._run(
                lambda emit, now: unless_over_quota(track_order(lookup, settings, emit, now)),
                quota.see,
                stop=stop,
                priority="bulk",
            )
        except (RateLimitError, APITimeoutError) as error:
            until_rerun = seconds_until_rerun(reruns, error, has_waited=quota.has_waited)
            if until_rerun is None:
                raise
            wait = until_rerun
        reruns += 1


def unless_over_quota(flow: Flow[T]) -> Flow[T]:
    """The same flow of requests, that ends with the first 429 of the platform.

    R8 would make do with the parcels that could be read. Who can wait for the quota gets all of them.
    """
    try:
        asked = next(flow)
        while True:
            results = yield asked
            for result in results:
                if isinstance(result, RateLimitError) and not third_party_fault(result):
                    raise result
            asked = flow.send(results)
    except StopIteration as finished:
        value: T = finished.value
        return value


class QuotaWatch:
    """Whether an order's own time was spent on waiting for a 429's ``Retry-After``, or in the pause of one (T3).

    Args:
        record: Sees the steps too.
    """

    def __init__(self, record: Record | None = None) -> None:
        self._record = record
        self.has_waited = False

    def see(self, step: TraceStep) -> None:
        """Look at a step of the order."""
        if self._record is not None:
            self._record(step)
        if step.kind == "wait" and (step.status == 429 or step.attempt is None):
            self.has_waited = True


def seconds_until_rerun(reruns: int, error: RateLimitError | APITimeoutError, *, has_waited: bool) -> float | None:
    """How long an order waits before it is run again, or ``None`` to end with ``error``."""
    if isinstance(error, APITimeoutError):
        return 0.0 if has_waited and reruns < _MOST_RERUNS else None
    if reruns >= (_MOST_RERUNS_FOR_OTHERS if third_party_fault(error) else _MOST_RERUNS):
        return None
    return min(_LONGEST_WAIT, 2.0**reruns if error.retry_after is None else error.retry_after)
