"""The older list form of `:offset` rewritten with the offset of data."""

from __future__ import annotations

from collections.abc import Sequence

from vedette_query.language.tokens import join, split, unescape
from vedette_query.model.style import StyleExpr
from vedette_query.timing.durations import Duration, parse_duration


def without_offset_lists(exprs: Sequence[StyleExpr]) -> list[str]:
    """The programs of expressions, in which no list of offsets is used; several offsets go by a variable."""
    return [_rewritten(expr, f"Query{number}") for number, expr in enumerate(exprs)]


def _rewritten(expr: StyleExpr, variable: str) -> str:
    offsets = [parse_duration(unescape(text)) for text in split(expr.settings.get("offset", ""))[1:-1]]
    settings = {key: value for key, value in expr.settings.items() if key != "offset"}
    plain = StyleExpr(expr.expr, settings).text()
    if not offsets:
        return expr.text() if "offset" not in expr.settings else plain
    if len(offsets) == 1:
        return join((plain, *_shift(offsets[0])))
    uses = (part for offset in offsets for part in (variable, ":get", *_shift(offset)))
    return join((variable, plain, ":set", *uses))


def _shift(offset: Duration) -> tuple[str, ...]:
    return (str(offset), ":offset") if offset else ()
