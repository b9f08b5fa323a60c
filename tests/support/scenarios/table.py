"""The whole table."""

from __future__ import annotations

from support.scenarios import (
    by_parcel,
    carriers,
    chain,
    choices,
    codes,
    elsewhere,
    emails,
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
    *(numbers, typed, chain, strangers, forms_of_numbers),
    *(recipients, neighbours, emails, tracking_numbers, by_parcel),
    *(labels, returns_and_voids, choices, parts, codes),
    *(carriers, odd_replies, elsewhere),
)
LIVES: list[Life] = [life for part in PARTS for life in part.LIVES]


def about(rule: str) -> list[Life]:
    """The lives of one rule."""
    return [life for life in LIVES if life.rule == rule]
