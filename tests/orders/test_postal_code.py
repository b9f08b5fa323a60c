"""Postal codes as R5 compares them."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipstation_aissist.errors import InvalidRecipientCheckError, ShipStationError
from shipstation_aissist.models import Address, Shipment
from shipstation_aissist.orders.countries import comparable_country
from shipstation_aissist.orders.query import OrderQuery
from shipstation_aissist.orders.recipients import comparable_postal_code, passes_check


def shipment(code: str | None, country: str | None) -> Shipment:
    return Shipment(shipment_id="se-1", ship_to=Address(postal_code=code, country_code=country))


@pytest.mark.parametrize(
    ("country", "address", "given_code"),
    [
        ("US", "29646", "29646"),
        ("US", "29646-1234", "29646"),
        ("US", "29646", "29646-1234"),
        ("US", "296461234", "29646"),
        ("US", "29646-1234", "29646-9999"),
        ("US", "29646 1234", "29646"),
        ("US", "04101", "4101"),
        ("US", "4101", "04101"),
        ("US", "4101-2233", "04101"),
        ("US", "601", "00601"),
        ("US", "00601", "601-1234"),
        ("US", " 29646 ", "2 9 6 4 6"),
        ("US", "US-29646", "29646"),
        ("US", "29646", "us-29646"),
        ("US", "\uff12\uff19\uff16\uff14\uff16", "29646"),
        ("us", "04101", "4101"),
        (" US ", "04101", "4101"),
        ("DE", "01067", "01067"),
        ("DE", "01067", "D E - 01067"),
        ("DE", "DE-01067", "01067"),
        ("DE", "01067", "de-01067"),
        ("DE", "10115", "101 15"),
        ("GB", "SW1A 1AA", "sw1a1aa"),
        ("GB", "SW1A1AA", "SW1A-1AA"),
        ("GB", "sw1a 1aa", " SW1A  1AA "),
        ("CA", "K1A 0B1", "k1a-0b1"),
        ("JP", "100-0001", "\uff11\uff10\uff10\uff0d\uff10\uff10\uff10\uff11"),
        ("JP", "100\u20110001", "100\u20130001"),  # hyphens that a phone's keyboard makes
        ("PL", "00-950", "00950"),
        ("NL", "1012 AB", "1012ab"),
        ("SE", "SE-111 22", "11122"),
        ("IE", "D02 X285", "\u200bd02x285\ufeff"),
        (None, "29646", "29646"),
        (None, "XX-29646", "29646"),
        ("", "4101", "4101"),
        (None, "29646-1234", "29646"),  # five or nine digits of an unknown country may be a ZIP
        (None, "296461234", "29646"),
        ("JP", "\u3012150-0002", "1500002"),
        ("JP", "150\u30fc0002", "150-0002"),  # a Japanese keyboard's long vowel mark
        ("JP", "150\uff700002", "150-0002"),
        ("DE", "D-10115", "10115"),
        ("DE", "10115", "d\u201310115"),
        ("SE", "S-111 22", "11122"),
        ("PR", "00601-1234", "00601"),
        ("PR", "601", "00601"),
        ("VI", "00802", "802"),
        ("GU", "96910-0001", "96910"),
        ("USA", "4101", "04101"),
        ("GB", "SW1A\u22121AA", "SW1A 1AA"),
    ],
)
def test_codes_that_mean_the_same_place_agree(country: str | None, address: str, given_code: str) -> None:
    assert passes_check(shipment(address, country), given_code, None)


@pytest.mark.parametrize(
    ("country", "address", "given_code"),
    [
        ("US", "29646", "29647"),
        ("US", "29646", "2964"),
        ("US", "29646", "9646"),
        ("US", "04101", "14101"),
        ("US", "29646", "ABCDE"),
        ("US", "ABCDE", "ABCDE"),
        ("US", "ABCDE", "FGHIJ"),
        ("US", "٢٩٦٤٦", "٢٩٦٤٦"),  # no digits that a US code has
        ("DE", "01067", "1067"),
        ("DE", "1067", "01067"),
        ("GB", "SW1A 1AA", "SW1A 1AB"),
        ("GB", "SW1A 1AA", "SW1A"),
        ("CA", "K1A 0B1", "K1A"),
        ("PL", "00-950", "0-950"),
        ("JP", "100-0001", "100"),
        ("MX", "04101", "4101"),
        (None, "04101", "4101"),
        (None, "29646-12", "29646"),
        ("MX", "29646-1234", "29646"),
        ("HK", "00000", "00000"),  # what shops write where there is no code: everybody's
        ("HK", "0", "0"),
        ("HK", "999077", "999077"),
        ("US", "00000", "0"),
        ("US", "999077", "99907"),
        ("AE", "N/A", "N/A"),
        ("AE", "n.a.", "NA"),
        ("AE", "none", "NONE"),
        ("AE", "Null", "null"),
        ("AE", "unknown", "UNKNOWN"),
        (None, "000000", "000000"),
        ("US", None, "29646"),
        ("DE", None, "01067"),
        ("US", "", "29646"),
        ("US", "-", "29646"),
    ],
)
def test_codes_of_other_places_or_none_at_all_never_match(
    country: str | None, address: str | None, given_code: str
) -> None:
    assert not passes_check(shipment(address, country), given_code, None)


def test_a_shipment_without_an_address_never_matches() -> None:
    assert not passes_check(Shipment(shipment_id="se-1"), "29646", None)
    assert not passes_check(Shipment(shipment_id="se-1", ship_to=Address()), "29646", None)


@pytest.mark.parametrize(
    ("code", "country", "comparable"),
    [
        (None, "US", None),
        ("", "US", None),
        (" - ", "US", None),
        ("abc", "US", None),
        ("1", "US", "00001"),
        ("123456789", "US", "12345"),
        ("02139-1234", "US", "02139"),
        ("2139-1234", "US", "02139"),
        ("139-1234", "US", "00139"),
        ("12345-67", "US", "12345"),
        ("X12345", "US", "12345"),
        ("", None, None),
        ("---", None, None),
        ("us-", None, None),
        ("a1 b2", "GB", "A1B2"),
        ("XX-YY-1", "DE", "YY1"),
        ("XYZ-1", "DE", "XYZ1"),
        ("X-1", "DE", "1"),
        ("1X-1", "DE", "1X1"),
        ("0", "HK", None),
        ("N/A", "AE", None),
        ("12-345", "DE", "12345"),
        ("ß1", "DE", "SS1"),
    ],
)
def test_a_code_is_compared_in_this_form(code: str | None, country: str | None, comparable: str | None) -> None:
    assert comparable_postal_code(code, country) == comparable


@pytest.mark.parametrize(
    ("country", "comparable"),
    [
        ("US", "US"),
        ("us ", "US"),
        ("", None),
        (" ", None),
        (None, None),
        ("Us", "US"),
        ("USA", "US"),
        ("PR", "US"),
        ("pri", "US"),
        ("UK", "GB"),
        ("gbr", "GB"),
        ("DEU", "DE"),
        ("JPN", "JP"),
        ("XXX", "XXX"),
    ],
)
def test_r5_a_country_is_compared_in_two_letters_and_a_blank_one_is_unknown(
    country: str | None, comparable: str | None
) -> None:
    assert comparable_country(country) == comparable


@given(st.text(), st.sampled_from([None, "US", "DE"]))
def test_how_a_code_is_spelled_makes_no_difference(code: str, country: str | None) -> None:
    comparable = comparable_postal_code(code, country)
    assert comparable_postal_code(f" {code}\u200b ", country) == comparable
    if comparable is not None:
        assert not code.isascii() or comparable_postal_code(comparable, country) == comparable
        assert comparable
        assert "-" not in comparable
        assert " " not in comparable


# --- the query -------------------------------------------------------------------------------------------------------


def test_a_query_is_a_value_with_an_optional_postal_code_and_e_mail() -> None:
    assert OrderQuery("1") == OrderQuery(order_id="1", postal_code=None, email=None)
    assert OrderQuery("1", "29646", "a@b.example") == OrderQuery("1", postal_code="29646", email="a@b.example")
    assert OrderQuery("1", "29646").postal_code == "29646"
    assert hash(OrderQuery("1", "2")) == hash(OrderQuery("1", "2"))
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        OrderQuery("1").order_id = "2"  # type: ignore[misc]


@pytest.mark.parametrize("code", ["", " ", "\t", "-", " - ", "\u200b", "US-", "D-", "\u2013\u2013", "\u30fc", "\u3012"])
def test_r1_a_blank_postal_code_is_refused(code: str) -> None:
    with pytest.raises(InvalidRecipientCheckError, match=r"^postal_code is blank; pass None to ask without it$"):
        OrderQuery("1", code)


@pytest.mark.parametrize("code", [29646, b"29646", 29646.0, ["29646"], True])
def test_r1_a_postal_code_or_e_mail_that_is_no_text_is_refused(code: Any) -> None:
    with pytest.raises(InvalidRecipientCheckError, match=rf"^postal_code must be a str, not {type(code).__name__}$"):
        OrderQuery("1", code)
    with pytest.raises(InvalidRecipientCheckError, match=rf"^email must be a str, not {type(code).__name__}$"):
        OrderQuery("1", email=code)


@pytest.mark.parametrize("code", ["N/A", "0", "none"])
def test_r5_a_placeholder_is_no_fault_of_who_types_it_and_matches_nobody(code: str) -> None:
    assert OrderQuery("1", code).postal_code == code


@pytest.mark.parametrize("email", ["", " ", "\t", "\u200b"])
def test_r1_a_blank_e_mail_is_refused(email: str) -> None:
    with pytest.raises(InvalidRecipientCheckError, match=r"^email is blank; pass None to ask without it$"):
        OrderQuery("1", email=email)


@pytest.mark.parametrize("email", ["robin", "@", "robin@", "@example.com", " @ "])
def test_r1_an_e_mail_without_a_name_an_at_sign_and_a_host_is_refused_without_quoting_it(email: str) -> None:
    with pytest.raises(InvalidRecipientCheckError) as caught:
        OrderQuery("1", email=email)
    assert str(caught.value) == "email has no @ between a name and a host; pass None to ask without it"


def test_a_refused_check_is_a_value_error_and_an_error_of_the_library() -> None:
    assert issubclass(InvalidRecipientCheckError, ValueError)
    assert issubclass(InvalidRecipientCheckError, ShipStationError)


def test_a_persons_details_are_in_no_repr() -> None:
    assert repr(OrderQuery("1", "29646", "robin@example.com")) == "OrderQuery(order_id='1')"


# --- the e-mail ------------------------------------------------------------------------------------------------------


def for_email(email: str | None, code: str | None = "29646") -> Shipment:
    return Shipment(shipment_id="se-1", ship_to=Address(email=email, postal_code=code, country_code="US"))


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("robin@example.com", "robin@example.com"),
        ("Robin@Example.COM", " robin@example.com\u200b"),
        ("robin@example.com", "robin\uff20example.com"),
        ("robin+shop@example.com", "ROBIN+SHOP@example.com"),
    ],
)
def test_r5_an_e_mail_matches_whole_and_whatever_its_case(written: str, typed: str) -> None:
    assert passes_check(for_email(written), None, typed)


@pytest.mark.parametrize("written", ["robin@example.org", "obin@example.com", "robin@example.com.au", "", None, " "])
def test_r5_another_e_mail_or_none_at_all_never_matches(written: str | None) -> None:
    assert not passes_check(for_email(written), None, "robin@example.com")


@pytest.mark.parametrize(
    ("code", "email", "matches"),
    [
        ("29646", "robin@example.com", True),
        ("29647", "robin@example.com", False),
        ("29646", "rob@example.com", False),
        (None, None, True),
    ],
)
def test_r5_a_postal_code_and_an_e_mail_must_both_match(code: str | None, email: str | None, matches: bool) -> None:
    assert passes_check(for_email("robin@example.com"), code, email) is matches
