from __future__ import annotations

import pytest

from microtasks.consensus import agreement

# The reliability data of Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", section C and D:
# four observers, twelve units; his results are 0.743 (nominal) and 0.849 (interval).
OBSERVERS = ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")
UNITS = {
    str(unit): [int(row[unit]) for row in OBSERVERS if row[unit] != "."]
    for unit in range(12)
}


def test_nominal_alpha_is_the_published_one():
    assert agreement.nominal(UNITS) == pytest.approx(0.743, abs=0.0005)


def test_interval_alpha_is_the_published_one():
    assert agreement.interval(UNITS) == pytest.approx(0.849, abs=0.0005)


def test_interval_alpha_does_not_feel_a_shift():
    moved = {unit: [value + 1e6 for value in given] for unit, given in UNITS.items()}
    assert agreement.interval(moved) == pytest.approx(agreement.interval(UNITS))


def test_perfect_agreement_is_one():
    assert agreement.nominal({"t": ["a", "a"], "u": ["b", "b"]}) == 1


@pytest.mark.parametrize(
    "answers", [{}, {"t": [1]}, {"t": [1], "u": [2]}, {"t": [1, 1], "u": [1, 1]}]
)
def test_alpha_is_undefined_without_pairs_or_without_variety(answers):
    assert agreement.nominal(answers) is None
    assert agreement.interval(answers) is None


def test_the_mean_leaves_out_what_is_undefined():
    assert agreement.mean([0.5, None, 0.7]) == pytest.approx(0.6)
    assert agreement.mean([None]) is None
