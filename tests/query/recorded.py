"""The recorded Atlas cases, and stores filled with the series that they need."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pyarrow as pa

from vedette_storage.columns import SAMPLES, SERIES, Block
from vedette_storage.memory import MemoryStore
from vedette_storage.series import Kind, Series

FOLDER: Final = Path(__file__).parent.parent / "data" / "conformance"
CASES: Final[dict[str, Any]] = json.loads((FOLDER / "atlas_cases.json").read_text())
STEPS_MS: Final = (60_000, 10_000)

Case = dict[str, Any]


def runner() -> ModuleType:
    """The program that holds a server against the cases, as a module."""
    spec = importlib.util.spec_from_file_location("conformance_run", FOLDER / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def eval_cases(step_ms: int) -> list[Case]:
    return [case for case in CASES["eval"] if case["step_ms"] == step_ms]


def recorded_block(step_ms: int) -> Block:
    """All series of the cases of one step; no two cases conflict."""
    cases: list[Mapping[str, Any]] = list(eval_cases(step_ms))
    if CASES["tags_api"]["step_ms"] == step_ms:
        cases.append(CASES["tags_api"])
    found: dict[tuple[tuple[str, str], ...], dict[int, float]] = {}
    for case in cases:
        for series in case["series"]:
            start = series.get("start_ms", case.get("start_ms"))
            samples = found.setdefault(tuple(sorted(series["tags"].items())), {})
            for place, value in enumerate(series["values"]):
                if value is not None:
                    samples[start + place * step_ms] = value
    return block((dict(tags), samples) for tags, samples in found.items())


def recorded_store(step_ms: int) -> MemoryStore:
    store = MemoryStore(step_ms)
    store.writer.write(recorded_block(step_ms))
    return store


def block(lines: Iterable[tuple[dict[str, str], Mapping[int, float]]]) -> Block:
    """A block of series (tags with name) and their samples by time; a gauge if `atlas.dstype` says so."""
    series: dict[int, Series] = {}
    samples: list[dict[str, Any]] = []
    for tags, values in lines:
        name = tags["name"]
        rest = {key: value for key, value in tags.items() if key != "name"}
        kind = Kind.GAUGE if tags.get("atlas.dstype") == "gauge" else Kind.RATE
        one = Series(name, rest, kind)
        series[one.id] = one
        samples += (
            {"name": name, "series_id": one.id, "ts": ts, "src": 0, "value": float(value)}
            for ts, value in values.items()
        )
    rows = [
        {"series_id": id_, "name": one.name, "kind": one.kind.value, "app": one.app, "tags": list(one.tags.items())}
        for id_, one in series.items()
    ]
    return Block(
        series=pa.Table.from_pylist([{**row, "last_seen": 1_795_305_600} for row in rows], SERIES),
        samples=pa.Table.from_pylist(samples, SAMPLES),
    )
