"""The geometry of the small pictures on dashboards, so that templates only draw what is computed and tested here."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the drawing, y growing downwards."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle that stands for one value."""

    x: float
    y: float
    width: float
    height: float
    value: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line through a series; `points` and `area` are written as SVG wants them."""

    points: str
    area: str
    last: Point | None


@dataclass(frozen=True, slots=True)
class Ring:
    """A ring of which one share is filled, as a dash and a gap along its circle."""

    centre: float
    radius: float
    dash: float
    gap: float
    percent: int


@dataclass(frozen=True, slots=True)
class Bin:
    """How many values fall from `low` (included) to `high` (excluded, but for the last bin)."""

    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True)
class Whisker:
    """An estimate and its interval on a scale from 0 to 1, in per cent of the drawing's width."""

    low: float
    dot: float
    high: float


@dataclass(frozen=True, slots=True)
class Kept:
    """How one bin of confidences kept its word: a dot, its interval from `top` down to `bottom`, its size by its tasks."""

    x: float
    y: float
    top: float
    bottom: float
    radius: float


def share(part: float, whole: float) -> float:
    """Return part of whole between 0 and 1; nothing of nothing is 0."""
    if not (math.isfinite(part) and math.isfinite(whole)) or whole <= 0:
        return 0.0
    return min(max(part / whole, 0.0), 1.0)


def percent(part: float, whole: float) -> int:
    """Return a whole percentage that says 0 or 100 only when that is exactly so."""
    exact = share(part, whole)
    if 0 < exact < 1:
        return min(max(round(exact * 100), 1), 99)
    return round(exact * 100)


def stacked(values: Sequence[float], width: float, height: float) -> tuple[Rect, ...]:
    """Lay values end to end along a bar; together they fill its width."""
    amounts = [_amount(value) for value in values]
    whole, before, rects = sum(amounts), 0.0, []
    for amount in amounts:
        start = width * share(before, whole)
        before += amount
        end = width * share(before, whole)
        rects.append(Rect(_short(start), 0, _short(end - start), height, amount))
    return tuple(rects)


def columns(
    values: Sequence[float], width: float, height: float, gap: float = 2
) -> tuple[Rect, ...]:
    """Stand values beside each other as columns that share one scale from zero."""
    amounts = [_amount(value) for value in values]
    top = max(amounts, default=0.0)
    step = width / max(len(amounts), 1)
    room = max(step - gap, step / 2)
    return tuple(
        Rect(
            _short(index * step + (step - room) / 2),
            _short(height - height * share(amount, top)),
            _short(room),
            _short(height * share(amount, top)),
            amount,
        )
        for index, amount in enumerate(amounts)
    )


def line(values: Sequence[float], width: float, height: float, pad: float = 3) -> Line:
    """Draw a series as a line over a scale from zero, with room for its stroke on every side."""
    amounts = [_amount(value) for value in values]
    if not amounts:
        return Line("", "", None)
    top, inner = max(amounts), height - 2 * pad
    step = (width - 2 * pad) / max(len(amounts) - 1, 1)
    points = [
        Point(
            _short(pad + index * step), _short(pad + inner * (1 - share(amount, top)))
        )
        for index, amount in enumerate(amounts)
    ]
    drawn = " ".join(f"{point.x:g},{point.y:g}" for point in points)
    floor = f"{points[-1].x:g},{height - pad:g} {points[0].x:g},{height - pad:g}"
    return Line(drawn, f"{drawn} {floor}", points[-1])


def ring(part: float, size: float = 64, stroke: float = 8) -> Ring:
    """Bend a share (0 to 1) into a ring."""
    radius = (size - stroke) / 2
    around = 2 * math.pi * radius
    filled = _short(around * share(part, 1))
    return Ring(size / 2, radius, filled, _short(around - filled), percent(part, 1))


def bins(
    values: Sequence[float], count: int, low: float = 0, high: float = 1
) -> tuple[Bin, ...]:
    """Count values into equal bins; what lies outside the range goes to the nearest bin."""
    counts = [0] * count
    for value in values:
        if not math.isnan(value):
            counts[min(int(share(value - low, high - low) * count), count - 1)] += 1
    step = (high - low) / count
    return tuple(
        Bin(low + index * step, low + (index + 1) * step, found)
        for index, found in enumerate(counts)
    )


def whisker(low: float, middle: float, high: float) -> Whisker:
    """Lay an estimate and its interval, all 0 to 1, along a line that is as wide as its place."""
    return Whisker(*(_short(100 * share(each, 1)) for each in (low, middle, high)))


def kept(
    told: float,
    right: float,
    count: int,
    most: int,
    size: float = 240,
    interval: tuple[float, float] | None = None,
) -> Kept:
    """Place a bin on the square of confidence (to the right) and share of right decisions (upwards)."""
    low, high = interval or (right, right)
    return Kept(
        _short(size * share(told, 1)),
        _short(size * (1 - share(right, 1))),
        _short(size * (1 - share(high, 1))),
        _short(size * (1 - share(low, 1))),
        _short(3 + 5 * math.sqrt(share(count, most))),
    )


def _amount(value: float) -> float:
    return float(value) if math.isfinite(value) and value > 0 else 0.0


def _short(value: float) -> float:
    """Two decimals are finer than any screen and keep pages small."""
    return round(value, 2)
