"""An account with one order whose answer a test looks at, and what was decided on the way."""

from __future__ import annotations

from typing import Any

from shipstation_aissist.errors import APIError
from shipstation_aissist.orders.response import TrackOrderResponse
from support import wire_samples as wire
from support.flows import Account

NUMBER = "9400110000000000000001"


def account(
    labels: Any = None,
    track: dict[str, Any] | None = None,
    shipments: Any = None,
    fulfillments: Any = None,
) -> Account:
    """An account; unless said otherwise, one shipment with one delivered label."""
    tracked = {"se-8001": wire.tracking()} if track is None else track
    return Account(
        {
            "shipments": wire.page("shipments", [wire.shipment()] if shipments is None else shipments),
            "labels": labels if callable(labels) else wire.page("labels", [wire.label()] if labels is None else labels),
            "fulfillments": fulfillments
            if callable(fulfillments) or isinstance(fulfillments, APIError)
            else wire.page("fulfillments", fulfillments or []),
            **{f"labels/{label_id}/track": answer for label_id, answer in tracked.items()},
        }
    )


def sentences(asked: Account, rule: str | None) -> list[str]:
    return [step.what for step in asked.steps if step.rule == rule]


def states(response: TrackOrderResponse) -> list[str]:
    return [str(parcel.state) for parcel in response.parcels]


def labels_of(asked: str, *with_label: str, number_of: str | None = None) -> Any:
    """The labels of a shipment, all with one number unless one of them is named, which is "22"."""
    names = {"se-7001": "se-8001", "se-7002": "se-8002"}
    if asked not in with_label:
        return wire.page("labels", [])
    number = "22" if names[asked] == number_of else NUMBER
    return wire.page("labels", [wire.label(names[asked], asked, number=number)])


TWO_LABELS = [wire.label(), wire.label("se-8002", number="22")]
