"""How often each worker is right, shrunk towards the crowd: a few answers must neither shame nor crown anybody."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from microtasks.consensus import beta
from microtasks.consensus.exact import Floats, Ints, on_grid

#: Answers' worth of belief that a worker is like the crowd, and the crowd's own prior: right 17 times in 20.
STRENGTH = 4.0
CROWD_RIGHT, CROWD_GIVEN = 3.4, 4.0


@dataclass(frozen=True, slots=True)
class Rates:
    """Each worker's accuracy with the ends of its 95 % interval, and the answers it rests on."""

    accuracy: Floats
    low: Floats
    high: Floats
    answers: Ints


def rates(worker: Ints, right: Floats, people: int) -> Rates:
    """Estimate workers' accuracies from the probability that each of their answers is right.

    A worker's own answer took part in the decision it is held against, so this is agreement with the
    consensus: an upper estimate of accuracy where answers per task are few.
    """
    given = np.bincount(worker, minlength=people)
    hits = np.bincount(worker, weights=on_grid(right), minlength=people)
    crowd = (hits.sum() + CROWD_RIGHT) / (given.sum() + CROWD_GIVEN)
    alpha = hits + STRENGTH * crowd
    misses = np.maximum(given - hits, 0) + STRENGTH * (1 - crowd)
    # A crowd that was never seen to err leaves no misses; a thousandth keeps the beta proper.
    misses = np.maximum(misses, 1e-3)
    low, high = beta.interval(alpha, misses)
    mean = alpha / (alpha + misses)
    return Rates(mean, low, high, given)
