"""What the debugger shows without being asked to reveal: ids, numbers, codes, states, dates, counts, towns; no text."""

from __future__ import annotations

import json
from typing import Any

import attrs
import pytest

from shipstation_aissist import (
    Address,
    AmbiguousOrderError,
    APIConnectionError,
    APITimeoutError,
    BadRequestError,
    MalformedResponseError,
    RateLimitError,
    ShipStationError,
    TrackOrderAction,
)
from shipstation_aissist.actions.masked import HIDDEN, carrier, code, hider, number, typed, word
from shipstation_aissist.actions.received import full_recipient
from shipstation_aissist.actions.trace import ActionTrace
from shipstation_aissist.errors import ErrorDetail
from shipstation_aissist.testing import FakeShipStation

PERSON = {
    "recipient": "Zoë van der Berg-Quill",
    "street": "525 S Winchester Blvd",
    "phone": "+1 (408) 555-0142",
    "email": "zoe.q@example.com",
    "postal_code": "29646",
}
SAID = [
    "Held for ZOE VAN DER BERG QUILL, call 408-555-0142",
    "Signed by T IBARRA-OSEI at 525 S WINCHESTER BLVD (4085550142, zoe.q@example.com)",
    "Zugestellt an Nachbar Müller",
    "Remis au voisin M. Lefèvre",
    "Entregado a la vecina Sra. Núñez",
    "山田太郎様へ配達",
]
PERSONAL = [
    *("Zoë", "ZOE", "Berg", "525 S", "555-0142", "4085550142", "zoe.q", "IBARRA", "Tomás", "9 Elm Row", "tomas@"),
    *("Müller", "Lefèvre", "Núñez", "山田", "29646"),
]


def talkative() -> ActionTrace:
    """An order of which the carrier and the merchant tell everything about its recipient and a neighbour."""
    fake = FakeShipStation()
    fake.add_order("12345", **PERSON)  # type: ignore[arg-type]
    fake.add_order("123456", recipient="Tomás Ibarra", street="9 Elm Row", email="tomas@example.org")
    fake.shipment_number_match = "prefix"
    fake.buy_label("12345")
    for text in SAID:
        fake.scan("12345", description=text, extra={"carrier_status_description": text, "postal_code": "29646"})
    fake.deliver("12345", signed_by="T IBARRA-OSEI", description=SAID[1])
    fake.rewrite(
        lambda body: {**body, "exception_description": SAID[0], "tracking_url": "https://x.example/Zoë?to=525+S"},
        path="/track",
    )
    return TrackOrderAction(fake.client()).debug("12345")


def views(trace: ActionTrace, *, reveal: bool = False) -> dict[str, str]:
    shown = {
        "text": trace.to_text(reveal=reveal),
        "html": trace.to_html(reveal=reveal),
        "json": json.dumps(trace.to_dict(reveal=reveal), ensure_ascii=False),
    }
    return shown if reveal else {**shown, "str": str(trace), "repr": repr(trace), "notebook": trace._repr_html_()}


@pytest.mark.parametrize("view", ["text", "html", "json", "str", "repr", "notebook"])
def test_no_view_shows_a_text_of_the_wire_whatever_its_language(view: str) -> None:
    shown = views(talkative())[view].casefold()
    for text in [*PERSONAL, *SAID]:
        assert text.casefold() not in shown


def test_a_text_in_place_of_a_country_code_is_not_shown() -> None:
    fake = FakeShipStation()
    fake.add_order("12345", country_code="Entregar a la vecina Sra. Quintana")
    trace = TrackOrderAction(fake.client()).debug("12345")
    for shown in views(trace).values():
        assert "Quintana" not in shown
    assert "Quintana" in trace.to_text(reveal=True)


@pytest.mark.parametrize("view", ["text", "html", "json"])
def test_reveal_shows_all_of_it(view: str) -> None:
    shown = views(talkative(), reveal=True)[view]
    said = SAID if view != "text" else ["Signed by T IBARRA-OSEI at 525 S WINCHESTER BLVD"]  # the newest scan alone
    for text in ("Zoë van der Berg-Quill, 525 S Winchester Blvd", "zoe.q@example.com", "+1 (408) 555-0142", *said):
        assert text in shown


