"""Answers about series that are remembered for as long as nobody registers another: pages ask the same each step."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Final

import pyarrow as pa

from vedette_storage.clickhouse.client import Connections
from vedette_storage.clickhouse.sql import Statement

_MOST: Final = 512
"""Answers; the one that was not asked for longest goes first."""
_LARGEST: Final = 64 * 1024
"""Bytes of an answer that is worth its place."""


class Remembered:
    """Answers by statement, of one table. Any thread may ask.

    Only where this process alone can write: a table of a server changes without our knowing, and nothing is remembered.
    """

    def __init__(self, connections: Connections, table: str) -> None:
        self._connections = connections
        self._table = table
        self._answers: OrderedDict[str, tuple[int, pa.Table]] = OrderedDict()
        self._lock = threading.Lock()

    def generation(self) -> int | None:
        """Which writing of the table an answer belongs to: to be taken before it is asked for, None when unknown."""
        return self._connections.generation(self._table)

    def find(self, statement: Statement) -> pa.Table | None:
        """The answer, if the table is still as it was when it was given."""
        generation = self.generation()
        with self._lock:
            known = self._answers.get(str(statement))
            if known is None or known[0] != generation:
                return None
            self._answers.move_to_end(str(statement))
            return known[1]

    def keep(self, statement: Statement, generation: int | None, answer: pa.Table) -> None:
        """Remember an answer that was asked for after its generation was taken."""
        if generation is None or answer.nbytes > _LARGEST:
            return
        with self._lock:
            self._answers[str(statement)] = generation, answer
            self._answers.move_to_end(str(statement))
            if len(self._answers) > _MOST:
                self._answers.popitem(last=False)
