"""Where steps go: to the log, to ``on_event`` and to a trace, one stream for all three (T8)."""

from __future__ import annotations

import logging
from collections.abc import Callable

from shipstation_aissist.steps import DRIFT, Record, TraceStep

logger = logging.getLogger("shipstation_aissist")

_MOST_DRIFT = 1_000  # a server that makes up words must not fill the memory


class Events:
    """Sends each step to the log and to the client's listener."""

    def __init__(self, name: str | None, listener: Callable[[TraceStep], object] | None) -> None:
        self._prefix = f"[{name}] " if name else ""
        self.listener = listener
        self._drift: dict[str, TraceStep] = {}

    def also_to(self, record: Record | None) -> Record:
        """Where the steps of one public call go: here, and to ``record``."""
        if record is None:
            return self.emit

        def emit(step: TraceStep) -> None:
            if self._is_news(step):
                record(step)
                self._emit(step)

        return emit

    def emit(self, step: TraceStep) -> None:
        """Log one step and hand it to the listener, whose faults are its own; a word that is not known only once."""
        if self._is_news(step):
            self._emit(step)

    def _is_news(self, step: TraceStep) -> bool:
        if step.rule != DRIFT:
            return True
        # One call, which no other thread comes between.
        return len(self._drift) < _MOST_DRIFT and self._drift.setdefault(step.what, step) is step

    def _emit(self, step: TraceStep) -> None:
        level = logging.WARNING if step.warning else logging.DEBUG
        if logger.isEnabledFor(level):
            logger.log(level, "%s%s", self._prefix, _line(step))
        if self.listener is not None:
            try:
                self.listener(step)
            except Exception:
                logger.exception("%son_event failed; the call goes on", self._prefix)


def _line(step: TraceStep) -> str:
    if step.kind == "decision":
        return f"{step.rule}: {step.what}" if step.rule else step.what
    if step.kind == "wait":
        return step.what
    outcome = str(step.status) if step.status is not None else "no reply"
    request_id = f", request id {step.request_id}" if step.request_id else ""
    error = f": {step.error}" if step.error else ""
    return f"{step.what} -> {outcome} in {step.seconds:.3f} s (attempt {step.attempt}{request_id}){error}"
