"""Ctrl-C, which must leave only whole lines behind."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext


def in_one_piece() -> AbstractContextManager[None]:
    """While a line is written, Ctrl-C waits until it is whole; a second Ctrl-C does not wait."""
    is_ours = (
        threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    )
    return _interrupted_afterwards() if is_ours else nullcontext()


@contextmanager
def _interrupted_afterwards() -> Iterator[None]:
    interruptions = 0

    def remember(*_: object) -> None:
        nonlocal interruptions
        interruptions += 1
        if interruptions > 1:
            raise KeyboardInterrupt

    signal.signal(signal.SIGINT, remember)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if interruptions:
        raise KeyboardInterrupt
