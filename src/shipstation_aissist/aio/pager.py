"""Lists that are read page by page, as they are needed, with ``await``."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import Generic, TypeVar

from shipstation_aissist import models
from shipstation_aissist.errors import MalformedResponseError
from shipstation_aissist.wire.paging import MOST_PAGES, PageReading

T = TypeVar("T")

_HOW_TO_FETCH = "not fetched yet; async for ... fetches all items, await .total() the first page"
_logger = logging.getLogger("shipstation_aissist")


class AsyncPager(Generic[T]):
    """All items of a list, fetched lazily; may be iterated again, which asks again.

    The next page is asked for by number: a link of the server is never followed (T4). Items are de-duplicated by id,
    since pages of a list that changes overlap. Each page is a call of its own, with the full timeout.

    Example:
        ``async for shipment in client.list_shipments(shipment_number="12345"): ...``
    """

    def __init__(
        self, fetch: Callable[[int], Awaitable[models.Page[T]]], identify: Callable[[T], str], first_page: int = 1
    ) -> None:
        self._fetch = fetch
        self._identify = identify
        self._first_number = first_page
        self._first: models.Page[T] | None = None

    async def __aiter__(self) -> AsyncGenerator[T, None]:
        async with aclosing(self.pages()) as pages:
            async for page in pages:
                for item in page.items:
                    yield item

    async def pages(self) -> AsyncGenerator[models.Page[T], None]:
        """The pages, one by one.

        Yields:
            Each page, without the items that an earlier one had.

        Raises:
            APIError: A page could not be fetched.
        """
        reading = PageReading(self._identify, self._first_number)
        while not reading.is_over:
            page = await self._fetch(reading.number)
            if reading.number == self._first_number:
                self._first = page
            yield reading.take(page)
        if reading.is_cut:
            _logger.warning("A list had more than %d pages; the rest was not read", MOST_PAGES)

    async def total(self) -> int:
        """How many items the API says there are; the first page is fetched once for it and kept.

        Raises:
            MalformedResponseError: The reply did not say.
            APIError: The page could not be fetched.
        """
        if self._first is None:
            self._first = await self._fetch(self._first_number)
        if self._first.total is None:
            raise MalformedResponseError("The reply does not say how many items there are.", problems=("$.total",))
        return self._first.total

    def __repr__(self) -> str:
        return f"AsyncPager({_HOW_TO_FETCH})" if self._first is None else f"AsyncPager(total={self._first.total})"

    def _repr_html_(self) -> str:
        """What a notebook shows: the first page, if it was fetched, else how to; showing asks for nothing."""
        return f"<p>AsyncPager: {_HOW_TO_FETCH}</p>" if self._first is None else self._first._repr_html_()
