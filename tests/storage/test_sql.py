"""The SQL of a selection, as files to read. `UPDATE_GOLDEN=1` writes them anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vedette_storage.clickhouse import Retention, rollup_sql, sql, value_sql
from vedette_storage.clickhouse.layers import layers
from vedette_storage.clickhouse.shares import shares
from vedette_storage.clickhouse.sql import Found, Statement
from vedette_storage.predicate import Always, And, Equal, HasKey, LessThan, Matches, Not, OneOf, Or, Predicate
from vedette_storage.selection import Aggregate, Consolidation, Selection
from vedette_storage.series import Kind

GOLDEN = Path(__file__).parent / "golden"
NAME = Equal("name", "requests")
RATES = Found([7], {Kind.RATE}, ["requests"])
GAUGES = Found([7], {Kind.GAUGE}, ["requests"])
NAMED = Found([7, 9], {Kind.RATE}, ["requests"], {70: 0, 71: 0, 90: 1})
MIXED = Found([7, 9], {Kind.RATE, Kind.GAUGE}, ["requests"])


def over_minutes(predicate: Predicate, aggregate: Aggregate, consolidation: Consolidation, *group_by: str) -> Selection:
    return Selection(predicate, aggregate, consolidation, 1_790_000_040_000, 60_000, 30, group_by)


def over_steps(predicate: Predicate, aggregate: Aggregate, consolidation: Consolidation) -> Selection:
    return Selection(predicate, aggregate, consolidation, 1_790_000_040_000, 10_000, 70_000)


def over_hours(predicate: Predicate, aggregate: Aggregate, consolidation: Consolidation, *group_by: str) -> Selection:
    return Selection(predicate, aggregate, consolidation, NOON, 3_600_000, 30, group_by)


def values(selection: Selection, found: Found, *dirty: tuple[str, int], fold: bool) -> Statement:
    """From raw samples; and from rollups where there are dirty windows."""
    rollups = LAYERS.rollups if dirty else ()
    return value_sql.values(selection, found, shares(selection, LAYERS.raw, rollups, dirty), 10_000, fold=fold)


def overlapping(selection: Selection) -> Statement:
    (raw,) = shares(selection, LAYERS.raw, (), ())
    return value_sql.overlapping_sources(selection, RATES, raw)


LAYERS = layers(10_000, Retention())
MINUTES, HOURS = LAYERS.rollups
NOON = 1_790_078_400_000
STALE = ("minutes", NOON + 60_000), ("minutes", NOON + 120_000), ("writing", NOON + 3_600_000), ("hours", NOON)

EVERY_CLAUSE = And(
    And(NAME, Or(HasKey("zone"), Not(Equal("app", "")))),
    And(And(OneOf("node", ("a", "")), LessThan("node", "b")), And(Matches("api", "get", ignore_case=True), Always())),
)

STATEMENTS = {
    "lines_of_every_clause": sql.lines(over_minutes(EVERY_CLAUSE, "sum", "avg", "app", "name")),
    "lines_one_a_series": sql.lines(over_minutes(NAME, "all", "sum")),
    "overlapping_sources": overlapping(over_minutes(And(NAME, HasKey("app")), "max", "max")),
    "sum_of_named_series": values(over_minutes(NAME, "sum", "avg"), NAMED, fold=False),
    "max_by_app_of_named_series": values(over_minutes(NAME, "max", "max", "app"), NAMED, fold=False),
    "sum_of_rates_in_one_pass": values(over_minutes(NAME, "sum", "avg"), RATES, fold=False),
    "sum_at_the_primary_step": values(over_steps(NAME, "sum", "avg"), RATES, fold=False),
    "count_of_series": values(over_minutes(NAME, "count", "max"), RATES, fold=False),
    "max_by_app": values(over_minutes(NAME, "max", "max", "app"), GAUGES, fold=False),
    "sum_of_maxima_by_app": values(over_minutes(NAME, "sum", "max", "app"), RATES, fold=False),
    "sum_over_folded_sources": values(over_minutes(NAME, "sum", "avg", "app"), MIXED, fold=True),
    "max_over_folded_gauges": values(over_minutes(NAME, "min", "max"), GAUGES, fold=True),
    "all_series": values(over_steps(Always(), "all", "sum"), RATES, fold=False),
    "sum_from_rollups": values(over_hours(NAME, "sum", "avg"), RATES, *STALE, fold=False),
    "count_from_rollups": values(over_hours(NAME, "count", "avg", "app"), MIXED, *STALE, fold=True),
    "sum_of_maxima_from_rollups": values(over_hours(NAME, "sum", "max"), GAUGES, *STALE, fold=False),
    "dirty_windows": rollup_sql.dirty(LAYERS, LAYERS.rollups, NOON, NOON + 7_200_000, NOON + 8_000_000),
    "minutes_of_one_source": rollup_sql.from_samples(LAYERS.raw, MINUTES, NOON, NOON + 120_000, NOON + 150_000)[0],
    "minutes_of_several_sources": rollup_sql.from_samples(LAYERS.raw, MINUTES, NOON, NOON + 120_000, NOON)[1],
    "hours_of_minutes": rollup_sql.from_rollup(MINUTES, HOURS, NOON, NOON + 3_600_000, NOON + 3_700_000)[0],
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_statement_is_the_one_in_the_golden_file(name: str) -> None:
    path, statement = GOLDEN / f"{name}.sql", f"{STATEMENTS[name]}\n"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(statement)
    assert statement == path.read_text()


def test_every_golden_file_has_its_statement() -> None:
    assert {path.stem for path in GOLDEN.glob("*.sql")} == set(STATEMENTS)


@pytest.mark.parametrize(
    ("aggregate", "consolidation", "step_ms", "kinds", "matter"),
    [
        ("sum", "avg", 60_000, {Kind.RATE}, False),
        ("sum", "sum", 60_000, {Kind.RATE}, False),
        ("sum", "max", 60_000, {Kind.RATE}, True),
        ("sum", "max", 10_000, {Kind.RATE}, False),
        ("sum", "avg", 60_000, {Kind.GAUGE}, True),
        ("sum", "avg", 60_000, {Kind.RATE, Kind.GAUGE}, True),
        ("max", "max", 60_000, {Kind.GAUGE}, False),
        ("max", "avg", 60_000, {Kind.GAUGE}, True),
        ("max", "avg", 10_000, {Kind.GAUGE}, False),
        ("max", "max", 60_000, {Kind.RATE}, True),
        ("min", "min", 60_000, {Kind.GAUGE}, True),
        ("count", "avg", 60_000, {Kind.GAUGE}, True),
        ("count", "max", 60_000, {Kind.RATE}, False),
        ("all", "sum", 60_000, {Kind.RATE}, False),
        ("all", "max", 60_000, {Kind.GAUGE}, False),
        ("all", "min", 10_000, {Kind.RATE, Kind.GAUGE}, True),
    ],
)
def test_sources_matter_where_a_single_pass_would_combine_them_wrongly(
    aggregate: Aggregate, consolidation: Consolidation, step_ms: int, kinds: set[str], matter: bool
) -> None:
    selection = Selection(NAME, aggregate, consolidation, 0, step_ms, 1)
    assert value_sql.sources_matter(selection, kinds, 10_000) is matter


def test_a_strangers_text_is_only_ever_a_parameter() -> None:
    nasty = "'; DROP TABLE series; --"
    statement = sql.lines(over_minutes(And(Equal("name", nasty), Matches(nasty, nasty)), "sum", "avg", nasty))
    assert isinstance(statement, Statement)
    assert nasty not in statement.text
    assert nasty in statement.parameters.values()
