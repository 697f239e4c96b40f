"""Messages that wait to be told. They are written together with what they tell, and go one after the other."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import orjson
from sqlalchemy import Connection, delete, func, insert, select, update

from vedette_query.alerting.database import Database
from vedette_query.alerting.tables import OUTBOX

REMEMBERED_MS: Final = 7 * 86_400_000
"""How long a message that was delivered or given up is kept, for those who ask who was told what."""


@dataclass(frozen=True)
class Message:
    """A body for a receiver, not yet written."""

    receiver: str
    group_key: str
    body: Mapping[str, object]


@dataclass(frozen=True)
class Waiting:
    """A written message that is due."""

    id: int
    receiver: str
    body: bytes
    created_at: int
    attempts: int


@dataclass(frozen=True)
class Post:
    """How a receiver's messages fare; `last_error` is of the last one that was tried."""

    receiver: str
    waiting: int = 0
    delivered: int = 0
    dead: int = 0
    last_error: str | None = None


def put(connection: Connection, messages: Sequence[Message], now_ms: int) -> None:
    """Write messages, as part of the caller's transaction."""
    for message in messages:
        same = (OUTBOX.c.receiver == message.receiver) & (OUTBOX.c.group_key == message.group_key)
        last = connection.execute(select(func.max(OUTBOX.c.number)).where(same)).scalar()
        row = {
            "receiver": message.receiver,
            "group_key": message.group_key,
            "number": (last or 0) + 1,
            "body": orjson.dumps(message.body).decode(),
            "state": "waiting",
            "created_at": now_ms,
            "due_at": now_ms,
            "attempts": 0,
        }
        connection.execute(insert(OUTBOX), row)


class Outbox:
    """What waits, and what became of it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def due(self, now_ms: int, busy: Collection[str]) -> list[Waiting]:
        """At most one message for each receiver that is not `busy`: the oldest that is due and the first of its group.

        Within a group a message waits for those before it, so that nobody hears "resolved" before "firing".
        """
        waiting = OUTBOX.c.state == "waiting"
        heads = select(func.min(OUTBOX.c.id)).where(waiting).group_by(OUTBOX.c.receiver, OUTBOX.c.group_key)
        query = select(OUTBOX).where(OUTBOX.c.id.in_(heads), OUTBOX.c.due_at <= now_ms).order_by(OUTBOX.c.id.desc())
        with self._database.reading() as connection:
            first = {row.receiver: row for row in connection.execute(query) if row.receiver not in busy}
        return [
            Waiting(row.id, row.receiver, row.body.encode(), row.created_at, row.attempts) for row in first.values()
        ]

    def delivered(self, message: Waiting, *, now_ms: int) -> None:
        self._settle(message, state="delivered", last_error=None, done_at=now_ms)

    def dead(self, message: Waiting, error: str, *, now_ms: int) -> None:
        """Give a message up; it stays visible."""
        self._settle(message, state="dead", last_error=error, done_at=now_ms)

    def postponed(self, message: Waiting, error: str, *, due_at: int) -> None:
        self._settle(message, last_error=error, due_at=due_at)

    def posts(self) -> dict[str, Post]:
        """How each receiver's messages fare, by its name."""
        counted = select(OUTBOX.c.receiver, OUTBOX.c.state, func.count()).group_by(OUTBOX.c.receiver, OUTBOX.c.state)
        newest = select(func.max(OUTBOX.c.id)).where(OUTBOX.c.attempts > 0).group_by(OUTBOX.c.receiver)
        tried = select(OUTBOX.c.receiver, OUTBOX.c.last_error).where(OUTBOX.c.id.in_(newest))
        with self._database.reading() as connection:
            counts = {(row[0], row[1]): int(row[2]) for row in connection.execute(counted)}
            errors = {row[0]: row[1] for row in connection.execute(tried)}
        return {
            name: Post(
                name,
                waiting=counts.get((name, "waiting"), 0),
                delivered=counts.get((name, "delivered"), 0),
                dead=counts.get((name, "dead"), 0),
                last_error=errors.get(name),
            )
            for name, _ in counts
        }

    def prune(self, *, now_ms: int) -> None:
        """Drop messages that are long done."""
        old = (OUTBOX.c.state != "waiting") & (OUTBOX.c.done_at < now_ms - REMEMBERED_MS)
        with self._database.writing() as connection:
            connection.execute(delete(OUTBOX).where(old))

    def _settle(self, message: Waiting, **values: object) -> None:
        statement = update(OUTBOX).where(OUTBOX.c.id == message.id).values(attempts=message.attempts + 1, **values)
        with self._database.writing() as connection:
            connection.execute(statement)
