"""What goes out of the fake: a reply as a value, and the API's error bodies (API notes 1.7, 1.8, 2.4, 3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Protocol

import attrs

from shipstation_aissist.testing.clock import FakeClock

Broken = Literal["reset", "timeout", "truncated"]


@attrs.frozen
class FakeReply:
    """One HTTP reply.

    ``broken`` says what the connection does instead of carrying it: it is ``"reset"``, it stalls (``"timeout"``), or it
    ends in the middle of the body (``"truncated"``).
    """

    status: int
    headers: dict[str, str]
    body: bytes
    broken: Broken | None = None


@attrs.frozen
class RecordedCall:
    """One request that reached the fake. The key is not kept.

    ``status`` is ``None`` where no reply came back.
    """

    method: str
    path: str
    query: dict[str, str]
    status: int | None


class Answering(Protocol):
    """What an adapter or a server needs of the fake."""

    clock: FakeClock

    def handle(self, method: str, url: str, headers: Mapping[str, str]) -> FakeReply:
        """Answer one request."""
        ...


class RefusedError(Exception):
    """A request that ends in an error reply."""

    def __init__(self, status: int, error: dict[str, Any] | None, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status)
        self.status = status
        self.error = error
        """The entry of ``errors``; ``None`` for an empty body."""
        self.headers = headers or {}


def invalid(name: str, value: str) -> RefusedError:
    """A value that the API does not take (API notes 3.8)."""
    return RefusedError(
        400,
        {
            "error_source": "shipengine",
            "error_type": "validation",
            "error_code": "invalid_field_value",
            "message": f"The value '{value}' is not valid for {name}.",
            "field_name": name,
            "field_value": value,
        },
    )


def not_found(what: str, name: str, value: str) -> RefusedError:
    """A record that does not exist."""
    return RefusedError(
        404,
        {
            "error_source": "shipengine",
            "error_type": "validation",
            "error_code": "invalid_identifier",
            "message": f"{what} with {'id' if name.endswith('_id') else name} {value} was not found.",
            "field_name": name,
            "field_value": value,
        },
    )


def not_trackable(carrier_code: str) -> RefusedError:
    """A carrier without tracking (API notes 7.6)."""
    return RefusedError(
        400,
        {
            "error_source": "shipengine",
            "error_type": "business_rules",
            "error_code": "tracking_not_supported",
            "message": f"Tracking is not supported for carrier {carrier_code}.",
        },
    )


def plan_limit() -> RefusedError:
    """The entitlement wall: a 401 that is not about the key (API notes 1.8)."""
    return RefusedError(
        401,
        status_error(401)
        | {
            "message": "Your billing plan does not include this feature. "
            "Please upgrade your billing plan or add the feature to continue."
        },
    )


def status_error(status: int, source: str = "shipengine") -> dict[str, Any]:
    """The entry of ``errors`` that stands for a status."""
    kind, code, message = _BY_STATUS.get(status, ("system", "unspecified", "An unexpected error occurred."))
    return {"error_source": source, "error_type": kind, "error_code": code, "message": message}


_BY_STATUS = {
    400: ("validation", "invalid_field_value", "The request is not valid."),
    401: ("security", "unauthorized", "Access denied."),
    403: ("security", "forbidden", "Access is forbidden."),
    404: ("validation", "invalid_identifier", "The requested resource was not found."),
    405: ("validation", "invalid_object", "The requested method is not allowed."),
    429: (
        "system",
        "rate_limit_exceeded",
        "You have exceeded the rate limit. Please see https://www.shipengine.com/docs/rate-limits",
    ),
}
