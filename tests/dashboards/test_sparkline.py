"""Sparklines as small SVG images."""

from __future__ import annotations

import re
from urllib.parse import unquote
from xml.etree import ElementTree

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from vedette_dashboards import live
from vedette_dashboards.parts.sparkline import HEIGHT, WIDTH, sparkline, svg

NAMESPACE = "{http://www.w3.org/2000/svg}"
VALUES = st.lists(st.floats(0, 1e9) | st.just(float("nan")), min_size=1, max_size=60).map(np.array)


@given(VALUES)
def test_every_point_is_inside_the_image(values: NDArray[np.float64]) -> None:
    if not np.isfinite(values).any():
        assert live.markup(sparkline(values, label="x")) == '<span class="v-faint">–</span>'
        return
    image = ElementTree.fromstring(svg(values, np.zeros_like(values)))
    for path in image.iter(f"{NAMESPACE}path"):
        numbers = [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", path.attrib["d"])]
        assert all(0 <= x <= WIDTH for x in numbers[::2])
        assert all(0 <= y <= HEIGHT for y in numbers[1::2])


def test_a_gap_parts_the_line_and_a_lone_value_stays() -> None:
    image = ElementTree.fromstring(svg(np.array([1.0, 2.0, np.nan, 3.0])))
    strokes = [path for path in image.iter(f"{NAMESPACE}path") if path.attrib["fill"] == "none"]
    assert len(strokes) == 2


def test_failures_stand_as_bars_only_where_they_were() -> None:
    image = ElementTree.fromstring(svg(np.ones(4), np.array([0.0, 0.5, np.nan, 0.01])))
    heights = [float(bar.attrib["height"]) for bar in image.iter(f"{NAMESPACE}rect")]
    assert len(heights) == 2
    assert heights[0] > heights[1] >= 1.5


def test_the_image_says_what_it_is_and_needs_no_request() -> None:
    markup = live.markup(sparkline(np.array([1.0, 2.0]), label="Requests to <api> over time"))
    assert 'alt="Requests to &lt;api&gt; over time"' in markup
    address = re.search(r'src="data:image/svg\+xml,([^"]+)"', markup)
    assert address is not None
    ElementTree.fromstring(unquote(address.group(1).replace("&#x27;", "'")))


def test_no_values_is_a_dash() -> None:
    assert live.markup(sparkline(None, label="x")) == '<span class="v-faint">–</span>'
