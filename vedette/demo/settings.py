"""What the demo is told once, when it starts."""

from __future__ import annotations

from dataclasses import dataclass, field

from vedette.demo.load import DAY_S
from vedette.demo.topology import Map
from vedette.settings import DEFAULT_PEAK, DEFAULT_STEP_MS


@dataclass(frozen=True)
class Settings:
    """`peak` is the requests per second of the largest region in the evening; `day_s` how long a day lasts."""

    collector_url: str = "http://127.0.0.1:7101"
    where: Map = field(default_factory=Map)
    step_ms: int = DEFAULT_STEP_MS
    peak: float = DEFAULT_PEAK
    day_s: float = DAY_S
