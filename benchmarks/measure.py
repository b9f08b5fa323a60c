"""Measuring side by side: the contestants take turns, round by round, and the median round counts.

Absolute times mean little on a shared machine, and one run after the other compares two moods of the machine as much as
two programs; ratios of interleaved rounds do not.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping

Contestants = Mapping[str, Callable[[], object]]


def medians(contestants: Contestants, *, rounds: int, calls: int) -> dict[str, float]:
    """Seconds that one call of each takes, as the median over rounds.

    Args:
        contestants: By name.
        rounds: How often each of them has its turn.
        calls: How many calls a turn has.
    """
    turns: dict[str, list[float]] = {name: [] for name in contestants}
    for call in contestants.values():  # connections, caches and byte code are made once, by everybody
        for _ in range(max(3, calls // 5)):
            call()
    order = list(contestants.items())
    for number in range(rounds):
        for name, call in order[number % len(order) :] + order[: number % len(order)]:
            gc.collect()
            started = time.perf_counter()
            for _ in range(calls):
                call()
            turns[name].append((time.perf_counter() - started) / calls)
    return {name: statistics.median(seconds) for name, seconds in turns.items()}
