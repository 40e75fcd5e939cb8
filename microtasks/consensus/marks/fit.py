"""A whole crowd's marks at once: cluster, weigh, learn of the workers, and again."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from microtasks.consensus.exact import Floats, Ints
from microtasks.consensus.marks import crowd as crowds
from microtasks.consensus.marks import merging, near, score, seeds, skew
from microtasks.consensus.marks.crowd import EASE, Crowd, Findings
from microtasks.consensus.marks.matching import match
from microtasks.consensus.marks.scale import Scale, scale
from microtasks.consensus.marks.score import Clusters, Scene, Scores
from microtasks.consensus.marks.space import Space
from microtasks.consensus.marks.sums import sigmoid
from microtasks.consensus.marks.table import Table

ROUNDS = 10
#: Marks farther from a centre than so many of the widest scatters are not tried.
REACH = 4.0


@dataclass(frozen=True, slots=True)
class Fit:
    """What the crowd's marks imply: clusters sorted by task and position, each with its chance of being real."""

    scene: Scene
    clusters: Clusters
    scores: Scores
    chance: Floats


def fit(table: Table, space: Space) -> Fit:
    """Alternate between clustering all tasks and rereading all workers."""
    known = crowds.beforehand(table, space.sizes(table.marks))
    return rounds(table, space, scale(table, space), known, learning=True)


def rounds(
    table: Table, space: Space, measure: Scale, crowd: Crowd, *, learning: bool
) -> Fit:
    """Cluster and weigh a fixed number of times; between two times the crowd is reread, or only the tasks."""
    lesson = crowds.learn if learning else crowds.expect
    now = _once(score.scene(table, space, measure, crowd), None)
    for _ in range(ROUNDS - 1):
        crowd = lesson(crowd, table, _findings(now), measure.scatter)
        if space.skews and learning:
            crowd = replace(
                crowd, levels=skew.levels(now.scene, now.clusters, now.chance)
            )
        now = _once(score.scene(table, space, measure, crowd), now)
    return now


def _once(scene: Scene, before: Fit | None) -> Fit:
    of, task = _dealt(scene, before)
    free = np.flatnonzero(of < 0)
    new, new_task = seeds.sow(scene, free)
    of[free] = len(task) + new
    found, scores = merging.settle(scene, of, np.concatenate([task, new_task]))
    return Fit(scene, found, scores, sigmoid(scores.odds))


def _dealt(scene: Scene, before: Fit | None) -> tuple[Ints, Ints]:
    """Deal the marks out to the clusters of the round before, one of each answer to each; -1 for the rest."""
    of = np.full(len(scene.marks), -1, dtype=np.int64)
    if before is None:
        return of, np.zeros(0, np.int64)
    known, table = before.clusters, scene.table
    reach = REACH * float(scene.crowd.scatter.max()) * scene.scale.scatter
    mark, cluster, apart = near.pairs(
        scene.space, scene.marks, table.task, known.centre, known.task, reach
    )
    ease = before.scores.ease @ EASE
    skill = scene.crowd.skill[table.worker[mark]] + ease[cluster]
    apart = apart / scene.scale.scatter
    gain = score.gain(scene, mark, skill, apart, before.scores, cluster)
    worth = gain > 0
    mark, cluster, gain = mark[worth], cluster[worth], gain[worth]
    slot = cluster * len(table.answer_task) + table.answer[mark]
    _, dense = np.unique(slot, return_inverse=True)
    taken = match(mark, dense.astype(np.int64), gain, cluster)
    of[mark[taken]] = cluster[taken]
    return of, known.task


def _findings(now: Fit) -> Findings:
    scene, found, scores = now.scene, now.clusters, now.scores
    edges, dims = scene.crowd.edges, scene.space.dims
    scatter = scene.crowd.scatter[scene.table.worker]
    real = now.chance[found.of]
    # Of one mark alone nobody learns how far hands scatter; of few, the centre lies nearer than the object does.
    several = np.where(scores.marked[found.of] > 1, real, 0.0)
    square = (np.minimum(scores.apart, 1e3) * scatter) ** 2 / scores.looseness[found.of]
    offset = np.zeros_like(scene.marks)
    if scene.space.leans:
        offset = (scene.table.marks - found.centre[found.of]) / scene.scale.scatter
    return Findings(
        task=found.task,
        chance=now.chance,
        ease=scores.ease,
        kind=crowds.kind_of(scene.space.sizes(found.centre), edges),
        real=real,
        mark_kind=crowds.kind_of(scene.space.sizes(scene.marks), edges),
        offset=offset * several[:, None],
        square=square * several,
        freedom=several * dims * (1 - 1 / scores.marked[found.of]),
        placed=several,
        unseen=scene.unseen,
    )
