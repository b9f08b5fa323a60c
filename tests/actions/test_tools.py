"""Tool definitions in the dialects of the models, and what a model's arguments and errors turn into."""

from __future__ import annotations

import json
from typing import Any, get_args

import jsonschema
import pydantic
import pytest
from anthropic.types import ToolParam
from mcp_types import Tool
from openai.types.chat import ChatCompletionFunctionToolParam
from openai.types.responses import FunctionToolParam
from openai.types.shared_params import FunctionDefinition

from shipstation_aissist import (
    AmbiguousOrderError,
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    AuthenticationError,
    BadRequestError,
    ClientClosedError,
    ConfigurationError,
    InternalServerError,
    InvalidOrderIdError,
    InvalidRecipientCheckError,
    MalformedResponseError,
    NotFoundError,
    OrderNotFoundError,
    OrderQuery,
    PermissionDeniedError,
    PlanUpgradeRequiredError,
    RateLimitError,
    ShipStationError,
    WebhookVerificationError,
)
from shipstation_aissist.actions.dialects import DIALECTS, Dialect
from shipstation_aissist.actions.smart_action import SmartAction
from shipstation_aissist.actions.tools import (
    ErrorCode,
    InvalidArgumentsError,
    RecipientCheck,
    error_code,
    error_result,
    read_arguments,
)

SHOPIFY = SmartAction(
    "Where is my order?",
    "Find a parcel.",
    order_id_description="the order number printed in the confirmation e-mail, format SHOPIFY-123456789",
    order_id_pattern=r"SHOPIFY-(\d+)",
    recipient_check="postal_code",
)
ACTIONS = [SmartAction(), SHOPIFY, SmartAction("x", order_id_pattern="A|B")]


def parameters(action: SmartAction, dialect: Dialect) -> dict[str, Any]:
    schema = action.tool_schema(dialect)
    found: dict[str, Any] = {
        "openai": lambda: schema["function"]["parameters"],
        "openai_responses": lambda: schema["parameters"],
        "anthropic": lambda: schema["input_schema"],
        "gemini": lambda: schema["parameters"],
        "mcp": lambda: schema["inputSchema"],
    }[dialect]()
    return found


@pytest.mark.parametrize("action", ACTIONS)
def test_the_openai_definition_is_what_the_openai_package_types(action: SmartAction) -> None:
    schema = action.tool_schema("openai")
    assert pydantic.TypeAdapter(ChatCompletionFunctionToolParam).validate_python(schema) == schema
    assert set(schema) == {"type", "function"} <= set(ChatCompletionFunctionToolParam.__annotations__)
    assert set(schema["function"]) == {"name", "description", "parameters"} <= set(FunctionDefinition.__annotations__)
    assert (schema["type"], schema["function"]["name"]) == ("function", action.tool_name)
    assert schema["function"]["description"] == action.description


@pytest.mark.parametrize("action", ACTIONS)
def test_the_definition_for_openais_responses_is_flat_and_what_the_openai_package_types(action: SmartAction) -> None:
    schema = action.tool_schema("openai_responses", strict=True)
    assert pydantic.TypeAdapter(FunctionToolParam).validate_python(schema) == schema
    assert set(schema) == {"type", "name", "description", "parameters", "strict"}
    assert schema["type"] == "function"
    assert "strict" not in action.tool_schema("openai_responses")
    assert action.tool_schema("openai_responses") == {
        "type": "function",
        **action.tool_schema("openai")["function"],
    }


OF_GEMINI = {"type", "description", "properties", "required", "pattern"}
"""Those words of Gemini's schemas (a part of OpenAPI 3.0) that a definition here uses."""


@pytest.mark.parametrize("action", ACTIONS)
def test_the_gemini_definition_uses_no_word_that_gemini_does_not_know(action: SmartAction) -> None:
    schema = action.tool_schema("gemini")
    assert list(schema) == ["name", "description", "parameters"]
    parameters_of_it = schema["parameters"]
    assert set(parameters_of_it) <= OF_GEMINI
    for described in parameters_of_it["properties"].values():
        assert set(described) <= OF_GEMINI
        assert isinstance(described["type"], str)


