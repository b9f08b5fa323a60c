"""Ctrl-C, and SIGTERM amid a batch, which must leave only whole lines behind."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


@contextmanager
def terminated_as_interrupted() -> Iterator[None]:
    """Meanwhile SIGTERM, which schedulers and containers send, does what Ctrl-C does."""
    is_ours = (
        threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    )
    if not is_ours:
        yield
        return
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def in_one_piece() -> AbstractContextManager[None]:
    """While a line is written, Ctrl-C and SIGTERM wait until it is whole; a second one does not wait."""
    if threading.current_thread() is not threading.main_thread():
        return nullcontext()
    usual = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: _interrupt}
    ours = [number for number, handler in usual.items() if signal.getsignal(number) is handler]
    return _interrupted_afterwards(ours) if ours else nullcontext()


@contextmanager
def _interrupted_afterwards(signals: list[signal.Signals]) -> Iterator[None]:
    interruptions = 0

    def remember(*_: object) -> None:
        nonlocal interruptions
        interruptions += 1
        if interruptions > 1:
            raise KeyboardInterrupt

    former = {number: signal.signal(number, remember) for number in signals}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
    if interruptions:
        raise KeyboardInterrupt
