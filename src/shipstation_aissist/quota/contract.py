"""What a client asks of a quota, and what every quota is checked for."""

from __future__ import annotations

from typing import Any, Protocol

from shipstation_aissist.errors import ConfigurationError
from shipstation_aissist.transport.clock import Clock

MOST_REQUESTS = 1_000_000
LONGEST_WINDOW = 86_400.0
SLACK_SECONDS = 0.05  # a request is counted there later than its permit here: without it, windows would overlap
LONGEST_PAUSE_SECONDS = 120.0


class Permits(Protocol):
    """A quota, opened for one account. It may be used by several threads at once."""

    @property
    def is_elsewhere(self) -> bool:
        """Whether asking it may take a moment, so that an event loop should not wait for it."""
        ...

    def take(self, bulk: bool) -> float:
        """Take a permit for one request, if there is one; never blocks for longer than 0.1 s, never raises.

        Args:
            bulk: Whether the request is part of a bulk job, which leaves the reserve to everybody else.

        Returns:
            0.0 if the permit was taken, else the seconds after which to ask again.
        """
        ...

    def give_back(self) -> None:
        """Give back a permit that was taken, for a request that was not sent after all."""
        ...

    def report(self, seconds: float) -> None:
        """The platform refused a request (429): nobody who shares the quota gets a permit for so long.

        Args:
            seconds: What ``Retry-After`` said; at most 120 count.
        """
        ...

    def close(self) -> None:
        """Close what was opened; may be called again."""
        ...


class Quota(Protocol):
    """What an account allows, as a value that several clients may share."""

    def open(self, account: str, clock: Clock) -> Permits:
        """The permits of one account; connects to nothing yet.

        Args:
            account: A digest that stands for the account, never its key.
            clock: Measures windows and pauses of this process.
        """
        ...


def check_limit(_quota: object, _field: object, value: Any) -> None:
    """A whole number of requests."""
    if type(value) is not int or not 1 <= value <= MOST_REQUESTS:
        raise ConfigurationError(f"limit must be a whole number of requests from 1 to {MOST_REQUESTS}")


def check_window(_quota: object, _field: object, value: Any) -> None:
    """Seconds."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ConfigurationError(f"window must be a number of seconds, not {type(value).__name__}")
    if not 0 < value <= LONGEST_WINDOW:
        raise ConfigurationError("window must be above 0 seconds and at most a day")


def check_reserve(quota: Any, _field: object, value: Any) -> None:
    """A part of the limit that bulk jobs leave to everybody else."""
    if type(value) is not int or not 0 <= value < quota.limit:
        raise ConfigurationError("reserve must be a whole number of requests from 0 to below limit")
