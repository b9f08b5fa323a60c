"""Reading several lists whole and at once, as part of a flow (R3: all pages are read; R7: concurrently)."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import Any, Generic, TypeAlias, TypeVar

import attrs

from shipstation_aissist.errors import APIError
from shipstation_aissist.models import Page
from shipstation_aissist.wire.decoding import Decoded
from shipstation_aissist.wire.requests import ApiRequest, QueryValue

T = TypeVar("T")
R = TypeVar("R")
Result: TypeAlias = "Decoded[Any] | APIError"
Flow: TypeAlias = Generator[tuple[ApiRequest[Any], ...], tuple[Result, ...], R]

MOST_PAGES = 1_000
_PAGES_AT_ONCE = 8
NEWEST_FIRST: dict[str, QueryValue] = {"sort_by": "created_at", "sort_dir": "desc", "page_size": 100}


@attrs.define
class ListOutcome(Generic[T]):
    """One list, read to its end or to its first error.

    Attributes:
        items: By id, in the order of the API; a page that repeats an item adds nothing.
        unreadable: JSON paths of values that could not be read, by the id of the item that has them.
        unreadable_counts: JSON paths of values of the list's own that could not be read, each once.
        skipped: JSON paths of what could not be read in records that were left out, since another was asked for.
        error: What ended the reading early.
        cut: Whether the list never ended and was cut at the ceiling.
        partial: Whether the API said that its answer is incomplete.
        total: How many items the API says the list has, or ``None``.
    """

    items: dict[str, T] = attrs.field(factory=dict)
    unreadable: dict[str, list[str]] = attrs.field(factory=dict)
    unreadable_counts: dict[str, None] = attrs.field(factory=dict)
    skipped: list[str] = attrs.field(factory=list)
    error: APIError | None = None
    cut: bool = False
    partial: bool = False
    total: int | None = None

    @property
    def missing(self) -> bool:
        """R3: whether the list was read whole and has fewer items than the API says all the same."""
        whole = self.error is None and not self.cut and not self.skipped
        return whole and self.total is not None and len(self.items) < self.total


def read_lists(
    lists: Sequence[Callable[[int], ApiRequest[Page[T]]]], identify: Callable[[T], str]
) -> Flow[list[ListOutcome[T]]]:
    """Read all pages of several lists, as many requests at once as can be known to be needed.

    Args:
        lists: For each list, the request for the page of a number.
        identify: The id of an item.
    """
    outcomes: list[ListOutcome[T]] = [ListOutcome() for _ in lists]
    asked = [(index, 1) for index in range(len(lists))]
    while asked:
        results = yield tuple(lists[index](number) for index, number in asked)
        last_page = dict.fromkeys((index for index, _ in asked), 1)
        for (index, number), result in zip(asked, results, strict=True):
            if last_page[index]:  # 0: an earlier page ended this list
                last_page[index] = take_page(outcomes[index], number, result, identify)
        reached = dict(asked)  # of each list the last number that was asked for
        asked = []
        for index, last in last_page.items():
            outcomes[index].cut = last > reached[index] >= MOST_PAGES
            if not outcomes[index].cut:
                following = range(reached[index] + 1, min(last, reached[index] + _PAGES_AT_ONCE, MOST_PAGES) + 1)
                asked += [(index, number) for number in following]
    return outcomes


def take_page(outcome: ListOutcome[T], number: int, result: Result, identify: Callable[[T], str]) -> int:
    """Add one page; returns the number of the last page that is now known of, 0 to stop."""
    if not isinstance(result, Decoded):
        outcome.error = outcome.error or result
        return 0
    page: Page[T] = result.value
    before = len(outcome.items)
    for item in page.items:
        outcome.items.setdefault(identify(item), item)
    for place, path in result.unreadable_by_item():
        outcome.unreadable.setdefault(identify(page.items[place]), []).append(path)
    outcome.unreadable_counts.update(dict.fromkeys(result.unreadable_counts))
    outcome.skipped += result.skipped
    outcome.partial = outcome.partial or result.partial
    outcome.total = page.total if page.total is not None else outcome.total
    if not page.items and not result.skipped:
        return 0
    if page.pages is not None:
        return page.pages
    return number + 1 if len(outcome.items) > before or result.skipped else 0


def overheard(flow: Flow[T], hear: Callable[[ApiRequest[Any], Decoded[Any]], object]) -> Flow[T]:
    """The same flow of requests, of which ``hear`` is told every reply that could be read.

    Args:
        flow: The flow.
        hear: Gets the request and what its reply was read as.
    """
    try:
        asked = next(flow)
        while True:
            results = yield asked
            for request, result in zip(asked, results, strict=True):
                if isinstance(result, Decoded):
                    hear(request, result)
            asked = flow.send(results)
    except StopIteration as finished:
        value: T = finished.value
        return value
