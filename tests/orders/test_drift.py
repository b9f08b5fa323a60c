"""What the library does not know of the API's words is told, once per client, as a step."""

from __future__ import annotations

import pytest

from shipstation_aissist import Label, Page, Shipment, TraceStep, TrackEvent, TrackingInformation, TrackOrderAction
from shipstation_aissist.orders.drift import unknown_in
from shipstation_aissist.testing import FakeShipStation, sandbox


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (Shipment(shipment_id="se-1", shipment_status="teleporting"), ["shipment_status 'teleporting'"]),
        (Shipment(shipment_id="se-1", shipment_status="On_Hold"), []),
        (Shipment(shipment_id="se-1", shipment_status="canceled"), []),
        (Shipment(shipment_id="se-1"), []),
        (
            Label(label_id="se-1", status="melted", tracking_status="beamed", carrier_code="moon_mail"),
            ["status of a label 'melted'", "tracking_status 'beamed'", "carrier_code 'moon_mail'"],
        ),
        (Label(label_id="se-1", status="completed", tracking_status="in_transit", carrier_code="stamps_com"), []),
        (
            TrackingInformation(
                status_code="ZZ",
                carrier_code="ups",
                events=(TrackEvent(status_code="it", status_detail_code="PARCEL_SUNG_TO"),),
            ),
            ["status_code 'ZZ'", "status_detail_code 'PARCEL_SUNG_TO'"],
        ),
        (TrackingInformation(status_code="DE", status_detail_code="POST_TRANSIT_STATUS"), []),
        (TrackingInformation(status_code="left with Zoë"), ["status_code of a form that no code has"]),
        (Page(items=(Shipment(shipment_id="se-1", shipment_status="x"),)), ["shipment_status 'x'"]),
        ("anything else", []),
    ],
)
def test_each_code_status_and_carrier_that_is_not_known_has_a_sentence(value: object, told: list[str]) -> None:
    assert list(unknown_in(value)) == [f"The {what} is not known to this version of the library." for what in told]


def test_the_sandbox_has_no_word_that_is_not_known() -> None:
    fake = sandbox()
    heard: list[TraceStep] = []
    action = TrackOrderAction(fake.client(on_event=heard.append))
    for order in fake.orders:
        action.run(order.number)
    assert not [step for step in heard if step.rule == "drift"]


def test_a_word_that_is_not_known_is_told_once_per_client() -> None:
    fake = FakeShipStation()
    fake.add_order("1")
    fake.add_order("2")
    for number in ("1", "2"):
        fake.buy_label(number, tracking_extra={"status_code": "ZZ"})
        fake.scan(number, extra={"status_detail_code": "PARCEL_SUNG_TO"})
    heard: list[TraceStep] = []
    client = fake.client(on_event=heard.append)
    trace = TrackOrderAction(client).debug("1")
    again = TrackOrderAction(client.with_options(timeout=20)).debug("2")
    drift = [step.what for step in heard if step.rule == "drift"]
    assert [what.split(" is ")[0] for what in drift] == [
        "The status_code 'ZZ'",
        "The status_detail_code 'PARCEL_SUNG_TO'",
    ]
    assert [step.what for step in trace.steps if step.rule == "drift"] == drift
    assert not [step for step in again.steps if step.rule == "drift"]
    assert drift[0] in str(trace)
    other = TrackOrderAction(fake.client()).debug("1")
    assert [step.what for step in other.steps if step.rule == "drift"] == drift


def test_a_server_that_makes_up_words_does_not_fill_the_memory_or_the_log() -> None:
    fake = FakeShipStation()
    fake.add_order("1")
    fake.buy_label("1")
    fake.scan("1")
    words = iter(range(10_000))
    fake.rewrite(
        lambda body: {**body, "events": [{"status_code": f"Z{next(words)}"} for _ in range(1_500)]}, path="/track"
    )
    heard: list[TraceStep] = []
    TrackOrderAction(fake.client(on_event=heard.append)).run("1")
    assert len([step for step in heard if step.rule == "drift"]) == 1_000
