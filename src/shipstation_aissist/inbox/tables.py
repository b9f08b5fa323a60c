"""The inbox's one table: a row for each label."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, String, Table

_LARGEST_BODY = 16 * 1024 * 1024  # for databases that want to know

metadata = MetaData()

# SQLite knows no lengths: what a notification fills is checked before, on every database (``Inbox.receive``).

labels = Table(
    "shipstation_inbox",
    metadata,
    Column("subject", String(255), primary_key=True),
    Column("label_id", String(255)),
    Column("tracking_number", String(255)),
    Column("event_at", BigInteger, nullable=False),
    Column("scans", Integer, nullable=False),
    Column("seen", String(255), nullable=False),
    Column("state", String(32), nullable=False),
    Column("key", String(32), nullable=False),
    Column("body", LargeBinary(_LARGEST_BODY)),
    Column("told", String(32)),
    Column("due_at", BigInteger, index=True),
    Column("attempts", Integer, nullable=False),
    Column("error", String(255)),
    Column("lease", String(32)),
    Column("leased_until", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
)
