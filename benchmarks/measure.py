"""Measuring side by side: the contestants take turns, round by round.

Absolute times mean little on a shared machine, and one run after the other compares two moods of the machine as much as
two programs. So a ratio is taken within each round, and the median of these counts.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping


class Turns:
    """What each contestant needed in each round, in seconds or whatever was measured."""

    def __init__(self) -> None:
        self._figures: dict[str, list[float]] = {}

    def add(self, name: str, figure: float) -> None:
        """Note the next round of a contestant."""
        self._figures.setdefault(name, []).append(figure)

    def __contains__(self, name: str) -> bool:
        return name in self._figures

    def median(self, name: str) -> float:
        """The figure of the median round."""
        return statistics.median(self._figures[name])

    def ratio(self, name: str, reference: str) -> float:
        """The median of the rounds' ratios."""
        pairs = zip(self._figures[name], self._figures[reference], strict=True)
        return statistics.median(ours / theirs for ours, theirs in pairs)


def side_by_side(contestants: Mapping[str, Callable[[], object]], *, rounds: int, calls: int) -> Turns:
    """Let contestants take turns.

    Args:
        contestants: One call of each, by name.
        rounds: How often each of them has its turn.
        calls: How many calls a turn has.
    """
    for call in contestants.values():  # connections, caches and byte code are made once, by everybody
        for _ in range(max(3, calls)):
            call()
    turns = Turns()
    order = list(contestants.items())
    for number in range(rounds):
        shift = number % len(order)
        for name, call in order[shift:] + order[:shift]:
            gc.collect()
            started = time.perf_counter()
            for _ in range(calls):
                call()
            turns.add(name, (time.perf_counter() - started) / calls)
    return turns
