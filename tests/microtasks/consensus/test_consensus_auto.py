"""Guards on ten real crowds with one set of defaults: right as often, and as sure, as was measured less a margin.

They guard against falling back and forecast nothing: some constants were chosen with these crowds' truth in view
(docs/decisions/008 says which, and what becomes of another crowd).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest

from microtasks.consensus.categories import methods, temperature
from microtasks.consensus.categories.table import factorise
from microtasks.promises import measure
from tests import crowds

#: Vote shares are smoothed before their logarithm is taken, as `majority` smooths them.
LEAST = 1e-6


@dataclass(frozen=True)
class Decided:
    auto: np.ndarray
    majority: np.ndarray
    truth: np.ndarray  # class of each task, -1 where it is not known

    def accuracy(self, belief):
        known = self.truth >= 0
        return 100 * (belief[known].argmax(axis=1) == self.truth[known]).mean()

    def log_loss(self, belief):
        rows = np.flatnonzero(self.truth >= 0)
        return -np.log(np.maximum(belief[rows, self.truth[rows]], LEAST)).mean()


@cache
def decided(name: str) -> Decided:
    ballots, truth = crowds.load(name)
    labels = sorted({ballot.value for ballot in ballots} | set(truth.values()))
    at = {label: index for index, label in enumerate(labels)}
    table = factorise(
        [(b.task, b.worker, at[b.value], False) for b in ballots], len(at)
    )
    known = np.array([at[truth[t]] if t in truth else -1 for t in table.tasks])
    both = (methods.posterior(table, method) for method in ("auto", "majority"))
    return Decided(*both, known)


def off(belief, truth, seed=0):
    """Return the expected calibration error beyond what a perfectly calibrated method of that size would show."""
    rows = np.flatnonzero(truth >= 0)
    sure = belief[rows].max(axis=1)
    right = belief[rows].argmax(axis=1) == truth[rows]
    rng = np.random.default_rng(seed)
    chance = [error(sure, rng.random(len(sure)) < sure) for _ in range(20)]
    return max(0.0, error(sure, right) - float(np.mean(chance)))


def error(sure, right):
    return measure(list(zip(sure.tolist(), right.tolist(), strict=True))).error


def test_the_default_is_right_more_often_than_majority_on_every_crowd():
    found = {name: decided(name) for name in crowds.LABELLED}
    auto = {name: of.accuracy(of.auto) for name, of in found.items()}
    plain = {name: of.accuracy(of.majority) for name, of in found.items()}
    behind = {name for name in found if auto[name] < plain[name] - 0.5}
    assert behind == set()
    assert sum(auto.values()) / len(auto) >= 83.0


def test_confidences_are_kept_on_every_crowd():
    found = [decided(name) for name in crowds.LABELLED]
    offs = [off(of.auto, of.truth) for of in found]
    assert np.mean(offs) <= 0.06
    assert max(offs) <= 0.12


@pytest.mark.parametrize("name", crowds.LABELLED)
def test_probabilities_say_more_than_vote_shares(name):
    of = decided(name)
    assert of.log_loss(of.auto) < of.log_loss(of.majority)


def test_thirty_tasks_of_known_truth_mend_the_confidences():
    rng = np.random.default_rng(3)
    offs = []
    for name in crowds.LABELLED:
        of = decided(name)
        for _ in range(4):
            gold = rng.choice(np.flatnonzero(of.truth >= 0), 30, replace=False)
            told = {int(task): int(of.truth[task]) for task in gold}
            mended = temperature.calibrated(of.auto, told)
            rest = of.truth.copy()
            rest[gold] = -1
            offs.append(off(mended, rest))
    assert np.mean(offs) <= 0.05
