"""Houses from above: roofs of iron, tile and thatch, and what a storm makes of some of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from PIL import Image, ImageDraw

from blueprints.commands.demonstration import paint
from blueprints.commands.demonstration.land import turned
from blueprints.commands.demonstration.paint import Colour, Point

IRON: Sequence[Colour] = (
    (158, 160, 160),
    (140, 144, 148),
    (172, 172, 168),
    (118, 128, 134),
)
RUST: Sequence[Colour] = ((138, 84, 58), (122, 78, 60), (150, 96, 70))
TILE: Sequence[Colour] = ((172, 94, 66), (158, 82, 58), (186, 112, 82))
THATCH: Sequence[Colour] = ((134, 114, 78), (120, 104, 72))
#: Painted roofs: whole ones, which are easily taken for tarpaulins.
PAINTED: Sequence[Colour] = ((84, 118, 132), (96, 128, 104))
TARPAULIN: Sequence[Colour] = ((44, 98, 186), (56, 118, 204), (36, 86, 168))


class Damage(StrEnum):
    """What has happened to a roof."""

    none = "none"
    tarpaulin = "tarpaulin"
    hole = "hole"
    collapsed = "collapsed"


@dataclass(frozen=True, slots=True)
class House:
    """A house: its middle, half its length and breadth, how it is turned, and its roof."""

    at: Point
    half: Point
    angle: float
    colour: Colour
    damage: Damage

    @property
    def reach(self) -> float:
        """How far its corners are from its middle."""
        return math.hypot(*self.half)

    def point(self, x: float, y: float) -> Point:
        """Return where on the picture a place of the roof is: -1 to 1 along each half."""
        return turned((x * self.half[0], y * self.half[1]), self.angle, self.at)

    def quad(self, x0: float, y0: float, x1: float, y1: float) -> list[Point]:
        """Return a rectangle of the roof."""
        corners = ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
        return [self.point(x, y) for x, y in corners]


def some_house(
    at: Point, size: int, angle: float, damage: Damage, rng: Random
) -> House:
    """Make up a house."""
    long = rng.uniform(0.028, 0.044) * size
    half = (long, long * rng.uniform(0.58, 0.8))
    roofs = rng.choices((IRON, RUST, TILE, THATCH, PAINTED), (40, 22, 18, 12, 8))[0]
    if damage != Damage.none and roofs is PAINTED:
        roofs = IRON
    turn = angle + rng.choice((0, math.pi / 2)) + rng.gauss(0, 0.1)
    return House(at, half, turn, rng.choice(roofs), damage)


def draw_house(image: Image.Image, house: House, sun: Point, rng: Random) -> None:
    """Draw a yard, the shadow, the roof, and the damage."""
    draw = ImageDraw.Draw(image)
    _shadow(image, house, sun)
    if house.damage == Damage.collapsed:
        _ruin(draw, house, rng)
        return
    _roof(draw, house, sun, rng)
    if house.damage == Damage.tarpaulin:
        _tarpaulin(draw, house, rng)
    elif house.damage == Damage.hole:
        _hole(draw, house, rng)


def _shadow(image: Image.Image, house: House, sun: Point) -> None:
    length = house.half[1] * (0.25 if house.damage == Damage.collapsed else 0.75)
    off = (-sun[0] * length, -sun[1] * length)
    foot = house.quad(-1, -1, 1, 1)
    thrown = [(x + off[0], y + off[1]) for x, y in foot]
    between = [[foot[n], foot[n - 1], thrown[n - 1], thrown[n]] for n in range(4)]
    paint.cast(image, [thrown, *between], house.half[1] / 14, 0.5)


def _roof(draw: ImageDraw.ImageDraw, house: House, sun: Point, rng: Random) -> None:
    """Draw two slopes, one in the light; with ribs, a ridge, and patches that are only old."""
    across = turned((0, -1), house.angle)
    light = 0.16 * (across[0] * sun[0] + across[1] * sun[1])
    for side, bright in ((-1, 1 + light), (1, 1 - light)):
        colour = paint.shade(house.colour, bright)
        draw.polygon(house.quad(-1, 0, 1, side), fill=colour)
        ribs = max(6, round(house.half[0] / 3.2))
        for rib in range(ribs + 1):
            x = -1 + 2 * rib / ribs
            ends = [house.point(x, 0), house.point(x, side)]
            draw.line(ends, fill=paint.shade(colour, rng.uniform(0.86, 0.97)), width=1)
        for _ in range(rng.randrange(3)):
            x, y = rng.uniform(-0.9, 0.7), rng.uniform(0.1, 0.6)
            patch = house.quad(x, y * side, x + 0.22, (y + 0.34) * side)
            draw.polygon(patch, fill=paint.shade(colour, rng.uniform(0.88, 1.1)))
    edge = paint.shade(house.colour, 0.6)
    draw.line([*house.quad(-1, -1, 1, 1), house.point(-1, -1)], fill=edge, width=2)
    ridge = [house.point(-1, 0), house.point(1, 0)]
    draw.line(
        ridge,
        fill=paint.shade(house.colour, 1.22),
        width=max(2, round(house.half[1] / 9)),
    )


def _tarpaulin(draw: ImageDraw.ImageDraw, house: House, rng: Random) -> None:
    """Cover a part of the roof with a creased blue sheet, held down by battens."""
    colour = rng.choice(TARPAULIN)
    x0, x1 = sorted((rng.uniform(-1.05, -0.2), rng.uniform(0.1, 1.05)))
    y0, y1 = rng.choice(((-1.06, 0.15), (-0.2, 1.06), (-1.06, 1.06)))
    sheet = [
        house.point(x + rng.uniform(-0.07, 0.07), y + rng.uniform(-0.09, 0.09))
        for x, y in ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
    ]
    draw.polygon(sheet, fill=colour)
    for _ in range(5):
        start, end = rng.uniform(x0, x1), rng.uniform(x0, x1)
        crease = [house.point(start, y0), house.point(end, y1)]
        draw.line(crease, fill=paint.shade(colour, rng.choice((0.85, 1.18))), width=2)
    for share in (0.25, 0.75):
        x = x0 + (x1 - x0) * share
        batten = [house.point(x, y0), house.point(x, y1)]
        draw.line(batten, fill=(196, 184, 160), width=2)
    draw.line([*sheet, sheet[0]], fill=paint.shade(colour, 1.35), width=1)


def _hole(draw: ImageDraw.ImageDraw, house: House, rng: Random) -> None:
    """Tear sheets away: the dark room below shows, with rafters across it and torn sheets beside it."""
    side = rng.choice((-1, 1))
    centre = house.point(rng.uniform(-0.45, 0.45), side * rng.uniform(0.3, 0.5))
    radius = house.half[1] * rng.uniform(0.42, 0.58)
    gap = paint.ragged(centre, radius, rng, 9, 0.35)
    draw.polygon(gap, fill=(38, 33, 30))
    for offset in (-0.5, 0.0, 0.5):
        across = turned((offset * radius, 0), house.angle, centre)
        rafter = [
            turned((0, end * radius * 0.95), house.angle, across) for end in (-1, 1)
        ]
        draw.line(rafter, fill=(126, 104, 78), width=max(2, round(radius / 7)))
    draw.line([*gap, gap[0]], fill=paint.shade(house.colour, 1.25), width=2)
    _debris(draw, house, rng, 5)


def _ruin(draw: ImageDraw.ImageDraw, house: House, rng: Random) -> None:
    """Draw what is left: walls around rubble, beams, and sheets strewn about."""
    draw.polygon(house.quad(-1, -1, 1, 1), fill=(112, 98, 84))
    for _ in range(60):
        x, y = rng.uniform(-0.95, 0.95), rng.uniform(-0.95, 0.95)
        grey = rng.randrange(70, 165)
        stone = paint.ragged(
            house.point(x, y), house.half[1] * rng.uniform(0.05, 0.15), rng, 5
        )
        draw.polygon(stone, fill=(grey, round(grey * 0.9), round(grey * 0.8)))
    for _ in range(7):
        ends = [house.point(rng.uniform(-1, 1), rng.uniform(-1, 1)) for _ in range(2)]
        draw.line(ends, fill=(92, 72, 54), width=max(2, round(house.half[1] / 9)))
    if rng.random() < 0.6:
        draw.polygon(house.quad(0.25, -1, 1, rng.uniform(-0.3, 0.3)), fill=house.colour)
    wall = [*house.quad(-1, -1, 1, 1), house.point(-1, -1)]
    draw.line(wall, fill=(150, 138, 122), width=max(2, round(house.half[1] / 8)))
    _debris(draw, house, rng, 12)


def _debris(draw: ImageDraw.ImageDraw, house: House, rng: Random, pieces: int) -> None:
    for _ in range(pieces):
        angle, reach = rng.uniform(0, 2 * math.pi), rng.uniform(0.8, 1.35)
        x, y = math.cos(angle) * reach, math.sin(angle) * reach * 1.2
        sheet = paint.ragged(
            house.point(x, y), house.half[1] * rng.uniform(0.05, 0.16), rng, 4, 0.4
        )
        draw.polygon(sheet, fill=paint.shade(house.colour, rng.uniform(0.75, 1.2)))
