"""Peers beside us: what others wrote runs in an environment of its own, each run in a fresh process, ours as well.

A run is a piece of Python with two functions: `load(*paths)` imports and reads, and is not counted; `work(loaded)` is,
and returns what JSON can hold. Both sides have one thread, so that seconds of CPU mean the same on both.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
WANTED = Path(__file__).with_name("peers.txt")
FOLDER = ROOT / ".venv-peers"
CROWD_KIT = "crowd-kit 1.4.1"

#: VmHWM and not ru_maxrss: the latter still holds what the process was before exec, a copy of its parent.
_HARNESS = """
import json, sys, time

def peak():
    with open("/proc/self/status") as status:
        return next(int(l.split()[1]) / 1024 for l in status if l.startswith("VmHWM"))

code, out, *paths = sys.argv[1:]
names = {}
exec(compile(open(code).read(), code, "exec"), names)
loaded = names["load"](*paths)
before = peak()
begun = time.process_time()
result = names["work"](loaded)
seconds = time.process_time() - begun
told = {"seconds": seconds, "peak": peak(), "before": before, "result": result}
with open(out, "w") as file:
    json.dump(told, file)
"""


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds of CPU that `work` took; peak memory of the whole process in MB, and what it was before `work`."""

    seconds: float
    peak: float
    before: float
    result: Any

    @property
    def added(self) -> float:
        """MB by which `work` raised the peak over imports and loaded data."""
        return self.peak - self.before


def ours(code: str, *paths: Path) -> Run:
    """Run our side in a fresh process of the project's own environment."""
    return _run(Path(sys.executable), code, paths)


def theirs(code: str, *paths: Path) -> Run | None:
    """Run a peer's side in a fresh process of the peers' environment; None where that cannot be installed."""
    python = _environment()
    return None if python is None else _run(python, code, paths)


def _run(python: Path, code: str, paths: tuple[Path, ...]) -> Run:
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    alone = os.environ | dict.fromkeys(threads, "1") | {"PYTHONPATH": str(ROOT)}
    with tempfile.TemporaryDirectory() as folder:
        source, told = Path(folder, "side.py"), Path(folder, "told.json")
        source.write_text(code, encoding="utf-8")
        command = [python, "-c", _HARNESS, source, told, *paths]
        subprocess.run([str(part) for part in command], env=alone, check=True)
        return Run(**json.loads(told.read_text(encoding="utf-8")))


@cache
def _environment() -> Path | None:
    """Return the peers' Python, its environment made when it is not what peers.txt says."""
    python, stamp = FOLDER / "bin" / "python", FOLDER / "installed.txt"
    wanted = WANTED.read_text(encoding="utf-8")
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    print("installing peers into .venv-peers", file=sys.stderr)
    try:
        venv.create(FOLDER, clear=True, with_pip=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--no-deps"]
        options = ["--disable-pip-version-check", "--no-compile", "-r", str(WANTED)]
        subprocess.run([*pip, *options], check=True, stdout=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"peers cannot be installed, ours stand alone: {error}", file=sys.stderr)
        shutil.rmtree(FOLDER, ignore_errors=True)
        return None
    stamp.write_text(wanted, encoding="utf-8")
    return python
