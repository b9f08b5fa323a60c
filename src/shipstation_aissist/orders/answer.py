"""What an answer holds, as a value: its formats and views are in files of their own."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeAlias

import attrs

from shipstation_aissist.orders.attention import Attention
from shipstation_aissist.orders.parcel import Parcel, ParcelItem, all_shown
from shipstation_aissist.orders.states import OrderState
from shipstation_aissist.texts import shown

MatchedBy: TypeAlias = Literal["number", "external_id", "shipment_id", "tracking_number"]


@attrs.frozen(kw_only=True)
class Answer:
    """Where an order is; :class:`TrackOrderResponse`, which it is the base of, says what each field means."""

    order_id: str
    tracking: Parcel | None = None
    state: OrderState
    parcels: tuple[Parcel, ...] = ()
    warnings: tuple[str, ...] = attrs.field(default=(), converter=all_shown)
    as_of: datetime
    order_number: str | None = attrs.field(default=None, converter=shown)
    matched_by: MatchedBy | None = None
    attention: tuple[Attention, ...] = ()
    ship_by_date: datetime | None = None
    hold_until_date: datetime | None = None
    returns: tuple[Parcel, ...] = ()
    items_not_shipped: tuple[ParcelItem, ...] = ()
    parcel_only: bool = False
