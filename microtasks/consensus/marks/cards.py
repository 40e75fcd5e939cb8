"""What a fit decides for each task: the marks that are likelier real than not, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp

import numpy as np

from microtasks.consensus.exact import Floats
from microtasks.consensus.marks.crowd import Crowd
from microtasks.consensus.marks.fit import Fit, rounds
from microtasks.consensus.marks.scale import Scale
from microtasks.consensus.marks.space import Space
from microtasks.consensus.marks.sums import tally, total
from microtasks.consensus.marks.table import Table

#: The share of cases in which an object lies within its radius.
WITHIN = 0.95
#: The variance of a median, as a multiple of that of a mean of as many normal values.
MEDIAN_LOSS = np.pi / 2


@dataclass(frozen=True, slots=True)
class Card:
    """A task's marks by position, the chance that each is real, and the radius that holds its place (95 %).

    `confidence` is the chance that this selection is right: every mark that is kept is real, no candidate that was
    dropped is, and nothing is there that nobody marked. On crowded pictures it is small, as it should be.
    """

    marks: Floats
    chances: Floats
    radii: Floats
    confidence: float


def cards(fit: Fit) -> Mapping[str, Card]:
    """Return every task's card."""
    found, table = fit.clusters, fit.scene.table
    kept = fit.chance > 0.5
    doubt = np.where(kept, -np.logaddexp(0, -fit.scores.odds), 0.0)
    doubt -= np.where(kept, 0.0, np.logaddexp(0, fit.scores.odds))
    sure = total(found.task, doubt, len(table.tasks)) - missed(fit)
    radii = _radii(fit)
    ends = np.cumsum(tally(found.task[kept], len(table.tasks)))
    parts = (np.split(x[kept], ends[:-1]) for x in (found.centre, fit.chance, radii))
    return {
        task: Card(marks, chances, radius, exp(min(float(log_sure), 0.0)))
        for task, log_sure, marks, chances, radius in zip(
            table.tasks, sure, *parts, strict=True
        )
    }


def missed(fit: Fit) -> Floats:
    """Return how many real objects of each task nobody marked, as far as can be expected."""
    crowd, scene = fit.scene.crowd, fit.scene
    share = crowd.real_kinds @ crowd.ease / len(crowd.real_kinds)
    lost: Floats = crowd.objects * (np.exp(scene.unseen) @ share)
    return lost


def _radii(fit: Fit) -> Floats:
    """Return each cluster's radius in the unit of the space's distances: F-distributed, as its looseness is learnt."""
    scene, found, scores = fit.scene, fit.clusters, fit.scores
    worker = scene.table.worker[found.marks]
    weight = scene.table.answer_weight[scene.table.answer[found.marks]]
    firm = total(found.of, weight / scene.crowd.scatter[worker] ** 2, len(found.task))
    dims = scene.space.dims
    # Of two dimensions the quantile is exact; of others it serves for order only.
    tail = (1 - WITHIN) ** (-2 / scores.freedom) - 1
    loss = np.where(scores.marked > 2, MEDIAN_LOSS, 1.0)
    square = scores.freedom * tail * scores.looseness * loss / firm * dims / 2
    radius: Floats = np.sqrt(square) * scene.scale.scatter
    return radius


def decide(table: Table, space: Space, measure: Scale, crowd: Crowd) -> Card:
    """Decide one card by a crowd that is known: the live clock. Only how much the card holds is learnt from it."""
    if len(table.tasks) != 1:
        raise ValueError("one card is decided at a time")
    fitted = rounds(table, space, measure, crowd, learning=False)
    return cards(fitted)[table.tasks[0]]
