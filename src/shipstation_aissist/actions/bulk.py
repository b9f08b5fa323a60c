"""Many orders: in input order, bounded look-ahead, none lost to the account's quota (design 3, "In bulk")."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import attrs

from shipstation_aissist.client import Abandoned, ShipStationClient
from shipstation_aissist.errors import ConfigurationError, RateLimitError, ShipStationError
from shipstation_aissist.orders.query import OrderQuery
from shipstation_aissist.orders.response import TrackOrderResponse

_LOOK_AHEAD = 4  # orders per worker that may be ahead of the reader
_MOST_RERUNS = 20
_LONGEST_WAIT = 60.0


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
    run: Callable[[OrderQuery, threading.Event], TrackOrderResponse],
    queries: Iterable[str | OrderQuery],
    max_workers: int,
) -> Iterator[TrackOrderOutcome]:
    """See :meth:`TrackOrderAction.run_many`."""
    if type(max_workers) is not int or max_workers < 1:
        raise ConfigurationError("max_workers must be a whole number of 1 or more")
    return _outcomes(client, run, queries, max_workers)


def _outcomes(
    client: ShipStationClient,
    run: Callable[[OrderQuery, threading.Event], TrackOrderResponse],
    queries: Iterable[str | OrderQuery],
    max_workers: int,
) -> Iterator[TrackOrderOutcome]:
    stop = threading.Event()
    pool = ThreadPoolExecutor(max_workers, thread_name_prefix="shipstation-aissist-bulk")
    ahead: deque[Future[TrackOrderOutcome]] = deque()
    try:
        for query in queries:
            order = query if isinstance(query, OrderQuery) else OrderQuery(query)
            ahead.append(pool.submit(_outcome, client, run, order, stop))
            if len(ahead) >= max_workers * _LOOK_AHEAD:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
    finally:
        stop.set()
        pool.shutdown(wait=False, cancel_futures=True)


def _outcome(
    client: ShipStationClient,
    run: Callable[[OrderQuery, threading.Event], TrackOrderResponse],
    query: OrderQuery,
    stop: threading.Event,
) -> TrackOrderOutcome:
    """One order, again and again while the account's quota is what it fails of."""
    wait = 0.0
    error: ShipStationError | None = None
    for rerun in range(_MOST_RERUNS + 1):
        try:
            client._wait_for_quota(wait, stop)
            return TrackOrderOutcome(query=query, response=run(query, stop))
        except RateLimitError as limit:
            error = limit.with_traceback(None)
            wait = min(_LONGEST_WAIT, 2.0**rerun) if limit.retry_after is None else limit.retry_after
        except ShipStationError as other:
            error = other.with_traceback(None)
            break
        except Abandoned:
            break
    return TrackOrderOutcome(query=query, error=error)
