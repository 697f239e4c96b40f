"""What ClickHouse and the network say when they fail, in the words of `vedette_storage.errors`."""

from __future__ import annotations

import errno
import re
from typing import Final

from clickhouse_connect.driver.exceptions import Error as DriverError

from vedette_storage.errors import Exceeded, Refused, Resource, StorageError, Unavailable

LIMITS: Final[dict[int, tuple[Resource, str]]] = {
    158: ("reading", "it reads more rows than one query may"),
    159: ("time", "it took longer than one query may"),
    160: ("time", "it would take longer than one query may"),
    241: ("memory", "it needs more memory than one query may use"),
    307: ("reading", "it reads more bytes than one query may"),
    396: ("result", "its result is larger than one query may return"),
}
"""Codes by which a limit that we set is reported: the answer exists, but is too dear."""

BUSY: Final = frozenset({3, 74, 75, 76, 202, 203, 209, 210, 236, 242, 243, 252, 279, 319, 394, 439, 999})
"""Codes that speak of the state of the server (disk, network, replicas, parts, queries), not of the statement."""

BAD_ROWS: Final = frozenset({6, 26, 27, 33, 38, 41, 53, 69, 70, 72, 117, 131, 190, 349, 441, 636})
"""Codes that condemn the rows of an insert themselves: sending them again can never succeed."""

_MAXIMUM: Final = re.compile(r"maximum: (\d+(?:\.\d+)?(?: ?[A-Za-z]+)?)")
"""How the server names the limit that was passed."""

_OF_ALL: Final = re.compile(r"\(total\) memory limit exceeded", re.I)
"""What it says when it is the memory of all queries together that has come to an end."""

_NOISE: Final = re.compile(
    r"^.*Code: \d+\.\s*(?:DB::Exception:\s*)?|\s*(?:\([A-Z][A-Z0-9_]+\)\s*)?(?:\(version .*)?$", re.DOTALL
)


def reading_failure(error: Exception) -> StorageError:
    """The failure of a query or a definition.

    `Exceeded` where a limit stopped it, `Refused` for what else would fail again, `Unavailable` for the rest.
    """
    code = code_of(error)
    if _is_full(error, code):
        return Unavailable(_FULL, code=code)
    if code in LIMITS:
        what, text = LIMITS[code]
        if what == "memory" and _OF_ALL.search(str(error)):
            return Unavailable("The database has no memory left for this query beside the others.", code=code)
        said = _MAXIMUM.search(str(error))
        limit = said[1] if said else "one query may use"
        return Exceeded(what, f"The database stopped the query: {text}. {_NARROW}", limit=limit, code=code)
    if code is None or code in BUSY:
        return Unavailable(f"The database did not answer: {sentence(error)}", code=code)
    return Refused(f"The database refused the query: {sentence(error)}", code=code)


def writing_failure(error: Exception) -> StorageError:
    """The failure of an insert: `Unavailable` unless the rows themselves are at fault.

    A limit met while writing is not the fault of the rows, and a missing table comes back with the next start: such
    rows must be kept.
    """
    code = code_of(error)
    if code in BAD_ROWS:
        return Refused(f"The database refused the rows: {sentence(error)}", code=code)
    if _is_full(error, code):
        return Unavailable(_FULL, code=code)
    return Unavailable(f"The database did not take the rows: {sentence(error)}", code=code)


_NARROW: Final = "Ask for a shorter time or fewer series."

_FULL: Final = "The disk of the database is full, nothing was stored: free some space."


def _is_full(error: Exception, code: int | None) -> bool:
    return code == 243 or (isinstance(error, OSError) and error.errno == errno.ENOSPC)


def code_of(error: Exception) -> int | None:
    return error.code if isinstance(error, DriverError) else None


def sentence(error: Exception) -> str:
    """The first line of what the server said, without its code, its version and its stack."""
    text = _NOISE.sub("", str(error)).strip()
    return (text.splitlines() or [type(error).__name__])[0][:500]
