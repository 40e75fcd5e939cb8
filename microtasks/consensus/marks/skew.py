"""Where the middle of skewed errors lies: which quantile of each column the crowd's own scatter makes likeliest.

People draw boxes rather too wide than too tight. If errors fall off exponentially, but slower to one side (asymmetric
Laplace, Koenker and Machado 1999), the likeliest centre is a quantile, and which one shows in how the marks of one
object lie about each other: no truth is needed.
"""

from __future__ import annotations

import numpy as np

from microtasks.consensus.exact import Floats, Ints
from microtasks.consensus.marks.crowd import weights
from microtasks.consensus.marks.score import Clusters, Scene
from microtasks.consensus.marks.sums import tally, total

#: Beyond the quartiles a quarter of strays could move a centre.
LEVELS = np.arange(25, 76, 5) / 100
#: Only objects of so many marks show a skew, and only so many of them together.
FEWEST_MARKS, FEWEST_OBJECTS = 4, 20
SURE = 0.9


def levels(scene: Scene, found: Clusters, chance: Floats) -> Floats:
    """Return the likeliest quantile of each column; the median where too little is known."""
    middle = np.full(scene.marks.shape[1], 0.5)
    clear = (tally(found.of, len(found.task)) >= FEWEST_MARKS) & (chance > SURE)
    if clear.sum() < FEWEST_OBJECTS:
        return middle
    name = np.cumsum(clear) - 1
    kept = clear[found.of]
    of = name[found.of[kept]]
    marks = scene.marks[found.marks[kept]]
    load = weights(scene.crowd)[scene.table.worker[found.marks[kept]]]
    size = np.sqrt(scene.space.sizes(found.centre))[clear][of]
    for column in range(len(middle)):
        heights = _likelihoods(of, marks[:, column] / size, load)
        # Each level's likelihood flatters it by its centres' freedom; what is left must outweigh one more parameter.
        free = len(of) - int(of.max()) - 1
        best = int(np.argmax(heights))
        if free * (heights[best] - heights[len(LEVELS) // 2]) > np.log(free):
            middle[column] = LEVELS[best]
    return middle


def _likelihoods(of: Ints, values: Floats, load: Floats) -> Floats:
    """Return the mean log likelihood of each level, the scale and every centre being the likeliest."""
    order = np.lexsort((load, values, of))
    of, values, load = of[order], values[order], load[order]
    ends = np.cumsum(tally(of, int(of.max()) + 1))
    reached = np.cumsum(load)
    before = np.concatenate([[0.0], reached])[np.concatenate([[0], ends[:-1]])]
    found = np.empty(len(LEVELS))
    for index, level in enumerate(LEVELS.tolist()):
        target = before + level * (reached[ends - 1] - before)
        centre = values[np.minimum(np.searchsorted(reached, target), ends - 1)]
        away = (values - centre[of]) * load
        cost = np.where(away > 0, level, level - 1) * away
        mean = float(total(np.zeros(len(of), np.int64), cost, 1)[0]) / len(of)
        found[index] = np.log(level * (1 - level)) - np.log(max(mean, 1e-12))
    return found
