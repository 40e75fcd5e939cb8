"""What the demonstration shows is drawn and written so that the truth about it is known."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from blueprints.commands.demonstration import gauges, shows, villages
from microtasks import questions
from microtasks.simulation import raw


def opened(body):
    image = Image.open(io.BytesIO(body))
    image.load()
    return image


def test_a_village_is_one_picture_with_a_truth_for_each_tile():
    one = villages.village(2)
    assert opened(one.body).size == (villages.SIZE, villages.SIZE)
    assert set(one.truth) == {"r0c0", "r0c1", "r1c0", "r1c1"}
    assert one == villages.village(2)
    assert one.body != villages.village(3).body


def test_a_tarpaulin_is_blue_in_the_tile_that_is_said_to_be_damaged():
    one = villages.village(3)
    assert "yes" in one.truth.values()
    blues = {
        part: blue_pixels(opened(one.body), int(part[1]), int(part[3]))
        for part in one.truth
    }
    bluest = max(blues, key=lambda part: blues[part])
    assert one.truth[bluest] == "yes"


def blue_pixels(image, row, column):
    side = villages.TILE
    box = (column * side, row * side, (column + 1) * side, (row + 1) * side)
    return sum(
        blue > 120 and blue > 1.6 * red
        for red, _, blue in image.crop(box).get_flattened_data()
    )


def test_a_gauge_has_one_reading():
    one = gauges.gauge(1)
    assert opened(one.body).size == (gauges.WIDTH, gauges.HEIGHT)
    assert 0 < one.centimetres < 300
    assert one == gauges.gauge(1)


@pytest.mark.parametrize("number", range(3))
def test_the_truth_is_what_the_questions_take(number):
    show = shows.shows(small=True)[number]
    asked = {stage.name: stage.question for stage in show.recipe.stages}
    cells = show.make().truth.cells
    assert {stage for _, stage, _ in cells} == set(asked)
    for (_, stage, _), cell in cells.items():
        kind = questions.kind(asked[stage].kind)
        said = raw(cell, asked[stage].kind == "choices")
        assert kind.parse(asked[stage], said) is not None
