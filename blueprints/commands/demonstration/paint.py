"""Colours, rough textures and soft shadows: what makes drawn ground look like ground."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

Colour = tuple[int, int, int]
Point = tuple[float, float]


def shade(colour: Colour, by: float) -> Colour:
    """Make a colour lighter (above 1) or darker."""
    red, green, blue = (max(0, min(255, round(part * by))) for part in colour)
    return red, green, blue


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """Mix two colours; `share` is the second one's."""
    red, green, blue = (
        round(a + (b - a) * share) for a, b in zip(one, other, strict=True)
    )
    return red, green, blue


def clouds(
    size: int, coarse: int, octaves: int, rng: np.random.Generator, fall: float = 0.5
) -> np.ndarray:
    """Make smooth noise between 0 and 1: blotches `coarse` to a side, and finer ones in them, `fall` as strong."""
    total = np.zeros((size, size), np.float32)
    weight = 1.0
    for octave in range(octaves):
        cells = min(size, coarse * 2**octave)
        small = Image.fromarray(rng.random((cells, cells), np.float32))
        total += weight * np.asarray(
            small.resize((size, size), Image.Resampling.BICUBIC)
        )
        weight *= fall
    low, high = float(total.min()), float(total.max())
    return (total - low) / (high - low)


def blotched(colours: Sequence[Colour], height: np.ndarray) -> Image.Image:
    """Colour a field of numbers between 0 and 1 by a ramp of colours."""
    flat = Image.fromarray((height * 255).astype(np.uint8))
    stops, steps = np.linspace(0, 255, len(colours)), np.arange(256)
    ramps = (
        np.interp(steps, stops, [colour[channel] for colour in colours])
        for channel in range(3)
    )
    return Image.merge("RGB", [flat.point(ramp.astype(int).tolist()) for ramp in ramps])


def grained(
    image: Image.Image, strength: float, rng: np.random.Generator
) -> Image.Image:
    """Add a sensor's noise."""
    pixels = np.asarray(image).astype(np.float32)
    noise = rng.normal(0, strength, (*pixels.shape[:2], 1)).astype(np.float32)
    return Image.fromarray(np.clip(pixels + noise, 0, 255).astype(np.uint8))


def darken(image: Image.Image, mask: Image.Image, by: float) -> None:
    """Lay a shadow where the mask is white."""
    shadow = image.point(lambda value: value * (1 - by))
    image.paste(shadow, (0, 0), mask)


def cast(
    image: Image.Image, polygons: Sequence[Sequence[Point]], blur: float, by: float
) -> None:
    """Lay a shadow of this shape, touching only the part of the picture that it falls on."""
    box = around(polygons, 3 * blur)
    part = image.crop(box)
    moved = [[(x - box[0], y - box[1]) for x, y in polygon] for polygon in polygons]
    darken(part, softened(mask_of(part, moved), blur), by)
    image.paste(part, box)


def around(
    polygons: Sequence[Sequence[Point]], margin: float
) -> tuple[int, int, int, int]:
    """Return the box that holds the polygons and a margin."""
    xs = [x for polygon in polygons for x, _ in polygon]
    ys = [y for polygon in polygons for _, y in polygon]
    return (
        int(min(xs) - margin),
        int(min(ys) - margin),
        int(max(xs) + margin) + 1,
        int(max(ys) + margin) + 1,
    )


def softened(mask: Image.Image, radius: float) -> Image.Image:
    """Blur a mask's edge."""
    return mask.filter(ImageFilter.GaussianBlur(radius))


def mask_of(image: Image.Image, polygons: Sequence[Sequence[Point]]) -> Image.Image:
    """Make a mask that is white inside the polygons."""
    mask = Image.new("L", image.size)
    draw = ImageDraw.Draw(mask)
    for polygon in polygons:
        draw.polygon(polygon, fill=255)
    return mask


def ragged(
    centre: Point, radius: float, rng: Random, corners: int = 9, rough: float = 0.35
) -> list[Point]:
    """Make an irregular blob."""
    found = []
    for corner in range(corners):
        angle = 2 * np.pi * corner / corners
        reach = radius * rng.uniform(1 - rough, 1 + rough)
        found.append(
            (centre[0] + reach * np.cos(angle), centre[1] + reach * np.sin(angle))
        )
    return found


def multiplied(image: Image.Image, light: np.ndarray) -> Image.Image:
    """Light a picture unevenly: 1 leaves a pixel as it is."""
    layer = Image.fromarray(np.clip(light * 255, 0, 255).astype(np.uint8))
    return ImageChops.multiply(image, Image.merge("RGB", (layer, layer, layer)))
