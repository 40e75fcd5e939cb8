"""Joining clusters that are one object: done wherever the joint cluster is likelier than the two."""

from __future__ import annotations

import numpy as np

from microtasks.consensus.exact import Floats, Ints
from microtasks.consensus.marks import near
from microtasks.consensus.marks.score import Clusters, Scene, Scores, clusters, score
from microtasks.consensus.marks.sums import Flags, firsts, least, ranks, runs, tally

#: Clusters whose centres lie farther apart than so many of the widest scatters are never tried.
REACH = 3.0
PASSES = 20


def settle(scene: Scene, of: Ints, task: Ints) -> tuple[Clusters, Scores]:
    """Merge until nothing gains by it; return the clusters, sorted by task and position, and their scores."""
    found, scores = _weighed(scene, of, task)
    for _ in range(PASSES):
        of, task, merged = _merge(scene, found, scores)
        if not merged:
            break
        found, scores = _weighed(scene, of, task)
    return found, scores


def _weighed(scene: Scene, of: Ints, task: Ints) -> tuple[Clusters, Scores]:
    everything = np.arange(len(of))
    size = tally(of, len(task))
    kept = np.flatnonzero(size)
    name = np.full(len(task), -1, dtype=np.int64)
    name[kept] = np.arange(len(kept))
    rough = clusters(scene, everything, name[of], task[kept])
    place = ranks(*rough.centre.T[::-1], rough.task)
    order = np.argsort(place)
    found = Clusters(
        everything, place[rough.of], rough.task[order], rough.centre[order]
    )
    return found, score(scene, found)


def _merge(scene: Scene, found: Clusters, scores: Scores) -> tuple[Ints, Ints, bool]:
    """Return the marks' clusters and the clusters' tasks after the best merges, and whether there were any."""
    one, other = _neighbours(scene, found)
    if not len(one):
        return found.of, found.task, False
    pair, mark = _members(found, one, other)
    kept = _nearest_of_each_answer(scene, found, pair, mark, len(one))
    joint = clusters(scene, mark[kept], pair[kept], found.task[one])
    gain = score(scene, joint).odds
    gain -= np.maximum(scores.odds[one], 0) + np.maximum(scores.odds[other], 0)
    chosen = _best(one, other, gain, len(found.task))
    of = found.of.copy()
    dropped = mark[chosen[pair]]
    of[dropped] = -1
    inside = kept & chosen[pair]
    of[mark[inside]] = one[pair[inside]]
    # What an answer had twice in the joint cluster stands alone again.
    alone = np.flatnonzero(of < 0)
    of[alone] = len(found.task) + np.arange(len(alone))
    task = np.concatenate([found.task, scene.table.task[alone]])
    return of, task, bool(chosen.any())


def _neighbours(scene: Scene, found: Clusters) -> tuple[Ints, Ints]:
    widest = float(scene.crowd.scatter.max())
    reach = REACH * widest * scene.scale.scatter
    one, other, _ = near.pairs(
        scene.space, found.centre, found.task, found.centre, found.task, reach
    )
    once = one < other
    return one[once], other[once]


def _members(found: Clusters, one: Ints, other: Ints) -> tuple[Ints, Ints]:
    """Return (pair, mark) for the marks of both clusters of each pair, sorted by pair."""
    by_cluster = np.argsort(found.of, kind="stable")
    size = tally(found.of, len(found.task))
    start = np.cumsum(size) - size
    both = np.stack([one, other], 1).ravel()
    which, position = runs(start[both], size[both])
    return which // 2, found.marks[by_cluster[position]]


def _nearest_of_each_answer(
    scene: Scene, found: Clusters, pair: Ints, mark: Ints, count: int
) -> Flags:
    """Say which members stay: of two marks of one answer the one nearer the middle of all members."""
    middle = clusters(scene, mark, pair, np.zeros(count, np.int64)).centre
    apart = scene.space.apart(scene.marks[mark], middle[pair])
    answer = pair * len(scene.table.answer_task) + scene.table.answer[mark]
    order = np.lexsort((mark, apart, answer))
    kept = np.zeros(len(mark), dtype=np.bool_)
    kept[order[firsts(answer[order])]] = True
    return kept


def _best(one: Ints, other: Ints, gain: Floats, count: int) -> Flags:
    """Say which pairs merge: those that gain, and more than any other pair of either cluster."""
    rank = ranks(other, one, -gain)
    best = np.minimum(
        least(one, rank, count, len(rank)), least(other, rank, count, len(rank))
    )
    chosen: Flags = (gain > 0) & (rank == best[one]) & (rank == best[other])
    return chosen
