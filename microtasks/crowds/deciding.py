"""From a crowd's files to what was decided of them, in a child process: a hostile table may ask for all time there is."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from microtasks import confined, crowd_file
from microtasks.crowds import shares, telling
from microtasks.crowds.request import ANSWERS, ASKED, TRUTH, Request
from microtasks.datasets import cells
from microtasks.errors import InvalidInput
from microtasks.questions import Value, answer_type

RESULT, WORKERS, TOLD = "result.csv", "workers.csv", "told.json"
#: Below the ten minutes that a job's step may take.
SECONDS = 480
MEMORY = 3 << 30
#: The longest refusal: it quotes what people sent.
LONGEST_REFUSAL = 1000

_CHILD = Path(__file__).with_name("child.py")
_TOO_MUCH = (
    f"Deciding these answers took more than {SECONDS // 60} minutes or {MEMORY >> 30} GB of memory. "
    "Send a part of them, or run “flask consensus” on a machine of your own."
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a crowd: what its page tells, or why nothing was decided."""

    told: Mapping[str, Any]
    refused: str = ""


def decide(folder: Path) -> Outcome:
    """Decide the unpacked files of a folder; the result's tables stand in it afterwards."""
    try:
        confined.run(_CHILD, folder, SECONDS, seconds=SECONDS, memory=MEMORY)
    except confined.Failed as error:
        if getattr(error.__cause__, "returncode", -1) > 0:
            raise  # our own fault: whoever keeps the site should learn of it
        return Outcome({}, _TOO_MUCH)
    told = json.loads((folder / TOLD).read_text(encoding="utf-8"))
    return Outcome(told.get("told", {}), told.get("refused", ""))


def decide_here(folder: Path) -> None:
    """Do the same in this process, and leave what is told in a file."""
    told: dict[str, Any]
    try:
        told = {"told": _decided(folder)}
    except InvalidInput as refused:
        told = {"refused": _sentence(str(refused))}
    except MemoryError:
        told = {"refused": _TOO_MUCH}
    (folder / TOLD).write_text(json.dumps(told), encoding="utf-8")


def _sentence(refusal: str) -> str:
    """Begin with a capital, but where a file is named first; keep to what a page and a database take."""
    refusal = shares.short(refusal, LONGEST_REFUSAL)
    if refusal.startswith((ANSWERS, TRUTH)):
        return refusal
    return refusal[:1].upper() + refusal[1:]


def _decided(folder: Path) -> dict[str, Any]:
    asked = Request(**json.loads((folder / ASKED).read_text(encoding="utf-8")))
    kind, answers = answer_type(asked.kind), folder / ANSWERS
    _count(answers, asked.most)
    ballots = crowd_file.read_answers(answers, kind, asked.repeats)
    truth: dict[str, Value] = {}
    if (folder / TRUTH).exists():
        truth = crowd_file.read_truth(folder / TRUTH, kind)
    estimate = kind.estimate(None, ballots, asked.method)
    told = telling.tell(kind, ballots, estimate, truth)
    crowd_file.write_result(folder / RESULT, kind, ballots, estimate)
    crowd_file.write_workers(folder / WORKERS, estimate.workers)
    for name in (RESULT, WORKERS):
        _guard(folder / name)
    return told


def _count(answers: Path, most: int) -> None:
    """Refuse a table of too many rows before they are held in memory."""
    with answers.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        try:
            rows = sum(1 for _ in csv.reader(file)) - 1
        except csv.Error:
            return  # the reader that follows says where
    if rows > most:
        raise InvalidInput(
            f"{answers.name} has {rows:,} rows; at most {most:,} are taken"
        )


def _guard(path: Path) -> None:
    """Write a table again as people's spreadsheets may open it: no cell of it is run as a formula."""
    # No cell is longer than its file; ours may be longer than any that people may send.
    csv.field_size_limit(max(csv.field_size_limit(), path.stat().st_size))
    guarded = path.with_suffix(".guarded")
    with (
        path.open(encoding="utf-8", newline="") as source,
        guarded.open("w", encoding="utf-8", newline="") as file,
    ):
        rows = csv.reader(source)
        cells.write(file, next(rows), rows)
    guarded.replace(path)
