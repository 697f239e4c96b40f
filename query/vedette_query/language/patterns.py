"""Regular expressions as Java reads them: what Python would read otherwise."""

from __future__ import annotations

import re
from typing import Final

# A set ([...], with what is escaped in it) up to a bracket or && in it.
_SET_IN_SET: Final = re.compile(r"(?:^|[^\\\[])(?:\\\\)*\[\^?\]?(?:\\.|[^\]\\\[&]|&(?!&))*(?:\[|&&)", re.DOTALL)


def has_set_operation(pattern: str) -> bool:
    """Whether a set holds another one, or `&&`: a union or an intersection to Java, single characters to Python."""
    return _SET_IN_SET.search(pattern) is not None
