"""The frame around every page: header with times, region and theme; navigation; banner; and what keeps them in step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html, no_update

from vedette_dashboards import browser, pulse, theme
from vedette_dashboards.browser import attributes
from vedette_dashboards.errors import DashboardsError
from vedette_dashboards.page import Page, Rooms
from vedette_dashboards.parts.empty import empty
from vedette_dashboards.parts.icon import icon
from vedette_dashboards.settings import Settings

THEME_KEY = "mantine-color-scheme-value"  # Mantine's own key in the browser's local storage
RANGES: tuple[tuple[str, str], ...] = (
    ("e-5m", "5 minutes"),
    ("e-15m", "15 minutes"),
    ("e-30m", "30 minutes"),
    ("e-1h", "1 hour"),
    ("e-3h", "3 hours"),
    ("e-12h", "12 hours"),
    ("e-1d", "1 day"),
    ("e-1w", "1 week"),
)


def frame(pages: Sequence[Page], settings: Settings) -> Any:
    """The layout that stays while pages come and go."""
    shown = [page for page in pages if page.icon]
    return dmc.MantineProvider(
        theme=dict(theme.MANTINE),
        defaultColorScheme="auto",
        children=[
            dcc.Location(id="url", refresh="callback-nav"),
            dcc.Interval(id="clock", interval=int(settings.refresh * 1000)),
            dcc.Store(id="tick"),
            dcc.Store(id=pulse.STORE),
            dcc.Store(id="zone"),
            dcc.Store(id="title"),
            dcc.Store(id="ranges", data=[list(pair) for pair in RANGES]),
            dcc.Store(id="paths", data=[page.path for page in shown]),
            html.Div(id="sink", hidden=True),
            html.A("Skip to the page", href="#page", className="v-skip"),
            dmc.AppShell(
                [
                    dmc.AppShellHeader(_header(), className="v-header"),
                    dmc.AppShellNavbar(_navigation(shown), className="v-navbar", **attributes(aria_label="Pages")),
                    dmc.AppShellMain(
                        html.Div(
                            [
                                html.Div(id="banner", className="v-banner", role="alert", hidden=True),
                                html.Div(id="page", className="v-page", tabIndex=-1),
                            ],
                            className="v-main",
                        )
                    ),
                    _custom_range(),
                ],
                id="appshell",
                header={"height": {"base": 104, "sm": 56}},
                navbar={"width": 200, "breakpoint": "sm", "collapsed": {"mobile": True}},
                padding=0,
            ),
        ],
    )


def not_found(pathname: str) -> Any:
    """What stands where no page is."""
    return empty("There is no such page", f"Nothing lives at {pathname}.", links=(("Back to the overview", "/"),))


def register(dash: Dash, rooms: Rooms, pages: Sequence[Page]) -> None:
    """The frame's callbacks: all but one run in the browser."""
    _browser(dash, [page.path for page in pages if page.icon])

    @dash.callback(Output("region", "data"), Input("tick", "data"), State("region", "data"))
    async def regions(_: int | None, known: list[str] | None) -> Any:
        try:
            found = sorted(await rooms.client.values("region"))
        except DashboardsError:
            return no_update  # the page's own callback says that the API is away
        return found if found != known else no_update


