"""Bands that are one line: words strung together from left to right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from microtasks.slicing.lines.cores import Bands, Core
from microtasks.slicing.lines.runs import Mask

#: In x-heights: the widest gap between words, and the largest step up or down across it.
_GAP, _STEP = 5.0, 1.1


def joined(bands: Bands, chain: Sequence[int]) -> Core:
    """Return one middle for the bands of a line, straight across their gaps."""
    cores = [bands.cores[n] for n in chain]
    x = np.concatenate([np.arange(core.left, core.right) for core in cores])
    y = np.concatenate([core.middle for core in cores])
    order = np.argsort(x, kind="stable")
    place = np.arange(int(x.min()), int(x.max()) + 1)
    return Core(int(place[0]), np.interp(place, x[order], y[order]).astype(np.float32))


def strung(bands: Bands, own: Sequence[int]) -> list[list[int]]:
    """String bands together where each is the other's nearest, from the nearest pair on."""
    after: dict[int, int] = {}
    before: dict[int, int] = {}
    for _, n, m in sorted(_pairs(bands, own)):
        if n not in after and m not in before:
            after[n], before[m] = m, n
    chains = []
    for n in own:
        if n not in before:
            chain = [n]
            while chain[-1] in after:
                chain.append(after[chain[-1]])
            chains.append(chain)
    return chains


def _pairs(bands: Bands, own: Sequence[int]) -> list[tuple[float, int, int]]:
    """Return the pairs of bands that may follow one another, each with its cost."""
    if not own:
        return []
    unit = bands.x_height
    cores = [bands.cores[n] for n in own]
    left = np.array([core.left for core in cores])
    right = np.array([core.right for core in cores])
    ends = int(max(1, 2 * unit))
    first = np.array([core.middle[:ends].mean() for core in cores])
    last = np.array([core.middle[-ends:].mean() for core in cores])
    gap = left - right[:, None]
    step = abs(first - last[:, None])
    fits = (gap >= -unit) & (gap <= _GAP * unit) & (step <= _STEP * unit)
    fits &= left > left[:, None]
    pairs = []
    for n, m in np.argwhere(fits).tolist():
        if not _is_walled(bands.wall, cores[n], cores[m]):
            cost = float(max(gap[n, m], 0) + 4 * step[n, m])
            pairs.append((cost, own[n], own[m]))
    return pairs


def _is_walled(wall: Mask, one: Core, other: Core) -> bool:
    """Whether a rule or a gutter stands between two bands, at the height of either end or between."""
    left, right = min(one.right, other.left) - 1, max(one.right, other.left) + 1
    ends = sorted((float(one.middle[-1]), float(other.middle[0])))
    rows = slice(max(0, int(ends[0])), int(ends[1]) + 1)
    return bool(wall[rows, max(0, left) : right].any(axis=1).all())
