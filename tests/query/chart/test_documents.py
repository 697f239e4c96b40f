"""v2.json: every document with its fields in order, held by golden files."""

from __future__ import annotations

import base64
import hashlib
import os
from pathlib import Path
from typing import Any, Final

import orjson
import pytest

from tests.query.chart.answers import MINUTE, NAN, START, Made
from vedette_query.answer import Answer
from vedette_query.api.render import FORMATS
from vedette_query.chart.chart import Chart
from vedette_query.chart.document import Frame, documents, presentation
from vedette_query.chart.options import AxisOptions, ChartOptions, HeatmapOptions
from vedette_query.chart.palette import PALETTES
from vedette_query.chart.plan import plan
from vedette_query.identity import line_id
from vedette_query.request import GraphRequest

GOLDEN: Final = Path(__file__).parent / "documents"

NO_IMAGE: Final = ("no-image",)


def lines() -> tuple[Answer, ChartOptions]:
    """Two axes with what can be drawn as lines, in two zones, with notices and a title."""
    made = Made().add({"a": (1.0, NAN, float("inf")), "b": (2.5, -1.0, 1e21)}, message="2 of 3 lines matched filter")
    made.add({"span": (0.0, 1.0, 1.0)}, style={"ls": "vspan", "alpha": "40"})
    made.add({"stacked": (1.0, 2.0, 3.0)}, axis=2, style={"ls": "stack", "lw": "2"}, tags={"app": "www"})
    made.add({"between": (3.0, 5.0, NAN)}, axis=2, style={"ls": "hspan", "color": "30ff0000"})
    axes = (
        AxisOptions(),
        AxisOptions(),
        AxisOptions(upper=10.0, lower="auto-data", scale="log", label="$app per $node", tick_labels="binary"),
        AxisOptions(),
        AxisOptions(),
    )
    options = ChartOptions(
        3000, 200, 0.5, "iw", "dark", "title of $name", statistics=False, hints=("no-image", "other"), axes=axes
    )
    return made.answer(zones=("US/Pacific", "UTC"), notices=("Invalid sort mode 'x'.",)), options


def heatmaps() -> tuple[Answer, ChartOptions]:
    """A percentile heatmap, with a line over it."""
    made = Made()
    for bucket, values in (("D000A", (1.0, 0.0, 3.0)), ("D000B", (2.0, NAN, 1.0)), ("D000C", (0.0, 0.5, 0.0))):
        made.add({bucket: values}, style={"ls": "heatmap"}, tags={"percentile": bucket})
    made.add({"line": (11.0, 12.0, 10.5)})
    heat = HeatmapOptions("log", 200.0, "auto-data", PALETTES["reds"], "sizes")
    axis = AxisOptions(scale="log-linear", heatmap=heat)
    return made.answer(), ChartOptions(height=100, legend=False, hints=NO_IMAGE, axes=(axis,) * 5)


def empty() -> tuple[Answer, ChartOptions]:
    """An expression that has no lines."""
    return Made().add({}).answer(), ChartOptions(hints=NO_IMAGE)


@pytest.mark.parametrize("case", [lines, heatmaps, empty])
def test_documents_equal_the_golden_ones(case: Any) -> None:
    answer, options = case()
    found = b"\n".join(map(orjson.dumps, documents(plan(answer, options), options, draw_nothing))) + b"\n"
    path = GOLDEN / f"{case.__name__}.jsonl"
    if os.environ.get("VEDETTE_GOLDEN") == "write":
        path.write_bytes(found)
    assert found.decode().splitlines() == path.read_text().splitlines()


def draw_nothing(_: Chart) -> bytes:
    raise AssertionError("a picture that was not asked for")


def test_the_picture_comes_first() -> None:
    answer = Made().add({"a": (1.0, 2.0, 3.0)}).answer()
    request = GraphRequest("1", chart=ChartOptions(theme="dark"))
    body = FORMATS["v2.json"].render(answer, request)
    image, *others = orjson.loads(body)
    assert list(image) == ["type", "data"]
    assert image["type"] == "graph-image"
    kind, _, data = image["data"].partition(",")
    assert kind == "data:image/png;base64"
    assert base64.b64decode(data) == FORMATS["png"].render(answer, request)
    assert [other["type"] for other in others] == ["graph-metadata", "plot-metadata", "timeseries"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (ChartOptions(), "LABELS_WITH_STATS"),
        (ChartOptions(statistics=False), "LABELS_ONLY"),
        (ChartOptions(legend=False), "OFF"),
    ],
)
def test_kinds_of_legends(options: ChartOptions, expected: str) -> None:
    (metadata, _) = presentation(Frame(0, 1, 1, ("UTC",)), options, ())
    assert metadata["legendType"] == expected


@pytest.mark.parametrize(
    ("layout", "expected"), [("canvas", "CANVAS"), ("image", "IMAGE"), ("iw", "IMAGE_WIDTH"), ("ih", "IMAGE_HEIGHT")]
)
def test_layouts(layout: Any, expected: str) -> None:
    (metadata, _) = presentation(Frame(0, 1, 1, ("UTC",)), ChartOptions(layout=layout), ())
    assert metadata["layout"] == expected


def test_what_is_known_before_the_data() -> None:
    axes = (AxisOptions(label="$name"), AxisOptions(), AxisOptions(scale="sqrt", lower=1.0), *(AxisOptions(),) * 2)
    options = ChartOptions(title="of $name", hints=("presentation-metadata",), axes=axes)
    found = presentation(Frame(START, START + MINUTE, MINUTE, ("UTC",)), options, [2, 0, 2])
    assert [document["type"] for document in found] == ["graph-metadata", "plot-metadata", "plot-metadata"]
    assert (found[0]["title"], found[0]["renderingHints"]) == ("of $name", ["presentation-metadata"])
    assert (found[0]["startTime"], found[0]["endTime"], found[0]["step"]) == (START, START + MINUTE, MINUTE)
    assert found[1] == {
        "type": "plot-metadata", "id": 0, "ylabel": "$name", "scale": "LINEAR", "upper": "auto-style",
        "lower": "auto-style", "tickLabelMode": "DECIMAL",
    }  # fmt: skip
    assert (found[2]["id"], found[2]["scale"], found[2]["lower"]) == (1, "SQRT", "1.0")


def test_the_id_of_a_line() -> None:
    text = "atlas.query=name,x,:eq,:sum,b=2,name=x"
    assert line_id({"name": "x", "b": "2"}, "name,x,:eq,:sum") == hashlib.sha1(text.encode()).hexdigest()
