"""Numbers as Java reads and writes them: the language was born there, and its programs carry the spelling."""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

_DECIMAL: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?", re.ASCII)
_HEXADECIMAL: Final = re.compile(
    r"([+-]?0[xX](?:[0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)[pP][+-]?\d+)[fFdD]?", re.ASCII
)
_WORDS: Final = {"NaN": math.nan, "Infinity": math.inf}
_INTEGER: Final = re.compile(r"[+-]?\d+", re.ASCII)
_EDGE: Final = "".join(map(chr, range(0x21)))
_INT_LIMIT: Final = 1 << 31
_WIDE: Final = Context(prec=2000, rounding=ROUND_HALF_UP)  # enough for the greatest number with its decimals


def parse_double(text: str) -> float | None:
    """A number by the rules of `Double.parseDouble`, or None: `1e3`, `NaN`, `Infinity`, `1d`, `0x1p3`."""
    text = text.strip(_EDGE)
    bare = text[1:] if text[:1] in ("+", "-") else text
    if bare in _WORDS:
        return -_WORDS[bare] if text.startswith("-") else _WORDS[bare]
    if _DECIMAL.fullmatch(text):
        return float(text.rstrip("fFdD"))
    found = _HEXADECIMAL.fullmatch(text)
    if not found:
        return None
    try:
        return float.fromhex(found.group(1))
    except OverflowError:
        return math.inf


def parse_int(text: str) -> int | None:
    """A 32-bit integer by the rules of `Integer.parseInt`, or None."""
    if not _INTEGER.fullmatch(text) or len(text) > 40:
        return None
    value = int(text)
    return value if -_INT_LIMIT <= value < _INT_LIMIT else None


def print_double(value: float) -> str:
    """A number as `Double.toString` writes it: `1.0`, `1.0E10`, `5.0E-8`, `NaN`, `-Infinity`."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        text = repr(float(value))
        return text if "e" not in text else f"{value:.17f}".rstrip("0")
    mantissa, _, exponent = f"{float(value)!r}".partition("e")
    digits = mantissa.lstrip("-").replace(".", "")
    point = len(mantissa.lstrip("-").partition(".")[0])
    significant = digits.lstrip("0")
    power = int(exponent or 0) + point - 1 - (len(digits) - len(significant))
    significant = significant.rstrip("0") or "0"
    sign = "-" if value < 0 else ""
    return f"{sign}{significant[0]}.{significant[1:] or '0'}E{power}"


def print_fixed(value: float, decimals: int) -> str:
    """A number as Java's `%.6f` writes it with 6 decimals: its shortest digits, rounded half away from zero.

    That differs from Python's `f`, which rounds the binary number: `0.15` with one decimal is `0.2`, not `0.1`.
    """
    if not math.isfinite(value):
        return print_double(value)
    return f"{Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), context=_WIDE):f}"
