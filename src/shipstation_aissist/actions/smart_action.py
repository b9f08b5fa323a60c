"""What a merchant makes of ``trackOrder``: when it runs, what it is called, how it asks and answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum, StrEnum
from typing import Any, TypeVar

import attrs

from shipstation_aissist.actions.dialects import Dialect, tool_schema
from shipstation_aissist.actions.tools import RECIPIENT_CHECKS, RecipientCheck, shown
from shipstation_aissist.errors import ConfigurationError
from shipstation_aissist.orders.attention_codes import ATTENTION_CODES
from shipstation_aissist.orders.formats import RESPONSE_FORMATS, ResponseFormat
from shipstation_aissist.orders.patience import Patience, read_patience
from shipstation_aissist.orders.query import OrderKey, check_settings
from shipstation_aissist.texts import did_you_mean
from shipstation_aissist.wire.requests import JSONValue

E = TypeVar("E", bound=StrEnum)

DEFAULT_NAME = "trackOrder"
DEFAULT_DESCRIPTION = (
    "Find out where a customer's order is: its state, carrier, tracking number, delivery dates and tracking events. "
    "Use it whenever a customer asks about an order on its way. Never guess an order id: ask the customer for it."
)
DEFAULT_ORDER_ID_DESCRIPTION = "Order id (e.g., Shopify/WooCommerce/AdobeCommerce order id)"
METHODS = ("trackOrder",)
LONGEST_TOOL_NAME = 64


class Execution(StrEnum):
    """In which part of a conversation a smart action runs."""

    SESSION_START = "session_start"
    DURING_INTERACTION = "during_interaction"
    BOTH = "both"


class Trigger(StrEnum):
    """Whose message starts a smart action that runs during the interaction."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    BOTH = "both"


class Moment(StrEnum):
    """What happens in the conversation right now: it begins, or a message comes in or goes out."""

    SESSION_START = "session_start"
    INBOUND = "inbound"
    OUTBOUND = "outbound"


def runs(execution: Execution, trigger: Trigger, moment: Moment) -> bool:
    """The truth table: a trigger narrows only what runs during the interaction."""
    if moment is Moment.SESSION_START:
        return execution in (Execution.SESSION_START, Execution.BOTH)
    during = execution in (Execution.DURING_INTERACTION, Execution.BOTH)
    return during and trigger in (Trigger(moment.value), Trigger.BOTH)


def read_moment(moment: Moment | str) -> Moment:
    """A moment, or its string.

    Raises:
        ConfigurationError: There is none of this name.
    """
    return _member(Moment, "moment", moment)


def _member(kind: type[E], field: str, value: Any) -> E:
    try:
        return kind(value)
    except ValueError:
        names = ", ".join(repr(member.value) for member in kind)
    raise ConfigurationError(f"{field} must be one of {names}, not {shown(value)}")


def _execution(value: Execution | str) -> Execution:
    return _member(Execution, "execution", value)


def _trigger(value: Trigger | str) -> Trigger:
    return _member(Trigger, "trigger", value)


def _one_line(_action: object, field: attrs.Attribute[Any], value: object) -> None:
    if not (isinstance(value, str) and value.strip() and value.isprintable()):
        raise ConfigurationError(f"{field.name} must be a str of printable characters, not {shown(value)}")


def _text(_action: object, field: attrs.Attribute[Any], value: object) -> None:
    if not (isinstance(value, str) and value.strip() and all(c.isprintable() or c in "\n\t\r" for c in value)):
        raise ConfigurationError(f"{field.name} must be a str of printable characters, not {shown(value)}")


def _optional_text(action: object, field: attrs.Attribute[Any], value: object) -> None:
    if value is not None:
        _text(action, field, value)


def _method(_action: object, field: attrs.Attribute[Any], value: object) -> None:
    if value not in METHODS:
        raise ConfigurationError(f"{field.name} must be {METHODS[0]!r}, not {shown(value)}")


def _recipient_check(_action: object, field: attrs.Attribute[Any], value: object) -> None:
    if value not in RECIPIENT_CHECKS:
        names = ", ".join(repr(name) for name in RECIPIENT_CHECKS)
        raise ConfigurationError(f"{field.name} must be one of {names}, not {shown(value)}")


