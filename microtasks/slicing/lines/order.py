"""Reading order: columns one after another, lines from top to bottom within each, what spans columns between them."""

from __future__ import annotations

from collections.abc import Sequence

from microtasks.slicing.slicer import Line

#: A column has at least so many lines beside as many of the next one.
_FEWEST = 3


def read(lines: Sequence[Line], rtl: bool = False) -> list[Line]:
    """Return lines in the order in which they are read; `rtl` reads the right column first.

    A gap that runs down between at least three lines on either side separates columns; a line across it, as a title,
    ends the columns above it and begins those below.
    """
    lines = sorted(lines, key=lambda line: (_middle(line), line.region.x))
    for gap in _gaps(lines):
        sections = _sections(lines, gap)
        if any(_is_columns(section, gap) for section in sections):
            return [
                line for section in sections for line in _section(section, gap, rtl)
            ]
    return lines


def _section(lines: Sequence[Line], gap: float, rtl: bool) -> list[Line]:
    """Read the lines between two that span the gap."""
    if not _is_columns(lines, gap):
        return read(lines, rtl) if len(lines) > 1 else list(lines)
    left, right = _sides(lines, gap)
    first, second = (right, left) if rtl else (left, right)
    return [*read(first, rtl), *read(second, rtl)]


def _middle(line: Line) -> float:
    return line.region.y + line.region.height / 2


def _gaps(lines: Sequence[Line]) -> list[float]:
    """Return where a gap may be: left of each line's beginning, those first that fewest lines span."""
    starts = sorted({line.region.x for line in lines})
    spans = {
        x: sum(li.region.x < x - 1 < li.region.x + li.region.width - 1 for li in lines)
        for x in starts[1:]
    }
    return [float(x) - 0.5 for x in sorted(spans, key=lambda x: (spans[x], x))]


def _sections(lines: Sequence[Line], gap: float) -> list[list[Line]]:
    """Split lines, from top to bottom, at each that spans the gap; it is a section of its own."""
    sections: list[list[Line]] = [[]]
    for line in lines:
        if (
            line.region.x < gap - _slack(line)
            and gap + _slack(line) < line.region.x + line.region.width
        ):
            sections += [[line], []]
        else:
            sections[-1].append(line)
    return [section for section in sections if section]


def _slack(line: Line) -> float:
    """Rectangles have room beside their ink: so much of a line across a gap is no text yet."""
    return line.region.height / 2


def _sides(lines: Sequence[Line], gap: float) -> tuple[list[Line], list[Line]]:
    left = [li for li in lines if li.region.x + li.region.width / 2 < gap]
    return left, [li for li in lines if li.region.x + li.region.width / 2 >= gap]


def _is_columns(lines: Sequence[Line], gap: float) -> bool:
    """Whether on both sides of the gap lines stand beside each other."""
    if len(lines) < 2 * _FEWEST:
        return False
    left, right = _sides(lines, gap)
    beside = (
        sum(
            any(abs(_middle(a) - _middle(b)) < a.region.height for b in other)
            for a in side
        )
        for side, other in ((left, right), (right, left))
    )
    return min(beside) >= _FEWEST
