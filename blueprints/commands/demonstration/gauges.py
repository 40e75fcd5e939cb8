"""Photographs of a river gauge, drawn, so that the reading is known."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from blueprints.commands.demonstration import paint
from blueprints.commands.demonstration.paint import Colour

WIDTH, HEIGHT = 480, 640
_FINER = 2
#: Pixels of a centimetre, before the picture is made smaller.
_CENTIMETRE = 13.0
_BOARD: Colour = (226, 222, 206)
_INK: Colour = (34, 36, 40)
_WATER: tuple[Colour, ...] = ((86, 80, 58), (124, 112, 82), (104, 98, 72))


@dataclass(frozen=True, slots=True)
class Gauge:
    """A picture (JPEG) and its reading."""

    name: str
    body: bytes
    centimetres: int


def gauge(number: int) -> Gauge:
    """Draw one gauge; the same number gives the same picture."""
    rng, grain = Random(f"gauge {number}"), np.random.default_rng(1000 + number)  # noqa: S311
    level = rng.randrange(34, 246)
    width, height = WIDTH * _FINER, HEIGHT * _FINER
    surface = height * rng.uniform(0.58, 0.72)
    image = _bank(width, height, rng, grain)
    board = _board(width, height, level, surface, rng)
    image.paste(board, (0, 0), board)
    image = _stained(image, surface, grain)
    _flood(image, surface, rng, grain)
    body = _photograph(image, rng, grain)
    return Gauge(f"gauge-{number:02}.jpg", body, level)


def _bank(
    width: int, height: int, rng: Random, grain: np.random.Generator
) -> Image.Image:
    """Draw the wall behind: courses of wet stone."""
    tints = rng.choice(
        (
            ((96, 92, 84), (128, 122, 112), (110, 108, 100)),
            ((92, 84, 70), (122, 112, 92), (108, 98, 84)),
            ((82, 88, 84), (112, 118, 112), (98, 102, 98)),
        )
    )
    wall = _texture(tints, (width, height), 5, grain)
    draw = ImageDraw.Draw(wall)
    course, y = rng.uniform(95, 140), -20.0
    while y < height:
        draw.line(
            [(0, y), (width, y + rng.uniform(-6, 6))],
            fill=paint.shade(tints[0], 0.62),
            width=6,
        )
        x = rng.uniform(-150, 0)
        while x < width:
            draw.line(
                [(x, y), (x + rng.uniform(-5, 5), y + course)],
                fill=paint.shade(tints[0], 0.66),
                width=5,
            )
            x += rng.uniform(150, 290)
        y += course
    return wall.filter(ImageFilter.GaussianBlur(2.2))


def _board(
    width: int, height: int, level: int, surface: float, rng: Random
) -> Image.Image:
    """Draw the board so that `level` is at the surface: fields of two centimetres, a number every ten."""
    layer = Image.new("RGBA", (width, height))
    draw = ImageDraw.Draw(layer)
    left = width * rng.uniform(0.3, 0.42)
    right = left + width * 0.27
    draw.rectangle((left + 14, 0, right + 18, height), fill=(0, 0, 0, 90))
    draw.rectangle((left, 0, right, height), fill=(*_BOARD, 255))
    font = ImageFont.load_default(size=92)
    for mark in range(level - 60, level + 100):
        at = surface - (mark - level) * _CENTIMETRE
        if mark < 0 or at < -200:
            continue
        if mark % 2 == 0 and mark % 4 == 0:
            reach = 0.5 if mark % 20 < 10 else 0.42
            field = (left, at - 2 * _CENTIMETRE, left + (right - left) * reach, at)
            draw.rectangle(field, fill=(*_INK, 255))
        if mark % 10 == 0:
            draw.line([(left, at), (right, at)], fill=(*_INK, 255), width=5)
            label = str(mark // 10)
            draw.text(
                (right - 12, at - 6), label, font=font, fill=(*_INK, 255), anchor="rs"
            )
    draw.line([(left, 0), (left, height)], fill=(120, 116, 104, 255), width=4)
    draw.line([(right, 0), (right, height)], fill=(90, 86, 78, 255), width=5)
    return layer


def _texture(
    colours: Sequence[Colour],
    size: tuple[int, int],
    coarse: int,
    grain: np.random.Generator,
) -> Image.Image:
    """Make a blotched surface, coarser than it is shown."""
    small = paint.blotched(colours, paint.clouds(max(size) // 2, coarse, 6, grain, 0.7))
    return small.resize((max(size), max(size))).crop((0, 0, *size))


def _stained(
    image: Image.Image, surface: float, grain: np.random.Generator
) -> Image.Image:
    """Leave mud on everything, most of it just above the water."""
    dirt = _texture(((0, 0, 0), (255, 255, 255)), image.size, 6, grain)
    stains = np.asarray(dirt.getchannel(0), np.float32) / 255
    rows = np.arange(image.height, dtype=np.float32)[:, None]
    near = np.exp(-np.clip(surface - rows, 0, None) / 160)
    light = 1 - 0.3 * stains * (0.3 + near)
    return paint.multiplied(image, light)


def _flood(
    image: Image.Image, surface: float, rng: Random, grain: np.random.Generator
) -> None:
    """Let brown water hide what is below the surface, with a wavy edge and what it mirrors."""
    phases = [
        (rng.uniform(2, 5), rng.uniform(20, 70), rng.uniform(0, 6)) for _ in range(3)
    ]
    edge = [
        (
            x,
            surface
            + sum(high * math.sin(x / long + late) for high, long, late in phases) / 2,
        )
        for x in range(0, image.width + 8, 8)
    ]
    body = [*edge, (image.width, image.height), (0, image.height)]
    mask = paint.softened(paint.mask_of(image, [body]), 1.5)
    mirrored = image.crop((0, 0, image.width, int(surface))).transpose(
        Image.Transpose.FLIP_TOP_BOTTOM
    )
    water = _texture(_WATER, image.size, 4, grain)
    ripple = water.copy()
    ripple.paste(mirrored.filter(ImageFilter.GaussianBlur(9)), (0, int(surface)))
    image.paste(Image.blend(water, ripple, 0.28), (0, 0), mask)
    draw = ImageDraw.Draw(image)
    draw.line(edge, fill=(176, 168, 140), width=3)
    for _ in range(26):
        y = rng.uniform(surface + 14, image.height)
        x, long = rng.uniform(0, image.width), rng.uniform(30, 130)
        draw.line(
            [(x, y), (x + long, y + rng.uniform(-4, 4))], fill=(150, 140, 112), width=2
        )


def _photograph(image: Image.Image, rng: Random, grain: np.random.Generator) -> bytes:
    """Hold the camera a little askew; less light at the corners; a small sensor."""
    image = image.rotate(rng.uniform(-3, 3), Image.Resampling.BICUBIC)
    margin = 60
    image = image.crop((margin, margin, image.width - margin, image.height - margin))
    image = image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 0.9)))
    y, x = np.mgrid[-1 : 1 : HEIGHT * 1j, -1 : 1 : WIDTH * 1j]
    image = paint.multiplied(image, rng.uniform(0.97, 1.0) - 0.14 * (x**2 + y**2) / 2)
    image = image.point(lambda value: min(255, value * 1.22))
    written = io.BytesIO()
    paint.grained(image, 6, grain).save(written, "JPEG", quality=86)
    return written.getvalue()
