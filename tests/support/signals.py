"""Signals that strike anywhere but amid coverage's own work."""

from __future__ import annotations

from types import FrameType


def is_measured(frame: FrameType | None) -> bool:
    """Whether a signal came amid coverage's own work, which would leave its lock held for ever."""
    while frame is not None:
        if "coverage" in frame.f_code.co_filename:
            return True
        frame = frame.f_back
    return False
