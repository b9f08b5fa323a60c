"""Another driver on the same calls: what is decided once holds for it too, and a cancelled task leaves no trace."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any

from shipstation_aissist.steps import TraceStep
from shipstation_aissist.transport.clock import SystemClock
from shipstation_aissist.wire.call import Attempt, Bounds, GiveBack, Sleep, TakePlace, World, one_call
from shipstation_aissist.wire.decoding import Decoded
from shipstation_aissist.wire.replies import Reply
from shipstation_aissist.wire.requests import get_label

LABEL = Reply(200, b'{"label_id": "se-1", "shipment_id": "se-2"}')
BUSY = Reply(503, b"")


async def perform_asynchronously(call: Any, places: asyncio.Semaphore, exchange: Any, steps: list[TraceStep]) -> Any:
    """A whole asynchronous driver of calls: everything else is the call's."""
    outcome, held = None, False
    try:
        while True:
            effect = call.send(outcome)
            outcome = None
            if isinstance(effect, TakePlace):
                try:
                    held = await asyncio.wait_for(places.acquire(), effect.seconds)
                except TimeoutError:
                    held = False
                outcome = held
            elif isinstance(effect, GiveBack):
                held = bool(places.release())
            elif isinstance(effect, Attempt):
                outcome = await exchange(effect)
            elif isinstance(effect, TraceStep):
                steps.append(effect)
            elif isinstance(effect, Sleep):
                await asyncio.sleep(0)
    except StopIteration as finished:
        return finished.value
    finally:
        if held:
            places.release()


def test_an_asynchronous_driver_is_small_and_a_cancelled_call_gives_its_place_back_and_sends_nothing_more() -> None:
    sent: list[str] = []

    async def exchange(attempt: Attempt[Any]) -> Reply:
        sent.append(attempt.request.label)
        await asyncio.sleep(3600 if attempt.request.path.endswith("slow") else 0)
        return LABEL if len(sent) > 5 else BUSY

    async def play() -> tuple[Any, int]:
        places, steps, clock = asyncio.Semaphore(4), list[TraceStep](), SystemClock()
        world = World(monotonic=clock.monotonic, time_of_day=clock.now, random=lambda: 0.0, pause_left=lambda: 0.0)
        bounds = Bounds(until=clock.monotonic() + 60, seconds=60)

        def ask(label_id: str) -> asyncio.Task[Any]:
            call = one_call(get_label(label_id), bounds, world)
            return asyncio.create_task(perform_asynchronously(call, places, exchange, steps))

        slow = [ask("slow") for _ in range(4)]
        await asyncio.sleep(0.01)
        waiting = ask("se-1")
        await asyncio.sleep(0.01)
        assert places.locked()
        for task in slow:
            task.cancel()
        result = await waiting
        await asyncio.gather(*slow, return_exceptions=True)
        return result, places._value

    result, free = asyncio.run(play())
    assert isinstance(result, Decoded)
    assert free == 4
    assert sent == ["GET labels/slow"] * 4 + ["GET labels/se-1"] * 2
    assert len(inspect.getsource(perform_asynchronously).splitlines()) < 30
