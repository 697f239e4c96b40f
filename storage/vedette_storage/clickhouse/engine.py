"""The embedded engine's directory: who owns it, and the configuration that keeps the engine small."""

from __future__ import annotations

import fcntl
import os
import threading
from pathlib import Path
from typing import Final, TextIO

from vedette_storage.clickhouse.limits import Limits
from vedette_storage.errors import DirectoryOwned, Unavailable

_LOCK_FILE: Final = "vedette.lock"
_CONFIG_FILE: Final = "vedette-engine.xml"

# Caches are small because a store shares its machine with the platform (measured: 290 MB resident when idle, nearly
# all of it the engine's own code). Two background threads merge what the collector of one machine writes.
_CONFIG: Final = """\
<clickhouse>
    <max_server_memory_usage>{memory}</max_server_memory_usage>
    <mark_cache_size>67108864</mark_cache_size>
    <primary_index_cache_size>33554432</primary_index_cache_size>
    <index_mark_cache_size>8388608</index_mark_cache_size>
    <index_uncompressed_cache_size>0</index_uncompressed_cache_size>
    <uncompressed_cache_size>0</uncompressed_cache_size>
    <query_condition_cache_size>8388608</query_condition_cache_size>
    <mmap_cache_size>0</mmap_cache_size>
    <background_pool_size>2</background_pool_size>
    <background_merges_mutations_concurrency_ratio>2</background_merges_mutations_concurrency_ratio>
    <background_move_pool_size>1</background_move_pool_size>
    <background_fetches_pool_size>1</background_fetches_pool_size>
    <background_common_pool_size>1</background_common_pool_size>
    <background_schedule_pool_size>4</background_schedule_pool_size>
    <asynchronous_metrics_update_period_s>60</asynchronous_metrics_update_period_s>
    <asynchronous_heavy_metrics_update_period_s>600</asynchronous_heavy_metrics_update_period_s>
    <merge_tree>
        <number_of_free_entries_in_pool_to_execute_mutation>1</number_of_free_entries_in_pool_to_execute_mutation>
        <number_of_free_entries_in_pool_to_lower_max_size_of_merge>1</number_of_free_entries_in_pool_to_lower_max_size_of_merge>
        <number_of_free_entries_in_pool_to_execute_optimize_entire_partition>1</number_of_free_entries_in_pool_to_execute_optimize_entire_partition>
    </merge_tree>
</clickhouse>
"""


class Directory:
    """The right to use one data directory, shared by the stores of this process.

    Raises `DirectoryOwned`, `Unavailable`.
    """

    _held: Final[dict[Path, Directory]] = {}
    _guard: Final = threading.Lock()

    def __init__(self, path: Path, limits: Limits) -> None:
        self.path = path
        self.users = 0
        try:
            path.mkdir(parents=True, exist_ok=True)
            self._lock = _locked(path)
            self.config = path / _CONFIG_FILE
            self.config.write_text(_CONFIG.format(memory=limits.engine_bytes))
        except OSError as error:
            raise Unavailable(f"Cannot use the data directory {path}: {error.strerror}.") from error

    @classmethod
    def hold(cls, path: Path, limits: Limits) -> Directory:
        """Take the directory, or a further share of it if this process has it already."""
        path = path.expanduser().resolve()
        with cls._guard:
            if path not in cls._held:
                if cls._held:
                    other = next(iter(cls._held))
                    raise DirectoryOwned(
                        f"This process already has the data directory {other} open, and can have only one: "
                        f"close it before opening {path}."
                    )
                cls._held[path] = cls(path, limits)
            directory = cls._held[path]
            directory.users += 1
            return directory

    def release(self) -> None:
        """Give one share back; the last one unlocks the directory."""
        with self._guard:
            self.users -= 1
            if self.users == 0:
                del self._held[self.path]
                self._lock.close()


def _locked(path: Path) -> TextIO:
    """The open lock file of a directory, which the operating system unlocks if this process dies."""
    lock = (path / _LOCK_FILE).open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.seek(0)
        owner = lock.read().strip() or "unknown"
        lock.close()
        raise DirectoryOwned(
            f"The data directory {path} belongs to another running process (pid {owner}): "
            "stop that one, or choose another directory."
        ) from error
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    return lock
