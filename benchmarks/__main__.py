"""Prints the table of docs/explanation/speed.md: ``python -m benchmarks``, or ``--quick`` for a first impression."""

from __future__ import annotations

import argparse
import platform
import statistics
import tempfile

from benchmarks import awaiting, sharing, work
from benchmarks.measure import Turns
from benchmarks.server import served

COLUMNS = ("Work", "ours", "requests", "httpx", "shipengine", "our ratio", "target", "met")
Row = tuple[str, ...]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds and orders")
    quick = parser.parse_args().quick
    with served() as root:
        rows = measure(root, rounds=7 if quick else 31, orders=400 if quick else 2000)
    print(f"{platform.python_implementation()} {platform.python_version()}, {platform.system()} {platform.machine()}\n")
    print_table([COLUMNS, *rows])


def measure(root: str, *, rounds: int, orders: int) -> list[Row]:
    """One row per target."""
    rows: list[Row] = []
    tracked = work.tracking_one_label(root, rounds=rounds * 2)
    rows.append(row("P1 track_label, 8 events", tracked, "requests", 0.55, "us", 1e6))
    answered = work.answering_an_order(root, rounds=rounds * 2)
    rows.append(row("P2 run, one parcel, to dict", answered, "requests", 0.62, "us", 1e6))
    ten = work.answering_ten_labels(root, rounds=max(5, rounds // 3))
    rows.append(row("P3 ten labels / one label, 50 ms", ten, "ours, one label", 1.2, "ms", 1e3))
    seconds, memory = work.importing(rounds=rounds)
    rows.append(row("P4 import: time", seconds, "requests", 1.4, "ms", 1e3))
    rows.append(
        row("P4 import with the asynchronous client", seconds, "requests", 1.6, "ms", 1e3, "ours, asynchronous")
    )
    rows.append(row("P4 import: peak memory", memory, "requests", 1.15, "MiB", 1 / 1024))
    decoded = work.decoding(rounds=rounds)
    rows.append(row("P5 decode 40 events / json.loads", decoded, "json.loads", 3, "us", 1e6))
    read = work.reading_a_notification(rounds=rounds)
    rows.append(row("P5 parse_webhook / json.loads", read, "json.loads", 4, "us", 1e6))
    rate, early, late = work.answering_many(root, orders=orders)
    met = "yes" if rate >= 0.90 else "no"
    rows.append((f"P6 run_many, {orders} orders, 20 ms", *("",) * 4, f"{rate:.2f} of ideal", ">= 0.90", met))
    rows += share(rounds=rounds)
    rows += awaited(root, rounds=rounds * 2)
    rows += put_away(notifications=2000 if rounds < 31 else 10_000)
    rows.append(("P6 memory, 200th order to the last", *("",) * 4, f"{(late - early) / 1024:+.1f} MiB", "flat", ""))
    return rows


def share(*, rounds: int) -> list[Row]:
    """P8 and P9."""
    with sharing.valkey() as url:
        permit = sharing.taking_permits(url, rounds=rounds).ratio("ours", "PING")
        made, over, rate, seconds = sharing.keeping_to_the_quota(url, windows=2 if rounds < 31 else 5)
    again = sharing.giving_again(rounds=rounds).ratio("ours", "run")
    requests = sharing.asking_at_once(50)

    def line(what: str, figure: str, target: str, *, is_met: bool) -> Row:
        return (what, *("",) * 4, figure, target, "yes" if is_met else "no")

    waits = f"median {statistics.median(seconds):.2f} s, worst {max(seconds):.2f} s"
    is_swift = statistics.median(seconds) <= 0.1 and max(seconds) <= 2
    return [
        line("P8 a permit / PING", f"{permit:.2f}", "<= 1.50", is_met=permit <= 1.5),
        line("P8 8 processes: refused", f"{over} of {made}", "0", is_met=over == 0),
        line("P8 8 processes: rate in bulk", f"{rate:.2f} of ideal", ">= 0.97", is_met=rate >= 0.97),
        line("P8 conversations beside it", waits, "<= 0.1 s, <= 2 s", is_met=is_swift),
        line("P9 a kept answer / run", f"{again:.4f}", "<= 0.02", is_met=again <= 0.02),
        line("P9 50 callers at once", f"{requests} requests", "3", is_met=requests == 3),
    ]


def awaited(root: str, *, rounds: int) -> list[Row]:
    """P7: in one event loop."""
    tracked = awaiting.tracking_one_label(root, rounds=rounds)
    at_once = awaiting.answering_at_once(root, orders=200)
    return [
        row("P7 await track_label / httpx2's transport", tracked, "httpx2", 1.15, "us", 1e6),
        (
            "P7 200 orders at once, 16 places, 50 ms",
            *("",) * 4,
            f"{at_once:.2f} of ideal",
            ">= 0.93",
            "yes" if at_once >= 0.93 else "no",
        ),
    ]


def put_away(*, notifications: int) -> list[Row]:
    """P10: into a file on this disk; and with a flush of the disk for each, for comparison."""
    with tempfile.TemporaryDirectory() as folder:
        usual = work.putting_away(folder, notifications=notifications)
        careful = work.putting_away(folder, notifications=notifications // 10, options="?synchronous=FULL")
    met = "yes" if usual >= 2000 else "no"
    return [
        ("P10 Inbox.receive, SQLite", *("",) * 4, f"{usual:,.0f} a second", ">= 2,000", met),
        ("P10 the same, synchronous=FULL", *("",) * 4, f"{careful:,.0f} a second", "", ""),
    ]


def row(what: str, turns: Turns, reference: str, most: float, unit: str, scale: float, ours: str = "ours") -> Row:
    """One line: everybody's figure, and ours as a ratio to that of ``reference``."""
    names = (ours, *COLUMNS[2:5])
    figures = (f"{turns.median(name) * scale:,.0f} {unit}" if name in turns else "" for name in names)
    ratio = turns.ratio(ours, reference)
    return (what, *figures, f"{ratio:.2f}", f"<= {most:.2f}", "yes" if ratio <= most else "no")


def print_table(rows: list[Row]) -> None:
    """As Markdown."""
    widths = [max(len(each[column]) for each in rows) for column in range(len(COLUMNS))]
    for number, each in enumerate(rows):
        print("|", " | ".join(cell.ljust(width) for cell, width in zip(each, widths, strict=True)), "|")
        if number == 0:
            print("|", " | ".join("-" * width for width in widths), "|")


if __name__ == "__main__":
    main()
