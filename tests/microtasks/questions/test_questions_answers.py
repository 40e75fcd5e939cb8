from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microtasks.errors import InvalidAnswer
from microtasks.questions import Question, kind


def ask(name, **given):
    return kind(name).check(Question(name, "What is it?", settings=given))


CHOICE = ask("choice", options=["water", "food", "crème"])
CHOICES = ask("choices", options=["water", "food", "crème"])
TEXT = ask("text", max_length=20)
NUMBER = ask("number")
ROUND_TRIP = settings(max_examples=100, deadline=None)


def parse(question, *raw):
    return kind(question.kind).parse(question, raw)


def refused(question, *raw):
    with pytest.raises(InvalidAnswer) as caught:
        parse(question, *raw)
    return str(caught.value)


def test_a_choice_is_exactly_one_of_the_options():
    assert parse(CHOICE, "food") == "food"
    assert parse(CHOICE, "cre\u0300me") == "crème"
    for raw in ((), ("food", "water"), ("gold",), ("",)):
        assert refused(CHOICE, *raw)


def test_choices_are_any_of_the_options_in_their_order_and_none_is_an_answer():
    assert parse(CHOICES, "crème", "water", "water") == ["water", "crème"]
    assert parse(CHOICES) == []
    assert refused(CHOICES, "water", "gold")


def test_a_text_is_trimmed_and_composed_and_blank_is_an_answer():
    assert parse(TEXT, "  Jose\u0301\r\nRuiz \r") == "Jos\u00e9\nRuiz"
    assert parse(TEXT, "   ") == ""
    assert parse(TEXT, "می‌خواهم") == "می‌خواهم"


@pytest.mark.parametrize("raw", ["a\x00b", "a\x1bb", "a\x85b", "\ud800", "x" * 21])
def test_a_text_without_sense_or_end_is_refused(raw):
    assert refused(TEXT, raw)


def test_a_text_is_one_field():
    assert refused(TEXT)
    assert refused(TEXT, "a", "b")


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ("3", 3), (" 3.5 ", 3.5), ("3,5", 3.5), ("3.0", 3), ("-4", -4), ("−4", -4), ("+4", 4), ("007", 7),
        ("٣٫٥", 3.5), ("४२", 42), ("１２", 12), ("0,125", 0.125), ("-0", 0), ("1,2345", 1.2345),
    ],
)  # fmt: skip
def test_numbers_are_read_in_any_scripts_digits(raw, found):
    value = parse(NUMBER, raw)
    assert value == found
    assert type(value) is type(found)


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "three",
        "nan",
        "inf",
        "-inf",
        "1e5",
        "1_000",
        "0x10",
        "3 4",
        "3..5",
        "½",
        "²",
        "9" * 41,
        "9" * 39,
        ".",
        "1,234.5",
    ],
)
def test_what_is_no_plain_number_is_refused(raw):
    assert refused(NUMBER, raw)


def test_a_comma_that_could_mean_thousands_is_asked_about():
    assert refused(NUMBER, "1,234") == "write 1234 or 1.234 instead of 1,234"


def test_a_number_keeps_to_its_range():
    question = ask("number", min=0, max=10, integer=True)
    assert parse(question, "10") == 10
    for raw in ("-1", "11", "2.5"):
        assert refused(question, raw)


@given(st.sampled_from(["water", "food", "crème"]))
@ROUND_TRIP
def test_a_choice_survives_its_cell(value):
    assert kind("choice").read(kind("choice").write(value)) == value


@given(st.lists(st.text(min_size=1), unique=True))
@ROUND_TRIP
def test_choices_survive_their_cell(value):
    assert kind("choices").read(kind("choices").write(value)) == value


@given(st.text())
@ROUND_TRIP
def test_a_text_survives_its_cell(value):
    assert kind("text").read(kind("text").write(value)) == value


@given(
    st.one_of(st.integers(-(10**15), 10**15), st.decimals(-(10**9), 10**9, places=4))
)
@ROUND_TRIP
def test_a_number_survives_its_cell(number):
    typed = f"{number:f}" if not isinstance(number, int) else str(number)
    value = parse(NUMBER, typed)
    back = kind("number").read(kind("number").write(value))
    assert back == value
    assert type(back) is type(value)


@pytest.mark.parametrize("name", ["choice", "choices", "text", "number"])
def test_cant_tell_leaves_its_cell_empty(name):
    assert kind(name).write(None) == ""


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("choice", " "), ("choices", ""), ("choices", "water"), ("choices", '{"a": 1}'), ("choices", "[1]"),
        ("choices", "[" * 100_000), ("choices", '["\\ud800"]'), ("number", "1e308"), ("number", "-1e200"), ("number", ""), ("number", "nan"), ("number", "1_0"), ("number", "9" * 400),
    ],
)  # fmt: skip
def test_a_cell_that_holds_no_answer_is_refused(name, cell):
    with pytest.raises(InvalidAnswer):
        kind(name).read(cell)


def test_answers_that_mean_the_same_are_the_same():
    assert kind("choices").same(["a", "b"], ["b", "a"])
    assert kind("text").same("a  b", "a b ")
    assert kind("number").same(3, 3.0)
    assert not kind("choice").same("a", "b")
    assert not kind("choices").same(None, [])
    assert not kind("text").same(None, "")
