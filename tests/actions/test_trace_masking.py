"""What the debugger hides: names, streets, e-mail addresses and phone numbers, and nothing else (design 2.5)."""

from __future__ import annotations

import json
import time
from typing import Any

import attrs
import pytest

from shipstation_aissist import Address, BadRequestError, TrackOrderAction
from shipstation_aissist.actions.masking import Mask, full_recipient, masked_recipient
from shipstation_aissist.actions.trace import ActionTrace
from shipstation_aissist.testing import FakeShipStation

PERSON = {
    "recipient": "Marisol van der Berg-Quill",
    "street": "525 S Winchester Blvd",
    "phone": "+1 (408) 555-0142",
    "email": "marisol.q@example.com",
}
PERSONAL = ["Marisol", "Berg-Quill", "525 S Winchester", "555-0142", "4085550142", "marisol.q", "Tomás", "Ibarra"]


def talkative(**options: Any) -> ActionTrace:
    """An order whose carrier, warnings and errors tell everything about its recipient."""
    fake = FakeShipStation()
    fake.add_order("12345", **PERSON)  # type: ignore[arg-type]
    stranger = fake.add_order("123456", recipient="Tomás Ibarra", street="9 Elm Row", email="tomas@example.org")
    fake.shipment_number_match = "prefix"
    fake.buy_label("12345")
    fake.scan("12345", description="Held for MARISOL VAN DER  BERG-QUILL, call 408-555-0142")
    fake.deliver(
        "12345",
        signed_by="T IBARRA-OSEI",
        description="Signed by T IBARRA-OSEI at 525 S WINCHESTER BLVD (4085550142, marisol.q@example.com)",
    )
    assert stranger.shipments
    return TrackOrderAction(fake.client(**options)).debug("12345")


def views(trace: ActionTrace, *, reveal: bool = False) -> dict[str, str]:
    return {
        "text": trace.to_text(reveal=reveal),
        "html": trace.to_html(reveal=reveal),
        "json": json.dumps(trace.to_dict(reveal=reveal), ensure_ascii=False),
    }


@pytest.mark.parametrize("view", ["text", "html", "json"])
def test_no_view_shows_the_personal_data_of_the_recipient_a_stranger_or_a_signer(view: str) -> None:
    shown = views(talkative())[view].casefold()
    for text in [*PERSONAL, "IBARRA-OSEI", "9 Elm Row", "tomas@"]:
        assert text.casefold() not in shown


def test_the_string_and_the_repr_are_masked_too() -> None:
    trace = talkative()
    assert str(trace) == trace.to_text()
    assert trace._repr_html_() == trace.to_html()
    assert "Marisol" not in repr(trace)
    assert repr(trace).startswith("ActionTrace('12345', delivered, ")


@pytest.mark.parametrize("view", ["text", "html", "json"])
def test_reveal_shows_it(view: str) -> None:
    shown = views(talkative(), reveal=True)[view]
    assert "Marisol van der Berg-Quill, 525 S Winchester Blvd" in shown
    assert "marisol.q@example.com" in shown
    assert "+1 (408) 555-0142" in shown


def test_what_is_needed_for_finding_a_fault_stays() -> None:
    trace = talkative()
    assert trace.response is not None
    assert trace.response.tracking is not None
    for shown in views(trace).values():
        for needed in ("12345", "se-250001", "se-350001", trace.response.tracking.tracking_number, "DELIVERED"):
            assert str(needed) in shown


def test_the_attributes_of_a_trace_are_not_masked() -> None:
    response = talkative().response
    assert response is not None
    assert response.parcels[0].events[0].description == (
        "Signed by T IBARRA-OSEI at 525 S WINCHESTER BLVD (4085550142, marisol.q@example.com)"
    )


@pytest.mark.parametrize("order_id", ["marisol.q@example.com", "+1 (408) 555-0142", "408-555-0142", "(408) 555-0142"])
def test_what_a_customer_typed_in_place_of_an_order_id_is_masked(order_id: str) -> None:
    trace = TrackOrderAction(FakeShipStation().client()).debug(order_id)
    assert trace.order_id == order_id
    for shown in [*views(trace).values(), repr(trace)]:
        assert order_id not in shown


