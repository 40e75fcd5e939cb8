"""Krippendorff's alpha: agreement beyond chance, for any number of workers and with answers missing.

Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011): one minus the disagreement observed within
tasks over the disagreement expected if the same answers were dealt out at random.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from math import fsum

Answers = Mapping[str, Sequence[Hashable]]


def nominal(answers: Answers) -> float | None:
    """Return alpha for categories; None where it is undefined (no task answered twice, or one category only)."""
    pairable = [given for given in answers.values() if len(given) > 1]
    totals = Counter(value for given in pairable for value in given)
    size = totals.total()
    expected = size * size - sum(count * count for count in totals.values())
    if expected == 0:
        return None
    observed = fsum(_split_pairs(given) / (len(given) - 1) for given in pairable)
    return 1 - (size - 1) * observed / expected


def _split_pairs(given: Sequence[Hashable]) -> int:
    return len(given) ** 2 - sum(n * n for n in Counter(given).values())


def interval(answers: Mapping[str, Sequence[float]]) -> float | None:
    """Return alpha for numbers, disagreement being the squared difference; None where it is undefined."""
    pairable = [given for given in answers.values() if len(given) > 1]
    numbers = sorted(value for given in pairable for value in given)
    if not numbers or numbers[0] == numbers[-1]:
        return None
    # Differences do not feel a shift; a centre near the data keeps squares small and the subtraction exact enough.
    centre = numbers[len(numbers) // 2]
    expected = _squared_differences(numbers, centre)
    observed = fsum(
        _squared_differences(given, centre) / (len(given) - 1) for given in pairable
    )
    return 1 - (len(numbers) - 1) * observed / expected if expected else None


def _squared_differences(numbers: Sequence[float], centre: float) -> float:
    moved = [number - centre for number in numbers]
    return 2 * (len(moved) * fsum(x * x for x in moved) - fsum(moved) ** 2)


def mean(alphas: Iterable[float | None]) -> float | None:
    """Return the mean of those alphas that are defined."""
    defined = [alpha for alpha in alphas if alpha is not None]
    return fsum(defined) / len(defined) if defined else None
