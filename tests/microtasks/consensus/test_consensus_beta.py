from __future__ import annotations

from math import comb

import numpy as np
import pytest

from microtasks.consensus import beta
from microtasks.consensus.reliability import rates


def below(x: float, alpha: int, beta_: int) -> float:
    """The beta distribution function for whole parameters, as the tail of a binomial."""
    trials = alpha + beta_ - 1
    return sum(
        comb(trials, k) * x**k * (1 - x) ** (trials - k)
        for k in range(alpha, trials + 1)
    )


@pytest.mark.parametrize(
    ("alpha", "beta_"), [(1, 1), (3, 1), (1, 7), (10, 2), (50, 60), (300, 2)]
)
def test_the_interval_holds_its_mass(alpha, beta_):
    low, high = beta.interval(np.array([float(alpha)]), np.array([float(beta_)]))
    assert below(float(low[0]), alpha, beta_) == pytest.approx(0.025, abs=5e-4)
    assert below(float(high[0]), alpha, beta_) == pytest.approx(0.975, abs=5e-4)


def test_extremes_stay_inside_zero_and_one():
    low, high = beta.interval(np.array([1e6, 0.001, 4.0]), np.array([0.001, 1e6, 1e-3]))
    assert np.isfinite(low).all()
    assert ((low >= 0) & (high <= 1) & (low <= high)).all()


def test_few_answers_neither_shame_nor_crown():
    worker = np.array([0] * 100 + [1] + [2])
    right = np.array([0.9] * 100 + [0.0] + [1.0])
    found = rates(worker, right, 4)
    assert found.answers.tolist() == [100, 1, 1, 0]
    assert 0.6 < found.accuracy[1] < found.accuracy[0] < found.accuracy[2] < 0.95
    assert found.low[3] < 0.5
    assert found.high[0] - found.low[0] < 0.2
