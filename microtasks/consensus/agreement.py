"""Krippendorff's alpha: agreement beyond chance, for any number of workers and with answers missing.

Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011): one minus the disagreement observed within tasks over
the disagreement expected if the same answers were dealt out at random. What counts as disagreement depends on what was
answered: `nominal` for classes, `ordinal` for classes in an order, `interval` for numbers, `sets` for sets of options.
Each takes the answers by task and returns None where alpha is undefined: no task was answered twice, or nobody ever
differed in the whole table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from itertools import accumulate, chain
from math import fsum

import numpy as np

from microtasks.consensus import masi
from microtasks.consensus.exact import Ints

Answers = Mapping[str, Sequence[Hashable]]


def nominal(answers: Answers) -> float | None:
    """Return alpha for categories: two answers agree or they do not."""
    given = list(answers.values())
    lengths = np.array([len(each) for each in given], dtype=np.int64)
    unit = np.repeat(np.arange(len(given)), lengths)
    return of_classes(unit, _coded(list(chain.from_iterable(given))))


def of_classes(unit: Ints, code: Ints) -> float | None:
    """Return nominal alpha of answers as two parallel arrays: each one's task, and its class, both counted from 0."""
    lengths = np.bincount(unit)
    paired = lengths[unit] > 1
    unit, code = unit[paired], code[paired]
    counts, size = np.bincount(code).tolist(), len(code)
    expected = size * size - sum(count * count for count in counts)
    if expected == 0:
        return None
    cells, met = np.unique(unit * len(counts) + code, return_counts=True)
    alike = np.bincount(cells // len(counts), met * met, minlength=len(lengths))
    several = lengths > 1
    apart = (lengths**2 - alike)[several]
    return float(1 - (size - 1) * _observed(lengths[several], apart) / expected)


def ordinal(answers: Mapping[str, Sequence[float]]) -> float | None:
    """Return alpha for numbers that only stand for an order.

    Krippendorff's distance counts the answers between two grades, half of the grades' own included: the
    difference of their mid-ranks, so that this is interval alpha of ranks.
    """
    pairable = {task: given for task, given in answers.items() if len(given) > 1}
    counts = Counter(chain.from_iterable(pairable.values()))
    grades = sorted(counts)
    below = accumulate((counts[grade] for grade in grades), initial=0)
    rank = {grade: n + counts[grade] / 2 for n, grade in zip(below, grades, strict=False)}  # fmt: skip
    return interval(
        {task: [rank[x] for x in given] for task, given in pairable.items()}
    )


def interval(answers: Mapping[str, Sequence[float]]) -> float | None:
    """Return alpha for numbers, disagreement being the squared difference."""
    pairable = [given for given in answers.values() if len(given) > 1]
    numbers = sorted(chain.from_iterable(pairable))
    if not numbers or numbers[0] == numbers[-1]:
        return None
    # Differences do not feel a shift; a centre near the data keeps squares small and the subtraction exact enough.
    centre = numbers[len(numbers) // 2]
    expected = _squared_differences(numbers, centre)
    observed = fsum(
        _squared_differences(given, centre) / (len(given) - 1) for given in pairable
    )
    return 1 - (len(numbers) - 1) * observed / expected if expected else None


def sets(answers: Mapping[str, Sequence[Collection[str]]]) -> float | None:
    """Return alpha for sets of options by Passonneau's MASI distance: sets that overlap agree in part.

    Undefined also where more than `masi.MOST_SETS` different sets were answered: their pairs are too many.
    """
    pairable = [[frozenset(s) for s in given] for given in answers.values() if len(given) > 1]  # fmt: skip
    flat = list(chain.from_iterable(pairable))
    distinct = list(dict.fromkeys(flat))
    if not 1 < len(distinct) <= masi.MOST_SETS:
        return None
    code = {each: index for index, each in enumerate(distinct)}
    lengths = np.array([len(given) for given in pairable])
    unit = np.repeat(np.arange(len(pairable)), lengths)
    codes = np.array([code[each] for each in flat])
    ticks = masi.ticks(distinct)
    expected = masi.between_all(ticks, np.bincount(codes))
    observed = _observed(lengths, masi.within(ticks, unit, codes))
    return 1 - (len(flat) - 1) * observed / expected


def _coded(values: Sequence[Hashable]) -> Ints:
    code: dict[Hashable, int] = {}
    return np.array([code.setdefault(value, len(code)) for value in values], np.int64)


def _observed(lengths: Ints, apart: Iterable[float]) -> float:
    # Whole numbers are added up exactly within tasks of equal size, so that no order of tasks changes a bit.
    sums = np.bincount(lengths, weights=np.asarray(apart, dtype=np.float64))
    return fsum(total / (size - 1) for size, total in enumerate(sums.tolist()) if total)


def _squared_differences(numbers: Sequence[float], centre: float) -> float:
    moved = [number - centre for number in numbers]
    return 2 * (len(moved) * fsum(x * x for x in moved) - fsum(moved) ** 2)


def mean(alphas: Iterable[float | None]) -> float | None:
    """Return the mean of those alphas that are defined."""
    defined = [alpha for alpha in alphas if alpha is not None]
    return fsum(defined) / len(defined) if defined else None
