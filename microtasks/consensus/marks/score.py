"""How likely it is that a cluster of marks is a real object, given who marked it and who saw the picture and did not.

After Welinder et al. (2010) and Branson, Van Horn and Perona, "Lean Crowdsourcing" (2017), with two additions: objects
are more and less easy to see, and more and less easy to place.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import lgamma, log, pi

import numpy as np

from microtasks.consensus.exact import Floats, Ints
from microtasks.consensus.marks.crowd import EASE, Crowd, kind_of, weights
from microtasks.consensus.marks.scale import Scale
from microtasks.consensus.marks.space import Space
from microtasks.consensus.marks.sums import tally, total
from microtasks.consensus.marks.table import Table

#: Answers' worth of belief that an object can be placed as well as others.
FIRMNESS = 4.0


@dataclass(frozen=True, slots=True)
class Scene:
    """The crowd's marks as one round sees them: leanings taken off, distances in units of the usual scatter."""

    table: Table
    space: Space
    scale: Scale
    crowd: Crowd
    marks: Floats
    #: log of how many strays an answer throws on a ball of the size of the scatter, for each mark
    strays: Floats
    #: log chance that nobody marks an object of each ease, by task
    unseen: Floats


@dataclass(frozen=True, slots=True)
class Clusters:
    """Clusters of marks: `of[i]` is the cluster of the i-th mark in `marks`; `task` and `centre` by cluster."""

    marks: Ints
    of: Ints
    task: Ints
    centre: Floats


@dataclass(frozen=True, slots=True)
class Scores:
    """By cluster: log odds of being real, share of each ease, looseness of its marks and its weight of evidence."""

    odds: Floats
    ease: Floats
    looseness: Floats
    freedom: Floats
    marked: Ints
    #: each mark's distance from its centre, in units of its worker's scatter
    apart: Floats


def scene(table: Table, space: Space, scale: Scale, crowd: Crowd) -> Scene:
    """Prepare what one round needs of the crowd as it is known now."""
    marks = table.marks - crowd.lean[table.worker]
    stray = crowd.stray[table.worker] * table.answer_marks[table.answer]
    stray = stray * crowd.stray_kinds[kind_of(space.sizes(marks), crowd.edges)]
    room = scale.log_room(space.dims)
    missed = -np.logaddexp(0, crowd.skill[table.answer_worker][:, None] + EASE)
    missed *= table.answer_weight[:, None]
    unseen = np.stack(
        [total(table.answer_task, column, len(table.tasks)) for column in missed.T], 1
    )
    return Scene(table, space, scale, crowd, marks, np.log(stray) - room, unseen)


def clusters(scene: Scene, marks: Ints, of: Ints, task: Ints) -> Clusters:
    """Find each cluster's centre: the weighted middle, weights being one over each worker's scatter."""
    weight = weights(scene.crowd)[scene.table.worker[marks]]
    weight = weight * scene.table.answer_weight[scene.table.answer[marks]]
    chosen = scene.marks[marks]
    # Where nobody marked anything there is nothing to be in the middle of.
    centre = (
        scene.space.centres(of, chosen, weight, scene.crowd.levels)
        if len(of)
        else chosen
    )
    return Clusters(marks, of, task, centre)


def gain(
    scene: Scene, mark: Ints, skill: Floats, apart: Floats, scores: Scores, of: Ints
) -> Floats:
    """Return how much likelier each mark is as one of cluster `of`'s than as a stray; `skill` is that of marking it.

    The next mark of a cluster whose looseness is uncertain lies as Student's t has it.
    """
    dims = scene.space.dims
    marked = scores.marked[of]
    freedom = scores.freedom[of]
    scatter = scene.crowd.scatter[scene.table.worker[mark]]
    spread = scatter * np.sqrt(scores.looseness[of])
    steps = _half_gammas(int(marked.max(initial=1)) + 1, dims)
    density = steps[marked] - steps[np.maximum(marked - 1, 0)]
    density -= dims / 2 * np.log(freedom * pi) + dims * np.log(spread)
    density -= (freedom + dims) / 2 * np.log1p((apart / spread) ** 2 / freedom)
    return skill + density - scene.strays[mark]


def score(scene: Scene, found: Clusters) -> Scores:
    """Weigh every cluster: the objects' place, ease and looseness are integrated out, not guessed."""
    table, dims, count = scene.table, scene.space.dims, len(found.task)
    worker = table.worker[found.marks]
    weight = table.answer_weight[table.answer[found.marks]]
    scatter = scene.crowd.scatter[worker]
    lengths = scene.space.apart(scene.marks[found.marks], found.centre[found.of])
    apart = lengths / scene.scale.scatter / scatter
    told = scene.crowd.skill[worker] - scene.strays[found.marks]
    told -= dims * np.log(scatter) + dims / 2 * log(2 * pi)
    evidence = total(found.of, weight * told, count)
    firm = total(found.of, weight / scatter**2, count)
    evidence += dims / 2 * np.log(2 * pi / firm) - scene.scale.log_room(dims)
    marked = tally(found.of, count)
    squares = total(found.of, weight * np.minimum(apart, 1e3) ** 2, count)
    freedom: Floats = FIRMNESS + dims * (marked - 1).astype(np.float64)
    evidence += _half_gammas(int(marked.max(initial=1)), dims)[marked - 1]
    evidence += FIRMNESS / 2 * log(FIRMNESS / 2) - lgamma(FIRMNESS / 2)
    evidence -= freedom / 2 * np.log((FIRMNESS + squares) / 2)
    kind = kind_of(scene.space.sizes(found.centre), scene.crowd.edges)
    by_ease = scene.unseen[found.task] + np.log(scene.crowd.ease)[kind]
    by_ease += total(found.of, weight, count)[:, None] * EASE
    top = by_ease.max(axis=1, keepdims=True)
    shares: Floats = np.exp(by_ease - top)
    sums: Floats = shares.sum(axis=1, keepdims=True)
    objects = scene.crowd.objects[found.task] * scene.crowd.real_kinds[kind]
    odds = evidence + (top + np.log(sums))[:, 0] + np.log(objects)
    looseness: Floats = (FIRMNESS + squares) / freedom
    return Scores(odds, shares / sums, looseness, freedom, marked, apart)


def _half_gammas(count: int, dims: int) -> Floats:
    """Return the logarithm of gamma of half the freedom of clusters of 1, 2, ... marks."""
    return np.array([lgamma((FIRMNESS + dims * n) / 2) for n in range(count + 1)])
