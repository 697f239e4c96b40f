"""Atlas's publish body as columns: tags, timestamps, values; what the JSON may be, and nothing of what it may mean.

    {"tags": {"nf.app": "x"}, "metrics": [{"tags": {"name": "a.b"}, "timestamp": 1700000000000, "value": 1.0}]}

As Atlas reads it: unknown fields of a datapoint are ignored, of the top level refused; a missing timestamp is -1 and a
missing value NaN; a value may be a number or a text that Java reads as a double; `start` and `values: [v]` are older
spellings; tag values that are not texts are dropped.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final

import numpy as np
import orjson

from vedette_collector.errors import Malformed
from vedette_collector.grid import Times, Values

_TOP: Final = frozenset({"tags", "metrics"})
_PLAIN: Final = frozenset({"tags", "timestamp", "value"})
_INT64: Final = 1 << 63
_JAVA_DOUBLE: Final = re.compile(
    r"\s*([+-]?)(?:(NaN)|(Infinity)|((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)[fFdD]?)\s*", re.ASCII
)

_read_tags = itemgetter("tags")
_read_timestamp = itemgetter("timestamp")
_read_value = itemgetter("value")


@dataclass(frozen=True)
class Payload:
    """The datapoints of one body, in its order; `tags` are each datapoint's own, `common` those of all."""

    common: dict[str, str]
    tags: list[dict[str, Any]]
    timestamps: Times
    values: Values

    def merged(self, i: int) -> dict[str, str]:
        """All tags of datapoint i, in the order of their keys; its own win over the common ones."""
        tags = {**self.common, **texts(self.tags[i])}
        return dict(sorted(tags.items()))


def parse(body: bytes | memoryview) -> Payload:
    """Read a publish body. Raises Malformed, with Atlas's words where Atlas has some."""
    try:
        document = orjson.loads(body)
    except ValueError as error:
        raise Malformed(f"JsonParseException: {error}") from error
    if not isinstance(document, dict):
        document = {}  # Atlas looks for fields and finds none
    for field in document:
        if field not in _TOP:
            raise Malformed(f"IllegalArgumentException: invalid field: '{field}'")
    metrics = document.get("metrics", [])
    if not isinstance(metrics, list):
        raise Malformed("IllegalArgumentException: 'metrics' should be a list of datapoints")
    common = texts(document.get("tags") or {})
    columns = _plain(metrics) or _any(metrics)
    return Payload(common, *columns)


def texts(tags: Any) -> dict[str, str]:
    """The tags whose value is a text; the others Atlas drops."""
    if not isinstance(tags, dict):
        raise Malformed("IllegalArgumentException: 'tags' should be an object of texts")
    if any(isinstance(value, (dict, list)) for value in tags.values()):
        raise Malformed("IllegalArgumentException: the value of a tag should be a text, not an object or a list")
    return {key: value for key, value in tags.items() if isinstance(value, str)}


def _plain(metrics: list[Any]) -> tuple[list[dict[str, Any]], Times, Values] | None:
    """Columns of datapoints that have just tags, an integer timestamp and a numeric value; None if one has not."""
    if set(map(type, metrics)) != {dict} or set(map(len, metrics)) != {len(_PLAIN)}:
        return None
    try:
        tags, timestamps, values = (list(map(read, metrics)) for read in (_read_tags, _read_timestamp, _read_value))
    except KeyError:
        return None
    if (
        set(map(type, tags)) != {dict}
        or set(map(type, timestamps)) != {int}
        or not set(map(type, values)) <= {float, int}
    ):
        return None
    try:
        return tags, np.array(timestamps, dtype=np.int64), np.array(values, dtype=np.float64)
    except OverflowError:
        return None


def _any(metrics: list[Any]) -> tuple[list[dict[str, Any]], Times, Values]:
    rows = [_datapoint(metric) for metric in metrics]
    return (
        [tags for tags, _, _ in rows],
        np.array([timestamp for _, timestamp, _ in rows], dtype=np.int64),
        np.array([value for _, _, value in rows], dtype=np.float64),
    )


def _datapoint(metric: Any) -> tuple[dict[str, Any], int, float]:
    if not isinstance(metric, dict):
        raise Malformed("IllegalArgumentException: a datapoint should be an object with tags, timestamp and value")
    tags: dict[str, Any] = {}
    timestamp, value = -1, math.nan
    for field, content in metric.items():  # in the order of the body: the later spelling wins
        match field:
            case "tags":
                tags = texts(content or {})
            case "timestamp" | "start":
                timestamp = _long(content)
            case "value":
                value = _double(content)
            case "values":
                value = _legacy_value(content)
    return tags, timestamp, value


def _long(content: Any) -> int:
    if type(content) is not int or not -_INT64 <= content < _INT64:
        raise Malformed(f"IllegalArgumentException: expected VALUE_NUMBER_INT but received {_shown(content)}")
    return content


def _double(content: Any) -> float:
    if type(content) in (int, float):
        return float(content)
    if isinstance(content, str):
        return _java_double(content)
    raise Malformed(f"IllegalArgumentException: expected VALUE_NUMBER_FLOAT but received {_shown(content)}")


def _legacy_value(content: Any) -> float:
    if isinstance(content, list):
        return _double(content[0] if content else None)
    if type(content) is int:
        raise Malformed("IllegalArgumentException: expected VALUE_NUMBER_FLOAT but received VALUE_NUMBER_INT")
    return _double(content)


def _java_double(text: str) -> float:
    parsed = _JAVA_DOUBLE.fullmatch(text)
    if parsed is None:
        raise Malformed(f'NumberFormatException: For input string: "{text[:80]}"')
    sign, nan, infinity, digits = parsed.groups()
    if nan:
        return math.nan
    return float(sign + ("inf" if infinity else digits))


def _shown(content: Any) -> str:
    return orjson.dumps(content).decode()[:80]
