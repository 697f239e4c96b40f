"""What an engine owner is told once, when it starts."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

DEFAULT_STEP_MS: Final = 10_000
DEFAULT_MAX_AGE_MS: Final = 6 * 3_600_000
DEFAULT_RESERVE: Final = 256 << 20
DEFAULT_PEAK: Final = 4.0
DAY_MS: Final = 86_400_000


@dataclass(frozen=True)
class EngineSettings:
    """`clickhouse` is the URL of a server; without it the engine runs in this process, on `data`/store.

    `reserve` is how many bytes must be free under `data` to start at all. `rules` is the file of alert rules.
    """

    data: Path = Path("data")
    host: str = "127.0.0.1"
    port: int = 7101
    otlp_port: int = 4318
    clickhouse: str | None = field(default=None, repr=False)  # it may hold a password
    step_ms: int = DEFAULT_STEP_MS
    max_age_ms: int = DEFAULT_MAX_AGE_MS
    rules: Path | None = None
    reserve: int = DEFAULT_RESERVE
    dashboards_url: str = "http://127.0.0.1:8050/"

    @property
    def store(self) -> Path:
        return self.data / "store"

    @property
    def journal(self) -> Path:
        return self.data / "journal"

    @property
    def state(self) -> str:
        """Where small mutable state (alerts) lives, as an SQLAlchemy URL."""
        return f"sqlite:///{(self.data / 'state.db').absolute()}"
