from __future__ import annotations

import numpy as np
import pytest

from microtasks.consensus import calibration


def told(seed, size, bent=1.0):
    """Confidences, and truths that come with the confidences' own chances raised to a power."""
    rng = np.random.default_rng(seed)
    confidence = rng.uniform(0.5, 1, size)
    return confidence, (rng.random(size) < confidence**bent).astype(float)


@pytest.mark.parametrize("size", [30, 300, 3000])
def test_exact_confidences_have_no_error_beyond_chance(size):
    excess = [
        found.error - found.chance
        for seed in range(30)
        for found in [calibration.measure(*told(seed, size))]
    ]
    assert abs(np.mean(excess)) < 0.3 / size**0.5
    assert calibration.measure(*told(0, 30)).chance > calibration.measure(*told(0, 3000)).chance  # fmt: skip


def test_boasts_are_measured():
    found = calibration.measure(*told(1, 4000, bent=3))
    shortfall = np.mean(told(1, 4000)[0] - told(1, 4000)[0] ** 3)
    assert found.error == pytest.approx(shortfall, abs=0.02)
    assert found.excess > 0.15
    assert all(each.right < each.confidence for each in found.bins)


def test_the_curve_counts_every_decision_once():
    confidence = np.array([0.05, 0.1, 0.95, 1.0, 0.999])
    found = calibration.measure(confidence, np.array([0, 1, 1, 1, 0.0]))
    assert [each.tasks for each in found.bins] == [1, 1, 3]
    assert found.bins[2].right == pytest.approx(2 / 3)
    assert found.bins[2].low < 2 / 3 < found.bins[2].high
    assert found.tasks == 5


def test_losses_are_those_of_the_definition():
    found = calibration.measure(np.array([0.8, 0.6]), np.array([1.0, 0.0]))
    assert found.log_loss == pytest.approx(-(np.log(0.8) + np.log(0.4)) / 2)
    assert found.brier == pytest.approx((0.04 + 0.36) / 2)
    assert np.isfinite(calibration.measure(np.array([1.0]), np.array([0.0])).log_loss)


def test_order_changes_no_bit():
    confidence, right = told(2, 500)
    mixed = np.random.default_rng(0).permutation(500)
    assert calibration.measure(confidence, right) == calibration.measure(confidence[mixed], right[mixed])  # fmt: skip


def test_nothing_to_compare_is_refused():
    with pytest.raises(ValueError, match="no decisions"):
        calibration.measure(np.array([]), np.array([]))
