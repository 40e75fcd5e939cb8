"""Everything on one machine: what `make run` starts, watches, and ends without leaving anything behind."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade

from blueprints.commands import _processes, serve, worker
from config import Config
from microtasks import private_redis

_LOOK_SECONDS = 0.1
_STOP_SECONDS = 28.0
_STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@click.command("up")
@with_appcontext
def up() -> None:
    """Bring the database up to date and serve the site with its worker and its own Redis."""
    upgrade()
    current_app.extensions["sqlalchemy"].engine.dispose()
    House(current_app.config["MANYHANDS"]).run()


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


class House:
    """The site's processes: Redis (unless one is named), a worker, the web, and at first the demonstration."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.folder: Path | None = None
        self.kept: list[_processes.Kept] = []
        self.shows_demonstration = False
        self.demonstration: _processes.Running | None = None

    def run(self) -> None:
        """Start all, keep all running until a signal comes, end all."""
        for number in _STOPPING:
            signal.signal(number, _interrupt)
        try:
            with suppress(KeyboardInterrupt):
                self._plan()
                self._await_web()
                self._welcome()
                while True:
                    self._look()
                    time.sleep(_LOOK_SECONDS)
        finally:
            self._end()

    def _plan(self) -> None:
        # The socket is ours, not the web process's: while that is started again, visitors wait instead of failing.
        listening = serve.listen(self.config)
        if not self.config.redis_url:
            self.folder = private_redis.make_folder()
            address = private_redis.address(self.folder)
            self.config = replace(self.config, redis_url=address)
            command = private_redis.command(self.folder)
            self._keep("redis", partial(_processes.spawn, command, quiet=True))
        from app import create_app

        site = create_app(self.config)
        known = "demo" in site.cli.commands
        self.shows_demonstration = known and not self.config.is_https
        self._keep_fork("web", partial(serve.serve_on, site, listening))
        self._keep_fork("worker", partial(worker.work, self.config))
        with site.app_context():  # no connection may be open in two processes
            site.extensions["sqlalchemy"].engine.dispose()
        gc.freeze()  # what children share with us stays shared

    def _keep_fork(self, name: str, work: Callable[[], object]) -> None:
        self._keep(name, partial(_processes.Forked, name, work))

    def _keep(self, name: str, start: Callable[[], _processes.Running]) -> None:
        pids = self.config.instance / "pids"
        pids.mkdir(exist_ok=True)
        self.kept.append(_processes.Kept(name, pids, start))

    def _await_web(self) -> None:
        self._look()
        while not _answers(self._address()):
            self._look()
            time.sleep(_LOOK_SECONDS)

    def _welcome(self) -> None:
        click.echo(f"Manyhands is at {self.config.public_url or self._address()}")
        if self.shows_demonstration:
            command = [sys.executable, "-m", "flask", "--app", "app", "demo"]
            command += ["--url", self._address()]
            self.demonstration = _processes.spawn(command, self._environment())
        self._tell_sign_in()

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "INSTANCE_PATH": str(self.config.instance),
            "REDIS_URL": self.config.redis_url,
        }

    def _look(self) -> None:
        for child in self.kept:
            child.look()
        if self.demonstration and self.demonstration.poll() is not None:
            self.demonstration = None
            self._tell_sign_in()

    def _tell_sign_in(self) -> None:
        note = self.config.instance / "demonstration.txt"
        if self.demonstration is None and note.exists():
            click.echo(note.read_text(encoding="utf-8").rstrip())

    def _end(self) -> None:
        for number in _STOPPING:
            signal.signal(number, signal.SIG_IGN)
        running = {child.name: child.process for child in self.kept}
        redis = running.pop("redis", None)
        _processes.stop([self.demonstration, *running.values()], _STOP_SECONDS)
        _processes.stop([redis], 1)  # last: the worker listens to it until its end
        shutil.rmtree(self.config.instance / "pids", ignore_errors=True)
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _address(self) -> str:
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(  # noqa: S104
            self.config.host, self.config.host
        )
        host = f"[{host}]" if ":" in host else host
        return f"http://{host}:{self.config.port}"


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(f"{address}/healthz", timeout=5).close()  # noqa: S310
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True
