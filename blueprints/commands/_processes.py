"""Child processes that are started again when they die, and that do not outlive who started them."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

_SET_PARENT_DEATH_SIGNAL = 1
#: A child that lived at least so long is started again at once.
_LIVED_SECONDS = 5.0
_LONGEST_PAUSE_SECONDS = 10.0


def die_with_parent(parent: int, number: int = signal.SIGTERM) -> None:
    """Ask the system to send this process a signal when its parent dies, where the system can do that."""
    if sys.platform != "linux":
        return
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, number)
        if os.getppid() != parent:  # it died in between
            os.kill(os.getpid(), number)


def start(
    command: Sequence[str],
    environment: Mapping[str, str] | None = None,
    descriptors: Sequence[int] = (),
    quiet: bool = False,
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own, so that Ctrl-C reaches only us and we end it in order."""
    parent = os.getpid()
    return subprocess.Popen(  # noqa: S603 - our own commands, no shell
        command,
        env=environment,
        pass_fds=descriptors,
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL if quiet else None,
        preexec_fn=lambda: die_with_parent(parent),  # noqa: PLW1509 - we start no thread
    )


@dataclass(slots=True)
class Kept:
    """A child that is kept running: started again when it ends, with longer pauses if it ends at once."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    descriptors: Sequence[int] = ()
    quiet: bool = False
    process: subprocess.Popen[bytes] | None = None
    _started: float = 0.0
    _pause: float = field(default=0.1)

    def look(self) -> None:
        """Start the child if it does not run and its pause is over."""
        if self.process is not None and self.process.poll() is None:
            return
        now = time.monotonic()
        if self.process is not None and now - self._started > _LIVED_SECONDS:
            self._pause = 0.1
        elif self.process is not None and now - self._started < self._pause:
            return
        if self.process is not None:
            self._pause = min(2 * self._pause, _LONGEST_PAUSE_SECONDS)
            print(f"{self.name} ended; starting it again", file=sys.stderr)  # noqa: T201
        self._started = now
        self.process = start(
            self.command, self.environment, self.descriptors, self.quiet
        )


def stop(processes: Sequence[subprocess.Popen[bytes] | None], seconds: float) -> None:
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
