"""What of an order needs attention: values that a support agent, human or not, can act on."""

from __future__ import annotations

from datetime import date
from typing import Literal, TypeAlias

import attrs

Severity: TypeAlias = Literal["info", "act"]


@attrs.frozen(kw_only=True)
class Attention:
    """One thing about an order that somebody should know, or do something about.

    Attributes:
        code: What it is, as one word for a program (``"late"``, ``"stalled"``, ...).
        severity: ``"info"`` where it is enough to know it, ``"act"`` where somebody should do something.
        tracking_number: The parcel that it is about, or ``None``.
        since: The day from which on it holds, or ``None``.
        days: For how many days it has held, or ``None``.
        message: One plain sentence, with dates, without the carrier's words.
        next_steps: What to do, one sentence each.
    """

    code: str
    severity: Severity
    tracking_number: str | None = None
    since: date | None = None
    days: int | None = None
    message: str
    next_steps: tuple[str, ...] = ()
