"""Words: the whole language with its words, searched by name or by what they do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html, no_update

from vedette_dashboards import browser, format, live, pulse
from vedette_dashboards.errors import ApiAway, NotFound, Refused
from vedette_dashboards.page import Page, Rooms
from vedette_dashboards.parts.card import heading
from vedette_dashboards.parts.empty import nothing, waiting
from vedette_dashboards.view import View, parse

Entry = Mapping[str, Any]
"""A word as the API describes it."""

_LONG: Final = 600  # characters of what an example leaves; the rest is cut


def layout(view: View, variables: Mapping[str, str]) -> Any:
    """The page before its words."""
    note = "The words of the stack language: what each takes from the stack, what it leaves there, and what it means."
    return html.Div(
        [
            heading("Words", note=note),
            html.Form(
                [
                    dmc.TextInput(
                        id="words-q",
                        label="Search",
                        placeholder="a name, or what it should do: topk, average, percentile",
                        value=view.get("q"),
                        debounce=200,
                        autoComplete="off",
                        spellCheck=False,
                    ),
                    dmc.Select(
                        id="words-vocabulary",
                        label="Vocabulary",
                        placeholder="all",
                        value=view.get("vocab") or None,
                        data=[view.get("vocab")] if view.get("vocab") else [],
                        clearable=True,
                    ),
                ],
                className="v-card v-pad v-words-fields",
                role="search",
            ),
            dcc.Store(id="words-shown"),
            live.region("words", waiting(6)),
        ],
        className="v-stack",
    )


def register(dash: Dash, rooms: Rooms) -> None:
    """The callbacks that fill the page."""
    live.register(dash, "words")
    browser.run(
        dash,
        "words",
        Input("words-q", "value"),
        Input("words-vocabulary", "value"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    outputs = (live.output("words"), Output("words-shown", "data"), Output("words-vocabulary", "data"))

    @dash.callback(*outputs, Input("url", "search"), Input("tick", "data"), State("words-shown", "data"))
    async def fill(search: str | None, _: int | None, shown: str | None) -> Any:
        if shown is not None and shown == (search or ""):
            pulse.fresh(None)  # a beat of the clock: words do not change
            return (no_update,) * len(outputs)
        view = parse(search)
        asked = [(key, value) for key in ("q", "vocab") if (value := view.get(key))]
        try:
            document = await rooms.client.answer("/api/v1/words", asked)
        except ApiAway as reason:
            return pulse.away(reason, len(outputs))
        except (Refused, NotFound) as refused:
            pulse.fresh(None)
            return live.markup(nothing(str(refused))), search or "", no_update
        pulse.fresh(None)
        words = document.get("words", [])
        return live.markup(_words(words, view)), search or "", document.get("vocabularies", [])


def _words(words: Sequence[Entry], view: View) -> Any:
    if not words:
        return nothing("No word is called so, or does what you look for. Try fewer letters, or another term.")
    if view.get("q"):
        return html.Div(_section(format.plural(len(words), "word"), words, view), className="v-words")
    sections = []
    for name in dict.fromkeys(str(word["vocabulary"]) for word in words):
        sections.append(_section(name, [word for word in words if word["vocabulary"] == name], view))
    return html.Div(sections, className="v-words")


def _section(title: str, words: Sequence[Entry], view: View) -> Any:
    return html.Section(
        [html.H2(title), html.Div([_word(word, view) for word in words], className="v-words-list")], key=title
    )


def _word(word: Entry, view: View) -> Any:
    key = f"{word['vocabulary']}-{word['name']}-{word['signature']}"
    return html.Article(
        [
            html.Header(
                [
                    html.H3(f":{word['name']}"),
                    html.Code(word["signature"], className="v-word-signature"),
                    html.Span(word["vocabulary"], className="v-tag"),
                ]
            ),
            html.P(word["summary"]),
            html.Ul([_example(example, view) for example in word["examples"]]),
        ],
        className="v-word",
        key=key,
    )


def _example(example: Mapping[str, Any], view: View) -> Any:
    program, normal = str(example["program"]), str(example["normalized"])
    left = normal or "  ".join(reversed(example["after"])) or "an empty stack"
    after = None if left == program else html.Code(f"→ {_cut(left)}", className="v-word-after")
    link = dcc.Link("Open in Explore", href=view.common().put(q=program).href("explore")) if normal else None
    return html.Li([html.Code(program), link, after])


def _cut(text: str) -> str:
    return text if len(text) <= _LONG else f"{text[:_LONG]}…"


PAGE = Page("/words", "Words", "words", layout, register)
