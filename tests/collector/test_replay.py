"""A segment that is loaded again, long after it was loaded first, changes no count: neither raw nor derived."""

from __future__ import annotations

from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from tests.storage.blocks import T0, Sample, SpanFact, rate, samples_block, spans_block
from vedette_collector import frames
from vedette_collector.loading import Loader
from vedette_collector.metrics import Metrics
from vedette_collector.segments import SegmentDirectory
from vedette_storage.clickhouse import ClickHouseStore
from vedette_storage.columns import Block
from vedette_storage.edges import INTERNET
from vedette_storage.store import BlockWriter

LATER = T0 + 3_600_000
STEP = 10_000


class LoadingCollector:
    """The half of a collector that loads, on a journal of its own."""

    def __init__(self, directory: Path, writer: BlockWriter) -> None:
        self.directory = SegmentDirectory(directory)
        self._loader = Loader(self.directory, writer, Metrics(CollectorRegistry()), lambda: None)

    def seal(self, *blocks: Block) -> Path:
        """A segment with each block as a commit, not yet loaded."""
        segment = self.directory.create()
        for block in blocks:
            segment.append(frames.encode([block]), block.rows)
        self.directory.grown(segment)
        segment.close()
        return segment.path

    def load(self, paths: list[Path]) -> None:
        """Load segments, and what is left over from before; then end."""
        self._loader.start()
        for path in paths:
            self._loader.add(path)
        self._loader.stop(600)
        self.directory.release()
        assert self.directory.count == 0
        assert self.directory.quarantined() == []


def calls(caller: str, callee: str, count: int, at: int, shard: str) -> Block:
    """What a server counts of one caller's calls in one step."""
    tags = {"app": callee, "region": "r1", "ipc_client_app": caller, "ipc_client_region": "r1", "shard": shard}
    series = rate("ipc.server.call", statistic="count", ipc_status="success", ipc_protocol="http_1", **tags)
    return samples_block([Sample(series, at, count * 1_000 / STEP)])


def request(trace: int) -> Block:
    """INTERNET -> web -> shop, as spans."""
    return spans_block(
        [
            SpanFact(trace, 1, 0, "web", "server", at_ms=1_000),
            SpanFact(trace, 2, 1, "web", "client", at_ms=1_001, peer="shop"),
            SpanFact(trace, 3, 2, "shop", "server", at_ms=1_002),
        ]
    )


def counts(store: ClickHouseStore) -> dict[str, int]:
    """Raw rows as they are read, and the sum of all sample values."""
    return {
        "samples": store.connections.query("SELECT count() FROM samples FINAL").column(0)[0].as_py(),
        "calls": round(store.connections.query("SELECT sum(value) * 10 FROM samples FINAL").column(0)[0].as_py()),
        "spans": store.connections.query("SELECT count() FROM spans FINAL").column(0)[0].as_py(),
    }


def edges(store: ClickHouseStore) -> dict[tuple[str, str], float]:
    """Calls of each pair over everything, derived now."""
    while store.derive(LATER):
        pass
    return {(edge.src, edge.dst): edge.calls for edge in store.edges.edges(T0 - STEP, T0 + 120_000)}


@pytest.mark.parametrize("others", [20, pytest.param(2_000, marks=pytest.mark.proof)])
def test_a_late_replay_changes_no_count(store: ClickHouseStore, tmp_path: Path, others: int) -> None:
    journals = (tmp_path / "one", tmp_path / "two")
    first_life = LoadingCollector(journals[0], store.writer)
    segment = first_life.seal(calls("api", "play", 70, 1, "a"), request(1), calls("api", "play", 30, 2, "a"))
    saved = segment.read_bytes()
    first_life.load([segment])
    assert counts(store) == {"samples": 2, "calls": 100, "spans": 3}
    assert edges(store) == {("api", "play"): 100, (INTERNET, "web"): 1, ("web", "shop"): 1}

    each = others // 2
    for n, journal in enumerate(journals):  # the same minutes and pairs, other series and traces
        collector = LoadingCollector(journal, store.writer)
        collector.load(
            [
                collector.seal(calls("api", "play", 1, 1 + i % 6, f"{n}.{i}"), request(1_000 * (n + 1) + i))
                for i in range(each)
            ]
        )
    before = {"samples": 2 + others, "calls": 100 + others, "spans": 3 + 3 * others}
    pairs = {("api", "play"): 100 + others, (INTERNET, "web"): 1 + others, ("web", "shop"): 1 + others}
    assert counts(store) == before
    assert edges(store) == pairs

    segment.write_bytes(saved)  # its deletion was lost with the power
    second_life = LoadingCollector(journals[0], store.writer)
    assert second_life.directory.left_over == [segment]
    second_life.load([])
    assert counts(store) == before
    assert edges(store) == pairs
