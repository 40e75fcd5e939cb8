"""Villages after a storm, seen from above: drawn, so that which roofs are damaged is known."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
from PIL import Image, ImageFilter

from blueprints.commands.demonstration import houses, land, paint
from blueprints.commands.demonstration.houses import Damage, House
from blueprints.commands.demonstration.paint import Point

#: Pixels of a picture's side and of a card's: a picture is cut into four.
SIZE, TILE = 960, 480
#: Drawn larger and made smaller, so that edges are smooth.
_FINER = 1.5
YES, NO, EMPTY = "yes", "no", "there is no roof"


@dataclass(frozen=True, slots=True)
class Village:
    """A picture (JPEG) and what is right for each of its tiles."""

    name: str
    body: bytes
    truth: dict[str, str]


def village(number: int) -> Village:
    """Draw one village; the same number gives the same picture."""
    rng, grain = Random(f"village {number}"), np.random.default_rng(number)  # noqa: S311
    size = round(SIZE * _FINER)
    image = land.meadow(size, rng, grain)
    land.fields(image, rng, rng.randrange(4, 9))
    sun = land.turned((1, 0), rng.uniform(0, 2 * math.pi))
    water = land.river(image, rng, grain) if rng.random() < 0.75 else []
    road = land.track(image, rng)
    built = _settle(size, water, road, rng)
    for house in built:
        houses.draw_house(image, house, sun, rng)
    _plant(image, built, water, sun, rng)
    return Village(
        f"village-{number:02}.jpg", _photograph(image, rng, grain), _truth(built)
    )


def _settle(
    size: int, water: Sequence[Point], road: Sequence[Point], rng: Random
) -> list[House]:
    """Build houses near the track, clear of water, of each other and of the tiles' edges; some corners stay empty."""
    empty = rng.choice([0, 0, 1, 2, 3, None]) if rng.random() < 0.8 else None
    chance = rng.choice((0.0, 0.05, 0.15, 0.3))
    built: list[House] = []
    for _ in range(400):
        if len(built) >= 18:
            break
        near = rng.choice(road[4:-4])
        at = (near[0] + rng.gauss(0, 0.16) * size, near[1] + rng.gauss(0, 0.16) * size)
        damage = _damage(chance, rng)
        house = houses.some_house(at, size, _direction(road, near), damage, rng)
        if _quarter(at, size) != empty and _fits(house, built, water, road, size):
            built.append(house)
    return built


def _damage(chance: float, rng: Random) -> Damage:
    if rng.random() >= chance:
        return Damage.none
    return rng.choices((Damage.tarpaulin, Damage.hole, Damage.collapsed), (5, 3, 2))[0]


def _direction(road: Sequence[Point], near: Point) -> float:
    at = road.index(near)
    (x0, y0), (x1, y1) = road[at - 1], road[at + 1]
    return math.atan2(y1 - y0, x1 - x0)


def _quarter(at: Point, size: int) -> int:
    return int(at[1] > size / 2) * 2 + int(at[0] > size / 2)


def _fits(
    house: House,
    built: Sequence[House],
    water: Sequence[Point],
    road: Sequence[Point],
    size: int,
) -> bool:
    room = house.reach * 1.25
    inside = all(
        room < along % (size / 2) < size / 2 - room and 0 < along < size
        for along in house.at
    )
    dry = all(math.dist(house.at, point) > room + 0.085 * size for point in water)
    beside = all(math.dist(house.at, point) > room + 0.004 * size for point in road)
    apart = all(
        math.dist(house.at, other.at) > 1.1 * (house.reach + other.reach)
        for other in built
    )
    return inside and dry and beside and apart


def _plant(
    image: Image.Image,
    built: Sequence[House],
    water: Sequence[Point],
    sun: Point,
    rng: Random,
) -> None:
    """Plant groves and single trees, never over a house: what is under a tree nobody could judge."""
    size = image.width
    groves = [
        (rng.uniform(0, size), rng.uniform(0, size)) for _ in range(rng.randrange(4, 9))
    ]
    for _ in range(rng.randrange(40, 110)):
        x, y = (
            rng.choice(groves)
            if rng.random() < 0.75
            else (rng.uniform(0, size), rng.uniform(0, size))
        )
        at = (x + rng.gauss(0, 0.05) * size, y + rng.gauss(0, 0.05) * size)
        radius = rng.uniform(0.008, 0.02) * size
        clear = all(
            math.dist(at, house.at) > 1.3 * house.reach + 1.6 * radius
            for house in built
        )
        dry = all(math.dist(at, point) > 0.04 * size for point in water)
        if clear and dry:
            land.tree(image, at, radius, sun, rng)


def _photograph(image: Image.Image, rng: Random, grain: np.random.Generator) -> bytes:
    """Make the drawing look like a photograph: smaller, uneven light, haze, a sensor's noise."""
    image = image.resize((SIZE, SIZE), Image.Resampling.LANCZOS)
    image = image.filter(ImageFilter.GaussianBlur(0.5))
    image = paint.multiplied(image, 0.9 + 0.12 * paint.clouds(SIZE, 2, 3, grain))
    haze = Image.new("RGB", image.size, (206, 208, 204))
    image = Image.blend(image, haze, rng.uniform(0.02, 0.1))
    image = paint.grained(image, 5, grain)
    written = io.BytesIO()
    image.save(written, "JPEG", quality=86)
    return written.getvalue()


def _truth(built: Sequence[House]) -> dict[str, str]:
    side = SIZE // TILE
    found = {f"r{row}c{column}": EMPTY for row in range(side) for column in range(side)}
    for house in built:
        column, row = (int(along / _FINER / TILE) for along in house.at)
        name = f"r{row}c{column}"
        if house.damage != Damage.none:
            found[name] = YES
        elif found[name] == EMPTY:
            found[name] = NO
    return found
