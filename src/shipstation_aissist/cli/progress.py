"""The progress bar of a batch, on stderr, when that is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress


class Progress:
    """No bar: what there is when stderr is a file or a pipe."""

    def show(self, done: int, text: str) -> None:
        """So many orders are done."""

    def out_of_the_way(self) -> AbstractContextManager[None]:
        """While something else is written to the terminal."""
        return nullcontext()


class _Bar(Progress):
    def __init__(self, total: int | None, bar: RichProgress) -> None:
        self._bar = bar
        self._task = bar.add_task("", total=total)

    def show(self, done: int, text: str) -> None:
        self._bar.update(self._task, completed=done, description=text)

    def out_of_the_way(self) -> AbstractContextManager[None]:
        return self._hidden() if sys.stdout.isatty() else nullcontext()

    @contextmanager
    def _hidden(self) -> Iterator[None]:
        self._bar.stop()
        yield
        self._bar.start()


@contextmanager
def show_progress(total: int | None) -> Iterator[Progress]:
    """A bar for so many orders, or for a number that is not known; gone at the end."""
    if not sys.stderr.isatty():
        yield Progress()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as RichProgress

    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}", markup=False))
    with RichProgress(
        *columns, console=Console(stderr=True), transient=True, redirect_stdout=False, redirect_stderr=False
    ) as bar:
        yield _Bar(total, bar)
