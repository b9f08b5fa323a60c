"""The "Test" button: what asking for one label found out, once for both clients."""

from __future__ import annotations

from typing import Literal, TypeAlias

import attrs

from shipstation_aissist.errors import (
    APIConnectionError,
    APIError,
    APITimeoutError,
    AuthenticationError,
    PermissionDeniedError,
    PlanUpgradeRequiredError,
    RateLimitError,
)
from shipstation_aissist.transport.clock import Clock

Reason: TypeAlias = Literal[
    "ok",
    "bad_api_key",
    "plan_upgrade_required",
    "forbidden",
    "rate_limited",
    "unreachable",
    "timeout",
    "unexpected",
]


@attrs.frozen(kw_only=True)
class ConnectionStatus:
    """What the "Test" button found out.

    Attributes:
        ok: Whether key, plan and network are good for tracking orders.
        reason: One word for a program.
        message: What to do next, for a person.
        request_id: ShipStation's id of the request, or ``None``.
        elapsed: Seconds that the test took.
    """

    ok: bool
    reason: Reason
    message: str
    request_id: str | None
    elapsed: float


class LastTest:
    """What the last test of the connection found, shared by a client and its views."""

    found: tuple[float, ConnectionStatus] | None = None

    def not_older_than(self, seconds: float, clock: Clock) -> ConnectionStatus | None:
        """That, if it is recent enough."""
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            raise TypeError(f"max_age must be a number of seconds, not {type(seconds).__name__}")
        if not seconds >= 0:
            raise ValueError("max_age must be 0 seconds or more")
        if self.found is None or seconds == 0:
            return None
        at, status = self.found
        return status if clock.monotonic() - at <= seconds else None


def status_of_test(error: APIError | None, elapsed: float) -> ConnectionStatus:
    """What the "Test" button says.

    Args:
        error: What asking for a label ended with; ``None`` where it was answered.
        elapsed: Seconds that it took.
    """
    if error is None:
        message = "The connection works: key and plan can read labels."
        return ConnectionStatus(ok=True, reason="ok", message=message, request_id=None, elapsed=elapsed)
    return ConnectionStatus(
        ok=False,
        reason=_reason(error),
        message=str(error),
        request_id=getattr(error, "request_id", None),
        elapsed=elapsed,
    )


def _reason(error: APIError) -> Reason:
    for kind, reason in _REASONS:
        if isinstance(error, kind):
            return reason
    return "unexpected"


_REASONS: tuple[tuple[type[APIError], Reason], ...] = (
    (AuthenticationError, "bad_api_key"),
    (PlanUpgradeRequiredError, "plan_upgrade_required"),
    (PermissionDeniedError, "forbidden"),
    (RateLimitError, "rate_limited"),
    (APITimeoutError, "timeout"),
    (APIConnectionError, "unreachable"),
)
