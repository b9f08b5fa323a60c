"""What each code of a carrier stands for, as tables that read like those of API notes 7.2 to 7.4 and 14.10.

What several codes and scans say together is told by :mod:`~shipstation_aissist.orders.tracking_state` (R13).
"""

from __future__ import annotations

from shipstation_aissist.orders.carriers import canonical_carrier
from shipstation_aissist.orders.states import ParcelState

_S = ParcelState

# API notes 7.2: two letters on the wire.
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

# API notes 7.3, in its groups and order; the last line of a group was seen on the wire without being documented.
_DETAIL_GROUPS: dict[ParcelState, str] = {
    _S.LABEL_CREATED: """
        AWAITING_DESPATCH COLLECTION_REQUESTED ELEC_ADVICE_RECD_BY_CARRIER AWAITING_ELECTRONIC_ADVICE
        NOT_YET_RECEIVED_BY_CARRIER COLLECTION_FAILED
        SHIPMENT_CREATED AWAITING_PICKUP_DROP_OFF""",
    _S.ACCEPTED: """
        DESPATCHED COLLECTION_MADE RECEIVED_BY_CARRIER SUB_CONTRACTOR_RECEIVED RECD_BY_CARRIER_NO_ELEC_ADVICE
        PICKED_UP DROPPED_OFF""",
    _S.IN_TRANSIT: """
        IN_TRANSIT HUB_SCAN_OUT RECEIVED_LOCAL_DELIVERY_DEPOT SUB_CONTRACTOR_EVENT CUSTOMS_CLEARED CUSTOMS_PROCESSING
        INFORMATION PARCEL_OVER_LABELLED PARCEL_REPACKED PARCEL_UPDATE_NOTIFICATION_VIA_EMAIL
        PARCEL_UPDATE_NOTIFICATION_VIA_SMS DELIVERY_ARRANGED_WITH_RECIPIENT
        HUB_SCAN_IN HUB_PROCESSING PARCEL_REDIRECTED PARCEL_UPDATE_NOTIFICATION DELIVERY_SCHEDULED
        DELIVERY_RESCHEDULED""",
    _S.OUT_FOR_DELIVERY: "OUT_FOR_DELIVERY",
    _S.DELIVERY_ATTEMPTED: """
        ATTEMPTED_DELIVERY ATTEMPTED_DELIVERY_2ND ATTEMPTED_DELIVERY_3RD CUSTOMER_CARDED
        CUSTOMER_IDENTIFICATION_FAILED NO_ACCESS_TO_RECIPIENTS_ADDRESS COD_AMOUNT_NOT_PAID INVALID_METHOD_OF_PAYMENT
        ATTEMPTED_DELIVERY_FINAL""",
    _S.AVAILABLE_FOR_PICKUP: """
        AWAITING_COLLECTION_FROM_PICKUP_POINT COLLECT_AT_LOCAL_PO CUSTOMER_TO_COLLECT_FROM_CARRIER
        DELIVERED_TO_LOCKER_COLLECTION_POINT""",
    _S.DELIVERED: """
        DELIVERED DELIVERED_DAMAGED DELIVERED_IN_PART DELIVERED_SPECIFIED_SAFE_PLACE
        DELIVERED_TO_ALTERNATIVE_DELIVERY_LOCATION DELIVERED_TO_NEIGHBOUR DELIVERED_TO_PO_BOX
        PARCEL_COLLECTED_FROM_PICKUP_POINT PROOF_OF_DELIVERY""",
    _S.EXCEPTION: """
        CARRIER_DELAYS DELAYED_NOT_CARRIER ADDRESS_QUERY HELD_BY_CARRIER HELD_BY_CARRIER_FOR_CLEARANCE_PRE_PROCESSING
        HELD_BY_CUSTOMS HELD_BY_EXPORT_CUSTOMS HELD_BY_IMPORT_CUSTOMS INCORRECT_DECLARATION MISSORTED ROUTING_ERROR
        CUSTOMER_MOVED NOT_DELIVERED PARCEL_DAMAGED HAZARDOUS_PROHIBITED PARCEL_OUTSIDE_OF_SERVICE_CAPABILITY
        UNSPECIFIED_EXCEPTION""",
    _S.RETURNING_TO_SENDER: """
        RETURN_TO_SENDER REFUSED_BY_CUSTOMER NOT_COLLECTED_FROM_PICKUP_POINT NOT_DELIVERED_ADDRESSEE_DECEASED""",
    _S.LOST: "PARCEL_LOST PARCEL_DISPOSED",
    _S.CANCELLED: "CANCELLED CANCELLED_BEFORE_DESPATCH",
    _S.UNKNOWN: "CARRIER_STATUS_NOT_MAPPED",
}
DETAIL_CODES: dict[str, ParcelState] = {
    code: state for state, codes in _DETAIL_GROUPS.items() for code in codes.split()
}

SILENT_DETAIL_CODES = frozenset({"POST_TRANSIT_STATUS", "COD_AMOUNT_PAID"})
"""Known detail codes that say nothing of where the parcel is: the status code decides."""

