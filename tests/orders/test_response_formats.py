"""The two formats, key by key in their order, and the flat rows."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import attrs
import pytest
from hypothesis import given

from shipstation_aissist.orders.parcel import Parcel, ParcelEvent, ParcelItem
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
      "status_description": "Partially delivered",
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

FIRST_OF_PARCEL = {
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
LAST_OF_PARCEL = {
    "carrier_name": "DPD",
    "alternative_tracking_numbers": ["0199", "0200"],
    "items": [
        {"name": "Blue mug", "sku": "MUG-1", "quantity": 2},
        {"name": None, "sku": "TEA", "quantity": 0.5},
    ],
    "items_known": "shared",
    "last_scan_at": "2026-03-04T13:30:00+01:00",
    "replaced_by": "00340434161094021509",
}
FULL_TRACKING = {**FIRST_OF_PARCEL, "status_description": "Partially delivered", **LAST_OF_PARCEL}
FULL_PARCEL = {
    **FIRST_OF_PARCEL,
    "package_tracking_numbers": ["00340434161094021501", "00340434161094021502"],
    "is_return_label": False,
    "voided": False,
    **LAST_OF_PARCEL,
}
FULL_VOIDED = {
    **dict.fromkeys(FULL_PARCEL),
    "tracking_number": "1Z",
    "events": [],
    "state": "cancelled",
    "package_tracking_numbers": [],
    "is_return_label": True,
    "voided": True,
    "alternative_tracking_numbers": [],
    "items": [],
    "items_known": "unknown",
}
FULL = {
    "shipstation": {
        "order_id": " #A-100 ",
        "tracking": FULL_TRACKING,
        "state": "partially_delivered",
        "parcels": [FULL_PARCEL, FULL_VOIDED],
        "warnings": ["One.", "Two."],
        "as_of": "2026-03-05T12:00:00Z",
        "order_number": "A-100",
        "matched_by": "number",
        "attention": [
            {
                "code": "delivered_in_part",
                "severity": "act",
                "tracking_number": "00340434161094021501",
                "since": "2026-03-04",
                "days": 1,
                "message": "Only a part of the parcel was delivered on March 4, 2026.",
                "next_steps": ["Hand over to a person."],
            }
        ],
        "ship_by_date": "2026-03-06T00:00:00",
        "hold_until_date": "2026-03-07T00:00:00Z",
        "returns": [FULL_VOIDED],
    }
}


def ordered(value: Any) -> Any:
    """A value in which the order of keys counts too."""
    if isinstance(value, dict):
        return [(key, ordered(each)) for key, each in value.items()]
    return [ordered(each) for each in value] if isinstance(value, list) else value


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
        {
            "shipstation": {
                "order_id": "B-1",
                "tracking": None,
                "state": "not_shipped",
                "parcels": [],
                "warnings": [],
                "as_of": "2026-03-05T12:00:00Z",
                "order_number": None,
                "matched_by": None,
                "attention": [],
                "ship_by_date": None,
                "hold_until_date": None,
                "returns": [],
            }
        }
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
    told = {key for key, value in tracking.items() if value not in (None, [])}
    assert told == {"events", "state", "items_known"}
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
        assert all(type(leaf) in (str, bool, int, float, type(None)) for leaf in leaves(printed))
    documented, full = response.to_dict()["shipstation"], response.to_dict("full")["shipstation"]
    assert documented["order_id"] == full["order_id"] == response.order_id
    assert full["state"] == response.state
    assert [parcel["state"] for parcel in full["parcels"]] == [parcel.state for parcel in response.parcels]


def leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for each in value.values() for leaf in leaves(each)]
    return [leaf for each in value for leaf in leaves(each)] if type(value) is list else [value]


# --- the newest events alone ------------------------------------------------------------------------------------------


def scan(name: str, **times: Any) -> ParcelEvent:
    return ParcelEvent(description=name, **times)


def with_events(*events: ParcelEvent) -> TrackOrderResponse:
    parcel = attrs.evolve(PARCEL, events=events)
    back = attrs.evolve(parcel, is_return_label=True)
    return attrs.evolve(RESPONSE, tracking=parcel, parcels=(parcel, back), returns=(back,))


OUT_OF_ORDER = (
    scan("third", occurred_at=datetime(2026, 3, 3, 12, tzinfo=UTC)),
    scan("without a time"),
    scan("first", occurred_at=datetime(2026, 3, 1, 12, tzinfo=UTC)),
    scan("fourth", carrier_occurred_at=datetime(2026, 3, 4, 12)),
    scan("second", occurred_at=datetime(2026, 3, 2, 12, tzinfo=UTC)),
)


@pytest.mark.parametrize(
    ("max_events", "kept"),
    [
        (0, []),
        (1, ["fourth"]),
        (2, ["third", "fourth"]),
        (4, ["third", "first", "fourth", "second"]),
        (5, ["third", "without a time", "first", "fourth", "second"]),
        (50, ["third", "without a time", "first", "fourth", "second"]),
    ],
)
def test_the_newest_events_by_time_are_kept_in_the_order_of_the_api_and_the_full_format_says_how_many_are_not(
    max_events: int, kept: list[str]
) -> None:
    full = with_events(*OUT_OF_ORDER).to_dict("full", max_events)["shipstation"]
    assert full["tracking"] is not None
    for parcel in (full["tracking"], *full["parcels"], *full["returns"]):
        assert [event["description"] for event in parcel["events"]] == kept
        assert parcel["events_omitted"] == len(OUT_OF_ORDER) - len(kept)
    documented = with_events(*OUT_OF_ORDER).to_dict(max_events=max_events)["shipstation"]["tracking"]
    assert documented is not None
    assert [event["description"] for event in documented["events"]] == kept
    assert list(documented) == list(json.loads(DOCUMENTED)["shipstation"]["tracking"])


def test_a_carriers_own_time_with_an_offset_outranks_a_time_in_utc_that_is_hours_off() -> None:
    pacific = timezone(timedelta(hours=-7))
    arrived = scan(
        "arrived",
        carrier_occurred_at=datetime(2026, 3, 3, 9, tzinfo=pacific),  # 16:00 UTC
        occurred_at=datetime(2026, 3, 3, 9, tzinfo=UTC),
    )
    left = scan("left", occurred_at=datetime(2026, 3, 3, 12, tzinfo=UTC))
    printed = with_events(left, arrived).to_dict("full", 1)["shipstation"]["parcels"][0]["events"]
    assert [event["description"] for event in printed] == ["arrived"]


def test_events_of_the_same_time_are_kept_as_the_api_orders_them() -> None:
    same = datetime(2026, 3, 3, 12, tzinfo=UTC)
    events = [scan(str(number), occurred_at=same) for number in range(4)]
    printed = with_events(*events).to_dict("full", 2)["shipstation"]["parcels"][0]["events"]
    assert [event["description"] for event in printed] == ["0", "1"]


@pytest.mark.parametrize("max_events", [-1, True, 1.0, "3"])
def test_a_number_of_events_that_is_none_is_a_value_error(max_events: Any) -> None:
    with pytest.raises(ValueError, match="max_events must be a whole number of 0 or more"):
        RESPONSE.to_dict("full", max_events)


# --- what is said of an order that is not all delivered ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("order", "parcel", "said"),
    [
        ("delivered", "delivered", "Delivered, Front Door"),
        ("partially_delivered", "delivered", "Partially delivered"),
        ("partially_delivered", "in_transit", "Delivered, Front Door"),
        ("in_transit", "in_transit", "Delivered, Front Door"),
    ],
)
def test_a_delivered_parcel_of_an_order_that_is_not_delivered_is_told_by_the_orders_state(
    order: str, parcel: str, said: str
) -> None:
    shown = attrs.evolve(PARCEL, state=ParcelState(parcel), status_description="Delivered, Front Door")
    response = attrs.evolve(RESPONSE, state=OrderState(order), tracking=shown, parcels=(shown,))
    for response_format in ("documented", "full"):
        tracking = response.to_dict(response_format)["shipstation"]["tracking"]
        assert tracking is not None
        assert tracking["status_description"] == said
    assert response.to_dict("full")["shipstation"]["parcels"][0]["status_description"] == "Delivered, Front Door"


# --- texts from outside (R15) -----------------------------------------------------------------------------------------

HOSTILE = "\x1b[31mLeft with\u202e\U000e0041 neighbour\u2028\u2028at \u200b12\ufe0f\ud800"
CLEAN = "[31mLeft with neighbour at 12"


def every_text(model: type) -> dict[str, Any]:
    kinds = model.__annotations__
    texts = {name: HOSTILE for name, kind in kinds.items() if kind == "str | None" and name != "tracking_url"}
    return {**texts, **{name: (HOSTILE,) for name, kind in kinds.items() if kind == "tuple[str, ...]"}}


def test_no_text_of_an_answer_has_a_character_that_cannot_be_seen_or_moves_what_is_seen() -> None:
    parcel = Parcel(
        **every_text(Parcel),
        events=(ParcelEvent(**every_text(ParcelEvent)),),
        items=(ParcelItem(**every_text(ParcelItem)),),
    )
    response = TrackOrderResponse(
        order_id="1",
        state=OrderState.IN_TRANSIT,
        tracking=parcel,
        parcels=(parcel,),
        warnings=(HOSTILE,),
        as_of=datetime(2026, 3, 5, 12, tzinfo=UTC),
        order_number=HOSTILE,
    )
    printed = leaves(response.to_dict("full"))
    assert printed.count(CLEAN) >= 40
    assert not [text for text in printed if isinstance(text, str) and "\x1b" in text]
    assert response.to_json("full").encode()
    assert response.summary().isprintable()


def test_a_text_of_an_answer_is_cut_at_500_characters() -> None:
    event = ParcelEvent(description="x" * 600, city_locality="y" * 500)
    assert event.description == "x" * 499 + "…"
    assert event.city_locality == "y" * 500


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "ftp://example.com/1", "https://", "https://x/\u202e", "", None]
)
def test_a_link_of_an_answer_is_one_of_the_web_or_none(url: str | None) -> None:
    assert Parcel(tracking_url=url).tracking_url is None
    assert Parcel(tracking_url="http://example.com/t?n=1").tracking_url == "http://example.com/t?n=1"


# --- rows ------------------------------------------------------------------------------------------------------------

COLUMNS = [
    "order_id",
    "order_state",
    "is_shown",
    *(f"parcel_{name}" for name in FULL_PARCEL if name != "events"),
    *(
        f"parcel_{name}_utc"
        for name in ("ship_date", "estimated_delivery_date", "actual_delivery_date", "last_scan_at")
    ),
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
        "parcel_alternative_tracking_numbers": "0199 0200",
        "parcel_items": "2 x Blue mug; 0.5 x TEA",
        "parcel_ship_date_utc": "2026-03-02T20:10:00Z",
        "parcel_estimated_delivery_date_utc": None,
        "parcel_actual_delivery_date_utc": "2026-03-04T12:30:59Z",
        "parcel_last_scan_at_utc": "2026-03-04T12:30:00Z",
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
