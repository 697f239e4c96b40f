"""Tables: real `<table>` elements, numbers right-aligned in tabular figures, a whole row as one link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import dcc, html


@dataclass(frozen=True)
class Column:
    """A heading; `numeric` columns align right, `wide` ones are left out on a narrow screen. `title` explains it."""

    name: str
    numeric: bool = False
    wide: bool = False
    title: str = ""

    @property
    def css(self) -> str:
        return " ".join(word for word, wanted in (("v-num", self.numeric), ("v-wide", self.wide)) if wanted)


def table(columns: Sequence[Column], rows: Sequence[Any], *, caption: str) -> Any:
    """A table of `row(...)`s; `caption` names it for readers who do not see it."""
    heads = [html.Th(c.name, className=c.css, title=c.title or None, scope="col") for c in columns]
    return html.Table(
        [html.Caption(caption, className="v-unseen"), html.Thead(html.Tr(heads)), html.Tbody(list(rows))],
        className="v-table v-data",
    )


def row(columns: Sequence[Column], cells: Sequence[Any], *, key: str, css: str = "") -> Any:
    """One row; `key` keeps it the same row when the order changes."""
    return html.Tr(
        [html.Td(cell, className=column.css) for column, cell in zip(columns, cells, strict=True)],
        key=key,
        className=css or None,
    )


def whole_row_link(text: Any, href: str) -> Any:
    """A link that covers its row (the style sheet stretches it), so that a click anywhere follows it."""
    return dcc.Link(text, href=href, className="v-row-link")
