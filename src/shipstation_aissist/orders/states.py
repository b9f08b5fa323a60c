"""The states of a parcel and of an order, and what people call them."""

from __future__ import annotations

from enum import StrEnum


class ParcelState(StrEnum):
    """Where one parcel is."""

    UNKNOWN = "unknown"
    LABEL_CREATED = "label_created"
    ACCEPTED = "accepted"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERY_ATTEMPTED = "delivery_attempted"
    AVAILABLE_FOR_PICKUP = "available_for_pickup"
    DELIVERED = "delivered"
    EXCEPTION = "exception"
    RETURNING_TO_SENDER = "returning_to_sender"
    RETURNED = "returned"
    LOST = "lost"
    CANCELLED = "cancelled"


class OrderState(StrEnum):
    """Where an order is: the state of the parcel that decides (R11), or one that only a whole order has."""

    NOT_SHIPPED = "not_shipped"
    PARTIALLY_DELIVERED = "partially_delivered"
    UNKNOWN = "unknown"
    LABEL_CREATED = "label_created"
    ACCEPTED = "accepted"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERY_ATTEMPTED = "delivery_attempted"
    AVAILABLE_FOR_PICKUP = "available_for_pickup"
    DELIVERED = "delivered"
    EXCEPTION = "exception"
    RETURNING_TO_SENDER = "returning_to_sender"
    RETURNED = "returned"
    LOST = "lost"
    CANCELLED = "cancelled"


DISPLAY_NAMES: dict[str, str] = {
    "unknown": "Unknown",
    "label_created": "Label created",
    "accepted": "Accepted by the carrier",
    "in_transit": "In transit",
    "out_for_delivery": "Out for delivery",
    "delivery_attempted": "Delivery attempted",
    "available_for_pickup": "Available for pickup",
    "delivered": "Delivered",
    "exception": "Exception",
    "returning_to_sender": "Returning to sender",
    "returned": "Returned to sender",
    "lost": "Lost",
    "cancelled": "Cancelled",
    "not_shipped": "Not shipped yet",
    "partially_delivered": "Partially delivered",
}
