"""Serves the site with waitress: pure Python, many threads, large uploads on disk and not in memory."""

from __future__ import annotations

import logging
import signal
import socket
import tempfile
from typing import Any

import click
import waitress
from flask import Flask, current_app
from flask.cli import with_appcontext

from config import Config

#: Form fields around the files of a largest upload.
_ROOM_FOR_FIELDS = 2**20


@click.command("serve")
@with_appcontext
def serve() -> None:
    """Serve the site on HOST and PORT until it is stopped."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    serve_on(app, listen(app.config["MANYHANDS"]))


def serve_on(app: Flask, listening: socket.socket) -> None:
    """Serve the site on an open socket until a signal says stop."""
    config: Config = app.config["MANYHANDS"]
    _spool_in(config)
    signal.signal(signal.SIGTERM, _stop)
    # waitress warns of every request that waits for a thread; that is what its queue is for.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    waitress.serve(app, sockets=[listening], **_limits(config))


def listen(config: Config) -> socket.socket:
    """Open the site's socket; a sentence instead of a traceback if somebody else has it."""
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    try:
        return socket.create_server(
            (config.host, config.port), family=family, backlog=1024
        )
    except OSError as error:
        raise click.ClickException(
            f"cannot listen on {config.host}, port {config.port}: {error.strerror}"
        ) from error


def _stop(number: int, frame: object) -> None:
    raise SystemExit(0)


def _spool_in(config: Config) -> None:
    """Keep what is being uploaded beside the data: the system's folder for it may be memory."""
    spool = config.instance / "spool"
    spool.mkdir(parents=True, exist_ok=True)
    tempfile.tempdir = str(spool)


def _limits(config: Config) -> dict[str, Any]:
    return {
        "threads": config.web_threads,
        "ident": None,
        "connection_limit": 500,
        "asyncore_use_poll": True,  # select() ends at descriptor 1024
        "channel_timeout": 120,
        "max_request_header_size": 32 * 2**10,
        "max_request_body_size": config.max_upload_mb * 2**20 + _ROOM_FOR_FIELDS,
        "clear_untrusted_proxy_headers": not config.trusted_proxies,
        "_quiet": True,
    }
