"""Lists that are read page by page, as they are needed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from shipstation_aissist import models
from shipstation_aissist.errors import MalformedResponseError
from shipstation_aissist.wire.paging import MOST_PAGES, PageReading

T = TypeVar("T")

_HOW_TO_FETCH = "not fetched yet; list(...) fetches all items, .total the first page"
_logger = logging.getLogger("shipstation_aissist")


class Pager(Generic[T]):
    """All items of a list, fetched lazily; may be iterated again, which asks again.

    The next page is asked for by number: a link of the server is never followed (T4). Items are de-duplicated by id,
    since pages of a list that changes overlap. Each page is a call of its own, with the full timeout.
    """

    def __init__(
        self, fetch: Callable[[int], models.Page[T]], identify: Callable[[T], str], first_page: int = 1
    ) -> None:
        self._fetch = fetch
        self._identify = identify
        self._first_number = first_page
        self._first: models.Page[T] | None = None

    def __iter__(self) -> Iterator[T]:
        for page in self.pages():
            yield from page.items

    def pages(self) -> Iterator[models.Page[T]]:
        """The pages, one by one.

        Yields:
            Each page, without the items that an earlier one had.

        Raises:
            APIError: A page could not be fetched.
        """
        reading = PageReading(self._identify, self._first_number)
        while not reading.is_over:
            page = self._fetch(reading.number)
            if reading.number == self._first_number:
                self._first = page
            yield reading.take(page)
        if reading.is_cut:
            _logger.warning("A list had more than %d pages; the rest was not read", MOST_PAGES)

    @property
    def total(self) -> int:
        """How many items the API says there are; the first page is fetched once for it and kept.

        Raises:
            MalformedResponseError: The reply did not say.
            APIError: The page could not be fetched.
        """
        if self._first is None:
            self._first = self._fetch(self._first_number)
        if self._first.total is None:
            raise MalformedResponseError("The reply does not say how many items there are.", problems=("$.total",))
        return self._first.total

    def __repr__(self) -> str:
        return f"Pager({_HOW_TO_FETCH})" if self._first is None else f"Pager(total={self._first.total})"

    def _repr_html_(self) -> str:
        """What a notebook shows: the first page, if it was fetched, else how to; showing asks for nothing."""
        return f"<p>Pager: {_HOW_TO_FETCH}</p>" if self._first is None else self._first._repr_html_()
