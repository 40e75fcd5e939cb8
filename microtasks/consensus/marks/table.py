"""A crowd's marks as flat arrays: the one shape that clustering, scoring and learning read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from microtasks.consensus.exact import Floats, Ints

#: What a suspiciously fast answer weighs beside a considered one (a power of two keeps sums exact).
SUSPICIOUS_WEIGHT = 0.25


@dataclass(frozen=True, slots=True)
class Answer:
    """All marks that one worker made on one task; none says that nothing is there."""

    task: str
    worker: str
    marks: tuple[tuple[float, ...], ...]
    suspicious: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Answers sorted by task and worker, and their marks: `answer` leads from a mark to its answer.

    Within a task nothing depends on the order of answers, and marks of one answer are sorted by position.
    """

    tasks: tuple[str, ...]
    workers: tuple[str, ...]
    answer_task: Ints
    answer_worker: Ints
    answer_weight: Floats
    answer_marks: Ints
    marks: Floats
    answer: Ints

    @property
    def task(self) -> Ints:
        """Return each mark's task."""
        return self.answer_task[self.answer]

    @property
    def worker(self) -> Ints:
        """Return each mark's worker."""
        return self.answer_worker[self.answer]


def tabulate(answers: Sequence[Answer], columns: int) -> Table:
    """Index the answers by sorted names. Of one answer's marks that are identical one stays: a double click."""
    if not answers:
        raise ValueError("there are no answers to decide from")
    tasks = tuple(sorted({answer.task for answer in answers}))
    workers = tuple(sorted({answer.worker for answer in answers}))
    of_task = {name: index for index, name in enumerate(tasks)}
    of_worker = {name: index for index, name in enumerate(workers)}
    once = [sorted(set(answer.marks)) for answer in answers]
    order = sorted(
        range(len(answers)),
        key=lambda i: (of_task[answers[i].task], of_worker[answers[i].worker], once[i]),
    )
    ordered = [answers[index] for index in order]
    marks = [mark for index in order for mark in once[index]]
    lengths = np.array([len(once[index]) for index in order], dtype=np.int64)
    weights = [SUSPICIOUS_WEIGHT if each.suspicious else 1.0 for each in ordered]
    return Table(
        tasks=tasks,
        workers=workers,
        answer_task=np.array([of_task[a.task] for a in ordered], dtype=np.int64),
        answer_worker=np.array([of_worker[a.worker] for a in ordered], dtype=np.int64),
        answer_weight=np.array(weights),
        answer_marks=lengths,
        marks=np.array(marks, dtype=np.float64).reshape(-1, columns),
        answer=np.repeat(np.arange(len(ordered)), lengths).astype(np.int64),
    )
