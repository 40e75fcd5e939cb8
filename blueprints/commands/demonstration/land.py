"""The land around a village: grass and soil, fields with their rows, a river in flood, tracks, trees."""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random

import numpy as np
from PIL import Image, ImageDraw

from blueprints.commands.demonstration import paint
from blueprints.commands.demonstration.paint import Colour, Point

GRASS: Sequence[Sequence[Colour]] = (
    ((104, 98, 62), (122, 118, 74), (96, 108, 62), (132, 124, 86)),
    ((78, 92, 52), (98, 112, 62), (112, 118, 74), (86, 100, 58)),
    ((138, 118, 84), (124, 112, 74), (150, 130, 96), (112, 108, 66)),
)
CROPS: Sequence[Colour] = (
    (92, 112, 52),
    (126, 128, 62),
    (150, 134, 82),
    (108, 84, 58),
    (74, 100, 56),
    (164, 150, 92),
)
WATER: Sequence[Colour] = ((112, 92, 66), (124, 104, 76), (104, 88, 66))
TRACK: Colour = (176, 156, 120)
LEAVES: Sequence[Colour] = ((52, 70, 36), (62, 82, 40), (74, 88, 46), (46, 64, 40))


def meadow(size: int, rng: Random, grain: np.random.Generator) -> Image.Image:
    """Lay the ground."""
    half = size // 2
    height = paint.clouds(half, 3, 8, grain, fall=0.66)
    ground = paint.blotched(rng.choice(GRASS), height)
    return ground.resize((size, size), Image.Resampling.BILINEAR)


def fields(image: Image.Image, rng: Random, count: int) -> None:
    """Lay some fields with rows of crops; houses and water come on top."""
    for _ in range(count):
        centre = (rng.uniform(0, image.width), rng.uniform(0, image.height))
        field(image, centre, rng.uniform(0.1, 0.2) * image.width, rng)


def field(image: Image.Image, centre: Point, reach: float, rng: Random) -> None:
    """Lay one field: a crooked quadrangle, its rows all one way."""
    angle, colour = rng.uniform(0, math.pi), rng.choice(CROPS)
    corners = [
        turned(
            (x * reach * rng.uniform(0.8, 1.2), y * reach * rng.uniform(0.6, 0.9)),
            angle,
            centre,
        )
        for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1))
    ]
    box = paint.around([corners], reach)
    part = image.crop(box)
    sown = part.copy()
    inside = [(x - box[0], y - box[1]) for x, y in corners]
    middle = (centre[0] - box[0], centre[1] - box[1])
    gap = rng.uniform(0.008, 0.014) * image.width
    _sow(sown, inside, middle, angle, gap, colour)
    mask = paint.softened(paint.mask_of(part, [inside]), gap / 3)
    part.paste(sown, (0, 0), mask.point(lambda value: value * 0.8))
    image.paste(part, box)


def _sow(
    image: Image.Image,
    corners: Sequence[Point],
    middle: Point,
    angle: float,
    gap: float,
    colour: Colour,
) -> None:
    """Fill a field with rows, and draw its border."""
    draw = ImageDraw.Draw(image)
    draw.polygon(corners, fill=colour)
    reach = image.width
    row = -reach / 2.0
    while row < reach / 2:
        ends = [turned((end * reach, row), angle, middle) for end in (-1, 1)]
        draw.line(ends, fill=paint.shade(colour, 0.88), width=round(gap / 2.4))
        row += gap
    draw.line(
        [*corners, corners[0]], fill=paint.shade(colour, 0.75), width=round(gap / 2)
    )


def river(image: Image.Image, rng: Random, grain: np.random.Generator) -> list[Point]:
    """Let a brown river in flood run across the picture; return its course."""
    size = image.width
    course, width = _course(size, rng), rng.uniform(0.05, 0.1) * size
    wet = Image.new("L", image.size)
    _ribbon(wet, course, width * 1.6)
    paint.darken(image, paint.softened(wet, width / 4), 0.25)
    mask = Image.new("L", image.size)
    _ribbon(mask, course, width)
    mask = _eaten(mask, width, rng, course)
    streaks = paint.clouds(size, 6, 5, grain)
    image.paste(
        paint.blotched(WATER, streaks), (0, 0), paint.softened(mask, size / 500)
    )
    return course


def track(image: Image.Image, rng: Random) -> list[Point]:
    """Draw a dirt track across the picture; return its course."""
    size = image.width
    course, width = _course(size, rng, upright=True), 0.016 * size
    layer = Image.new("L", image.size)
    _ribbon(layer, course, width)
    image.paste(
        TRACK, (0, 0), paint.softened(layer, width / 5).point(lambda v: v * 0.85)
    )
    middle = Image.new("L", image.size)
    _ribbon(middle, course, width / 5)
    image.paste(paint.shade(TRACK, 0.84), (0, 0), middle.point(lambda v: v * 0.6))
    return course


def tree(image: Image.Image, at: Point, radius: float, sun: Point, rng: Random) -> None:
    """Draw a tree from above: its shadow, then ever lighter and smaller clumps towards the sun."""
    colour = rng.choice(LEAVES)
    thrown = (at[0] - sun[0] * radius * 0.9, at[1] - sun[1] * radius * 0.9)
    paint.cast(image, [paint.ragged(thrown, radius, rng, 11, 0.2)], radius / 6, 0.45)
    draw = ImageDraw.Draw(image)
    for step in range(14):
        lift = step / 14
        reach = radius * (0.62 - 0.42 * lift)
        off = radius * (0.5 - 0.2 * lift)
        x = at[0] + rng.uniform(-off, off) + sun[0] * radius * 0.3 * lift
        y = at[1] + rng.uniform(-off, off) + sun[1] * radius * 0.3 * lift
        clump = paint.ragged((x, y), reach, rng, 8, 0.25)
        draw.polygon(clump, fill=paint.shade(colour, 0.75 + 0.7 * lift))


def turned(point: Point, angle: float, about: Point = (0, 0)) -> Point:
    """Turn a point and move it."""
    cos, sin = math.cos(angle), math.sin(angle)
    x, y = point
    return about[0] + x * cos - y * sin, about[1] + x * sin + y * cos


def _course(size: int, rng: Random, upright: bool = False) -> list[Point]:
    base, slope = rng.uniform(0.25, 0.75), rng.uniform(-0.35, 0.35)
    waves = [
        (rng.uniform(0.01, 0.07) / n, rng.uniform(3, 6) * n, rng.uniform(0, 6))
        for n in (1, 2, 3)
    ]
    found = []
    for step in range(-4, 85):
        along = step / 80
        across = base + slope * (along - 0.5)
        across += sum(
            high * math.sin(often * along + late) for high, often, late in waves
        )
        x, y = along * size, across * size
        found.append((y, x) if upright else (x, y))
    return found


def _ribbon(mask: Image.Image, course: Sequence[Point], width: float) -> None:
    draw = ImageDraw.Draw(mask)
    draw.line(course, fill=255, width=round(width), joint="curve")


def _eaten(
    mask: Image.Image, width: float, rng: Random, course: Sequence[Point]
) -> Image.Image:
    """Let the water stand beyond its banks here and there."""
    draw = ImageDraw.Draw(mask)
    for x, y in course[::5]:
        pool = (x + rng.uniform(-0.5, 0.5) * width, y + rng.uniform(-0.5, 0.5) * width)
        draw.polygon(
            paint.ragged(pool, width * rng.uniform(0.3, 0.6), rng, 12, 0.3), fill=255
        )
    return mask