@pytest.mark.parametrize("action", ACTIONS)
def test_in_strict_mode_every_property_is_required_and_what_was_optional_may_be_null(action: SmartAction) -> None:
    loose = action.tool_schema("openai")["function"]
    strict = action.tool_schema("openai", strict=True)["function"]
    assert strict["strict"] is True
    assert strict["parameters"]["required"] == list(strict["parameters"]["properties"])
    assert strict["parameters"]["additionalProperties"] is False
    for name, described in strict["parameters"]["properties"].items():
        is_required = name in loose["parameters"]["required"]
        assert described["type"] == ("string" if is_required else ["string", "null"])
        assert {**described, "type": "string"} == loose["parameters"]["properties"][name]
    nothing_but_the_order = dict.fromkeys(strict["parameters"]["properties"])
    if action.recipient_check in ("optional", "either"):
        jsonschema.validate({**nothing_but_the_order, "order_id": "A"}, strict["parameters"])


@pytest.mark.parametrize("dialect", ["anthropic", "gemini", "mcp"])
def test_strict_mode_is_refused_for_a_dialect_that_has_none(dialect: Dialect) -> None:
    with pytest.raises(ConfigurationError, match="strict is for openai and openai_responses"):
        SmartAction().tool_schema(dialect, strict=True)


@pytest.mark.parametrize("action", ACTIONS)
def test_the_anthropic_definition_is_what_the_anthropic_package_types(action: SmartAction) -> None:
    schema = action.tool_schema("anthropic")
    assert pydantic.TypeAdapter(ToolParam).validate_python(schema)
    assert set(schema) == {"name", "description", "input_schema"} <= set(ToolParam.__annotations__)
    assert (schema["name"], schema["description"]) == (action.tool_name, action.description)


@pytest.mark.parametrize("action", ACTIONS)
def test_the_mcp_definition_is_what_the_mcp_package_types(action: SmartAction) -> None:
    schema = action.tool_schema("mcp")
    tool = Tool.model_validate(schema, by_name=False)
    assert tool.model_dump(by_alias=True, exclude_none=True) == schema
    assert (tool.name, tool.title, tool.description) == (action.tool_name, action.name, action.description)
    assert tool.annotations is not None
    assert tool.annotations.read_only_hint is True


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("action", ACTIONS)
def test_the_parameters_are_valid_json_schema_and_refuse_what_is_not_in_them(
    action: SmartAction, dialect: Dialect
) -> None:
    schema = parameters(action, dialect)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema.get("additionalProperties") is (None if dialect == "gemini" else False)
    assert set(schema["properties"]) == {"order_id", "postal_code", "email"}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_parameters_carry_the_merchants_description_and_pattern_and_require_the_postal_code(
    dialect: Dialect,
) -> None:
    schema = parameters(SHOPIFY, dialect)
    assert schema["properties"]["order_id"]["description"] == SHOPIFY.order_id_description
    assert schema["required"] == ["order_id", "postal_code"]
    jsonschema.validate({"order_id": "SHOPIFY-12345", "postal_code": "29646"}, schema)
    for order_id in ("12345", "xSHOPIFY-12345", "SHOPIFY-12345x"):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({"order_id": order_id, "postal_code": "29646"}, schema)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_without_a_pattern_or_a_required_postal_code_the_order_id_alone_is_required(dialect: Dialect) -> None:
    schema = parameters(SmartAction(), dialect)
    assert "pattern" not in schema["properties"]["order_id"]
    assert schema["required"] == ["order_id"]


@pytest.mark.parametrize(
    ("pattern", "matching", "other"),
    [("A|B", "B", "AB"), (r"^\d+$", "12", "a12"), (r"cost\$", "cost$", "cost$1"), ("(?:W|X)-1", "X-1", "X-12")],
)
def test_the_schemas_pattern_matches_the_whole_id_like_the_merchants(pattern: str, matching: str, other: str) -> None:
    schema = parameters(SmartAction(order_id_pattern=pattern), "mcp")
    jsonschema.validate({"order_id": matching}, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"order_id": other}, schema)


@pytest.mark.parametrize("pattern", [r"(?i)shop-\d+", r"(?P<number>\d+)", r"\A\d+\Z", r"\d++"])
def test_a_pattern_that_only_python_knows_stands_in_the_description_instead(pattern: str) -> None:
    order_id = parameters(SmartAction(order_id_pattern=pattern), "openai")["properties"]["order_id"]
    assert "pattern" not in order_id
    assert pattern in order_id["description"]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_definition_is_the_same_every_time_and_nobody_elses_to_change(dialect: Dialect) -> None:
    first = SHOPIFY.tool_schema(dialect)
    printed = json.dumps(first)
    first.clear()
    assert json.dumps(SHOPIFY.tool_schema(dialect)) == printed


