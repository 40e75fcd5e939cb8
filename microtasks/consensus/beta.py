"""How sure one may be of a rate seen in a few trials: quantiles of the beta distribution, by numpy alone."""

from __future__ import annotations

import numpy as np

from microtasks.consensus.exact import Floats

POINTS = 801
CHUNK = 2_000


def interval(alpha: Floats, beta: Floats, mass: float = 0.95) -> tuple[Floats, Floats]:
    """Return the ends of the central interval that holds this mass of each Beta(alpha, beta).

    The density is integrated over log odds, where it has no spikes: x^alpha (1-x)^beta, smooth and log-concave.
    """
    parts = [
        _interval(alpha[i : i + CHUNK], beta[i : i + CHUNK], mass)
        for i in range(0, len(alpha), CHUNK)
    ]
    low = np.concatenate([part[0] for part in parts])
    high = np.concatenate([part[1] for part in parts])
    return low, high


def _interval(alpha: Floats, beta: Floats, mass: float) -> tuple[Floats, Floats]:
    mode = np.log(alpha / beta)
    # Tails fall off like exp(-alpha |z|) to the left and exp(-beta z) to the right; the middle like a normal.
    bell = 7 * np.sqrt(1 / alpha + 1 / beta)
    left, right = bell + 8 / alpha, bell + 8 / beta
    steps = np.linspace(0, 1, POINTS)
    odds = (mode - left)[:, None] + steps[None, :] * (left + right)[:, None]
    density = -alpha[:, None] * np.logaddexp(0, -odds)
    density -= beta[:, None] * np.logaddexp(0, odds)
    height = np.exp(density - density.max(axis=1, keepdims=True))
    area = np.cumsum((height[:, 1:] + height[:, :-1]) / 2, axis=1)
    area = np.concatenate([np.zeros((len(alpha), 1)), area], axis=1)
    area /= area[:, -1:]
    ends = ((1 - mass) / 2, (1 + mass) / 2)
    low, high = (
        np.array([np.interp(end, a, z) for a, z in zip(area, odds, strict=True)])
        for end in ends
    )
    return (1 + np.tanh(low / 2)) / 2, (1 + np.tanh(high / 2)) / 2
