"""Simulated volunteers know what a table says, and err in the way their question allows."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microtasks import simulation
from microtasks.errors import InvalidInput
from microtasks.simulation import Control, Place

ONE = Control("one", ("water", "food", "nothing"))
MANY = Control("many", ("water", "food", "shelter"))


def place(source: str = "a/b.png", row: int | None = 7, part: str = "0") -> Place:
    return Place(source, row, "need", part)


def test_a_source_goes_by_its_name_its_last_part_or_its_row():
    for name in ("a/b.png", "b.png", "7"):
        truth = simulation.read_truth(f"source,stage,value\n{name},need,water\n")
        assert truth.of(place()) == "water"
    assert truth.of(Place("c", 8, "need", "0")) is None
    assert truth.of(Place("a/b.png", 7, "where", "0")) is None


def test_a_slice_is_asked_before_its_source():
    truth = simulation.read_truth(
        "source,stage,slice,value\nb.png,need,1,food\nb.png,need,,water\n"
    )
    assert truth.of(place(part="1")) == "food"
    assert truth.of(place(part="2")) == "water"


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("source,value\na,b\n", "no column `stage`"),
        ("source,stage,value\na,s,b\na,s,c\n", "row 3"),
        ("", "no column"),
    ],
)
def test_a_table_that_cannot_be_true_is_refused(table, said):
    with pytest.raises(InvalidInput, match=said):
        simulation.read_truth(table)


def test_a_list_of_options_is_read_from_json():
    assert simulation.raw('["water", "food"]', several=True) == ("water", "food")
    assert simulation.raw("", several=True) == ()
    assert simulation.raw("[1]", several=False) == ("[1]",)
    with pytest.raises(InvalidInput):
        simulation.raw("water", several=True)


@given(st.integers(), st.sampled_from(["water", "food", "nothing"]))
def test_the_perfect_say_what_is_right_and_the_hopeless_something_else(seed, right):
    rng = Random(seed)
    assert simulation.skill(1.0, rng) == 1.0
    assert simulation.answer(ONE, (right,), 1.0, rng) == (right,)
    wrong = simulation.answer(ONE, (right,), 0.0, rng)
    assert wrong != (right,)
    assert wrong[0] in ONE.options
    assert simulation.answer(MANY, ("food",), 1.0, rng) == ("food",)
    assert simulation.answer(MANY, ("food",), 0.0, rng) == ("water", "shelter")


@given(st.integers(), st.floats(0, 1))
def test_a_volunteers_accuracy_is_a_share(seed, accuracy):
    assert 0 <= simulation.skill(accuracy, Random(seed)) <= 1


@given(st.integers(), st.sampled_from(["0", "17", "3.25", "-4"]))
def test_a_missed_number_is_another_number_as_precise(seed, right):
    said = simulation.answer(Control("number"), (right,), 0.0, Random(seed))[0]
    assert float(said) != float(right)
    assert len(said.partition(".")[2]) == len(right.partition(".")[2])


@given(st.integers(), st.text("abc d", max_size=60))
def test_a_typing_error_stays_near_the_text(seed, text):
    errors = 1 + len(text) // 40
    assert abs(len(simulation.mistyped(text, Random(seed))) - len(text)) <= errors


@given(st.integers(), st.sampled_from([ONE, MANY, Control("number"), Control("text")]))
def test_what_is_made_up_for_a_card_is_the_same_for_all(seed, control):
    said = simulation.agreed(control, Random(seed))
    assert said == simulation.agreed(control, Random(seed))
    assert set(said) <= set(control.options) or not control.options


def test_the_crowd_is_right_about_as_often_as_asked():
    rng = Random(1)
    said = [simulation.answer(ONE, ("food",), 0.8, rng) for _ in range(2000)]
    assert 0.75 < said.count(("food",)) / 2000 < 0.85
