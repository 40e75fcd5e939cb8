"""Places on the earth: `[latitude, longitude]` in degrees, reckoned with as points of a sphere, in metres.

As points in space nothing is special about the poles or the antimeridian.
"""

from __future__ import annotations

from math import atan2, cos, degrees, hypot, radians, sin
from typing import ClassVar

import numpy as np

from microtasks.consensus.exact import Floats, Ints
from microtasks.consensus.marks.space import Space
from microtasks.consensus.marks.sums import firsts

#: The earth's mean radius in metres (IUGG).
RADIUS = 6_371_008.8
STEPS = 60
#: Marks nearer to a centre than this (in metres) weigh no more for being nearer: a tenth of a millimetre.
NEAREST = 1e-4


class Places(Space):
    """Rows of x, y, z in metres from the earth's centre: apart along the great circle."""

    dims: ClassVar[int] = 2

    def apart(self, one: Floats, other: Floats) -> Floats:
        """Return distances in metres."""
        chord = np.sqrt(((one - other) ** 2).sum(axis=1))
        arc: Floats = 2 * RADIUS * np.arcsin(np.minimum(chord / (2 * RADIUS), 1.0))
        return arc

    def finest(self, width: float) -> float:
        """Return a metre, however far from each other the places lie."""
        return min(1.0, width / 1000)

    def window(self, marks: Floats, reach: float) -> tuple[Floats, Floats, Floats]:
        """Use the way to the equator's plane as the line: no arc is shorter than what it rises."""
        return marks[:, 2], marks[:, 2] - reach, marks[:, 2] + reach

    def centres(
        self, of: Ints, marks: Floats, weights: Floats, levels: Floats
    ) -> Floats:
        """Return the weighted geometric median on the sphere (Weiszfeld's steps, with distances never quite zero)."""
        order = np.lexsort((weights, *marks.T, of))
        name, places, load = of[order], marks[order], weights[order]
        begins = np.flatnonzero(firsts(name))
        middle = _mean(begins, places, load)
        for _ in range(STEPS):
            away = np.sqrt(((places - middle[name]) ** 2).sum(axis=1))
            middle = _mean(begins, places, load / np.maximum(away, NEAREST))
        return middle

    def sizes(self, marks: Floats) -> Floats:
        """Places are all alike."""
        return np.ones(len(marks))


def _mean(begins: Ints, places: Floats, load: Floats) -> Floats:
    summed = np.add.reduceat(places * load[:, None], begins, axis=0)
    length = np.sqrt((summed**2).sum(axis=1, keepdims=True))
    # Marks that cancel out exactly (antipodes) have no middle; the first of them stands for it.
    lost = length[:, 0] <= 1e-9 * np.add.reduceat(load, begins) * RADIUS
    summed[lost] = places[begins[lost]]
    length = np.sqrt((summed**2).sum(axis=1, keepdims=True))
    mean: Floats = RADIUS * summed / length
    return mean


def to_space(latitude: float, longitude: float) -> tuple[float, float, float]:
    """Return a place as x, y, z in metres."""
    north, east = radians(latitude), radians(longitude)
    across = RADIUS * cos(north)
    return across * cos(east), across * sin(east), RADIUS * sin(north)


def to_degrees(x: float, y: float, z: float) -> tuple[float, float]:
    """Return latitude and longitude (from -180 to 180) of a point in space."""
    return degrees(atan2(z, hypot(x, y))), degrees(atan2(y, x))
