"""The scale of a crowd's marks, out of the marks alone: how wide chance throws them, and how far workers scatter.

Marks that one worker made on one picture are different objects: their distances show what chance looks like. The
distance from a mark to each other worker's nearest one is a mixture of "same object" and "chance"; fitting the two
tells how far workers scatter around one object. No radius is set by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import gamma, lgamma, log, pi, sqrt

import numpy as np

from microtasks.consensus.exact import Floats, Ints
from microtasks.consensus.marks.space import Space
from microtasks.consensus.marks.sums import firsts, runs, sigmoid, tally
from microtasks.consensus.marks.table import Table

#: The share of chance distances that the law of small distances is fitted to.
QUANTILE = 0.25
#: Distances looked at per question; more marks than need be are thinned out evenly.
MOST = 2_000_000
ROUNDS = 40


@dataclass(frozen=True, slots=True)
class Scale:
    """`width`: the radius of a ball that chance fills evenly; `scatter`: a usual worker's, per dimension."""

    width: float
    scatter: float

    def log_room(self, dims: int) -> float:
        """Return the logarithm of the ball's volume in units of scatter."""
        ball = pi ** (dims / 2) / gamma(dims / 2 + 1)
        return log(ball) + dims * log(self.width / self.scatter)


def scale(table: Table, space: Space) -> Scale:
    """Estimate both; where nothing can be compared they are one, and have no effect."""
    width = _width(table, space)
    if width == 0:
        return Scale(1.0, space.finest(1.0))
    apart, choices = _nearest(table, space)
    close = apart < width
    least = space.finest(width)
    scatter = _mixture(apart[close], choices[close], width, space.dims, least)
    return Scale(width, max(scatter, least))


def _width(table: Table, space: Space) -> float:
    """Return the radius of the ball in which a quarter of chance distances would be as they are."""
    own = _between(
        space, table, table.answer, tally(table.answer, len(table.answer_task))
    )
    law = float(QUANTILE ** (1 / space.dims))
    if len(own) and own[len(own) // 4] > 0:
        return float(own[len(own) // 4]) / law
    # Nobody marked two objects: then other tasks show chance; with one task, the farthest that its marks lie apart.
    everything = np.zeros(len(table.marks), dtype=np.int64)
    if len(table.tasks) > 1:
        rest = _between(space, table, everything, tally(everything, 1))
        if len(rest) and rest[len(rest) // 4] > 0:
            return float(rest[len(rest) // 4]) / law
    rest = _between(space, table, everything, tally(everything, 1))
    return float(rest[-1]) if len(rest) else 0.0


def _between(space: Space, table: Table, group: Ints, sizes: Ints) -> Floats:
    """Return the sorted distances between marks of the same group, of groups too large only every so many."""
    order = np.lexsort((*table.marks.T[::-1], group))
    stride = max(1, int(sqrt(float((sizes.astype(np.float64) ** 2).sum()) / MOST)))
    kept = order[::stride]
    sizes = tally(group[kept], len(sizes))
    ends = np.cumsum(sizes)
    # Each mark meets those after it in its group.
    after = np.repeat(ends, sizes) - np.arange(len(kept)) - 1
    left, right = runs(np.arange(len(kept)) + 1, after)
    return np.sort(space.apart(table.marks[kept[left]], table.marks[kept[right]]))


def _nearest(table: Table, space: Space) -> tuple[Floats, Floats]:
    """Return each mark's distance to the nearest one of each other answer to its task, and how many that had."""
    order, sizes = _thinned(table)
    starts = np.cumsum(sizes) - sizes
    task = table.task[order]
    asked, position = runs(starts[task], sizes[task])
    other = order[position]
    foreign = table.answer[order[asked]] != table.answer[other]
    asked, other = asked[foreign], other[foreign]
    if not len(asked):
        return np.zeros(0), np.zeros(0)
    apart = space.apart(table.marks[order[asked]], table.marks[other])
    pair = asked * len(table.answer_task) + table.answer[other]
    by_pair = np.argsort(pair, kind="stable")
    begins = np.flatnonzero(firsts(pair[by_pair]))
    nearest = np.minimum.reduceat(apart[by_pair], begins)
    choices = np.diff(np.append(begins, len(pair))).astype(np.float64)
    sort = np.lexsort((choices, nearest))
    return nearest[sort], choices[sort]


def _thinned(table: Table) -> tuple[Ints, Ints]:
    """Return marks sorted by task, and counts by task: whole tasks, those with fewest marks first, while there is room."""
    sizes = tally(table.task, len(table.tasks))
    fewest = np.sort(sizes)
    room = np.cumsum(fewest.astype(np.float64) ** 2) <= 4 * MOST
    # Tasks as large as the last that fits are taken too: which of them came first would hang on their names.
    most = fewest[max(int(room.sum()) - 1, 0)]
    taken = sizes[table.task] <= most
    order = np.flatnonzero(taken)
    return order, tally(table.task[order], len(table.tasks))


def _mixture(
    apart: Floats, choices: Floats, width: float, dims: int, least: float
) -> float:
    """Fit "same object" (normal, both marks scatter) beside "chance" (the nearest of so many in the ball) by EM."""
    if not len(apart):
        return width / 10
    apart = np.maximum(apart, least / 10)
    spread = max(float(apart[len(apart) // 4]), least) / sqrt(dims)
    filled = choices * (apart / width) ** dims
    by_chance = np.log(dims * choices) + (dims - 1) * np.log(apart)
    by_chance -= dims * log(width) + filled
    share = 0.5
    for _ in range(ROUNDS):
        alike = (dims - 1) * np.log(apart) - apart**2 / (2 * spread**2)
        alike -= dims * log(spread) + lgamma(dims / 2) + (dims / 2 - 1) * log(2)
        same = sigmoid(alike - by_chance + log(share / (1 - share)))
        weight = float(same.sum())
        if weight <= 0:
            break
        spread = max(sqrt(float((same * apart**2).sum()) / weight / dims), least)
        share = min(max(weight / len(apart), 0.01), 0.99)
    return spread / sqrt(2)
