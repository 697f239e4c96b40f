"""One process that the supervisor keeps: started, listened to, asked to end."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from vedette import lifeline, logs

LOG_BYTES: Final = 8 << 20
REFUSAL: Final = "vedette: "
"""How a line on stderr begins that tells a person why a process did not start."""


@dataclass(frozen=True)
class Program:
    """What to run. `ready_url` answers 200 once it is ready; `patience_s` bounds its orderly end."""

    name: str
    command: tuple[str, ...]
    ready_url: str
    patience_s: float = 10.0
    environment: Mapping[str, str] = field(default_factory=dict)


class Child:
    """A program's process, over all its lives. Each leads its own group, which a terminal's Ctrl-C does not reach."""

    def __init__(self, program: Program, log: Path, notice: Callable[[str], None]) -> None:
        self.program = program
        self.log = log
        self.said = "starting"
        self._notice = notice
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None
        self._tail: deque[str] = deque(maxlen=20)

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        self.said = "starting"
        self._tail.clear()
        self._process = subprocess.Popen(
            self.program.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=lifeline.environment({**os.environ, **self.program.environment}),
            process_group=0,
            text=True,
            errors="replace",
        )
        self._reader = threading.Thread(target=self._listen, args=(self._process,), name=self.program.name, daemon=True)
        self._reader.start()

    def end(self) -> int | None:
        """How the process ended (negative: by that signal), or None while it runs or before it was started."""
        return self._process.poll() if self._process is not None else None

    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def ask_to_end(self) -> None:
        if self.running() and self._process is not None:
            self._process.terminate()

    def kill(self) -> None:
        """End the process and all that it started, now, without waiting (a signal handler may call this)."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def last_words(self) -> str:
        """Why it ended, as far as it said: its own sentence for people, or its last lines."""
        if self._reader is not None:
            self._reader.join(timeout=1)
        for line in reversed(self._tail):
            if line.startswith(REFUSAL):
                return line.removeprefix(REFUSAL)
        return "\n".join(["", *self._tail]) if self._tail else "it said nothing."

    def _listen(self, process: subprocess.Popen[str]) -> None:
        file = _LogFile(self.log)
        assert process.stdout is not None  # it was asked for
        for raw in process.stdout:
            line = raw.rstrip("\n")
            file.write(line)
            self._tail.append(line)
            said = logs.read_back(line)
            if said is None:
                continue
            if said.level == "info":
                self.said = said.message
            elif said.level in ("warning", "error", "critical"):
                self._notice(f"{self.program.name}: {said.message}")


class _LogFile:
    """A bounded file of lines, and the one before it. A full disk costs lines, never the process that speaks."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._size = path.stat().st_size if path.exists() else 0

    def write(self, line: str) -> None:
        raw = f"{line}\n".encode()
        with suppress(OSError):
            if self._size + len(raw) > LOG_BYTES:
                self._path.replace(self._path.with_suffix(".old.log"))
                self._size = 0
            with self._path.open("ab") as file:
                file.write(raw)
            self._size += len(raw)
