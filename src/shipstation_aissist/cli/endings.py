"""How a command ends that does not end well: one place for all commands."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from shipstation_aissist.cli.log import logged
from shipstation_aissist.cli.output import close_stdout, complain
from shipstation_aissist.cli.statuses import FAILED, INTERRUPTED, exit_status
from shipstation_aissist.errors import ShipStationError


class Commands(TyperGroup):
    """The commands: their errors become a line on stderr and an exit status, never a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        try:
            with logged():
                return super().invoke(ctx)
        except ShipStationError as error:
            complain(error)
            raise typer.Exit(exit_status(error)) from None
        except OSError as error:
            close_stdout()
            if not isinstance(error, BrokenPipeError):  # that is a reader who had enough: | head
                complain(error)
            raise typer.Exit(FAILED) from None
        except KeyboardInterrupt:
            raise typer.Exit(INTERRUPTED) from None
