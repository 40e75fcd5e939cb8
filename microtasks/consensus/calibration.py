"""Whether a stated confidence of 0.9 is right nine times in ten: the reliability curve and what it comes to.

The expected calibration error (Naeini, Cooper and Hauskrecht 2015) is the mean distance between confidence and the share
that is right over ten equal bins. It is never nought in a finite sample, so it is told with what a method whose
confidences are exact would show on these very confidences, and with the difference.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from microtasks.consensus import beta
from microtasks.consensus.exact import Floats, Ints

BINS = 10
#: Simulated crowds that show what chance does to exact confidences, fewer of large ones.
DRAWS, MOST_DRAWN = 400, 10_000_000
#: Confidences are held within this of nought and one, so that one error does not make a log loss infinite.
EDGE = 1e-6


@dataclass(frozen=True, slots=True)
class Bin:
    """Decisions of like confidence: their mean, the share that is right with its 95 % interval, their number."""

    confidence: float
    right: float
    low: float
    high: float
    tasks: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """How confidences compare with what is right; `chance` is the error that exact ones would show.

    `log_loss` (nats) and `brier` are of the statement "this decision is right".
    """

    tasks: int
    error: float
    chance: float
    log_loss: float
    brier: float
    bins: tuple[Bin, ...]

    @property
    def excess(self) -> float:
        """Return the error beyond chance, not below nought."""
        return max(self.error - self.chance, 0.0)


def measure(confidence: Floats, right: Floats) -> Calibration:
    """Compare confidences with what is right (1.0 or 0.0), in any order."""
    if not len(confidence):
        raise ValueError("there are no decisions to compare")
    order = np.lexsort((right, confidence))
    told, truth = confidence[order], right[order]
    place = np.minimum((told * BINS).astype(np.int64), BINS - 1)
    held = np.clip(told, EDGE, 1 - EDGE)
    likely = np.where(truth > 0, held, 1 - held)
    return Calibration(
        len(told),
        float(_error(place, told, truth[None])[0]),
        _by_chance(place, told),
        float(-np.log(likely).mean()),
        float(((told - truth) ** 2).mean()),
        tuple(_bin(told[place == at], truth[place == at]) for at in np.unique(place)),
    )


def _error(place: Ints, told: Floats, truth: Floats) -> Floats:
    """Return the error of each row of truths (draws, tasks)."""
    rows = [np.abs(np.bincount(place, each - told, minlength=BINS)) for each in truth]
    error: Floats = np.array(rows).sum(axis=1) / len(told)
    return error


def _by_chance(place: Ints, told: Floats) -> float:
    rng = np.random.default_rng(0)
    draws = max(10, min(DRAWS, MOST_DRAWN // len(told)))
    errors = [
        _error(place, told, (rng.random(len(told)) < told).astype(np.float64)[None])[0]
        for _ in range(draws)
    ]
    return float(np.mean(errors))


def _bin(told: Floats, truth: Floats) -> Bin:
    hits, size = float(truth.sum()), len(truth)
    low, high = beta.interval(np.array([hits + 0.5]), np.array([size - hits + 0.5]))
    return Bin(float(told.mean()), hits / size, float(low[0]), float(high[0]), size)
