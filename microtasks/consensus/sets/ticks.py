"""A crowd's sets of options as arrays: which answer ticked which option, of which task, by whom."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from microtasks.consensus.categories.table import MOST_CELLS, Table
from microtasks.consensus.exact import Floats, on_grid
from microtasks.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Ticks:
    """Who answered which task, and what was ticked: `ticked` is (answers, options)."""

    answers: Table  #: its classes mean nothing here; the class of each answer is 0
    ticked: NDArray[np.bool_]

    def of(self, option: int) -> Table:
        """Return one option as a crowd of no (0) and yes (1)."""
        a = self.answers
        said = self.ticked[:, option].astype(np.int64)
        return Table(a.tasks, a.workers, 2, a.task, a.worker, said, a.weight)

    def counted(self) -> Floats:
        """Return (tasks, options + 1): the answers of each task, shared out evenly among the options of each.

        The last column holds those answers that ticked nothing.
        """
        sizes = self.ticked.sum(axis=1)
        nothing = (sizes == 0)[:, None]
        each = on_grid(self.answers.weight / np.maximum(sizes, 1))
        tasks, columns = len(self.answers.tasks), self.ticked.shape[1] + 1
        rows, at = np.nonzero(np.concatenate([self.ticked, nothing], axis=1))
        cells = self.answers.task[rows] * columns + at
        counts = np.bincount(cells, weights=each[rows], minlength=tasks * columns)
        shared: Floats = counts.reshape(tasks, columns).astype(np.float64)
        return shared


def collect(
    answers: Table, values: Sequence[Collection[str]], options: Sequence[str]
) -> Ticks:
    """Join answers with the options that each ticked."""
    if max(len(values), len(answers.tasks)) * (len(options) + 1) > MOST_CELLS:
        raise InvalidInput(
            f"{len(values)} answers with {len(options)} different options are too many to decide as sets"
        )
    column = {option: at for at, option in enumerate(options)}
    ticked = np.zeros((len(values), len(options)), dtype=np.bool_)
    row = [number for number, value in enumerate(values) for _ in value]
    ticked[row, [column[option] for value in values for option in value]] = True
    return Ticks(answers, ticked)


def settled(
    ticks: Ticks, known: Mapping[str, Collection[str]], options: Sequence[str]
) -> Mapping[int, Floats]:
    """Return the rows of tasks whose sets are known, as certain beliefs."""
    row = {task: number for number, task in enumerate(ticks.answers.tasks)}
    return {
        row[task]: np.array([float(option in value) for option in options])
        for task, value in known.items()
        if task in row
    }


def certain(holds: Floats, sure: Mapping[int, Floats]) -> Floats:
    """Return the chances (tasks, options) with the settled rows as they are known."""
    known = holds.copy()
    for row, options in sure.items():
        known[row] = options
    return known
