"""What counts as an order id (R1), and the platform's id that a resolver turns into one (R12)."""

from __future__ import annotations

import re
import unicodedata
from enum import Enum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipstation_aissist.errors import ConfigurationError, InvalidOrderIdError, OrderNotFoundError
from shipstation_aissist.orders.numbers import comparable_number, without_sign
from shipstation_aissist.orders.query import (
    Lookup,
    LookupSettings,
    OrderQuery,
    check_pattern,
    check_settings,
    not_found,
    prepare_lookup,
)

PLAIN = LookupSettings()
ANY_FORMAT = "Expected: the order number of the order confirmation, 1 to 50 characters."


def key_of(order_id: Any, settings: LookupSettings = PLAIN) -> str:
    return prepare_lookup(OrderQuery(order_id), settings).key


class Member(str, Enum):  # noqa: UP042 - it prints as "Member.ORDER"
    ORDER = "12345"


def test_r1_the_text_of_a_subclass_of_str_is_looked_up_and_not_what_it_prints_as() -> None:
    lookup = prepare_lookup(OrderQuery(Member.ORDER), PLAIN)
    assert (lookup.key, lookup.order_id, type(lookup.order_id)) == ("12345", "12345", str)
    assert key_of(Member.ORDER, with_pattern(r"(\d+)")) == "12345"
    assert key_of("1", LookupSettings(resolve_order_id=lambda _: Member.ORDER)) == "12345"


def refusal_of(order_id: Any, settings: LookupSettings = PLAIN) -> str:
    with pytest.raises(InvalidOrderIdError) as caught:
        key_of(order_id, settings)
    return str(caught.value)


def with_pattern(pattern: str, **more: Any) -> LookupSettings:
    return LookupSettings(order_id_pattern=re.compile(pattern), **more)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("12345", "12345"),
        ("#12345", "#12345"),
        ("  12345\n", "12345"),
        ("\u00a012345\u3000", "12345"),
        ("12345\u200b", "12345"),  # zero width space
        ("\ufeff12345", "12345"),  # byte order mark
        ("\u202a12345\u202c", "12345"),  # direction marks of a chat window
        ("12\u00ad345", "12345"),  # soft hyphen
        ("\u2066#1\u2069", "#1"),
        ("\u200b 12345 \u200b", "12345"),
        ("\uff11\uff12\uff13\uff14\uff15", "12345"),  # full width, NFKC
        ("\uff03\uff11", "#1"),
        ("①", "1"),
        ("ﬁ-1", "fi-1"),
        ("Å", "Å"),
        ("000000123", "000000123"),
        ("A/B?C=1&D#E", "A/B?C=1&D#E"),
        ("..", ".."),
        ("a b", "a b"),
        ("x" * 50, "x" * 50),
        ("#" + "x" * 50, "#" + "x" * 50),
        ("##1", "##1"),
        ("注文-1", "注文-1"),
        ("111\u20131234567\u20141234567", "111-1234567-1234567"),  # what a phone makes of hyphens
        ("111\u22121234567", "111-1234567"),
        ("1001.", "1001"),
        ("1001?!", "1001"),
        ('"1001"', "1001"),
        ("\u201c1001\u201d", "1001"),
        ("\u201e1001\u201c", "1001"),
        ("\u00ab 1001 \u00bb", "1001"),
        ("(#1001)", "#1001"),
        ("[1001]", "1001"),
        ("Order 1001", "1001"),
        ("ORDER #1001", "#1001"),
        ("order: 1001", "1001"),
        ("Order#1001", "#1001"),
        ("order no 1001", "1001"),
        ("Order No. 1001", "1001"),
        ("order number: #1001", "#1001"),
        ("Order #: 1001", "1001"),
        ("no. 1001", "1001"),
        ("Nr.1001", "1001"),
        ("\u2116 1001", "1001"),
        ("\u21161001", "1001"),
        ("My (order", "My (order"),
        ('Order no. "A-1001"!', "A-1001"),
        ("order", "order"),  # no digit would be left
        ("no.", "no."),
        ("Order Nr. X", "Order Nr. X"),
        ("ORDER1001", "ORDER1001"),  # a number may begin like that
        ("ORDER-1001", "ORDER-1001"),
        ("NR1001", "NR1001"),
        ("No1001", "No1001"),
        ('1001"', '1001"'),
        ("(1001", "(1001"),
        ("(10)01)", "10)01"),
        ("?", "?"),
    ],
)
def test_an_id_is_looked_up_without_invisible_characters_in_nfkc_and_trimmed(typed: str, key: str) -> None:
    assert prepare_lookup(OrderQuery(typed, "29646"), PLAIN) == Lookup(
        order_id=typed, key=key, postal_code="29646", with_sign=key.startswith("#")
    )


