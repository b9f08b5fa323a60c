"""Ask what may lie in another process: in a thread, so that the event loop waits for nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import anyio
from anyio.lowlevel import RunVar

from shipstation_aissist.aio.loops import in_a_thread

R = TypeVar("R")

_MOST_THREADS = 4  # Redis is asked one question at a time in any case
_limiter: RunVar[anyio.CapacityLimiter] = RunVar("shipstation-aissist threads")


async def in_its_way(is_elsewhere: bool, function: Callable[[], R]) -> R:
    """Call a function that takes 0.1 s at the most: at once where it asks nobody, else in a thread.

    The thread is waited for also by a call that is being cancelled, which must know what came of it (T9). It is one of
    our own few: an application that has filled its pool of threads keeps none of this waiting.

    Args:
        is_elsewhere: Whether it asks another process.
        function: What to call.
    """
    if not is_elsewhere:
        return function()
    answers: list[R] = []
    with anyio.CancelScope(shield=True):
        async with _own_threads():
            answers.append(await in_a_thread(function))
    return answers[0]


def _own_threads() -> anyio.CapacityLimiter:
    limiter = _limiter.get(None)
    if limiter is None:
        limiter = anyio.CapacityLimiter(_MOST_THREADS)
        _limiter.set(limiter)
    return limiter
