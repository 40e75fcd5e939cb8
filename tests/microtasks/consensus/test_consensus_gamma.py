from __future__ import annotations

from math import lgamma

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from microtasks.consensus.gamma import digamma, log_gamma

POSITIVE = st.floats(1e-6, 1e8)
#: Euler's constant: digamma of one is its negative.
EULER = 0.5772156649015329


@given(value=POSITIVE)
def test_log_gamma_agrees_with_the_standard_library(value):
    assert log_gamma(np.array([value]))[0] == pytest.approx(
        lgamma(value), rel=1e-10, abs=1e-10
    )


@given(value=POSITIVE)
def test_digamma_climbs_by_the_reciprocal(value):
    low, high = digamma(np.array([value, value + 1]))
    assert high - low == pytest.approx(1 / value, rel=1e-6, abs=1e-11)


def test_digamma_has_its_known_values():
    found = digamma(np.array([1.0, 2.0, 0.5]))
    known = [-EULER, 1 - EULER, -EULER - 2 * np.log(2)]
    assert found == pytest.approx(known, abs=1e-10)
