"""Random forms that say what they say in the plainest way: no empty groups, no patterns that are plain texts."""

from __future__ import annotations

import math
from typing import Any, Final

from hypothesis import strategies as st

from vedette_query.language.numbers import parse_double
from vedette_query.model.filters import STATISTICS
from vedette_query.model.form import JOINS, Condition, Conditions, Form, Join, Operator, Step
from vedette_query.model.form_words import (
    AGGREGATES,
    COMPARISONS,
    CONSOLIDATIONS,
    FOLDS,
    FUNCTIONS,
    PERCENTILES,
    PLAIN_AGGREGATES,
    Kind,
    shortest,
)

TEXTS: Final = st.one_of(
    st.sampled_from(["name", "ipc.server.call", "app", "api", "nf.app", "us-east-1", "a b", "(", "a,b", ":x", "$(k)"]),
    st.text(min_size=1, max_size=8),
)
KEYS: Final = st.lists(TEXTS, min_size=1, max_size=3, unique=True).map(tuple)
PATTERNS: Final = st.sampled_from(["a.*b", "^x", "(a|b)c", "[0-9]+", "foo$", ".*a.b", "x{2}"])
DURATIONS: Final = st.sampled_from(["30s", "5m", "1h", "1d", "2w"])
NUMBERS: Final = st.one_of(
    st.floats(allow_nan=False, width=64).map(shortest), st.sampled_from(["0", "-1", "0.5", "100", "1E10", "NaN"])
)
COUNTS: Final = st.integers(1, 100).map(str)
OF_KIND: Final[dict[Kind, st.SearchStrategy[Any]]] = {
    "number": NUMBERS,
    "share": st.sampled_from(["0", "0.05", "0.1", "0.2", "0.333", "1"]),
    "count": COUNTS,
    "duration": DURATIONS,
    "statistic": st.sampled_from(STATISTICS),
    "comparison": st.sampled_from(COMPARISONS),
    "consolidation": st.sampled_from(CONSOLIDATIONS),
    "key": TEXTS,
    "keys": st.just(()),
}
ORDERED: Final[tuple[Operator, ...]] = ("is", "before", "before-or-is", "after", "after-or-is")
LITERAL: Final[tuple[Operator, ...]] = ("contains", "starts", "ends")


def conditions() -> st.SearchStrategy[Condition]:
    """One clause of each operator."""
    one = st.one_of(
        st.builds(Condition, TEXTS, st.sampled_from((*ORDERED, *LITERAL)), TEXTS.map(lambda text: (text,))),
        st.builds(Condition, TEXTS, st.sampled_from(["matches", "matches-any-case"]), PATTERNS.map(lambda p: (p,))),
        st.builds(Condition, TEXTS, st.just("one-of"), st.lists(TEXTS, min_size=2, max_size=4).map(tuple)),
        st.builds(Condition, TEXTS, st.just("has")),
    )
    return st.builds(lambda c, negated: Condition(c.key, c.operator, c.values, negated), one, st.booleans())


def groups(join: Join, depth: int) -> st.SearchStrategy[Conditions]:
    """Two parts or more, groups among them that join otherwise."""
    part: st.SearchStrategy[Any] = conditions()
    if depth:
        other: Join = "any" if join == "all" else "all"
        part = st.one_of(part, groups(other, depth - 1), nots(depth - 1))
    return st.lists(part, min_size=2, max_size=3).map(lambda parts: Conditions(tuple(parts), join))


def nots(depth: int) -> st.SearchStrategy[Conditions]:
    """What must not hold: a group, or a condition that is turned already."""
    whole = st.sampled_from(JOINS).flatmap(lambda join: groups(join, depth))
    twice = conditions().map(lambda c: Conditions((Condition(c.key, c.operator, c.values, True),), negated=True))
    return st.one_of(whole.map(lambda group: Conditions(group.parts, group.join, True)), twice)


WHERES: Final = st.one_of(
    conditions().map(lambda one: Conditions((one,))),
    groups("all", 2),
    groups("any", 2),
    nots(1).map(lambda one: Conditions((one,))),
    st.sampled_from([Conditions(), Conditions(join="any")]),
)


