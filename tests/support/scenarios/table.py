"""The whole table."""

from __future__ import annotations

from support.scenarios import (
    carriers,
    choices,
    codes,
    elsewhere,
    forms_of_numbers,
    labels,
    neighbours,
    numbers,
    odd_replies,
    parts,
    recipients,
    returns_and_voids,
    strangers,
    tracking_numbers,
    typed,
)
from support.scenarios.life import Life

PARTS = (
    *(numbers, typed, strangers, forms_of_numbers),
    *(recipients, neighbours, tracking_numbers),
    *(labels, returns_and_voids, choices, parts, codes),
    *(carriers, odd_replies, elsewhere),
)
LIVES: list[Life] = [life for part in PARTS for life in part.LIVES]


def about(rule: str) -> list[Life]:
    """The lives of one rule."""
    return [life for life in LIVES if life.rule == rule]
