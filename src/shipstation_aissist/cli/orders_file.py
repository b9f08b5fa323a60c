"""The files of a batch: the orders that are asked for, and a former output that answered some of them."""

from __future__ import annotations

import csv
import io
import itertools
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TextIO

import attrs
import typer

from shipstation_aissist.actions.bulk import TrackOrderOutcome
from shipstation_aissist.actions.tools import meant_as
from shipstation_aissist.cli.options import Final
from shipstation_aissist.cli.output import note, plain
from shipstation_aissist.errors import InvalidRecipientCheckError
from shipstation_aissist.orders.numbers import cleaned
from shipstation_aissist.orders.query import OrderQuery
from shipstation_aissist.orders.recipients import plain_postal_code
from shipstation_aissist.texts import bare_name

_DELIMITERS = ",;\t"  # spreadsheets write what their country's settings say


@attrs.frozen
class _Columns:
    """Where a row holds what."""

    order_id: int = 0
    postal_code: int | None = None
    email: int | None = None

    def order(self, row: list[str]) -> OrderQuery | TrackOrderOutcome:
        """What a row asks, or what became of it already if its recipient check is none.

        A row without an order id asks for "", which has an answer too: that it is invalid.
        """
        order_id = _cell(row, self.order_id)
        code, email = _check(row, self.postal_code), _check(row, self.email)
        try:
            return OrderQuery(order_id, code, email)
        except InvalidRecipientCheckError:
            has_code = code is None or plain_postal_code(code)
        fault = "email is no e-mail address" if has_code else "postal_code has no letters or digits"
        refusal = InvalidRecipientCheckError(f"{fault}; only an empty cell asks without it")
        return TrackOrderOutcome(query=OrderQuery(order_id), error=refusal)


def read_orders(path: Path, tell: Callable[[str], None] = note) -> Iterator[OrderQuery | TrackOrderOutcome]:
    """The orders of a CSV file, one by one as they are needed; ``-`` is standard input.

    A row whose recipient check is none cannot be asked for: it comes as the outcome that it has already, and the rows
    behind it are none the worse for it.

    The column ``order_id`` (or else the first) holds the ids, ``postal_code`` and ``email`` (if they are there) who
    must be the recipient. A first row without such names is an order too if its first cell has a digit, else it names
    other columns. Blank lines are skipped; a byte order mark, quotes, and ``;`` or tabs as delimiters are understood.

    Args:
        path: The file.
        tell: Is told how a first row without those names was understood.

    Raises:
        typer.BadParameter: The file is not CSV in UTF-8, or a column of recipients has another name.
    """
    if str(path) != "-":
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from _read(file, tell)
        return
    stdin = io.TextIOWrapper(sys.stdin.buffer, "utf-8-sig", newline="")
    try:
        yield from _read(stdin, tell)
    finally:
        stdin.detach()  # standard input is not ours to close


def count_orders(path: Path) -> int | None:
    """How many orders a file holds, having read it to its end and found nothing wrong.

    Returns:
        Nothing for standard input or a pipe, which can be read once only.

    Raises:
        typer.BadParameter: The file is not CSV in UTF-8, or a column of recipients has another name.
    """
    return sum(1 for _ in read_orders(path, lambda _: None)) if path.is_file() and str(path) != "-" else None


def _read(file: TextIO, tell: Callable[[str], None]) -> Iterator[OrderQuery | TrackOrderOutcome]:
    lines = itertools.dropwhile(lambda line: not line.strip(), file)
    reader = None
    try:
        first_line = next(lines, "")
        delimiter = max(_DELIMITERS, key=first_line.count)
        # Strict, since a quote that is never closed would swallow all orders behind it.
        reader = csv.reader(itertools.chain([first_line], lines), delimiter=delimiter, strict=True)
        rows = (row for row in reader if any(cell.strip() for cell in row))
        columns, first_orders = _understand(next(rows, []), tell)
        for row in itertools.chain(first_orders, rows):
            yield columns.order(row)
    except UnicodeDecodeError:
        raise typer.BadParameter("it is not in UTF-8; save it as CSV UTF-8", param_hint="--from") from None
    except csv.Error as error:
        where = f"line {reader.line_num}: " if reader else ""
        raise typer.BadParameter(f"it is not CSV: {where}{error}", param_hint="--from") from None


def _understand(first_row: list[str], tell: Callable[[str], None]) -> tuple[_Columns, Iterable[list[str]]]:
    """The columns that the first row names, and the orders in it (itself, if it is no header)."""
    names = [bare_name(cell) for cell in first_row]
    is_header = bool({"orderid", "postalcode", "email"} & set(names))
    is_order = not is_header and any(character.isdigit() for character in _cell(first_row, 0))
    if not is_order:
        _refuse_other_names(first_row, names)
    if is_header:
        return _Columns(_index(names, "orderid") or 0, _index(names, "postalcode"), _index(names, "email")), ()
    if is_order:
        if len(first_row) > 1:
            tell("No header: the first column holds the order ids, the others are ignored.")
        return _Columns(), [first_row]
    if first_row:
        tell(f'No column order_id: the order ids are taken from the first, "{plain(first_row[0].strip())}".')
    return _Columns(), ()


def _refuse_other_names(first_row: list[str], names: list[str]) -> None:
    for cell in first_row:
        right = meant_as(cell)
        if right is not None and right.replace("_", "") not in names:
            fault = f'the column "{plain(cell.strip())}" must be called {right}: else no recipient would be checked'
            raise typer.BadParameter(fault, param_hint="--from")


def _index(names: list[str], name: str) -> int | None:
    return names.index(name) if name in names else None


def _cell(row: list[str], index: int | None) -> str:
    return row[index] if index is not None and index < len(row) else ""


def _check(row: list[str], index: int | None) -> str | None:
    """A part of the recipient check. Only an empty cell means none: a dash must not let a stranger pass."""
    cell = _cell(row, index)
    return cell if cleaned(cell) else None


def done_in(output: Path, final: Final | None = None) -> set[str]:
    """The ids of the orders that a former output is done with: errors are asked again.

    The last line of an order counts. What is not a whole line of such an output (the last one was torn, perhaps)
    counts for nothing.

    Args:
        output: What a batch has printed.
        final: Which errors are not asked again either.
    """
    done: set[str] = set()
    with output.open("rb") as file:
        for line in file:
            try:
                order = json.loads(line)["shipstation"]
                is_done = "error" not in order or _is_final(order["error"]["code"], final)
                (done.add if is_done else done.discard)(order["order_id"])
            except (ValueError, LookupError, TypeError, RecursionError):
                continue
    return done


def _is_final(code: object, final: Final | None) -> bool:
    return final is Final.NOT_FOUND and code == "order_not_found"