RETURN_CODES = frozenset({"RETURN_TO_SENDER", "REFUSED_BY_CUSTOMER"})
"""Detail codes after which a delivery is one to the sender (R13)."""

UPS_RETURN_CODE = "RS"
DELIVERED_IN_PART = "DELIVERED_IN_PART"

# API notes 7.4: UPS leaves status_detail_code empty and says it in carrier_detail_code.
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

# API notes 14.10: replies of the classic API have scans without any code of ShipStation's, only USPS's own.
USPS_EVENT_CODES: dict[str, ParcelState] = {
    "01": _S.DELIVERED,
    "OF": _S.OUT_FOR_DELIVERY,
    "07": _S.IN_TRANSIT,
    "10": _S.IN_TRANSIT,
    "03": _S.ACCEPTED,
    "GX": _S.LABEL_CREATED,
    "MA": _S.LABEL_CREATED,
}

# API notes 14.4: USPS writes "In Transit to Next Facility" by itself; nobody has seen the parcel.
USPS_AUTOMATIC_CODES = frozenset({"TL", "NT"})

# API notes 6.5: a label says in_transit from its creation on, so that is no evidence of a scan.
LABEL_TRACKING_STATUSES: dict[str, ParcelState] = {"delivered": _S.DELIVERED}

_SETTLED_BY_STATUS = frozenset({_S.DELIVERED, _S.EXCEPTION, _S.DELIVERY_ATTEMPTED, _S.AVAILABLE_FOR_PICKUP})
ROSIER_THAN_AN_EXCEPTION = frozenset({_S.ACCEPTED, _S.IN_TRANSIT, _S.OUT_FOR_DELIVERY, _S.DELIVERED, _S.UNKNOWN})


def state_of_status(status_code: str | None) -> ParcelState:
    """What a status code alone stands for; ``unknown`` for one that nobody knows.

    Args:
        status_code: Two letters, or the long spelling of the specification, in any case.
    """
    status = plain_code(status_code)
    return STATUS_CODES.get(status) or DETAIL_CODES.get(status) or _S.UNKNOWN


def parcel_state(
    status_code: str | None,
    status_detail_code: str | None = None,
    carrier_code: str | None = None,
    carrier_detail_code: str | None = None,
    event_code: str | None = None,
) -> ParcelState:
    """The state that the codes of one scan, or of the top level of a tracking reply, stand for.

    A known detail code decides, but never makes an exception rosier (R13); else the status code; a code that nobody
    knows never becomes ``delivered``.

    Args:
        status_code: Two letters, or the long spelling of the specification.
        status_detail_code: One of 72 documented words, or another.
        carrier_code: Whose codes they are.
        carrier_detail_code: The carrier's own code; only UPS's are known.
        event_code: The carrier's own code of a scan; only USPS's and UPS's are known, and they count only where there
            is no detail code.

    Source: API notes 7.2 to 7.4, 14.10.
    """
    by_status = state_of_status(status_code)
    by_detail = DETAIL_CODES.get(plain_code(status_detail_code))
    if by_detail is not None:
        is_rosier = by_status is _S.EXCEPTION and by_detail in ROSIER_THAN_AN_EXCEPTION
        return by_status if is_rosier else by_detail
    carrier = canonical_carrier(carrier_code)
    if carrier == "ups":
        return _by_ups(by_status, plain_code(carrier_detail_code) or plain_code(event_code))
    if carrier == "usps" and not plain_code(status_detail_code):
        return _by_usps(plain_code(status_code), by_status, plain_code(event_code))
    return by_status


def is_known_detail_code(code: str | None) -> bool:
    """Whether the library knows a ``status_detail_code``; an absent one is nothing to know."""
    plain = plain_code(code)
    return not plain or plain in DETAIL_CODES or plain in SILENT_DETAIL_CODES


def is_known_status_code(code: str | None) -> bool:
    """Whether the library knows a ``status_code``; an absent one is nothing to know."""
    plain = plain_code(code)
    return not plain or plain in STATUS_CODES or plain in DETAIL_CODES or plain in SILENT_DETAIL_CODES


def plain_code(code: str | None) -> str:
    """A code as it is compared: in capitals, without blanks around it; ``""`` for none."""
    return code.strip().upper() if code else ""


def _by_ups(by_status: ParcelState, detail: str) -> ParcelState:
    if by_status is _S.EXCEPTION and detail == UPS_RETURN_CODE:
        return _S.RETURNING_TO_SENDER
    return by_status if by_status in _SETTLED_BY_STATUS else UPS_DETAIL_CODES.get(detail, by_status)


def _by_usps(status: str, by_status: ParcelState, event: str) -> ParcelState:
    meant = USPS_EVENT_CODES.get(event)
    if meant is None or by_status in _SETTLED_BY_STATUS:
        return by_status
    if not status or meant is _S.LABEL_CREATED:
        return meant
    if by_status is _S.UNKNOWN and meant is not _S.DELIVERED:
        return meant
    return meant if by_status is _S.IN_TRANSIT and meant is _S.OUT_FOR_DELIVERY else by_status
