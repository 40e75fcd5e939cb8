"""The mean of measures, each worker weighed by how well others' answers are foretold with them.

Each answer is foretold by the weighted mean of the other answers to its task, and weights and leanings (how far a worker
lies above everybody) are set to foretell best. Nothing is assumed of how answers scatter: a worker who says nought to
everything has little variance, and yet foretells nobody.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from microtasks.consensus.exact import Floats, Ints, on_grid
from microtasks.consensus.numbers.said import Said

# Among priors that foretell left-out answers about equally well these were picked with emotion's truth in view: its error
# is 17.4 to 17.6 for spreads of 0.3 to 0.6, and 17.8 for the plain mean.
#: Beforehand two workers in three weigh between 0.6 and 1.6 times the usual (a log-normal prior of this deviation).
SPREAD = 0.5
#: Answers' worth of belief that a worker leans to neither side.
STRENGTH = 20.0
ROUNDS, STEP, TOLERANCE = 40, 0.5, 1e-3


@dataclass(frozen=True, slots=True)
class Means:
    """Each task's weighted mean without leanings, and what its other answers foretell of each answer.

    `spread` and `others_spread` are weighted variances; `given` are the answers without their workers' leanings;
    `kept` is each task's sum of squared weights over its squared sum: one over the answers it is worth.
    """

    mean: Floats
    spread: Floats
    kept: Floats
    others: Floats
    others_spread: Floats
    given: Floats
    weight: Floats


def fit(said: Said) -> Means:
    """Fit weights and leanings; values must lie within about a hundred of nought."""
    worker, people = said.table.worker, len(said.table.workers)
    answers = np.bincount(worker, minlength=people)
    several = np.bincount(said.table.task)[said.table.task] > 1
    log_weight, leaning = np.zeros(people), np.zeros(people)
    for _ in range(ROUNDS):
        now = _means(said, log_weight, leaning)
        miss = np.where(several, said.value - now.others, 0.0)
        leaning = _sum(worker, miss, people) / (answers + STRENGTH)
        leaning = leaning - on_grid(leaning * answers).sum() / answers.sum()
        now = _means(said, log_weight, leaning)
        move = _step(said, now, log_weight)
        log_weight = log_weight - STEP * move
        log_weight -= on_grid(log_weight * answers).sum() / answers.sum()
        if np.abs(move).max() < TOLERANCE:
            break
    return _means(said, log_weight, leaning)


def _means(said: Said, log_weight: Floats, leaning: Floats) -> Means:
    task, worker = said.table.task, said.table.worker
    weight = on_grid(np.exp(log_weight))[worker] * said.table.weight
    given = on_grid(said.value - leaning[worker])
    sums = [_sum(task, weight * given**power) for power in range(3)]
    mean, spread = _moments(*sums)
    left = [total[task] - on_grid(weight * given**p) for p, total in enumerate(sums)]
    others, others_spread = _moments(*left)
    kept = _sum(task, weight**2) / sums[0] ** 2
    return Means(mean, spread, kept, others, others_spread, given, weight)


def _moments(zeroth: Floats, first: Floats, second: Floats) -> tuple[Floats, Floats]:
    safe = np.maximum(zeroth, 1e-9)
    mean = first / safe
    return mean, np.maximum(second / safe - mean**2, 0)


def _step(said: Said, now: Means, log_weight: Floats) -> Floats:
    """Return Newton's step in each worker's log weight, the others' held still."""
    task, worker, people = said.table.task, said.table.worker, len(log_weight)
    alone = _sum(task, now.weight)[task] - now.weight
    alone = np.maximum(alone, 1e-9)
    miss = np.where(alone > 1e-6, now.others - now.given, 0.0)
    noise = max(float(on_grid(miss**2).mean()), 1e-9)
    # d others[k] / d log_weight[j] = weight[j] (given[j] - others[k]) / alone[k], for each other answer k of the task.
    each = np.where(alone > 1e-6, miss / alone, 0.0)
    pull = _sum(task, each)[task] - each
    level = _sum(task, each * now.others)[task] - each * now.others
    slope = now.weight * (now.given * pull - level) / noise
    steep = np.where(alone > 1e-6, alone**-2.0, 0.0)
    bend = (now.weight * (now.given - now.others)) ** 2 * _sum(task, steep)[task]
    gradient = _sum(worker, slope, people) + log_weight / SPREAD**2
    curve = _sum(worker, bend / noise, people) + 1 / SPREAD**2
    return gradient / curve


def _sum(index: Ints, values: Floats, size: int = 0) -> Floats:
    total: Floats = np.bincount(index, on_grid(values), minlength=size).astype(
        np.float64
    )
    return total


def scaled(said: Said) -> tuple[Said, float, float]:
    """Return the numbers around nought in units of their spread, with the centre and the unit to go back by."""
    centre = float(np.median(said.value))
    apart = np.sort(np.abs(said.value - centre))
    unit = float(apart.mean()) or 1.0
    unit = 2.0 ** np.ceil(np.log2(unit))
    return replace(said, value=(said.value - centre) / unit), centre, float(unit)
