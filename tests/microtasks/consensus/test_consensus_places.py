"""Places on the earth: medians in metres, where maps are cut and where meridians meet too."""

from __future__ import annotations

import numpy as np
import pytest

from microtasks.consensus.marks.cards import cards
from microtasks.consensus.marks.fit import fit
from microtasks.consensus.marks.sphere import Places, to_degrees, to_space
from microtasks.consensus.marks.table import Answer, tabulate

SPACE = Places()


def decided(pins):
    """Decide {task: [one pin or none per worker]}."""
    answers = [
        Answer(task, f"w{i}", () if pin is None else (to_space(*pin),))
        for task, given in pins.items()
        for i, pin in enumerate(given)
    ]
    return cards(fit(tabulate(answers, 3), SPACE))


def metres(one, other):
    return float(
        SPACE.apart(np.array([to_space(*one)]), np.array([to_space(*other)]))[0]
    )


def middle(card):
    assert len(card.marks) == 1
    return to_degrees(*card.marks[0])


def test_a_degree_of_the_meridian_is_about_111_kilometres():
    assert metres((0, 0), (1, 0)) == pytest.approx(111_195, rel=1e-4)
    assert metres((60, 0), (60, 1)) == pytest.approx(111_195 / 2, rel=1e-3)


@pytest.mark.parametrize("north", [-89.9999, -45.0, 0.0, 60.0, 89.9999])
@pytest.mark.parametrize("east", [-180.0, -179.9999, 0.0, 179.9999])
def test_places_come_back_from_space(north, east):
    assert metres(to_degrees(*to_space(north, east)), (north, east)) < 1e-3


def test_pins_on_both_sides_of_the_antimeridian_meet_there():
    pins = [(10, 179.9995), (10, -179.9995), (10.0002, 180.0), (9.9998, -180.0)]
    assert metres(middle(decided({"t": pins})["t"]), (10, 180)) < 30


def test_pins_around_a_pole_meet_at_the_pole():
    pins = [(89.9995, east) for east in (0, 90, 180, -90)]
    assert metres(middle(decided({"t": pins})["t"]), (90, 0)) < 30


def test_one_pin_in_another_country_moves_nothing():
    rng = np.random.default_rng(4)
    centres = {
        f"t{i}": (rng.uniform(-60, 60), rng.uniform(-170, 170)) for i in range(12)
    }
    pins = {
        task: [(n + rng.normal(0, 1e-3), e + rng.normal(0, 1e-3)) for _ in range(4)]
        + [(n + 3, e - 5)]
        for task, (n, e) in centres.items()
    }
    for task, card in decided(pins).items():
        assert metres(middle(card), centres[task]) < 200


def test_the_radius_holds_the_true_place_about_as_often_as_it_says():
    rng = np.random.default_rng(5)
    held = []
    pins, truth = {}, {}
    for i in range(150):
        n, e = rng.uniform(-50, 50), rng.uniform(-170, 170)
        truth[f"t{i}"] = (n, e)
        steps = rng.normal(0, 100, (4, 2)) / 111_195
        pins[f"t{i}"] = [(n + y, e + x / np.cos(np.radians(n))) for y, x in steps]
    for task, card in decided(pins).items():
        held.append(metres(middle(card), truth[task]) <= card.radii[0])
    assert 0.9 <= np.mean(held) <= 0.995


def test_most_saying_nowhere_outvote_one_pin():
    pins = {f"t{i}": [(10 + i, 20), None, None, None, None] for i in range(5)}
    assert all(not len(card.marks) for card in decided(pins).values())
