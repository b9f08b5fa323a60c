"""What a language model sees: what it may send to a tool, what it gets, which errors."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from math import ceil
from typing import TYPE_CHECKING, Literal, NotRequired, Protocol, TypeAlias, TypedDict, get_args

import attrs

from shipstation_aissist.errors import (
    AmbiguousOrderError,
    APIConnectionError,
    APITimeoutError,
    AuthenticationError,
    InternalServerError,
    InvalidOrderIdError,
    InvalidRecipientCheckError,
    MalformedResponseError,
    OrderNotFoundError,
    PermissionDeniedError,
    PlanUpgradeRequiredError,
    RateLimitError,
    ShipStationError,
)
from shipstation_aissist.orders.attention import with_next_steps
from shipstation_aissist.orders.formats import DocumentedOrder, FullOrder, ResponseFormat
from shipstation_aissist.orders.query import OrderQuery
from shipstation_aissist.texts import bare_name
from shipstation_aissist.wire.requests import JSONValue

if TYPE_CHECKING:
    from shipstation_aissist.orders.response import TrackOrderResponse

ErrorCode: TypeAlias = Literal[
    "invalid_arguments",
    "unknown_tool",
    "invalid_order_id",
    "order_not_found",
    "ambiguous_order",
    "authentication_failed",
    "plan_upgrade_required",
    "permission_denied",
    "rate_limited",
    "timeout",
    "unavailable",
    "malformed_response",
    "unexpected",
]


class ToolError(TypedDict):
    """Why a tool call has no answer: a word for a program, a message that a model can act on."""

    code: ErrorCode
    message: str


class FailedOrder(TypedDict):
    """``shipstation`` of a tool call that has no answer."""

    order_id: str | None
    error: ToolError


class ToolFailure(TypedDict):
    """What a tool call, or a line of a batch, gives in place of an answer."""

    shipstation: FailedOrder


class ToolResult(TypedDict):
    """What a tool call gives: the order in the action's format or the error, and the action's instructions if any."""

    shipstation: DocumentedOrder | FullOrder | FailedOrder
    response_instructions: NotRequired[str]


RecipientCheck: TypeAlias = Literal["optional", "postal_code", "email", "either", "both"]
RECIPIENT_CHECKS: tuple[str, ...] = get_args(RecipientCheck)
_REQUIRED: dict[RecipientCheck, tuple[str, ...]] = {
    "optional": (),
    "postal_code": ("postal_code",),
    "email": ("email",),
    "either": (),  # JSON Schema could say it, and the models' APIs refuse what says it: it is told in words
    "both": ("postal_code", "email"),
}
_CHECKED = {"postal_code": "postal code of the delivery address", "email": "e-mail address of the order"}
ARGUMENTS = ("order_id", *_CHECKED)
# Who gives one of these wants the recipient checked; one that is ignored would check nobody.
_OTHER_NAMES = {
    **dict.fromkeys(("postalcode", "zip", "zipcode", "zippostalcode", "postcode", "postal"), "postal_code"),
    **dict.fromkeys(("email", "mail", "emailaddress", "mailaddress"), "email"),
}

# --- the arguments ---------------------------------------------------------------------------------------------------


class Tool(Protocol):
    """What a tool is made of, for a model: a :class:`SmartAction` is one."""

    @property
    def name(self) -> str:
        """What the merchant calls it."""
        ...

    @property
    def tool_name(self) -> str:
        """What the model calls it."""
        ...

    @property
    def description(self) -> str:
        """When to use it, for the model."""
        ...

    @property
    def order_id_description(self) -> str:
        """What order ids look like, for the model."""
        ...

    @property
    def order_id_pattern(self) -> str | None:
        """What a whole order id must match (R1)."""
        ...

    @property
    def expected_format(self) -> str:
        """The format of an order id, in words."""
        ...

    @property
    def recipient_check(self) -> RecipientCheck:
        """What must come with the order id (R5)."""
        ...

    @property
    def max_events(self) -> int:
        """How many events of each parcel a result holds."""
        ...

    @property
    def response_format(self) -> ResponseFormat:
        """In which format a result is."""
        ...


def arguments_schema(action: Tool) -> dict[str, JSONValue]:
    """What a call of the tool may hold, as a JSON Schema.

    Args:
        action: The action.
    """
    order_id: dict[str, JSONValue] = {"type": "string", "description": action.order_id_description}
    if action.order_id_pattern is not None:
        if _PYTHON_ONLY.search(action.order_id_pattern):
            order_id["description"] = action.expected_format
        else:
            order_id["pattern"] = _whole(action.order_id_pattern)
    either = " Send postal_code, email or both." if action.recipient_check == "either" else ""
    checks: dict[str, JSONValue] = {
        name: {
            "type": "string",
            "description": f"{what[0].upper()}{what[1:]}, as the customer gives it. The order is answered only if it "
            f"matches.{either}",
        }
        for name, what in _CHECKED.items()
    }
    return {
        "type": "object",
        "properties": {"order_id": order_id, **checks},
        "required": ["order_id", *_REQUIRED[action.recipient_check]],
        "additionalProperties": False,
    }


# Flags, named groups, possessive quantifiers: JSON Schema's patterns are those of ECMAScript, which has none of them.
_PYTHON_ONLY = re.compile(r"\(\?(?![:=!]|<[=!])|\\[AZ]|[*+?}]\+")


def _whole(pattern: str) -> str:
    """A pattern of JSON Schema matches anywhere in a text, the merchant's must match the whole of it (R1)."""
    bare = "|" not in pattern and not pattern.startswith("^") and not pattern.endswith("$")
    return f"^{pattern}$" if bare else f"^(?:{pattern})$"