@pytest.mark.parametrize("dialect", ["bedrock", "OpenAI", "", None, 5])
def test_another_dialect_is_a_configuration_error_that_names_those_there_are(dialect: Any) -> None:
    with pytest.raises(ConfigurationError, match="dialect must be one of openai, openai_responses, anthropic"):
        SmartAction().tool_schema(dialect)


# --- arguments -------------------------------------------------------------------------------------------------------

BAD_ARGUMENTS: list[tuple[Any, str]] = [
    (None, "must be a JSON object"),
    ([], "must be a JSON object"),
    (["12345"], "must be a JSON object"),
    (12345, "must be a JSON object"),
    (True, "must be a JSON object"),
    ("12345", "must be a JSON object"),
    ("{", "must be a JSON object"),
    ("", "must be a JSON object"),
    ("[" * 100_000, "must be a JSON object"),
    ({}, "order_id is missing"),
    ("{}", "order_id is missing"),
    ({"order_id": None}, "order_id is missing"),
    ({"order_id": 12345}, "order_id must be a string, not a number"),
    ({"order_id": 1.5}, "order_id must be a string, not a number"),
    ({"order_id": True}, "order_id must be a string, not a boolean"),
    ({"order_id": ["12345"]}, "order_id must be a string, not an array"),
    ({"order_id": {"id": "12345"}}, "order_id must be a string, not an object"),
    ({"order_id": b"12345"}, "order_id must be a string, not a bytes"),
    ({"order_id": ""}, "order_id is blank"),
    ({"order_id": " \t"}, "order_id is blank"),
    ({"order_id": "12345", "email": 5}, "email must be a string, not a number"),
    ({"order_id": "12345", "email": " "}, "email is blank"),
    ({"order_id": "12345", "email": "robin"}, "email is no e-mail address. Ask the customer for the e-mail address"),
    ({"order_id": "12345", "postal_code": 29646}, "postal_code must be a string, not a number"),
    ({"order_id": "12345", "postal_code": " "}, "postal_code is blank"),
    ({"order_id": "12345", "postal_code": "--"}, "postal_code has no letters or digits"),
    ({"order_id": "12345", "zip": "29646"}, "no argument 'zip'"),
    ({"order_id": "12345", "x" * 500: "29646"}, r"no argument 'x+\.\.\."),
    ({"order_id": "12345", 5: "29646"}, "no argument 5"),
]


@pytest.mark.parametrize(("arguments", "fault"), BAD_ARGUMENTS)
def test_arguments_that_do_not_follow_the_schema_are_refused_with_a_message_for_the_model(
    arguments: Any, fault: str
) -> None:
    with pytest.raises(InvalidArgumentsError, match=fault):
        read_arguments(SmartAction(), arguments)


def test_a_postal_code_that_is_required_and_missing_is_asked_for() -> None:
    with pytest.raises(InvalidArgumentsError, match=r"postal_code is missing\. Ask the customer for the postal code"):
        read_arguments(SHOPIFY, {"order_id": "SHOPIFY-1"})


POSTAL_CODE, EMAIL = {"postal_code": "29646"}, {"email": "robin@example.com"}


@pytest.mark.parametrize(
    ("check", "required", "enough", "missing"),
    [
        ("optional", [], [{}, POSTAL_CODE, EMAIL, POSTAL_CODE | EMAIL], []),
        (
            "postal_code",
            ["postal_code"],
            [POSTAL_CODE, POSTAL_CODE | EMAIL],
            [({}, "postal_code"), (EMAIL, "postal_code")],
        ),
        ("email", ["email"], [EMAIL, POSTAL_CODE | EMAIL], [({}, "email"), (POSTAL_CODE, "email")]),
        ("either", [], [POSTAL_CODE, EMAIL, POSTAL_CODE | EMAIL], [({}, "postal_code or email")]),
        (
            "both",
            ["postal_code", "email"],
            [POSTAL_CODE | EMAIL],
            [({}, "postal_code"), (POSTAL_CODE, "email"), (EMAIL, "postal_code")],
        ),
    ],
)
def test_r5_a_recipient_check_says_what_must_come_with_the_order_id(
    check: RecipientCheck,
    required: list[str],
    enough: list[dict[str, str]],
    missing: list[tuple[dict[str, str], str]],
) -> None:
    action = SmartAction(recipient_check=check)
    assert parameters(action, "openai")["required"] == ["order_id", *required]
    for given in enough:
        query = read_arguments(action, {"order_id": "1", "postal_code": None, "email": None} | given)
        assert (query.postal_code, query.email) == (given.get("postal_code"), given.get("email"))
    for given, what in missing:
        with pytest.raises(InvalidArgumentsError, match=rf"^{what} is missing\. Ask the customer for the "):
            read_arguments(action, {"order_id": "1"} | given)


