"""Processes for fault tests: a worker of this test's own kinds of jobs, and the whole house as it is shipped."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from blueprints.commands import _processes, worker
from config import Config

ROOT = Path(__file__).resolve().parents[2]


def await_that(condition: Callable[[], object], seconds: float = 30) -> None:
    """Look again and again until something holds, or fail."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that ended and was not yet waited for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in listed.split()]


@contextmanager
def working(config: Config) -> Iterator[_processes.Forked]:
    """Have a worker at work that knows the kinds this test registered."""
    process = _processes.Forked("worker", lambda: worker.work(config))
    try:
        yield process
    finally:
        _processes.stop([process], 30)


class Site:
    """A running house and how to reach its parts."""

    def __init__(
        self, process: subprocess.Popen[bytes], folder: Path, port: int
    ) -> None:
        self.process, self.folder, self.port = process, folder, port
        self.url = f"http://127.0.0.1:{port}"

    def pid(self, name: str) -> int:
        return int((self.folder / "pids" / f"{name}.pid").read_text())

    def answers(self) -> bool:
        try:
            urllib.request.urlopen(f"{self.url}/", timeout=10).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def house(
    folder: Path, port: int, **settings: str
) -> Iterator[subprocess.Popen[bytes]]:
    """Start everything as `make run` does, on a folder of its own."""
    environment = {
        **os.environ,
        "INSTANCE_PATH": str(folder),
        "PORT": str(port),
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "STORAGE_URL": "",
        "PUBLIC_URL": "",
        **settings,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "app", "up"],
        cwd=ROOT,
        env=environment,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(40)
