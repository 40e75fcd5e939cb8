"""A crowd's answers as integer arrays: the one shape that every categorical method reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from microtasks.consensus.exact import Floats, Ints
from microtasks.errors import InvalidInput

#: What a suspiciously fast answer weighs beside a considered one (a power of two keeps sums exact).
SUSPICIOUS_WEIGHT = 0.25
#: Tasks times classes beyond which a dense posterior would not fit a small machine's memory.
MOST_CELLS = 50_000_000
NO_ANSWERS = "there are no answers to decide from"


@dataclass(frozen=True, slots=True)
class Table:
    """Who said which class of which task: parallel arrays of indices, one element per answer."""

    tasks: tuple[str, ...]
    workers: tuple[str, ...]
    classes: int
    task: Ints
    worker: Ints
    answer: Ints
    weight: Floats


def factorise(rows: Sequence[tuple[str, str, int, bool]], classes: int) -> Table:
    """Index (task, worker, class, suspicious) rows by sorted names; at least two classes are always assumed.

    A second class is assumed because a crowd that never disagreed has not shown that it cannot.
    """
    if not rows:
        raise ValueError(NO_ANSWERS)
    tasks = tuple(sorted({row[0] for row in rows}))
    workers = tuple(sorted({row[1] for row in rows}))
    of_task = {name: index for index, name in enumerate(tasks)}
    of_worker = {name: index for index, name in enumerate(workers)}
    return Table(
        tasks=tasks,
        workers=workers,
        classes=_checked(len(tasks), classes),
        task=np.array([of_task[row[0]] for row in rows], dtype=np.int64),
        worker=np.array([of_worker[row[1]] for row in rows], dtype=np.int64),
        answer=np.array([row[2] for row in rows], dtype=np.int64),
        weight=np.array([SUSPICIOUS_WEIGHT if row[3] else 1.0 for row in rows]),
    )


def from_arrays(
    tasks: NDArray[Any],
    workers: NDArray[Any],
    answers: Ints,
    classes: int,
    suspicious: NDArray[np.bool_] | None = None,
) -> Table:
    """Index parallel arrays of task names, worker names (numbers or strings) and classes 0 to classes - 1.

    It does what `factorise` does, for millions of answers; names that are numbers are sorted as numbers.
    """
    if not len(answers):
        raise ValueError(NO_ANSWERS)
    if len(tasks) != len(answers) or len(workers) != len(answers):
        raise ValueError("tasks, workers and answers differ in length")
    if answers.min() < 0 or answers.max() >= max(classes, 2):
        raise ValueError(f"an answer lies outside the classes 0 to {classes - 1}")
    task_names, task = _indexed(np.asarray(tasks))
    worker_names, worker = _indexed(np.asarray(workers))
    weight = np.ones(len(answers))
    if suspicious is not None:
        weight[suspicious] = SUSPICIOUS_WEIGHT
    return Table(
        tasks=tuple(map(str, task_names.tolist())),
        workers=tuple(map(str, worker_names.tolist())),
        classes=_checked(len(task_names), classes),
        task=task,
        worker=worker,
        answer=answers.astype(np.int64, copy=False),
        weight=weight,
    )


def _indexed(names: NDArray[Any]) -> tuple[NDArray[Any], Ints]:
    """Return the sorted distinct names and each name's index; small whole numbers need no sorting."""
    whole = names.dtype.kind in "iu" and names.min() >= 0
    if not whole or names.max() > 4 * len(names) + 1000:
        found, index = np.unique(names, return_inverse=True)
        return found, index.astype(np.int64, copy=False)
    present = np.bincount(names) > 0
    return np.flatnonzero(present), (np.cumsum(present) - 1)[names]


def _checked(tasks: int, classes: int) -> int:
    if tasks * max(classes, 2) > MOST_CELLS:
        raise InvalidInput(
            f"{tasks} tasks with {classes} different answers are too many to decide as categories"
        )
    return max(classes, 2)
