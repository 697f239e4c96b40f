"""`/api/docs`: the API's own description as a page that needs nothing from elsewhere, no script and no network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final

_STYLE: Final = """
:root { color-scheme: light dark }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem }
code, .path { font-family: ui-monospace, monospace; font-size: .92em }
details { border: 1px solid color-mix(in srgb, currentColor 18%, transparent); border-radius: 6px; margin: .5rem 0 }
summary { cursor: pointer; padding: .5rem .8rem } summary b { display: inline-block; min-width: 3.5rem }
.in { padding: 0 .8rem .6rem } table { border-collapse: collapse; width: 100% }
td { vertical-align: top; padding: .2rem .8rem .2rem 0; overflow-wrap: anywhere }
h2 { margin-top: 2rem; text-transform: capitalize } .dim { opacity: .7 }
"""


def page(document: Mapping[str, Any]) -> str:
    """An OpenAPI document as HTML: what can be asked, grouped by tag, with parameters and answers."""
    groups: dict[str, list[str]] = {}
    for path, methods in document.get("paths", {}).items():
        for method, operation in methods.items():
            tag = next(iter(operation.get("tags", ["other"])))
            groups.setdefault(str(tag), []).append(_operation(method, path, operation))
    info = document["info"]
    parts = [
        f"<h1>{escape(info['title'])} <span class=dim>{escape(info['version'])}</span></h1>",
        f"<p>{escape(info.get('description', ''))}</p>",
        '<p>For programs: <a href="/api/openapi.json">/api/openapi.json</a>.</p>',
        *(f"<h2>{escape(tag)}</h2>{''.join(operations)}" for tag, operations in groups.items()),
    ]
    return (
        '<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content="width=device-width">'
        f"<title>{escape(info['title'])}</title><style>{_STYLE}</style><body>{''.join(parts)}</body></html>"
    )


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(row['name'])}</code><td class=dim>{escape(row['in'])}<td>{escape(_text(row))}</tr>"
        for row in operation.get("parameters", [])
    )
    answers = "".join(
        f"<tr><td><code>{escape(str(status))}</code><td>{escape(answer.get('description', ''))}</tr>"
        for status, answer in operation.get("responses", {}).items()
    )
    body = "".join(f"<tr><td>body<td><code>{escape(kind)}</code></tr>" for kind in _bodies(operation))
    description = "".join(f"<p>{escape(text)}</p>" for text in operation.get("description", "").split("\n\n") if text)
    return (
        f"<details><summary><b>{escape(method.upper())}</b> <span class=path>{escape(path)}</span> "
        f"<span class=dim>{escape(operation.get('summary', ''))}</span></summary><div class=in>{description}"
        f"<table>{rows}{body}</table><p class=dim>Answers</p><table>{answers}</table></div></details>"
    )


def _text(parameter: Mapping[str, Any]) -> str:
    schema = parameter.get("schema", {})
    parts = [parameter.get("description", "")]
    if parameter.get("required"):
        parts.append("Required.")
    if schema.get("default") not in (None, ""):
        parts.append(f"Default: {schema['default']}.")
    return " ".join(part for part in parts if part)


def _bodies(operation: Mapping[str, Any]) -> Iterator[str]:
    yield from operation.get("requestBody", {}).get("content", {})
