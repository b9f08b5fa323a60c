"""Trouble on demand: faults that a test injects, and the account's quota."""

from __future__ import annotations

import math
from collections import deque
from typing import Literal, get_args

import attrs

from shipstation_aissist.testing.errors import FakeUsageError
from shipstation_aissist.testing.replies import Broken, RefusedError, plan_limit, status_error

NamedFault = Literal["reset", "timeout", "truncated", "malformed", "html", "plan"]

_BODIES: dict[str, tuple[str, bytes]] = {
    "malformed": ("application/json", b'{"labels": [{"label_id": '),
    "html": ("text/html", b"<!DOCTYPE html><html><body><h1>Service temporarily unavailable</h1></body></html>"),
}


@attrs.define
class Fault:
    """What the next requests meet instead of an answer."""

    kind: int | NamedFault
    times: int
    path: str | None
    retry_after: str | None
    error_source: str

    @property
    def broken(self) -> Broken | None:
        """What the connection does, if that is the fault."""
        return self.kind if self.kind in ("reset", "timeout", "truncated") else None

    @property
    def literal(self) -> tuple[str, bytes] | None:
        """Content type and body of a reply that only looks like a success."""
        return _BODIES.get(str(self.kind))

    def refusal(self) -> RefusedError:
        """The error reply of a status."""
        headers = {} if self.retry_after is None else {"Retry-After": self.retry_after}
        if self.kind == "plan":
            return plan_limit()
        status = int(self.kind)
        if 300 <= status < 400:
            headers["Location"] = "https://elsewhere.example/v2/labels"
        return RefusedError(status, status_error(status, self.error_source), headers)


def make_fault(
    kind: int | NamedFault, times: int, path: str | None, retry_after: float | str | None, error_source: str
) -> Fault:
    """A fault, if there is such a one."""
    is_status = isinstance(kind, int) and not isinstance(kind, bool) and 300 <= kind <= 599
    if not is_status and kind not in get_args(NamedFault):
        names = ", ".join(repr(name) for name in get_args(NamedFault))
        raise FakeUsageError(
            f"there is no fault {kind!r}; give a status from 300 to 599 or one of {names}: "
            "fake.fail_next(429, retry_after=2)"
        )
    if times < 1:
        raise FakeUsageError(f"a fault happens at least once, not {times!r} times: fake.fail_next(503, times=2)")
    return Fault(kind, times, path, None if retry_after is None else str(retry_after), error_source)


class Quota:
    """So many requests in any sixty seconds (API notes 2.1)."""

    def __init__(self, requests_per_minute: int) -> None:
        if requests_per_minute < 1:
            raise FakeUsageError("a quota is at least one request: FakeShipStation(requests_per_minute=200)")
        self._limit = requests_per_minute
        self._answered: deque[float] = deque()

    def charge(self, now: float) -> None:
        """Count a request, or refuse it; refused ones are not counted."""
        while self._answered and self._answered[0] <= now - 60:
            self._answered.popleft()
        if len(self._answered) >= self._limit:
            wait = max(1, math.ceil(self._answered[0] + 60 - now))
            raise RefusedError(429, status_error(429), {"Retry-After": str(wait)})
        self._answered.append(now)
