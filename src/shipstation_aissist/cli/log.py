"""The log on stderr, which an environment variable turns on for any command."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

from shipstation_aissist.cli.output import note, plain
from shipstation_aissist.errors import ConfigurationError

LOG_VARIABLE = "SHIPSTATION_LOG"
_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING}


class _ToStderr(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        note(plain(self.format(record)))


@contextmanager
def logged() -> Iterator[None]:
    """Meanwhile the library's log goes to stderr, if the environment says so.

    Raises:
        ConfigurationError: The variable names no level.
    """
    wanted = os.environ.get(LOG_VARIABLE, "").strip().casefold()
    if not wanted:
        yield
        return
    if wanted not in _LEVELS:
        raise ConfigurationError(f"{LOG_VARIABLE} must be one of {', '.join(_LEVELS)}")
    logger = logging.getLogger("shipstation_aissist")
    handler = _ToStderr()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    former = logger.level
    logger.addHandler(handler)
    logger.setLevel(_LEVELS[wanted])
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(former)
