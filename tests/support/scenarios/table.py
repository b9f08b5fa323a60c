"""The whole table."""

from __future__ import annotations

from support.scenarios import carriers, choices, elsewhere, labels, numbers, recipients, strangers
from support.scenarios.life import Life

LIVES: list[Life] = [
    life for part in (numbers, strangers, recipients, labels, choices, carriers, elsewhere) for life in part.LIVES
]


def about(rule: str) -> list[Life]:
    """The lives of one rule."""
    return [life for life in LIVES if life.rule == rule]
