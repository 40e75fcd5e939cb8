"""The invisible text over a page's picture: each line on its baseline, each word where it stands."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from microtasks.layout.page import Line, Page, Word, box
from microtasks.layout.pdf.font import ADVANCE, Codes
from microtasks.layout.pdf.visual import ended, runs_right

#: The share of a line's box that its letters' size is, and that lies below its baseline, where nothing says it.
_SIZE, _BELOW = 0.75, 0.2


@dataclass(frozen=True, slots=True)
class _Track:
    """Where a line runs, in pixels: from a point, in a direction, so far, with letters of a size."""

    x: float
    y: float
    right: float
    down: float
    length: float
    size: float

    def along(self, x: float, y: float) -> float:
        """Return how far along the line a point lies."""
        return (x - self.x) * self.right + (y - self.y) * self.down


def operators(page: Page, codes: Codes, scale: float) -> str:
    """Return a PDF's text operators for all lines in reading order; `scale` is points per pixel.

    Each line ends with a line feed, so that a hyphen stays a hyphen and cells of one row stay apart.
    """
    said = ["BT", "3 Tr"]
    for line in page.lines:
        if line.text:
            said += _line(line, page.height, codes, scale)
    return "\n".join([*said, "ET"])


def _line(line: Line, height: int, codes: Codes, scale: float) -> Iterator[str]:
    track = _track(line)
    yield f"/F {_number(track.size * scale)} Tf"
    for text, start, end in _stretches(line, track):
        natural = ADVANCE * track.size * len(text)
        x, y = track.x + start * track.right, track.y + start * track.down
        # Down is up in a PDF: what falls to the right on the picture has a negative sine.
        turn = [track.right, -track.down, track.down, track.right]
        place = [x * scale, (height - y) * scale]
        yield " ".join(map(_number, turn + place)) + " Tm"
        yield f"{_number(100 * (end - start) / natural)} Tz <{codes.hexadecimal(text)}> Tj"


def _track(line: Line) -> _Track:
    left, top, right, bottom = box(line.polygon)
    size = max((bottom - top) * _SIZE, 1.0)
    ends = sorted((line.baseline[0], line.baseline[-1])) if line.baseline else []
    if not ends or ends[0] == ends[1]:
        y = round(bottom - (bottom - top) * _BELOW)
        ends = [(left, y), (right, y)]
    (x0, y0), (x1, y1) = ends
    length = math.hypot(x1 - x0, y1 - y0)
    return _Track(x0, y0, (x1 - x0) / length, (y1 - y0) / length, length, size)


def _stretches(line: Line, track: _Track) -> list[tuple[str, float, float]]:
    """Return the line in pieces with where they begin and end along its track.

    A word reaches to the next one's beginning, its space with it. Words that touch are one piece: of two equal
    letters where pieces meet PDFium drops one. Where the words do not stand one after the other, or run from right
    to left, the line is one piece.
    """
    whole = [(ended(line.text), 0.0, track.length)]
    if not line.words or runs_right(line.text):
        return whole
    runs: list[list[Word]] = []
    for spaced, word in zip(line.gaps or (), line.words, strict=True):
        if spaced or not runs:
            runs.append([])
        runs[-1].append(word)
    starts = [min(_along(run, track)) for run in runs]
    edges = [*starts, max(*_along(runs[-1], track), starts[-1] + 1)]
    if any(after - before < 1 for before, after in pairwise(edges)):
        return whole
    said = [part + " " for part in line.text.split(" ")]
    said[-1] = said[-1][:-1] + "\n"
    return list(zip(said, edges, edges[1:], strict=False))


def _along(words: list[Word], track: _Track) -> list[float]:
    return [track.along(x, y) for word in words for x, y in word.polygon]


def _number(value: float) -> str:
    """Write a number as PDF has it: no exponent, no zeros at the end, no minus before nothing."""
    written = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if written == "-0" else written
