"""A tool's definition, as the API of each model wants it."""

from __future__ import annotations

import copy
from typing import Any, Literal, TypeAlias, get_args

from shipstation_aissist.actions.tools import Tool, arguments_schema
from shipstation_aissist.errors import ConfigurationError
from shipstation_aissist.wire.requests import JSONValue

Dialect: TypeAlias = Literal["openai", "openai_responses", "anthropic", "gemini", "mcp"]
DIALECTS: tuple[Dialect, ...] = get_args(Dialect)
_WITH_STRICT_MODE = ("openai", "openai_responses")


def tool_schema(action: Tool, dialect: Dialect, *, strict: bool = False) -> dict[str, JSONValue]:
    """The definition of an action as a tool.

    Args:
        action: The action.
        dialect: ``"openai"`` (``tools`` of Chat Completions), ``"openai_responses"`` (``tools`` of Responses),
            ``"anthropic"`` (``tools`` of Messages), ``"gemini"`` (an entry of ``function_declarations``) or ``"mcp"``
            (an entry of ``tools/list``).
        strict: For the OpenAI dialects: the model's arguments follow the schema to the letter. Every property is
            required then, and the optional ones may be null, which counts as absent.

    Raises:
        ConfigurationError: Another dialect, or ``strict`` for one that has no strict mode.
    """
    if dialect not in DIALECTS:
        raise ConfigurationError(f"dialect must be one of {', '.join(DIALECTS)}, not {dialect!r}")
    if strict and dialect not in _WITH_STRICT_MODE:
        raise ConfigurationError(f"strict is for {' and '.join(_WITH_STRICT_MODE)}: {dialect} has no such mode")
    name, description = action.tool_name, action.description
    schema: Any = arguments_schema(action)
    if strict:
        schema = _strict(schema)
    if dialect in _WITH_STRICT_MODE:
        function: dict[str, JSONValue] = {"name": name, "description": description, "parameters": schema}
        if strict:
            function["strict"] = True
        return {"type": "function", "function": function} if dialect == "openai" else {"type": "function", **function}
    if dialect == "anthropic":
        return {"name": name, "description": description, "input_schema": schema}
    if dialect == "gemini":
        # Gemini's schemas are a part of OpenAPI's, which has no word for closed objects here.
        open_schema = {key: value for key, value in schema.items() if key != "additionalProperties"}
        return {"name": name, "description": description, "parameters": open_schema}
    return {
        "name": name,
        "title": action.name,
        "description": description,
        "inputSchema": schema,
        "outputSchema": _result_schema(action),
        "annotations": {
            "readOnlyHint": True,
            "destructiveHint": False,
            "idempotentHint": True,
            "openWorldHint": True,
        },
    }


def _result_schema(action: Tool) -> dict[str, JSONValue]:
    """What a call of the tool gives: an order in the action's format, or an error in its place."""
    from shipstation_aissist.schemas import load  # a file that only MCP needs

    order: Any = load(action.response_format)
    text = {"type": "string"}
    failed = {
        "type": "object",
        "properties": {
            "order_id": {"type": ["string", "null"]},
            "error": {"type": "object", "properties": {"code": text, "message": text}, "required": ["code", "message"]},
        },
        "required": ["order_id", "error"],
    }
    return {
        "type": "object",
        "properties": {
            "shipstation": {"anyOf": [order["properties"]["shipstation"], failed]},
            "response_instructions": {"type": "string"},
        },
        "required": ["shipstation"],
        "$defs": order["$defs"],
    }


def _strict(schema: dict[str, Any]) -> dict[str, Any]:
    strict = copy.deepcopy(schema)
    for name, described in strict["properties"].items():
        if name not in strict["required"]:
            described["type"] = [described["type"], "null"]
    strict["required"] = list(strict["properties"])
    return strict
