"""R14: what of an order's records reaches the answer of somebody who knows only a tracking number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import attrs

from shipstation_aissist.models import Fulfillment, Label, Page
from shipstation_aissist.orders import comparing
from shipstation_aissist.orders.lists import Flow, Result
from shipstation_aissist.orders.parcel_number import is_live, labels_to_see
from shipstation_aissist.orders.response import TrackOrderResponse
from shipstation_aissist.wire.decoding import Decoded
from shipstation_aissist.wire.requests import FULFILLMENTS, LABELS, ApiRequest


@attrs.define
class SeenRecords:
    """The records that an answer is made from, where a tracking number was asked for.

    Attributes:
        number: The tracking number.
        alone: Whether only the parcel with this number may be read. What is never read, no part of the answer can tell:
            neither a parcel nor a warning.
        labels: The labels that were read.
        has_siblings: Whether there were other parcels on their way to the customer, which were not read.
    """

    number: str
    alone: bool = attrs.field(kw_only=True)
    labels: list[Label] = attrs.field(factory=list, init=False)
    has_siblings: bool = attrs.field(default=False, init=False)

    def watching(self, flow: Flow[TrackOrderResponse]) -> Flow[TrackOrderResponse]:
        """Pass a flow's requests on, and give it the records that it may read.

        Args:
            flow: What makes the answer.
        """
        results: tuple[Result, ...] | None = None
        while True:
            try:
                asked = next(flow) if results is None else flow.send(results)
            except StopIteration as finished:
                answer: TrackOrderResponse = finished.value
                return answer
            results = yield asked
            if self.alone:
                kept = tuple(
                    narrowed(request, result, self.number) for request, result in zip(asked, results, strict=True)
                )
                self.has_siblings = self.has_siblings or any(map(_has_lost_a_parcel, results, kept))
                results = kept
            for request, result in zip(asked, results, strict=True):
                if request.shape is LABELS and isinstance(result, Decoded):
                    self.labels.extend(result.value.items)


def narrowed(request: ApiRequest[Any], result: Result, number: str) -> Result:
    """R14: a list as whoever knows only this number may see it."""
    if not isinstance(result, Decoded):
        return result
    if request.shape is LABELS:
        return _with_only(result, lambda items: labels_to_see(items, number))
    if request.shape is FULFILLMENTS:
        return _with_only(result, lambda items: _fulfillments_to_see(items, number))
    return result


def _has_lost_a_parcel(before: Result, after: Result) -> bool:
    """Whether a list was longer by a parcel for the way to the customer."""
    if before is after or not (isinstance(before, Decoded) and isinstance(after, Decoded)):
        return False
    kept = after.value.items
    return any(is_live(item) for item in before.value.items if item not in kept)


def _fulfillments_to_see(fulfillments: Sequence[Fulfillment], number: str) -> list[Fulfillment]:
    return [
        fulfillment
        for fulfillment in fulfillments
        if comparing.why_not_fulfillment(fulfillment, tracking_number=number) is None
    ]


def _with_only(result: Decoded[Any], keep: Callable[[Sequence[Any]], list[Any]]) -> Decoded[Any]:
    """A page with some of its items; what was said about the others goes with them."""
    page: Page[Any] = result.value
    kept = tuple(keep(page.items))
    if len(kept) == len(page.items):
        return result
    return Decoded(attrs.evolve(page, items=kept, total=None, pages=page.pages or 1), partial=result.partial)