def test_an_id_that_becomes_part_of_a_path_is_masked_there() -> None:
    fake = FakeShipStation()
    trace = TrackOrderAction(fake.client(), order_key="shipment_id").debug("jo@example.com")
    for shown in views(trace).values():
        assert "jo@example.com" not in shown
        assert "jo%40example.com" not in shown


def test_what_an_error_of_the_api_says_of_a_person_is_masked() -> None:
    error = BadRequestError("ShipStation answered 400 (no route to Marisol at 525 S Winchester Blvd)")
    trace = attrs.evolve(talkative(), response=None, error=error)
    for shown in views(trace).values():
        assert "no route to *** at ***" in shown


MASKED = [
    ("Write to jo.doe+x@mail.example.co.uk.", "Write to ***."),
    ("Call +49 171 1234567 or 555-555-5555!", "Call *** or ***!"),
    ("Call (555) 555-5555, 1-555-555-5555, 555.555.5555", "Call ***, ***, ***"),
    ("Signed by J DOE.", "Signed by ***."),
    ("Signed for by: J. Doe", "Signed for by: ***. Doe"),
    ("Delivered, left with MARY SMITH, Greenwood", "Delivered, left with ***, Greenwood"),
    ("Received by MARY", "Received by ***"),
]
KEPT = [
    "9400111899223197428490",
    "771234567899",
    "1Z999AA10123456784",
    "SHOPIFY-123456789",
    "112-1234567-1234567",
    "5551234567",
    "se-415302",
    "2026-01-15T12:00:00+05:30",
    "2026-01-15T12:00:00-07:00",
    "https://tools.usps.com/go/TrackConfirmAction?tLabels=9400111899223197428490",
    "Left with individual",
    "Left with the neighbor at 12",
    "Received by carrier facility",
    "GET labels/se-350001/track -> 200 in 0.12 s, attempt 2",
]


@pytest.mark.parametrize(("text", "masked"), MASKED)
def test_what_has_the_form_of_personal_data_is_masked_without_being_known(text: str, masked: str) -> None:
    assert Mask()(text) == masked


@pytest.mark.parametrize("text", KEPT)
def test_numbers_ids_dates_and_plain_words_are_not_mistaken_for_personal_data(text: str) -> None:
    assert Mask()(text) == text


def test_known_names_are_found_in_any_case_and_spacing_but_only_as_whole_words() -> None:
    mask = Mask(names=["Ann Lee-Post"], phones=["0171 / 123 45 67"])
    assert mask("ANN   LEE-POST, ann, Lee-Post: announced at Post Office") == "***, ***, ***: announced at Post Office"
    assert mask("call 0171/1234567 or 01711234567, not 901711234567") == "call *** or ***, not 901711234567"


def test_a_phone_number_that_is_too_short_to_be_one_is_not_looked_for() -> None:
    assert Mask(phones=["123456", "ext."])("parcel 123456") == "parcel 123456"


def test_names_in_a_writing_without_blanks_are_found_inside_a_sentence() -> None:
    assert Mask(names=["山田太郎"])("山田太郎様へ配達") == "***様へ配達"


def test_masking_a_long_text_takes_no_long_time() -> None:
    started = time.perf_counter()
    for text in ("a" * 200_000, "1 " * 100_000, "a@" * 100_000, "+1" * 100_000, "(" * 200_000):
        Mask(names=["Jordan Doe"])(text)
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        (Address(name="Jordan Doe", postal_code="29646", country_code="US"), "J*** D***, US 29***"),
        (Address(name="Jordan Doe"), "J*** D***"),
        (Address(company_name="Acme Ltd", postal_code="101", country_code="IS"), "A*** L***, IS ***"),
        (Address(country_code="US"), "US"),
        (Address(), ""),
    ],
)
def test_a_masked_recipient_can_be_told_from_another_but_not_be_found(address: Address, masked: str) -> None:
    assert masked_recipient(address) == masked


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
