"""An account full of names tells none of them in a recording, and a replay answers as the account did."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

from shipstation_aissist import (
    ShipStationClient,
    ShipStationError,
    TrackOrderAction,
    TrackOrderResponse,
)
from shipstation_aissist.recording import Recording, record
from shipstation_aissist.testing import FakeShipStation

NUMBER = "9400111899223100001234"
PERSONS = {
    "name": "Adalyne Quixworth",
    "phone": "+1 864 555 0142",
    "email": "adalyne@quixworth-mail.example",
    "company_name": "Zephyrine Gmbh",
    "address_line1": "12345 Wolkenstrasse",
    "address_line2": "Hinterhaus Krowtschak",
    "address_line3": "Buzzer Yolanthe",
    "city_locality": "Xanthippe Springs",
    "instructions": "Ring at Mortimer's",
    "geolocation": [{"type": "what3words", "value": "filled.count.Soapfish"}],
}
WORDS = [
    "adalyne",
    "quixworth",
    "5550142",
    "zephyrine",
    "wolkenstrasse",
    "hinterhaus",
    "krowtschak",
    "yolanthe",
    "xanthippe",
    "mortimer",
    "soapfish",
    "geschenk",
    "ottilie",
    "sesquipedal",
    "ornithopter",
    "perpetua",
    "signerius",
    "podpicture",
    "34.123456",
    "hieronymus",
    "felicitas",
    "kasimir",
    "gertrudis",
    "leopoldine",
    "100177",
    "9400111899223100001234",
]


def full_of_names() -> FakeShipStation:
    fake = FakeShipStation()
    order = fake.add_order("GERTRUDIS-100177", postal_code="29654", items=["Geschenk for Ottilie"])
    order.shipments[0].extra.update(
        notes_from_buyer="for Sesquipedal",
        notes_for_gift="love, Perpetua",
        tags=[{"name": "Ornithopter"}, "Ornithopter"],
        requested_shipment_service="Hieronymus express",
        assigned_user="Felicitas",
        advanced_options={"custom_field1": "Kasimir"},
        customs={"contents_explanation": "Leopoldine"},
        service_code="Leopoldine parcel",
        hold_until_date="when Leopoldine is back",
    )
    label = fake.buy_label(order, tracking_number=NUMBER)
    fake.scan(label, description="Handed to Ottilie Krowtschak")
    fake.deliver(label, signed_by="Signerius", city="XANTHIPPE SPRINGS")

    def add_names(body: Any) -> Any:
        for shipment in body.get("shipments", []):
            shipment["ship_to"].update(PERSONS)
            shipment["items"] = [*shipment["items"], "Geschenk", ["Ottilie"], 5]
        for holder in (body, *body.get("labels", [])):
            holder["exception_description"] = "Refused by Adalyne"
            holder["errors"] = [{"message": "Perpetua is unknown"}, "Perpetua"]
        for event in body.get("events", []):
            event.update(
                signer="Signerius",
                proof_of_delivery_url="https://podpicture.example/x",
                latitude=34.123456,
                longitude=34.123456,
                company_name="Zephyrine",
                carrier_status_description="Left with Ottilie",
                status_detail_code="Given to Ottilie",
            )
        return body

    fake.rewrite(add_names)
    return fake


def replay(recording: Recording, folder: Path) -> TrackOrderResponse:
    recording.save(folder / "case.json")
    fake = FakeShipStation.from_recording(folder / "case.json")
    with fake.client() as client:
        action = TrackOrderAction(client, order_key=recording.order_key, store_id=recording.store_id)
        return action.run(recording.order_id, postal_code=recording.postal_code, email=recording.email)


@pytest.mark.parametrize("seed", range(12))
def test_no_name_of_an_account_full_of_names_is_in_a_recording(seed: int) -> None:
    with full_of_names().client() as client:
        written = record(
            client,
            "order no. gertrudis-100177",
            postal_code="29654-0007",
            email=" ADALYNE@quixworth-mail.example",
            seed=seed,
        ).to_json()
    assert [word for word in WORDS if word in written.casefold()] == []
    assert '"29654' not in written
    for field in ("notes_", "signer", "proof_of", "latitude", "tags", "advanced_options", "instructions"):
        assert field not in written


def test_what_the_api_says_of_an_error_is_not_told_but_its_codes_are(tmp_path: Path) -> None:
    fake = full_of_names()
    fake.fail_next(404, times=5, path="/track", error_source="carrier")
    with fake.client() as client:
        recording = record(client, "GERTRUDIS-100177")
    fault = next(reply for reply in recording.replies if reply.status == 404)
    assert isinstance(fault.body, dict)
    assert fault.body["errors"] == [
        {
            "error_source": "carrier",
            "error_type": "validation",
            "error_code": "invalid_identifier",
            "message": "An error.",
        }
    ]


# --- the replay answers as the account did ---------------------------------------------------------------------------

Lives = Callable[[FakeShipStation], "str | tuple[str, dict[str, Any]]"]


def delivered(fake: FakeShipStation) -> str:
    fake.deliver(fake.add_order("1001"))
    return "#1001"


def with_handed_over_number(fake: FakeShipStation) -> str:
    fake.deliver(fake.buy_label(fake.add_order("1001"), tracking_number=NUMBER, tracked_as=f"42029646{NUMBER}"))
    return "1001"


def with_a_part_of_a_number(fake: FakeShipStation) -> str:
    fake.deliver(fake.buy_label(fake.add_order("1001"), tracking_number=f"42029646{NUMBER}", tracked_as=NUMBER))
    return "1001"


def with_a_last_mile_number(fake: FakeShipStation) -> str:
    label = fake.buy_label(
        fake.add_order("1001"), carrier="ups", alternative_numbers=["92748902"], tracked_as="92748902"
    )
    fake.deliver(label)
    return "1001"


def with_leading_zeros(fake: FakeShipStation) -> str:
    fake.deliver(fake.buy_label(fake.add_order("0001001"), tracking_number="000123456789", tracked_as="123456789"))
    return "0001001"


def in_two_stores(fake: FakeShipStation) -> str:
    for store, street in (("se-1", "1 High Street"), ("se-2", "1 HIGH ST")):
        fake.deliver(fake.add_order("1001", store_id=store, recipient="José García", street=street))
    return "1001"


def of_two_people(fake: FakeShipStation) -> str:
    fake.add_order("1001", store_id="se-1", recipient="Li Wu", street="1 High Street", phone="555-0100")
    fake.add_order("1001", store_id="se-2", recipient="Ma Xu", street="2 Low Road", phone="555-0199")
    return "1001"


def of_a_store(fake: FakeShipStation) -> tuple[str, dict[str, Any]]:
    of_two_people(fake)
    return "1001", {"store_id": "2"}


def voided(fake: FakeShipStation) -> str:
    order = fake.add_order("1001")
    fake.void(fake.buy_label(order))
    fake.scan(fake.buy_label(order))
    return "1001"


def all_voided(fake: FakeShipStation) -> str:
    fake.void(fake.buy_label(fake.add_order("1001")))
    return "1001"


def sent_back(fake: FakeShipStation) -> str:
    order = fake.add_order("1001")
    fake.deliver(order)
    fake.deliver(fake.add_return_label(order))
    return "1001"


def split(fake: FakeShipStation) -> str:
    order = fake.add_order("1001", items=["Mug", "Plate"])
    parts = fake.split(order)
    fake.deliver(parts[0])
    fake.scan(parts[1])
    return "1001"


def shipped_elsewhere(fake: FakeShipStation) -> str:
    fake.mark_shipped(fake.add_order("1001"))
    return "1001"


def on_hold(fake: FakeShipStation) -> str:
    fake.hold(fake.add_order("1001"))
    return "1001"


def cancelled(fake: FakeShipStation) -> str:
    fake.cancel(fake.add_order("1001"))
    return "1001"


def asked_for_by_tracking_number(fake: FakeShipStation) -> tuple[str, dict[str, Any]]:
    fake.deliver(fake.buy_label(fake.add_order("1001"), tracking_number=NUMBER))
    return NUMBER, {"order_key": "tracking_number"}


def asked_for_by_a_tracking_number_with_blanks(fake: FakeShipStation) -> str:
    fake.deliver(fake.buy_label(fake.add_order("1001"), tracking_number=NUMBER))
    return "9400 1118 9922 3100 0012 34"


def asked_for_by_external_id(fake: FakeShipStation) -> str:
    fake.deliver(fake.add_order("1001", external_shipment_id="Lovelace/1_a b"))
    return "Lovelace/1_a b"


def asked_for_by_shipment_id(fake: FakeShipStation) -> tuple[str, dict[str, Any]]:
    order = fake.add_order("1001")
    fake.deliver(order)
    return order.shipments[0].shipment_id, {"order_key": "shipment_id"}


def checked_by_email(fake: FakeShipStation) -> tuple[str, dict[str, Any]]:
    fake.deliver(fake.add_order("1001", email="Ada@a.example"))
    return "1001", {"email": " ada@A.example "}


def checked_by_another_email(fake: FakeShipStation) -> tuple[str, dict[str, Any]]:
    fake.deliver(fake.add_order("1001", email="ada@a.example"))
    return "1001", {"email": "grace@a.example"}


def checked_by_postal_code(code: str, typed: str, country: str) -> Lives:
    def checked(fake: FakeShipStation) -> tuple[str, dict[str, Any]]:
        fake.deliver(fake.add_order("1001", postal_code=code, country_code=country))
        return "1001", {"postal_code": typed}

    return checked


def out_for_delivery_by_its_text(fake: FakeShipStation) -> str:
    label = fake.buy_label(fake.add_order("1001"), classic=True)
    fake.accept(label)
    fake.scan(label, description="Out for Delivery, Expected Delivery by 9:00pm to Ada")
    return "1001"


def by_an_unknown_code(fake: FakeShipStation) -> str:
    fake.scan(fake.add_order("1001"))
    fake.rewrite(lambda body: {**body, "status_code": "ZZ", "status_detail_code": "NEW_THING"}, path="/track")
    return "1001"


def with_a_wrong_type(fake: FakeShipStation) -> str:
    fake.deliver(fake.add_order("1001"))

    def spoil(body: Any) -> Any:
        body["events"] = [{**event, "latitude": "x", "occurred_at": 5} for event in body["events"]]
        return body

    fake.rewrite(spoil, path="/track")
    return "1001"


def with_an_unreadable_date(fake: FakeShipStation) -> str:
    fake.deliver(fake.add_order("1001"))
    fake.rewrite(lambda body: {**body, "estimated_delivery_date": "2026-13-45"}, path="/track")
    return "1001"


def with_tracking_that_is_no_json(fake: FakeShipStation) -> str:
    fake.deliver(fake.add_order("1001"))
    fake.rewrite(lambda body: [], path="/track")
    return "1001"


LIVES: list[Lives] = [
    delivered,
    with_handed_over_number,
    with_a_part_of_a_number,
    with_a_last_mile_number,
    with_leading_zeros,
    in_two_stores,
    of_two_people,
    of_a_store,
    voided,
    all_voided,
    sent_back,
    split,
    shipped_elsewhere,
    on_hold,
    cancelled,
    asked_for_by_tracking_number,
    asked_for_by_a_tracking_number_with_blanks,
    asked_for_by_external_id,
    asked_for_by_shipment_id,
    checked_by_email,
    checked_by_another_email,
    checked_by_postal_code("29646-1234", "29646", "US"),
    checked_by_postal_code("02134", "2134", "US"),
    checked_by_postal_code("SW1A 1AA", "sw1a1aa", "GB"),
    checked_by_postal_code("10115", "D-10115", "DE"),
    checked_by_postal_code("1000001", "〒100-0001", "JP"),
    checked_by_postal_code("10115", "10116", "DE"),
    checked_by_postal_code("00000", "00000", "HK"),
    out_for_delivery_by_its_text,
    by_an_unknown_code,
    with_a_wrong_type,
    with_an_unreadable_date,
    with_tracking_that_is_no_json,
]


def told(look_up: Callable[[], TrackOrderResponse]) -> Any:
    try:
        response = look_up()
    except ShipStationError as error:
        return type(error).__name__
    dates = ("ship_date", "estimated_delivery_date", "actual_delivery_date")
    return {
        "order": (response.state, response.matched_by, response.returns and response.returns[0].state),
        "attention": [(entry.code, entry.severity, entry.days) for entry in response.attention],
        "warnings": [kind(warning) for warning in response.warnings],
        "parcels": [
            (
                *(parcel.state, parcel.status_code, parcel.status_detail_code, parcel.voided, parcel.is_return_label),
                *(parcel.items_known, len(parcel.items), parcel.carrier_code, parcel is response.tracking),
                *(getattr(parcel, name) is None for name in dates),
                [(event.state, event.status_code, event.occurred_at is None) for event in parcel.events],
            )
            for parcel in response.parcels
        ],
    }


def kind(warning: str) -> str:
    return " ".join(word for word in warning.split() if word.isalpha())


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.__name__)
def test_a_replay_has_the_same_states_flags_codes_and_warnings(life: Lives, tmp_path: Path) -> None:
    fake = FakeShipStation()
    asked = life(fake)
    order_id, options = (asked, {}) if isinstance(asked, str) else asked
    check = {name: value for name, value in options.items() if name in ("postal_code", "email")}
    settings = {name: value for name, value in options.items() if name not in check}
    with fake.client() as client:
        before = told(lambda: TrackOrderAction(client, **settings).run(order_id, **check))
        recording = record(client, order_id, **options)
    assert told(lambda: replay(recording, tmp_path)) == before


def test_a_recording_is_made_within_the_clients_timeout_and_side_by_side() -> None:
    fake = FakeShipStation()
    order = fake.add_order("1001")
    for _ in range(4):
        fake.scan(fake.buy_label(order))
    fake.fail_next("timeout", times=20, path="/track")
    with fake.client(timeout=10) as client:
        started = fake.clock.monotonic()
        with pytest.raises(ShipStationError):
            TrackOrderAction(client).run("1001")
        assert record(client, "1001").state == "APITimeoutError"
        assert fake.clock.monotonic() - started <= 22


def test_a_client_of_the_day_of_its_account_records_that_day(tmp_path: Path) -> None:
    fake = FakeShipStation()
    fake.add_order("1001", ship_by=fake.clock.now())
    fake.clock.advance(5 * 86_400)
    with fake.client() as client:
        recording = record(client, "1001")
        attention = TrackOrderAction(client).run("1001").attention
    again = replay(recording, tmp_path)
    assert [entry.code for entry in again.attention] == [entry.code for entry in attention] == ["not_shipped_on_time"]


def test_what_is_recorded_can_be_changed_only_by_hand() -> None:
    with full_of_names().client() as client, pytest.raises(attrs.exceptions.FrozenInstanceError):
        record(client, "GERTRUDIS-100177").state = "lost"  # type: ignore[misc]


def test_typing_around_a_number_is_no_part_of_a_recording() -> None:
    with full_of_names().client() as client:
        recording = record(client, "Order no. 'GERTRUDIS-100177'")
    assert " " not in recording.order_id
    assert json.loads(recording.to_json())["order_id"] == recording.order_id


@pytest.mark.anyio
async def test_a_recording_is_replayed_for_an_asynchronous_client_and_over_http_too(tmp_path: Path) -> None:
    from shipstation_aissist import AsyncTrackOrderAction

    with full_of_names().client() as client:
        recording = record(client, "GERTRUDIS-100177")
    recording.save(tmp_path / "case.json")
    fake = FakeShipStation.from_recording(tmp_path / "case.json")
    async with fake.async_client() as asynchronous:
        response = await AsyncTrackOrderAction(asynchronous).run(recording.order_id)
    with fake.serve() as server, ShipStationClient(fake.api_key, base_url=server.base_url) as client:
        again = TrackOrderAction(client).run(recording.order_id)
    assert response.state == again.state == recording.state == "delivered"


def test_a_body_that_was_no_json_is_none_in_the_replay_either(tmp_path: Path) -> None:
    fake = FakeShipStation()
    fake.deliver(fake.add_order("1001"))
    fake.fail_next("malformed", times=9, path="/track")
    with fake.client() as client:
        before = TrackOrderAction(client).run("1001").warnings
        recording = record(client, "1001")
    assert [kind(warning) for warning in replay(recording, tmp_path).warnings] == [kind(warning) for warning in before]
    assert before