def steps(keys: tuple[str, ...]) -> st.SearchStrategy[Step]:
    """A function; aggregates over lines keep some of the keys that there are."""

    def one(word: str) -> st.SearchStrategy[Step]:
        function = FUNCTIONS[word]
        if word in FOLDS:
            kept = st.lists(st.sampled_from(keys), unique=True).map(tuple) if keys else st.just(())
            return kept.map(lambda some: Step(word, (some,)))
        arguments = st.tuples(*(OF_KIND[parameter.kind] for parameter in function.parameters))
        leading = st.booleans() if function.number else st.just(False)
        return st.builds(Step, st.just(word), arguments, leading)

    return st.sampled_from(sorted(FUNCTIONS)).flatmap(one).filter(_plain)


def _plain(step: Step) -> bool:
    """Not one of the two leading numbers by which the words of trigonometry are made."""
    number = parse_double(str(step.arguments[0])) if step.leading else None
    return number not in (1.0, math.pi / 2)


STYLES: Final = st.fixed_dictionaries(
    {},
    optional={
        "legend": TEXTS, "axis": st.sampled_from("01234"), "ls": st.sampled_from(["area", "stack", "vspan", "line"]),
        "lw": st.sampled_from(["1", "2.5"]), "sort": st.sampled_from(STATISTICS), "order": st.just("desc"),
        "limit": COUNTS, "sed": st.just("^a(.*),$1,:s"), "offset": st.just("(,0h,1w,)"),
        "color": st.sampled_from(["ffff0000", "80102030", "blue1"]),
    },
)  # fmt: skip


@st.composite
def forms(draw: st.DrawFn) -> Form:
    """A form of any shape that the language has words for."""
    where = draw(WHERES)
    aggregate = draw(st.sampled_from([*AGGREGATES, "node-avg", ""]))
    keys = draw(st.one_of(st.just(()), KEYS))
    if aggregate == "all" or (aggregate == PERCENTILES and "percentile" in keys):
        keys = ()
    parameters: tuple[str, ...] = ()
    if aggregate == PERCENTILES:
        parameters = tuple(shortest(p) for p in sorted(draw(st.sets(st.sampled_from([0, 25, 50, 99.9]), min_size=1))))
    elif aggregate == "sample-count":
        parameters = draw(st.sampled_from([("0", "Infinity"), ("0.1", "2.5")]))
    several = aggregate in (*PLAIN_AGGREGATES, PERCENTILES, "avg", "stddev", "dist-avg", "dist-stddev", "node-avg")
    if where == Conditions(join="any") and aggregate not in PLAIN_AGGREGATES:
        several = False  # averages of no series at all are all alike once a consolidation takes their names
    consolidation = draw(st.sampled_from(["", *CONSOLIDATIONS])) if several else ""
    if aggregate in (*PLAIN_AGGREGATES, PERCENTILES):
        natural = aggregate if aggregate in ("min", "max") else "avg"
        consolidation = "" if consolidation == natural else consolidation
    if aggregate == "stddev" and consolidation:
        keys = ()  # the consolidation takes its name, and a group then no longer reaches its sums
    grouped = (*keys, "percentile") if aggregate == PERCENTILES else keys
    chain = [draw(steps(grouped)) for _ in range(draw(st.integers(0, 2)))]
    if aggregate == "":
        bare = st.sampled_from(sorted(word for word, function in FUNCTIONS.items() if function.bare))
        chain.insert(0, Step(draw(bare)))
    return Form(
        where, aggregate, parameters, keys, consolidation, draw(st.one_of(st.just(""), DURATIONS)), tuple(chain),
        draw(STYLES),
    )  # fmt: skip


def one_line(form: Form) -> bool:
    """Whether a plain aggregate stands there alone: to add up its one line once more says nothing."""
    return form.aggregate in PLAIN_AGGREGATES and not form.keys and bool(form.steps) and (
        form.steps[0].word in FOLDS[:4] and form.steps[0].word != "count"
    )  # fmt: skip
