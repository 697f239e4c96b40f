"""One region: a process with an instance of each service, and the region's data stores.

Its owner holds the other end of a pipe: down it come the faults, as a list; what goes up is `Ready` or `Refused`.
When the pipe closes, the owner is gone or has had enough, and the region ends.
"""

from __future__ import annotations

import asyncio
import logging
import random
import signal
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Final

from vedette import logs
from vedette.demo.faults import Board
from vedette.demo.instance import Instance
from vedette.demo.settings import Settings
from vedette.demo.stores import DataStore
from vedette.demo.topology import SERVICES, STORES
from vedette.errors import CannotStart
from vedette.server import configured, listen

logger = logging.getLogger(__name__)

PATIENCE_S: Final = 6.0


@dataclass(frozen=True)
class Ready:
    """The region answers."""


@dataclass(frozen=True)
class Refused:
    """The region cannot be; the sentence is for people."""

    sentence: str


def run(name: str, settings: Settings, pipe: Connection[Any, Any]) -> None:
    """Be the region `name` until the pipe closes. The entry of the process."""
    logs.set_up()
    logging.getLogger("vedette_agent").setLevel(logging.WARNING)  # seven agents that say the same
    # A terminal's Ctrl-C reaches the whole group; the owner decides when and in which order it ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with asyncio.Runner(loop_factory=configured(None).get_loop_factory()) as runner, suppress(BrokenPipeError):
        try:
            runner.run(_live(name, settings, pipe))
        except CannotStart as error:
            pipe.send(Refused(str(error)))


async def _live(name: str, settings: Settings, pipe: Connection[Any, Any]) -> None:
    board = Board()
    instances: list[Instance] = []
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(16, "demo"))
    async with AsyncExitStack() as stack:
        for place in settings.where.places():
            if place.region != name:
                continue
            if place.service in STORES:
                listener = listen(settings.where.host, place.port, f"{place.service} of the demo (--demo-port)")
                store = DataStore(place.service, listener, random.Random())
                await store.start()
                stack.push_async_callback(store.stop)
            else:
                service = next(service for service in SERVICES if service.name == place.service)
                instances.append(Instance(place, service, settings, board))
                await instances[-1].start()
        pipe.send(Ready())
        logger.debug("%s serves with %d instances.", name, len(instances))
        await _follow(pipe, board, instances)
        # Together: each may wait for seconds until its agent gives a collector up that does not answer.
        await asyncio.gather(*(instance.stop() for instance in instances))


async def _follow(pipe: Connection[Any, Any], board: Board, instances: Sequence[Instance]) -> None:
    """Put the faults on and off as the owner says, until the pipe closes."""
    said = asyncio.Event()
    asyncio.get_running_loop().add_reader(pipe.fileno(), said.set)
    while True:
        await said.wait()
        said.clear()
        try:
            while pipe.poll():
                board.replace(pipe.recv())
        except (EOFError, OSError):
            asyncio.get_running_loop().remove_reader(pipe.fileno())
            return
        for instance in instances:
            await instance.obey()
