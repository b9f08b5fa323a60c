"""The inbox's database: each change is one transaction around a pure function. The only file that needs the extra."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar, cast

import attrs
from sqlalchemy import (
    URL,
    Connection,
    CursorResult,
    Dialect,
    Engine,
    Executable,
    Row,
    and_,
    bindparam,
    create_engine,
    delete,
    event,
    extract,
    func,
    insert,
    make_url,
    or_,
    select,
    update,
)
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
    OperationalError,
    ProgrammingError,
)
from sqlalchemy.pool import QueuePool

from shipstation_aissist.errors import ConfigurationError
from shipstation_aissist.inbox.held import MICROSECONDS, Held
from shipstation_aissist.inbox.tables import labels, metadata

if TYPE_CHECKING:
    from sqlalchemy import ClauseElement

T = TypeVar("T")

_BUSY_SECONDS = 30.0  # SQLite has one writer at a time: how long another waits for its turn
_SYNCHRONOUS = ("NORMAL", "FULL", "EXTRA")
_NAMES = tuple(field.name for field in attrs.fields(Held))  # and of the columns, in their order
_columns = labels.c
_FIND = select(labels).where(_columns.subject == bindparam("subject_")).with_for_update()
_INSERT = insert(labels).values({name: bindparam(name) for name in _NAMES})
_UPDATE = (
    update(labels)
    .where(_columns.subject == bindparam("subject_"))
    .values({name: bindparam(name) for name in _NAMES if name != "subject"})
)
_is_due = and_(_columns.due_at <= bindparam("now"), _columns.leased_until <= bindparam("now"))
_is_news = or_(_columns.told.is_(None), _columns.told != _columns.state)
_DATABASE_TIME = select(extract("epoch", func.clock_timestamp()))
_waits, _has_failed = _columns.due_at.is_not(None), and_(_columns.due_at.is_(None), _is_news)
_NEXT = select(labels).where(_is_due).order_by(_columns.due_at).limit(1).with_for_update(skip_locked=True)


class _Prepared:
    """A statement in the words of one database, worked out once: a look-up at each use takes longer (target P10)."""

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        compiled = cast("ClauseElement", statement).compile(dialect=dialect)
        self._sql = str(compiled)
        self._order: Sequence[str] | None = getattr(compiled, "positiontup", None)
        self._is_for_sqlite = dialect.name == "sqlite"

    def run(self, connection: Connection, values: dict[str, Any]) -> CursorResult[Any] | sqlite3.Cursor:
        """Execute it; text, whole numbers and bytes pass every driver as they are."""
        if self._order is None:
            return connection.exec_driver_sql(self._sql, values)
        ordered = tuple([values[name] for name in self._order])
        if self._is_for_sqlite:
            return _run_on_sqlite(connection, self._sql, ordered)
        return connection.exec_driver_sql(self._sql, ordered)


def _run_on_sqlite(connection: Connection, sql: str, values: tuple[Any, ...] = ()) -> sqlite3.Cursor:
    """Straight to the driver: SQLAlchemy's part of a statement takes longer than SQLite's. Errors are as ever."""
    try:
        return cast("sqlite3.Connection", connection.connection.driver_connection).execute(sql, values)
    except sqlite3.Error as fault:
        raise DBAPIError.instance(sql, None, fault, sqlite3.Error, hide_parameters=True) from fault


class Store:
    """The table, in any database that SQLAlchemy has a synchronous driver for.

    Args:
        url: The database's.
        clock: The time; ``None``: that of the database where it has a clock of its own, so that the hosts of a fleet
            need not agree, else this machine's.

    Raises:
        ConfigurationError: The URL cannot be used. Nothing was connected.
    """

    def __init__(self, url: object, clock: Callable[[], int] | None = None) -> None:
        self.url, synchronous = _read(url)
        self._clock = clock
        self._engine = _make_engine(self.url, synchronous)
        self._find = _Prepared(_FIND, self._engine.dialect)
        self._insert = _Prepared(_INSERT, self._engine.dialect)
        self._update = _Prepared(_UPDATE, self._engine.dialect)
        self._has_table = False
        self._lock = threading.Lock()
        self._process = os.getpid()

    def change(self, subject: str, decide: Callable[[Held | None, int], tuple[T, Held | None]]) -> T:
        """Read the row of a label, decide, and write it, as one transaction.

        Args:
            subject: Which label.
            decide: Gets what is held, if anything, and the time; gives what is to be returned, and what is to be held
                from now on. ``None``, or what was held, changes nothing. It may be called more than once.
        """
        try:
            return self._change(subject, decide)
        except IntegrityError:  # somebody has inserted the same label just now: there is a row to decide about
            return self._change(subject, decide)

    def _change(self, subject: str, decide: Callable[[Held | None, int], tuple[T, Held | None]]) -> T:
        with self.transaction() as connection:
            row = self._find.run(connection, {"subject_": subject}).fetchone()
            held = None if row is None else _held(row)
            outcome, changed = decide(held, self._now(connection))
            if changed is not None and changed is not held:
                self._write(connection, held, changed)
        return outcome

    def take(self, lease: Callable[[Held, int], Held]) -> Held | None:
        """Lease what is due and nobody tells of; what others are just taking is passed over where the database can.

        Args:
            lease: Gets what is due and the time; gives the same, leased.
        """
        with self.transaction() as connection:
            now = self._now(connection)
            row = connection.execute(_NEXT, {"now": now}).first()
            if row is None:
                return None
            held = _held(row)
            taken = lease(held, now)
            self._write(connection, held, taken)
            return taken

    def _write(self, connection: Connection, held: Held | None, changed: Held) -> None:
        values = {name: getattr(changed, name) for name in _NAMES}
        if held is None:
            self._insert.run(connection, values)
        else:
            self._update.run(connection, {**values, "subject_": changed.subject})

    def _now(self, connection: Connection) -> int:
        if self._clock is not None:
            return self._clock()
        if connection.dialect.name == "postgresql":
            return round(float(connection.scalar(_DATABASE_TIME) or 0) * MICROSECONDS)
        return time.time_ns() // 1000

    def find_by_key(self, key: str) -> str | None:
        """The label whose news with this key waits to be told."""
        with self.transaction() as connection:
            return connection.scalar(select(_columns.subject).where(_is_news, _columns.key == key))

    def failed(self) -> list[Held]:
        """What is not tried again by itself, the longest-standing first."""
        chosen = select(labels).where(_has_failed).order_by(_columns.changed_at)
        with self.transaction() as connection:
            return [_held(row) for row in connection.execute(chosen)]

    def counts(self) -> tuple[int, int, int]:
        """Labels, news that waits, news that is not tried again by itself."""
        chosen = select(func.count(), func.count().filter(_waits), func.count().filter(_has_failed))
        with self.transaction() as connection:
            total, still, given_up = connection.execute(chosen.select_from(labels)).one()
            return total, still, given_up

    def prune(self, age: int | None, before: int) -> int:
        """Delete what has not changed for that long, or since then, and does not wait to be told; how many rows."""
        with self.transaction() as connection:
            limit = before if age is None else self._now(connection) - age
            old = and_(_columns.changed_at <= limit, _columns.due_at.is_(None))
            return connection.execute(delete(labels).where(old)).rowcount

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction, in this process's own connection."""
        if os.getpid() != self._process:  # a forked child must not speak on its parent's connections
            self._engine.dispose(close=False)
            self._process, self._lock = os.getpid(), threading.Lock()
        if not self._has_table:
            with self._lock:
                if not self._has_table:
                    self._make_table()
        with self._engine.begin() as connection:
            yield connection

    def _make_table(self) -> None:
        try:
            metadata.create_all(self._engine)
        except (IntegrityError, OperationalError, ProgrammingError):  # another process has made it just now, perhaps
            metadata.create_all(self._engine)
        self._has_table = True

    def close(self) -> None:
        """Close the connections that are not in use."""
        self._engine.dispose()


