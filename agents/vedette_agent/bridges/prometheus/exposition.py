"""Exposition: families as text, in the Prometheus text format 0.0.4 and in OpenMetrics 1.0.

Reads families of ours and of prometheus-client alike. Only the plain alphabet of names is written: whatever else a name
holds is `_`, which is what Prometheus calls the escaping scheme `underscores`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from vedette_agent.bridges.prometheus.families import AnyMetric, AnySample
from vedette_agent.bridges.prometheus.names import escaped

_ESCAPES: Final = str.maketrans({"\\": r"\\", "\n": r"\n", '"': r"\""})
_HELP_ESCAPES: Final = str.maketrans({"\\": r"\\", "\n": r"\n"})
_PLAIN_TYPES: Final = {
    "info": "gauge",
    "stateset": "gauge",
    "gaugehistogram": "histogram",
    "unknown": "untyped",
}
_APART: Final = ("_created", "_gcount", "_gsum")
"""Samples that the plain format knows only as gauges of their own."""


@dataclass(frozen=True)
class Format:
    """A way to write families."""

    content_type: str
    write: Callable[[Iterable[AnyMetric]], str]


def number(value: float) -> str:
    """A number as Go writes it: the exponent begins at 10^6."""
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    if math.isnan(value):
        return "NaN"
    text = repr(float(value))
    point = text.find(".")
    if value > 0 and point > 6:
        digits = f"{text[0]}.{text[1:point]}{text[point + 1 :]}".rstrip("0.")
        return f"{digits}e+{point - 1:02d}"
    return text


def plain(families: Iterable[AnyMetric]) -> str:
    """The text format 0.0.4."""
    lines: list[str] = []
    for family in families:
        own, apart = _split(family)
        name = escaped(family.name + {"counter": "_total", "info": "_info"}.get(family.type, ""))
        _head(lines, name, family.documentation, _PLAIN_TYPES.get(family.type, family.type))
        lines.extend(f"{_line(sample)}{_milliseconds(sample)}\n" for sample in own)
        for suffix, samples in sorted(apart.items()):
            _head(lines, escaped(family.name + suffix), family.documentation, "gauge")
            lines.extend(f"{_line(sample)}{_milliseconds(sample)}\n" for sample in samples)
    return "".join(lines)


def openmetrics(families: Iterable[AnyMetric]) -> str:
    """OpenMetrics 1.0, with units and exemplars."""
    lines: list[str] = []
    for family in families:
        name = escaped(family.name)
        lines.append(f"# HELP {name} {family.documentation.translate(_ESCAPES)}\n# TYPE {name} {family.type}\n")
        if family.unit:
            lines.append(f"# UNIT {name} {family.unit}\n")
        for sample in family.samples:
            if getattr(sample, "native_histogram", None) is None:
                when = "" if sample.timestamp is None else f" {sample.timestamp}"
                lines.append(f"{_line(sample)}{when}{_exemplar(sample)}\n")
    lines.append("# EOF\n")
    return "".join(lines)


PLAIN: Final = Format("text/plain; version=0.0.4; charset=utf-8", plain)
OPENMETRICS: Final = Format("application/openmetrics-text; version=1.0.0; charset=utf-8", openmetrics)


def negotiate(accept: str) -> Format:
    """The format that the header `Accept` likes best; the plain one where it says nothing that we write."""
    best, best_quality = PLAIN, 0.0
    for item in accept.split(","):
        media, *parameters = (part.strip() for part in item.split(";"))
        facts = dict(part.partition("=")[::2] for part in parameters)
        if media.lower() == "application/openmetrics-text" and facts.get("version", "1.0.0")[:2] in ("1.", "0."):
            offered = OPENMETRICS
        elif media.lower() in ("text/plain", "text/*", "*/*"):
            offered = PLAIN
        else:
            continue
        quality = quality_of(facts.get("q", "1"))
        if quality > best_quality:
            best, best_quality = offered, quality
    return best


def quality_of(text: str) -> float:
    """A quality of an `Accept` header, 0 for what is no number."""
    try:
        return float(text)
    except ValueError:
        return 0.0


def _split(family: AnyMetric) -> tuple[list[AnySample], dict[str, list[AnySample]]]:
    own: list[AnySample] = []
    apart: dict[str, list[AnySample]] = {}
    for sample in family.samples:
        if getattr(sample, "native_histogram", None) is not None:
            continue
        suffix = sample.name[len(family.name) :]
        (apart.setdefault(suffix, []) if suffix in _APART else own).append(sample)
    return own, apart


def _head(lines: list[str], name: str, documentation: str, kind: str) -> None:
    lines.append(f"# HELP {name} {documentation.translate(_HELP_ESCAPES)}\n# TYPE {name} {kind}\n")


def _line(sample: AnySample) -> str:
    return f"{escaped(sample.name)}{_labels(sample.labels)} {number(sample.value)}"


def _labels(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    pairs = (f'{escaped(key, label=True)}="{value.translate(_ESCAPES)}"' for key, value in sorted(labels.items()))
    return f"{{{','.join(pairs)}}}"


def _milliseconds(sample: AnySample) -> str:
    return "" if sample.timestamp is None else f" {int(float(sample.timestamp) * 1000)}"


def _exemplar(sample: AnySample) -> str:
    exemplar = sample.exemplar
    if exemplar is None:
        return ""
    when = "" if exemplar.timestamp is None else f" {exemplar.timestamp}"
    labels = _labels(exemplar.labels) or "{}"
    return f" # {labels} {number(exemplar.value)}{when}"
