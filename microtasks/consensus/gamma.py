"""The gamma function's logarithm and the digamma function over arrays, which numpy does not have.

Both are shifted upwards by their recurrences and then summed by Stirling's asymptotic series (Abramowitz and
Stegun, 6.1.41 and 6.3.18); for positive arguments the relative error stays below 1e-10.
"""

from __future__ import annotations

from math import log, pi

import numpy as np

from microtasks.consensus.exact import Floats

#: Arguments are raised by this much before the series is used.
SHIFT = 8
#: So many at a time stay in a processor's nearest cache through the dozen passes over them.
BLOCK = 4096
_HALF_LOG_TAU = 0.5 * log(2 * pi)


def digamma(values: Floats) -> Floats:
    """Return the derivative of log gamma at each positive value."""
    flat = np.ascontiguousarray(values).reshape(-1)
    found = np.empty_like(flat)
    for begin in range(0, len(flat), BLOCK):
        found[begin : begin + BLOCK] = _digamma(flat[begin : begin + BLOCK])
    shaped: Floats = found.reshape(values.shape)
    return shaped


def _digamma(values: Floats) -> Floats:
    raised = values + SHIFT
    # The eight reciprocals 1/x to 1/(x + 7), paired from both ends and then again, need two divisions only.
    ends = values * (values + 7.0)
    outer = (2.0 * ends + 6.0) / (ends * (ends + 6.0))
    inner = (2.0 * ends + 22.0) / ((ends + 10.0) * (ends + 12.0))
    back = (2.0 * values + 7.0) * (outer + inner)
    inverse = 1.0 / raised
    square = inverse * inverse
    series = square * (
        1 / 12 - square * (1 / 120 - square * (1 / 252 - square * (1 / 240)))
    )
    found: Floats = np.log(raised) - 0.5 * inverse - series - back
    return found


def log_gamma(values: Floats) -> Floats:
    """Return log gamma at each positive value."""
    raised = values + SHIFT
    product = values.copy()
    for step in range(1, SHIFT):
        product *= values + step
    inverse = 1.0 / raised
    square = inverse * inverse
    series = inverse * (
        1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680)))
    )
    stirling = (raised - 0.5) * np.log(raised) - raised + _HALF_LOG_TAU + series
    found: Floats = stirling - np.log(product)
    return found