@pytest.mark.parametrize(
    ("order_id", "fault"),
    [
        ("", "is blank"),
        ("   ", "is blank"),
        ("\u200b\ufeff", "is blank"),
        ("#", "must have 1 to 50 characters"),
        (" # ", "must have 1 to 50 characters"),
        ("x" * 51, "must have 1 to 50 characters"),
        ("#" + "x" * 51, "must have 1 to 50 characters"),
        ("x" * 200, "must have 1 to 50 characters"),
        ("x" * 201, "is too long"),
        ("x" * 2_000, "is too long"),
        (" " * 2_000 + "1", "is too long"),
        ("1" + "\u200b" * 2_000, "is too long"),
        ("12\x00345", "has control characters"),
        ("12\n345", "has control characters"),
        ("12\x7f", "has control characters"),
        ("12\x9b", "has control characters"),
        ("12\u2028345", "has control characters"),
        ("12\u2029345", "has control characters"),
        ("12\ud83d", "has control characters"),
        (None, "must be a str, not NoneType"),
        (12345, "must be a str, not int"),
        (b"12345", "must be a str, not bytes"),
        (["1"], "must be a str, not list"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_what_cannot_be_an_order_id_is_refused_with_the_reason_and_the_expected_format(
    order_id: Any, fault: str
) -> None:
    assert refusal_of(order_id) == f"The order id {fault}. {ANY_FORMAT}"


def test_a_refusal_is_a_value_error_too() -> None:
    with pytest.raises(ValueError, match="blank"):
        key_of("")


def test_blanks_within_the_length_limit_are_no_fault() -> None:
    assert key_of(" " * 1_999 + "1") == "1"
    assert key_of("1" + "\u200b" * 1_999) == "1"


# --- the pattern -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "typed", "key"),
    [
        (r"SHOPIFY-(\d+)", "SHOPIFY-123", "123"),
        (r"SHOPIFY-\d+", "SHOPIFY-123", "SHOPIFY-123"),
        (r"SHOPIFY-(\d+)", "\u200b \uff33\uff28\uff2f\uff30\uff29\uff26\uff39-123 ", "123"),
        (r"(?:WOO|WC)-(\d+)", "WC-7", "7"),
        (r"(?:WOO-)?(\d+)|X", "WOO-7", "7"),
        (r"(?i)order (.*)", "Order  7", "7"),
        (r"x*(.{50})", "x" * 200, "x" * 50),
        (r"SHOPIFY-(\d+)", "Order SHOPIFY\u2013123.", "123"),  # where it does not match what was typed
        (r"\d+", '"1001"', "1001"),
        (r"Order \d+", "Order 1001", "Order 1001"),
    ],
)
def test_the_pattern_must_match_the_whole_id_and_group_1_goes_on(pattern: str, typed: str, key: str) -> None:
    assert key_of(typed, with_pattern(pattern)) == key


@pytest.mark.parametrize("typed", ["SHOPIFY-", "SHOPIFY-1x", "xSHOPIFY-1", "shopify-1", "SHOPIFY-1\n2", "1"])
def test_an_id_of_another_format_is_refused_and_told_the_pattern(typed: str) -> None:
    settings = with_pattern(r"SHOPIFY-(\d+)")
    if "\n" in typed:
        assert refusal_of(typed, settings).startswith("The order id has control characters. Expected: ")
    else:
        assert refusal_of(typed, settings) == (
            r"The order id does not have the expected format. Expected: a text matching SHOPIFY-(\d+)."
        )


def test_an_expected_format_in_words_is_told_instead_of_the_pattern() -> None:
    settings = with_pattern(r"SHOPIFY-(\d+)", expected_format="SHOPIFY- and the number")
    assert refusal_of("1", settings).endswith("Expected: SHOPIFY- and the number.")
    assert refusal_of("", LookupSettings(expected_format="a number")) == "The order id is blank. Expected: a number."


def test_a_group_that_took_part_in_no_match_or_is_blank_leaves_nothing_to_look_up() -> None:
    assert refusal_of("X", with_pattern(r"WOO-(\d+)|X")).startswith("The order id is blank. ")
    assert refusal_of("X ", with_pattern(r"X(\s*)")).startswith("The order id is blank. ")


def test_the_length_limit_is_that_of_what_is_looked_up_not_of_what_was_typed() -> None:
    assert key_of("SHOPIFY-" + "1" * 50, with_pattern(r"SHOPIFY-(\d+)")) == "1" * 50
    assert "1 to 50" in refusal_of("SHOPIFY-" + "1" * 51, with_pattern(r"SHOPIFY-(\d+)"))


# --- R12 -------------------------------------------------------------------------------------------------------------


def test_the_resolver_is_given_the_cleaned_id_and_its_result_is_cleaned_and_looked_up() -> None:
    asked: list[str] = []

    def resolve(order_id: str) -> str:
        asked.append(order_id)
        return " #1001\u200b "

    settings = with_pattern(r"gid-(\d+)", resolve_order_id=resolve)
    assert prepare_lookup(OrderQuery(" gid-5501234567890 "), settings) == Lookup(" gid-5501234567890 ", "#1001")
    assert asked == ["5501234567890"]


def test_an_id_that_the_resolver_does_not_know_is_not_found_like_any_other() -> None:
    with pytest.raises(OrderNotFoundError) as caught:
        key_of("1", LookupSettings(resolve_order_id=lambda _: None))
    assert caught.value.args == not_found().args
    assert str(caught.value) == (
        "No order matches. Check the number against the order confirmation and, if a postal code or an e-mail address "
        "was given, that too. "
        "An order that was just placed or is not paid yet may not be in ShipStation."
    )


def test_an_exception_of_the_resolver_propagates_as_it_is() -> None:
    def resolve(_: str) -> str:
        raise KeyError("shop is down")

    with pytest.raises(KeyError, match="shop is down"):
        key_of("1", LookupSettings(resolve_order_id=resolve))


@pytest.mark.parametrize("resolved", ["", "#", "x" * 51, "1\x002", 1001, b"1001"])
def test_what_the_resolver_gives_must_be_an_order_number_too(resolved: Any) -> None:
    assert refusal_of("1", LookupSettings(resolve_order_id=lambda _: resolved)).startswith("The order id ")


@pytest.mark.parametrize("typed", ["", " ", "1\x002", "x" * 201, None])
def test_the_resolver_is_not_asked_for_what_cannot_be_an_id(typed: Any) -> None:
    asked: list[str] = []
    refusal_of(typed, LookupSettings(resolve_order_id=lambda order_id: asked.append(order_id) or "1"))
    assert asked == []


@pytest.mark.parametrize("typed", [".", "..", "...", ". ."])
def test_dots_alone_are_no_shipment_id_since_they_would_lead_elsewhere(typed: str) -> None:
    settings = LookupSettings(order_key="shipment_id")
    assert refusal_of(typed, settings) == f"The order id cannot be a shipment id. {ANY_FORMAT}"
    assert key_of("se-1", settings) == "se-1"


# --- as a property ---------------------------------------------------------------------------------------------------


@given(st.text() | st.text("# 1a\u200b\x00\ud800"))
def test_any_text_is_refused_or_becomes_a_key_that_a_url_can_hold(typed: str) -> None:
    try:
        lookup = prepare_lookup(OrderQuery(typed), PLAIN)
    except InvalidOrderIdError:
        return
    assert lookup.order_id == typed
    assert 1 <= len(without_sign(lookup.key)) <= 50
    assert lookup.key == unicodedata.normalize("NFKC", lookup.key).strip()
    assert not {unicodedata.category(c) for c in lookup.key} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert lookup.key.encode()


@pytest.mark.parametrize(
    ("this", "other", "same"),
    [
        ("12345", "12345", True),
        ("#12345", "12345", True),
        ("# 12345", "12345", True),
        (" 12345 ", "#12345", True),
        ("a-1", "A-1", True),
        ("STRASSE", "straße", True),
        ("##1", "1", False),
        ("1#", "1", False),
        ("012345", "12345", False),
        ("12345", "123456", False),
        ("A1", "A-1", False),
    ],
)
def test_numbers_are_compared_without_case_and_one_leading_sign(this: str, other: str, same: bool) -> None:
    assert (comparable_number(this) == comparable_number(other)) is same


# --- what an action is made with -------------------------------------------------------------------------------------


def test_settings_that_were_checked_hold_what_was_given() -> None:
    def resolve(order_id: str) -> str:
        return order_id

    settings = check_settings("external_id", "se-31", r"(\d+)", resolve)
    assert settings == LookupSettings(
        order_key="external_id",
        store_id="se-31",
        order_id_pattern=re.compile(r"(\d+)"),
        resolve_order_id=resolve,
    )
    assert check_settings("auto", None, None, None) == LookupSettings()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("order_number", None, None, None),
            "order_key must be one of auto, number, external_id, shipment_id, tracking_number",
        ),
        ((None, None, None, None), "order_key must be one of auto, number, external_id, shipment_id, tracking_number"),
        (([], None, None, None), "order_key must be one of auto, number, external_id, shipment_id, tracking_number"),
        (("auto", "", None, None), "store_id must be a str such as 'se-415302'"),
        (("auto", " ", None, None), "store_id must be a str such as 'se-415302'"),
        (("auto", 31, None, None), "store_id must be a str such as 'se-415302'"),
        (("auto", None, None, "lookup"), "resolve_order_id must be callable"),
        (("auto", None, 5, None), "order_id_pattern must be a regular expression as a str"),
        (("auto", None, b"x", None), "order_id_pattern must be a regular expression as a str"),
        (("auto", None, re.compile(b"x"), None), "order_id_pattern must be a regular expression as a str"),
        (
            ("auto", None, r"(\d)(\d)", None),
            "order_id_pattern may have one group at the most: group 1 is what is looked up",
        ),
    ],
)
def test_settings_that_cannot_be_used_are_refused_by_name(arguments: tuple[Any, ...], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        check_settings(*arguments)
    assert str(caught.value) == message


@pytest.mark.parametrize("pattern", ["(", "[", "*", "(?P<a", "x{99999999999}"])
def test_what_is_no_regular_expression_is_refused(pattern: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^order_id_pattern is not a regular expression: "):
        check_pattern(pattern)


def test_a_compiled_pattern_is_taken_as_it_is() -> None:
    pattern = re.compile(r"woo-(\d+)", re.IGNORECASE)
    assert check_pattern(pattern) is pattern
    assert check_pattern(r"no group") == re.compile(r"no group")
