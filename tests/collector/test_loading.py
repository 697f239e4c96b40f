from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from tests.collector.blocks import block_of, values_in
from tests.collector.writers import AwayWriter, KeepingWriter
from vedette_collector import frames, loading
from vedette_collector.loading import Loader
from vedette_collector.metrics import Metrics
from vedette_collector.segments import SegmentDirectory
from vedette_storage.errors import Refused, Unavailable


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[SegmentDirectory]:
    directory = SegmentDirectory(tmp_path)
    yield directory
    directory.release()


class Loading:
    """A loader over a writer, and how often it set something aside."""

    def __init__(self, directory: SegmentDirectory, writer: KeepingWriter | AwayWriter) -> None:
        self.set_aside = 0
        self.registry = CollectorRegistry()
        self.loader = Loader(directory, writer, Metrics(self.registry), self._count)

    def _count(self) -> None:
        self.set_aside += 1


def sealed(directory: SegmentDirectory, *commits: list[float], tail: bytes = b"") -> Path:
    """A segment on disk, one frame a commit."""
    segment = directory.create()
    for values in commits:
        segment.append(frames.encode([block_of(*values)]), len(values))
    directory.grown(segment)
    segment.close()
    with segment.path.open("ab") as file:
        file.write(tail)
    return segment.path


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "_FIRST_DELAY_S", 0.01)


def test_segments_are_stored_in_order_and_then_deleted(directory: SegmentDirectory) -> None:
    writer = KeepingWriter()
    run = Loading(directory, writer)
    run.loader.start()
    paths = [sealed(directory, [float(i)], [i + 0.5]) for i in range(20)]
    for path in paths:
        run.loader.add(path)
    run.loader.stop(10)
    assert values_in(writer.blocks) == [i / 2 for i in range(40)]
    assert len(writer.blocks) == 20
    assert not any(path.exists() for path in paths)
    assert directory.bytes == 0


def test_what_the_last_life_left_is_loaded_first(tmp_path: Path) -> None:
    before = SegmentDirectory(tmp_path)
    sealed(before, [1.0])
    sealed(before, [2.0], tail=frames.encode([block_of(9.0)])[0][:40].tobytes())
    sealed(before, tail=b"")
    before.release()
    after = SegmentDirectory(tmp_path)
    writer = KeepingWriter()
    run = Loading(after, writer)
    run.loader.start()
    run.loader.add(sealed(after, [3.0]))
    run.loader.stop(10)
    assert values_in(writer.blocks) == [1.0, 2.0, 3.0]
    assert list(tmp_path.glob("*.segment")) == []
    assert run.registry.get_sample_value("vedette_collector_segments_replayed_total") == 3
    after.release()


def test_a_database_that_is_away_is_waited_for(directory: SegmentDirectory) -> None:
    writer = KeepingWriter(*(Unavailable("away") for _ in range(4)))
    run = Loading(directory, writer)
    run.loader.start()
    run.loader.add(sealed(directory, [1.0]))
    run.loader.add(sealed(directory, [2.0]))
    writer.wait_for(2)
    run.loader.stop(10)
    assert values_in(writer.blocks) == [1.0, 2.0]
    assert run.registry.get_sample_value("vedette_collector_write_retries_total") == 4


def test_stopping_while_the_database_is_away_leaves_the_segments(directory: SegmentDirectory) -> None:
    run = Loading(directory, AwayWriter())
    run.loader.start()
    paths = [sealed(directory, [1.0]), sealed(directory, [2.0])]
    for path in paths:
        run.loader.add(path)
    run.loader.stop(10)
    assert all(path.exists() for path in paths)


def test_what_the_database_refuses_is_set_aside_and_the_rest_goes_on(
    directory: SegmentDirectory, caplog: pytest.LogCaptureFixture
) -> None:
    writer = KeepingWriter(Refused("no such column"))
    run = Loading(directory, writer)
    run.loader.start()
    first, second = sealed(directory, [1.0]), sealed(directory, [2.0])
    with caplog.at_level(logging.ERROR):
        run.loader.add(first)
        run.loader.add(second)
        run.loader.stop(10)
    assert values_in(writer.blocks) == [2.0]
    [kept] = directory.quarantined()
    assert kept.name == first.name
    assert values_in(frames.scan(kept.read_bytes()).blocks) == [1.0]
    assert "was refused by the database: no such column" in caplog.text
    assert run.set_aside == 1
    assert directory.bytes == 0


def test_what_was_set_aside_and_is_moved_back_is_loaded_at_the_next_start(tmp_path: Path) -> None:
    first = SegmentDirectory(tmp_path)
    path = sealed(first, [1.0])
    kept = first.set_aside(path)
    first.release()
    kept.rename(path)
    second = SegmentDirectory(tmp_path)
    writer = KeepingWriter()
    run = Loading(second, writer)
    run.loader.start()
    run.loader.stop(10)
    assert values_in(writer.blocks) == [1.0]
    second.release()


def test_a_surprise_is_tried_a_few_times_and_then_set_aside(directory: SegmentDirectory) -> None:
    writer = KeepingWriter(*(RuntimeError("what?") for _ in range(5)))
    run = Loading(directory, writer)
    run.loader.start()
    run.loader.add(sealed(directory, [1.0]))
    run.loader.add(sealed(directory, [2.0]))
    writer.wait_for(1)
    run.loader.stop(10)
    assert values_in(writer.blocks) == [2.0]
    assert len(directory.quarantined()) == 1


def test_a_damaged_segment_gives_what_can_be_read_and_is_kept(
    directory: SegmentDirectory, caplog: pytest.LogCaptureFixture
) -> None:
    path = sealed(directory, [1.0], [2.0], [3.0])
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    writer = KeepingWriter()
    run = Loading(directory, writer)
    run.loader.start()
    run.loader.add(path)
    run.loader.stop(10)
    assert values_in(writer.blocks) == [1.0, 3.0]
    assert [kept.name for kept in directory.quarantined()] == [path.name]
    assert "is damaged after byte" in caplog.text


def test_a_segment_that_cannot_be_deleted_does_not_stop_the_rest(
    directory: SegmentDirectory, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(path: Path) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(directory, "remove", broken)
    writer = KeepingWriter()
    run = Loading(directory, writer)
    run.loader.start()
    for value in (1.0, 2.0):
        run.loader.add(sealed(directory, [value]))
    run.loader.stop(10)
    assert values_in(writer.blocks) == [1.0, 2.0]
    assert "could not be deleted" in caplog.text


def test_a_segment_that_is_gone_does_not_stop_the_rest(directory: SegmentDirectory) -> None:
    writer = KeepingWriter()
    run = Loading(directory, writer)
    run.loader.start()
    gone = sealed(directory, [1.0])
    gone.unlink()
    run.loader.add(gone)
    run.loader.add(sealed(directory, [2.0]))
    run.loader.stop(10)
    assert values_in(writer.blocks) == [2.0]
