"""A process that evaluates rules until it is killed: `python -m tests.query.alerting.life RULES STATE-URL VALUE-FILE`.

Everything is real but the store: one line, `temperature` of `api`, has at all times the value that the file holds.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
from prometheus_client import CollectorRegistry

from vedette_query.alerting import Alerting, RuleFile
from vedette_query.app import QueryApi
from vedette_query.settings import Settings
from vedette_storage.asker import Asker
from vedette_storage.memory import MemoryStore
from vedette_storage.predicate import Predicate
from vedette_storage.selection import Lines, Selection


class Thermometer:
    """A `SampleReader` of one line."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def read(self, selection: Selection, asker: Asker | None = None) -> Lines:
        value = float(self._file.read_text())
        return Lines(({"app": "api"},), np.full((1, selection.points), value))

    def tag_keys(self, predicate: Predicate | None, *, after: str = "", limit: int = 1000) -> list[str]:
        return []

    def tag_values(
        self, key: str, predicate: Predicate | None, *, after: str = "", limit: int = 1000
    ) -> list[tuple[str, int]]:
        return []


class OneLine(MemoryStore):
    """A store with nothing but the thermometer."""

    def __init__(self, file: Path) -> None:
        super().__init__(step_ms=1_000)
        self.samples = Thermometer(file)  # type: ignore[assignment]  # another reader behind the same port


def main(rules: str, state: str, value: str) -> None:
    api = QueryApi(OneLine(Path(value)), Settings(step_ms=1_000), registry=CollectorRegistry())
    alerting = Alerting(api.graph, RuleFile(Path(rules)), state, delay_ms=1_000)
    alerting.start()
    print("started", flush=True)
    while True:
        time.sleep(60)


if __name__ == "__main__":
    main(*sys.argv[1:])
