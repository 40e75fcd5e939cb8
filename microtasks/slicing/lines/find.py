"""Lines of text in a grey picture, from beginning to end: numbers in, lines out; nothing learned, nothing random."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from microtasks.slicing.lines import (
    boxes,
    chains,
    cores,
    ink,
    letters,
    rules,
    runs,
    satellites,
    shares,
    skew,
)
from microtasks.slicing.lines.boxes import Box, Strip
from microtasks.slicing.slicer import Line, Region

#: Words and lines of a page that can be told apart at this size; a picture with more is a pattern, and is not read.
MOST_BANDS = 2500


def find(grey: NDArray[np.uint8]) -> tuple[Line, ...]:
    """Return the lines of text of a page, in its pixels, in no particular order.

    `grey` is brightness, rows x columns, with small letters some 10 to 40 pixels high.
    """
    dark = ink.mask(grey)
    rough = ink.without_solids(dark, ink.x_height(dark))
    level, turn = skew.level(dark, skew.angle(rough, ink.x_height(rough)))
    strips = _strips(level, ink.x_height(skew.level(rough, turn.degrees)[0]))
    found = [_box(strip, turn) for strip in strips]
    boxes.apart(found)
    return tuple(_line(box, grey.shape) for box in found)


def _strips(level: runs.Mask, guess: int) -> list[Strip]:
    """Return the lines of level ink, whose x-height is guessed while rules and edges are still in the way."""
    unit = ink.x_height(_text(level, guess)[0])
    text, upright = _text(level, unit)
    bands = cores.find(text, upright, unit)
    if len(bands.cores) > MOST_BANDS:
        return []
    strokes = runs.blobs(text)
    strung = chains.strung(bands, satellites.lines(bands, strokes))
    middles = [chains.joined(bands, chain) for chain in strung]
    owner = shares.owners(bands, middles, strung, strokes)
    strips = []
    for number, middle in enumerate(middles):
        mine = np.flatnonzero(owner == number)
        if len(mine) and letters.are(strokes, mine, unit):
            strips.append(boxes.strip(middle, bands.cell, strokes, mine, unit))
    return strips


def _text(level: runs.Mask, unit: int) -> tuple[runs.Mask, runs.Mask]:
    """Return the ink that may be text, and the ink of upright rules."""
    upright = rules.vertical(level, unit)
    text = level & ~upright & ~rules.horizontal(level, unit)
    return ink.without_solids(text, unit), upright


def _box(strip: Strip, turn: skew.Turn) -> Box:
    """Return a strip as a rectangle of the picture as it came."""
    top, bottom, middle, base, hem = (
        turn.back(np.stack([strip.x, strip.y + offset], axis=1))
        for offset in (
            -strip.above,
            strip.below,
            0.0,
            strip.base,
            strip.base + strip.margin,
        )
    )
    both = np.concatenate([top, bottom])
    left, high = both.min(axis=0)
    right, low = both.max(axis=0)
    return Box(float(left), float(high), float(right), float(low), middle, base, hem)


def _line(box: Box, shape: tuple[int, ...]) -> Line:
    """Return a rectangle in whole pixels, inside the picture."""
    left, top = max(0, int(box.left)), max(0, int(box.top))
    right = max(left + 1, min(shape[1], -int(-box.right // 1)))
    bottom = max(top + 1, min(shape[0], -int(-box.bottom // 1)))
    region = Region(left, top, right - left, bottom - top)
    return Line(region, tuple((round(x), round(y)) for x, y in box.base.tolist()))
