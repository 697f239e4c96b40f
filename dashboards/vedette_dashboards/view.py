"""The view: which times and filters a reader looks at. It lives in the URL, so a copied URL shows the same thing.

`?s=e-3h&e=now&region=us-east-1&tz=UTC&...`: `s` and `e` are Atlas's times and are handed to the API as they are; `tz`
is only for showing times (empty: the browser's own zone). Everything else in the query belongs to the page.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, quote, urlencode

START = "e-15m"
END = "now"
_COMMON = ("s", "e", "region", "tz")


@dataclass(frozen=True)
class View:
    """Times and filters of one page. `rest` holds the page's own keys, in order, repeats kept."""

    s: str = START
    e: str = END
    region: str = ""
    tz: str = ""
    rest: tuple[tuple[str, str], ...] = field(default=())

    @property
    def live(self) -> bool:
        """Whether the view moves with the clock (and so is worth asking for again)."""
        return self.e.startswith("now") or (self.s.startswith("now") and self.e.startswith("s"))

    def get(self, key: str, default: str = "") -> str:
        """The first value of one of the page's own keys."""
        return next((value for name, value in self.rest if name == key), default)

    def all(self, key: str) -> tuple[str, ...]:
        """Every value of one of the page's own keys."""
        return tuple(value for name, value in self.rest if name == key)

    def put(self, **own: str | tuple[str, ...]) -> View:
        """The view with the page's own keys set; an empty value removes the key."""
        kept = [(name, value) for name, value in self.rest if name not in own]
        for name, given in own.items():
            kept += [(name, value) for value in ((given,) if isinstance(given, str) else given) if value]
        return replace(self, rest=tuple(kept))

    def common(self) -> View:
        """The same times and region without the page's own keys: what a link to another page carries."""
        return replace(self, rest=())

    def search(self) -> str:
        """The query part of the URL with its `?`, or an empty string when everything is as usual."""
        usual = View()
        pairs = [(key, getattr(self, key)) for key in _COMMON if getattr(self, key) != getattr(usual, key)]
        text = urlencode([*pairs, *self.rest], quote_via=quote, safe=",:~()/")
        return f"?{text}" if text else ""

    def href(self, *parts: str) -> str:
        """A link that keeps this view: `href("service", "a/b")` is `/service/a%2Fb` and the view behind it."""
        return "/" + "/".join(quote(part, safe="") for part in parts) + self.search()


def parse(search: str | None) -> View:
    """Read a view from a URL's query part; what is absent is as usual. The inverse of `View.search`."""
    values: dict[str, str] = {}
    rest: list[tuple[str, str]] = []
    for key, value in parse_qsl((search or "").removeprefix("?"), keep_blank_values=True):
        if key in _COMMON:
            values.setdefault(key, value)
        else:
            rest.append((key, value))
    usual = View()
    return View(
        s=values.get("s") or usual.s,
        e=values.get("e") or usual.e,
        region=values.get("region", ""),
        tz=values.get("tz", ""),
        rest=tuple(rest),
    )
