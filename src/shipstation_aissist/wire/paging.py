"""Reading a list page by page, without fetching: which page is next, what is new on it, when the end is reached."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

import attrs

from shipstation_aissist import models

T = TypeVar("T")

MOST_PAGES = 1_000


class PageReading(Generic[T]):
    """One reading of a list: fetch ``number`` and ``take`` the page, until it ``is_over``.

    The next page is asked for by number: a link of the server is never followed (T4). Items are de-duplicated by id,
    since pages of a list that changes overlap.

    Args:
        identify: The id of an item.
        first_page: The number of the page to begin with.

    Attributes:
        number: Of the page to fetch next.
        is_over: Whether there is none.
        is_cut: Whether that is so only because a list that never ends is cut at a ceiling of pages.
    """

    def __init__(self, identify: Callable[[T], str], first_page: int = 1) -> None:
        self.number = first_page
        self.is_over = False
        self.is_cut = False
        self._identify = identify
        self._ceiling = first_page + MOST_PAGES
        self._seen: set[str] = set()

    def take(self, page: models.Page[T]) -> models.Page[T]:
        """The page that was fetched, without the items that an earlier one had."""
        fresh = {self._identify(item): item for item in page.items}
        fresh = {key: item for key, item in fresh.items() if key not in self._seen}
        self._seen.update(fresh)
        self.is_over = _is_last(page, self.number, repeats=not fresh)
        self.number += 1
        self.is_cut = not self.is_over and self.number == self._ceiling
        self.is_over = self.is_over or self.is_cut
        return attrs.evolve(page, items=tuple(fresh.values()))


def _is_last(page: models.Page[T], number: int, *, repeats: bool) -> bool:
    """Whether no page follows: a page beyond the end is empty, and some replies do not count their pages."""
    if not page.items:
        return True
    return repeats if page.pages is None else number >= page.pages
