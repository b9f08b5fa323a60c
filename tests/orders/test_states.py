"""The state of a parcel, code by code; the tables are typed in from api-facts 7.2 to 7.4, not read from the code."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipstation_aissist.orders.states import DISPLAY_NAMES, OrderState, ParcelState, parcel_state

STATUS_CODES = {
    "UN": "unknown",
    "NY": "label_created",
    "AC": "accepted",
    "IT": "in_transit",
    "AT": "delivery_attempted",
    "EX": "exception",
    "DE": "delivered",
    "SP": "available_for_pickup",
}

DETAIL_CODES = {
    "AWAITING_DESPATCH": "label_created",
    "COLLECTION_REQUESTED": "label_created",
    "ELEC_ADVICE_RECD_BY_CARRIER": "label_created",
    "AWAITING_ELECTRONIC_ADVICE": "label_created",
    "NOT_YET_RECEIVED_BY_CARRIER": "label_created",
    "COLLECTION_FAILED": "label_created",
    "RECD_BY_CARRIER_NO_ELEC_ADVICE": "label_created",
    "DESPATCHED": "accepted",
    "COLLECTION_MADE": "accepted",
    "RECEIVED_BY_CARRIER": "accepted",
    "SUB_CONTRACTOR_RECEIVED": "accepted",
    "IN_TRANSIT": "in_transit",
    "HUB_SCAN_OUT": "in_transit",
    "RECEIVED_LOCAL_DELIVERY_DEPOT": "in_transit",
    "SUB_CONTRACTOR_EVENT": "in_transit",
    "CUSTOMS_CLEARED": "in_transit",
    "CUSTOMS_PROCESSING": "in_transit",
    "INFORMATION": "in_transit",
    "PARCEL_OVER_LABELLED": "in_transit",
    "PARCEL_REPACKED": "in_transit",
    "PARCEL_UPDATE_NOTIFICATION_VIA_EMAIL": "in_transit",
    "PARCEL_UPDATE_NOTIFICATION_VIA_SMS": "in_transit",
    "DELIVERY_ARRANGED_WITH_RECIPIENT": "in_transit",
    "OUT_FOR_DELIVERY": "out_for_delivery",
    "ATTEMPTED_DELIVERY": "delivery_attempted",
    "ATTEMPTED_DELIVERY_2ND": "delivery_attempted",
    "ATTEMPTED_DELIVERY_3RD": "delivery_attempted",
    "CUSTOMER_CARDED": "delivery_attempted",
    "CUSTOMER_IDENTIFICATION_FAILED": "delivery_attempted",
    "NO_ACCESS_TO_RECIPIENTS_ADDRESS": "delivery_attempted",
    "COD_AMOUNT_NOT_PAID": "delivery_attempted",
    "INVALID_METHOD_OF_PAYMENT": "delivery_attempted",
    "AWAITING_COLLECTION_FROM_PICKUP_POINT": "available_for_pickup",
    "COLLECT_AT_LOCAL_PO": "available_for_pickup",
    "CUSTOMER_TO_COLLECT_FROM_CARRIER": "available_for_pickup",
    "DELIVERED_TO_LOCKER_COLLECTION_POINT": "available_for_pickup",
    "DELIVERED": "delivered",
    "DELIVERED_DAMAGED": "delivered",
    "DELIVERED_IN_PART": "delivered",
    "DELIVERED_SPECIFIED_SAFE_PLACE": "delivered",
    "DELIVERED_TO_ALTERNATIVE_DELIVERY_LOCATION": "delivered",
    "DELIVERED_TO_NEIGHBOUR": "delivered",
    "DELIVERED_TO_PO_BOX": "delivered",
    "PARCEL_COLLECTED_FROM_PICKUP_POINT": "delivered",
    "PROOF_OF_DELIVERY": "delivered",
    "POST_TRANSIT_STATUS": "delivered",
    "COD_AMOUNT_PAID": "delivered",
    "CARRIER_DELAYS": "exception",
    "DELAYED_NOT_CARRIER": "exception",
    "ADDRESS_QUERY": "exception",
    "HELD_BY_CARRIER": "exception",
    "HELD_BY_CARRIER_FOR_CLEARANCE_PRE_PROCESSING": "exception",
    "HELD_BY_CUSTOMS": "exception",
    "HELD_BY_EXPORT_CUSTOMS": "exception",
    "HELD_BY_IMPORT_CUSTOMS": "exception",
    "INCORRECT_DECLARATION": "exception",
    "MISSORTED": "exception",
    "ROUTING_ERROR": "exception",
    "RETURN_TO_SENDER": "returning_to_sender",
    "REFUSED_BY_CUSTOMER": "returning_to_sender",
    "CUSTOMER_MOVED": "returning_to_sender",
    "NOT_COLLECTED_FROM_PICKUP_POINT": "returning_to_sender",
    "NOT_DELIVERED": "returning_to_sender",
    "NOT_DELIVERED_ADDRESSEE_DECEASED": "returning_to_sender",
    "HAZARDOUS_PROHIBITED": "returning_to_sender",
    "PARCEL_DAMAGED": "returning_to_sender",
    "PARCEL_OUTSIDE_OF_SERVICE_CAPABILITY": "returning_to_sender",
    "PARCEL_LOST": "lost",
    "PARCEL_DISPOSED": "lost",
    "CANCELLED": "cancelled",
    "CANCELLED_BEFORE_DESPATCH": "cancelled",
    "CARRIER_STATUS_NOT_MAPPED": "unknown",
}
SEEN_OUTSIDE_THE_LIST = {
    "HUB_SCAN_IN": "in_transit",
    "PICKED_UP": "accepted",
    "SHIPMENT_CREATED": "label_created",
    "UNSPECIFIED_EXCEPTION": "exception",
}
UPS_CODES = {
    "MP": "label_created",
    "XD": "in_transit",
    "OR": "in_transit",
    "AR": "in_transit",
    "DP": "in_transit",
    "YP": "in_transit",
    "OT": "out_for_delivery",
    "OD": "out_for_delivery",
}
ALL_DETAIL_CODES = {**DETAIL_CODES, **SEEN_OUTSIDE_THE_LIST}


def test_the_table_has_the_72_codes_of_the_specification_and_the_4_seen_beside_them() -> None:
    assert (len(DETAIL_CODES), len(ALL_DETAIL_CODES)) == (72, 76)


@pytest.mark.parametrize(("code", "state"), STATUS_CODES.items())
def test_a_status_code_decides_where_there_is_no_detail_in_any_case_and_with_blanks(code: str, state: str) -> None:
    for spelled in (code, code.lower(), code.title(), f" {code}\t"):
        assert parcel_state(spelled) == state
        assert parcel_state(spelled, None, None, None) == state
        assert parcel_state(spelled, "", "", "") == state
        assert parcel_state(spelled, "A_CODE_OF_TOMORROW", "fedex", "XX") == state
    assert type(parcel_state(code)) is ParcelState


@pytest.mark.parametrize(("detail", "state"), ALL_DETAIL_CODES.items())
def test_a_known_detail_code_decides_whatever_the_status_says(detail: str, state: str) -> None:
    for status in (*STATUS_CODES, None, "", "??", "de"):
        for spelled in (detail, detail.lower(), f" {detail} "):
            assert parcel_state(status, spelled) == state
            assert parcel_state(status, spelled, "ups", "OT") == state


@pytest.mark.parametrize(("long_spelling", "state"), ALL_DETAIL_CODES.items())
def test_the_specifications_long_spelling_of_a_status_is_understood(long_spelling: str, state: str) -> None:
    assert parcel_state(long_spelling) == state
    assert parcel_state(long_spelling.lower(), "NOBODY_KNOWS") == state


@pytest.mark.parametrize(
    ("status", "detail", "state"),
    [
        ("DE", "RETURN_TO_SENDER", "returning_to_sender"),
        ("DE", "DELIVERED_TO_LOCKER_COLLECTION_POINT", "available_for_pickup"),
        ("UN", "DELIVERED", "delivered"),
        ("EX", "RETURN_TO_SENDER", "returning_to_sender"),
        ("IT", "OUT_FOR_DELIVERY", "out_for_delivery"),
        ("AC", "ELEC_ADVICE_RECD_BY_CARRIER", "label_created"),
        ("NY", None, "label_created"),
        ("DE", "CARRIER_STATUS_NOT_MAPPED", "unknown"),
    ],
)
def test_the_examples_of_the_design(status: str, detail: str | None, state: str) -> None:
    assert parcel_state(status, detail) == state


# --- UPS, which leaves the detail code empty -------------------------------------------------------------------------


@pytest.mark.parametrize(("code", "state"), UPS_CODES.items())
@pytest.mark.parametrize("carrier", ["ups", "UPS", "ups_walleted", " Ups "])
@pytest.mark.parametrize("status", ["IT", "AC", "NY", "UN", None, "??"])
def test_for_ups_the_carriers_own_code_decides_what_is_still_under_way(
    status: str | None, carrier: str, code: str, state: str
) -> None:
    assert parcel_state(status, None, carrier, code) == state
    assert parcel_state(status, "", carrier, f" {code.lower()} ") == state


@pytest.mark.parametrize("code", UPS_CODES)
@pytest.mark.parametrize("status", ["DE", "EX", "AT", "SP"])
def test_for_ups_a_status_that_settles_it_is_not_overruled_by_the_carriers_code(status: str, code: str) -> None:
    assert parcel_state(status, None, "ups", code) == STATUS_CODES[status]


@pytest.mark.parametrize(("status", "state"), STATUS_CODES.items())
@pytest.mark.parametrize("code", [None, "", "FS", "ZZ", "DE"])
def test_for_ups_a_code_that_is_not_known_leaves_the_status(status: str, state: str, code: str | None) -> None:
    assert parcel_state(status, None, "ups", code) == state


@pytest.mark.parametrize("carrier", [None, "", "usps", "fedex", "ups_mail_innovations"])
def test_the_codes_of_ups_mean_nothing_for_another_carrier(carrier: str | None) -> None:
    for code in UPS_CODES:
        assert parcel_state("AC", None, carrier, code) == "accepted"


# --- what nobody knows -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [None, "", " ", "??", "D", "DEX", "DELIVERED!", "XX", "0"])
def test_a_status_that_nobody_knows_is_unknown(status: str | None) -> None:
    assert parcel_state(status) == "unknown"
    assert parcel_state(status, "DELIVERED_TO_MARS") == "unknown"


texts = st.none() | st.text() | st.sampled_from([*STATUS_CODES, *ALL_DETAIL_CODES, *UPS_CODES, "ups", "FS"])
MEANING_DELIVERED = {"DE"} | {code for code, state in DETAIL_CODES.items() if state == "delivered"}


@given(texts, texts, texts, texts)
def test_no_codes_raise_and_only_known_ones_mean_delivered(
    status: str | None, detail: str | None, carrier: str | None, carrier_detail: str | None
) -> None:
    state = parcel_state(status, detail, carrier, carrier_detail)
    assert isinstance(state, ParcelState)
    if state == "delivered":
        assert {(code or "").strip().upper() for code in (status, detail)} & MEANING_DELIVERED


# --- names -----------------------------------------------------------------------------------------------------------


def test_the_states_are_those_of_the_design() -> None:
    of_a_parcel = [
        "unknown",
        "label_created",
        "accepted",
        "in_transit",
        "out_for_delivery",
        "delivery_attempted",
        "available_for_pickup",
        "delivered",
        "exception",
        "returning_to_sender",
        "lost",
        "cancelled",
    ]
    assert [str(state) for state in ParcelState] == of_a_parcel
    assert sorted(OrderState) == sorted([*of_a_parcel, "not_shipped", "partially_delivered"])


def test_states_compare_and_print_as_their_text() -> None:
    for kind in (ParcelState, OrderState):
        assert kind("delivered") == "delivered"
        assert f"{kind('in_transit')}" == "in_transit"
        assert kind.IN_TRANSIT.value == "in_transit"


@pytest.mark.parametrize(
    ("state", "name"),
    {
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
    }.items(),
)
def test_each_state_has_a_name_for_people(state: str, name: str) -> None:
    assert DISPLAY_NAMES[state] == name
    assert DISPLAY_NAMES[OrderState(state)] == name
    assert len(DISPLAY_NAMES) == len(OrderState)


def test_every_pair_of_known_codes_has_a_state() -> None:
    for status, detail in product(STATUS_CODES, ALL_DETAIL_CODES):
        assert parcel_state(status, detail) == ALL_DETAIL_CODES[detail]
