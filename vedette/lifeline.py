"""A child's tie to its parent: stdin is a pipe that only the parent holds open.

When the parent is gone, by whatever end, kill -9 included, the pipe closes and the child ends itself. That works on
every Unix, needs no polling, and cannot mistake a new process with the parent's old id for the parent.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Final

VARIABLE: Final = "VEDETTE_LIFELINE"
"""Set to `stdin` in a child whose stdin is such a pipe."""

logger = logging.getLogger(__name__)


def environment(base: Mapping[str, str]) -> dict[str, str]:
    """The environment of a child that holds a lifeline."""
    return {**base, VARIABLE: "stdin"}


def hold(on_line: Callable[[str], None] | None = None, *, patience_s: float = 20.0) -> bool:
    """Watch the lifeline from a thread of its own, if this process was given one; True if it was.

    `on_line` gets each line that the parent writes. At the end of the pipe the process sends itself SIGTERM, so that
    it ends as it always does, and is ended without further manners when that takes longer than `patience_s`.
    """
    if os.environ.pop(VARIABLE, None) != "stdin":
        return False
    threading.Thread(target=_watch, args=(on_line, patience_s), name="lifeline", daemon=True).start()
    return True


def _watch(on_line: Callable[[str], None] | None, patience_s: float) -> None:
    for line in sys.stdin:
        if on_line is not None:
            on_line(line)
    logger.warning("The process that started this one is gone; ending too.")
    ending = threading.Timer(patience_s, os._exit, args=(1,))
    ending.daemon = True
    ending.start()
    os.kill(os.getpid(), signal.SIGTERM)
