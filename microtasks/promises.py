"""Whether stated confidences are kept: of what is said with 0.9, nine in ten should turn out right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

import numpy as np

from microtasks.consensus import beta

BINS = 10
#: Below so many decisions neither a curve nor an error says anything.
FEWEST = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Decisions of like confidence: its mean, the share that was right with a 95 % interval, how many they are."""

    confidence: float
    right: float
    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True)
class Promises:
    """How often decisions were right, with a 95 % interval, and how far confidences were off on the average."""

    count: int
    accuracy: float
    low: float
    high: float
    error: float
    bins: tuple[Bin, ...]


def measure(told: Sequence[tuple[float, bool]]) -> Promises | None:
    """Compare confidences with what was right; None for fewer than ten decisions.

    The error is the expected calibration error over ten equal bins (Naeini, Cooper and Hauskrecht 2015).
    """
    if len(told) < FEWEST:
        return None
    by_bin: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in told:
        at = min(int(confidence * BINS), BINS - 1)
        by_bin.setdefault(at, []).append((confidence, right))
    bins = tuple(_bin(by_bin[at]) for at in sorted(by_bin))
    whole = _bin(told)
    gaps = (each.count * abs(each.confidence - each.right) for each in bins)
    error = fsum(gaps) / len(told)
    return Promises(len(told), whole.right, whole.low, whole.high, error, bins)


def _bin(told: Sequence[tuple[float, bool]]) -> Bin:
    right = sum(is_right for _, is_right in told)
    low, high = beta.interval(
        np.array([right + 0.5]), np.array([len(told) - right + 0.5])
    )
    confidence = fsum(confidence for confidence, _ in told) / len(told)
    share = right / len(told)
    return Bin(
        confidence,
        share,
        min(float(low[0]), share),
        max(float(high[0]), share),
        len(told),
    )
