"""Everything on one machine: what `make run` starts, watches, and ends without leaving anything behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from importlib.util import find_spec
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade

from blueprints.commands import _processes
from blueprints.commands.serve import listen
from config import Config
from microtasks import private_redis

_LOOK_SECONDS = 0.1
_STOP_SECONDS = 28.0
FLASK = (sys.executable, "-m", "flask", "--app", "app")


@click.command("up")
@with_appcontext
def up() -> None:
    """Bring the database up to date and serve the site with its worker and its own Redis."""
    config: Config = current_app.config["MANYHANDS"]
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _interrupt)
    upgrade()
    current_app.extensions["sqlalchemy"].engine.dispose()
    House(config).run()


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


class House:
    """The site's processes: Redis (unless one is named), a worker, the web, and at first the demonstration."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.folder: Path | None = None
        self.kept: list[_processes.Kept] = []
        self.demonstration: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        """Start all, keep all running until a signal comes, end all."""
        try:
            self._plan()
            self._start()
            while True:
                self._look()
                time.sleep(_LOOK_SECONDS)
        except KeyboardInterrupt:
            click.echo("stopping", err=True)
        finally:
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            running = [self.demonstration, *(child.process for child in self.kept)]
            _processes.stop(running, _STOP_SECONDS)
            if self.folder:
                shutil.rmtree(self.folder, ignore_errors=True)

    def _plan(self) -> None:
        # The socket is ours, not the web process's: while that is started again, visitors wait instead of failing.
        self.socket = listen(self.config)
        descriptor = self.socket.fileno()
        environment = {**os.environ, "INSTANCE_PATH": str(self.config.instance)}
        if not self.config.redis_url:
            self.folder = private_redis.make_folder()
            environment["REDIS_URL"] = private_redis.address(self.folder)
            self._keep("redis", private_redis.command(self.folder), environment)
        web = [*FLASK, "serve", "--socket", str(descriptor)]
        self._keep("web", web, environment, descriptor)
        self._keep("worker", [*FLASK, "worker"], environment)
        self.environment = environment

    def _keep(
        self, name: str, command: list[str], environment: dict[str, str], *fds: int
    ) -> None:
        quiet = name == "redis"
        self.kept.append(_processes.Kept(name, command, environment, fds, quiet))

    def _start(self) -> None:
        self._look()
        address = self._address()
        while not _answers(address):
            self._look()
            time.sleep(_LOOK_SECONDS)
        click.echo(f"Manyhands is at {self.config.public_url or address}")
        if not self.config.is_https and find_spec("blueprints.commands.demo"):
            self.demonstration = _processes.start([*FLASK, "demo"], self.environment)
        self._tell_sign_in()

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
