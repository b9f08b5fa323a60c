"""The answer: a frozen value and the formats it prints in (design 2.3)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal, TypeAlias, overload

import attrs

from shipstation_aissist.orders.formats import (
    RESPONSE_FORMATS,
    DocumentedEvent,
    DocumentedOrder,
    DocumentedResponse,
    DocumentedTracking,
    FullEvent,
    FullOrder,
    FullParcel,
    FullResponse,
    FullTracking,
    ResponseFormat,
)
from shipstation_aissist.orders.parcel import Parcel, ParcelEvent
from shipstation_aissist.orders.serialise import each, optional, writer
from shipstation_aissist.orders.states import OrderState
from shipstation_aissist.orders.summary import summarise
from shipstation_aissist.wire.dates import print_timestamp, to_utc

MatchedBy: TypeAlias = Literal["number", "external_id", "shipment_id", "tracking_number"]


@attrs.frozen(kw_only=True)
class TrackOrderResponse:
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
        ship_by_date: By when what is not shipped yet should be, or ``None``.
        hold_until_date: Until when what is not shipped yet is on hold, or ``None``.
        returns: The parcels on their way back from the customer; they stand in ``parcels`` too.
    """

    order_id: str
    tracking: Parcel | None = None
    state: OrderState
    parcels: tuple[Parcel, ...] = ()
    warnings: tuple[str, ...] = ()
    as_of: datetime
    order_number: str | None = None
    matched_by: MatchedBy | None = None
    ship_by_date: datetime | None = None
    hold_until_date: datetime | None = None
    returns: tuple[Parcel, ...] = ()

    @overload
    def to_dict(self, response_format: Literal["documented"] = "documented") -> DocumentedResponse: ...
    @overload
    def to_dict(self, response_format: Literal["full"]) -> FullResponse: ...
    @overload
    def to_dict(self, response_format: ResponseFormat) -> DocumentedResponse | FullResponse: ...
    def to_dict(self, response_format: ResponseFormat = "documented") -> Any:
        """The answer as JSON-safe dicts and lists.

        Args:
            response_format: ``"documented"`` for exactly the published shape, ``"full"`` for its superset.

        Raises:
            ValueError: Another format.
        """
        return _as_dict(self, response_format)

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
            (``event_...``); times as they print, plus ``occurred_at_utc``.
        """
        return _as_records(self)

    def summary(self) -> str:
        """Two or three plain sentences that a support agent could send."""
        return summarise(self)

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from shipstation_aissist.orders.html import response_view  # only notebooks pay for it (target P4)

        return response_view(self)


def _as_dict(response: TrackOrderResponse, response_format: ResponseFormat) -> dict[str, Any]:
    if response_format not in RESPONSE_FORMATS:
        raise ValueError(f"response_format must be 'documented' or 'full', not {response_format!r}")
    return {"shipstation": _writer(response_format)(response)}


@lru_cache
def _writer(response_format: ResponseFormat) -> Callable[[TrackOrderResponse], dict[str, Any]]:
    if response_format == "documented":
        event = writer(ParcelEvent, DocumentedEvent)
        shown = writer(Parcel, DocumentedTracking, events=each(event))
        return writer(TrackOrderResponse, DocumentedOrder, tracking=optional(shown))
    event = writer(ParcelEvent, FullEvent)
    shown = writer(Parcel, FullTracking, events=each(event))
    listed = writer(Parcel, FullParcel, events=each(event))
    return writer(TrackOrderResponse, FullOrder, tracking=optional(shown), parcels=each(listed))


def _as_records(response: TrackOrderResponse) -> list[dict[str, str | bool | None]]:
    rows: list[dict[str, str | bool | None]] = []
    no_event = dict.fromkeys(FullEvent.__annotations__)
    listed: list[dict[str, Any]] = _as_dict(response, "full")["shipstation"]["parcels"]
    for parcel, printed in zip(response.parcels, listed, strict=True):
        parcel_columns = {
            "order_id": response.order_id,
            "order_state": str(response.state),
            "is_shown": parcel is response.tracking,
            **{f"parcel_{name}": value for name, value in printed.items() if name != "events"},
            "parcel_package_tracking_numbers": " ".join(parcel.package_tracking_numbers),
        }
        for event, shown in zip(parcel.events or (None,), printed["events"] or (no_event,), strict=True):
            utc = to_utc(event.occurred_at) if event and event.occurred_at else None
            rows.append(
                {
                    **parcel_columns,
                    **{f"event_{name}": value for name, value in shown.items()},
                    "occurred_at_utc": print_timestamp(utc) if utc else None,
                }
            )
    return rows
