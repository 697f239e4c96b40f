"""Log lines that people and programs can both read: `time=... level=... logger=... message="..."` on stderr."""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from typing import Final, NamedTuple

_LINE: Final = re.compile(
    r'^time=\S+ level=(?P<level>\w+) logger=(?P<logger>\S+) message=(?P<message>"(?:[^"\\]|\\.)*")'
)

OURS: Final = (
    "vedette",
    "vedette_agent",
    "vedette_storage",
    "vedette_collector",
    "vedette_query",
    "vedette_dashboards",
)


class KeyValueFormatter(logging.Formatter):
    """One line a record, whatever it holds: a traceback goes, escaped, into `exception="..."`."""

    def format(self, record: logging.LogRecord) -> str:
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line = (
            f"time={at}.{int(record.msecs):03d}Z level={record.levelname.lower()} logger={record.name} "
            f"message={json.dumps(record.getMessage(), ensure_ascii=False)}"
        )
        if record.exc_info:
            line += f" exception={json.dumps(self.formatException(record.exc_info), ensure_ascii=False)}"
        return line


class Said(NamedTuple):
    """A log line, read back."""

    level: str
    logger: str
    message: str


def read_back(line: str) -> Said | None:
    """What `KeyValueFormatter` wrote, or None for a line that something else wrote."""
    found = _LINE.match(line)
    return Said(found["level"], found["logger"], str(json.loads(found["message"]))) if found else None


def set_up(level: int = logging.INFO) -> None:
    """Log our own packages from `level` up and everybody else's from WARNING, to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(KeyValueFormatter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for room in (
        "vedette",
        "vedette_agent",
        "vedette_storage",
        "vedette_collector",
        "vedette_query",
        "vedette_dashboards",
    ):
        logging.getLogger(room).setLevel(level)
    logging.captureWarnings(True)