class InvalidArgumentsError(Exception):
    """What a model sent cannot be a call of the tool; the message tells the model what to send instead."""


def meant_as(name: str) -> str | None:
    """The recipient check that a name of a column or an argument means, though it is called otherwise, or ``None``.

    Args:
        name: In any case, with any separators: ``"Zip Code"``.
    """
    return _OTHER_NAMES.get(bare_name(name))


def read_arguments(action: Tool, arguments: object) -> OrderQuery:
    """The order that a tool call asks for; models send anything, so everything is checked.

    Args:
        action: The action that is called.
        arguments: An object, or the JSON text of one, which is what OpenAI's API hands out. Null counts as absent.

    Raises:
        InvalidArgumentsError: They do not follow the schema.
    """
    # A null counts as absent: models in strict mode must send every argument.
    given = {name: value for name, value in _object_of(arguments).items() if value is not None}
    for name in given:
        if name not in ARGUMENTS:
            raise InvalidArgumentsError(
                f"There is no argument {shown(name)}. Send order_id and, if the customer gave them, postal_code and "
                "email."
            )
    order_id = _text_of(given, "order_id", f"Ask the customer for it: {action.expected_format}.")
    if action.recipient_check == "either" and not any(name in given for name in _CHECKED):
        ask = " or ".join(f"the {what}" for what in _CHECKED.values())
        raise InvalidArgumentsError(f"postal_code or email is missing. Ask the customer for {ask}.")
    required = _REQUIRED[action.recipient_check]
    checks = {name: _check_of(given, name, required=name in required) for name in _CHECKED}
    return OrderQuery(order_id, **checks)


def _check_of(given: Mapping[object, object], name: str, *, required: bool) -> str | None:
    """A part of the recipient check, or ``None`` where it may be left out and is."""
    if name not in given and not required:
        return None
    ask = f"Ask the customer for the {_CHECKED[name]}{'' if required else ', or leave it out'}."
    value = _text_of(given, name, ask)
    try:
        OrderQuery("", **{name: value})
    except InvalidRecipientCheckError:
        what_is_wrong = {"postal_code": "has no letters or digits", "email": "is no e-mail address"}
        fault = f"{name} {what_is_wrong[name]}. {ask}"
    else:
        return value
    raise InvalidArgumentsError(fault)


def _object_of(arguments: object) -> Mapping[object, object]:
    if isinstance(arguments, str):
        try:
            arguments = json.loads(arguments)
        except (ValueError, RecursionError):
            arguments = None
    if not isinstance(arguments, Mapping):
        raise InvalidArgumentsError('The arguments must be a JSON object such as {"order_id": "12345"}.')
    return arguments


def _text_of(given: Mapping[object, object], name: str, what_to_do: str) -> str:
    if name not in given:
        raise InvalidArgumentsError(f"{name} is missing. {what_to_do}")
    value = given[name]
    if not isinstance(value, str):
        raise InvalidArgumentsError(f"{name} must be a string, not {_json_type(value)}. {what_to_do}")
    if not value.strip():
        raise InvalidArgumentsError(f"{name} is blank. {what_to_do}")
    return value


