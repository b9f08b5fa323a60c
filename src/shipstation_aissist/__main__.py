"""The entry point of ``shipstation-aissist`` and of ``python -m shipstation_aissist``."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from shipstation_aissist.cli.statuses import INTERRUPTED, MISUSED


def main() -> None:
    """Run the command line; it ends by :class:`SystemExit`, whose status says how it went: see ``cli/statuses.py``."""
    try:
        try:
            from shipstation_aissist.cli.app import app
        except ModuleNotFoundError as missing:
            if missing.name not in ("typer", "click", "rich"):
                raise
            sys.stderr.write('The command line needs an extra: pip install "shipstation-aissist[cli]"\n')
            sys.exit(MISUSED)
        app(prog_name="shipstation-aissist")
    except KeyboardInterrupt:
        _leave_at_once()
    except SystemExit as end:
        if end.code == INTERRUPTED:
            _leave_at_once()
        raise


def _leave_at_once() -> NoReturn:
    """End by Ctrl-C without waiting for the threads whose requests are under way: nobody wants their replies now."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(INTERRUPTED)


if __name__ == "__main__":
    main()
