"""What the fake says when it is used in a way that cannot be meant."""

from __future__ import annotations


class FakeUsageError(ValueError):
    """The fake was scripted in an impossible way; the message shows a call that works."""
