"""A picture as shades of grey, made small enough to be thought about: what finders of lines look at."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyvips
from numpy.typing import NDArray

from microtasks.errors import InvalidInput
from microtasks.pictures import kinds, loading


def grey(path: Path, most_pixels: int) -> NDArray[np.uint8]:
    """Return a picture's brightness as rows x columns, upright, shrunk to at most so many pixels.

    Decoded from top to bottom, so that memory holds the small picture only.
    """
    image = loading.upright(path, kinds.read_kind(path))
    try:
        image = image.flatten(background=255) if image.hasalpha() else image
        image = loading.to_srgb(image).colourspace("b-w").cast("uchar")
        pixels = image.width * image.height
        if pixels > most_pixels:
            image = image.resize((most_pixels / pixels) ** 0.5)
        raw = image.write_to_memory()
    except pyvips.Error as error:
        raise InvalidInput(loading.DAMAGED) from error
    return np.frombuffer(raw, np.uint8).reshape(image.height, image.width)
