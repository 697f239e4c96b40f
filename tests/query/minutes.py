"""A small store by the minute, and what programs evaluate to over it: for the tables of rules."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

import pytest

from tests.query.recorded import block
from vedette_query.answer import Answer
from vedette_query.errors import QueryError
from vedette_query.request import GraphRequest
from vedette_query.service import GraphService
from vedette_query.settings import Settings
from vedette_query.vocabulary.catalogue import Catalogue
from vedette_storage.memory import MemoryStore

N: Final = math.nan
INF: Final = math.inf
STEP: Final = 60_000
START: Final = 1_795_305_600_000  # 2026-11-22T00:00Z, a Sunday
CATALOGUE: Final = Catalogue(Settings().custom_averages)
LINES: Final[list[tuple[dict[str, str], list[float]]]] = [
    ({"name": "a", "node": "n1", "zone": "z1"}, [1, 2, 3, 4, 5, 6]),
    ({"name": "a", "node": "n2", "zone": "z1"}, [N, 10, N, 10, N, N]),
    ({"name": "a", "node": "n4", "zone": "z2"}, [5, 5, 5, 5, 5, 5]),
    ({"name": "a", "node": "n5"}, [N, N, N, N, N, 7]),
    ({"name": "t", "app": "x", "statistic": "count"}, [2, 0, N, 4, 2, 2]),
    ({"name": "t", "app": "x", "statistic": "totalTime"}, [6, 0, 5, 2, N, 3]),
    ({"name": "t", "app": "x", "statistic": "totalOfSquares"}, [20, 0, N, 9, 8, 4.5]),
    ({"name": "t", "app": "x", "statistic": "max"}, [4, 0, N, 1, 2, 3]),
    ({"name": "p", "percentile": "T0001"}, [1, 0, N, 4, 0, 1]),
    ({"name": "p", "percentile": "T0003"}, [3, 0, N, 0, 5, 1]),
    ({"name": "d", "node": "x", "percentile": "D000A"}, [2, 2, 2, 2, 2, 2]),
    ({"name": "d", "node": "y", "percentile": "D000A"}, [1, 1, 1, 1, 1, 1]),
    ({"name": "d", "node": "y", "percentile": "D0014"}, [1, 1, 1, 1, 1, 1]),
    ({"name": "twice", "percentile": "T0001"}, [1, 1, 1, 1, 1, 1]),
    ({"name": "twice", "percentile": "D0001"}, [1, 1, 1, 1, 1, 1]),
    *(({"name": "u", "distinct": f"R{n:02X}", "node": "x"}, [1, 2, N, 0, -1, 1]) for n in range(3)),
]


def ask(program: str, *, points: int = 6, step_ms: int | None = None) -> Answer:
    """The answer over `points` minutes from `START`, of which the first shown is one minute later."""
    request = GraphRequest(
        program, str(START // 1000), f"s+{points}m", timezones=("UTC",), now_ms=START, step_ms=step_ms
    )
    return service(LINES).evaluate(request)


def service(lines: Iterable[tuple[dict[str, str], Iterable[float]]]) -> GraphService:
    """Answers over some lines; their first value stands at 00:01."""
    memory = MemoryStore(STEP)
    memory.writer.write(
        block(
            (tags, {START + STEP * i: v for i, v in enumerate(values, 1) if not math.isnan(v)})
            for tags, values in lines
        )
    )
    return GraphService(memory.samples, CATALOGUE, Settings(step_ms=STEP))


def rows(program: str, *, points: int = 6, step_ms: int | None = None) -> list[list[float]]:
    return [list(line.values) for line in ask(program, points=points, step_ms=step_ms).lines]


def same(found: list[list[float]], expected: list[list[float]]) -> None:
    assert len(found) == len(expected), found
    for left, right in zip(found, expected, strict=True):
        assert left == pytest.approx(right, rel=1e-12, nan_ok=True)


def refusal(program: str) -> str:
    with pytest.raises(QueryError) as refused:
        ask(program)
    return refused.value.message
