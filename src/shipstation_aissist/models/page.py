"""One page of a list."""

from __future__ import annotations

from typing import Generic, TypeVar

import attrs

T = TypeVar("T")


@attrs.frozen(kw_only=True)
class Page(Generic[T]):
    """One page of a list (API notes 4.2).

    ``total`` counts the items of all pages, ``page`` is this page's number from 1 on, ``pages`` counts the
    pages. The links of the reply are left out on purpose: they are never followed (T4).
    """

    items: tuple[T, ...] = ()
    total: int | None = None
    page: int | None = None
    pages: int | None = None

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from shipstation_aissist.markup import fragment, records, tag  # only notebooks pay for it (target P4)

        title = f"Page {self.page or '?'} of {self.pages or '?'}: {len(self.items)} of {self.total or '?'} items"
        return fragment(tag("p", title, class_="title"), records(self.items), wide=True)
