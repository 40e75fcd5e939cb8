"""A crowd's answers as integer arrays: the one shape that every categorical method reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from microtasks.consensus.exact import Floats, Ints
from microtasks.errors import InvalidInput

#: What a suspiciously fast answer weighs beside a considered one (a power of two keeps sums exact).
SUSPICIOUS_WEIGHT = 0.25
#: Tasks times classes beyond which a dense posterior would not fit a small machine's memory.
MOST_CELLS = 50_000_000


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
        raise ValueError("there are no answers to decide from")
    tasks = tuple(sorted({row[0] for row in rows}))
    workers = tuple(sorted({row[1] for row in rows}))
    classes = max(classes, 2)
    if len(tasks) * classes > MOST_CELLS:
        raise InvalidInput(
            f"{len(tasks)} tasks with {classes} different answers are too many to decide as categories"
        )
    of_task = {name: index for index, name in enumerate(tasks)}
    of_worker = {name: index for index, name in enumerate(workers)}
    return Table(
        tasks=tasks,
        workers=workers,
        classes=classes,
        task=np.array([of_task[row[0]] for row in rows], dtype=np.int64),
        worker=np.array([of_worker[row[1]] for row in rows], dtype=np.int64),
        answer=np.array([row[2] for row in rows], dtype=np.int64),
        weight=np.array([SUSPICIOUS_WEIGHT if row[3] else 1.0 for row in rows]),
    )
