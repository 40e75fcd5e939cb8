"""A crowd's numbers as arrays, and which answers to a task are equal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from microtasks.consensus.categories.table import Table
from microtasks.consensus.exact import Floats, Ints


@dataclass(frozen=True, slots=True)
class Said:
    """Who gave which number to which task; the classes of `table` mean nothing here."""

    table: Table
    value: Floats


@dataclass(frozen=True, slots=True)
class Groups:
    """Equal answers to a task: `of` maps answers to groups; each group has its task, its value and its size."""

    of: Ints
    task: Ints
    value: Floats
    size: Ints


def groups(said: Said) -> Groups:
    """Find the groups, ordered by task and then by value."""
    values, code = np.unique(said.value, return_inverse=True)
    cells, of, size = np.unique(
        said.table.task * len(values) + code, return_inverse=True, return_counts=True
    )
    return Groups(of, cells // len(values), values[cells % len(values)], size)
