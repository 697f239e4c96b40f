"""How an answer came about, as a tree for people: the expressions, what was read for them, and what took how long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.text import Text
from rich.tree import Tree

from vedette.query import clock
from vedette.query.look import Look
from vedette_query.timing.dates import parse_zone

Facts = Mapping[str, Any]
"""A part of the API's JSON document."""

_UNITS: Final = ("B", "kB", "MB", "GB", "TB")
_WORDS, _QUIET, _MARK, _TITLE, _SQL = "bold", "dim", "cyan", "bold", "green"


def explained(document: Facts, look: Look, zone: str) -> str:
    """The explanation as text."""
    title = Text(document["query"], style=_TITLE)
    head = Group(title, Text(_span(document, zone), style=_QUIET))
    parts: list[RenderableType] = [head, _times(document, look), _expressions(document)]
    parts += [_data(place, data, zone) for place, data in enumerate(document["data"])]
    return "\n\n".join(look.text(part) for part in parts)


def size(count: float) -> str:
    """Bytes in a unit that leaves few digits: 1234567 is `1.2 MB`."""
    for unit in _UNITS:
        if count < 1000 or unit == _UNITS[-1]:
            return f"{count:.0f} B" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    raise AssertionError("the loop returns")


def _span(document: Facts, zone: str) -> str:
    step = int(document["step"])
    first, last = document["start"], document["end"] - step
    return f"{_between(first, last, zone)}, one value each {clock.period(step)}"


def _between(first_ms: int, last_ms: int, zone: str) -> str:
    first, last = (clock.moment(ms, parse_zone(zone)) for ms in (first_ms, last_ms))
    day = "" if first.date() == last.date() else f"{last:%Y-%m-%d} "
    return f"{first:%Y-%m-%d %H:%M:%S} to {day}{last:%H:%M:%S} {zone}"


def _expressions(document: Facts) -> RenderableType:
    trees = []
    for expression in document["expressions"]:
        tree = Tree(_branch(expression["tree"], _lines(expression["lines"])), guide_style=_QUIET)
        _grow(tree, expression["tree"]["parts"])
        trees.append(tree)
    return Group(Text("Expressions, the last word first:"), *trees)


def _lines(count: int) -> str:
    return "1 line" if count == 1 else f"{count:,} lines"


def _grow(tree: Tree, parts: Sequence[Facts]) -> None:
    for part in parts:
        _grow(tree.add(_branch(part)), part["parts"])


def _branch(part: Facts, note: str = "") -> Text:
    text = Text(part["text"], style=_WORDS)
    if part["data"] is not None:
        text.append(f"  [{part['data'] + 1}]", style=_MARK)
    return text.append(f"  {note}" if note else "", style=_QUIET)


def _data(place: int, data: Facts, zone: str) -> RenderableType:
    head = Text(f"[{place + 1}] ", style=_MARK).append(data["text"], style=_WORDS)
    tree = Tree(head, guide_style=_QUIET)
    tree.add(_selection(data, zone))
    tree.add(Text(data["why"]))
    tree.add(f"{_lines(data['lines'])}, {data['rows']:,} rows, {size(data['bytes'])} in {data['ms']:.1f} ms")
    for statement in data["statements"]:
        tree.add(_statement(statement))
    return tree


def _selection(data: Facts, zone: str) -> Text:
    by = f" by {', '.join(data['group_by'])}" if data["group_by"] else ""
    offset = f", {clock.period(data['offset'])} earlier" if data["offset"] else ""
    what = "each series" if data["aggregate"] == "all" else f"{data['aggregate']}{by}"
    window = _between(data["start"], data["end"] - data["step"], zone)
    return Text(
        f"{what}, consolidated by {data['consolidation']}: {data['points']:,} steps of "
        f"{clock.period(data['step'])}, {window}{offset}"
    )


def _statement(statement: Facts) -> RenderableType:
    cost = f"{statement['rows']:,} rows, {size(statement['bytes'])}, {statement['ms']:.1f} ms"
    head = Text(statement["purpose"]).append(f"  {cost}", style=_QUIET)
    parameters = ", ".join(f"{name} = {value!r}" for name, value in statement["parameters"].items())
    parts = [head, Text(statement["sql"], style=_SQL)]
    if parameters:
        parts.append(Text(f"with {parameters}", style=_QUIET))
    return Group(*parts)


def _times(document: Facts, look: Look) -> RenderableType:
    """A bar for each stage, as long as its share."""
    total = document["ms"] or 1.0
    full = "\u2588" if look.unicode else "#"
    room = max(10, min(40, look.width - 40))
    lines = [Text("Time:")]
    for stage in document["stages"]:
        bar = full * round(room * stage["ms"] / total)
        lines.append(Text(f"  {stage['name']:<9}{stage['ms']:>9.1f} ms  ").append(bar, style=_MARK))
    answer = f"{size(document['size'])} of {document['format']}"
    lines.append(
        Text(
            f"  {'in all':<9}{document['ms']:>9.1f} ms  {document['rows']:,} rows, "
            f"{size(document['bytes'])} read, {answer} made"
        )
    )
    return Group(*lines)
