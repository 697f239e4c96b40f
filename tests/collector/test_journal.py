from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from tests.collector.blocks import block_of, values_in
from tests.support.waiting import until
from vedette_collector import frames
from vedette_collector.errors import JournalFull, JournalOwned, NoRoom, Stopped
from vedette_collector.journal import Journal
from vedette_collector.metrics import Metrics
from vedette_collector.segments import OpenSegment, SegmentDirectory
from vedette_collector.settings import Settings

SOON = 10


class Kept:
    """A journal, and the segments that it has sealed."""

    def __init__(self, directory: Path, settings: Settings) -> None:
        self.directory = SegmentDirectory(directory)
        self.sealed: list[Path] = []
        self.metrics = Metrics(CollectorRegistry())
        self.journal = Journal(self.directory, settings, self.metrics, self.sealed.append)

    def values(self) -> list[float]:
        return [value for path in self.sealed for value in values_in(frames.scan(path.read_bytes()).blocks)]


@contextmanager
def journal_in(directory: Path, settings: Settings) -> Iterator[Kept]:
    kept = Kept(directory, settings)
    kept.journal.start()
    try:
        yield kept
    finally:
        kept.journal.stop()
        kept.directory.release()


def test_done_means_on_disk(tmp_path: Path) -> None:
    with journal_in(tmp_path, Settings(segment_age_s=60)) as kept:
        kept.journal.append(block_of(1.0, 2.0)).result(SOON)
        [path] = tmp_path.glob("*.segment")
        assert values_in(frames.scan(path.read_bytes()).blocks) == [1.0, 2.0]
        assert kept.directory.bytes == path.stat().st_size


def test_a_segment_is_sealed_by_age(tmp_path: Path) -> None:
    with journal_in(tmp_path, Settings(segment_age_s=0.05)) as kept:
        kept.journal.append(block_of(1.0)).result(SOON)
        until(lambda: len(kept.sealed) == 1)
        kept.journal.append(block_of(2.0)).result(SOON)
        until(lambda: len(kept.sealed) == 2)
        assert kept.sealed == sorted(kept.sealed)
        assert kept.values() == [1.0, 2.0]


def test_a_segment_is_sealed_by_size(tmp_path: Path) -> None:
    with journal_in(tmp_path, Settings(segment_age_s=60, segment_rows=3)) as kept:
        for value in range(7):
            kept.journal.append(block_of(float(value))).result(SOON)
        until(lambda: len(kept.sealed) == 2)
        assert kept.values() == [0, 1, 2, 3, 4, 5]
    assert kept.values() == [0, 1, 2, 3, 4, 5, 6]  # stopping seals the rest


def test_what_comes_while_the_disk_is_busy_is_one_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arrived: list[Future[None]] = []
    commits: list[int] = []
    append = OpenSegment.append

    def slow(segment: OpenSegment, pieces: list[memoryview], rows: int) -> None:
        while len(arrived) < 20:  # the first commit takes until all others have come
            arrived.append(kept.journal.append(block_of(float(len(arrived)))))
        commits.append(rows)
        append(segment, pieces, rows)

    monkeypatch.setattr(OpenSegment, "append", slow)
    with journal_in(tmp_path, Settings(segment_age_s=60)) as kept:
        kept.journal.append(block_of(-1.0)).result(SOON)
        for durable in arrived:
            durable.result(SOON)
    assert commits == [1, 20]
    assert kept.values() == [-1.0, *map(float, range(20))]


def test_a_sender_that_goes_away_does_not_hurt_the_others(tmp_path: Path) -> None:
    with journal_in(tmp_path, Settings(segment_age_s=60)) as kept:
        assert not kept.journal.append(block_of(1.0)).cancel()
        kept.journal.append(block_of(2.0)).result(SOON)
    assert kept.values() == [1.0, 2.0]


def test_past_the_limit_nothing_is_taken_until_the_database_has_taken_some(tmp_path: Path) -> None:
    with journal_in(tmp_path, Settings(segment_rows=1, journal_limit=1)) as kept:
        kept.journal.append(block_of(1.0)).result(SOON)
        with pytest.raises(JournalFull, match=r"the journal is full \(\d+ of 1 bytes\)"):
            kept.journal.append(block_of(2.0))
        until(lambda: len(kept.sealed) == 1)
        kept.directory.remove(kept.sealed[0])
        kept.journal.append(block_of(3.0)).result(SOON)


