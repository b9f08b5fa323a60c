"""A recording holds nothing of a customer, and its replay gives the same answer."""

from __future__ import annotations

import json
import pickle
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from shipstation_aissist import (
    AmbiguousOrderError,
    AuthenticationError,
    InvalidOrderIdError,
    OrderNotFoundError,
    ShipStationError,
    TrackOrderAction,
    TrackOrderResponse,
)
from shipstation_aissist.pseudonyms import Pseudonyms
from shipstation_aissist.recording import Recording, record
from shipstation_aissist.testing import FakeShipStation
from shipstation_aissist.testing.recorded import RecordingError

PERSON: dict[str, Any] = {
    "recipient": "Ada Lovelace",
    "phone": "+1 864 555 0142",
    "email": "ada@analytical.example",
    "street": "12 Difference Engine Road",
    "city": "Honea Path",
    "postal_code": "29654",
}
SECRETS = ("Ada", "Lovelace", "5550142", "555 0142", "analytical", "Difference", "Honea", "29654", "GEHEIM", "100177")


def account() -> FakeShipStation:
    fake = FakeShipStation()
    order = fake.add_order("GEHEIM-100177", **PERSON, items=["A gift for Ada"])
    label = fake.buy_label(order)
    fake.scan(label, description="Handed to Ada's neighbour Lovelace")
    fake.deliver(label, description="Delivered", signed_by="A LOVELACE", city="HONEA PATH")
    return fake


def replayed(recording: Recording, folder: Path) -> TrackOrderResponse:
    file = folder / "case.json"
    recording.save(file)
    fake = FakeShipStation.from_recording(file)
    with fake.client() as client:
        return TrackOrderAction(client).run(recording.order_id, postal_code=recording.postal_code)


def test_nothing_of_the_customer_is_in_a_recording() -> None:
    with account().client() as client:
        written = record(client, "#geheim-100177", postal_code="29654-1234", email="ADA@analytical.example").to_json()
    for secret in SECRETS:
        assert secret.casefold() not in written.casefold()


def test_the_replay_gives_the_same_states_flags_and_codes(tmp_path: Path) -> None:
    fake = account()
    second = fake.buy_label("GEHEIM-100177", tracking_number="1Z999AA10123456784")
    fake.void(second)
    with fake.client() as client:
        before = TrackOrderAction(client).run("GEHEIM-100177", postal_code="29654")
        recording = record(client, "GEHEIM-100177", postal_code="29654")
    after = replayed(recording, tmp_path)

    def told(response: TrackOrderResponse) -> list[Any]:
        return [
            response.state,
            [
                (each.state, each.status_code, each.voided, each.is_return_label, len(each.events))
                for each in response.parcels
            ],
            len(response.warnings),
            response.matched_by,
        ]

    assert told(after) == told(before)
    assert recording.state == str(before.state)
    assert json.loads((tmp_path / "case.json").read_text())["order_id"] == recording.order_id
    assert next(iter(json.loads(recording.to_json()))) == "order_id"


def test_an_answer_that_is_an_error_is_recorded_too(tmp_path: Path) -> None:
    fake = FakeShipStation()
    fake.add_order("1001", postal_code="29646", recipient="Ada Lovelace")
    fake.add_order("1001", postal_code="10001", recipient="Grace Hopper")
    with fake.client() as client:
        recording = record(client, "1001")
    assert recording.state == "AmbiguousOrderError"
    with pytest.raises(AmbiguousOrderError):
        replayed(recording, tmp_path)


def test_faults_of_the_api_are_part_of_the_replay(tmp_path: Path) -> None:
    fake = account()
    fake.fail_next(404, times=5, path="/track")
    with fake.client() as client:
        recording = record(client, "GEHEIM-100177")
    response = replayed(recording, tmp_path)
    assert response.state == recording.state
    assert any("could not be read" in warning for warning in response.warnings)


def test_a_field_that_is_not_known_to_be_harmless_is_dropped() -> None:
    fake = account()
    fake.add_order("7", extra={"notes_from_customer": "for Ada", "custom_field": {"deep": "Ada"}})
    with fake.client() as client:
        written = record(client, "7").to_json()
    assert "notes_from_customer" not in written
    assert "custom_field" not in written
    assert "Ada" not in written


