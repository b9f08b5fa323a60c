"""The two response formats as JSON Schemas, shipped with the package."""

from __future__ import annotations

import json
from importlib.resources import files

from shipstation_aissist.orders.formats import RESPONSE_FORMATS, ResponseFormat
from shipstation_aissist.wire.requests import JSONValue


def load(response_format: ResponseFormat = "documented") -> dict[str, JSONValue]:
    """The JSON Schema of what ``TrackOrderResponse.to_dict(response_format)`` returns.

    Args:
        response_format: ``"documented"`` or ``"full"``.

    Returns:
        The schema; a dict of the caller's own.

    Raises:
        ValueError: Another format.

    Example:
        >>> from shipstation_aissist import schemas
        >>> schemas.load("documented")["required"]
        ['shipstation']
    """
    if response_format not in RESPONSE_FORMATS:
        raise ValueError(f"response_format must be 'documented' or 'full', not {response_format!r}")
    schema: dict[str, JSONValue] = json.loads(files(__name__).joinpath(f"{response_format}.json").read_text("utf-8"))
    return schema
