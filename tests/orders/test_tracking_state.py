"""R13: what the codes and scans of a tracking reply say together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipstation_aissist.models import Address, TrackEvent, TrackingInformation
from shipstation_aissist.orders.codes import parcel_state
from shipstation_aissist.orders.states import ParcelState
from shipstation_aissist.orders.tracking_state import last_scan_at, read_scans, state_of_scan, state_of_tracking

DAY = datetime(2026, 3, 4, 12, tzinfo=UTC)


def scan(hour: float, status: str | None = "IT", detail: str | None = None, **more: Any) -> TrackEvent:
    return TrackEvent(occurred_at=DAY + timedelta(hours=hour), status_code=status, status_detail_code=detail, **more)


def state(status: str | None, *scans: TrackEvent, detail: str | None = None, carrier: str = "usps", **more: Any) -> str:
    """The state, the same in whatever order the scans come."""
    found = {
        state_of_tracking(
            TrackingInformation(
                status_code=status, status_detail_code=detail, carrier_code=carrier, events=order, **more
            )
        )
        for order in list(permutations(scans))[:24]
    }
    assert len(found) == 1
    return str(found.pop())


# --- the top level lags ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("top", ["IT", "AC", "NY", "AT", "UN", "", None])
def test_a_newest_scan_that_is_a_delivery_makes_a_top_level_that_lags_delivered(top: str | None) -> None:
    assert state(top, scan(1), scan(5, "DE", "DELIVERED"), scan(3)) == "delivered"
    assert state(top, scan(1), scan(5, "DE"), carrier="fedex") == "delivered"


@pytest.mark.parametrize("detail", ["HELD_BY_CARRIER", "HELD_BY_CUSTOMS", "ADDRESS_QUERY", "CUSTOMER_MOVED"])
@pytest.mark.parametrize("top", ["IT", "AC", "UN"])
def test_a_parcel_that_was_held_on_its_way_and_delivered_since_is_delivered(top: str, detail: str) -> None:
    assert state(top, scan(1), scan(5, "DE", "DELIVERED"), detail=detail) == "delivered"
    assert state(top, scan(1, "DE", "DELIVERED"), scan(5), detail=detail) == "exception"
    assert state("EX", scan(1), scan(5, "DE", "DELIVERED"), detail=detail) == "exception"


@pytest.mark.parametrize(
    ("top", "expected"), [("EX", "exception"), ("SP", "available_for_pickup"), ("DE", "delivered")]
)
def test_a_top_level_that_does_not_lag_stays(top: str, expected: str) -> None:
    assert state(top, scan(1), scan(5, "DE", "DELIVERED")) == expected


def test_a_delivery_that_is_not_the_newest_scan_does_not_count() -> None:
    assert state("IT", scan(5, "IT", "IN_TRANSIT"), scan(3, "DE", "DELIVERED")) == "in_transit"


def test_the_newest_scan_is_the_newest_by_its_instant_whatever_its_zone() -> None:
    local = TrackEvent(
        occurred_at=DAY + timedelta(hours=9),  # hours off, as USPS's are
        carrier_occurred_at=datetime(2026, 3, 4, 7, tzinfo=timezone(timedelta(hours=-5))),
        status_code="IT",
        status_detail_code="IN_TRANSIT",
    )
    assert state("IT", local, scan(1, "DE", "DELIVERED")) == "delivered"
    assert state("IT", local, scan(-1, "DE", "DELIVERED")) == "in_transit"


def test_of_scans_at_the_same_time_or_without_one_the_first_is_the_newest() -> None:
    for first, second, expected in (("DE", "IT", "delivered"), ("IT", "DE", "in_transit")):
        for at in (DAY, None):
            events = tuple(TrackEvent(occurred_at=at, status_code=code) for code in (first, second))
            assert state_of_tracking(TrackingInformation(status_code="IT", events=events)) == expected


def test_the_automatic_scan_of_usps_is_not_the_newest_scan() -> None:
    automatic = scan(7, "IT", "IN_TRANSIT", event_code="NT", description="In Transit to Next Facility")
    assert state("IT", scan(1, "DE", "DELIVERED"), automatic) == "delivered"
    assert state("IT", scan(1, "DE", "DELIVERED"), automatic, carrier="fedex") == "in_transit"
    assert state("UN", automatic) == "in_transit"


def test_the_automatic_scan_is_known_by_its_words_where_it_has_no_code() -> None:
    words = {"description": "In Transit to Next Facility"}
    assert state("IT", scan(1, "DE", "DELIVERED"), scan(7, "IT", "IN_TRANSIT", **words)) == "delivered"
    assert last_scan_at(read_scans([scan(1), scan(7, **words)], "usps")) == DAY + timedelta(hours=1)
    arrived = scan(7, event_code="10", **words)
    assert last_scan_at(read_scans([scan(1), arrived], "usps")) == DAY + timedelta(hours=7)
    assert last_scan_at(read_scans([scan(1), scan(7, **words)], "fedex")) == DAY + timedelta(hours=7)


# --- unknown beside scans --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("detail", [None, "CARRIER_STATUS_NOT_MAPPED", "OF_TOMORROW"])
def test_an_unknown_top_level_is_the_state_of_the_newest_scan_that_has_one(detail: str | None) -> None:
    scans = [scan(1, "AC", "RECEIVED_BY_CARRIER"), scan(2, "EX", "CARRIER_DELAYS"), scan(3, "UN"), scan(4, None)]
    assert state("UN", *scans, detail=detail) == "exception"


def test_an_unknown_top_level_without_a_scan_that_says_anything_stays_unknown() -> None:
    assert state("UN") == state("UN", scan(1, "UN")) == state(None, scan(1, "??"), detail="") == "unknown"


# --- returns ---------------------------------------------------------------------------------------------------------

BACK = [
    ("RETURN_TO_SENDER", "usps", {}),
    ("REFUSED_BY_CUSTOMER", "fedex", {}),
    (None, "ups", {"carrier_detail_code": "RS"}),
    (None, "ups", {"event_code": "RS"}),
]


@pytest.mark.parametrize(("detail", "carrier", "more"), BACK)
@pytest.mark.parametrize("top", ["DE", "IT", "UN", "EX"])
def test_a_delivery_after_the_parcel_was_sent_back_is_its_return(
    top: str, detail: str | None, carrier: str, more: dict[str, str]
) -> None:
    scans = scan(1, "EX", detail, **more), scan(9, "DE", "DELIVERED", description="Delivered, To Original Sender")
    assert state(top, *scans, carrier=carrier) == "returned"
    assert state(top, *scans, scan(5, "IT", "OUT_FOR_DELIVERY"), carrier=carrier) == "returned"


def test_a_delivery_that_says_itself_that_it_goes_back_is_a_return_after_a_scan_that_sent_it_back() -> None:
    back = scan(9, "DE", "RETURN_TO_SENDER")
    assert state("DE", scan(1, "EX", "RETURN_TO_SENDER"), back, detail="RETURN_TO_SENDER") == "returned"
    assert state("DE", scan(1), back, detail="RETURN_TO_SENDER") == "returning_to_sender"
    assert state("DE", detail="RETURN_TO_SENDER") == "returning_to_sender"


def test_a_top_level_that_says_delivered_after_the_parcel_was_sent_back_is_a_return_without_a_scan_of_it() -> None:
    assert state("DE", scan(1, "EX", "RETURN_TO_SENDER"), detail="DELIVERED") == "returned"


def test_a_parcel_that_was_sent_back_after_it_had_been_delivered_is_on_its_way_back() -> None:
    assert state("DE", scan(1, "DE", "DELIVERED"), scan(5, "EX", "RETURN_TO_SENDER")) == "returning_to_sender"


def test_a_parcel_that_is_sent_back_and_not_delivered_is_on_its_way_back() -> None:
    assert state("EX", scan(1, "EX", "RETURN_TO_SENDER"), scan(3), detail="RETURN_TO_SENDER") == "returning_to_sender"
    assert state("EX", scan(1, "EX", carrier_detail_code="RS"), carrier_detail_code="RS", carrier="ups") == (
        "returning_to_sender"
    )


def out_again(city: str | None, code: str | None) -> list[TrackEvent]:
    return [
        scan(1, "EX", "RETURN_TO_SENDER", city_locality="GREENWOOD", postal_code="29649"),
        scan(5, "IT", "OUT_FOR_DELIVERY", city_locality=city, postal_code=code),
        scan(9, "DE", "DELIVERED", city_locality=city, postal_code=code),
    ]


@pytest.mark.parametrize(
    ("city", "code", "expected"),
    [
        ("GREENWOOD", None, "delivered"),
        ("Greenwood", "", "delivered"),
        (None, "29646-1234", "delivered"),
        ("PORTLAND", "04101", "returned"),
        (None, None, "returned"),
    ],
)
def test_a_parcel_that_went_out_for_delivery_in_the_recipients_town_after_all_has_arrived(
    city: str | None, code: str | None, expected: str
) -> None:
    ship_to = Address(city_locality="Greenwood", postal_code="29646")
    tracking = TrackingInformation(status_code="DE", events=tuple(out_again(city, code)))
    assert state_of_tracking(tracking, "usps", ship_to) == expected


def test_without_an_address_the_recipients_town_is_where_the_parcel_was_tried_before() -> None:
    tried = scan(0, "AT", "ATTEMPTED_DELIVERY", city_locality="Greenwood")
    assert state("DE", tried, *out_again("GREENWOOD", None)) == "delivered"
    assert state("DE", tried, *out_again("PORTLAND", None)) == "returned"
    assert state("DE", *out_again("GREENWOOD", None)) == "returned"


# --- replies without detail codes ------------------------------------------------------------------------------------


def test_a_parcel_in_transit_is_out_for_delivery_by_the_carriers_own_event_code() -> None:
    assert state("IT", scan(1, "", event_code="07"), scan(5, "", event_code="OF")) == "out_for_delivery"
    assert state("IT", scan(5, "IT", event_code="OF")) == "out_for_delivery"
    assert state("IT", scan(5, "IT", carrier_detail_code="OT"), carrier="ups") == "out_for_delivery"
    assert state("IT", carrier="ups", carrier_detail_code="OT") == "out_for_delivery"
    assert state("IT", scan(5, "IT", event_code="OD"), carrier="ups") == "out_for_delivery"
    assert state("IT", scan(5, "IT", event_code="OT", carrier_detail_code="DP"), carrier="ups") == "in_transit"
    assert state("IT", scan(5, "", event_code="OF"), scan(9, "", event_code="10")) == "in_transit"
    assert state("IT", scan(5, "IT", event_code="OF"), carrier="fedex") == "in_transit"


@pytest.mark.parametrize("text", ["Out for Delivery", "OUT FOR DELIVERY TODAY", "Out for Delivery, Expected by 9pm"])
def test_a_newest_scan_that_begins_with_out_for_delivery_counts_where_no_code_says_more(text: str) -> None:
    assert state("IT", scan(1), scan(5, "", description=text)) == "out_for_delivery"
    assert state("IT", scan(5, "IT", carrier_status_description=text), carrier="ups") == "out_for_delivery"
    assert state("IT", scan(5, "", description=text), scan(6, "IT", description="Arrived")) == "in_transit"


@pytest.mark.parametrize(
    ("top", "detail", "more"),
    [
        ("IT", None, {"event_code": "07"}),
        ("IT", None, {"detail": "HUB_SCAN_OUT"}),
        ("IT", "IN_TRANSIT", {}),
        ("AC", None, {}),
        ("NY", None, {}),
    ],
)
def test_the_text_counts_only_under_in_transit_and_not_against_a_code(
    top: str, detail: str | None, more: dict[str, str]
) -> None:
    newest = scan(5, "IT", description="Out for Delivery", **more)
    assert state(top, newest, detail=detail) == str(parcel_state(top, detail))


@pytest.mark.parametrize("text", ["Delivered", "Delivered, In/At Mailbox", "Will be out for delivery", "Lost"])
@pytest.mark.parametrize("top", ["IT", "UN", None])
def test_a_text_alone_makes_no_other_state(top: str | None, text: str) -> None:
    expected = "in_transit" if top == "IT" else "unknown"
    assert state(top, scan(5, "", description=text, carrier_status_description=text)) == expected


def test_scans_with_nothing_but_usps_event_codes_are_read() -> None:
    scans = scan(1, "", event_code="03"), scan(3, "", event_code="10"), scan(9, "", event_code="01")
    assert state("UN", *scans) == state("IT", *scans) == "delivered"


# --- what USPS knows before it has the parcel ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "scans",
    [
        [],
        [scan(1, "AC", event_code="GX")],
        [scan(1, "", event_code="MA"), scan(2, "AC", event_code="GX")],
        [scan(1, "AC", description="Shipping Label Created, USPS Awaiting Item")],
        [scan(1, "AC", "ELEC_ADVICE_RECD_BY_CARRIER")],
    ],
)
def test_ac_of_usps_without_any_scan_beyond_the_labels_own_is_label_created(scans: list[TrackEvent]) -> None:
    assert state("AC", *scans) == "label_created"
    assert state("AC", *scans, carrier="fedex") == "accepted"


@pytest.mark.parametrize("more", [{"event_code": "03"}, {"description": "USPS in possession of item"}])
def test_ac_of_usps_beside_a_scan_of_the_parcel_is_accepted(more: dict[str, str]) -> None:
    assert state("AC", scan(1, "AC", event_code="GX"), scan(5, "AC", **more)) == "accepted"


def test_ac_with_a_detail_code_is_what_the_detail_says() -> None:
    assert state("AC", detail="RECEIVED_BY_CARRIER") == "accepted"
    assert state("AC", detail="ELEC_ADVICE_RECD_BY_CARRIER") == "label_created"


# --- the labels carrier, the last scan -------------------------------------------------------------------------------


def test_the_labels_carrier_speaks_where_the_reply_names_none() -> None:
    tracking = TrackingInformation(status_code="IT", carrier_detail_code="OT")
    assert state_of_tracking(tracking, "ups") == "out_for_delivery"
    assert state_of_tracking(tracking) == "in_transit"


def test_the_last_scan_is_the_newest_time_at_which_a_carrier_had_the_parcel() -> None:
    events = [
        scan(1, "AC", "RECEIVED_BY_CARRIER"),
        scan(5, "IT", "IN_TRANSIT"),
        scan(9, "IT", "IN_TRANSIT", event_code="TL"),
        scan(10, "NY", "ELEC_ADVICE_RECD_BY_CARRIER"),
        scan(11, "EX", "PARCEL_LOST"),
        TrackEvent(status_code="IT"),
    ]
    assert last_scan_at(read_scans(events, "usps")) == DAY + timedelta(hours=5)
    assert last_scan_at(read_scans(events, "fedex")) == DAY + timedelta(hours=9)
    assert last_scan_at(read_scans(events[3:], "usps")) is None
    zone_less = TrackEvent(occurred_at=datetime(2026, 3, 4, 9), status_code="UN")
    assert last_scan_at(read_scans([zone_less], None)) == datetime(2026, 3, 4, 9, tzinfo=UTC)


codes = st.sampled_from(["UN", "NY", "AC", "IT", "AT", "EX", "DE", "SP", "", None, "??"])
details = st.sampled_from([None, "", "IN_TRANSIT", "RETURN_TO_SENDER", "DELIVERED", "COD_AMOUNT_PAID", "NEW"])
scans_of_any_kind = st.lists(
    st.builds(
        scan,
        st.integers(0, 9),
        codes,
        details,
        event_code=st.sampled_from([None, "01", "OF", "NT", "GX"]),
        description=st.sampled_from([None, "Out for Delivery", "Delivered"]),
    ),
    max_size=5,
)


@given(codes, details, scans_of_any_kind, st.sampled_from(["usps", "ups", "fedex", None]))
def test_nothing_is_delivered_that_no_code_says_is(
    top: str | None, detail: str | None, scans: list[TrackEvent], carrier: str | None
) -> None:
    tracking = TrackingInformation(
        status_code=top, status_detail_code=detail, carrier_code=carrier, events=tuple(scans)
    )
    said = {parcel_state(top, detail, carrier)} | {state_of_scan(event, carrier) for event in scans}
    if state_of_tracking(tracking) is ParcelState.DELIVERED:
        assert ParcelState.DELIVERED in said
