"""Which exceptions were raised by a signal handler, and so are none of the attempt in which they came (T6)."""

from __future__ import annotations

import signal
import threading
from types import CodeType


def interruption_in(fault: BaseException) -> BaseException | None:
    """What a signal handler raised, if it is this or lies behind it.

    A handler may raise ``TimeoutError``, which urllib3 takes for one of the socket's and wraps.

    Args:
        fault: What came out of an attempt.
    """
    if threading.current_thread() is not threading.main_thread():
        return None  # signal handlers run in the main thread only
    handlers = {_code_of(signal.getsignal(number)) for number in signal.valid_signals()}
    seen: set[int] = set()
    link: BaseException | None = fault
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        step = link.__traceback__
        while step is not None:
            if step.tb_frame.f_code in handlers:
                return link
            step = step.tb_next
        link = link.__cause__ or link.__context__
    return None


def _code_of(handler: object) -> CodeType | None:
    """The code that a handler runs: of a function, a method, or an object that can be called."""
    function = getattr(handler, "__func__", handler)
    code = getattr(function, "__code__", None)
    if code is None:
        code = getattr(vars(type(handler)).get("__call__"), "__code__", None)
    return code if isinstance(code, CodeType) else None
