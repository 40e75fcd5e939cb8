"""How far a page is turned, and turning it level."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from microtasks.slicing.lines.runs import Mask

#: Degrees to either side that are tried: a page more than this askew was meant so.
WIDEST = 7
#: Points of ink that are looked at.
_POINTS = 80_000


@dataclass(frozen=True, slots=True)
class Turn:
    """A picture of `old` size (height, width) turned level by `degrees`, which made it `new` size."""

    degrees: float
    old: tuple[int, int]
    new: tuple[int, int]

    def back(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return points x, y of the level picture as points of the picture it was made from."""
        angle = math.radians(self.degrees)
        x, y = points[:, 0] - self.new[1] / 2, points[:, 1] - self.new[0] / 2
        across = x * math.cos(angle) - y * math.sin(angle) + self.old[1] / 2
        down = x * math.sin(angle) + y * math.cos(angle) + self.old[0] / 2
        return np.stack([across, down], axis=1)


def angle(ink: Mask, x_height: int) -> float:
    """Return by how many degrees lines fall to the right: where the projection of the ink changes most from row to row.

    Postl's criterion (1986), found from coarse to fine down to a tenth of a degree.
    """
    y, x = np.nonzero(ink[::2, ::2])
    if len(y) > _POINTS:
        every = len(y) // _POINTS + 1
        y, x = y[::every], x[::every]
    window = np.ones(max(1, x_height // 6))

    def change(degrees: float) -> float:
        shifted = y - x * math.tan(math.radians(degrees))
        rows = np.bincount((shifted - shifted.min()).astype(np.int64))
        return float((np.diff(np.convolve(rows, window)) ** 2).sum())

    best = 0.0
    for step, reach in ((1.0, WIDEST - 1), (0.25, 4), (0.1, 3)):
        tried = [best + n * step for n in range(-reach, reach + 1)]
        best = max(tried, key=lambda d: (change(d), -abs(d))) if len(y) else 0.0
    return best


def level(ink: Mask, degrees: float) -> tuple[Mask, Turn]:
    """Return the ink turned so that lines which fall by so many degrees are level, nothing cut off."""
    picture = Image.fromarray(ink.astype(np.uint8) * 255)
    turned = picture.rotate(degrees, Image.Resampling.BILINEAR, expand=True)
    mask = np.asarray(turned) > 127
    return mask, Turn(degrees, ink.shape, mask.shape)
