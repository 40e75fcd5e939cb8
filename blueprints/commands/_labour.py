"""What a worker's child does: lower its limits, open its own connections, run what is due, end."""

from __future__ import annotations

import logging
import os
import resource
import signal
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import sessionmaker
from sqlalchemy.pool import NullPool

from blueprints.commands._processes import die_with_parent
from config import Config
from microtasks import bell, database, jobs
from microtasks.storage import open_store

log = logging.getLogger(__name__)

#: What a job may ask of memory, and how long a file it writes may grow (its own SQLite file counts too).
MOST_MEMORY = 4 * 2**30
LONGEST_FILE = 64 * 2**30


def be_a_child(parent: int, config: Config) -> NoReturn:
    """Run due jobs in this forked process and end it; nothing of the parent's is used or closed."""
    status = 1
    try:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda number, frame: stop.set())
        die_with_parent(parent)
        _lower_limits()
        run_due(config, stop.is_set)
        status = 0
    except BaseException:
        log.exception("a worker's child ended early")
    finally:
        os._exit(status)


def run_due(config: Config, stopping: Callable[[], bool]) -> None:
    """Run jobs until none is due, with connections and a folder for passing files of its own."""
    engine = create_engine(config.database, **database.engine_options(config.database))
    database.prepare(engine)
    scratch = config.instance / "scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(dir=scratch) as folder:
            tools = jobs.Tools(
                open_store(config.storage), Path(folder), stopping=stopping
            )
            jobs.run_due(sessionmaker(engine), tools)
    finally:
        engine.dispose()


def unpooled_engine(config: Config) -> Engine:
    """Return an engine that keeps no connection: SQLite's must not be open in two processes after a fork."""
    options = database.engine_options(config.database)
    for pooled in ("pool_size", "max_overflow", "pool_pre_ping"):
        options.pop(pooled, None)
    engine = create_engine(config.database, **options, poolclass=NullPool)
    database.prepare(engine)
    return engine


def say_alive(config: Config) -> None:
    """Leave a sign for `flask doctor` that a worker is at work."""
    with suppress(OSError):
        alive_file(config).touch()
    bell.say_alive(config.redis_url)


def alive_file(config: Config) -> Path:
    """Return the file whose age says when a worker of this machine last looked for jobs."""
    return config.instance / "worker.alive"


def _lower_limits() -> None:
    os.nice(5)  # volunteers come first
    for limit, most in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_FSIZE, LONGEST_FILE),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(limit)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limit, (allowed, hard))