def _pattern(_action: object, field: attrs.Attribute[Any], value: object) -> None:
    if value is not None and not isinstance(value, str):
        raise ConfigurationError(f"{field.name} must be a regular expression as a str, not {shown(value)}")
    check_settings("auto", None, value, None)


def _order_key(_action: object, _field: attrs.Attribute[Any], value: object) -> None:
    check_settings(value, None, None, None)


def _store_id(_action: object, _field: attrs.Attribute[Any], value: object) -> None:
    check_settings("auto", value, None, None)


def _response_format(_action: object, field: attrs.Attribute[Any], value: object) -> None:
    if value not in RESPONSE_FORMATS:
        names = " or ".join(repr(name) for name in RESPONSE_FORMATS)
        raise ConfigurationError(f"{field.name} must be {names}, not {shown(value)}")


def _max_events(_action: object, field: attrs.Attribute[Any], value: object) -> None:
    if type(value) is not int or value < 0:
        raise ConfigurationError(f"{field.name} must be a whole number of 0 or more, not {shown(value)}")


def _next_steps(value: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, Mapping):
        raise ConfigurationError(f"next_steps must be a table of codes and their steps, not {shown(value)}")
    read: dict[str, tuple[str, ...]] = {}
    for code, steps in value.items():
        if code not in ATTENTION_CODES:
            raise ConfigurationError(
                f"next_steps: {shown(code)} is no code of what needs attention; there are {', '.join(ATTENTION_CODES)}"
                f"{did_you_mean(code, ATTENTION_CODES)}"
            )
        if not isinstance(steps, list | tuple):
            raise ConfigurationError(f"next_steps[{code!r}] must be a list of sentences, not {shown(steps)}")
        for step in steps:
            if not (isinstance(step, str) and step.strip() and step.isprintable()):
                raise ConfigurationError(
                    f"next_steps[{code!r}] must be sentences of printable characters, not {shown(step)}"
                )
        read[code] = tuple(steps)
    return read


def _tool_name(_action: object, field: attrs.Attribute[Any], value: object) -> None:
    if not isinstance(value, str) or not re.fullmatch(rf"[A-Za-z0-9_-]{{1,{LONGEST_TOOL_NAME}}}", value):
        raise ConfigurationError(
            f"{field.name} must have 1 to {LONGEST_TOOL_NAME} letters, digits, '_' or '-', not {shown(value)}"
        )


def _tool_name_of(action: SmartAction) -> str:
    """Its name, every run of other characters turned into ``_``; cut to what the APIs of the models accept."""
    name: object = action.name  # not checked yet: validators come after defaults
    return re.sub(r"[^A-Za-z0-9_-]+", "_", name)[:LONGEST_TOOL_NAME] if isinstance(name, str) else ""


