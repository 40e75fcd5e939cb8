"""Pages of text drawn for tests, with the box and the baseline of each line known."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

Box = tuple[float, float, float, float]
WORDS = [
    "the",
    "quick",
    "brown",
    "fox",
    "jumps",
    "over",
    "a",
    "lazy",
    "dog",
    "while",
    "every",
    "good",
    "boy",
    "keeps",
    "pouring",
    "liquid",
    "into",
    "small",
    "glasses",
    "by",
    "the",
    "harbour",
    "of",
    "Galway",
]


@dataclass
class Page:
    """A white page and what was written on it: boxes (left, top, right, bottom), in writing order."""

    width: int = 1600
    height: int = 2200
    paper: int = 225
    boxes: list[Box] = field(default_factory=list)
    image: Image.Image = field(init=False)

    def __post_init__(self) -> None:
        self.image = Image.new("L", (self.width, self.height), self.paper)

    def write(self, x: int, y: int, width: int, words: int = 0, size: int = 34) -> None:
        """Write words from left to right with their ascenders' top at y: as many as given, or as fit."""
        font = ImageFont.load_default(size)
        text, number = "", len(self.boxes)
        for n in range(words or 100):
            longer = f"{text} {WORDS[(number * 5 + n) % len(WORDS)]}".strip()
            if font.getlength(longer) > width:
                break
            text = longer
        draw = ImageDraw.Draw(self.image)
        draw.text((x, y), text, fill=30, font=font)
        self.boxes.append(tuple(map(float, draw.textbbox((x, y), text, font=font))))  # type: ignore[arg-type]

    def column(
        self, x: int, y: int, width: int, lines: int, pitch: int = 56, size: int = 34
    ) -> None:
        """Write a column of lines."""
        for n in range(lines):
            self.write(x, y + n * pitch, width, size=size)

    def turned(self, degrees: float) -> Page:
        """Return the page turned counter-clockwise, with the boxes that hold the turned ones."""
        other = Page(self.width, self.height, self.paper)
        other.image = self.image.rotate(
            degrees, Image.Resampling.BICUBIC, fillcolor=self.paper
        )
        other.boxes = [self._turned(box, math.radians(degrees)) for box in self.boxes]
        return other

    def _turned(self, box: Box, angle: float) -> Box:
        cx, cy = self.width / 2, self.height / 2
        corners = [(x - cx, y - cy) for x in box[::2] for y in box[1::2]]
        xs = [cx + x * math.cos(angle) + y * math.sin(angle) for x, y in corners]
        ys = [cy - x * math.sin(angle) + y * math.cos(angle) for x, y in corners]
        return min(xs), min(ys), max(xs), max(ys)

    def save(self, path: Path) -> Path:
        self.image.save(path)
        return path


def overlap(one: Box, other: Box) -> float:
    """Return the area that two boxes share over the area of both together."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if min(width, height) <= 0:
        return 0.0
    shared = width * height
    areas = ((b[2] - b[0]) * (b[3] - b[1]) for b in (one, other))
    return shared / (sum(areas) - shared)