def test_a_stopping_journal_keeps_what_it_has_and_takes_no_more(tmp_path: Path) -> None:
    with journal_in(tmp_path, Settings(segment_age_s=60)) as kept:
        durable = [kept.journal.append(block_of(float(i))) for i in range(50)]
        kept.journal.stop()
        assert all(each.done() and each.exception() is None for each in durable)
        with pytest.raises(Stopped):
            kept.journal.append(block_of(1.0))
    assert kept.values() == list(map(float, range(50)))


@contextmanager
def small_disk(directory: Path, size: str) -> Iterator[Path]:
    """A file system of its own that is soon full. Needs root."""
    directory.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(directory)], check=True)
    try:
        yield directory
    finally:
        subprocess.run(["umount", str(directory)], check=True)


LIMITED_FILE = """
import resource, sys
from pathlib import Path
from tests.collector.test_journal import fill_and_recover
resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))
fill_and_recover(Path(sys.argv[1]), lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000)), big=True)
"""


def fill_and_recover(directory: Path, make_room: Callable[[], object], *, big: bool = False) -> None:
    """Append until there is no room, make room, go on: what was acknowledged is there, and nothing twice."""
    with journal_in(directory, Settings(segment_age_s=60)) as kept:
        acknowledged: list[float] = []
        refused: BaseException | None = None
        for value in range(1_000):
            rows = [float(value)] * (5_000 if big and value == 3 else 50)
            refused = kept.journal.append(block_of(*rows)).exception(SOON)
            if refused is not None:
                break
            acknowledged += rows
        assert isinstance(refused, NoRoom)
        assert str(refused) == (
            "The disk of the journal is full; nothing of this request was stored, send it again later."
        )
        assert kept.journal.trouble() == str(refused)
        assert kept.journal.alive
        make_room()
        kept.journal.append(block_of(-1.0)).result(SOON)
        assert kept.journal.trouble() is None
    assert kept.values() == [*acknowledged, -1.0]


def full_disk(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "256k") as disk:
        ballast = disk / "ballast"
        ballast.write_bytes(bytes(128 * 1024))
        fill_and_recover(disk / "journal", ballast.unlink)


def full_file(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", LIMITED_FILE, str(tmp_path / "journal")], check=True, timeout=60)


@pytest.mark.parametrize("no_room", [full_file, full_disk] if os.geteuid() == 0 else [full_file])  # only root may mount
def test_without_room_it_refuses_in_one_sentence_and_recovers(tmp_path: Path, no_room: Callable[[Path], None]) -> None:
    no_room(tmp_path)


def test_a_commit_that_failed_leaves_nothing_of_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with journal_in(tmp_path, Settings(segment_age_s=60)) as kept:
        kept.journal.append(block_of(1.0)).result(SOON)
        with monkeypatch.context() as broken:
            broken.setattr(os, "fdatasync", lambda file: (_ for _ in ()).throw(OSError(5, "Input/output error")))
            with pytest.raises(NoRoom, match=r"cannot be written \(Input/output error\)"):
                kept.journal.append(block_of(2.0)).result(SOON)
        kept.journal.append(block_of(3.0)).result(SOON)
    assert kept.values() == [1.0, 3.0]
    assert len(kept.sealed) == 2  # a file whose fsync failed is not written again


def test_a_journal_has_one_owner(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from vedette_collector.segments import SegmentDirectory;"
        "SegmentDirectory(Path(sys.argv[1])); print('mine', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == "mine\n"
        with pytest.raises(JournalOwned, match=rf"{tmp_path} belongs to another process \(id {owner.pid}\)"):
            SegmentDirectory(tmp_path)
        owner.kill()
    SegmentDirectory(tmp_path).release()  # the lock died with its owner


def test_numbers_go_on_after_what_is_left_over_or_set_aside(tmp_path: Path) -> None:
    first = SegmentDirectory(tmp_path)
    paths = []
    for _ in range(2):
        segment = first.create()
        segment.close()
        paths.append(segment.path)
    first.set_aside(paths[1])
    first.release()
    second = SegmentDirectory(tmp_path)
    assert second.left_over == [paths[0]]
    assert second.create().path.stem == "0000000000000003"
    second.release()
