"""Do people tick all that applies, or one thing that applies? The answers themselves say which."""

from __future__ import annotations

import numpy as np

from microtasks.consensus.exact import Floats, Ints, on_grid
from microtasks.consensus.sets.ticks import Ticks

#: As near to picking one of several as to ticking each by itself.
HALFWAY = 0.5


def rivals(ticks: Ticks) -> bool:
    """Say whether options take ticks from each other."""
    return independence(ticks) < HALFWAY


def independence(ticks: Ticks) -> float:
    """Return the spread of answers' sizes within tasks, over what it would be if each option were ticked by itself.

    About 1 where people tick each option by itself, 0 where everybody ticks exactly one; 1 where no two answers to
    a task differ.
    """
    task = ticks.answers.task
    together = _spread(task, ticks.ticked.sum(axis=1))
    options = range(ticks.ticked.shape[1])
    alone = sum(_spread(task, ticks.ticked[:, n].astype(np.int64)) for n in options)
    return together / alone if alone else 1.0


def _spread(task: Ints, values: Ints) -> float:
    """Return the variance within tasks, summed over those with several answers."""
    given = np.bincount(task)
    several = given > 1
    total = np.bincount(task, values)[several]
    squares = np.bincount(task, values**2)[several]
    n: Floats = given[several].astype(np.float64)
    return float(on_grid((squares - total**2 / n) / (n - 1)).sum())
