"""What the person at the terminal sees: progress while things start, then only what matters."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

REPEAT_S: Final = 60.0


class Screen:
    """Lines of progress on a terminal; plain lines, one a change, where there is none. Any thread may speak.

    A terminal that has gone away must not keep anybody from ending in order: its errors are ignored.
    """

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False)
        self._lock = threading.Lock()
        self._progress: Progress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._shown: dict[str, str] = {}
        self._noticed: dict[str, float] = {}
        self.attentive = False
        """Whether notices are shown."""

    def open(self, names: Sequence[str]) -> None:
        """Begin to show the progress of `names`."""
        if not self._console.is_terminal:
            return
        self._progress = Progress(
            SpinnerColumn(finished_text="[green]✓"),
            TextColumn("[bold]{task.description:<11}"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[said]}"),
            console=self._console,
        )
        self._tasks = {name: self._progress.add_task(name, total=1, said="starting") for name in names}
        self._progress.start()

    def show(self, name: str, said: str) -> None:
        """What `name` is busy with."""
        if self._shown.get(name) == said:
            return
        self._shown[name] = said
        if self._progress is not None:
            self._progress.update(self._tasks[name], said=escape(said))
        else:
            self.say(f"{name:<11} {said}")

    def done(self, name: str) -> None:
        self._shown[name] = "ready"
        if self._progress is not None:
            self._progress.update(self._tasks[name], completed=1, said="ready")
        else:
            self.say(f"{name:<11} ready")

    def close(self) -> None:
        """End the progress; what is said from here on are plain lines."""
        if self._progress is not None:
            self._progress.stop()
            self._progress = None

    def say(self, text: str) -> None:
        self._print(escape(text))

    def notice(self, text: str) -> None:
        """A warning of one of the processes. While they start or end, much is expected to fail: the log has it all.

        The same text again within a minute is not repeated.
        """
        now = time.monotonic()
        if self.attentive and now - self._noticed.get(text, -math.inf) > REPEAT_S:
            self._noticed = {said: at for said, at in self._noticed.items() if now - at <= REPEAT_S} | {text: now}
            self.error(text)

    def error(self, text: str) -> None:
        self._print(f"[red]{escape(text)}[/red]")

    def addresses(self, rows: Sequence[tuple[str, str]]) -> None:
        """Where to go now: pairs of an address (or a command) and what is there."""
        width = max(len(address) for address, _ in rows)
        for address, what in rows:
            self._print(f"  [bold cyan]{escape(address):<{width}}[/bold cyan]  {escape(what)}")

    def _print(self, markup: str) -> None:
        with self._lock:
            try:
                self._console.print(markup, soft_wrap=True)
            except OSError:
                self._console.quiet = True
