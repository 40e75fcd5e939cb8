"""A crowd's answers as a table file: read, decided, written back; needs no campaign and no database."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Any

from microtasks.errors import InvalidInput
from microtasks.questions import (
    AnswerType,
    Ballot,
    Decision,
    Estimate,
    Reliability,
    Value,
)
from microtasks.scoring import Score, score

__all__ = [
    "REPEATS",
    "Score",
    "read_answers",
    "read_truth",
    "score",
    "write_result",
    "write_workers",
]

#: What a worker's second answer to a task means: the first stands, the last stands, or all are answers.
REPEATS = ("first", "last", "all")
DIGITS = 6
#: So much of a header is quoted where it is at fault.
LONGEST_HEADER = 300


def read_answers(path: Path, kind: AnswerType, repeats: str = "last") -> list[Ballot]:
    """Read `task,worker,label` rows, in the order in which each (task, worker) is first seen."""
    if repeats not in REPEATS:
        raise InvalidInput(f"repeats must be one of: {', '.join(REPEATS)}", "repeats")
    rows = _rows(path, kind.column, kind.read, "task", "worker")
    ballots = [Ballot(task, worker, value) for _, task, worker, value in rows]
    if repeats == "all":
        return ballots
    kept: dict[tuple[str, str], Ballot] = {}
    for ballot in ballots:
        key = (ballot.task, ballot.worker)
        kept[key] = kept.get(key, ballot) if repeats == "first" else ballot
    return list(kept.values())


def read_truth(path: Path, kind: AnswerType) -> dict[str, Value]:
    """Read `task,label` rows of known truth, which may leave tasks out; each task stands there once."""
    known: dict[str, Value] = {}
    for number, task, value in _rows(path, kind.column, kind.read_truth, "task"):
        if known.setdefault(task, value) != value:
            raise InvalidInput(
                f"{path.name}, row {number}: the task {task!r} stood before with another {kind.column}; keep one of them",
                "task",
            )
    return known


def _rows(
    path: Path, column: str, read: Callable[[str], Value], *names: str
) -> Iterator[Any]:
    """Yield each record as (row as a spreadsheet numbers it, its named cells, its value)."""
    values: dict[str, Value] = {}
    found = 0
    for number, *cells, label in _cells(path, (*names, column)):
        if not all(cells):
            name = names[cells.index("")]
            raise InvalidInput(
                f"{path.name}, row {number}: the {name} is empty; fill it in or take the row out",
                name,
            )
        if label not in values:
            try:
                values[label] = read(label)
            except InvalidInput as error:
                raise InvalidInput(
                    f"{path.name}, row {number}, column {column!r}: {error}", column
                ) from None
        found += 1
        yield number, *cells, values[label]
    if not found:
        raise InvalidInput(f"{path.name} has no rows below its header")


def _cells(path: Path, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Yield each record's row, as a spreadsheet numbers them, and its named cells."""
    number = 0
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = next(reader, [])
            number = 1
            where = _positions(path, header, columns)
            pick, most = itemgetter(*where), max(where)
            for record in reader:
                number += 1
                if len(record) > most:
                    yield number, *pick(record)
                elif record:
                    raise InvalidInput(
                        f"{path.name}, row {number}: there are only {len(record)} cells; the header has more columns"
                    )
    except UnicodeDecodeError:
        raise InvalidInput(
            f"{path.name} is not UTF-8 text; save it as CSV in UTF-8"
        ) from None
    except csv.Error as error:
        raise InvalidInput(_broken(path, number, error)) from None
    except OSError as error:
        raise InvalidInput(f"{path.name} cannot be read: {error.strerror}") from None


def _broken(path: Path, number: int, error: csv.Error) -> str:
    """Say what is wrong below a row; the csv module tells a cell that is too long by its words alone."""
    if "field limit" in str(error):
        return (
            f"{path.name}, row {number + 1}: a cell has more than {csv.field_size_limit():,} characters; "
            "shorten it, or, if no cell is that long, close the quotation mark that it begins with"
        )
    where = f"after row {number}" if number else "in its first row"
    return f"{path.name} cannot be read {where}: {error}; a quotation mark inside a quoted cell is written twice"


def _positions(path: Path, header: Sequence[str], columns: Sequence[str]) -> list[int]:
    counts = Counter(header)
    for name in columns:
        if counts[name] != 1:
            fault = "more than one column" if counts[name] else "no column"
            found = ", ".join(header) or "nothing"
            if len(found) > LONGEST_HEADER:
                found = f"{found[:LONGEST_HEADER]}…"
            mend = "rename one of them" if counts[name] else "name it in the first row"
            message = f"{path.name} has {fault} {name!r}; its header says: {found}; {mend}"  # fmt: skip
            raise InvalidInput(message, name)
    return [header.index(name) for name in columns]


def write_result(
    path: Path, kind: AnswerType, ballots: Sequence[Ballot], estimate: Estimate
) -> None:
    """Write a row per task, in the order in which the answers first name them."""
    counts = Counter(ballot.task for ballot in ballots)
    header = ("task", kind.column, "confidence", "answers", "method", *kind.parts)
    header = (*header, "low", "high") if kind.bounded else header
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
    ends = decision.interval or (decision.value, decision.value)
    bounds = map(kind.write, ends) if kind.bounded else ()
    return task, label, confidence, str(answers), decision.method, *parts, *bounds


def _part(values: Sequence[Any]) -> str:
    return json.dumps([_rounded(value) for value in values], ensure_ascii=False)


def _rounded(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_rounded(each) for each in value]
    return round(value, DIGITS) if isinstance(value, float) else value


def write_workers(path: Path, workers: Mapping[str, Reliability]) -> None:
    """Write a row per worker, by name: agreement with the consensus, its 95 % interval, and what deserves a look."""
    rows = (
        (
            name,
            *(f"{x:.{DIGITS}f}" for x in (of.accuracy, of.low, of.high)),
            str(of.answers),
            " ".join(dict.fromkeys(flag.word for flag in of.flags)),
            "; ".join(flag.reason for flag in of.flags),
        )
        for name, of in sorted(workers.items())
    )
    header = ("worker", "accuracy", "low", "high", "answers", "flag", "reason")
    _write(path, header, rows)


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header)
            writer.writerows(rows)
    except OSError as error:
        raise InvalidInput(f"{path} cannot be written: {error.strerror}") from None
