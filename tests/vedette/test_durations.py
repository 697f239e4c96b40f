"""Lengths of time and sizes, as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.durations import parse_duration, parse_size, print_duration


@pytest.mark.parametrize(
    ("text", "ms"),
    [("250ms", 250), ("10s", 10_000), ("5m", 300_000), ("6h", 21_600_000), ("1d", 86_400_000), (" 2w ", 1_209_600_000)],
)
def test_a_length_is_read(text: str, ms: int) -> None:
    assert parse_duration(text) == ms


@pytest.mark.parametrize("text", ["", "10", "s", "-1s", "1.5h", "10 s", "10S", "10y", "0s", "9" * 16 + "s"])
def test_what_is_no_length_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"^'.*' is (not|zero; it should be) a length of time such as .*\.$"):
        parse_duration(text)


@given(st.integers(1, 10**12))
def test_a_printed_length_reads_the_same(ms: int) -> None:
    assert parse_duration(print_duration(ms)) == ms


@pytest.mark.parametrize(("text", "size"), [("1B", 1), ("64KiB", 65_536), ("256MiB", 1 << 28), ("2GiB", 1 << 31)])
def test_a_size_is_read(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["256", "256MB", "0B", "-1B"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a size such as"):
        parse_size(text)