def _json_type(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, Mapping):
        return "an object"
    return "an array" if isinstance(value, list | tuple) else f"a {type(value).__name__}"


# --- the answer ------------------------------------------------------------------------------------------------------


def order_result(
    action: Tool, response: TrackOrderResponse, next_steps: dict[str, tuple[str, ...]]
) -> DocumentedOrder | FullOrder:
    """What a tool call gives for an order: the action's format, its newest events and its own next steps.

    Args:
        action: The action that was called.
        response: The answer.
        next_steps: The action's, by code.
    """
    told = attrs.evolve(response, attention=with_next_steps(response.attention, next_steps))
    return told.to_dict(action.response_format, action.max_events)["shipstation"]


# --- the errors ------------------------------------------------------------------------------------------------------

_CODES: tuple[tuple[type[ShipStationError], ErrorCode], ...] = (
    (InvalidOrderIdError, "invalid_order_id"),
    (InvalidRecipientCheckError, "invalid_arguments"),
    (OrderNotFoundError, "order_not_found"),
    (AmbiguousOrderError, "ambiguous_order"),
    (AuthenticationError, "authentication_failed"),
    (PlanUpgradeRequiredError, "plan_upgrade_required"),
    (PermissionDeniedError, "permission_denied"),
    (RateLimitError, "rate_limited"),
    (APITimeoutError, "timeout"),
    (APIConnectionError, "unavailable"),
    (InternalServerError, "unavailable"),
    (MalformedResponseError, "malformed_response"),
)

_TRY_LATER = "The order could not be looked up this time. Say so, and try again {when}. For the merchant: {error}"
_HAND_OVER = (
    "Orders cannot be looked up at the moment, and trying again will not help. Say so, and hand over to a person. "
    "For the merchant: {error}"
)
_MESSAGES: dict[ErrorCode, str] = {
    "invalid_arguments": "{error}",
    "invalid_order_id": "{error} Ask the customer for it; do not guess one.",
    "order_not_found": "{error}",
    # Without the stores: they are the merchant's own business, and a model would name them to the customer.
    "ambiguous_order": "This number stands for several orders. Ask the customer for the postal code of the delivery "
    "address; if that is known already, hand over to a person.",
    "rate_limited": _TRY_LATER,
    "timeout": _TRY_LATER,
    "unavailable": _TRY_LATER,
}


def error_code(error: ShipStationError) -> ErrorCode:
    """The one word that stands for an error."""
    for kind, code in _CODES:
        if isinstance(error, kind):
            return code
    return "unexpected"


def error_result(order_id: str | None, error: ShipStationError) -> ToolFailure:
    """What a tool call, or a line of a batch, gives in place of an answer.

    Args:
        order_id: What the caller passed, or ``None`` where it passed no text.
        error: What went wrong.

    Returns:
        ``{"shipstation": {"order_id": ..., "error": {"code": ..., "message": ...}}}``; the message is written so that
        a model can act on it.
    """
    code = error_code(error)
    wait = getattr(error, "retry_after", None)
    when = f"in {ceil(wait)} s" if wait else "in a minute"
    return failure(order_id, code, _MESSAGES.get(code, _HAND_OVER).format(error=error, when=when))


def unknown_tool(tool_name: object, known: Sequence[str], arguments: object) -> ToolFailure:
    """The result of a call of a tool that is not there."""
    tools = f"The tools are: {', '.join(known)}." if known else "There are no tools."
    return failure(order_id_in(arguments), "unknown_tool", f"There is no tool {shown(tool_name)}. {tools}")


def failure(order_id: str | None, code: ErrorCode, message: str) -> ToolFailure:
    """A result that is an error, in the shape that every one has."""
    shown_id = None if order_id is None else _json_safe(order_id)
    return {"shipstation": {"order_id": shown_id, "error": {"code": code, "message": _json_safe(message)}}}


def order_id_in(arguments: object) -> str | None:
    """What a tool call names as order id, if it is a text."""
    try:
        order_id = _object_of(arguments).get("order_id")
    except InvalidArgumentsError:
        return None
    return order_id if isinstance(order_id, str) else None


def _json_safe(text: str) -> str:
    """Without lone surrogates, which a model's JSON may smuggle in and no UTF-8 can hold."""
    return text.encode("utf-8", "replace").decode()


def shown(value: object) -> str:
    """A value as a message can quote it."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
