"""Exit statuses: 0 found, 1 an error, 2 misused, 3 not found or ambiguous, 130 interrupted or terminated."""

from __future__ import annotations

from shipstation_aissist.errors import (
    AmbiguousOrderError,
    ConfigurationError,
    InvalidOrderIdError,
    InvalidRecipientCheckError,
    OrderNotFoundError,
    ShipStationError,
)

ANSWERED = 0
FAILED = 1
MISUSED = 2
NOT_FOUND = 3
INTERRUPTED = 130

EXPLAINED = """
\b
Exit status:
  0    found (in a batch: every line answered)
  1    an error
  2    usage, no API key, or an invalid order id
  3    not found or ambiguous (in a batch: at least one, and no error)
  130  ended by Ctrl-C (a batch also by SIGTERM)
"""


def exit_status(error: ShipStationError) -> int:
    """The status that a command ends with after an error."""
    if isinstance(error, OrderNotFoundError | AmbiguousOrderError):
        return NOT_FOUND
    return (
        MISUSED if isinstance(error, ConfigurationError | InvalidOrderIdError | InvalidRecipientCheckError) else FAILED
    )
