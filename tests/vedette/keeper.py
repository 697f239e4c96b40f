"""Run by the supervisor's tests in a process of its own: keeps the children that its argument (JSON) names.

Each child is this file again, as a small web server that can be told how to misbehave.
"""

from __future__ import annotations

import json
import signal
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from vedette import lifeline
from vedette.child import Child, Program
from vedette.screen import Screen
from vedette.supervisor import Supervisor


def keep(programs: list[dict[str, str]], log: Path) -> int:
    """Supervise; the exit status."""
    screen = Screen()
    children = [
        Child(
            Program(
                one["name"],
                (sys.executable, __file__, "serve", one["port"], one["manners"], one["name"], str(log)),
                f"http://127.0.0.1:{one['port']}/",
                patience_s=1.0,
            ),
            log / f"{one['name']}.log",
            screen.notice,
        )
        for one in programs
    ]
    return Supervisor(children, screen, ready=lambda: screen.say("all ready")).run()


def serve(port: int, manners: str, name: str, log: Path) -> None:
    """Answer 200 until SIGTERM. `stubborn` ignores SIGTERM, `refusing` does not start."""
    lifeline.hold(patience_s=0.5)
    if manners == "refusing":
        sys.exit("vedette: Nobody lives here.")

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Be silent."""

    def end(*_args: object) -> None:
        with (log / "ends").open("a") as file:
            file.write(f"{name} {time.time()}\n")
        sys.exit(0)

    signal.signal(signal.SIGTERM, signal.SIG_IGN if manners == "stubborn" else end)
    HTTPServer(("127.0.0.1", port), Answer).serve_forever()


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(int(sys.argv[2]), sys.argv[3], sys.argv[4], Path(sys.argv[5]))
    else:
        sys.exit(keep(json.loads(sys.argv[1]), Path(sys.argv[2])))
