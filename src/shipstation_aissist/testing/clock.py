"""A clock that never waits: retries and pauses of a test cost no time."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

from shipstation_aissist.testing.errors import FakeUsageError

DEFAULT_START = datetime(2026, 1, 15, 12, tzinfo=UTC)
_MOMENT = 0.0002


class FakeClock:
    """Time under a test's control; it has what a client needs of a clock. Threads may share it.

    Two things pass the time: waiting (:meth:`sleep`, :meth:`advance`) moves both the seconds of :meth:`monotonic`
    and the time of day; :meth:`travel_to` moves the time of day only, so that a parcel's life may take weeks
    without running any deadline out.

    Args:
        start: The time of day at the beginning, with a time zone.
        running: Whether real time passes too, for a served fake with a quota. Sleeping does not wait all the same.
    """

    def __init__(self, start: datetime = DEFAULT_START, *, running: bool = False) -> None:
        self._lock = threading.Lock()
        self._ticks = time.monotonic if running else float
        self._begun = self._ticks()
        self._waited = 0.0
        self._time_of_day = in_utc(start)  # before anything was waited for
        self._sleeps: list[float] = []
        self._seen = threading.local()
        self._threads: set[int] = set()

    def monotonic(self) -> float:
        """Seconds since the clock was made; they never go back."""
        with self._lock:
            return self._read()

    def now(self) -> datetime:
        """The time of day, in UTC."""
        with self._lock:
            return self._time_of_day + timedelta(seconds=self._read())

    def sleep(self, seconds: float) -> None:
        """Pass ``seconds`` at once, and note them in :attr:`sleeps`.

        Where several threads use the clock, the others are given a real moment first: who sleeps again and again must
        not pass another's deadline before that thread could go on.
        """
        if not seconds >= 0:
            raise ValueError(f"sleep length must not be negative: {seconds!r}")
        with self._lock:
            self._sleeps.append(seconds)
            is_shared = len(self._threads) > 1
        if is_shared:
            time.sleep(_MOMENT)
        self.elapse(seconds)

    async def sleep_in_task(self, seconds: float) -> None:
        """:meth:`sleep` for a task: tasks that wait at the same time wait together, not one after the other."""
        from anyio.lowlevel import checkpoint

        with self._lock:
            self._sleeps.append(seconds)
            until = self._read() + seconds
        await checkpoint()
        await checkpoint()
        with self._lock:
            self._waited += max(0.0, until - self._read())

    def elapse(self, seconds: float) -> None:
        """Pass ``seconds`` for the calling thread, without a note.

        The seconds count from the thread's own last look at the clock, so that threads that wait at the same time
        wait together, as they really would, and not one after the other.
        """
        with self._lock:
            seen: float | None = getattr(self._seen, "at", None)
            present = self._read()
            self._waited += max(0.0, (present if seen is None else seen) + seconds - present)
            self._read()

    def advance(self, seconds: float) -> None:
        """Let ``seconds`` pass for everybody."""
        if not seconds >= 0:
            raise ValueError(f"time does not go back: {seconds!r}")
        with self._lock:
            self._waited += seconds
            self._read()

    def travel_to(self, moment: datetime) -> None:
        """Make it ``moment`` without anybody having waited; a moment in the past changes nothing."""
        with self._lock:
            self._time_of_day = max(self._time_of_day, in_utc(moment) - timedelta(seconds=self._read()))

    @property
    def sleeps(self) -> list[float]:
        """The seconds of each :meth:`sleep` so far, in order."""
        with self._lock:
            return list(self._sleeps)

    def _read(self) -> float:
        present = self._ticks() - self._begun + self._waited
        self._seen.at = present
        self._threads.add(threading.get_ident())
        return present


def in_utc(moment: datetime) -> datetime:
    """The same moment in UTC; one without a time zone could be any."""
    if getattr(moment, "tzinfo", None) is None:
        raise FakeUsageError(
            f"{moment!r} is not a moment; give a datetime with a time zone: datetime(2026, 1, 15, 9, 30, tzinfo=UTC)"
        )
    return moment.astimezone(UTC)
