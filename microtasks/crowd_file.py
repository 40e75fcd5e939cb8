"""A crowd's answers as a table file: read, decided, written back; needs no campaign and no database."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from pathlib import Path

from microtasks.errors import InvalidInput
from microtasks.questions import (
    AnswerType,
    Ballot,
    Decision,
    Estimate,
    Reliability,
    Value,
)

#: What a worker's second answer to a task means: the first stands, the last stands, or all are answers.
REPEATS = ("first", "last", "all")
DIGITS = 6


@dataclass(frozen=True, slots=True)
class Score:
    """How the decisions compare with known truth; `rmse` only for numbers."""

    tasks: int
    accuracy: float
    unanswered: int
    rmse: float | None = None


def read_answers(path: Path, kind: AnswerType, repeats: str = "last") -> list[Ballot]:
    """Read `task,worker,label` rows, in the order in which each (task, worker) is first seen."""
    if repeats not in REPEATS:
        raise InvalidInput(f"repeats must be one of: {', '.join(REPEATS)}", "repeats")
    ballots = [
        Ballot(row.task, row.worker, row.value) for row in _rows(path, kind, "worker")
    ]
    if repeats == "all":
        return ballots
    kept: dict[tuple[str, str], Ballot] = {}
    for ballot in ballots:
        key = (ballot.task, ballot.worker)
        kept[key] = kept.get(key, ballot) if repeats == "first" else ballot
    return list(kept.values())


def read_truth(path: Path, kind: AnswerType) -> dict[str, Value]:
    """Read `task,label` rows of known truth."""
    return {row.task: row.value for row in _rows(path, kind)}


@dataclass(frozen=True, slots=True)
class _Row:
    task: str
    value: Value
    worker: str = ""


def _rows(path: Path, kind: AnswerType, *also: str) -> list[_Row]:
    column = kind.column
    rows = []
    for place, cells in _cells(path, ("task", *also, column)):
        for name in ("task", *also):
            if not cells[name]:
                raise InvalidInput(f"{place}: the {name} is empty", name)
        try:
            value = kind.read(cells.pop(column))
        except InvalidInput as error:
            raise InvalidInput(f"{place}: {error}", column) from None
        rows.append(_Row(value=value, **cells))
    if not rows:
        raise InvalidInput(f"{path.name} has no rows below its header")
    return rows


def _cells(path: Path, columns: Sequence[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each record's place (rows as a spreadsheet numbers them) and its named cells."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            where = _positions(path, next(reader, []), columns)
            for number, record in enumerate(reader, start=2):
                place = f"{path.name}, row {number}"
                if not record:
                    continue
                if len(record) <= max(where.values()):
                    raise InvalidInput(f"{place}: there are only {len(record)} cells")
                yield place, {name: record[at] for name, at in where.items()}
    except UnicodeDecodeError:
        raise InvalidInput(f"{path.name} is not UTF-8 text") from None
    except (csv.Error, OSError) as error:
        raise InvalidInput(f"{path.name} cannot be read: {error}") from None


def _positions(
    path: Path, header: Sequence[str], columns: Sequence[str]
) -> dict[str, int]:
    counts = Counter(header)
    for name in columns:
        if counts[name] != 1:
            fault = "more than one column" if counts[name] else "no column"
            found = ", ".join(header) or "nothing"
            message = f"{path.name} has {fault} {name!r}; its header says: {found}"
            raise InvalidInput(message, name)
    return {name: header.index(name) for name in columns}


def write_result(
    path: Path, kind: AnswerType, ballots: Sequence[Ballot], estimate: Estimate
) -> None:
    """Write a row per task, in the order in which the answers first name them."""
    counts = Counter(ballot.task for ballot in ballots)
    header = ("task", kind.column, "confidence", "answers", "method", *kind.parts)
    rows = (
        _result(kind, task, estimate.decisions[task], n) for task, n in counts.items()
    )
    _write(path, header, rows)


def _result(
    kind: AnswerType, task: str, decision: Decision, answers: int
) -> tuple[str, ...]:
    confidence = f"{decision.confidence:.{DIGITS}f}"
    label = kind.write(decision.value)
    parts = (_part(getattr(decision, name)) for name in kind.parts)
    return task, label, confidence, str(answers), decision.method, *parts


def _part(numbers: Sequence[float]) -> str:
    return json.dumps([round(number, DIGITS) for number in numbers])


def write_workers(path: Path, workers: Mapping[str, Reliability]) -> None:
    """Write a row per worker: agreement with the consensus and its 95 % interval, sorted by name."""
    rows = (
        (
            name,
            *(f"{x:.{DIGITS}f}" for x in (of.accuracy, of.low, of.high)),
            str(of.answers),
        )
        for name, of in sorted(workers.items())
    )
    _write(path, ("worker", "accuracy", "low", "high", "answers"), rows)


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header)
            writer.writerows(rows)
    except OSError as error:
        raise InvalidInput(f"{path} cannot be written: {error.strerror}") from None


def score(
    kind: AnswerType, decisions: Mapping[str, Decision], truth: Mapping[str, Value]
) -> Score:
    """Compare decisions with truth on the tasks that have both."""
    both = [
        (decisions[task].value, value)
        for task, value in truth.items()
        if task in decisions
    ]
    if not both:
        raise InvalidInput("no task of the truth was answered", "truth")
    right = sum(kind.same(decided, true) for decided, true in both)
    return Score(len(both), right / len(both), len(truth) - len(both), _rmse(both))


def _rmse(both: Sequence[tuple[Value, Value]]) -> float | None:
    if not all(isinstance(value, (int, float)) for pair in both for value in pair):
        return None
    return sqrt(fsum((one - other) ** 2 for one, other in both) / len(both))
