"""How well `lines` finds the lines of the samples' pages from the pictures alone, straight and turned by 3 degrees.

`letters-1905` by rectangles: found is what has an intersection over union of 0.5 with a true one. `court-photos` and
`register-forms`, whose lines overlap, by baselines: a slice must hold 90 % of its own and at most 30 % of any other.
Seconds and the peak of memory are of a fresh process with one of the 14-megapixel photographs.
"""

from __future__ import annotations

import math
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.result import Result
from microtasks import pictures
from microtasks.slicing import looking

SAMPLES = Path(__file__).parents[2] / "shared/data/samples"
DEGREES = (0, 3, -3)
Points = NDArray[np.float64]

_ONE = """
import resource, sys, time
from pathlib import Path
from microtasks import pictures
from microtasks.slicing import looking
path = Path(sys.argv[1])
began = time.process_time()
picture = pictures.header(path)
looking.lines_of(path, picture.width, picture.height)
print(time.process_time() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


@dataclass(frozen=True, slots=True)
class Truth:
    """A true line: its outline and its baseline, as points x, y."""

    outline: Points
    base: Points


def measure() -> Iterator[Result]:
    """Measure each sample, straight and turned, then time and memory."""
    samples = (
        ("letters", sorted((SAMPLES / "letters-1905").glob("*.jpg"))),
        ("court", sorted((SAMPLES / "court-photos").glob("*.jpg"))),
        ("register", sorted((SAMPLES / "register-forms").glob("*.jpg"))),
    )
    for name, pages in samples:
        for degrees in DEGREES:
            counts = np.array(
                [count(page, degrees, name == "letters") for page in pages]
            )
            found, true, false = counts.sum(axis=0).tolist()
            end = f"turned_{degrees:+d}" if degrees else "straight"
            yield Result(f"slicing_lines_{name}_{end}_recall", found / true, "of 1")
            yield Result(
                f"slicing_lines_{name}_{end}_false", false / true, "per true line"
            )
    told = subprocess.run(
        [sys.executable, "-c", _ONE, str(samples[1][1][0])],
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, peak = map(float, told.stdout.split())
    yield Result("slicing_lines_14_megapixels_seconds", seconds, "s of CPU")
    yield Result("slicing_lines_14_megapixels_peak", peak, "MB")


def count(page: Path, degrees: int, by_box: bool) -> tuple[int, int, int]:
    """Return how many lines of a page are found, how many there are, and how many found ones are none."""
    truth = read(page)
    with tempfile.TemporaryDirectory() as folder:
        path, turn = _turned(page, degrees, Path(folder))
        picture = pictures.header(path)
        lines = looking.lines_of(path, picture.width, picture.height)
    at = [line.region for line in lines]
    boxes = np.array(
        [(r.x, r.y, r.x + r.width, r.y + r.height) for r in at], float
    ).reshape(-1, 4)
    truth = [Truth(turn(line.outline), turn(line.base)) for line in truth]
    score = _by_box(truth, boxes) if by_box else _by_baseline(truth, boxes)
    pairs = _matched(score)
    return pairs, len(truth), len(boxes) - pairs


def read(page: Path) -> list[Truth]:
    """Return the true lines of a page from the ALTO file beside it."""
    beside = page.with_suffix(".xml")
    file = beside if beside.exists() else page.parent / "alto" / beside.name
    lines = []
    for element in ElementTree.parse(file).iter():
        if element.tag.endswith("}TextLine"):
            x, y, width, height = (
                float(element.get(k, 0)) for k in ("HPOS", "VPOS", "WIDTH", "HEIGHT")
            )
            box = np.array([(x, y), (x + width, y + height)])
            shape = element.find("{*}Shape/{*}Polygon")
            outline = box if shape is None else _points(shape.get("POINTS", ""))
            lines.append(
                Truth(
                    outline if len(outline) else box,
                    _points(element.get("BASELINE", "")),
                )
            )
    return lines


def _points(text: str) -> Points:
    return np.array(text.replace(",", " ").split(), float).reshape(-1, 2)


def _turned(page: Path, degrees: int, folder: Path):
    """Return a picture turned counter-clockwise, nothing cut off, and what turns points with it."""
    if not degrees:
        return page, lambda points: points
    with Image.open(page) as image:
        grey = image.convert("L")
    fill = int(np.median(np.asarray(grey)))
    turned = grey.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=fill)
    turned.save(folder / "turned.png", compress_level=1)
    angle = math.radians(degrees)
    turning = np.array(
        [[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]
    )
    old, new = np.array(grey.size) / 2, np.array(turned.size) / 2
    return folder / "turned.png", lambda points: (points - old) @ turning + new


def _by_box(truth: Sequence[Truth], boxes: Points) -> Points:
    """Return the intersection over union of each true box and each found one, 0 below a half."""
    true = np.array([(*t.outline.min(axis=0), *t.outline.max(axis=0)) for t in truth])
    low = np.maximum(true[:, None, :2], boxes[None, :, :2])
    high = np.minimum(true[:, None, 2:], boxes[None, :, 2:])
    both = np.clip(high - low, 0, None).prod(axis=2)
    areas = [(b[:, 2:] - b[:, :2]).prod(axis=1) for b in (true, boxes)]
    score = both / (areas[0][:, None] + areas[1] - both)
    return np.where(score >= 0.5, score, 0)


def _by_baseline(truth: Sequence[Truth], boxes: Points) -> Points:
    """Return the share of each true baseline in each slice, 0 where the slice is not that line's."""
    held = np.zeros((len(truth), len(boxes)))
    for number, line in enumerate(truth):
        points, weights = _walk(line.base)
        x, y = points[:, :1], points[:, 1:]
        inside = (
            (x >= boxes[:, 0])
            & (x <= boxes[:, 2])
            & (y >= boxes[:, 1])
            & (y <= boxes[:, 3])
        )
        held[number] = weights @ inside / max(weights.sum(), 1e-9)
    others = np.array(
        [np.delete(held, n, axis=0).max(axis=0) for n in range(len(truth))]
    )
    return np.where((held >= 0.9) & (others <= 0.3), held, 0)


def _walk(base: Points) -> tuple[Points, NDArray[np.float64]]:
    """Return points along a baseline, a hundred to each of its pieces, and the length that each stands for."""
    steps = (np.arange(100) + 0.5) / 100
    pieces = np.diff(base, axis=0)
    points = base[:-1, None] + pieces[:, None] * steps[:, None]
    return points.reshape(-1, 2), np.repeat(np.hypot(*pieces.T), 100) / 100


def _matched(score: Points) -> int:
    """Return how many pairs of a true and a found line there are, the best first, none used twice."""
    pairs = 0
    score = score.copy()
    while score.size and score.max() > 0:
        true, found = np.unravel_index(int(score.argmax()), score.shape)
        score[true], score[:, found] = 0, 0
        pairs += 1
    return pairs
