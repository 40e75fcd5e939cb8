"""First clusters of marks that belong to none yet: around the mark that most other answers have one near."""

from __future__ import annotations

import numpy as np

from microtasks.consensus.exact import Floats, Ints
from microtasks.consensus.marks import near
from microtasks.consensus.marks.matching import match
from microtasks.consensus.marks.score import Scene
from microtasks.consensus.marks.sums import Flags, firsts, least, ranks, total

#: How far a seed draws marks in, in usual scatters. Clusters cut too small merge later, so little hangs on it.
REACH = 3.0


def sow(scene: Scene, free: Ints) -> tuple[Ints, Ints]:
    """Return each free mark's new cluster (0, 1, ...) and each new cluster's task.

    Greedy, as in facility location: the densest mark of its surroundings takes each answer's nearest mark, and so on.
    """
    marks, answer = scene.marks[free], scene.table.answer[free]
    task = scene.table.task[free]
    reach = REACH * scene.scale.scatter
    left, right, apart = near.pairs(scene.space, marks, task, marks, task, reach)
    closeness = np.exp(-((apart / scene.scale.scatter) ** 2) / 2)
    slot = left * len(scene.table.answer_task) + answer[right]
    # By mark and answer, the nearest first: the same order serves every pass.
    order = np.lexsort((right, -closeness, slot))
    left, right, slot = left[order], right[order], slot[order]
    closeness = closeness[order]
    of = np.full(len(free), -1, dtype=np.int64)
    leaders: list[Ints] = []
    begun = 0
    while len(left):
        first = firsts(slot)
        lead = _leaders(marks, of, left, right, first, closeness)
        name = np.full(len(free), -1, dtype=np.int64)
        name[lead] = begun + np.arange(len(lead))
        drawn = first & (name[left] >= 0)
        cluster = name[left[drawn]]
        taken = match(right[drawn], _dense(slot[drawn]), closeness[drawn], cluster)
        of[right[drawn][taken]] = cluster[taken]
        leaders.append(lead)
        begun += len(lead)
        still = (of[left] < 0) & (of[right] < 0)
        left, right, slot = left[still], right[still], slot[still]
        closeness = closeness[still]
    lead = np.concatenate(leaders) if leaders else np.zeros(0, np.int64)
    return of, task[lead]


def _leaders(
    marks: Floats, of: Ints, left: Ints, right: Ints, first: Flags, closeness: Floats
) -> Ints:
    """Return the free marks that no denser one lies near; ties go by position."""
    density = total(left[first], closeness[first], len(of))
    rank = ranks(*marks.T[::-1], -density)
    best = least(left, rank[right], len(of), len(of))
    return np.flatnonzero((of < 0) & (best == rank))


def _dense(values: Ints) -> Ints:
    """Number the different values 0, 1, ... in their order."""
    _, index = np.unique(values, return_inverse=True)
    return index.astype(np.int64)
