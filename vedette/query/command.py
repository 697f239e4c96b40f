"""What `vedette query` does between its options and its exit status."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from vedette.query.api import Api
from vedette.query.asking import Wanted, ask, watch
from vedette.query.delivery import Format, choose
from vedette.query.errors import Misused, QuestionError, Refused
from vedette.query.look import Look, look_of
from vedette.query.question import Question
from vedette.query.refusal import explain_refusal
from vedette.query.zone import machine_zone


@dataclass(frozen=True)
class Options:
    """What was typed. `width` is in columns for text, in pixels for a picture, in points for data."""

    expression: str
    url: str
    start: str
    end: str
    zone: str | None
    common: str | None
    step: str | None
    width: int | None
    format: Format | None
    output: Path | None
    values: bool
    explain: bool
    watch: bool


def run(options: Options) -> int:
    """Ask, write the answer, and give the status: 0, or what `errors.py` says, with a sentence on stderr."""
    try:
        _answer(options)
    except Said as said:
        return _fail(str(said), said.status)
    except QuestionError as error:
        return _fail(str(error), error.status)
    except BrokenPipeError:
        sys.stderr.close()  # who reads has seen enough; Python would complain when it flushes
        return 0
    except KeyboardInterrupt:
        return 0 if options.watch else 130
    return 0


class Said(QuestionError):
    """A refusal with all there is to say about it."""


def _answer(options: Options) -> None:
    def look() -> Look:
        return look_of(sys.stdout, width=options.width)

    delivery = choose(options.format, options.output, look())
    if options.watch and delivery.file is not None:
        raise Misused("--watch shows what comes on the terminal or a pipe; leave out -o.")
    api = Api(options.url)
    question = Question(
        options.expression,
        options.start,
        options.end,
        options.zone or machine_zone(),
        options.common,
        options.step,
    )
    wanted = Wanted(delivery, options.width, options.values, options.explain)
    try:
        if options.watch:
            watch(api, question, wanted, look)
        else:
            delivery.deliver(ask(api, question, wanted, look()))
    except Refused as refused:
        raise Said(explain_refusal(api, options.expression, refused, look_of(sys.stderr).width)) from refused


def _fail(text: str, status: int) -> int:
    sys.stderr.write(f"vedette: {text}\n")
    return status
