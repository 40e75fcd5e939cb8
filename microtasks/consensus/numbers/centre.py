"""One number's centre: the weighted median, how near the answers lie to it, and between which of them it lies."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import comb, fsum, sqrt

#: As for text: numbers that only lie near each other never meet a policy on their own.
MEDIAN_CAP = 0.55


def tidy(number: float) -> int | float:
    """Return whole numbers as int, so that 3 and 3.0 are one answer."""
    whole = isinstance(number, float) and number.is_integer() and abs(number) < 2**53
    return int(number) if whole else number


def median(
    numbers: Sequence[float], weights: Sequence[float], whole: bool = False
) -> int | float:
    """Return the weighted median: the mean of the two middle values, or the lower one where it must be whole."""
    pairs = sorted(zip(numbers, weights, strict=True))
    half = fsum(weight for _, weight in pairs) / 2
    low = _reaches(pairs, half)
    high = -_reaches(sorted((-number, weight) for number, weight in pairs), half)
    return tidy(low if whole or low == high else low / 2 + high / 2)


def _reaches(pairs: Sequence[tuple[float, float]], half: float) -> float:
    for end in range(1, len(pairs)):
        if fsum(weight for _, weight in pairs[:end]) >= half:
            return pairs[end - 1][0]
    return pairs[-1][0]


def closeness(
    numbers: Sequence[float], centre: float, span: float | None = None
) -> float:
    """Return how near the numbers lie to their centre: MEDIAN_CAP when all do, falling as they scatter.

    Scatter is the mean absolute deviation over the square root of the count, measured against the question's
    span where it has one, else against the centre's own size.
    """
    deviation = fsum(abs(number - centre) for number in numbers) / len(numbers)
    error = deviation / len(numbers) ** 0.5
    scale = span if span else max(abs(centre), 1.0)
    return float(MEDIAN_CAP / (1 + error / scale))


@cache
def _cut(size: int) -> int:
    """Return how many answers may be left out at each end: 2 P(Binomial(size, 1/2) <= cut) stays within 5 %."""
    if size > 1000:
        return int(size / 2 - 0.98 * sqrt(size) - 0.5)
    within, beyond = -1, 0.0
    while (beyond := beyond + comb(size, within + 1) / 2 ** (size - 1)) <= 0.05:
        within += 1
    return max(within, 0)


def likely_range(numbers: Sequence[float]) -> tuple[float, float]:
    """Return the answers between which a large crowd's median lies with a chance of 95 %, whatever the errors' shape.

    Each answer falls on either side of that median with even chances. Five answers or fewer hold it less surely
    even from end to end.
    """
    ordered, cut = sorted(numbers), _cut(len(numbers))
    return ordered[cut], ordered[len(ordered) - 1 - cut]
