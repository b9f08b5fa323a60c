"""Returns: parcels from the customer to the shop, whose states are told as a return's (R6)."""

from __future__ import annotations

from shipstation_aissist.orders.states import DISPLAY_NAMES, ParcelState

_TOLD: dict[str, str] = {
    "unknown": "is not known to be on its way yet",
    "label_created": "has a label, but the carrier has not received it yet",
    "accepted": "has been handed to the carrier",
    "in_transit": "is on its way to the shop",
    "out_for_delivery": "reaches the shop today",
    "delivery_attempted": "could not be delivered to the shop at the last attempt",
    "available_for_pickup": "is ready for the shop to pick up",
    "delivered": "has reached the shop",
    "exception": "is delayed or held up on its way to the shop",
    "returning_to_sender": "could not be delivered to the shop and is on its way back to the customer",
    "returned": "could not be delivered to the shop and went back to the customer",
    "lost": "is reported as lost by the carrier",
    "cancelled": "was cancelled",
}
_NAMES: dict[str, str] = {
    "delivered": "Has reached the shop",
    "in_transit": "On its way to the shop",
    "out_for_delivery": "Reaches the shop today",
}


def return_name(state: ParcelState) -> str:
    """A return's state in two or three words."""
    return _NAMES.get(state, DISPLAY_NAMES[state])


def return_told(state: ParcelState) -> str:
    """What a sentence says of a return after its name: ``"has reached the shop"``."""
    return _TOLD[state]
