"""Texts: measured, cut, wrapped, and never more than what fits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.query.chart.draw.drawn import GOLDEN, LIGHT, plain, several_axes, twenty
from tests.query.chart.draw.pixels import decoded, is_color
from vedette_query.chart.draw import draw
from vedette_query.chart.draw.arrangement import arrange
from vedette_query.chart.draw.fonts import font
from vedette_query.chart.draw.text import clean, cut, wrap

SANS = font("DejaVuSans", 12)


def words(name: str) -> list[str]:
    """All that is written below the canvas of a golden chart."""
    return [words.text for _, row in arrange(GOLDEN[name]()).rows for words in row.words]


@given(st.text(max_size=200), st.integers(0, 300))
def test_a_cut_text_fits(text: str, width: int) -> None:
    short = cut(text, width, SANS.width)
    assert SANS.width(short) <= width
    assert short == clean(text) or short.endswith("…") or not short


@given(st.text(max_size=400), st.integers(20, 300), st.integers(1, 6))
def test_wrapped_lines_fit(text: str, width: int, most: int) -> None:
    lines = wrap(text, width, SANS.width, most)
    assert len(lines) <= most
    assert all(SANS.width(line) <= width for line in lines)


def test_wrapping_breaks_at_spaces_and_loses_nothing_but_them() -> None:
    text = "Invalid sort mode 'x'. Using default of 'legend'."
    lines = wrap(text, 100, SANS.width, 10)
    assert len(lines) > 2
    assert " ".join(lines) == text


def test_the_width_of_a_text_is_where_the_next_one_would_begin() -> None:
    assert SANS.width("AB") == pytest.approx(SANS.width("A") + SANS.width("B"), abs=1)
    assert font("DejaVuSansMono", 11).width("12345") == 5 * font("DejaVuSansMono", 11).width("1")


def test_an_unknown_character_is_drawn_as_a_box() -> None:
    assert np.array_equal(SANS.paint("漢").alpha, SANS.paint("□").alpha)


def test_a_text_from_right_to_left_is_drawn_so() -> None:
    assert not np.array_equal(SANS.paint("שלום").alpha, SANS.paint("םולש").alpha)
    mixed = SANS.paint("ab שלום")
    assert np.array_equal(mixed.alpha[-8:, :6], SANS.paint("a").alpha[-8:, :6])  # Latin letters still begin at the left


def test_dollars_are_dollars() -> None:
    assert SANS.width("$x$") == sum(map(SANS.width, "$x$"))


def test_the_legend_says_labels_and_statistics_in_columns() -> None:
    written = words("plain")
    assert written[:6] == ["Max ", "Min ", "Avg ", "Last ", "Tot ", "Cnt "]
    assert written[6:9] == ["region a", "83.99 ", "32.91 "]
    assert written[-1].startswith("Frame: 3h")


def test_narrow_pictures_say_statistics_below_the_label() -> None:
    assert words("narrow")[:5] == ["region a", "Max", "83.99 ", "Min", "32.91 "]


def test_several_axes_have_headings() -> None:
    assert [text for text in words("several-axes") if text.startswith("Axis")] == [
        "Axis 0: requests / s",
        "Axis 1: errors / s",
        "Axis 2",
    ]


def test_the_legend_names_fifty_lines_and_counts_the_rest() -> None:
    made = twenty()
    many = replace(made, axes=(replace(made.axes[0], lines=made.axes[0].lines * 3),))
    written = [one.text for _, row in arrange(many).rows for one in row.words]
    assert sum(text.startswith("app=web") for text in written) == 50
    assert "… and 10 more lines" in written


def test_a_legend_that_is_not_wanted_takes_no_room() -> None:
    made = plain()
    assert not [one for _, row in arrange(replace(made, show_legend=False, footer="")).rows for one in row.words]


def test_nothing_but_the_canvas_is_drawn_when_only_the_graph_is_wanted() -> None:
    pixels = decoded(draw(replace(plain(), only_graph=True, width=200, height=90)))
    assert pixels.shape == (90, 200, 3)
    assert not is_color(pixels, LIGHT.text).any()


@pytest.mark.parametrize("name", GOLDEN)
def test_no_label_lies_over_the_canvas(name: str) -> None:
    made = replace(GOLDEN[name](), theme=replace(LIGHT, text="ff123456", axis="ff654321"))
    if made.only_graph or name == "empty":
        return
    bare = replace(made, axes=tuple(replace(axis, lines=(), heatmap=None) for axis in made.axes))
    full = replace(made, axes=tuple(replace(axis, label="a name", color="ff123456") for axis in bare.axes))
    place = arrange(full)
    box = place.canvas
    pixels = decoded(draw(full))[box.top + 1 : box.bottom - 1, box.left + 2 : box.right - 2]
    middle = slice(box.height // 2 - 20, box.height // 2 + 20)
    pixels[middle] = 255  # where it says that there is no data
    assert not is_color(pixels, "ff123456").any()


def test_right_axes_stand_apart() -> None:
    place = arrange(several_axes())
    first, second, third = place.sides
    assert first.line == place.canvas.left
    assert second.line == place.canvas.right
    assert third.line > second.line + second.labels + 20
    assert place.width > third.line + third.labels


@pytest.mark.parametrize("length", [1, 20, 64, 100, 150, 200, 300, 500])
def test_an_image_of_a_fixed_size_keeps_room_for_its_canvas(length: int) -> None:
    place = arrange(replace(several_axes(), layout="image", width=length, height=length))
    assert (place.width, place.height) == (length, length)
    assert place.canvas.width >= min(64, length)
    assert place.canvas.height >= min(64, length)
    assert place.canvas.right <= length
    assert place.canvas.bottom <= length
    assert all(top + row.height <= length for top, row in place.rows)
