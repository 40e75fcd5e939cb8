"""Numbers that look random and depend only on who answered what: the same however things are named and ordered.

Some models need random starts, and big crowds need a random sample of tasks. Numbers drawn in the order of rows or
names would make results depend on these. Instead every task, worker and class gets a 64-bit colour, refined as in
Weisfeiler and Leman's colouring of graphs (1968): mixed from the colours of the answers that it takes part in. Sums
of 64-bit integers wrap around and so do not depend on order. Things with equal colours play the same part.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from microtasks.consensus.categories.table import Table
from microtasks.consensus.exact import Floats

Bits = NDArray[np.uint64]

#: The first tells classes apart, the second tasks and workers by them, the others by their neighbours.
ROUNDS = 4
_ODD = tuple(np.uint64(odd) for odd in (0x9E3779B97F4A7C15, 0xD1B54A32D192ED03, 3))


@dataclass(frozen=True, slots=True)
class Colours:
    """A colour for each task and each class."""

    task: Bits
    answer: Bits

    def uniform(self, subtypes: int, start: int) -> Floats:
        """Return a number in (0, 1) for each class, subtype and task: (classes times subtypes, tasks)."""
        columns = np.arange(subtypes, dtype=np.uint64) + np.uint64(64 * start + 1)
        of_column = mix(self.answer[:, None] + columns * _ODD[1]).reshape(-1)
        bits = mix(of_column[:, None] + self.task[None, :])
        found: Floats = ((bits >> np.uint64(12)).astype(np.float64) + 0.5) / 2.0**52
        return found


def mix(values: Bits) -> Bits:
    """Scramble 64-bit numbers one by one (the finalizer of splitmix64; Steele, Lea and Flood, 2014)."""
    mixed = values + _ODD[0]
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    found: Bits = mixed ^ (mixed >> np.uint64(31))
    return found


def colour(table: Table) -> Colours:
    """Refine the colours of tasks, workers and classes from the answers that join them."""
    task = np.ones(len(table.tasks), dtype=np.uint64)
    worker = np.ones(len(table.workers), dtype=np.uint64)
    answer = np.ones(table.classes, dtype=np.uint64)
    weight = (table.weight * 4).astype(np.uint64)
    for _ in range(ROUNDS):
        joined = mix(task)[table.task] + mix(worker + _ODD[1])[table.worker]
        joined = mix(joined + mix(answer + _ODD[2])[table.answer] + weight)
        task = mix(_summed(table.task, joined, len(task)))
        worker = mix(_summed(table.worker, joined, len(worker)))
        answer = mix(_summed(table.answer, joined, len(answer)))
    return Colours(task, answer)


def _summed(index: NDArray[np.int64], parts: Bits, size: int) -> Bits:
    total = np.zeros(size, dtype=np.uint64)
    np.add.at(total, index, parts)
    return total
