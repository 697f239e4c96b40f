"""The recorded Atlas cases, over real HTTP and without a word left out."""

from __future__ import annotations

import argparse
import re
from collections import Counter
from typing import Any, Final

import pytest

from tests.query.recorded import CASES, STEPS_MS, Case, eval_cases, runner
from vedette_query.settings import Settings
from vedette_query.vocabulary.catalogue import Catalogue

RUN: Final = runner()
CATALOGUE: Final = Catalogue(Settings().custom_averages)
ENTRIES: Final = [word.name for name in CATALOGUE.names for word in CATALOGUE.interpreter(name).vocabulary.words]
WORDS: Final = set(ENTRIES)

SECTIONS: Final = ("parse", "expr_api", "graph_time", "graph_formats")
ALL_CASES: Final[list[tuple[str, Case]]] = [
    *(("eval", case) for step_ms in STEPS_MS for case in eval_cases(step_ms)),
    *((section, case) for section in SECTIONS for case in CASES[section]),
    *(("tags_api", case) for case in CASES["tags_api"]["cases"]),
]

TICK_LIST: Final = [
    "call",
    "clear",
    "depth",
    "drop",
    "dup",
    "each",
    "format",
    "freeze",
    "get",
    "pick",
    "map",
    "ndrop",
    "nlist",
    "over",
    "-rot",
    "roll",
    "rot",
    "set",
    "swap",
    "list",
    "2over",
    "nip",
    "tuck",
    "fcall",
    "sset",
    "true",
    "false",
    "has",
    "eq",
    "lt",
    "le",
    "gt",
    "ge",
    "re",
    "reic",
    "contains",
    "starts",
    "ends",
    "in",
    "and",
    "or",
    "not",
    "cq",
    "all",
    "sum",
    "count",
    "min",
    "max",
    "by",
    "offset",
    "cf-avg",
    "cf-sum",
    "cf-min",
    "cf-max",
    "as",
    "by",
    "const",
    "pi",
    "random",
    "srandom",
    "time",
    "time-span",
    "cg",
    "named-rewrite",
    "clamp-min",
    "clamp-max",
    "abs",
    "neg",
    "sin",
    "sqrt",
    "per-step",
    "add",
    "sub",
    "mul",
    "div",
    "pow",
    "gt",
    "ge",
    "lt",
    "le",
    "fadd",
    "fsub",
    "fmul",
    "fdiv",
    "and",
    "or",
    "sum",
    "count",
    "min",
    "max",
    "percentiles",
    "approx-distinct",
    "sample-count",
    "sample-count",
    "avg",
    "stddev",
    "pct",
    "dist-avg",
    "dist-max",
    "dist-stddev",
    "median",
    "cos",
    "tan",
    "cot",
    "sec",
    "csc",
    "delay",
    "rolling-count",
    "rolling-min",
    "rolling-max",
    "rolling-mean",
    "rolling-sum",
    "des",
    "sdes",
    "trend",
    "integral",
    "cumulative-max",
    "derivative",
    "approx-distinct-cumulative",
    "des-simple",
    "des-fast",
    "des-slower",
    "des-slow",
    "sdes-simple",
    "sdes-fast",
    "sdes-slower",
    "sdes-slow",
    "des-epic-signal",
    "consolidate",
    "stat",
    "stat-avg",
    "stat-max",
    "stat-min",
    "stat-last",
    "stat-count",
    "stat-total",
    "filter",
    "stat-min-mf",
    "stat-max-mf",
    "stat-avg-mf",
    "bottomk",
    "bottomk-others-min",
    "bottomk-others-max",
    "bottomk-others-sum",
    "bottomk-others-avg",
    "topk",
    "topk-others-min",
    "topk-others-max",
    "topk-others-sum",
    "topk-others-avg",
    "legend",
    "decode",
    "s",
    "axis",
    "offset",
    "filter",
    "sort",
    "order",
    "limit",
    "head",
    "alpha",
    "color",
    "palette",
    "ls",
    "lw",
    "area",
    "line",
    "stack",
    "heatmap",
    "percentiles-heatmap",
    "vspan",
    "des-epic-viz",
    "strip-style",
    "node-avg",
    "eureka-avg",
    "sample",
    "table",
]


@pytest.mark.parametrize(("section", "case"), ALL_CASES, ids=[case["id"] for _, case in ALL_CASES])
def test_case_is_answered_as_atlas_does(section: str, case: Case, recorded_urls: dict[int, str]) -> None:
    arguments = argparse.Namespace(url=recorded_urls[case.get("step_ms", STEPS_MS[0])])
    # The runner shifts cases to an hour ago; asked at this time, it shifts by nothing.
    now_ms = case.get("start_ms", 0) + 2 * RUN.HOUR
    RUN.CHECKS[section](arguments, case, now_ms)


def test_no_case_is_left_out() -> None:
    total = sum(len(CASES[section]) for section in ("eval", *SECTIONS)) + len(CASES["tags_api"]["cases"])
    assert len(ALL_CASES) == total
    assert total >= 498


def test_every_word_of_the_reference_is_there_as_often_as_it_has_overloads() -> None:
    assert len(TICK_LIST) == 177
    # A word more than the list has: `:palette` takes a name or a list, which Atlas counts as one.
    assert Counter(ENTRIES) - Counter(TICK_LIST) == Counter(["palette"])
    assert Counter(TICK_LIST) - Counter(ENTRIES) == Counter()


def test_cases_use_only_words_that_exist() -> None:
    def words(case: Case) -> set[str]:
        texts: list[Any] = [case.get("expr", ""), *dict(case.get("params") or []).values()]
        return {word for text in texts for word in re.findall(r"(?:^|,):([a-z0-9-]+)", str(text))}

    meant_to_fail = {"unknown", "test-rewrite"}
    used = {word for _, case in ALL_CASES for word in words(case)}
    assert used - WORDS <= meant_to_fail
