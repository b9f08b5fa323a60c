"""The two formats, key by key in their order, and the flat rows (design 2.3)."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import attrs
import pytest
from hypothesis import given

from shipstation_aissist.orders.parcel import Parcel, ParcelEvent
from shipstation_aissist.orders.response import TrackOrderResponse
from shipstation_aissist.orders.states import OrderState, ParcelState
from support.responses_to_print import ANY_RESPONSE, EVENT, NO_PARCEL, PARCEL, RESPONSE

pytestmark = pytest.mark.usefixtures("cold_caches")

DOCUMENTED = """{
  "shipstation": {
    "order_id": " #A-100 ",
    "tracking": {
      "tracking_number": "00340434161094021501",
      "tracking_url": "https://tracking.dpd.de/status/en_US/parcel/00340434161094021501",
      "status_description": "Delivered",
      "carrier_status_description": "Zugestellt",
      "ship_date": "2026-03-02T21:10:00+01:00",
      "actual_delivery_date": "2026-03-04T12:30:59Z",
      "events": [
        {
          "carrier_occurred_at": "2026-03-04T13:30:00",
          "description": "Left with individual",
          "city_locality": "KÖLN",
          "state_province": "NW",
          "postal_code": "50667",
          "carrier_status_description": "Zugestellt"
        }
      ]
    }
  }
}"""

FULL_TRACKING = {
    "tracking_number": "00340434161094021501",
    "tracking_url": "https://tracking.dpd.de/status/en_US/parcel/00340434161094021501",
    "status_description": "Delivered",
    "carrier_status_description": "Zugestellt",
    "ship_date": "2026-03-02T21:10:00+01:00",
    "actual_delivery_date": "2026-03-04T12:30:59Z",
    "events": [
        {
            "carrier_occurred_at": "2026-03-04T13:30:00",
            "description": "Left with individual",
            "city_locality": "KÖLN",
            "state_province": "NW",
            "postal_code": "50667",
            "carrier_status_description": "Zugestellt",
            "occurred_at": "2026-03-04T12:30:00Z",
            "state": "delivered",
            "status_code": "DE",
            "status_detail_code": "DELIVERED",
            "country_code": "DE",
        }
    ],
    "state": "delivered",
    "status_code": "DE",
    "status_detail_code": "DELIVERED",
    "status_detail_description": "Your shipment has been delivered.",
    "carrier_code": "dpd",
    "service_code": "dpd_classic",
    "estimated_delivery_date": "2026-03-05T00:00:00",
    "exception_description": "None",
    "label_id": "se-8001",
    "shipment_id": "se-7001",
}
FULL_PARCEL = {
    **FULL_TRACKING,
    "package_tracking_numbers": ["00340434161094021501", "00340434161094021502"],
    "is_return_label": False,
    "voided": False,
}
FULL_VOIDED = {
    **dict.fromkeys(FULL_PARCEL),
    "tracking_number": "1Z",
    "events": [],
    "state": "cancelled",
    "package_tracking_numbers": [],
    "is_return_label": True,
    "voided": True,
}
FULL = {
    "shipstation": {
        "order_id": " #A-100 ",
        "tracking": FULL_TRACKING,
        "state": "partially_delivered",
        "parcels": [FULL_PARCEL, FULL_VOIDED],
        "warnings": ["One.", "Two."],
    }
}


def ordered(value: Any) -> Any:
    """A value in which the order of keys counts too."""
    if isinstance(value, dict):
        return [(key, ordered(one)) for key, one in value.items()]
    return [ordered(one) for one in value] if isinstance(value, list) else value


def test_the_documented_format_has_exactly_these_keys_in_this_order() -> None:
    assert RESPONSE.to_json(indent=2) == DOCUMENTED
    assert ordered(RESPONSE.to_dict()) == ordered(json.loads(DOCUMENTED))
    assert RESPONSE.to_dict("documented") == RESPONSE.to_dict()
    assert RESPONSE.to_json("documented", 2) == DOCUMENTED


def test_the_full_format_has_exactly_these_keys_in_this_order() -> None:
    assert ordered(RESPONSE.to_dict("full")) == ordered(FULL)
    assert RESPONSE.to_json("full") == json.dumps(FULL, ensure_ascii=False)


def test_the_full_format_begins_with_the_documented_one_at_every_level() -> None:
    documented, full = RESPONSE.to_dict()["shipstation"], RESPONSE.to_dict("full")["shipstation"]
    assert list(full)[:2] == list(documented)
    assert documented["tracking"] is not None
    assert full["tracking"] is not None
    assert list(full["tracking"])[:7] == list(documented["tracking"])
    assert list(full["tracking"]["events"][0])[:6] == list(documented["tracking"]["events"][0])


def test_json_is_one_line_unless_asked_otherwise_and_keeps_every_alphabet() -> None:
    assert "\n" not in RESPONSE.to_json()
    assert "KÖLN" in RESPONSE.to_json()
    assert RESPONSE.to_json(indent=4).startswith('{\n    "shipstation": {\n        "order_id"')


def test_an_order_without_a_parcel_has_every_key_too() -> None:
    assert NO_PARCEL.to_json() == '{"shipstation": {"order_id": "B-1", "tracking": null}}'
    assert ordered(NO_PARCEL.to_dict("full")) == ordered(
        {"shipstation": {"order_id": "B-1", "tracking": None, "state": "not_shipped", "parcels": [], "warnings": []}}
    )


def test_a_parcel_of_which_nothing_is_known_has_every_key_too() -> None:
    response = TrackOrderResponse(
        as_of=datetime(2026, 3, 5, 12, tzinfo=UTC),
        order_id="1",
        state=OrderState.UNKNOWN,
        tracking=Parcel(events=(ParcelEvent(),)),
    )
    keys = ordered(FULL_TRACKING)
    tracking = response.to_dict("full")["shipstation"]["tracking"]
    assert tracking is not None
    assert list(tracking) == [key for key, _ in keys]
    assert {key for key, value in tracking.items() if value is not None} == {"events", "state"}
    assert [key for key, value in tracking["events"][0].items() if value is not None] == ["state"]
    assert tracking["state"] == tracking["events"][0]["state"] == "unknown"


@pytest.mark.parametrize("other", ["", "Full", "DOCUMENTED", "json", None, 1, [], {}])
def test_another_format_is_a_value_error_that_names_the_two(other: Any) -> None:
    message = f"response_format must be 'documented' or 'full', not {other!r}"
    for ask in (RESPONSE.to_dict, RESPONSE.to_json):
        with pytest.raises(ValueError, match="response_format") as caught:
            ask(other)
        assert str(caught.value) == message


def test_what_is_printed_is_the_callers_own() -> None:
    RESPONSE.to_dict("full")["shipstation"]["warnings"].append("scribble")
    assert RESPONSE.to_dict("full")["shipstation"]["warnings"] == ["One.", "Two."]


def test_personal_data_of_the_scans_has_no_place_in_an_answer() -> None:
    names = {field.name for kind in (Parcel, ParcelEvent) for field in attrs.fields(kind)}
    assert not names & {"signer", "proof_of_delivery_url", "latitude", "longitude", "company_name"}


@given(ANY_RESPONSE)
def test_any_answer_prints_as_json_that_reads_back_the_same(response: TrackOrderResponse) -> None:
    for response_format in ("documented", "full"):
        printed = response.to_dict(response_format)
        assert json.loads(response.to_json(response_format)) == printed
        assert all(type(leaf) in (str, bool, type(None)) for leaf in leaves(printed))
    documented, full = response.to_dict()["shipstation"], response.to_dict("full")["shipstation"]
    assert documented["order_id"] == full["order_id"] == response.order_id
    assert full["state"] == response.state
    assert [parcel["state"] for parcel in full["parcels"]] == [parcel.state for parcel in response.parcels]


def leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for one in value.values() for leaf in leaves(one)]
    return [leaf for one in value for leaf in leaves(one)] if type(value) is list else [value]


# --- rows ------------------------------------------------------------------------------------------------------------

COLUMNS = [
    "order_id",
    "order_state",
    "is_shown",
    *(f"parcel_{name}" for name in FULL_PARCEL if name != "events"),
    *(f"event_{name}" for name in FULL_TRACKING["events"][0]),
    "occurred_at_utc",
]


def test_there_is_one_row_per_event_and_one_for_a_parcel_without() -> None:
    second = ParcelEvent(
        description="Accepted", occurred_at=datetime(2026, 3, 2, 1, 0, tzinfo=timezone(timedelta(hours=2)))
    )
    parcel = attrs.evolve(PARCEL, events=(EVENT, second))
    response = attrs.evolve(RESPONSE, tracking=parcel, parcels=(parcel, RESPONSE.parcels[1]))
    rows = response.to_records()
    assert [list(row) for row in rows] == [COLUMNS] * 3
    assert [row["event_description"] for row in rows] == ["Left with individual", "Accepted", None]
    assert [row["parcel_tracking_number"] for row in rows] == [parcel.tracking_number, parcel.tracking_number, "1Z"]
    assert [row["is_shown"] for row in rows] == [True, True, False]
    assert [row["occurred_at_utc"] for row in rows] == ["2026-03-04T12:30:00Z", "2026-03-01T23:00:00Z", None]
    assert rows[1]["event_occurred_at"] == "2026-03-02T01:00:00+02:00"


def test_a_row_holds_what_the_full_format_prints() -> None:
    row = RESPONSE.to_records()[0]
    assert row == {
        "order_id": " #A-100 ",
        "order_state": "partially_delivered",
        "is_shown": True,
        **{f"parcel_{name}": value for name, value in FULL_PARCEL.items() if name != "events"},
        "parcel_package_tracking_numbers": "00340434161094021501 00340434161094021502",
        **{f"event_{name}": value for name, value in FULL_TRACKING["events"][0].items()},
        "occurred_at_utc": "2026-03-04T12:30:00Z",
    }


def test_a_parcel_without_events_has_a_row_of_its_own_with_empty_event_columns() -> None:
    row = RESPONSE.to_records()[1]
    assert {value for name, value in row.items() if name.startswith("event_")} == {None}
    assert (row["order_id"], row["parcel_state"], row["parcel_voided"]) == (" #A-100 ", "cancelled", True)
    assert row["parcel_package_tracking_numbers"] == ""


def test_an_event_whose_instant_is_unknown_has_no_utc() -> None:
    naive = ParcelEvent(occurred_at=datetime(2026, 3, 4, 12))
    beyond = ParcelEvent(occurred_at=datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=1))))
    late = ParcelEvent(occurred_at=datetime(2026, 3, 4, 12, 0, 0, 999_999, UTC))
    parcel = Parcel(events=(naive, beyond, ParcelEvent(), late))
    rows = TrackOrderResponse(
        as_of=datetime(2026, 3, 5, 12, tzinfo=UTC), order_id="1", state=OrderState.UNKNOWN, parcels=(parcel,)
    ).to_records()
    assert [row["occurred_at_utc"] for row in rows] == [None, None, None, "2026-03-04T12:00:00Z"]
    assert [row["is_shown"] for row in rows] == [False] * 4


def test_only_the_shown_parcel_is_marked_even_beside_an_equal_one() -> None:
    twins = (Parcel(tracking_number="1"), Parcel(tracking_number="1"))
    response = TrackOrderResponse(
        as_of=datetime(2026, 3, 5, 12, tzinfo=UTC),
        order_id="1",
        state=OrderState.UNKNOWN,
        tracking=twins[1],
        parcels=twins,
    )
    assert [row["is_shown"] for row in response.to_records()] == [False, True]


def test_an_order_without_parcels_has_no_rows() -> None:
    assert NO_PARCEL.to_records() == []


@given(ANY_RESPONSE)
def test_rows_are_flat_and_all_have_the_same_columns(response: TrackOrderResponse) -> None:
    rows = response.to_records()
    assert len(rows) == sum(max(1, len(parcel.events)) for parcel in response.parcels)
    for row in rows:
        assert list(row) == COLUMNS
        assert all(type(value) in (str, bool, type(None)) for value in row.values())
    assert json.loads(json.dumps(rows)) == rows


# --- the values ------------------------------------------------------------------------------------------------------


def test_answers_are_frozen_values_that_survive_pickle_and_copy() -> None:
    for value in (RESPONSE, PARCEL, EVENT):
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            value.state = ParcelState.LOST  # type: ignore[misc]
        assert pickle.loads(pickle.dumps(value)) == value
        assert copy.deepcopy(value) == value
        assert hash(value) == hash(copy.copy(value))
    again = pickle.loads(pickle.dumps(RESPONSE))
    assert again.to_records() == RESPONSE.to_records()
