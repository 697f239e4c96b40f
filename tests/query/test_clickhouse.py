"""The recorded evaluations over a real ClickHouse engine: the SQL of storage means what the language means."""

from __future__ import annotations

import argparse
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.query.conftest import Serve
from tests.query.recorded import STEPS_MS, Case, eval_cases, recorded_block, runner
from vedette_query.settings import Settings
from vedette_storage.clickhouse import Retention, open_store

RUN = runner()


@pytest.fixture(scope="module")
def urls(engine: Path, serve: Serve) -> Iterator[dict[int, str]]:
    """A query API for each step over the recorded series in the embedded engine."""
    stores = {
        step_ms: open_store(engine, database=f"test_{uuid.uuid4().hex}", step_ms=step_ms, retention=Retention.forever())
        for step_ms in STEPS_MS
    }
    for step_ms, store in stores.items():
        store.writer.write(recorded_block(step_ms))
    yield {step_ms: serve(store, Settings(step_ms=step_ms, threads=1)) for step_ms, store in stores.items()}
    for store in stores.values():
        store.close()


@pytest.mark.parametrize("step_ms", STEPS_MS)
def test_recorded_evaluations(step_ms: int, urls: dict[int, str]) -> None:
    arguments = argparse.Namespace(url=urls[step_ms])
    failures: list[tuple[str, str]] = []
    cases: list[Case] = eval_cases(step_ms)
    for case in cases:
        try:
            RUN.check_eval(arguments, case, case["start_ms"] + 2 * RUN.HOUR)
        except AssertionError as why:
            failures.append((case["id"], str(why)))
    assert not failures