def test_what_is_needed_for_finding_a_fault_stays() -> None:
    trace = talkative()
    assert trace.response is not None
    assert trace.response.tracking is not None
    needed = ("12345", "se-250001", "se-350001", trace.response.tracking.tracking_number, "DELIVERED", "GREENWOOD")
    for name in ("text", "html", "json"):
        for text in needed:
            assert str(text) in views(trace)[name]


def test_a_masked_answer_has_every_key_of_the_full_format_and_its_codes_states_and_dates() -> None:
    trace = talkative()
    assert trace.response is not None
    masked = trace.to_dict()["response"]["shipstation"]
    full = trace.response.to_dict("full")["shipstation"]
    assert list(masked) == list(full)
    assert list(masked["tracking"]) == list(full["tracking"])
    for name in (
        "state",
        "status_code",
        "status_detail_code",
        "carrier_code",
        "actual_delivery_date",
        "tracking_number",
    ):
        assert masked["tracking"][name] == full["tracking"][name]
    assert masked["tracking"]["status_description"] == "Delivered"
    assert masked["tracking"]["tracking_url"].startswith("https://tools.usps.com/")
    assert {event["description"] for event in masked["tracking"]["events"]} == {None}
    assert [event["occurred_at"] for event in masked["tracking"]["events"]] == [
        event["occurred_at"] for event in full["tracking"]["events"]
    ]


def test_the_attributes_of_a_trace_are_not_masked() -> None:
    response = talkative().response
    assert response is not None
    assert SAID[1] in {event.description for event in response.parcels[0].events}


def test_a_carrier_and_a_number_that_somebody_typed_are_no_code_and_no_number() -> None:
    fake = FakeShipStation()
    fake.add_order("77")
    fake.mark_shipped("77", carrier="Jordan Doe's van", tracking_number="by hand to Jordan Doe")
    trace = TrackOrderAction(fake.client()).debug("77")
    assert trace.response is not None
    for shown in views(trace).values():
        assert "Jordan" not in shown
    assert "Jordan Doe's van" in trace.to_text(reveal=True)


# --- what was typed --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "order_id",
    ["zoe.q@example.com", "+1 (408) 555-0142", "408-555-0142", "Zoë van der Berg-Quill", "525 S Winchester Blvd", "?"],
)
def test_what_a_customer_typed_in_place_of_an_order_id_is_masked(order_id: str) -> None:
    trace = TrackOrderAction(FakeShipStation().client()).debug(order_id)
    assert trace.order_id == order_id
    for shown in views(trace).values():
        assert order_id not in shown


@pytest.mark.parametrize(
    "order_id",
    ["12345", "#1001", "SHOPIFY-12345", "111-1234567-1234567", " 1001 ", "Order no. 1001", "№ 1001", "1001."],
)
def test_an_order_number_is_shown_as_it_was_typed(order_id: str) -> None:
    assert typed(order_id) == order_id


def test_an_id_that_becomes_part_of_a_path_is_masked_there() -> None:
    trace = TrackOrderAction(FakeShipStation().client(), order_key="shipment_id").debug("jo@example.com")
    for shown in views(trace).values():
        assert "jo@example.com" not in shown
        assert "jo%40example.com" not in shown
    assert "GET shipments/*** -> 404" in str(trace)


# --- errors ----------------------------------------------------------------------------------------------------------

