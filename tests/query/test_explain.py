"""How an answer came about: the trees, the reads with their statements and tables, the stages; over a real engine."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.query.conftest import Serve
from tests.query.recorded import block
from vedette_query.answer import Answer
from vedette_query.course import Course
from vedette_query.errors import TooMuch
from vedette_query.explaining import explain, reason
from vedette_query.explanation import Branch, Explanation
from vedette_query.model.outline import outline
from vedette_query.request import GraphRequest
from vedette_query.service import GraphService
from vedette_query.settings import Settings
from vedette_query.vocabulary.catalogue import Catalogue
from vedette_query.vocabulary.slots import presentable
from vedette_storage.asker import Asker
from vedette_storage.clickhouse import ClickHouseStore
from vedette_storage.columns import Block
from vedette_storage.errors import Gone
from vedette_storage.memory import MemoryStore
from vedette_storage.predicate import Equal
from vedette_storage.selection import Selection

STEP = 10_000
NOW = 1_795_305_600_000
CATALOGUE = Catalogue(Settings().custom_averages)
CPU = "name,cpu,:eq"


def samples() -> Block:
    """Two nodes, ten minutes."""
    times = range(NOW - 600_000, NOW + 1, STEP)
    return block(({"name": "cpu", "app": "api", "node": node}, dict.fromkeys(times, 1.5)) for node in ("n1", "n2"))


def graph(**settings: int) -> GraphService:
    memory = MemoryStore(STEP)
    memory.writer.write(samples())
    return GraphService(memory.samples, CATALOGUE, Settings(step_ms=STEP, **settings))  # type: ignore[arg-type]


def request(query: str, start: str = "e-5m") -> GraphRequest:
    return GraphRequest(query, start=start, end="now", timezones=("UTC",), now_ms=NOW)


def told(query: str, start: str = "e-5m") -> Explanation:
    return explain(graph(), request(query, start), "json", lambda answer, _: b"x" * len(answer.lines))


def drawn(branch: Branch) -> Any:
    """A tree as nested lists, with the places of data."""
    name = branch.text if branch.data is None else f"{branch.text} #{branch.data}"
    return [name, *map(drawn, branch.parts)] if branch.parts else name


def tree(program: str) -> Any:
    styled = presentable(CATALOGUE.graph.evaluate(program)[-1])
    assert styled is not None

    def listed(part: Any) -> Any:
        return [part.words, *map(listed, part.parts)] if part.parts else part.words

    return listed(outline(styled.expr))


class TestTrees:
    def test_each_part_is_what_it_adds_and_data_is_read_once(self) -> None:
        explanation = told(f"{CPU},(,node,),:by,:dup,:max,:div,3,:rolling-max,$node,:legend,{CPU},:max")
        assert [drawn(expression.tree) for expression in explanation.expressions] == [
            [
                "3,:rolling-max",
                [":div", f"{CPU},:sum,(,node,),:by #0", [":max", f"{CPU},:sum,(,node,),:by #0"]],
            ],
            f"{CPU},:max #1",
        ]
        assert [expression.lines for expression in explanation.expressions] == [2, 1]
        assert len(explanation.data) == 2

    @pytest.mark.parametrize(
        ("program", "expected"),
        [
            ("1", "1.0,:const"),
            (f"{CPU},(,50,99,),:percentiles", ["(,50.0,99.0,),:percentiles", f"{CPU},:sum,(,percentile,),:by"]),
            (f"{CPU},:approx-distinct", [":approx-distinct", f"{CPU},:max,(,distinct,),:by"]),
            (f"{CPU},:node-avg", [":node-avg", [":div", f"{CPU},:sum", "name,poller.asg.instance,:eq,:sum"]]),
            (
                f"{CPU},(,b,),:by,:stat-max,5,:gt,:filter",
                [":filter", f"{CPU},:sum,(,b,),:by", [":gt", ":stat-max", "5.0,:const"]],
            ),
            (
                f"{CPU},(,k,j,),:by,:sum,(,k,),:by,k,l,:as",
                ["k,l,:as", ["(,k,),:by", [":sum", f"{CPU},:sum,(,k,j,),:by"]]],
            ),
            (f"{CPU},max,5m,:consolidate", ["max,PT5M,:consolidate", f"{CPU},:sum"]),
        ],
    )
    def test_every_kind_of_part(self, program: str, expected: Any) -> None:
        assert tree(program) == expected

    def test_a_tree_that_grows_by_sharing_is_cut(self) -> None:
        explanation = told(CPU + ",:dup,:add" * 10)

        def count(branch: Branch) -> int:
            return 1 + sum(map(count, branch.parts))

        assert count(explanation.expressions[0].tree) < 500
        assert len(explanation.data) == 1


class TestCourse:
    def test_stages_take_the_time_between(self) -> None:
        now = iter([1.0, 1.25, 2.0, 2.5, 3.0, 3.125])
        course = Course(lambda: next(now))
        for name in ("parse", "read", "parse"):
            with course.stage(name):
                pass
        assert course.seconds == {"parse": 0.375, "read": 0.5}

    def test_an_explanation_tells_the_window_the_stages_and_the_size(self) -> None:
        explanation = told(f"{CPU},1m,:offset")
        assert (explanation.start, explanation.end, explanation.step) == (NOW - 290_000, NOW + STEP, STEP)
        assert [stage.name for stage in explanation.stages] == ["parse", "plan", "read", "evaluate", "render"]
        assert explanation.ms == pytest.approx(sum(stage.ms for stage in explanation.stages), abs=0.01)
        assert (explanation.format, explanation.size) == ("json", 1)
        (data,) = explanation.data
        assert (data.aggregate, data.consolidation, data.group_by, data.offset) == ("sum", "avg", (), 60_000)
        assert (data.start, data.points, data.lines) == (NOW - 300_000 - 60_000, 31, 1)

    def test_limits_hold_as_for_an_answer(self) -> None:
        with pytest.raises(TooMuch, match="has 2 lines, the limit is 1"):
            explain(graph(max_lines=1), request(f"{CPU},(,node,),:by"), "json", _nothing)

    def test_who_left_gets_none(self) -> None:
        asker = Asker()
        asker.leave()
        with pytest.raises(Gone):
            explain(graph(), request(f"{CPU},:dup,:add"), "json", _nothing, asker)


def _nothing(answer: Answer, request: GraphRequest) -> bytes:
    return b""


@pytest.mark.parametrize(
    ("tables", "step_ms", "lines", "text"),
    [
        (("samples",), 10_000, 1, "no whole number of minutes, so that only the raw samples"),
        (("samples",), 60_000, 1, "In so short a window the raw samples"),
        (("dirty_windows", "samples"), 60_000, 1, "These times are not rolled up yet"),
        (("samples_1h",), 3_600_000, 1, "rollups to hours give the same answer from fewer rows."),
        (
            ("dirty_windows", "samples_1m", "samples"),
            60_000,
            1,
            "what they do not hold yet comes from the raw samples.",
        ),
        ((), 10_000, 0, "No series matches"),
        ((), 10_000, 2, "keeps all samples in memory"),
    ],
)
def test_the_choice_of_tables_has_a_reason(tables: tuple[str, ...], step_ms: int, lines: int, text: str) -> None:
    assert text in reason(tables, Selection(Equal("name", "cpu"), "sum", "avg", NOW, step_ms, 10), lines)


class TestApi:
    def get(self, url: str, **given: str) -> tuple[int, Any]:
        answer = httpx.get(f"{url}/api/v1/explain", params={"s": str(NOW - 300_000), "e": str(NOW), **given})
        return answer.status_code, answer.json()

    def test_statements_tables_rows_and_bytes(self, store: ClickHouseStore, serve: Serve) -> None:
        store.writer.write(samples())
        url = serve(store, Settings(step_ms=STEP))
        status, document = self.get(url, q=f"{CPU},(,node,),:by", format="csv")
        assert status == 200
        (data,) = document["data"]
        assert (data["lines"], data["group_by"]) == (2, ["node"])
        assert data["tables"] == ["samples"]
        assert data["why"].endswith(".")
        found = [statement for statement in data["statements"] if "samples" in statement["tables"]]
        assert found
        for statement in found:
            assert "FROM" in statement["sql"]
            assert statement["parameters"]
            assert statement["rows"] > 0
            assert statement["bytes"] > 0
            assert statement["ms"] > 0
        assert document["rows"] == sum(statement["rows"] for statement in data["statements"])
        assert document["format"] == "csv"
        assert document["size"] > 1000

    def test_rollups_are_named_with_the_reason(self, store: ClickHouseStore, serve: Serve) -> None:
        times = range(NOW - 4 * 3_600_000, NOW + 1, STEP)
        store.writer.write(block([({"name": "cpu", "app": "api", "node": "n1"}, dict.fromkeys(times, 1.5))]))
        while store.derive(NOW + 60_000):
            pass
        url = serve(store, Settings(step_ms=STEP))
        _, document = self.get(url, q=CPU, format="json", step="5m", s=str(NOW - 3 * 3_600_000))
        (data,) = document["data"]
        assert data["tables"][0] == "samples_1m"
        assert data["why"].startswith("Every step is made of whole minutes, so that rollups to minutes give the same")
        _, document = self.get(url, q=CPU, format="json", s=str(NOW - 3 * 3_600_000))
        assert document["data"][0]["tables"] == ["samples"]

    def test_refusals_are_one_sentence(self, serve: Serve) -> None:
        url = serve(MemoryStore(STEP), Settings(step_ms=STEP))
        assert self.get(url, q=":nope") == (400, {"type": "error", "message": "unknown word ':nope'"})
        assert self.get(url)[0] == 400
        assert self.get(url, q="1", format="gif")[0] == 400
