"""The site on a port of its own for as long as a command needs it: served as `flask serve` does, in a thread."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

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
    log = logging.getLogger("manyhands")
    before = log.level
    log.setLevel(logging.WARNING)  # a line for each request would bury what is told
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        log.setLevel(before)
        # The loop ends when its thread has closed everything that it listens to.
        server.trigger.pull_trigger(lambda: _close(server))
        thread.join(10)
        server.task_dispatcher.shutdown()


def _close(server: waitress.server.BaseWSGIServer) -> None:
    for channel in list(server._map.values()):
        channel.close()
