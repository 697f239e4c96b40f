"""The whole company: a process for each region, its users, and the control of its faults."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import signal
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from typing import Any, Final

from vedette import lifeline
from vedette.demo import control, region
from vedette.demo.faults import Board
from vedette.demo.settings import Settings
from vedette.demo.topology import REGIONS
from vedette.demo.users import Users
from vedette.errors import CannotStart
from vedette.server import Hosted, configured, listen

logger = logging.getLogger(__name__)

START_S: Final = 60.0
"""How long a region may take to start; on a busy machine imports alone take seconds."""


class Company:
    """Three region processes, and the users and the control in this one."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._board = Board()
        self._regions: list[tuple[ForkServerProcess, Connection[Any, Any]]] = []

    def run(self) -> None:
        """Run until SIGINT or SIGTERM. Raises `CannotStart`."""
        listener = listen(self._settings.where.host, self._settings.where.base_port, "the demo's control (--demo-port)")
        self._open()
        lifeline.hold()
        with asyncio.Runner(loop_factory=configured(None).get_loop_factory()) as runner:
            try:
                runner.run(self._live(Hosted(control.build(self._board, self._tell), listener)))
            finally:
                self._close()

    async def _live(self, served: Hosted) -> None:
        await self._all_ready()
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, ended.set)
        users = [
            Users(one, self._settings.where, peak=self._settings.peak, day_s=self._settings.day_s) for one in REGIONS
        ]
        coming = [asyncio.create_task(one.come()) for one in users]
        await served.start()
        logger.info("The demo runs: %d regions, control on port %d.", len(REGIONS), self._settings.where.base_port)
        for process, _pipe in self._regions:
            loop.add_reader(process.sentinel, ended.set)
        await ended.wait()
        for process, _pipe in self._regions:
            loop.remove_reader(process.sentinel)
            if not process.is_alive():
                logger.error("%s ended by itself, with status %s.", process.name, process.exitcode)
        for task in coming:
            task.cancel()
        await asyncio.gather(*coming, return_exceptions=True)
        await served.stop()

    def _open(self) -> None:
        # The fork server imports what a region needs once; the regions are forks of it: seconds and megabytes saved.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["vedette.demo.region"])
        for one in REGIONS:
            ours, theirs = context.Pipe()
            process = context.Process(
                target=region.run, args=(one.name, self._settings, theirs), name=f"demo region {one.name}"
            )
            process.start()
            theirs.close()
            self._regions.append((process, ours))

    async def _all_ready(self) -> None:
        async with asyncio.timeout(START_S):
            for process, pipe in self._regions:
                logger.info("Starting the services of %s.", process.name.rpartition(" ")[2])
                await _readable(pipe)
                try:
                    said = pipe.recv()
                except EOFError:
                    raise CannotStart(f"The {process.name} ended before it was ready; its log says why.") from None
                if isinstance(said, region.Refused):
                    raise CannotStart(said.sentence)

    def _tell(self) -> None:
        for _process, pipe in self._regions:
            with suppress(BrokenPipeError):
                pipe.send(list(self._board))

    def _close(self) -> None:
        for _process, pipe in self._regions:
            pipe.close()
        for process, _pipe in self._regions:
            process.join(region.PATIENCE_S)
            if process.is_alive():
                process.kill()


async def _readable(pipe: Connection[Any, Any]) -> None:
    """Until there is something to receive, or the other end is closed."""
    said = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(pipe.fileno(), said.set)
    try:
        await said.wait()
    finally:
        loop.remove_reader(pipe.fileno())
