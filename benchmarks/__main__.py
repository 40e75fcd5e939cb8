"""Runs the benchmarks, each module in a process of its own, and prints one JSON object per line.

A module `benchmarks/<name>.py` has `measure() -> Iterator[Result]`; its results' names begin with `<name>`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from benchmarks.result import Result


def modules(only: str) -> list[str]:
    """Return the modules to run: all, or those that `only` names, or that hold the result it names."""
    names = [
        path.stem
        for path in sorted(Path(__file__).parent.glob("*.py"))
        if not path.stem.startswith("_") and path.stem != "result"
    ]
    return [name for name in names if only.startswith(name) or name.startswith(only)]


def results(name: str, only: str) -> Iterator[Result]:
    """Measure one module's results, as far as they are wanted."""
    for result in import_module(f"benchmarks.{name}").measure():
        if result.name.startswith(only) or only == name:
            yield result


def main(arguments: list[str]) -> int:
    """Run all that is asked for; 1 if a module failed."""
    if arguments[:1] == ["--one"]:
        for result in results(arguments[1], arguments[2]):
            print(json.dumps(result.as_dict()), flush=True)
        return 0
    only = arguments[0] if arguments else ""
    wanted = modules(only)
    if not wanted:
        print(f"no benchmark is called {only}", file=sys.stderr)
    command = [sys.executable, "-m", "benchmarks", "--one"]
    failed = [
        name
        for name in wanted
        if subprocess.run([*command, name, only], check=False).returncode
    ]
    return 1 if failed or not wanted else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
