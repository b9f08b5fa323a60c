"""The answer: a frozen value and the formats it prints in."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Literal, overload

import attrs

from shipstation_aissist.orders.answer import Answer
from shipstation_aissist.orders.attention import Attention
from shipstation_aissist.orders.formats import (
    RESPONSE_FORMATS,
    DocumentedEvent,
    DocumentedOrder,
    DocumentedResponse,
    DocumentedTracking,
    FullAttention,
    FullEvent,
    FullItem,
    FullOrder,
    FullParcel,
    FullResponse,
    FullTracking,
    ResponseFormat,
)
from shipstation_aissist.orders.parcel import Parcel, ParcelEvent, ParcelItem
from shipstation_aissist.orders.records import flat_rows
from shipstation_aissist.orders.returns import return_name
from shipstation_aissist.orders.scans import keep_newest
from shipstation_aissist.orders.serialise import each, optional, writer
from shipstation_aissist.orders.states import DISPLAY_NAMES, OrderState, ParcelState
from shipstation_aissist.orders.summary import summarise


@attrs.frozen(kw_only=True)
class TrackOrderResponse(Answer):
    """Where the order is.

    Attributes:
        order_id: What the caller passed, untouched.
        state: The state of the whole order.
        tracking: The parcel that decides it (R11), or ``None`` for an order that has no parcel.
        parcels: All parcels, returns and voided ones included (flagged).
        warnings: What a reader of the answer should know, one sentence each.
        as_of: When it was learnt (UTC).
        order_number: The store's order number, whatever the caller typed or a notification led to.
        matched_by: What the caller's id turned out to be; ``None`` for a notification.
        attention: What somebody should know or do something about, the worst first.
        ship_by_date: By when what is not shipped yet should be, or ``None``.
        hold_until_date: Until when what is not shipped yet is on hold, or ``None``.
        returns: The parcels on their way back from the customer; they stand in ``parcels`` too.
        items_not_shipped: What no parcel holds yet; told in :meth:`summary`, printed in no format.
        parcel_only: Whether it is about the one parcel whose tracking number was asked for without a recipient check
            (R14), and says nothing of the rest of the order; told in :meth:`summary`, printed in no format.
    """

    @overload
    def to_dict(
        self, response_format: Literal["documented"] = "documented", max_events: int | None = None
    ) -> DocumentedResponse: ...
    @overload
    def to_dict(self, response_format: Literal["full"], max_events: int | None = None) -> FullResponse: ...
    @overload
    def to_dict(
        self, response_format: ResponseFormat, max_events: int | None = None
    ) -> DocumentedResponse | FullResponse: ...
    def to_dict(self, response_format: ResponseFormat = "documented", max_events: int | None = None) -> Any:
        """The answer as JSON-safe dicts and lists.

        Args:
            response_format: ``"documented"`` for exactly the published shape, ``"full"`` for its superset.
            max_events: Keep so many of the newest events of each parcel, 0 or more; the full format then says in
                ``events_omitted`` how many it left out. Default: all.

        Raises:
            ValueError: Another format, or ``max_events`` is no whole number of 0 or more.
        """
        return _as_dict(self, response_format, max_events)

    def to_json(self, response_format: ResponseFormat = "documented", indent: int | None = None) -> str:
        """The answer as JSON.

        Args:
            response_format: ``"documented"`` or ``"full"``.
            indent: Spaces per level; default: one line.

        Raises:
            ValueError: Another format.
        """
        return json.dumps(_as_dict(self, response_format), indent=indent, ensure_ascii=False)

    def to_records(self) -> list[dict[str, str | bool | None]]:
        """One flat row per event, and one for a parcel without events; ready for ``pandas.DataFrame``.

        Returns:
            Rows with the same columns: those of the order, of the parcel (``parcel_...``) and of the event
            (``event_...``); times as they print, plus ``parcel_..._utc`` and ``occurred_at_utc``, which are ``None``
            for a time without a zone.
        """
        return flat_rows(self, _as_dict(self, "full")["shipstation"]["parcels"])

    def summary(self) -> str:
        """Two or three plain sentences that a support agent could send."""
        return summarise(self)

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from shipstation_aissist.orders.html import response_view  # only notebooks pay for it (target P4)

        return response_view(self)


def _as_dict(
    response: TrackOrderResponse, response_format: ResponseFormat, max_events: int | None = None
) -> dict[str, Any]:
    if response_format not in RESPONSE_FORMATS:
        raise ValueError(f"response_format must be 'documented' or 'full', not {response_format!r}")
    if max_events is None:
        return {"shipstation": _writer(response_format)(_as_told(response))}
    if type(max_events) is not int or max_events < 0:
        raise ValueError(f"max_events must be a whole number of 0 or more, not {max_events!r}")
    printed = _writer(response_format)(_as_told(_with_newest_events(response, max_events)))
    if response_format == "full":
        _say_what_is_omitted(response, printed)
    return {"shipstation": printed}


def _as_told(response: TrackOrderResponse) -> TrackOrderResponse:
    """No format says "Delivered" of an order that is not: a part is still to come, or it is a return that is shown."""
    parcel = response.tracking
    if parcel is None or response.state is OrderState.DELIVERED:
        return response
    if parcel.is_return_label:
        told = return_name(parcel.state)
    elif parcel.state is ParcelState.DELIVERED:
        told = DISPLAY_NAMES[response.state]
    else:
        return response
    return attrs.evolve(response, tracking=attrs.evolve(parcel, status_description=told))


def _with_newest_events(response: TrackOrderResponse, at_most: int) -> TrackOrderResponse:
    def kept(parcel: Parcel) -> Parcel:
        return attrs.evolve(parcel, events=keep_newest(parcel.events, at_most))

    return attrs.evolve(
        response,
        tracking=None if response.tracking is None else kept(response.tracking),
        parcels=tuple(map(kept, response.parcels)),
        returns=tuple(map(kept, response.returns)),
    )


def _say_what_is_omitted(response: TrackOrderResponse, printed: dict[str, Any]) -> None:
    shown = () if response.tracking is None else (response.tracking,)
    printed_parcels = (printed["tracking"], *printed["parcels"], *printed["returns"])
    written = [entry for entry in printed_parcels if entry is not None]
    for parcel, entry in zip((*shown, *response.parcels, *response.returns), written, strict=True):
        entry["events_omitted"] = len(parcel.events) - len(entry["events"])


@lru_cache
def _writer(response_format: ResponseFormat) -> Callable[[TrackOrderResponse], dict[str, Any]]:
    if response_format == "documented":
        event = writer(ParcelEvent, DocumentedEvent)
        tracking = writer(Parcel, DocumentedTracking, events=each(event))
        return writer(TrackOrderResponse, DocumentedOrder, tracking=optional(tracking))
    parts = {"events": each(writer(ParcelEvent, FullEvent)), "items": each(writer(ParcelItem, FullItem))}
    listed = each(writer(Parcel, FullParcel, **parts))
    return writer(
        TrackOrderResponse,
        FullOrder,
        tracking=optional(writer(Parcel, FullTracking, **parts)),
        parcels=listed,
        attention=each(writer(Attention, FullAttention)),
        returns=listed,
    )
