"""The tables that keep alert states and the messages that wait to be sent. `migrations` makes them."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

METADATA: Final = MetaData()

INSTANCES: Final = Table(
    "alert_instances",
    METADATA,
    Column("rule", String(255), primary_key=True),
    Column("fingerprint", String(16), primary_key=True),
    Column("labels", JSON, nullable=False),
    Column("annotations", JSON, nullable=False),
    Column("state", String(16), nullable=False),
    Column("value", Float),
    Column("active_at", BigInteger, nullable=False),
    Column("fired_at", BigInteger),
    Column("resolved_at", BigInteger),
    Column("reason", Text, nullable=False),
    Column("waited_ms", BigInteger, nullable=False),
    Column("cleared", Boolean, nullable=False),
    Column("missing", Integer, nullable=False),
    Column("revision", String(16), nullable=False),
)

OUTBOX: Final = Table(
    "alert_outbox",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("receiver", String(255), nullable=False),  # its name; the address stays in the rule file
    Column("group_key", String(1024), nullable=False),
    Column("number", Integer, nullable=False),  # of the message within its group, from 1
    Column("body", Text, nullable=False),
    Column("state", String(16), nullable=False),  # waiting, delivered, dead
    Column("created_at", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("last_error", Text),
    Column("done_at", BigInteger),
    UniqueConstraint("receiver", "group_key", "number", name="one_message_once"),
    Index("alert_outbox_waiting", "state", "receiver", "id"),
)
