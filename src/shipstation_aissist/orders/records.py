"""The answer as flat rows, ready for ``pandas.DataFrame``: one per event, one for a parcel without events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from shipstation_aissist.orders.formats import FullEvent
from shipstation_aissist.orders.wording import item_told
from shipstation_aissist.wire.dates import print_timestamp, to_utc

if TYPE_CHECKING:
    from shipstation_aissist.orders.answer import Answer

_DATES = ("ship_date", "estimated_delivery_date", "actual_delivery_date", "last_scan_at")
_EVENT_FIELDS = tuple(FullEvent.__annotations__)


def flat_rows(response: Answer, printed_parcels: Sequence[dict[str, Any]]) -> list[dict[str, str | bool | None]]:
    """The rows of an answer.

    Args:
        response: The answer.
        printed_parcels: Its parcels as the full format prints them.
    """
    rows: list[dict[str, str | bool | None]] = []
    no_event = dict.fromkeys(_EVENT_FIELDS)
    for parcel, printed in zip(response.parcels, printed_parcels, strict=True):
        parcel_columns = {
            "order_id": response.order_id,
            "order_state": str(response.state),
            "is_shown": parcel is response.tracking,
            **{f"parcel_{name}": value for name, value in printed.items() if name != "events"},
            "parcel_package_tracking_numbers": " ".join(parcel.package_tracking_numbers),
            "parcel_alternative_tracking_numbers": " ".join(parcel.alternative_tracking_numbers),
            "parcel_items": "; ".join(map(item_told, parcel.items)),
            **{f"parcel_{name}_utc": _utc(getattr(parcel, name)) for name in _DATES},
        }
        for event, shown in zip(parcel.events or (None,), printed["events"] or (no_event,), strict=True):
            rows.append(
                {
                    **parcel_columns,
                    **{f"event_{name}": value for name, value in shown.items()},
                    "occurred_at_utc": _utc(event.occurred_at) if event else None,
                }
            )
    return rows


def _utc(moment: datetime | None) -> str | None:
    utc = to_utc(moment) if moment is not None else None
    return print_timestamp(utc) if utc else None
