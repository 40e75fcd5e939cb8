"""The most central of several lines: what the others are aligned to, and what stands where nothing can be voted on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import fsum

import numpy as np
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

#: A line that nobody else wrote is never more certain than this, so that it alone meets no sensible policy.
MEDOID_CAP = 0.55


def spelling(texts: Sequence[str]) -> str:
    """Return the most frequent of several spellings, the first in sort order where they tie."""
    counts = Counter(texts)
    return min(counts, key=lambda text: (-counts[text], text))


def central(texts: Sequence[str], lines: Sequence[Sequence[int]]) -> int:
    """Return the position of the text nearest to all others in its letters and in its units together.

    Either is a normalised edit distance; `lines` has the units of each text. Of equally near ones it is the first.
    """
    apart = cdist(texts, texts, scorer=Levenshtein.normalized_distance, dtype=np.float64)  # fmt: skip
    apart += cdist(lines, lines, scorer=Levenshtein.normalized_distance, dtype=np.float64)  # fmt: skip
    costs = [fsum(row) for row in apart.tolist()]
    return costs.index(min(costs))


def medoid(texts: Sequence[str], weights: Sequence[float]) -> tuple[str, float]:
    """Return the text nearest to all others by edit distance, and how sure that makes us (at most MEDOID_CAP).

    Distances are divided by the longer length. Confidence is the weighted mean similarity to the other
    texts times the cap: a ranking of lines by how much they need a second look, not a calibrated probability.
    """
    pairs = sorted(zip(texts, weights, strict=True))
    ordered = [text for text, _ in pairs]
    apart = cdist(
        ordered, ordered, scorer=Levenshtein.normalized_distance, dtype=np.float64
    )
    loads = [weight for _, weight in pairs]
    costs = [
        fsum(float(d) * w for d, w in zip(row, loads, strict=True)) for row in apart
    ]
    best = min(range(len(ordered)), key=lambda index: (costs[index], index))
    others = fsum(loads) - loads[best]
    similarity = 1 - costs[best] / others if others > 0 else 1.0
    return ordered[best], MEDOID_CAP * max(similarity, 0.0)
