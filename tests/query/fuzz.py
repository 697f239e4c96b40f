"""Requests that nobody would send on purpose: random, but drawn from what the API knows, so that they get far."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, quote_from_bytes

from tests.query.programs import PIECES, meaningful, soup
from tests.query.recorded import CASES
from vedette_query.language.interpreter import Interpreter

NUMBERS: Final = (
    "0", "-0", "1", "-1", "2", "3", "7", "60", "1440", "86400", "86401", "1000000", "2147483647", "2147483648",
    "-2147483648", "-2147483649", "99999999999999999999", "1e308", "1e309", "-1e400", "1e-320", "1.5", "0.1", ".5",
    "5.", "1d", "1f", "0x1p3", "0x1p99999", "NaN", "-NaN", "Infinity", "-Infinity", "+1", "1_000", "١٢", "½", "1e",
    "--1", "9" * 400, "0" * 500,
)  # fmt: skip
DURATIONS: Final = (
    "0s", "1s", "10s", "15s", "90s", "1m", "5m", "1h", "1d", "1w", "1month", "1y", "100y", "99999999999y", "1ns",
    "1us", "1μs", "1ms", "999ms", "-5m", "5x", "m", "5", "5 m", "P1D", "PT5M", "PT-5M", "-PT5M", "PT0S",
    "PT0.000000001S", "P", "PT", "P1Y", "P1M", "PT1H1M1S", "pt5m", "P99999999999D", "PT9223372036854775807S",
    "9" * 30 + "s", "５m",
)  # fmt: skip
TIMES: Final = (
    "now", "epoch", "s", "e", "gs", "ge", "nonsense", "e-3h", "e-1m", "e-0s", "now-1w", "now+1d", "s+30m", "s-30m",
    "e+1h", "epoch+1d", "epoch-1d", "0", "1", "-1", "1795305600", "1795305600000", "1795305600000000",
    "1795305600000000000", "1795305600-1h", "99999999999999999999999", "2026-11-22", "2026-11-22T00:10",
    "2026-11-22T00:10:00", "2026-11-22T00:10:00.123", "2026-11-22T00:10Z", "2026-11-22T00:10+01:00",
    "2026-11-22T00:10-0800", "2026-02-30", "2026-11-22T24:00", "2026-11-22T00:10+99", "0000-01-01", "9999-12-31",
    "2026-03-29T02:30", "2026-10-25T02:30", "2026-11-01T01:30", "2026-11-22T00:10[Europe/Paris]", "e-P1D", "e-PT5M",
    "now-99999y", "e--5m", "", " ", "٢٠٢٦-01-01",
)  # fmt: skip
PATTERNS: Final = (
    "(a+)+$", "(a|a)*b", "(.*a){20}", "((a*)*)*b", "a{1,1000}", "a{1000}{1000}", "(x+x+)+y", "[", "]", "(", ")", "{",
    "}", "a{2,1}", "*", "+", "?", "^", "$", "|", "||", ".*", "(?i)a", "(?s:a)", "(?:a)", "(?=a)", "(?!a)", "(?<=a)b",
    "(?<!a)b", "(?<n>a)", "(?<n>a)\\k<n>", "(a)\\1", "\\", "\\\\", "\\p{L}", "\\pL", "\\P{Lu}", "\\Qa\\E", "\\x{41}",
    "\\x41", "\\0", "\\07", "\\cA", "\\h", "\\R", "\\X", "\\G", "\\z", "\\Z", "\\A", "[a&&b]", "[[:alpha:]]", "[^]",
    "[]a]", "[a-]", "[z-a]", "(?>a)", "a++", "a*+", "(?P<x>a)", "(?#c)", "(?(1)a|b)", "\\u0041", "\\N{DIGIT ONE}",
    "a\x00b", "(?<1>a)", "(?<n", "é+", "((((((((((a))))))))))", "(" * 300 + "a" + ")" * 300, "a?" * 40 + "a" * 40,
    "(a?){50}", "[a-z]{0,65536}", "\\d{99999}",
)  # fmt: skip
TEXTS: Final = (
    "a", "name", "", " ", "  a  ", "(", ")", ",", ":", "::", ":a:", "/*", "*/", "\\u002c", "\\u0000", "\\ud800",
    "\\udc00", "\\ud83d\\ude00", "\\uFFFF", "\\u", "\\u00", "\x00", "\x07", "\x7f", "\u2028", "\u202e", "é", "ÿ",
    "中文", "😀", "a" * 300, "b" * 3000, "$name", "$(", "$()", "$(name", "$$", "%s", "%d", "%n", "%1$s", "%999$s",
    "%0$s",
    "%256d", "%99999d", "%.99f", "%", "%%", "%-+ 05.3f", "%x", "%X", "%u", "%c", "<script>",
    "'; DROP TABLE samples; --", "' OR 1=1", "\\'", '"', "{x}", "{x:String}", "`", "f00", "ff0000", "80ff0000", "zz",
    "#f00", "red1", "blue9", "hash:armytage", "colors:f00,0f0", "colors:", "max", "min", "avg", "last", "count",
    "total", "sum", "line", "area", "stack", "vspan", "heatmap", "desc", "legend", "hex", "none", "hourOfDay",
    "HOUR_OF_DAY", "EPOCH_DAY", "PROLEPTIC_MONTH", "INSTANT_SECONDS", "NANO_OF_DAY", "percentile", "statistic",
    "distinct", "node", "T0001", "D0010", "TFFFF", "R3F", "R99", "atlas.offset",
)  # fmt: skip
ZONES: Final = (
    "UTC", "US/Pacific", "Europe/Berlin", "Z", "GMT+1", "+01:00", "-18:00", "+19:00", "EST5EDT", "", "Nowhere",
    "../etc", "/etc/passwd", "Asia", "utc", "\x00", "a" * 5000, "Australia/Lord_Howe", "America", "posixrules",
    "tzdata.zi", "é",
)  # fmt: skip
FORMATS: Final = ("json", "std.json", "stats.json", "csv", "txt", "v2.json", "gif", "", "JSON", "\x00", "json\n")
EXPLODING: Final = (
    "name,a,:eq," + ":dup,:add," * 60, "name,a,:eq," + ":dup,:or," * 60, "a," + ":dup,2,:nlist," * 40, "1," * 1100,
    "(," * 2000, "(," * 500 + "a" + ",)" * 500, ")," * 50, "(,:dup,:call,),:dup,:call", "k,(,k,:fcall,),:set,k,:fcall",
    "(,1,2,3,),(,:dup,:dup,:dup,),:each," * 30, "name,a,:eq," + ":avg," * 60, "name,a,:eq," + ":not," * 400,
    "name,a,:eq," + ":abs," * 200, "name,a,:eq," + ":stddev," * 5, "/*" * 3000, "/*" * 300 + "*/" * 300, "," * 30000,
    ":random," * 300, "name,a,:eq,(,0h,1h,),:offset," * 50, "name,a,:eq,(," + "0h," * 900 + "),:offset",
    "name,(," + ",".join(f"v{n}" for n in range(1020)) + ",),:in", "a,b,c,2147483647,:nlist",
    "a,b,c,2147483647,:ndrop", "a,b,-2147483648,:ndrop", "a,2147483647,:pick", "a,-1,:pick", "a,2147483647,:roll",
    "a,b,-1,:roll", ":depth," * 900, "name,a,:eq,(,k,),:by," + "(,x,),:cg," * 100,
    "x,:random,:set," + "x,:get,:dup,:add,x,:sset," * 40 + "x,:get", "name,t,:eq,(," + ",".join(map(str,
    range(101))) + ",),:percentiles", "name,x,:eq," + "name,y,:eq,:or," * 300,
)  # fmt: skip
GRAPH: Final[dict[str, tuple[str, ...]]] = {
    "w": (*NUMBERS, "700", "100"), "h": NUMBERS, "zoom": NUMBERS, "layout": ("canvas", "image", "iw", "ih", "x", ""),
    "theme": ("light", "dark", "pink", ""), "title": TEXTS, "palette": (*TEXTS, "armytage", "bw", "reds",
    "(,f00,0f0,)"), "vision": ("normal", "protanopia", "achromatopsia", "eagle", ""), "no_legend": ("1", "0", "x"),
    "only_graph": ("1", ""), "no_legend_stats": ("1", "x"), "axis_per_line": ("1", "x"), "features": ("stable",
    "unstable", "x"), "id": TEXTS, "u": (*NUMBERS, "auto-style", "auto-data"), "l": NUMBERS, "u.0": NUMBERS,
    "l.4": NUMBERS, "scale": ("linear", "log", "log-linear", "pow2", "sqrt", "x"), "o": ("1", "x"), "stack": ("1",
    "x"), "ylabel": TEXTS, "ylabel.9": TEXTS, "tick_labels": ("off", "decimal", "binary", "duration", "x"),
    "sort": ("legend", "min", "max", "avg", "count", "total", "last", "x"), "order": ("asc", "desc", "x"),
    "sort.1": ("max",), "heatmap_scale": ("log", "x"), "heatmap_u": NUMBERS, "heatmap_l": NUMBERS,
    "heatmap_palette": TEXTS, "heatmap_label": TEXTS, "callback": TEXTS, "no-such": TEXTS,
}  # fmt: skip
HINTS: Final = ("no-image", "no-image,presentation-metadata", "no-image,ambiguous-multi-y", "no-image,x,,y")
EXPRS: Final = ("", "/debug", "/normalize", "/complete", "/queries", "/strip", "/rewrite", "/inspect", "/form", "/nope")
VOCABULARIES: Final = (
    "std",
    "query",
    "data",
    "math",
    "stateful",
    "filter",
    "style",
    "custom",
    "event",
    "",
    "x",
    "\x00",
)


LONGEST: Final = 15_000
"""Characters of a program."""


@dataclass(frozen=True)
class Ask:
    """A GET request; `raw` holds bytes that are no parameters at all."""

    path: str
    parameters: list[tuple[str, str]] = field(default_factory=list)
    raw: bytes = b""

    @property
    def url(self) -> str:
        known = "&".join(f"{quote(name)}={quote(value, errors='surrogatepass')}" for name, value in self.parameters)
        return f"{quote(self.path)}?{known}{quote_from_bytes(self.raw, safe='&=%+')}"


class Fuzzer:
    """Makes requests; the same seed makes the same ones."""

    def __init__(self, seed: int, interpreter: Interpreter) -> None:
        self._random = random.Random(seed)
        self._interpreter = interpreter
        self._words = [f":{word.name}" for word in interpreter.words]
        self._programs = [case["expr"] for section in ("eval", "parse") for case in CASES[section] if "expr" in case]
        self._makers: tuple[Callable[[], str], ...] = (
            self._mutated, self._mutated, self._mutated, self._tokens, self._tokens, self._meaningful, self._spoiled,
            self._regex, self._characters,
        )  # fmt: skip

    def ask(self) -> Ask:
        """One request more."""
        choice = self._random.random()
        if choice < 0.62:
            return Ask("/api/v1/graph", self._graph())
        if choice < 0.70:
            return Ask("/api/v2/fetch", [*self._graph(), ("step", self._random.choice(("1m", "5m", "1h", "1d")))])
        if choice < 0.86:
            return Ask("/api/v1/expr" + self._random.choice(EXPRS), self._expr())
        if choice < 0.90:
            key = self._random.choice(("", "/", f"/{self._text()}"))
            return Ask("/api/v1/tags" + key, self._tags())
        if choice < 0.92:
            return Ask("/api/v1/explain", self._graph())
        if choice < 0.93:
            return Ask("/api/v1/expr/build", [("form", self._form())])
        if choice < 0.94:
            return Ask("/api/v1/words" + self._random.choice(("", "/sum", f"/{self._text()}")), [("q", self._text())])
        path = self._random.choice(("/api/v1/graph", "/api/v1/expr", "/api/v1/tags", "/api/v2/fetch"))
        return Ask(path, [], b"q=" + self._random.randbytes(self._random.randint(0, 60)))

    def program(self) -> str:
        """One program more, short enough for a URL of this client."""
        if self._random.random() < 0.02:
            return self._random.choice(EXPLODING)[:LONGEST]
        return self._random.choice(self._makers)()[:LONGEST]

    def _graph(self) -> list[tuple[str, str]]:
        given = [("q", self.program())]
        window = self._random.random()
        if window < 0.8:
            given += [("s", "e-10m"), ("e", "2026-11-22T00:10"), ("tz", "UTC")]
        else:
            given += [(name, self._random.choice(TIMES)) for name in "se" if self._random.random() < 0.7]
            given += [("tz", self._random.choice(ZONES)) for _ in range(self._random.randint(0, 2))]
        if self._random.random() < 0.1:
            given.append(("step", self._random.choice(DURATIONS)))
        if self._random.random() < 0.05:
            given.append(("cq", self._query()))
        if self._random.random() < 0.15:
            names = self._random.choices(list(GRAPH), k=self._random.randint(1, 4))
            given += [(name, self._random.choice(GRAPH[name])) for name in names]
        drawn = self._random.random() < 0.01  # a picture takes as long as a hundred others
        given.append(("format", "png" if drawn else self._random.choice(FORMATS[:6] * 5 + FORMATS)))
        if not drawn:
            given.append(("hints", self._random.choice(HINTS)))
        if self._random.random() < 0.03:
            given = given[self._random.randint(0, len(given)) :]
        return given

    def _expr(self) -> list[tuple[str, str]]:
        given = [("q", self.program())]
        if self._random.random() < 0.3:
            given.append(("vocab", self._random.choice(VOCABULARIES)))
        given += [("k", self._text()) for _ in range(self._random.choice((0, 0, 1, 2)))]
        given += [("r", self._random.choice(VOCABULARIES)) for _ in range(self._random.choice((0, 0, 1)))]
        return given

    def _form(self) -> str:
        """JSON that looks like a form, more or less."""
        names = ("where", "all", "any", "not", "key", "operator", "values", "aggregate", "parameters", "keys", "offset",
                 "consolidation", "steps", "word", "arguments", "leading", "style", "legend", "x")  # fmt: skip

        def value(depth: int) -> object:
            kind = self._random.randrange(7 if depth < 4 else 4)
            if kind < 4:
                return self._random.choice((None, True, 1, -2.5, 10**30, "", self._text(), "name", "eq", "sum"))
            if kind == 4:
                return [value(depth + 1) for _ in range(self._random.randint(0, 3))]
            return {self._random.choice(names): value(depth + 1) for _ in range(self._random.randint(0, 4))}

        return self._random.choice(("", "{", "[" * 900, json.dumps(value(0)), json.dumps({"steps": [value(1)]})))

    def _tags(self) -> list[tuple[str, str]]:
        choices = {"q": self._query(), "format": self._random.choice(("json", "txt", "x")), "verbose": "1"}
        choices |= {"limit": self._random.choice(NUMBERS), "offset": self._text()}
        return [(name, value) for name, value in choices.items() if self._random.random() < 0.5]

    def _meaningful(self) -> str:
        return meaningful(self._random, self._interpreter)

    def _tokens(self) -> str:
        if self._random.random() < 0.4:
            return soup(self._random, self._interpreter)
        return ",".join(self._token() for _ in range(self._random.randint(0, 14)))

    def _token(self) -> str:
        kinds = (self._words, self._words, NUMBERS, DURATIONS, TIMES, PATTERNS, TEXTS, PIECES, ("(", ")"))
        return self._random.choice(self._random.choice(kinds))

    def _mutated(self) -> str:
        """A recorded program with some tokens changed."""
        tokens = self._random.choice(self._programs).split(",")
        for _ in range(self._random.choice((0, 1, 1, 1, 1, 2, 3))):
            place = self._random.randrange(len(tokens) + 1)
            match self._random.randrange(6):
                case 0:
                    tokens.insert(place, self._token())
                case 1:
                    tokens[place : place + 1] = []
                case 2:
                    tokens[place : place + 1] = [self._token()]
                case 3:
                    tokens[place:place] = tokens[place : place + 3]
                case 4:
                    tokens[place:] = self._random.choice(self._programs).split(",")[-4:]
                case _:
                    numbers = [n for n, token in enumerate(tokens) if token[:1].isdigit()]
                    if numbers:
                        tokens[self._random.choice(numbers)] = self._random.choice(NUMBERS + DURATIONS)
        return ",".join(tokens)

    def _spoiled(self) -> str:
        """A program with some characters changed."""
        text = list(self._random.choice((self._meaningful, self._mutated))())
        for _ in range(self._random.randint(1, 3)):
            place = self._random.randrange(len(text) + 1)
            text[place : place + self._random.randint(0, 2)] = self._random.choice(",:()/*\\u0e$%\x00é ")
        return "".join(text)

    def _characters(self) -> str:
        highest = self._random.choice((0x7F, 0x17F, 0xD7FF))
        return "".join(chr(self._random.randint(1, highest)) for _ in range(self._random.randint(1, 30)))

    def _regex(self) -> str:
        pattern = self._random.choice(PATTERNS)
        key = self._random.choice(("name", "node", "class"))
        return self._random.choice((
            f"{key},{pattern},:re", f"{key},{pattern},:reic,(,name,),:by", f"name,{pattern},:re,:not,:count",
            f"{key},{pattern},:contains", f"1,{'a' * 200},:legend,{pattern},x$1,:s",
            f"1,ab,:legend,{pattern},$0$n$9,:s", f"{key},(,{pattern},{pattern}x,),:in,:all",
            f"{key},{pattern},:starts,{key},{pattern},:ends,:or",
        ))  # fmt: skip

    def _query(self) -> str:
        return self._random.choice((self._regex, self._tokens, lambda: "name,a,:eq", lambda: "name,:has"))()

    def _text(self) -> str:
        return self._random.choice(self._random.choice((TEXTS, NUMBERS, PATTERNS)))