@pytest.mark.parametrize("arguments", [{"order_id": " 12345 "}, '{"order_id": " 12345 "}'])
def test_an_object_and_its_json_text_are_the_same_call_and_the_id_stays_as_it_was_sent(arguments: Any) -> None:
    query = read_arguments(SmartAction(), arguments)
    assert (query.order_id, query.postal_code) == (" 12345 ", None)


# --- errors ----------------------------------------------------------------------------------------------------------

CODES: list[tuple[ShipStationError, str]] = [
    (InvalidOrderIdError("x"), "invalid_order_id"),
    (InvalidRecipientCheckError("x"), "invalid_arguments"),
    (OrderNotFoundError("x"), "order_not_found"),
    (AmbiguousOrderError("x"), "ambiguous_order"),
    (AuthenticationError("x"), "authentication_failed"),
    (PlanUpgradeRequiredError("x"), "plan_upgrade_required"),
    (PermissionDeniedError("x"), "permission_denied"),
    (RateLimitError("x", retry_after=2.2), "rate_limited"),
    (APITimeoutError("x"), "timeout"),
    (APIConnectionError("x"), "unavailable"),
    (InternalServerError("x"), "unavailable"),
    (MalformedResponseError("x"), "malformed_response"),
    (BadRequestError("x"), "unexpected"),
    (NotFoundError("x"), "unexpected"),
    (APIStatusError("x", status_code=302), "unexpected"),
    (APIError("x"), "unexpected"),
    (ClientClosedError("x"), "unexpected"),
    (ConfigurationError("x"), "unexpected"),
    (WebhookVerificationError("x"), "unexpected"),
    (ShipStationError("x"), "unexpected"),
]


@pytest.mark.parametrize(("error", "code"), CODES)
def test_every_error_has_one_code_and_the_one_shape(error: ShipStationError, code: str) -> None:
    assert error_code(error) == code
    result = error_result("12345", error)
    message = result["shipstation"]["error"]["message"]
    assert result == {"shipstation": {"order_id": "12345", "error": {"code": code, "message": message}}}
    assert code == "ambiguous_order" or "x" in message
    assert json.loads(json.dumps(result)) == result


def test_a_model_is_not_told_in_which_stores_a_number_stands() -> None:
    error = AmbiguousOrderError("stores: se-415302, se-9", store_ids=["se-415302", "se-9"])
    message = error_result("12345", error)["shipstation"]["error"]["message"]
    assert "se-" not in message
    assert "postal code" in message


@pytest.mark.parametrize(
    "arguments", [{"order_id": "1", "postal_code": None}, '{"order_id": "1", "postal_code": null}']
)
def test_an_argument_that_is_null_counts_as_absent(arguments: Any) -> None:
    assert read_arguments(SmartAction(), arguments) == OrderQuery("1")
    with pytest.raises(InvalidArgumentsError, match="postal_code is missing"):
        read_arguments(SHOPIFY, arguments)


def test_all_codes_of_the_contract_are_there() -> None:
    assert set(get_args(ErrorCode)) == {code for _, code in CODES} | {"invalid_arguments", "unknown_tool"}


def test_a_rate_limit_tells_the_model_when_to_try_again() -> None:
    assert (
        "try again in 3 s" in error_result("1", RateLimitError("x", retry_after=2.2))["shipstation"]["error"]["message"]
    )
    assert "try again in a minute" in error_result("1", RateLimitError("x"))["shipstation"]["error"]["message"]


@pytest.mark.parametrize("error", [AuthenticationError("the key is old"), MalformedResponseError("no JSON")])
def test_what_trying_again_cannot_help_tells_the_model_to_hand_over(error: ShipStationError) -> None:
    message = error_result("1", error)["shipstation"]["error"]["message"]
    assert "hand over to a person" in message
    assert message.endswith(f"For the merchant: {error}")


def test_braces_in_an_errors_text_are_only_text() -> None:
    assert "{when} {0}" in error_result("1", APITimeoutError("{when} {0}"))["shipstation"]["error"]["message"]


def test_a_lone_surrogate_in_an_id_does_not_break_the_results_json() -> None:
    result = error_result("12\ud83d", InvalidOrderIdError("x"))
    assert json.dumps(result, ensure_ascii=False).encode()
