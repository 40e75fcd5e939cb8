"""How far a stated confidence may be believed: softened by what held-out answers, or known labels, say of it.

Models of crowds take workers' errors for independent and are far too sure where they are not. A temperature T turns
probabilities p into shares of p^(1/T); it never changes which class is first.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import log

import numpy as np

from microtasks.consensus.categories import confusion
from microtasks.consensus.categories.table import Table
from microtasks.consensus.exact import SHARE_BITS, Floats, Ints, on_grid, softmax

#: Temperatures that are tried, 5 % apart.
GRID = np.exp(np.arange(-28, 57) * log(1.05))
#: Below this a class is taken to be this likely before its probability is softened.
FAINT = 1e-9
#: Known labels are weighed against a belief that the temperature is one, give or take this factor.
GIVE = 1.5


def softened(belief: Floats, temperature: float) -> Floats:
    """Return belief (tasks, classes) at a temperature: above one less certain, below one more."""
    if temperature == 1.0:
        return belief
    return softmax(np.log(np.maximum(belief, FAINT)) / temperature)


def calibrated(belief: Floats, known: Mapping[int, int]) -> Floats:
    """Return the belief (tasks, classes) at the temperature that tasks of known class ask for.

    `known` gives the true class of some tasks by index (gold, or reviewed at random): the belief must not have
    been told them. The temperature maximises their likelihood times a log-normal prior around one, so that a
    few known tasks move it little; none leave the belief as it is. Guo, Pleiss, Sun and Weinberger, "On
    calibration of modern neural networks" (2017), found this one number enough.
    """
    return softened(belief, from_known(belief, known))


def from_known(belief: Floats, known: Mapping[int, int]) -> float:
    """Return the temperature that the known classes of tasks ask for; one when there are none."""
    if not known:
        return 1.0
    rows = list(known)
    logs = np.log(np.maximum(belief[rows], FAINT))
    truth = np.array([known[row] for row in rows])

    def score(temperature: float) -> float:
        share = softmax(logs / temperature)[np.arange(len(rows)), truth]
        fitness = _total(np.log(np.maximum(share, FAINT)))
        return fitness - 0.5 * (log(temperature) / log(GIVE)) ** 2

    return float(max(GRID.tolist(), key=score))


def held_out(table: Table, belief: Floats, answers: Ints) -> float:
    """Return the temperature at which the other answers of a task best predict each of these answers.

    `belief` is (tasks, classes) under a model of independent confusion; `answers` are indices of answers. Each
    is taken out of its task's belief and its worker's matrix, and predicted as the sum over classes of
    p_T(class | the others) times the matrix's chance of this answer.
    """
    rest, chance = _without(table, belief, answers)

    def score(temperature: float) -> float:
        said = on_grid(softmax(rest / temperature) * chance, SHARE_BITS).sum(axis=1)
        return _total(np.log(np.maximum(said, FAINT)))

    return float(max(GRID.tolist(), key=score))


def _without(table: Table, belief: Floats, answers: Ints) -> tuple[Floats, Floats]:
    """Return each answer's log belief from the others, and its chance under each class, (answers, classes)."""
    rows = confusion.rows(table, belief)
    worker, said = table.worker[answers], table.answer[answers]
    own = on_grid(belief, confusion.BELIEF_BITS)[table.task[answers]]
    own = own * table.weight[answers][:, None]
    cell, whole = rows[worker, :, said], rows.sum(axis=2)[worker]
    with_it = np.log(cell / whole) * table.weight[answers][:, None]
    rest = np.log(np.maximum(belief[table.task[answers]], FAINT)) - with_it
    without: Floats = np.maximum(cell - own, FAINT) / np.maximum(whole - own, FAINT)
    return rest, without


def _total(values: Floats) -> float:
    return float(on_grid(values, confusion.GAIN_BITS).sum())
