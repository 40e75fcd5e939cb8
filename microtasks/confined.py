"""A child process with bounded memory and time, for parsers that a hostile file could make crash or swell."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

log = logging.getLogger(__name__)

#: So much of what a failed child complained of is logged, in bytes from its end.
_COMPLAINT = 2000

#: Sets the child's own limits before the script's imports run, where the system knows limits.
_LIMITED = """
import runpy, sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
except (ImportError, ValueError, OSError):
    pass
sys.argv = sys.argv[2:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


class Failed(Exception):
    """The child ran out of memory or time, or crashed."""


def run(script: Path, *arguments: object, seconds: float, memory: int) -> bytes:
    """Run one of our scripts alone and return what it wrote, or raise Failed; its limits end with it."""
    command = [sys.executable, "-I", "-c", _LIMITED, str(memory), str(script)]
    command += [str(argument) for argument in arguments]
    try:
        done = subprocess.run(  # noqa: S603 - our interpreter, our script, no shell
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            check=True,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        said = (error.stderr or b"")[-_COMPLAINT:].decode(errors="replace")
        log.error("%s; its last words: %s", error, said)
        raise Failed(f"{script.name} did not finish: {_end(error)}") from error
    return done.stdout


def _end(error: subprocess.SubprocessError) -> str:
    """Say how a child ended without its command, whose paths are nobody's business but the log's."""
    if isinstance(error, subprocess.CalledProcessError):
        return f"return code {error.returncode}"
    return "out of time"
