"""Child processes that are started again when they die, and that do not outlive who started them."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

_SET_PARENT_DEATH_SIGNAL = 1
_SET_NAME = 15
#: A child that lived at least so long is started again at once.
_LIVED_SECONDS = 5.0
_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 10.0


def die_with_parent(parent: int, number: int = signal.SIGTERM) -> None:
    """Ask the system to send this process a signal when its parent dies, where the system can do that."""
    if sys.platform != "linux":
        return
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, number)
        if os.getppid() != parent:  # it died in between
            os.kill(os.getpid(), number)


class Running(Protocol):
    """A child process, however it was started."""

    @property
    def pid(self) -> int | None:
        """Its number."""

    def poll(self) -> int | None:
        """Return the status with which it ended, or None while it runs."""

    def wait(self, timeout: float | None = None) -> object:
        """Wait for its end, at most so long."""

    def terminate(self) -> None:
        """Ask it to end."""

    def kill(self) -> None:
        """End it by force."""


class Forked(multiprocessing.get_context("fork").Process):  # type: ignore[misc, name-defined]
    """A child that begins as a copy of us: it needs no second to import the site again."""

    def __init__(self, name: str, work: Callable[[], object]) -> None:
        super().__init__(target=_begin, args=(os.getpid(), name, work))
        self.start()

    def poll(self) -> int | None:
        """Return the status with which it ended, or None while it runs."""
        return self.exitcode

    def wait(self, timeout: float | None = None) -> None:
        """Wait for its end, at most so long."""
        self.join(timeout)


def _begin(parent: int, name: str, work: Callable[[], object]) -> None:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    os.setsid()  # Ctrl-C reaches only the parent, which ends its children in order
    die_with_parent(parent)
    _call_oneself(name)
    work()


def _call_oneself(name: str) -> None:
    """Let `ps` and `top` tell the processes apart, where the system can do that."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_SET_NAME, f"hands-{name}"[:15].encode())


def spawn(
    command: Sequence[str],
    environment: Mapping[str, str] | None = None,
    quiet: bool = False,
) -> Running:
    """Start a program as a child in a session of its own."""
    parent = os.getpid()
    return subprocess.Popen(  # noqa: S603 - our own commands, no shell
        command,
        env=environment,
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL if quiet else None,
        preexec_fn=lambda: die_with_parent(parent),  # noqa: PLW1509 - we start no thread
    )


@dataclass(slots=True)
class Kept:
    """A child that is kept running: started again when it ends, with longer pauses if it ends at once.

    Its number stands in a file, for operators and for tests that kill it.
    """

    name: str
    folder: Path
    start: Callable[[], Running]
    process: Running | None = None
    _started: float = 0.0
    _pause: float = _FIRST_PAUSE_SECONDS

    def look(self) -> None:
        """Start the child if it does not run and its pause is over."""
        if self.process is None:
            self._begin()
            return
        lived = time.monotonic() - self._started
        if self.process.poll() is None or lived < self._pause:
            return
        short = lived < _LIVED_SECONDS
        self._pause = 2 * self._pause if short else _FIRST_PAUSE_SECONDS
        self._pause = min(self._pause, _LONGEST_PAUSE_SECONDS)
        print(f"{self.name} ended; starting it again", file=sys.stderr, flush=True)  # noqa: T201
        self._begin()

    def _begin(self) -> None:
        self._started = time.monotonic()
        self.process = self.start()
        note = self.folder / f"{self.name}.pid"
        note.write_text(f"{self.process.pid}\n", encoding="ascii")


def stop(processes: Sequence[Running | None], seconds: float) -> None:
    """End processes: ask all, wait for them together, then end by force what is left."""
    running = [one for one in processes if one is not None and one.poll() is None]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + seconds
    for process in running:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, deadline - time.monotonic()))
        if process.poll() is None:
            process.kill()
            process.wait()
