"""The database behind alert states and their messages: opened by URL, brought to the newest form."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.exc import SQLAlchemyError

from vedette_query.alerting.errors import StateLost
from vedette_query.alerting.migrations import upgrade


class Database:
    """One SQLAlchemy URL, open. Safe to use from several threads; raises only `StateLost`."""

    def __init__(self, url: str) -> None:
        with _translated():
            self._engine = create_engine(url)
            if self._engine.dialect.name == "sqlite":
                event.listen(self._engine, "connect", _settle_sqlite)
            upgrade(self._engine)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with _translated(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: all of it, or nothing."""
        with _translated(), self._engine.begin() as connection:
            yield connection

    def close(self) -> None:
        self._engine.dispose()


def _settle_sqlite(connection: Any, record: object) -> None:
    """A commit survives the loss of power; readers do not stop the writer."""
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, ImportError) as failure:
        # The database's own words, without the statement that SQLAlchemy adds: it holds labels.
        words = str(getattr(failure, "orig", None) or failure).splitlines()[0]
        raise StateLost(f"the database of alert states cannot be used: {words}") from failure
