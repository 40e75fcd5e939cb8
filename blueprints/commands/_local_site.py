"""The site on a port of its own for as long as a command needs it: served as `flask serve` does, in a thread."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import waitress.server
from flask import Flask

from config import Config


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve the site on a free port of this machine; gives its address."""
    config: Config = app.config["MANYHANDS"]
    listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
    server = waitress.server.create_server(
        app,
        sockets=[listening],
        threads=config.web_threads,
        connection_limit=500,
        asyncore_use_poll=True,
        ident=None,
    )
    thread = threading.Thread(target=server.run, name="site", daemon=True)
    thread.start()
    # A line for each request would bury what is told.
    logs = [logging.getLogger(name) for name in ("manyhands", "waitress.queue")]
    before = [log.level for log in logs]
    for log in logs:
        log.setLevel(logging.ERROR)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        for log, level in zip(logs, before, strict=True):
            log.setLevel(level)
        # The loop ends when its thread has closed everything that it listens to.
        with suppress(OSError):  # it has ended by itself
            server.trigger.pull_trigger(lambda: _close(server))
        thread.join(10)
        server.task_dispatcher.shutdown()


def _close(server: waitress.server.BaseWSGIServer) -> None:
    for channel in list(server._map.values()):
        channel.close()
