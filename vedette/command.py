"""The `vedette` command: one function for each thing one can ask of it.

Each imports what it runs when it is asked to: `vedette --help` answers at once, and the supervisor stays small.
"""

# ruff: noqa: PLC0415  (for the reason above)

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer

from vedette import VERSION, lifeline, logs
from vedette.child import REFUSAL
from vedette.durations import parse_duration, parse_size
from vedette.errors import CannotStart
from vedette.query import options as asked
from vedette.settings import (
    DAY_MS,
    DEFAULT_MAX_AGE_MS,
    DEFAULT_PEAK,
    DEFAULT_RESERVE,
    DEFAULT_STEP_MS,
    EngineSettings,
)

T = TypeVar("T")

app = typer.Typer(
    name="vedette",
    help="Metrics, traces and a live traffic graph for people who run many services.\n\n"
    "Begin with `vedette up --demo`, and open http://127.0.0.1:8050 once it says so.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)


def _length(text: str | int) -> int:
    """A typer parser: milliseconds of `10s`. Defaults come as numbers."""
    try:
        return parse_duration(text) if isinstance(text, str) else text
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def _size(text: str | int) -> int:
    """A typer parser: bytes of `256MiB`. Defaults come as numbers."""
    try:
        return parse_size(text) if isinstance(text, str) else text
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def _duration(help: str, default: str) -> Any:
    """An option that takes a length of time."""
    return typer.Option(help=help, parser=_length, metavar="DURATION", show_default=default)


Data = Annotated[Path, typer.Option(help="Directory for everything that is stored; made if missing.")]
Host = Annotated[str, typer.Option(help="Address to listen on. Anything but 127.0.0.1 opens Vedette to the network.")]
Port = Annotated[int, typer.Option(help="Port of the collector and the query API.", min=1, max=65535)]
OtlpPort = Annotated[int, typer.Option(help="A second port for the same, where OpenTelemetry looks.", min=1, max=65535)]
DashboardsPort = Annotated[int, typer.Option(help="Port of the pages.", min=1, max=65535)]
Step = Annotated[int, _duration("Time between two samples; fixed when the store is made.", "10s")]
MaxAge = Annotated[int, _duration("How old a sample may be to be taken.", "6h")]
ClickHouse = Annotated[
    str | None,
    typer.Option(
        help="URL of a ClickHouse server to use instead of the built-in engine, as http://user:password@host:8123. "
        "With a password, better set the variable.",
        envvar="VEDETTE_CLICKHOUSE",
        show_envvar=True,
    ),
]
Rules = Annotated[Path | None, typer.Option(help="File of alert rules (YAML).", exists=True, dir_okay=False)]
Reserve = Annotated[
    int,
    typer.Option(
        help="Refuse to start with less free disk than this.", parser=_size, metavar="SIZE", show_default="256MiB"
    ),
]
ApiUrl = Annotated[str, typer.Option(help="Where the query API is.")]
DemoPort = Annotated[int, typer.Option(help="First of the demo's 40 ports, that of its control.", min=1, max=65000)]
Peak = Annotated[float, typer.Option(help="Demo: requests per second of the largest region in the evening.", min=0.0)]
Day = Annotated[int, _duration("Demo: how long a day lasts.", "24h")]


@app.command()
def up(
    *,
    demo: Annotated[bool, typer.Option("--demo", help="Also run a small streaming company to look at.")] = False,
    data: Data = Path("data"),
    host: Host = "127.0.0.1",
    port: Port = 7101,
    dashboards_port: DashboardsPort = 8050,
    otlp_port: OtlpPort = 4318,
    demo_port: DemoPort = 7200,
    peak: Peak = DEFAULT_PEAK,
    day: Day = DAY_MS,
    step: Step = DEFAULT_STEP_MS,
    max_age: MaxAge = DEFAULT_MAX_AGE_MS,
    clickhouse: ClickHouse = None,
    rules: Rules = None,
    reserve: Reserve = DEFAULT_RESERVE,
) -> None:
    """Run Vedette on this machine: the engine, the dashboards and, if asked, the demo.

    Ctrl-C ends all of it in order; what was stored is there at the next start.
    """
    lifeline.hold()
    from vedette.house import DemoChoice, House

    house = House(
        engine=EngineSettings(
            data=data,
            host=host,
            port=port,
            otlp_port=otlp_port,
            clickhouse=clickhouse,
            step_ms=step,
            max_age_ms=max_age,
            rules=rules,
            reserve=reserve,
        ),
        dashboards_port=dashboards_port,
        demo=DemoChoice(demo_port, peak, day) if demo else None,
    )
    sys.exit(_told(house.run))


@app.command()
def engine(
    *,
    data: Data = Path("data"),
    host: Host = "127.0.0.1",
    port: Port = 7101,
    otlp_port: OtlpPort = 4318,
    step: Step = DEFAULT_STEP_MS,
    max_age: MaxAge = DEFAULT_MAX_AGE_MS,
    clickhouse: ClickHouse = None,
    rules: Rules = None,
    reserve: Reserve = DEFAULT_RESERVE,
    dashboards_url: Annotated[str, typer.Option(help="Where `/` leads.")] = "http://127.0.0.1:8050/",
) -> None:
    """Run the engine owner alone: collector, query API, alerts and jobs over one store. `up` starts it for you."""
    logs.set_up()
    lifeline.hold()
    from vedette.gate import run

    settings = EngineSettings(
        data=data,
        host=host,
        port=port,
        otlp_port=otlp_port,
        clickhouse=clickhouse,
        step_ms=step,
        max_age_ms=max_age,
        rules=rules,
        reserve=reserve,
        dashboards_url=dashboards_url,
    )
    _told(lambda: run(settings))


@app.command()
def dashboards(
    *,
    host: Host = "127.0.0.1",
    port: DashboardsPort = 8050,
    api_url: ApiUrl = "http://127.0.0.1:7101",
    demo_url: Annotated[str | None, typer.Option(help="Where the demo's control is, if there is a demo.")] = None,
) -> None:
    """Run the pages alone, for any query API. `up` starts them for you."""
    logs.set_up()
    lifeline.hold()
    from vedette.pages import run

    _told(lambda: run(host=host, port=port, api_url=api_url, demo_url=demo_url))


@app.command()
def demo(
    *,
    collector: Annotated[str, typer.Option(help="The collector to report to.")] = "http://127.0.0.1:7101",
    demo_port: DemoPort = 7200,
    step: Step = DEFAULT_STEP_MS,
    peak: Peak = DEFAULT_PEAK,
    day: Day = DAY_MS,
) -> None:
    """Run the demo alone, against any collector: a streaming company in three regions, with users and faults."""
    logs.set_up()
    from vedette.demo.company import Company
    from vedette.demo.settings import Settings
    from vedette.demo.topology import Map

    settings = Settings(collector_url=collector, where=Map(demo_port), step_ms=step, peak=peak, day_s=day / 1000)
    _told(Company(settings).run)


class Switch(StrEnum):
    """What can be done with a fault."""

    on = "on"
    off = "off"


@app.command()
def fault(
    kind: Annotated[str | None, typer.Argument(help="latency, errors, dead, failover; none: what is on?")] = None,
    switch: Annotated[Switch, typer.Argument(help="Put it on or off.")] = Switch.on,
    *,
    region: Annotated[str, typer.Option(help="us-east-1, us-west-2 or eu-west-1.")] = "us-east-1",
    service: Annotated[str, typer.Option(help="edge, api, playback, catalog, ...")] = "playback",
    demo_port: DemoPort = 7200,
) -> None:
    """Break something in the demo, or mend it: `vedette fault latency on --region us-east-1 --service playback`."""
    url = f"http://127.0.0.1:{demo_port}/faults"
    body = None
    if kind is not None:
        asked = {"kind": kind, "region": region, "service": service, "on": switch is Switch.on}
        body = json.dumps(asked).encode()
    request = urllib.request.Request(url, data=body, headers={"content-type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            board = json.load(answer)
    except urllib.error.HTTPError as error:
        _fail(str(json.load(error)["message"]))
    except OSError:
        _fail(f"No demo answers on port {demo_port}; start one with `vedette up --demo` or `vedette demo`.")
    for one in board["faults"]:
        typer.echo(one["summary"])
    if not board["faults"]:
        typer.echo("Nothing is broken.")


@app.command(epilog=asked.EXAMPLES)
def query(
    expression: asked.Expression,
    *,
    url: asked.Url = "http://127.0.0.1:7101",
    start: asked.Start = "e-3h",
    end: asked.End = "now",
    tz: asked.Zone = None,
    cq: asked.Common = None,
    step: asked.ShortestStep = None,
    width: asked.Width = None,
    format: asked.As = None,
    output: asked.Output = None,
    values: asked.Values = False,
    explain: asked.Explain = False,
    watch: asked.Watch = False,
) -> None:
    """Ask a question in the stack language, and see the answer here: as a chart, a table, or data."""
    from vedette.query.command import Options, run

    options = Options(expression, url, start, end, tz, cq, step, width, format, output, values, explain, watch)
    sys.exit(run(options))


@app.command()
def version() -> None:
    """Say which Vedette this is."""
    typer.echo(f"vedette {VERSION} (Python {sys.version.split()[0]}, {os.uname().sysname})")


def main() -> None:
    """The entry of the `vedette` command."""
    app()


def _told(run: Callable[[], T]) -> T:
    """What `run` returns; a refusal to start becomes one sentence on stderr, and status 1."""
    try:
        return run()
    except CannotStart as error:
        _fail(str(error))


def _fail(sentence: str) -> NoReturn:
    sys.stderr.write(f"{REFUSAL}{sentence}\n")
    sys.exit(1)