WORDS = "no route to Zoë at 525 S Winchester Blvd"
ERRORS: list[tuple[ShipStationError, str]] = [
    (
        BadRequestError(
            f"ShipStation answered 400 ({WORDS})",
            status_code=400,
            request_id="7c1d-22",
            errors=[
                ErrorDetail(error_code="invalid_field_value", field_name="ship_to.name", message=WORDS),
                ErrorDetail(error_code=WORDS, field_name=WORDS),
            ],
        ),
        "Status 400: invalid_field_value (ship_to.name), *** (***). Request id: 7c1d-22.",
    ),
    (RateLimitError(WORDS, status_code=429, retry_after=2.5), "Status 429. It may be asked again after 2.5 s."),
    (MalformedResponseError(WORDS, problems=("$.labels[0].label_id",)), "$.labels[0].label_id"),
    (APITimeoutError(WORDS), "The time ran out before a complete reply arrived."),
    (APIConnectionError(WORDS), "No complete reply arrived."),
    (AmbiguousOrderError("several orders (stores: se-1)", store_ids=("se-1",)), "several orders (stores: se-1)"),
]


@pytest.mark.parametrize(("error", "told"), ERRORS, ids=lambda each: type(each).__name__)
def test_an_error_is_told_by_its_status_codes_and_fields_alone(error: ShipStationError, told: str) -> None:
    trace = attrs.evolve(talkative(), response=None, error=error)
    for shown in views(trace).values():
        assert "Zoë" not in shown
        assert "Winchester" not in shown
    assert told in str(trace)
    assert str(error) in trace.to_text(reveal=True)


def test_what_the_api_said_at_an_attempt_is_not_in_its_step() -> None:
    fake = FakeShipStation()
    fake.add_order("12345")
    fake.fail_next(429, retry_after=1)
    trace = TrackOrderAction(fake.client()).debug("12345")
    for shown in views(trace).values():
        assert "exceeded the rate limit" not in shown
    assert "exceeded the rate limit" in trace.to_text(reveal=True)
    assert "-> 429 in 0.00 s: RateLimitError: rate_limit_exceeded\n" in str(trace)


# --- the forms of ids, numbers and codes -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "shown", "hidden"),
    [
        (word, ["se-415302", "SEAuto-99", "a/b"], ["se 1", "jo@example.com", "<b>", ""]),
        (number, ["9400110000000000000001", "#1001", "Ä-7"], ["Jordan", "by hand 1", "(408)555-0142", ""]),
        (code, ["IT", "CARRIER_STATUS_NOT_MAPPED", "usps_ground_advantage"], ["In Transit", "Zoë", "x\u202e", ""]),
    ],
)
def test_an_id_a_number_and_a_code_are_shown_if_they_have_the_form_of_one(
    form: Any, shown: list[str], hidden: list[str]
) -> None:
    assert [form(text) for text in shown] == shown
    assert {form(text) for text in hidden} == {HIDDEN}
    assert form(None) is None


def test_a_carrier_that_the_library_knows_or_the_api_names_by_code_is_shown() -> None:
    assert carrier("usps", is_code=False) == "usps"
    assert carrier("globegistics", is_code=True) == "globegistics"
    assert carrier("Jordan", is_code=False) == HIDDEN
    assert carrier(None, is_code=False) is None


def test_a_sentence_that_quotes_an_id_without_the_form_of_one_hides_it() -> None:
    fake = FakeShipStation()
    fake.add_order("77", store_id="the shop of Zoë")
    trace = TrackOrderAction(fake.client()).debug("77")
    hide = hider("jo doe", (value for record in trace.records for value in record.quotable()))
    assert hide("stores: the shop of Zoë, asked for jo doe") == "stores: ***, asked for ***"
    assert hide("GET shipments/jo%20doe/track: trying again in 2.00 s") == (
        "GET shipments/***/track: trying again in 2.00 s"
    )


def test_a_full_recipient_is_everything_that_is_known() -> None:
    address = Address(
        name="Jordan Doe",
        company_name="Acme",
        address_line1="1 Elm St",
        address_line2="Apt 2",
        city_locality="Greenwood",
        state_province="SC",
        postal_code="29646",
        country_code="US",
        email="jo@example.com",
        phone="555-555-5555",
    )
    assert full_recipient(address) == (
        "Jordan Doe, Acme, 1 Elm St, Apt 2, Greenwood SC 29646 US, jo@example.com, 555-555-5555"
    )
