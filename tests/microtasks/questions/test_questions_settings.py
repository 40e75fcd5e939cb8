from __future__ import annotations

import pytest

from microtasks.errors import RecipeError
from microtasks.questions import Question, kind, kinds


def checked(name, **settings):
    return kind(name).check(Question(name, "What is it?", settings=settings))


def refused(name, **settings):
    with pytest.raises(RecipeError) as caught:
        checked(name, **settings)
    return caught.value


def test_each_kind_is_registered_under_its_own_name():
    assert {name: each.name for name, each in kinds().items()} == {
        name: name for name in ("choice", "choices", "text", "number")
    }


def test_an_unknown_kind_is_refused_with_the_known_ones():
    with pytest.raises(RecipeError, match="choice, choices, text, number") as caught:
        kind("sonnet")
    assert caught.value.field == "question.kind"


@pytest.mark.parametrize("name", sorted(kinds()))
def test_an_unknown_setting_is_refused_by_its_name(name):
    error = (
        refused(name, options=["a", "b"], colour="red")
        if "choice" in name
        else refused(name, colour="red")
    )
    assert error.field == "question.colour"
    assert "colour" in str(error)


@pytest.mark.parametrize("name", sorted(kinds()))
def test_every_setting_has_a_line_of_meaning_and_comes_back_complete(name):
    given = {"options": ["a", "b"]} if "choice" in name else {}
    assert set(checked(name, **given).settings) == set(kind(name).settings)
    assert all(kind(name).settings.values())


@pytest.mark.parametrize("name", sorted(kinds()))
def test_cant_tell_is_offered_unless_said_otherwise(name):
    given = {"options": ["a", "b"]} if "choice" in name else {}
    assert checked(name, **given).settings["cant_tell"] is True
    assert checked(name, **given, cant_tell=False).settings["cant_tell"] is False
    assert refused(name, **given, cant_tell="no").field == "question.cant_tell"


@pytest.mark.parametrize(
    "options",
    [
        None,
        "yes",
        ["yes"],
        ["yes", "yes"],
        ["yes", " yes "],
        ["yes", ""],
        ["yes", "  "],
        ["yes", 3],
        ["yes", "n\x00o"],
        ["yes", "n\no"],
        ["yes", "n" * 201],
        [str(n) for n in range(101)],
    ],
)
def test_options_must_be_distinct_texts(options):
    assert refused("choice", options=options).field == "question.options"


def test_choices_may_have_a_single_option_and_options_are_composed_and_trimmed():
    assert checked("choices", options=[" Jose\u0301 "]).settings["options"] == [
        "Jos\u00e9"
    ]
    assert refused("choices", options=[]).field == "question.options"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("max_length", 0),
        ("max_length", "9"),
        ("max_length", True),
        ("lines", 0),
        ("lines", 1.5),
        ("direction", "up"),
    ],
)
def test_a_texts_box_has_sensible_sizes(key, value):
    assert refused("text", **{key: value}).field == f"question.{key}"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("min", "1"),
        ("max", float("nan")),
        ("max", float("inf")),
        ("min", True),
        ("integer", 1),
        ("unit", 5),
        ("unit", "m\n"),
    ],
)
def test_a_numbers_range_is_made_of_numbers(key, value):
    assert refused("number", **{key: value}).field == f"question.{key}"


def test_an_empty_range_is_refused():
    assert refused("number", min=3, max=3).field == "question.min"
