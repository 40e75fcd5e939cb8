"""Fast exact sums over answers: by task for what is believed, by worker and class for who confuses what.

The tasks are placed by falling number of answers, and every task's first answer, second answer and so on form a
layer. A layer names each of the first so many tasks once, so that sums by task are plain additions of arrays and
sums by worker read what is believed in order; only the thin layers of few tasks are summed by index.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from microtasks.consensus.categories.table import Table
from microtasks.consensus.exact import LOG_BITS, Floats, Ints, on_grid

#: Tasks in a layer below which summing by index is as fast.
THICK = 8192
#: A score that no answers outweigh: what a known class gives to every other one.
IMPOSSIBLE = -1e9


@dataclass(frozen=True, slots=True)
class Layer:
    """One answer of each of the first `tasks` places: its cell (worker times classes plus answer) and weight."""

    cell: Ints
    weight: Floats | None


@dataclass(frozen=True, slots=True)
class Layers:
    """A table's answers in layers; `place` is each task's place, `known` the classes that are not in question."""

    tasks: int
    workers: int
    classes: int
    place: Ints
    thick: tuple[Layer, ...]
    rest: Layer
    rest_place: Ints
    known: Mapping[int, int]

    def by_worker(self, belief: Floats) -> Floats:
        """Sum belief (columns, places), on the grid, into (workers, columns, classes)."""
        size = self.workers * self.classes
        found = np.empty((self.workers, len(belief), self.classes))
        for column, chances in enumerate(belief):
            total = np.zeros(size)
            for layer in self.thick:
                weights = _weighed(chances[: len(layer.cell)], layer.weight)
                total += np.bincount(layer.cell, weights, size)
            if len(self.rest.cell):
                weights = _weighed(chances.take(self.rest_place), self.rest.weight)
                total += np.bincount(self.rest.cell, weights, size)
            found[:, column, :] = total.reshape(self.workers, self.classes)
        return found

    def by_task(self, evidence: Floats) -> Floats:
        """Sum what each answer says, (workers, columns, classes), into log scores (columns, places)."""
        columns = evidence.shape[1]
        scores = np.zeros((columns, self.tasks))
        for column in range(columns):
            total = scores[column]
            said = on_grid(evidence[:, column, :], LOG_BITS).reshape(-1)
            for layer in self.thick:
                parts = _weighed(said.take(layer.cell), layer.weight)
                total[: len(layer.cell)] += parts
            if len(self.rest.cell):
                parts = _weighed(said.take(self.rest.cell), self.rest.weight)
                total += np.bincount(self.rest_place, parts, self.tasks)
        return scores

    def settle(self, scores: Floats) -> None:
        """Rule out, in place, every column that a task's known class contradicts."""
        if not self.known:
            return
        subtypes = len(scores) // self.classes
        places = self.place[list(self.known)]
        truths = np.array(list(self.known.values()))
        columns = np.arange(len(scores)) // subtypes
        scores[:, places] += np.where(columns[:, None] == truths, 0.0, IMPOSSIBLE)

    def inwards(self, belief: Floats) -> Floats:
        """Turn (tasks, classes) as the table has them into (classes, places)."""
        placed = np.empty((belief.shape[1], self.tasks))
        placed[:, self.place] = belief.T
        return placed

    def outwards(self, belief: Floats) -> Floats:
        """Turn (classes, places) into (tasks, classes) as the table has them."""
        return np.ascontiguousarray(belief[:, self.place].T)


def _weighed(values: Floats, weight: Floats | None) -> Floats:
    return values if weight is None else values * weight


def arrange(table: Table, known: Mapping[int, int] | None = None) -> Layers:
    """Put a table's answers into layers; `known` gives the class of tasks (by index) whose truth is known."""
    count = np.bincount(table.task, minlength=len(table.tasks))
    by_size = np.argsort(-count, kind="stable")
    place = np.empty_like(by_size)
    place[by_size] = np.arange(len(by_size))
    order = _by_task(table.task)
    first = np.cumsum(count) - count
    depth = np.empty_like(order)
    depth[order] = np.arange(len(order)) - np.repeat(first, count)
    cell = table.worker * table.classes + table.answer
    weight = None if bool((table.weight == 1.0).all()) else table.weight
    at = place[table.task]
    # layer d holds as many tasks as have more than d answers
    sizes = len(count) - np.cumsum(np.bincount(count))[:-1]
    depths = int((sizes >= THICK).sum())
    starts = np.concatenate([[0], np.cumsum(sizes[:depths])])
    full, thin = depth < depths, depth >= depths
    slot = starts[depth[full]] + at[full]
    spread = np.empty(starts[-1], dtype=np.int64)
    spread[slot] = cell[full]
    heavy = None if weight is None else np.empty(starts[-1])
    if heavy is not None and weight is not None:
        heavy[slot] = weight[full]
    bounds = list(zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True))
    return Layers(
        tasks=len(table.tasks),
        workers=len(table.workers),
        classes=table.classes,
        place=place,
        thick=tuple(
            Layer(spread[a:b], None if heavy is None else heavy[a:b]) for a, b in bounds
        ),
        rest=Layer(cell[thin], None if weight is None else weight[thin]),
        rest_place=at[thin],
        known=dict(known or {}),
    )


def _by_task(task: Ints) -> Ints:
    """Return the answers' order by task: two passes over 16 bits each, which numpy sorts by counting."""
    low = np.argsort(task.astype(np.uint16), kind="stable")
    high = (task >> 16).astype(np.uint16)
    if not high.any():
        return low
    return low[np.argsort(high[low], kind="stable")]
