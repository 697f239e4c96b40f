"""A printf that cannot be abused: few conversions, bounded width, clear errors."""

from __future__ import annotations

import re
from typing import Final

from vedette_query.errors import BadRequest
from vedette_query.language.kinds import DOUBLE, INT
from vedette_query.language.numbers import print_fixed
from vedette_query.model.names import item_text

MAX_WIDTH: Final = 256
MAX_LENGTH: Final = 16_384

_SPECIFIER: Final = re.compile(r"%(?:(\d{1,4})\$)?([-+ 0]*)(\d{1,6})?(?:\.(\d{1,6}))?(.)", re.DOTALL | re.ASCII)


def format_text(pattern: str, arguments: tuple[object, ...]) -> str:
    """Fill the arguments in: `%[n$][-+ 0][width][.precision]` and one of `s d u x X f`, or `%%`.

    Raises `BadRequest` for a missing argument, a value of another type, an unknown conversion.
    """
    parts: list[str] = []
    position = following = 0
    while (start := pattern.find("%", position)) >= 0:
        parts.append(pattern[position:start])
        found = _SPECIFIER.match(pattern, start)
        if not found:
            raise BadRequest(f"incomplete format specifier at position {start}")
        position = found.end()
        if found.group() == "%%":
            parts.append("%")
            continue
        index = int(found.group(1)) - 1 if found.group(1) else following
        following += 0 if found.group(1) else 1
        if not 0 <= index < len(arguments):
            raise BadRequest(f"missing argument at index {index} for format specifier at position {start}")
        parts.append(_one(found, arguments[index], start))
    text = "".join((*parts, pattern[position:]))
    if len(text) > MAX_LENGTH:
        raise BadRequest(f"a text of {len(text)} characters, the limit is {MAX_LENGTH}")
    return text


def _one(found: re.Match[str], argument: object, position: int) -> str:
    _, flags, width_text, precision_text, conversion = found.groups()
    width = int(width_text or 0)
    precision = None if precision_text is None else int(precision_text)
    if width > MAX_WIDTH or (precision or 0) > MAX_WIDTH:
        raise BadRequest(f"the width of a format specifier is limited to {MAX_WIDTH} (position {position})")
    text, numeric = _convert(conversion, argument, precision, flags, position)
    if "-" in flags:
        return text.ljust(width)
    if "0" in flags and numeric:
        sign = text[: len(text) - len(text.lstrip("+- "))]
        return sign + text[len(sign) :].rjust(width - len(sign), "0")
    return text.rjust(width)


def _convert(conversion: str, value: object, precision: int | None, flags: str, position: int) -> tuple[str, bool]:
    sign = "+" if "+" in flags else " " if " " in flags else ""
    match conversion:
        case "s":
            return item_text(value)[:precision], False
        case "d" | "u" | "x" | "X":
            number = INT.read(value)
            if number is None:
                raise BadRequest(f"invalid integer '{item_text(value)}' for format specifier at position {position}")
            if conversion == "d":
                return format(number, f"{sign}d"), True
            return format(number & 0xFFFFFFFF, "d" if conversion == "u" else conversion), True
        case "f":
            double = DOUBLE.read(value)
            if double is None:
                raise BadRequest(f"invalid number '{item_text(value)}' for format specifier at position {position}")
            text = print_fixed(double, 6 if precision is None else precision)
            return text if text.startswith("-") else sign + text, True
        case _:
            raise BadRequest(f"unsupported format specifier '%{conversion}' at position {position}")
