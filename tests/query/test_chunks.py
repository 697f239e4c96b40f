"""A window evaluated chunk by chunk comes to what the whole window comes to."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.query.recorded import block
from vedette_query.errors import QueryError, TooMuch
from vedette_query.evaluation.chunks import chunks
from vedette_query.evaluation.evaluate import Evaluation, evaluate
from vedette_query.evaluation.fetch import fetch
from vedette_query.evaluation.lines import Lines
from vedette_query.evaluation.memory import Memory
from vedette_query.evaluation.plan import plan
from vedette_query.model.expr import SeriesExpr
from vedette_query.settings import Settings
from vedette_query.timing.window import Window
from vedette_query.vocabulary.catalogue import Catalogue
from vedette_query.vocabulary.slots import presentable
from vedette_storage.memory import MemoryStore

STEP = 10_000
START = 1_795_305_600_000 + 17 * STEP  # no multiple of anything
CATALOGUE = Catalogue(Settings().custom_averages)
Line = Mapping[int, float]


def expression(program: str) -> SeriesExpr:
    (item,) = CATALOGUE.graph.execute(program, {"tz": "UTC"}).stack
    styled = presentable(item)
    assert styled is not None
    return styled.expr


def store(lines: Sequence[Line]) -> MemoryStore:
    """A store with a line for each node; values by their place in the window, which may begin before it."""
    memory = MemoryStore(STEP)
    memory.writer.write(
        block(
            ({"name": "a", "node": f"n{n}", "zone": f"z{n % 2}"}, {START + STEP * i: v for i, v in line.items()})
            for n, line in enumerate(lines)
        )
    )
    return memory


def at_once(expr: SeriesExpr, data: MemoryStore, whole: Window) -> Lines:
    return evaluate(expr, Evaluation(whole, fetch(data.samples, plan((expr,), whole), whole), 0))


def in_chunks(expr: SeriesExpr, data: MemoryStore, whole: Window, cuts: Sequence[Window]) -> list[Lines]:
    memory, answers = Memory(), []
    for window in cuts:
        read = fetch(data.samples, plan((expr,), window), window, first=window.start_ms == whole.start_ms)
        answers.append(evaluate(expr, Evaluation(window, read, 0, asked=whole, memory=memory)))
        memory = memory.next()
    return answers


def cut(whole: Window, lengths: Sequence[int]) -> list[Window]:
    """A window cut into chunks of these lengths, in turn."""
    windows: list[Window] = []
    start = 0
    while start < whole.points:
        points = min(lengths[len(windows) % len(lengths)], whole.points - start)
        windows.append(Window(whole.start_ms + start * STEP, STEP, points))
        start += points
    return windows


def check(program: str, lines: Sequence[Line], points: int, lengths: Sequence[int] | None, *, rtol: float = 0.0) -> int:
    """Hold the chunks against the whole; the number of values that were there to compare."""
    expr, data, whole = expression(program), store(lines), Window(START, STEP, points)
    cuts = list(chunks((expr,), whole)) if lengths is None else cut(whole, lengths)
    once = at_once(expr, data, whole)
    compared, start = 0, 0
    for window, answer in zip(cuts, in_chunks(expr, data, whole, cuts), strict=True):
        expected = {once.label(n): once.values[n, start : start + window.points] for n in range(len(once))}
        tags = {once.label(n): once.tags[n] for n in range(len(once))}
        for n in range(len(answer)):
            label = answer.label(n)
            if "NO_DATA" in str(answer.tags[n]) and label not in expected:
                continue  # the one line, before it had a name
            np.testing.assert_allclose(answer.values[n], expected.pop(label), rtol=rtol, err_msg=f"{program} {label}")
            compared += int(np.isfinite(answer.values[n]).sum())
        for label, values in expected.items():
            # A line is left out where it has nothing to say; arithmetic would make something of nothing.
            silent = np.unique(values[~np.isnan(values)]).size <= 1
            assert silent or not has_data(lines, tags[label], start, window.points), (program, label, values)
        start += window.points
    return compared


def has_data(lines: Sequence[Line], tags: Mapping[str, str], start: int, points: int) -> bool:
    return any(
        start <= i < start + points
        for n, line in enumerate(lines)
        if tags.get("node", tags.get("x", f"n{n}")) == f"n{n}" and tags.get("zone", f"z{n % 2}") == f"z{n % 2}"
        for i in line
    )


WORDS = [
    "", "3,:delay", "100,:delay", "4,:rolling-count", "4,:rolling-min", "4,:rolling-max", "5,:rolling-sum",
    "70,:rolling-sum", "200,:rolling-sum", "4,2,:rolling-mean", "90,3,:rolling-mean", "50s,:trend", "15m,:trend",
    ":integral", ":cumulative-max", ":derivative", "3,0.3,0.2,:des", "3,0.3,0.2,:sdes", "70,0.1,0.5,:sdes",
    ":sdes-fast", ":des-simple", ":abs,5,:rolling-sum,:integral", "avg,1m,:consolidate", "sum,70s,:consolidate",
    "max,3m,:consolidate,:integral", "3,:rolling-max,min,50s,:consolidate", ":random,:add", "hourOfDay,:time,:add",
    "minuteOfHour,:time,:mul", "gs+3m,ge-2m,:time-span,:mul", "e-5m,ge,:time-span,:mul", "15s,:offset", "1m,:offset",
    "1m,:offset,:integral", ":per-step", "2,:pow,:sqrt", "0,:gt,7,:rolling-count", ":dup,:integral,:div",
    ":dup,3,:delay,:sub", "node,x,:as,:derivative",
]  # fmt: skip
BASES = [
    "name,a,:eq,:sum", "name,a,:eq,:max", "name,a,:eq,:count", "name,a,:eq,:avg", "name,a,:eq,:all",
    "name,a,:eq,(,node,),:by", "name,a,:eq,(,zone,),:by", "name,a,:eq,(,zone,node,),:by,:sum",
    "name,a,:eq,(,node,),:by,:max,(,node,),:by",
]  # fmt: skip


def lines_of(random_: random.Random, points: int) -> list[dict[int, float]]:
    """Some lines: whole ones, some with gaps, some that come late, leave, or come back."""
    lines = []
    for _ in range(random_.randint(1, 4)):
        begin = random_.choice((-40, -40, random_.randint(0, points)))
        end = random_.choice((points, points, random_.randint(0, points)))
        gap = range(*sorted(random_.sample(range(points + 1), 2))) if random_.random() < 0.4 else ()
        holes = random_.choice((0.0, 0.2))
        lines.append(
            {
                i: round(random_.uniform(-5, 9), 3)
                for i in range(begin, end)
                if i not in gap and random_.random() >= holes
            }
        )
    return lines


@settings(deadline=None, max_examples=150)
@given(
    st.integers(0, 2**32),
    st.sampled_from(BASES),
    st.sampled_from([w for w in WORDS if ":dup" not in w]),
    st.lists(st.integers(1, 40), min_size=1),
)
def test_any_chunks_have_the_values_of_the_whole(seed: int, base: str, words: str, lengths: list[int]) -> None:
    random_ = random.Random(seed)
    points = random_.randint(2, 90)
    program = f"{base},{words}"
    try:
        at_once(expression(program), store([]), Window(START, STEP, points))
    except QueryError:
        return  # a span of time that is not there in so short a window
    own = None if "consolidate" in words else lengths  # whose chunks hold whole steps
    check(program, lines_of(random_, points), points, own, rtol=1e-12)


@pytest.mark.parametrize("words", WORDS)
def test_chunks_of_sixty_points_have_the_very_digits_of_the_whole(words: str) -> None:
    random_ = random.Random(words)
    lines = lines_of(random_, 400)
    lines.append({i: random_.uniform(-5, 9) for i in range(-100, 400)})
    for base in BASES:
        if base.endswith(":all") and ":dup" in words:
            continue  # lines without groups cannot be joined
        assert check(f"{base},{words}", lines, 400, None) > 100


def test_estimates_have_the_values_of_the_whole_too() -> None:
    random_ = random.Random(5)
    data, whole = MemoryStore(STEP), Window(START, STEP, 200)
    buckets = [f"T{n:04X}" for n in random_.sample(range(276), 12)]
    series = [
        ({"name": "t", "node": node, "percentile": bucket}, bucket, node) for bucket in buckets for node in ("x", "y")
    ]
    registers = [({"name": "u", "distinct": f"R{n:02X}"}, "", "") for n in range(64)]
    times = [START + STEP * i for i in range(200)]
    data.writer.write(
        block(
            (tags, {t: float(random_.randint(1, 9)) for t in times if random_.random() < 0.05})
            for tags, *_ in (*series, *registers)
        )
    )
    for program in (
        "name,t,:eq,(,25,50,99,),:percentiles", "name,t,:eq,(,node,),:by,(,50,),:percentiles,:cumulative-max",
        "name,u,:eq,:approx-distinct", "name,u,:eq,:approx-distinct-cumulative",
    ):  # fmt: skip
        expr = expression(program)
        once, cuts = at_once(expr, data, whole), list(chunks((expr,), whole))
        answers = in_chunks(expr, data, whole, cuts)
        joined = {
            label: np.hstack(
                [answer.values[[answer.label(n) for n in range(len(answer))].index(label)] for answer in answers]
            )
            for label in map(once.label, range(len(once)))
        }
        for n in range(len(once)):
            np.testing.assert_array_equal(joined[once.label(n)], once.values[n], err_msg=program)


def test_lines_that_were_there_go_on_where_there_is_something_to_say() -> None:
    data, whole = store([{0: 2.0, 1: 3.0}, dict.fromkeys(range(180), 1.0)]), Window(START, STEP, 180)
    expr = expression("name,a,:eq,(,node,),:by,:integral")
    first, second, third = in_chunks(expr, data, whole, list(chunks((expr,), whole)))
    assert [len(answer) for answer in (first, second, third)] == [2, 2, 2]
    assert second.labels == third.labels == ("integral((node=n1))", "integral((node=n0))")
    assert third.values[1].tolist() == [5.0] * 60
    expr = expression("name,a,:eq,(,node,),:by,4,:rolling-sum")
    assert [len(answer) for answer in in_chunks(expr, data, whole, list(chunks((expr,), whole)))] == [2, 1, 1]


def test_the_one_line_of_an_aggregate_keeps_its_name_through_a_gap() -> None:
    data, whole = store([{70: 2.0}]), Window(START, STEP, 180)
    for program in ("name,a,:eq,:sum", "name,a,:eq,(,node,),:by,:max"):
        expr = expression(f"{program},:integral")
        first, second, third = in_chunks(expr, data, whole, list(chunks((expr,), whole)))
        assert first.tags == ({"name": "NO_DATA"},)
        assert second.tags == third.tags == ({"name": "a"},)
        assert second.labels == third.labels
        assert (second.values[0, -1], third.values[0, 0]) == (2.0, 2.0)


def test_opposite_infinities_start_an_integral_anew() -> None:
    line = {0: 1.0, 1: math.inf, 2: -math.inf, 4: 2.0, 5: 3.0}
    for lengths in ([9], [1], [2], [3]):
        data, whole, expr = store([line]), Window(START, STEP, 7), expression("name,a,:eq,:sum,:integral")
        values = np.hstack([answer.values[0] for answer in in_chunks(expr, data, whole, cut(whole, lengths))])
        np.testing.assert_array_equal(values, [1.0, math.inf, math.nan, math.nan, 2.0, 5.0, 5.0])


def test_chunks_hold_whole_consolidated_steps() -> None:
    def lengths(program: str, points: int = 500) -> list[int]:
        return [window.points for window in chunks((expression(program),), Window(START, STEP, points))]

    assert lengths("1") == [60] * 8 + [20]
    assert lengths(":random,avg,1m,:consolidate")[1:-1] == [60] * 7
    assert set(lengths(":random,avg,70s,:consolidate")[1:-1]) == {63}
    assert set(lengths(":random,avg,1m,:consolidate,:random,max,70s,:consolidate,:add", 1000)[1:-1]) == {84}
    first, *_ = chunks((expression(":random,avg,1m,:consolidate"),), Window(START, STEP, 500))
    assert (first.end_ms - STEP) % 60_000 == 0
    assert lengths(":random,avg,1d,:consolidate") == [500]
    with pytest.raises(TooMuch, match="need 60,480 points at once, the limit is 10,080"):
        lengths(":random,avg,1w,:consolidate", 100_000)


def test_what_is_remembered_is_limited() -> None:
    data, whole = store([dict.fromkeys(range(120), 1.0)] * 2), Window(START, STEP, 120)
    expr = expression("name,a,:eq,(,node,),:by,:integral")
    memory = Memory(limit=1)
    read = fetch(data.samples, plan((expr,), whole), whole)
    with pytest.raises(
        TooMuch, match="remembers 2 values from one chunk to the next, the limit is 1; use a longer step"
    ):
        evaluate(expr, Evaluation(whole, read, 0, memory=memory))