def test_the_same_becomes_the_same_wherever_it_stands() -> None:
    names = Pseudonyms(seed=7)
    number = "9400111899223100001234"
    made = names.number(number)
    assert names.number(number) == made != number
    assert names.number("9400 1118 9922 3100 0012 34").replace(" ", "") == made
    assert names.number("420296469400111899223100001234").endswith(made)
    assert names.number("420296469400111899223100001234").startswith("420")
    assert names.number("se-123").startswith("se-")
    assert names.number("#1001") == "#" + names.number("1001")
    assert names.number("shop-1001").upper() == names.number("SHOP-1001")
    assert names.number("00042").startswith("000")
    assert names.number(" # ") == " # "


def test_two_spellings_of_a_person_stay_two_spellings_of_one_person() -> None:
    names = Pseudonyms(seed=7)
    this, other = names.words("José García"), names.words("JOSE GARCIA")
    assert this.casefold() == other.casefold()
    assert this != other
    assert names.postal_code("29646-1234").startswith(names.postal_code("29646"))
    assert names.postal_code("00000") == "00000"
    assert names.email("A@x.example") == names.email("a@X.example ")
    assert names.phone("on request") == ""


def test_dates_move_by_whole_weeks_all_alike() -> None:
    names = Pseudonyms(seed=7)
    before = [datetime.fromisoformat(each) for each in ("2026-03-01T10:00:00+00:00", "2026-03-04T10:00:00+00:00")]
    after = [datetime.fromisoformat(names.date(moment.isoformat())) for moment in before]
    assert after[1] - after[0] == before[1] - before[0]
    assert (after[0] - before[0]).days % 7 == 0 != (after[0] - before[0]).days
    assert len(names.date("2026-03-01")) == 10
    assert names.date("2026-13-45") == "9999-99-99"
    assert names.date("no date for Ada") == "(15 characters)"


def test_there_is_nothing_to_record_of_an_order_that_is_not_there(tmp_path: Path) -> None:
    with account().client() as client:
        with pytest.raises(OrderNotFoundError):
            record(client, "nobody's")
        with pytest.raises(InvalidOrderIdError):
            record(client, " ")
    with account().client(api_key="wrong") as client, pytest.raises(AuthenticationError):
        record(client, "GEHEIM-100177")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ("no JSON", "$"),
        ("[]", "$"),
        ('{"format": "another"}', "$.format"),
        ('{"format": "shipstation-aissist recording", "version": 99}', "$.version"),
        ('{"format": "shipstation-aissist recording", "version": 1}', "$.order_id"),
        ({"order_id": 5}, "$.order_id"),
        ({"at": "yesterday"}, "$.at"),
        ({"at": "2026-03-10T12:00:00"}, "$.at"),
        ({"replies": [1]}, "$.replies[0]"),
        ({"replies": [{"path": "labels", "query": {}, "status": 200}]}, "$.replies[0].body"),
        ({"replies": [{"path": "labels", "query": {"page": [1]}, "status": 200, "body": {}}]}, "$.replies[0].query"),
        (
            {"replies": [{"path": "x", "query": {}, "status": 429, "body": {}, "retry_after": "soon"}]},
            "$.replies[0].retry_after",
        ),
        ("[" * 100_000, "$"),
        ({"replies": [{"path": 1, "query": {}, "status": 200, "body": {}}]}, "$.replies[0].path"),
    ],
)
def test_a_file_that_is_no_recording_is_refused_by_its_json_path(document: Any, path: str, tmp_path: Path) -> None:
    if isinstance(document, dict):
        with account().client() as client:
            document = json.dumps({**json.loads(record(client, "GEHEIM-100177").to_json()), **document})
    file = tmp_path / "case.json"
    file.write_text(document)
    with pytest.raises(RecordingError) as caught:
        FakeShipStation.from_recording(file)
    assert caught.value.problems == (path,)
    assert isinstance(caught.value, ShipStationError)
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), again.problems) == (str(caught.value), (path,))
