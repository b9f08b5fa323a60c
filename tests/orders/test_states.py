"""What each code of a carrier stands for; the tables are typed in from API notes 7.2 to 7.4, not read from the code."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipstation_aissist.orders.codes import is_known_detail_code, is_known_status_code, parcel_state
from shipstation_aissist.orders.states import DISPLAY_NAMES, OrderState, ParcelState

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
    "RECD_BY_CARRIER_NO_ELEC_ADVICE": "accepted",
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
    "CUSTOMER_MOVED": "exception",
    "NOT_COLLECTED_FROM_PICKUP_POINT": "returning_to_sender",
    "NOT_DELIVERED": "exception",
    "NOT_DELIVERED_ADDRESSEE_DECEASED": "returning_to_sender",
    "HAZARDOUS_PROHIBITED": "exception",
    "PARCEL_DAMAGED": "exception",
    "PARCEL_OUTSIDE_OF_SERVICE_CAPABILITY": "exception",
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
OF_CARRIERS = {  # API notes 14.2
    "AWAITING_PICKUP_DROP_OFF": "label_created",
    "DROPPED_OFF": "accepted",
    "HUB_PROCESSING": "in_transit",
    "PARCEL_REDIRECTED": "in_transit",
    "PARCEL_UPDATE_NOTIFICATION": "in_transit",
    "DELIVERY_SCHEDULED": "in_transit",
    "DELIVERY_RESCHEDULED": "in_transit",
    "ATTEMPTED_DELIVERY_FINAL": "delivery_attempted",
}
SILENT = ["POST_TRANSIT_STATUS", "COD_AMOUNT_PAID"]  # the status code decides
ROSIER_THAN_AN_EXCEPTION = {"accepted", "in_transit", "out_for_delivery", "delivered", "unknown"}
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
ALL_DETAIL_CODES = {**DETAIL_CODES, **SEEN_OUTSIDE_THE_LIST, **OF_CARRIERS}


def test_the_table_has_the_72_codes_of_the_specification_and_those_known_beside_them() -> None:
    assert (len(DETAIL_CODES) + len(SILENT), len(ALL_DETAIL_CODES)) == (72, 70 + 4 + 8)


@pytest.mark.parametrize("code", [*ALL_DETAIL_CODES, *SILENT, "", None, " delivered "])
def test_a_code_of_the_table_is_known(code: str | None) -> None:
    assert is_known_detail_code(code)
    assert is_known_status_code(code)


def test_a_code_that_is_in_no_table_is_not_known() -> None:
    assert not is_known_detail_code("DELIVERED_TO_MARS")
    assert not is_known_status_code("XX")
    assert not is_known_detail_code("DE")
    assert all(is_known_status_code(code) for code in STATUS_CODES)


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
    for status in (*(code for code in STATUS_CODES if code != "EX"), None, "", "??", "de"):
        for spelled in (detail, detail.lower(), f" {detail} "):
            assert parcel_state(status, spelled) == state
            assert parcel_state(status, spelled, "ups", "OT") == state


@pytest.mark.parametrize(("detail", "state"), ALL_DETAIL_CODES.items())
def test_a_detail_never_makes_an_exception_rosier(detail: str, state: str) -> None:
    """R13."""
    expected = "exception" if state in ROSIER_THAN_AN_EXCEPTION else state
    assert parcel_state("EX", detail) == parcel_state(" ex", detail.lower(), "ups", "OT") == expected


@pytest.mark.parametrize("detail", SILENT)
@pytest.mark.parametrize(("status", "state"), STATUS_CODES.items())
def test_a_detail_that_says_nothing_of_the_parcel_leaves_the_status(detail: str, status: str, state: str) -> None:
    """R13."""
    assert parcel_state(status, detail) == parcel_state(status, detail.lower(), "usps", None, "01") == state


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
        ("EX", "IN_TRANSIT", "exception"),
        ("EX", "DELIVERED_TO_NEIGHBOUR", "exception"),
        ("IT", "COD_AMOUNT_PAID", "in_transit"),
        ("NY", None, "label_created"),
        ("DE", "CARRIER_STATUS_NOT_MAPPED", "unknown"),
    ],
)
def test_what_a_status_and_a_detail_code_say_together(status: str, detail: str | None, state: str) -> None:
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


@pytest.mark.parametrize("status", STATUS_CODES)
def test_for_ups_rs_sends_back_what_is_an_exception_and_only_that(status: str) -> None:
    assert parcel_state(status, None, "ups", "RS") == (
        "returning_to_sender" if status == "EX" else STATUS_CODES[status]
    )


@pytest.mark.parametrize(("status", "state"), STATUS_CODES.items())
@pytest.mark.parametrize("code", [None, "", "FS", "ZZ", "DE"])
def test_for_ups_a_code_that_is_not_known_leaves_the_status(status: str, state: str, code: str | None) -> None:
    assert parcel_state(status, None, "ups", code) == state


USPS_EVENTS = {  # API notes 14.10
    "01": "delivered",
    "OF": "out_for_delivery",
    "07": "in_transit",
    "10": "in_transit",
    "03": "accepted",
    "GX": "label_created",
    "MA": "label_created",
}


@pytest.mark.parametrize(("event", "state"), USPS_EVENTS.items())
@pytest.mark.parametrize("carrier", ["usps", "stamps_com"])
def test_a_scan_of_usps_without_any_other_code_is_read_from_its_event_code(
    carrier: str, event: str, state: str
) -> None:
    assert parcel_state(None, "", carrier, None, event) == parcel_state("", None, carrier, "", event.lower()) == state
    assert parcel_state("", "", "fedex", None, event) == "unknown"


@pytest.mark.parametrize("event", USPS_EVENTS)
@pytest.mark.parametrize("status", ["DE", "EX", "AT", "SP"])
def test_usps_event_codes_do_not_overrule_a_status_that_settles_it(status: str, event: str) -> None:
    assert parcel_state(status, None, "usps", None, event) == STATUS_CODES[status]


@pytest.mark.parametrize(
    ("status", "event", "state"),
    [
        ("IT", "OF", "out_for_delivery"),
        ("IT", "01", "in_transit"),  # a status that is moving is not made a delivery by an event code
        ("UN", "01", "unknown"),
        ("UN", "07", "in_transit"),
        ("AC", "GX", "label_created"),
        ("AC", "MA", "label_created"),
        ("AC", "03", "accepted"),
        ("AC", "OF", "accepted"),
        ("NY", "OF", "label_created"),
        ("IT", "ZZ", "in_transit"),
    ],
)
def test_usps_event_codes_refine_a_status(status: str, event: str, state: str) -> None:
    assert parcel_state(status, None, "usps", None, event) == state
    assert parcel_state(status, "IN_TRANSIT", "usps", None, event) == "in_transit"


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


def test_the_states_are_those_that_the_documentation_names() -> None:
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
        "returned",
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
        "returned": "Returned to sender",
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
    for status, detail in product([code for code in STATUS_CODES if code != "EX"], ALL_DETAIL_CODES):
        assert parcel_state(status, detail) == ALL_DETAIL_CODES[detail]
