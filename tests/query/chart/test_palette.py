"""Palettes, colours, names, and how they are seen."""

from __future__ import annotations

import re
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette_query.chart.colors import NAMED, parse_alpha, parse_color, resolve_color, with_alpha
from vedette_query.chart.options import Vision
from vedette_query.chart.palette import PALETTES, Palette, Turns, gradient, java_hash, parse_palette
from vedette_query.chart.theme import DRESSES
from vedette_query.chart.vision import seen
from vedette_query.errors import BadRequest

COLOR = re.compile("[0-9a-f]{8}")
COLORS = st.from_regex("[0-9a-f]{8}", fullmatch=True, alphabet="0123456789abcdef")


@pytest.mark.parametrize(
    ("name", "count", "first", "last"),
    [
        ("armytage", 24, "ff0075dc", "ffffe100"),
        ("light24", 24, "ff00b5f7", "fff6f926"),
        ("dark24", 24, "ff2e91e5", "ffb68100"),
        ("bw", 8, "c0000000", "c0888888"),
        ("lightgray", 8, "ffffffff", "ffaaaaaa"),
        ("blues", 7, "ff08306b", "ffc6dbef"),
        ("greens", 7, "ff00441b", "ffc7e9c0"),
        ("oranges", 7, "ff7f2704", "fffdd0a2"),
        ("purples", 7, "ff3f007d", "ffdadaeb"),
        ("reds", 7, "ff67000d", "fffcbba1"),
        ("highcharts", 10, "ff2f7ed8", "ffa6c96a"),
        ("epic", 10, "ffd62728", "ff7f7f7f"),
    ],
)
def test_palettes(name: str, count: int, first: str, last: str) -> None:
    palette = parse_palette(name)
    assert (len(palette.colors), palette.colors[0], palette.colors[-1]) == (count, first, last)


def test_each_palette_has_different_colours() -> None:
    for palette in PALETTES.values():
        assert len(set(palette.colors)) == len(palette.colors)
        assert all(map(COLOR.fullmatch, palette.colors))


@pytest.mark.parametrize("text", ["(,f00,0f0,)", "colors:f00,0f0", "(,ff0000, 00ff00 ,)", "(,F00,,0F0,)"])
def test_lists_of_colours(text: str) -> None:
    assert parse_palette(text) == Palette(("ffff0000", "ff00ff00"))


def test_colours_take_turns() -> None:
    turns = Turns(parse_palette("(,f00,0f0,)"))
    assert [turns.color(label) for label in "abc"] == ["ffff0000", "ff00ff00", "ffff0000"]


def test_a_hashed_palette_goes_by_the_label() -> None:
    palette = parse_palette("hash:(,f00,0f0,00f,)")
    assert palette.hashed
    turns = Turns(palette)
    assert [turns.color(label) for label in ("a", "b", "a")] == ["ff00ff00", "ff0000ff", "ff00ff00"]  # 97, 98 modulo 3


@pytest.mark.parametrize(
    ("text", "value"),
    [("", 0), ("a", 97), ("hello", 99162322), ("Atlas", 63591531), ("polygenelubricants", -(2**31)), ("😀", 1772899)],
)
def test_hashes_of_java(text: str, value: int) -> None:
    assert java_hash(text) == value


@given(st.text())
def test_hashes_are_32_bits(text: str) -> None:
    assert -(2**31) <= java_hash(text) < 2**31


@pytest.mark.parametrize(
    ("text", "color"),
    [("f00", "ffff0000"), ("1a2b3c", "ff1a2b3c"), ("801A2B3C", "801a2b3c"), ("ABC", "ffaabbcc")],
)
def test_colours_in_hexadecimal(text: str, color: str) -> None:
    assert parse_color(text) == color


@pytest.mark.parametrize("text", ["", "f", "ff", "ffff", "ggg", "blue1", "#f00", "f00f00f00", "٣٣٣"])
def test_what_is_no_colour(text: str) -> None:
    with pytest.raises(BadRequest, match=f"invalid color '{text}'"):
        parse_color(text)


@pytest.mark.parametrize(
    ("name", "light", "dark"),
    [
        ("blue1", "ff6baed6", "ffc6dbef"), ("gray2", "ff444444", "ffbbbbbb"), ("green3", "ff00441b", "ff238b45"),
        ("orange1", "fffd8d3c", "fffdd0a2"), ("purple2", "ff6a51a3", "ff9e9ac8"), ("red3", "ff67000d", "ffcb181d"),
        ("abc", "ffaabbcc", "ffaabbcc"),
    ],
)  # fmt: skip
def test_names_of_colours(name: str, light: str, dark: str) -> None:
    assert resolve_color(name, "light") == light
    assert resolve_color(name, "dark") == dark


def test_every_theme_has_the_same_names() -> None:
    assert set(NAMED) == set(DRESSES)
    assert len({frozenset(names) for names in NAMED.values()}) == 1
    assert len(NAMED["light"]) == 18
    with pytest.raises(BadRequest, match="invalid color 'blue4', expected hexadecimal digits or one of blue1, blue2"):
        resolve_color("blue4", "light")


def test_alpha() -> None:
    assert with_alpha("ff112233", parse_alpha("4F")) == "4f112233"
    for wrong in ("", "4", "444", "x"):
        with pytest.raises(BadRequest, match="invalid alpha"):
            parse_alpha(wrong)


@pytest.mark.parametrize(
    ("vision", "color"),
    [
        ("normal", "80c86432"),
        ("protanopia", "809c9b3e"),
        ("protanomaly", "80b58538"),
        ("deuteranopia", "80a2aa41"),
        ("deuteranomaly", "80b47d39"),
        ("tritanopia", "80c34749"),
        ("tritanomaly", "80c4563b"),
        ("achromatopsia", "807c7c7c"),
        ("achromatomaly", "809e715a"),
    ],
)
def test_visions(vision: Vision, color: str) -> None:
    assert seen("80c86432", vision) == color  # 200, 100, 50


@given(COLORS, st.sampled_from(get_args(Vision)))
def test_every_colour_is_seen_as_a_colour(color: str, vision: Vision) -> None:
    found = seen(color, vision)
    assert COLOR.fullmatch(found)
    assert found[:2] == color[:2]


def test_gradients() -> None:
    assert gradient("ff112233").colors == ("33112233", "66112233", "99112233", "cc112233", "ff112233")
    assert gradient("40112233").colors == ("7f112233", "bf112233", "ff112233")


@given(COLORS)
def test_gradients_end_with_the_full_colour(color: str) -> None:
    colors = gradient(color).colors
    assert colors[-1] == f"ff{color[2:]}"
    assert all(map(COLOR.fullmatch, colors))
    assert list(colors) == sorted(colors)
