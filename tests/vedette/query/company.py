"""Answers and a served store, made by formulas: what the command shows of them is known to the letter."""

from __future__ import annotations

import math
from typing import Final

from tests.query.recorded import block
from vedette_query.answer import Answer, AnswerLine
from vedette_storage.memory import MemoryStore

NOON: Final = 1_795_348_800_000  # 2026-11-22T12:00:00Z
STEP: Final = 10_000
APPS: Final = ("api", "catalog", "edge", "playback")


def level(app: str, at: int) -> float:
    """Requests per second of an app in the step that ends at a time (epoch ms); none for playback in two minutes."""
    if app == "playback" and 0 <= at - NOON < 120_000:
        return math.nan
    return round(100 * (APPS.index(app) + 1) * (1.2 + math.sin(at / 300_000)), 3)


def store() -> MemoryStore:
    """Twenty minutes of four apps around noon."""
    memory = MemoryStore(STEP)
    times = range(NOON - 600_000, NOON + 600_001, STEP)
    memory.writer.write(
        block(
            ({"name": "requests", "app": app}, {at: value for at in times if not math.isnan(value := level(app, at))})
            for app in APPS
        )
    )
    return memory


def answer(
    *apps: str, points: int = 60, start_ms: int = NOON - 300_000, step_ms: int = STEP, zone: str = "UTC"
) -> Answer:
    """An answer with a line for each app; with longer steps its values change as much more slowly."""
    times = range(start_ms, start_ms + points * STEP, STEP)
    lines = tuple(AnswerLine(app, {"app": app}, [level(app, at) for at in times]) for app in apps)
    return Answer(start_ms, step_ms, points, lines, timezones=(zone,))
