"""Matches a stranger's regular expression in a process of its own.

Python's matcher can take for ever on a few characters, holding the interpreter's lock all the while: in this process
it would stop everybody. A child can be given a deadline.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Final

from vedette_storage.errors import Refused
from vedette_storage.matching import compiled

SECONDS: Final = 2.0

_CHILD: Final = """
import json, re, sys
pattern, flags, values = json.load(sys.stdin)
match = re.compile(pattern, flags).match
json.dump([index for index, value in enumerate(values) if match(value)], sys.stdout)
"""


def matching(values: Sequence[str], pattern: str, ignore_case: bool) -> list[str]:
    """The values that the pattern matches from their start. Raises `Refused` if it is no pattern, or a slow one."""
    checked = compiled(pattern, ignore_case)
    try:
        child = subprocess.run(
            [sys.executable, "-I", "-c", _CHILD],
            input=json.dumps((checked.pattern, checked.flags, list(values))),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=SECONDS,
            check=True,
        )
    except subprocess.TimeoutExpired as error:
        message = f"Matching {pattern!r} against {len(values)} values takes more than {SECONDS:g} s: make it simpler."
        raise Refused(message) from error
    found: list[int] = json.loads(child.stdout)
    return [values[index] for index in found]
