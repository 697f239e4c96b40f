"""The options of `vedette query` as the command line knows them, and the examples of its help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from vedette.query.delivery import Format

Expression = Annotated[str, typer.Argument(metavar="EXPR", help="What is asked, in the stack language.")]
Url = Annotated[str, typer.Option(help="Where the query API is.", envvar="VEDETTE_URL", show_envvar=True)]
Start = Annotated[str, typer.Option("--start", "-s", help="From when: e-3h, now-1d, 2026-11-22T14:00.")]
End = Annotated[str, typer.Option("--end", "-e", help="Until when, in the same forms, or s+30m.")]
Zone = Annotated[str | None, typer.Option(help="Zone of times, as Europe/Stockholm.", show_default="yours")]
Common = Annotated[str | None, typer.Option(help="A query that every query in EXPR is joined with by :and.")]
ShortestStep = Annotated[str | None, typer.Option(help="The shortest step wanted, as 1m.", show_default="what fits")]
Width = Annotated[
    int | None, typer.Option(help="Columns of text, pixels of a picture, or points of data at most.", min=20)
]
As = Annotated[Format | None, typer.Option("--format", "-f", help="As what.", show_default="chart; csv into a pipe")]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", help="A file: .txt, .csv, .json or .png.", dir_okay=False)
]
Values = Annotated[bool, typer.Option("--values", help="In text, also every value.")]
Explain = Annotated[bool, typer.Option("--explain", help="Instead: how the answer comes about.")]
Watch = Annotated[bool, typer.Option("--watch", help="Ask again at every step, until Ctrl-C.")]

EXAMPLES: Final = """\
Calls per second that all services answer, the last three hours; then a line for each service, the last half hour:

    vedette query name,ipc.server.call,:eq,statistic,count,:eq,:and
    vedette query -s e-30m 'name,ipc.server.call,:eq,statistic,count,:eq,:and,(,app,),:by'

Their average time as a picture, as data, and its last value for a script:

    vedette query -o time.png 'name,ipc.server.call,:eq,:dist-avg,(,app,),:by'
    vedette query -o time.csv 'name,ipc.server.call,:eq,:dist-avg,(,app,),:by'
    vedette query name,ipc.server.call,:eq,:dist-avg | tail -n 1

Percentiles of one service, followed as they come; and how they come about:

    vedette query --watch -s e-15m 'name,ipc.server.call,:eq,app,api,:eq,:and,(,50,99,),:percentiles'
    vedette query --explain -s e-15m 'name,ipc.server.call,:eq,app,api,:eq,:and,(,50,99,),:percentiles'

Quotes keep the shell from reading parentheses. All words are on the page Words, and in docs/reference/words.md.
"""
