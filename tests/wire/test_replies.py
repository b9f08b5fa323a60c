"""Which error a reply is, and what it says (API notes 3)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipstation_aissist import errors
from shipstation_aissist.errors import APIStatusError, ErrorDetail, MalformedResponseError
from shipstation_aissist.models import Label
from shipstation_aissist.wire.decoding import Decoded
from shipstation_aissist.wire.replies import Reply, read, status_error, third_party_fault
from shipstation_aissist.wire.requests import get_any, get_label
from support import wire_samples as wire
from support.strategies import ANY_JSON_VALUE

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
ID = "6f4f0b0e-2f0e-4e0f-9d1a-0a5c9c1d2e3f"


def entry(**changes: Any) -> dict[str, Any]:
    return {
        "error_source": "shipengine",
        "error_type": "security",
        "error_code": "unauthorized",
        "message": "Access denied.",
        **changes,
    }


def body(*entries: Any, **changes: Any) -> bytes:
    return json.dumps({"request_id": ID, "errors": list(entries), **changes}).encode()


def error(status: int, content: bytes | None = b"", **headers: str) -> APIStatusError:
    return status_error(Reply(status, content, **headers), NOW)


KEY_ADVICE = (
    "Check the API key: it must be a V2 key (Settings > Account > API Settings), and making a new one replaces the "
    "old one."
)
PLAN_ADVICE = "The key is good, but the account's plan does not include this; upgrade the plan or do without it."
OTHER_ADVICE = "Check the request against the API reference."
REDIRECT_ADVICE = "Redirects are not followed, so that the key goes nowhere else: check the base URL."
DOWN_ADVICE = "Try again later; https://status.shipstation.com tells about outages."


@pytest.mark.parametrize(
    ("status", "kind", "advice"),
    [
        (100, APIStatusError, OTHER_ADVICE),
        (199, APIStatusError, OTHER_ADVICE),
        (300, APIStatusError, REDIRECT_ADVICE),
        (301, APIStatusError, REDIRECT_ADVICE),
        (302, APIStatusError, REDIRECT_ADVICE),
        (304, APIStatusError, REDIRECT_ADVICE),
        (307, APIStatusError, REDIRECT_ADVICE),
        (399, APIStatusError, REDIRECT_ADVICE),
        (400, errors.BadRequestError, "Check the values of the filters."),
        (401, errors.AuthenticationError, KEY_ADVICE),
        (402, APIStatusError, OTHER_ADVICE),
        (
            403,
            errors.PermissionDeniedError,
            "The account may not read this; check its plan and the terms to accept in ShipStation.",
        ),
        (404, errors.NotFoundError, "Check the id."),
        (405, APIStatusError, OTHER_ADVICE),
        (408, APIStatusError, OTHER_ADVICE),
        (409, APIStatusError, OTHER_ADVICE),
        (422, APIStatusError, OTHER_ADVICE),
        (
            429,
            errors.RateLimitError,
            "An account has 200 requests a minute: wait, ask less often, or ask ShipStation for more.",
        ),
        (499, APIStatusError, OTHER_ADVICE),
        (500, errors.InternalServerError, DOWN_ADVICE),
        (501, errors.InternalServerError, DOWN_ADVICE),
        (502, errors.InternalServerError, DOWN_ADVICE),
        (503, errors.InternalServerError, DOWN_ADVICE),
        (504, errors.InternalServerError, DOWN_ADVICE),
        (599, errors.InternalServerError, DOWN_ADVICE),
        (600, APIStatusError, OTHER_ADVICE),
    ],
)
def test_every_status_has_its_class_and_its_advice(status: int, kind: type[APIStatusError], advice: str) -> None:
    found = error(status)
    assert type(found) is kind
    assert str(found) == f"ShipStation answered {status}. {advice}"
    assert (found.status_code, found.request_id, found.errors, found.retry_after) == (status, None, (), None)


def test_an_error_repeats_what_the_api_said_and_holds_its_entries() -> None:
    second = {
        "message": "Page is too small.",
        "error_source": None,
        "error_code": "",
        "error_type": 5,
        "field_name": "page",
    }
    found = error(
        400, body(entry(error_code="invalid_field_value", message="Unknown status.", field_name="status"), second)
    )
    assert str(found) == (
        "ShipStation answered 400 (Unknown status.; Page is too small.). Check the values of the filters. "
        f"Request id: {ID}."
    )
    assert found.request_id == ID
    assert found.errors == (
        ErrorDetail(
            error_source="shipengine",
            error_type="security",
            error_code="invalid_field_value",
            message="Unknown status.",
            field_name="status",
        ),
        ErrorDetail(message="Page is too small.", field_name="page"),
    )


def test_what_the_api_said_is_quoted_in_one_printable_line_of_500_characters_at_most() -> None:
    said = "Two\n\nlines\r\n\x1b[31m and\u2028more\x00 " + "x" * 10_000
    found = error(404, body(entry(message=said)))
    quoted = str(found).removeprefix("ShipStation answered 404 (").removesuffix(f"). Check the id. Request id: {ID}.")
    assert quoted.startswith("Two lines [31m and more xxx")
    assert len(quoted) == 500
    assert quoted.endswith("xxx\u2026")
    assert found.errors[0].message == quoted
    assert str(error(404, body(entry(message="\x00")))) == f"ShipStation answered 404. Check the id. Request id: {ID}."


def test_the_request_id_of_the_header_stands_in_for_one_that_the_body_lacks() -> None:
    assert error(404, b"", request_id="from-header").request_id == "from-header"
    assert error(404, body(), request_id="from-header").request_id == ID
    assert error(404, body(request_id=None), request_id="from-header").request_id == "from-header"
    assert error(404, body(request_id=""), request_id="from-header").request_id == "from-header"
    assert error(404, body(request_id=7)).request_id is None


@pytest.mark.parametrize(
    "message",
    [
        "Please upgrade your billing plan or add features.",
        "BILLING PLAN does not include tracking",
        "Upgrade required",
        "Your plan has no API access.",
    ],
)
def test_a_401_that_speaks_of_the_plan_is_not_about_the_key(message: str) -> None:
    found = error(401, body(entry(message=message)))
    assert type(found) is errors.PlanUpgradeRequiredError
    assert str(found) == f"ShipStation answered 401 ({message}). {PLAN_ADVICE} Request id: {ID}."


@pytest.mark.parametrize("code", ["subscription_inactive", "trial_expired", "invalid_billing_plan"])
def test_a_401_with_a_code_about_the_subscription_is_not_about_the_key(code: str) -> None:
    assert type(error(401, body(entry(error_code=code, message=None)))) is errors.PlanUpgradeRequiredError
    assert type(error(401, body(entry(), entry(error_code=code)))) is errors.PlanUpgradeRequiredError


@pytest.mark.parametrize(
    "content",
    [
        body(entry()),
        body(entry(message="The plane is late.")),
        body(entry(message=None)),
        body(),
        b"",
        b"<html>upgrade your billing plan</html>",
    ],
)
def test_any_other_401_is_about_the_key(content: bytes) -> None:
    assert type(error(401, content)) is errors.AuthenticationError


def test_only_a_401_is_taken_for_a_plan_limit() -> None:
    assert type(error(403, body(entry(message="Upgrade your billing plan.")))) is errors.PermissionDeniedError


@pytest.mark.parametrize(
    "content",
    [
        None,
        b"",
        b" ",
        b"<html><h1>502 Bad Gateway</h1></html>",
        b'{"errors": [',
        b"\xff\xfe",
        b'{"errors": [{"message": NaN}]}',
        b"[" * 100_000,
        b"[]",
        b'["errors"]',
        b"null",
        b'"text"',
        b"{}",
        b'{"errors": null}',
        b'{"errors": {}}',
        b'{"errors": "text"}',
        b'{"errors": [null, 1, "text", []]}',
    ],
    ids=lambda content: repr(content)[:40],
)
def test_a_body_that_cannot_be_used_never_hides_the_real_error(content: bytes | None) -> None:
    found = error(503, content, request_id="x", retry_after="7")
    assert type(found) is errors.InternalServerError
    assert (found.status_code, found.request_id, found.errors, found.retry_after) == (503, "x", (), 7.0)


@given(st.integers(100, 599).filter(lambda status: not 200 <= status < 300), ANY_JSON_VALUE | st.lists(ANY_JSON_VALUE))
def test_any_json_as_the_body_of_an_error_gives_that_error(status: int, document: Any) -> None:
    for content in (json.dumps(document).encode(), json.dumps({"errors": document}).encode()):
        found = error(status, content)
        assert found.status_code == status
        assert str(found).startswith(f"ShipStation answered {status}")


def test_what_an_api_quotes_back_is_redacted_in_message_entries_and_request_id() -> None:
    reply = Reply(401, body(entry(message="No key SECRET here.", field_name="SECRET"), request_id="id-SECRET"))
    for found in (
        status_error(reply, NOW, lambda text: text.replace("SECRET", "***")),
        read(get_label("se-8001"), reply, NOW, lambda text: text.replace("SECRET", "***")),
    ):
        assert isinstance(found, errors.AuthenticationError)
        assert str(found) == f"ShipStation answered 401 (No key *** here.). {KEY_ADVICE} Request id: id-***."
        assert (found.errors[0].message, found.errors[0].field_name) == ("No key *** here.", "***")
        assert found.request_id == "id-***"


def test_a_retry_after_that_is_a_date_is_counted_from_the_given_time() -> None:
    reply = Reply(503, b"", retry_after="Tue, 10 Mar 2026 12:00:30 GMT")
    for found in (status_error(reply, NOW), read(get_label("se-8001"), reply, NOW)):
        assert isinstance(found, APIStatusError)
        assert found.retry_after == 30.0


# --- whose fault it is -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sources", "is_third_party"),
    [
        (["carrier"], True),
        (["order_source"], True),
        (["Carrier", "ORDER_SOURCE"], True),
        (["carrier", "shipengine"], False),
        (["shipengine"], False),
        (["ShipStation"], False),
        ([None], False),
        ([""], False),
        ([], False),
    ],
)
def test_a_fault_is_a_third_partys_if_every_entry_names_one(sources: list[str | None], is_third_party: bool) -> None:
    found = error(429, body(*(entry(error_source=source) for source in sources)))
    assert third_party_fault(found) is is_third_party


def test_an_error_without_a_body_is_the_platforms() -> None:
    assert third_party_fault(error(429)) is False


# --- successes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 201, 204, 207, 299])
def test_a_success_is_read_into_what_was_asked_for(status: int) -> None:
    result = read(get_label("se-8001"), Reply(status, json.dumps(wire.label()).encode()), NOW)
    assert isinstance(result, Decoded)
    assert isinstance(result.value, Label)
    assert result.value.label_id == "se-8001"


def test_a_success_that_cannot_be_read_is_an_error_without_a_traceback() -> None:
    result = read(get_label("se-8001"), Reply(200, b"<html>"), NOW)
    assert isinstance(result, MalformedResponseError)
    assert result.problems == ("$",)
    assert (result.__traceback__, result.__context__, result.__cause__) == (None, None, None)


def test_a_success_whose_body_was_refused_for_its_size_says_so() -> None:
    result = read(get_any("tags", {}), Reply(200, None), NOW)
    assert isinstance(result, MalformedResponseError)
    assert str(result) == "ShipStation's reply is larger than 10 MiB and was refused; ask for smaller pages."
    assert result.problems == ("$",)


@pytest.mark.parametrize("status", [199, 300, 404])
def test_what_is_no_success_is_an_error_even_with_a_readable_body(status: int) -> None:
    result = read(get_label("se-8001"), Reply(status, json.dumps(wire.label()).encode(), retry_after="3"), NOW)
    assert isinstance(result, APIStatusError)
    assert (result.status_code, result.retry_after) == (status, 3.0)
