"""Whether stated confidences are kept, where it can be told at all: of what is said with 0.9, nine in ten should be right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from microtasks.consensus import beta, calibration
from microtasks.consensus.calibration import Bin

#: Below so many decisions neither a curve nor an error says anything.
FEWEST = 10


@dataclass(frozen=True, slots=True)
class Promises:
    """How often decisions were right, with a 95 % interval, and how far confidences were off on the average.

    `chance` is the error that exact confidences would show in so few decisions.
    """

    tasks: int
    accuracy: float
    low: float
    high: float
    error: float
    chance: float
    bins: tuple[Bin, ...]


def measure(told: Sequence[tuple[float, bool]]) -> Promises | None:
    """Compare each decision's confidence with whether it was right; None for fewer than ten decisions."""
    if len(told) < FEWEST:
        return None
    right = sum(is_right for _, is_right in told)
    wrong = len(told) - right
    low, high = beta.interval(np.array([right + 0.5]), np.array([wrong + 0.5]))
    found = calibration.measure(
        np.array([confidence for confidence, _ in told], np.float64),
        np.array([is_right for _, is_right in told], np.float64),
    )
    return Promises(
        len(told),
        right / len(told),
        float(low[0]),
        float(high[0]),
        found.error,
        found.chance,
        found.bins,
    )
