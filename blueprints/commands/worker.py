"""The worker: waits for the bell, looks at the table of jobs every few seconds anyway, and has children do the work.

Each child is a fork with its own database connections and bounded memory, so what a hostile upload breaks is a
child. The rows' leases are the only bookkeeping: any process here may be killed at any moment.
"""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress

import click
from flask import current_app
from flask.cli import with_appcontext
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from blueprints import _logs
from blueprints.commands import _labour
from config import Config
from microtasks import bell, campaigns, database, jobs
from microtasks.jobs.tools import now

log = logging.getLogger(__name__)

#: How long one wait for the bell is; then the worker looks by itself.
LISTEN_SECONDS = 2
#: How often it looks where there is no bell.
LOOK_SECONDS = 1.0
#: How often campaigns are looked at: deadlines that passed, answers not yet estimated.
SWEEP_SECONDS = 60.0
#: How long children may take to end their current step.
STOP_SECONDS = 25.0


@click.command("worker")
@click.option(
    "--at-once", default=2, show_default=True, help="How many jobs to run at a time."
)
@with_appcontext
def worker(at_once: int) -> None:
    """Run jobs until stopped; any number of workers may run, on any number of machines."""
    work(current_app.config["MANYHANDS"], at_once)


def work(config: Config, at_once: int = 2) -> None:
    """Be a worker until a signal says stop."""
    handler = logging.StreamHandler()
    handler.setFormatter(_logs.OneLine())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("manyhands").propagate = False
    logging.getLogger("pyvips").setLevel(logging.WARNING)  # it tells of every cut
    Foreman(config, at_once).work()


def work_off() -> None:
    """Run all jobs that are due, once: what the bell's entry names, for a plain `rq worker`."""
    _labour.run_due(Config.from_environment(), lambda: False)


class Foreman:
    """The worker's first process: it forks children while jobs are due, and ends them when it is stopped."""

    def __init__(self, config: Config, at_once: int = 2) -> None:
        self.config, self.at_once = config, at_once
        self.children: set[int] = set()
        self.stopping = False
        self.sweep_at = 0.0
        self.engine = _labour.unpooled_engine(config)

    def work(self) -> None:
        """Keep children busy until a signal says stop; then let them finish their step."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        log.info("waiting for jobs")
        while not self.stopping:
            self._reap()
            _labour.say_alive(self.config)
            self._sweep()
            if len(self.children) < self.at_once and self._is_work_due():
                self._fork()
            self._wait()
        self._end_children()

    def _stop(self, number: int, frame: object) -> None:
        self.stopping = True
        for child in self.children:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGTERM)

    def _sweep(self) -> None:
        """Do what is due by the calendar, not because somebody asked."""
        if time.monotonic() < self.sweep_at:
            return
        self.sweep_at = time.monotonic() + SWEEP_SECONDS
        try:
            with Session(self.engine) as session:
                database.transact(session, lambda s: campaigns.sweep(s, now()))
        except SQLAlchemyError as error:
            log.warning("the sweep did not get through: %s", error)

    def _is_work_due(self) -> bool:
        try:
            with database.reading(), Session(self.engine) as session:
                return bool(jobs.due(session, now(), limit=1))
        except SQLAlchemyError as error:
            log.warning("the database does not answer: %s", error)
            return False

    def _fork(self) -> None:
        parent = os.getpid()
        child = os.fork()
        if child:
            self.children.add(child)
        else:
            _labour.be_a_child(parent, self.config)

    def _wait(self) -> None:
        """Wait for the bell; without Redis, a moment."""
        if self.stopping:
            return
        pause: Callable[[], object] = lambda: time.sleep(LOOK_SECONDS)  # noqa: E731
        if not self.config.redis_url:
            pause()
            return
        try:
            bell.listen(self.config.redis_url, LISTEN_SECONDS)
        except (RedisError, OSError) as error:
            log.warning("no bell, looking every second: %s", error)
            pause()

    def _reap(self) -> None:
        for child in list(self.children):
            with suppress(ChildProcessError):
                if os.waitpid(child, os.WNOHANG) == (0, 0):
                    continue
            self.children.discard(child)

    def _end_children(self) -> None:
        deadline = time.monotonic() + STOP_SECONDS
        while self.children and time.monotonic() < deadline:
            self._reap()
            time.sleep(0.05)
        for child in self.children:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        self._reap()
