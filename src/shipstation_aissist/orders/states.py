"""The state of a parcel, as tables that read like the ones in api-facts 7 (design 3, "Parcel states")."""

from __future__ import annotations

from enum import StrEnum

from shipstation_aissist.orders.carriers import canonical_carrier


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
    "lost": "Lost",
    "cancelled": "Cancelled",
    "not_shipped": "Not shipped yet",
    "partially_delivered": "Partially delivered",
}

_S = ParcelState

# api-facts 7.2: two letters on the wire.
STATUS_CODES: dict[str, ParcelState] = {
    "UN": _S.UNKNOWN,
    "NY": _S.LABEL_CREATED,
    "AC": _S.ACCEPTED,
    "IT": _S.IN_TRANSIT,
    "AT": _S.DELIVERY_ATTEMPTED,
    "EX": _S.EXCEPTION,
    "DE": _S.DELIVERED,
    "SP": _S.AVAILABLE_FOR_PICKUP,
}

# api-facts 7.3, in its groups and order.
_DETAIL_GROUPS: dict[ParcelState, str] = {
    _S.LABEL_CREATED: """
        AWAITING_DESPATCH COLLECTION_REQUESTED ELEC_ADVICE_RECD_BY_CARRIER AWAITING_ELECTRONIC_ADVICE
        NOT_YET_RECEIVED_BY_CARRIER COLLECTION_FAILED RECD_BY_CARRIER_NO_ELEC_ADVICE
        SHIPMENT_CREATED""",
    _S.ACCEPTED: """
        DESPATCHED COLLECTION_MADE RECEIVED_BY_CARRIER SUB_CONTRACTOR_RECEIVED
        PICKED_UP""",
    _S.IN_TRANSIT: """
        IN_TRANSIT HUB_SCAN_OUT RECEIVED_LOCAL_DELIVERY_DEPOT SUB_CONTRACTOR_EVENT CUSTOMS_CLEARED CUSTOMS_PROCESSING
        INFORMATION PARCEL_OVER_LABELLED PARCEL_REPACKED PARCEL_UPDATE_NOTIFICATION_VIA_EMAIL
        PARCEL_UPDATE_NOTIFICATION_VIA_SMS DELIVERY_ARRANGED_WITH_RECIPIENT
        HUB_SCAN_IN""",
    _S.OUT_FOR_DELIVERY: "OUT_FOR_DELIVERY",
    _S.DELIVERY_ATTEMPTED: """
        ATTEMPTED_DELIVERY ATTEMPTED_DELIVERY_2ND ATTEMPTED_DELIVERY_3RD CUSTOMER_CARDED
        CUSTOMER_IDENTIFICATION_FAILED NO_ACCESS_TO_RECIPIENTS_ADDRESS COD_AMOUNT_NOT_PAID INVALID_METHOD_OF_PAYMENT""",
    _S.AVAILABLE_FOR_PICKUP: """
        AWAITING_COLLECTION_FROM_PICKUP_POINT COLLECT_AT_LOCAL_PO CUSTOMER_TO_COLLECT_FROM_CARRIER
        DELIVERED_TO_LOCKER_COLLECTION_POINT""",
    _S.DELIVERED: """
        DELIVERED DELIVERED_DAMAGED DELIVERED_IN_PART DELIVERED_SPECIFIED_SAFE_PLACE
        DELIVERED_TO_ALTERNATIVE_DELIVERY_LOCATION DELIVERED_TO_NEIGHBOUR DELIVERED_TO_PO_BOX
        PARCEL_COLLECTED_FROM_PICKUP_POINT PROOF_OF_DELIVERY POST_TRANSIT_STATUS COD_AMOUNT_PAID""",
    _S.EXCEPTION: """
        CARRIER_DELAYS DELAYED_NOT_CARRIER ADDRESS_QUERY HELD_BY_CARRIER HELD_BY_CARRIER_FOR_CLEARANCE_PRE_PROCESSING
        HELD_BY_CUSTOMS HELD_BY_EXPORT_CUSTOMS HELD_BY_IMPORT_CUSTOMS INCORRECT_DECLARATION MISSORTED ROUTING_ERROR
        UNSPECIFIED_EXCEPTION""",
    _S.RETURNING_TO_SENDER: """
        RETURN_TO_SENDER REFUSED_BY_CUSTOMER CUSTOMER_MOVED NOT_COLLECTED_FROM_PICKUP_POINT NOT_DELIVERED
        NOT_DELIVERED_ADDRESSEE_DECEASED HAZARDOUS_PROHIBITED PARCEL_DAMAGED PARCEL_OUTSIDE_OF_SERVICE_CAPABILITY""",
    _S.LOST: "PARCEL_LOST PARCEL_DISPOSED",
    _S.CANCELLED: "CANCELLED CANCELLED_BEFORE_DESPATCH",
    _S.UNKNOWN: "CARRIER_STATUS_NOT_MAPPED",
}
DETAIL_CODES: dict[str, ParcelState] = {
    code: state for state, codes in _DETAIL_GROUPS.items() for code in codes.split()
}

# api-facts 7.4: UPS leaves status_detail_code empty and says it here.
UPS_DETAIL_CODES: dict[str, ParcelState] = {
    "MP": _S.LABEL_CREATED,
    "XD": _S.IN_TRANSIT,
    "OR": _S.IN_TRANSIT,
    "AR": _S.IN_TRANSIT,
    "DP": _S.IN_TRANSIT,
    "YP": _S.IN_TRANSIT,
    "OT": _S.OUT_FOR_DELIVERY,
    "OD": _S.OUT_FOR_DELIVERY,
}
_SETTLED_BY_STATUS = frozenset({_S.DELIVERED, _S.EXCEPTION, _S.DELIVERY_ATTEMPTED, _S.AVAILABLE_FOR_PICKUP})

# api-facts 6.5: a label says in_transit from its creation on, so that is no evidence of a scan.
LABEL_TRACKING_STATUSES: dict[str, ParcelState] = {
    "delivered": _S.DELIVERED,
    "error": _S.EXCEPTION,
}


def parcel_state(
    status_code: str | None,
    status_detail_code: str | None = None,
    carrier_code: str | None = None,
    carrier_detail_code: str | None = None,
) -> ParcelState:
    """The state that the codes of a tracking reply, or of one of its events, stand for.

    A known detail code decides, else the status code; a code that nobody knows never becomes ``delivered``.

    Args:
        status_code: Two letters, or the long spelling of the specification.
        status_detail_code: One of 72 documented words, or another.
        carrier_code: Whose codes they are.
        carrier_detail_code: The carrier's own code; only UPS's are known.
    """
    by_detail = DETAIL_CODES.get(_code(status_detail_code))
    if by_detail is not None:
        return by_detail
    status = _code(status_code)
    by_status = STATUS_CODES.get(status) or DETAIL_CODES.get(status) or _S.UNKNOWN
    if by_status not in _SETTLED_BY_STATUS and canonical_carrier(carrier_code) == "ups":
        return UPS_DETAIL_CODES.get(_code(carrier_detail_code), by_status)
    return by_status


def _code(code: str | None) -> str:
    return (code or "").strip().upper()
