"""The one stream of records: logs, ``on_event`` and the debugger's trace are three views of it (T8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import attrs

DRIFT = "drift"
"""The rule of a step that tells of a code, status or carrier that the library does not know; once per client."""


@attrs.frozen(kw_only=True)
class TraceStep:
    """One thing that happened: an attempt at a request, a wait, or a decision of a rule.

    It holds no key, header or body, and no value of a query.

    Attributes:
        kind: ``"request"``, ``"wait"`` or ``"decision"``.
        endpoint: The request's endpoint with names in place of ids, ``"GET /labels/{label_id}/track"``: the same for
            every order, for metrics and the names of spans; ``None`` for a decision about no request.
        what: Method and path of a request with the names of its query, or a sentence.
        rule: The rule that decided (``"R3"``), ``"drift"`` for a word of the API that is not known, or ``None``.
        record_id: The id of the record that a rule dropped or chose, or ``None``.
        attempt: The number of the attempt, from 1 on, or ``None`` for a decision.
        status: The HTTP status, or ``None`` where no reply arrived.
        seconds: How long the attempt or the wait took, or ``None`` for a decision.
        request_id: ShipStation's id of the request, or ``None``.
        error: Why an attempt failed, in one line, or ``None``; it may quote what the API said.
        error_codes: The ``error_code`` of each entry of the API's error, with its field, if it names one:
            ``"invalid_field_value (store_id)"``.
        warning: Whether it is worth a WARNING in the log: a retry, or a partial answer.
    """

    kind: Literal["request", "wait", "decision"]
    endpoint: str | None = None
    what: str
    rule: str | None = None
    record_id: str | None = None
    attempt: int | None = None
    status: int | None = None
    seconds: float | None = None
    request_id: str | None = None
    error: str | None = None
    error_codes: tuple[str, ...] = ()
    warning: bool = False


Record = Callable[[TraceStep], None]
"""Takes one step; may be called from several threads at once."""
