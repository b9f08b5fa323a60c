"""The event loop that runs, asyncio's (uvloop's too) or trio's: what anyio has no word for.

A client outlives event loops: each ``asyncio.run`` is one. So what belongs to a loop is found by it, another thread can
reach it, and a task or a thread that is started here ends with its work (T9).
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from contextlib import suppress
from contextvars import copy_context
from threading import Thread
from typing import TYPE_CHECKING, Any, TypeVar

import anyio

if TYPE_CHECKING:
    import asyncio

R = TypeVar("R")

_running: set[asyncio.Future[None]] = set()  # asyncio itself keeps no task alive


def running_loop() -> Any:
    """The event loop that runs: asyncio's, or the token of trio's. A key, and what :func:`soon` takes."""
    trio = sys.modules.get("trio")
    if trio is not None:
        with suppress(RuntimeError):
            trio.lowlevel.current_task()  # also where trio is a guest of asyncio
            return trio.lowlevel.current_trio_token()
    from asyncio import get_running_loop  # asyncio is imported by who runs it, also below (target P4)

    return get_running_loop()


def soon(loop: Any, function: Callable[[], object]) -> None:
    """Have a loop call a function; from any thread.

    Raises:
        RuntimeError: The loop has ended.
    """
    (loop.call_soon_threadsafe if _is_asyncios(loop) else loop.run_sync_soon)(function)


def _is_asyncios(loop: Any) -> bool:
    return hasattr(loop, "call_soon_threadsafe")


def has_ended(loop: Any) -> bool:
    """Whether a loop will never run again."""
    try:
        soon(loop, bool)
    except RuntimeError:
        return True
    return False


def start(function: Callable[[], Awaitable[None]]) -> None:
    """Start a task of the running loop, of no task group, in the caller's context."""
    loop = running_loop()
    if _is_asyncios(loop):
        from asyncio import ensure_future

        task = ensure_future(function(), loop=loop)
        _running.add(task)
        task.add_done_callback(_running.discard)
    else:
        import trio

        trio.lowlevel.spawn_system_task(function, context=copy_context())


async def in_a_thread(function: Callable[[], R]) -> R:
    """Call a function that waits for others in a thread, which ends with it; anyio's stay, waiting for further work.

    The thread of a call that is cancelled goes on alone. Where none is to be had, the loop waits for it.
    """
    loop, has_returned, outcome = running_loop(), anyio.Event(), Future[R]()

    def work() -> None:
        try:
            outcome.set_result(function())
        except BaseException as fault:  # noqa: BLE001 - raised below, where it is awaited
            outcome.set_exception(fault)
        with suppress(RuntimeError):
            soon(loop, has_returned.set)

    thread = Thread(target=copy_context().run, args=(work,), daemon=True)
    try:
        thread.start()
    except RuntimeError:
        work()
    else:
        await has_returned.wait()
        thread.join()
    return outcome.result()
