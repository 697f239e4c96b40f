"""Alert states on disk: what an evaluation changed and the messages about it are written in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from sqlalchemy import bindparam, delete, insert, select

from vedette_query.alerting.database import Database
from vedette_query.alerting.outbox import Message, put
from vedette_query.alerting.state import Instance, State
from vedette_query.alerting.tables import INSTANCES

Instances = Mapping[str, Instance]
"""The instances of one rule, by fingerprint."""


class StateStore:
    """Keeps the instances of all rules. A restart is a `load`: nothing is guessed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def load(self) -> dict[str, Instances]:
        """All instances, by rule."""
        found: dict[str, dict[str, Instance]] = {}
        with self._database.reading() as connection:
            for row in connection.execute(select(INSTANCES)).mappings():
                one = Instance(**{**row, "state": State(row["state"])})
                found.setdefault(one.rule, {})[one.fingerprint] = one
        return dict(found)

    def save(self, rule: str, before: Instances, after: Instances, messages: Sequence[Message], *, now_ms: int) -> None:
        """Write what differs between two states of a rule, and the messages about it; or nothing of both."""
        old = [key for key, one in before.items() if after.get(key) != one]
        new = [one for key, one in after.items() if before.get(key) != one]
        if not (old or new or messages):
            return
        one_row = (INSTANCES.c.rule == rule) & (INSTANCES.c.fingerprint == bindparam("key"))
        with self._database.writing() as connection:
            if old:
                connection.execute(delete(INSTANCES).where(one_row), [{"key": key} for key in old])
            if new:
                connection.execute(insert(INSTANCES), [asdict(one) | {"state": one.state.value} for one in new])
            put(connection, messages, now_ms)