def _browser(dash: Dash, navigated: Sequence[str]) -> None:
    """Callbacks that need no request. Those without an output change the address, as a click on a link does."""

    def run(name: str, *dependencies: Any, **options: Any) -> None:
        browser.run(dash, name, *dependencies, **options)

    run("zone", Output("zone", "data"), Input("url", "search"))
    run("title", Output("sink", "title"), Input("title", "data"))
    run("beat", Output("sink", "lang"), Input(pulse.STORE, "data"))
    run("tick", Output("tick", "data"), Input("clock", "n_intervals"), prevent_initial_call=True)
    run(
        "burger",
        Output("appshell", "navbar"),
        Output("burger", "opened"),
        Input("burger", "opened"),
        Input("url", "pathname"),
        State("appshell", "navbar"),
    )
    run("region", Output("region", "value"), Input("url", "search"))
    run("chooseRegion", Input("region", "value"), State("url", "search"), prevent_initial_call=True)
    run(
        "links",
        *[Output({"link": "nav", "path": path}, "href") for path in navigated],
        *[Output({"link": "nav", "path": path}, "active") for path in navigated],
        Input("url", "search"),
        Input("url", "pathname"),
        State("paths", "data"),
    )
    run(
        "ranges",
        Output("range-text", "children"),
        *[Output({"range": s}, "href") for s, _ in RANGES],
        Output("zone-browser", "href"),
        Output("zone-utc", "href"),
        Input("url", "search"),
        State("ranges", "data"),
    )
    run(
        "custom",
        Output("custom", "opened"),
        Output("custom-s", "value"),
        Output("custom-e", "value"),
        Input("custom-open", "n_clicks"),
        Input("custom-apply", "n_clicks"),
        State("custom-s", "value"),
        State("custom-e", "value"),
        State("url", "search"),
        prevent_initial_call=True,
    )


def _header() -> Any:
    return html.Div(
        [
            html.Div(
                [
                    dmc.Burger(id="burger", opened=False, hiddenFrom="sm", size="sm", **attributes(aria_label="Menu")),
                    dcc.Link([html.Span(className="v-logo"), "Vedette"], href="/", className="v-brand"),
                ],
                className="v-header-left",
            ),
            html.Div(
                [
                    html.Div(id="age", className="v-age", title="Age of the newest number on this page"),
                    dmc.Select(
                        id="region",
                        data=[],
                        placeholder="All regions",
                        clearable=True,
                        size="xs",
                        className="v-region",
                        comboboxProps={"shadow": "md"},
                        **attributes(aria_label="Region"),
                    ),
                    _range_menu(),
                ],
                className="v-header-controls",
            ),
            dmc.ColorSchemeToggle(
                lightIcon=icon("sun"),
                darkIcon=icon("moon"),
                variant="subtle",
                color="gray",
                size="lg",
                className="v-theme",
                **attributes(aria_label="Light or dark"),
            ),
        ],
        className="v-header-row",
    )


def _range_menu() -> Any:
    quick = [dmc.MenuItem(f"Last {name}", id={"range": s}, href="", refresh=False) for s, name in RANGES]
    return html.Div(
        [
            dmc.Menu(
                [
                    dmc.MenuTarget(
                        dmc.Button(
                            html.Span(id="range-text"),
                            id="range",
                            variant="default",
                            size="xs",
                            leftSection=icon("clock"),
                        )
                    ),
                    dmc.MenuDropdown(
                        [
                            *quick,
                            dmc.MenuItem("Other times…", id="custom-open"),
                            dmc.MenuDivider(),
                            dmc.MenuItem("Times of this browser", id="zone-browser", href="", refresh=False),
                            dmc.MenuItem("Times in UTC", id="zone-utc", href="", refresh=False),
                        ]
                    ),
                ],
                shadow="md",
                position="bottom-end",
                keepMounted=True,
            ),
        ]
    )


def _custom_range() -> Any:
    hint = "e-3h · now-1d · 2026-01-31T14:05 · 1790000000"
    return dmc.Modal(
        dmc.Stack(
            [
                dmc.TextInput(id="custom-s", label="From", description=hint),
                dmc.TextInput(id="custom-e", label="To", description="now, or a time like the above"),
                dmc.Button("Show these times", id="custom-apply"),
            ]
        ),
        id="custom",
        title="Other times",
        opened=False,
        centered=True,
    )


def _navigation(pages: Sequence[Page]) -> Any:
    return html.Div(
        [
            dmc.NavLink(
                label=page.name,
                leftSection=icon(page.icon or ""),
                href=page.path,
                refresh=False,
                id={"link": "nav", "path": page.path},
                className="v-nav",
            )
            for page in pages
        ],
        className="v-navlist",
    )