def _held(row: Row[Any] | tuple[Any, ...]) -> Held:
    values = dict(zip(_NAMES, row, strict=True))
    if values["body"] is not None:
        values["body"] = bytes(values["body"])  # some drivers give a view
    return Held(**values)


# --- the URL --------------------------------------------------------------------------------------------------------


def _read(url: object) -> tuple[URL, str]:
    """The URL, and how careful SQLite is to be."""
    if not isinstance(url, str | URL):
        raise ConfigurationError("The inbox's url must be a str such as sqlite:///notifications.db")
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        parsed = None  # and not chained: the message may quote a password (T5)
    if parsed is None:
        raise ConfigurationError(
            "The inbox's url cannot be read; use sqlite:///notifications.db or postgresql+psycopg://user@host/database"
        )
    synchronous = parsed.query.get("synchronous", "NORMAL")
    if not isinstance(synchronous, str) or synchronous.upper() not in _SYNCHRONOUS:
        raise ConfigurationError(f"synchronous in the inbox's url must be one of {', '.join(_SYNCHRONOUS)}")
    return parsed.difference_update_query(["synchronous"]), synchronous.upper()


def _make_engine(url: URL, synchronous: str) -> Engine:
    fault = _fault_of(url)
    if fault:
        raise ConfigurationError(f"The inbox's url {fault}")
    if not url.drivername.startswith("sqlite"):
        # An error's text holds no parameters: these are a customer's parcel.
        return create_engine(url, hide_parameters=True, pool_pre_ping=True)
    is_in_memory = url.database in (None, "", ":memory:")
    engine = create_engine(
        url,
        hide_parameters=True,
        connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False},
        poolclass=QueuePool,
        # A database in memory is its connection: all threads take turns with it.
        **({"pool_size": 1, "max_overflow": 0} if is_in_memory else {}),
    )
    _make_sqlite_transactional(engine, synchronous)
    return engine


def _fault_of(url: URL) -> str | None:
    try:
        dialect = url.get_dialect()
        is_async = bool(getattr(dialect, "is_async", False))
        dialect.import_dbapi()
    except NoSuchModuleError:
        return f"names a database or driver that SQLAlchemy does not know: {url.drivername}"
    except ImportError as missing:
        return f"needs the package {missing.name or url.get_driver_name()}: pip install it"
    return "names an asynchronous driver: use sqlite:// or postgresql+psycopg://" if is_async else None


def _make_sqlite_transactional(engine: Engine, synchronous: str) -> None:
    """Transactions that begin as writers, so that none fails half-way because another has written meanwhile."""

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute(f"PRAGMA synchronous = {synchronous}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        _run_on_sqlite(connection, "BEGIN IMMEDIATE")
