"""Counting equal numbers: how often each worker is among those who hit the same one, and how sure each number is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from microtasks.consensus.exact import LOG_BITS, Floats, on_grid
from microtasks.consensus.live import SUREST, SUSPICIOUS_ODDS, WORST_ODDS
from microtasks.consensus.numbers.said import Groups, Said

#: A worker's reliability before any answer, and the answers' worth of belief in it.
USUAL, STRENGTH = 0.85, 4.0
ROUNDS = 6
TOLERANCE = 1e-4


@dataclass(frozen=True, slots=True)
class Fit:
    """Each group's chance of being the true number, and each worker's reliability."""

    chance: Floats
    reliability: Floats


def fit(said: Said, same: Groups, coincidence: float, known: Floats) -> Fit:
    """Alternate between deciding every task and re-reading every worker, a fixed number of rounds.

    Wrong answers coincide as rarely as `coincidence` says; that all are wrong is a candidate too. `known` has each
    task's settled value or nan.
    """
    people, told = len(said.table.workers), known[same.task]
    sure = ~np.isnan(told)
    # Where no two answers are equal nobody was shown right or wrong: such a task says nothing of its workers.
    telling = np.zeros(len(known), dtype=np.bool_)
    telling[same.task[same.size > 1]] = True
    telling |= ~np.isnan(known)
    counts = telling[said.table.task]
    given = np.bincount(said.table.worker[counts], minlength=people)
    reliability = np.full(people, USUAL)
    for _ in range(ROUNDS):
        chance = _chances(said, same, reliability, coincidence)
        chance[sure] = same.value[sure] == told[sure]
        right = chance[same.of][counts]
        hits = np.bincount(said.table.worker[counts], right, minlength=people)
        reliability = (hits + STRENGTH * USUAL) / (given + STRENGTH)
    return Fit(chance, reliability)


def _chances(
    said: Said, same: Groups, reliability: Floats, coincidence: float
) -> Floats:
    wrong = 1 / coincidence
    right = np.clip(reliability, WORST_ODDS / (WORST_ODDS + wrong), SUREST)
    each = right[said.table.worker]
    hasty = SUSPICIOUS_ODDS / (SUSPICIOUS_ODDS + wrong)
    each = np.where(said.table.weight < 1, np.minimum(each, hasty), each)
    odds = on_grid(np.log(each / (1 - each)), LOG_BITS)
    score = np.bincount(same.of, odds) - (same.size - 1) * np.log(coincidence)
    top = np.zeros(len(said.table.tasks))
    np.maximum.at(top, same.task, score)
    raw = on_grid(np.exp(score - top[same.task]))
    total = np.bincount(same.task, raw, minlength=len(top)) + np.exp(-top)
    chance: Floats = on_grid(raw / total[same.task])
    return chance


def exactness(said: Said, same: Groups) -> float:
    """Return how often an answer is the true number exactly, popularity of numbers considered, by EM.

    An answer hits its task's number or falls anywhere with the frequency of all answers: that everybody says
    nought to everything is no sign that they know it is nought.
    """
    values, code = np.unique(same.value, return_inverse=True)
    sizes = same.size.astype(np.float64)
    popular = np.bincount(code, sizes)
    size, often, falls = popular.sum(), popular / popular.sum(), popular / popular.sum()
    tasks, hit = len(said.table.tasks), 0.5
    for _ in range(10 * ROUNDS):
        gain = sizes * np.log1p(hit / (1 - hit) / falls[code]) + np.log(often[code])
        none = np.log(np.maximum(1 - np.bincount(same.task, on_grid(often)[code], minlength=tasks), 1e-9))  # fmt: skip
        top = none.copy()
        np.maximum.at(top, same.task, gain)
        raw = on_grid(np.exp(gain - top[same.task]))
        total = np.bincount(same.task, raw, minlength=tasks) + np.exp(none - top)
        chance = on_grid(raw / total[same.task])
        hits = on_grid(chance * sizes * hit / (hit + (1 - hit) * falls[code]))
        before, hit = hit, (hits.sum() + 1) / (size + 2)
        stray = np.maximum(popular - np.bincount(code, hits), 0) + 0.5
        falls = stray / (popular - np.bincount(code, hits) + 0.5).sum()
        often = (np.bincount(code, chance) + 0.5) / (tasks + 0.5 * len(values))
        if abs(hit - before) < TOLERANCE:
            break
    return float(hit)
