"""A random sample of a big crowd's tasks, the same however things are named and ordered."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from microtasks.consensus.categories.colours import Colours
from microtasks.consensus.categories.table import Table
from microtasks.consensus.exact import Ints


def tasks(table: Table, colours: Colours, answers: int) -> Ints:
    """Return the indices of tasks with about so many answers in all: those whose colours come first.

    Tasks of one colour are taken or left together; the first colour is always taken.
    """
    if len(table.task) <= answers:
        return np.arange(len(table.tasks))
    count = np.bincount(table.task, minlength=len(table.tasks))
    order = np.argsort(colours.task, kind="stable")
    sofar = np.cumsum(count[order])
    last = max(int(np.searchsorted(sofar, answers, side="right")) - 1, 0)
    chosen: Ints = np.flatnonzero(colours.task <= colours.task[order[last]])
    return chosen


def part(table: Table, chosen: Ints) -> Table:
    """Return the table of these tasks' answers alone, with all workers."""
    index = np.full(len(table.tasks), -1)
    index[chosen] = np.arange(len(chosen))
    held = index[table.task] >= 0
    return replace(
        table,
        tasks=tuple(table.tasks[place] for place in chosen.tolist()),
        task=index[table.task[held]],
        worker=table.worker[held],
        answer=table.answer[held],
        weight=table.weight[held],
    )
