"""Refreshed regions: everything in them is escaped, and nothing in them needs a script."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from dash import dcc, html
from hypothesis import given
from hypothesis import strategies as st

from vedette_dashboards import live
from vedette_dashboards.parts.empty import empty, waiting
from vedette_dashboards.parts.health import health
from vedette_dashboards.parts.table import whole_row_link


class Read(HTMLParser):
    """Tags with their attributes, and the text, as a browser would find them."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


STRANGE = st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), max_size=60) | st.sampled_from(
    ['<script>alert("x")</script>', '"><img src=x onerror=alert(1)>', "&lt;b&gt;", "a' onmouseover='x"]
)


@given(STRANGE)
def test_what_strangers_name_things_stays_text(name: str) -> None:
    read = Read(live.markup(html.P([html.Span(name, title=name), name])))
    assert [tag for tag, _ in read.tags] == ["p", "span"]
    assert read.tags[1][1] == {"title": name}
    assert read.text == name + name


@given(STRANGE)
def test_a_link_to_a_strangely_named_app_is_one_link(name: str) -> None:
    read = Read(live.markup(whole_row_link(name, f"/service/{name}")))
    assert read.tags == [("a", {"href": f"/service/{name}", "class": "v-row-link"})]


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "//elsewhere.example", "data:text/html,x", "ftp://x", " /x"]
)
def test_other_addresses_are_refused(address: str) -> None:
    with pytest.raises(ValueError, match="may not be an address"):
        live.markup(html.A("x", href=address))


def test_a_component_with_a_script_of_its_own_is_refused() -> None:
    with pytest.raises(TypeError, match="Graph needs its own script"):
        live.markup([html.P("x"), dcc.Graph()])


def test_properties_become_attributes() -> None:
    data: Any = {"data-at": "1", "aria-label": "four"}
    tree = html.Td(
        "4",
        className="v-num",
        key="api",
        hidden=True,
        tabIndex=-1,
        title=None,
        style={"width": "3px", "minHeight": "2em", "--swatch": "#fff"},
        **data,
    )
    assert Read(live.markup(tree)).tags == [
        (
            "td",
            {
                "class": "v-num",
                "data-key": "api",
                "hidden": None,
                "tabindex": "-1",
                "style": "width:3px;min-height:2em;--swatch:#fff",
                "data-at": "1",
                "aria-label": "four",
            },
        )
    ]


def test_nothing_is_nothing() -> None:
    assert live.markup(None) == live.markup([]) == live.markup(False) == ""
    assert live.markup(html.Span()) == "<span></span>"
    assert live.markup(html.Br()) == "<br>"
    assert live.markup(0) == "0"


def test_the_pieces_of_pages_can_be_refreshed() -> None:
    for piece in (empty("a", "b", code="c", links=(("d", "/"),), sign="demo"), waiting(2), health("danger")):
        assert Read(live.markup(piece)).tags
