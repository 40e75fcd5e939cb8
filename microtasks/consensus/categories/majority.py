"""Counting votes: the baseline that every other method has to beat, and a part of the default one."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from microtasks.consensus.categories.table import Table
from microtasks.consensus.exact import Floats

#: A quarter vote of doubt, spread evenly over the classes: a lone answer must not look certain.
DOUBT = 0.25


def counts(table: Table) -> Floats:
    """Return the weight of answers for each task and class."""
    cells = table.task * table.classes + table.answer
    size = len(table.tasks) * table.classes
    votes = np.bincount(cells, weights=table.weight, minlength=size)
    by_task: Floats = votes.reshape(len(table.tasks), table.classes).astype(np.float64)
    return by_task


def shares(table: Table) -> Floats:
    """Return the plain share of each class among a task's answers."""
    votes = counts(table)
    share: Floats = votes / votes.sum(axis=1, keepdims=True)
    return share


def settled(belief: Floats, known: Mapping[int, int] | None) -> Floats:
    """Put in, in place, the class of each task (by index) whose truth is known."""
    if known:
        rows = list(known)
        belief[rows] = 0.0
        belief[rows, list(known.values())] = 1.0
    return belief


def posterior(table: Table, known: Mapping[int, int] | None = None) -> Floats:
    """Return vote shares smoothed by a quarter vote of doubt; equal shares stay equal, bit for bit."""
    votes = counts(table)
    total = votes.sum(axis=1, keepdims=True)
    smoothed: Floats = (votes + DOUBT / table.classes) / (total + DOUBT)
    return settled(smoothed, known)
