"""Answers that may be given again: an order that is asked for five times in a conversation is looked up once.

A store is a value that is given to an action::

    TrackOrderAction(client, answers=MemoryAnswers(max_orders=10_000))
    TrackOrderAction(client, answers=RedisAnswers("redis://localhost:6379/0"))
"""

from typing import TYPE_CHECKING

from shipstation_aissist.answers.contract import Answers
from shipstation_aissist.answers.freshness import seconds_fresh
from shipstation_aissist.answers.memory import MemoryAnswers

if TYPE_CHECKING:
    from shipstation_aissist.answers.redis import RedisAnswers

__all__ = ["Answers", "MemoryAnswers", "RedisAnswers", "seconds_fresh"]


def __getattr__(name: str) -> object:
    if name == "RedisAnswers":  # on first use: the extra ``redis`` may not be there
        from shipstation_aissist.answers.redis import RedisAnswers

        return RedisAnswers
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