@attrs.frozen
class SmartAction:
    r"""One smart action of an integration: data that a merchant can write, and nothing that acts.

    Args:
        name: What the merchant calls it.
        description: What it does, for the model that decides whether to use it.
        method: What it does; there is ``"trackOrder"``.
        execution: In which part of a conversation it runs: an :class:`Execution` or its string.
        trigger: Whose message starts it during the interaction: a :class:`Trigger` or its string.
        order_id_description: What the merchant's order ids look like and where a customer finds one, for the model.
        order_id_pattern: A regular expression that the whole id must match; group 1, if any, is looked up (R1).
        order_key: What order ids are: ``"auto"``, ``"number"``, ``"external_id"``, ``"shipment_id"`` or
            ``"tracking_number"`` (R2).
        store_id: Only shipments of this store.
        recipient_check: What must come with the order id, so that an order is answered to its recipient only (R5):
            ``"optional"``, ``"postal_code"``, ``"email"``, ``"either"`` of them, or ``"both"``.
        patience: When an order counts as late, stalled or lost: a :class:`Patience`, or a table of its fields.
        next_steps: What to do about what needs attention, by its code, in place of the usual steps.
        max_events: How many of the newest events of each parcel a tool's result holds.
        response_instructions: What the assistant should make of the answer; rides along with it.
        response_format: ``"full"`` or ``"documented"``.
        tool_name: What the model calls it: 1 to 64 letters, digits, ``_`` or ``-``; default: made of the name.

    Raises:
        ConfigurationError: A field is unusable; the message names it.

    Example:
        >>> action = SmartAction("Where is my order?", order_id_pattern=r"SHOPIFY-(\d+)", trigger="both")
        >>> action.tool_name
        'Where_is_my_order_'
        >>> action.runs_on("outbound")
        True
    """

    name: str = attrs.field(default=DEFAULT_NAME, validator=_one_line)
    description: str = attrs.field(default=DEFAULT_DESCRIPTION, validator=_text)
    method: str = attrs.field(default=METHODS[0], validator=_method, kw_only=True)
    execution: Execution = attrs.field(default=Execution.DURING_INTERACTION, converter=_execution, kw_only=True)
    trigger: Trigger = attrs.field(default=Trigger.INBOUND, converter=_trigger, kw_only=True)
    order_id_description: str = attrs.field(default=DEFAULT_ORDER_ID_DESCRIPTION, validator=_text, kw_only=True)
    order_id_pattern: str | None = attrs.field(default=None, validator=_pattern, kw_only=True)
    order_key: OrderKey = attrs.field(default="auto", validator=_order_key, kw_only=True)
    store_id: str | None = attrs.field(default=None, validator=_store_id, kw_only=True)
    recipient_check: RecipientCheck = attrs.field(default="optional", validator=_recipient_check, kw_only=True)
    patience: Patience = attrs.field(factory=Patience, converter=read_patience, kw_only=True)
    next_steps: dict[str, tuple[str, ...]] = attrs.field(factory=dict, converter=_next_steps, hash=False, kw_only=True)
    max_events: int = attrs.field(default=10, validator=_max_events, kw_only=True)
    response_instructions: str | None = attrs.field(default=None, validator=_optional_text, kw_only=True)
    response_format: ResponseFormat = attrs.field(default="full", validator=_response_format, kw_only=True)
    tool_name: str = attrs.field(
        default=attrs.Factory(_tool_name_of, takes_self=True), validator=_tool_name, kw_only=True
    )

    @property
    def expected_format(self) -> str:
        """What an order id looks like, for the message of one that does not (R1)."""
        described = self.order_id_description.strip().rstrip(".")
        return f"{described}, matching {self.order_id_pattern}" if self.order_id_pattern else described

    def runs_on(self, moment: Moment | str) -> bool:
        """Whether it runs at a moment of the conversation; see :func:`runs` for the table.

        Raises:
            ConfigurationError: There is no such moment.
        """
        return runs(self.execution, self.trigger, read_moment(moment))

    @property
    def is_tool(self) -> bool:
        """Whether a model may call it: it runs during the interaction.

        An action for the session's start is no tool: a model that could call it would get round the recipient check of
        another.
        """
        return self.execution is not Execution.SESSION_START

    def tool_schema(self, dialect: Dialect, *, strict: bool = False) -> dict[str, JSONValue]:
        """The definition of the tool as a model's API expects it; a new dict at every call, always the same one.

        Args:
            dialect: ``"openai"``, ``"openai_responses"``, ``"anthropic"``, ``"gemini"`` or ``"mcp"``.
            strict: For the OpenAI dialects: in their strict mode.

        Raises:
            ConfigurationError: Another dialect, or ``strict`` for one that has no such mode.
        """
        return tool_schema(self, dialect, strict=strict)

    def to_dict(self) -> dict[str, JSONValue]:
        """Its fields as JSON-safe (and TOML-safe) values; what is not set is left out."""
        return attrs.asdict(
            self,
            filter=lambda _, value: value is not None and value not in ({}, Patience()),
            value_serializer=lambda _action, _field, value: _plain(value),
        )

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> SmartAction:
        """The action that :meth:`to_dict` wrote, or that a merchant did.

        Args:
            data: Field names and values; ``None`` counts as not set.

        Raises:
            ConfigurationError: There is no such field, or its value is unusable; the message names it.
        """
        if not isinstance(data, Mapping):
            raise ConfigurationError(f"an action must be a table of fields, not {shown(data)}")
        fields = {field.name for field in attrs.fields(cls)}
        for name in data:
            if name not in fields:
                raise ConfigurationError(
                    f"{shown(name)} is no field of an action; there are {', '.join(sorted(fields))}"
                    f"{did_you_mean(name, fields)}"
                )
        return cls(**{name: value for name, value in data.items() if value is not None})


def _plain(value: object) -> object:
    if isinstance(value, dict):  # the next steps, by their codes
        return {code: list(steps) for code, steps in value.items()}
    return value.value if isinstance(value, Enum) else value
