"""Tokens: what is escaped comes back, comments go, and nothing else is lost."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vedette_query.errors import BadProgram
from vedette_query.language.numbers import parse_double, parse_int, print_double
from vedette_query.language.tokens import escape, split, unescape


@settings(deadline=None)
@given(st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]), min_size=1))
def test_escaped_text_is_one_token_that_means_itself(text: str) -> None:
    (token,) = split(f"a,{escape(text)}")[1:]
    assert unescape(token) == text
    assert not token.startswith(":")
    assert token not in ("(", ")")


def tokens_of(text: str) -> list[str] | None:
    """The tokens, or None where a comment is open."""
    try:
        return split(text)
    except BadProgram:
        return None


@settings(deadline=None)
@given(st.text("a(),:/* \\u002c", max_size=12))
def test_splitting_loses_nothing_but_comments_and_space(text: str) -> None:
    tokens = tokens_of(text)
    if "/*" in text:
        assert tokens is None or all("/*" not in token or "*/" in token for token in tokens)
    else:
        assert tokens == [part.strip() for part in text.split(",") if part.strip()]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("a,b", ["a", "b"]),
        (" a ,, b,", ["a", "b"]),
        ("a/*x*/b", ["ab"]),
        ("a/* n /* m */ o */b,c", ["ab", "c"]),
        ("/* a, b */", []),
        ("a b", ["a b"]),
        ("*/a", ["*/a"]),
    ],
)
def test_split(text: str, tokens: list[str]) -> None:
    assert split(text) == tokens


@pytest.mark.parametrize("text", ["/*", "a/*b", "/* /* */", "/**/*/"])
def test_open_comment_is_refused(text: str) -> None:
    with pytest.raises(BadProgram, match="unclosed comment"):
        split(text)


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a,b", r"a\u002cb"),
        (":a", r"\u003aa"),
        ("(", r"\u0028"),
        ("(a)", "(a)"),
        (" a b ", r"\u0020a b\u0020"),
        ("a\tb", r"a\u0009b"),
        ("/*", r"\u002f*"),
        (r"a\u0041", r"a\u005cu0041"),
        (r"a\d", r"a\d"),
    ],
)
def test_escape(text: str, escaped: str) -> None:
    assert escape(text) == escaped


def test_unescaping_happens_once_and_leaves_what_it_does_not_know() -> None:
    assert unescape(r"\u005cu002c") == r"\u002c"
    assert unescape(r"\uzzzz \u12") == r"\uzzzz \u12"


def test_halves_of_a_character_join_and_one_alone_is_replaced() -> None:
    assert unescape(r"a\ud83d\ude00b") == "a😀b"
    assert unescape(r"\ud83d x \ude00") == "\ufffd x \ufffd"
    assert unescape(r"\ufeff") == "\ufeff"


@settings(deadline=None)
@given(st.floats())
def test_printed_number_is_read_as_the_same(value: float) -> None:
    again = parse_double(print_double(value))
    assert again is not None
    assert again == value or (math.isnan(again) and math.isnan(value))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1.0"),
        (42.5, "42.5"),
        (1e10, "1.0E10"),
        (1e7, "1.0E7"),
        (9999999.0, "9999999.0"),
        (5e-8, "5.0E-8"),
        (0.001, "0.001"),
        (0.00099, "9.9E-4"),
        (-0.0, "-0.0"),
        (1.2345678901234567e19, "1.2345678901234567E19"),
        (float("inf"), "Infinity"),
        (float("-inf"), "-Infinity"),
        (float("nan"), "NaN"),
    ],
)
def test_numbers_print_as_java_prints_them(value: float, text: str) -> None:
    assert print_double(value) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [("1e3", 1000.0), ("1d", 1.0), ("1.5F", 1.5), (".5", 0.5), ("5.", 5.0), ("+1", 1.0), ("0x1p3", 8.0), (" 2 ", 2.0)],
)
def test_java_reads_these_numbers(text: str, value: float) -> None:
    assert parse_double(text) == value


@pytest.mark.parametrize("text", ["", "nan", "inf", "infinity", "1_000", "0x10", "1e", "NaNd", "١", "e5"])
def test_java_does_not_read_these_numbers(text: str) -> None:
    assert parse_double(text) is None


@pytest.mark.parametrize(
    ("text", "value"), [("1", 1), ("-5", -5), ("+7", 7), ("1.5", None), ("2147483648", None), ("x", None)]
)
def test_integers_have_32_bits(text: str, value: int | None) -> None:
    assert parse_int(text) == value
