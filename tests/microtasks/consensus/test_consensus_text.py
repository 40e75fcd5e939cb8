from __future__ import annotations

import random

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from microtasks.consensus.text import medoid
from microtasks.consensus.text.clusters import clusters
from microtasks.consensus.text.lines import Crowd, Known, Typed, decide, fit
from microtasks.consensus.text.normal import rules
from microtasks.consensus.text.units import characters, reading, words

PLAIN = rules([])
WAYS = ("words", "characters", "exact")
#: Few words that are easily mistaken for one another, two scripts, marks, dashes and stray punctuation.
LINES = st.lists(
    st.sampled_from(
        [
            "the",
            "The",
            "tho",
            "a",
            "an,",
            "sea-side",
            "see",
            "-",
            "كتاب",
            "كِتاب",
            "कि",
            "क",
            "日本",
            "日",
        ]
    ),
    max_size=6,
).map(" ".join)
CROWDS = st.lists(
    st.tuples(st.sampled_from("ptq"), st.sampled_from("abcde"), LINES),
    min_size=1,
    max_size=12,
    unique_by=lambda row: row[:2],
)


def said(*texts, reliability=0.85):
    return [Known(text, reliability) for text in texts]


def decided(*texts, **given):
    return decide(said(*texts, **given), PLAIN)


def typed(rows):
    return [Typed(*row) for row in rows]


def test_words_are_voted_on_where_no_two_lines_are_equal():
    found = decided(
        "the vine grew outside many houses",
        "the wine grew outside many of houses",
        "the vine grew outside any houses",
        "a vine grew outside many horses",
    )
    assert found.text == "the vine grew outside many houses"
    assert found.method == "alignment"


def test_a_sure_vote_meets_a_policy_though_everybody_slipped_somewhere():
    line = ["the", "vine", "grew", "outside", "many", "houses"]
    slips = [" ".join([*line[:n], line[n] + "x", *line[n + 1 :]]) for n in range(5)]
    found = decided(*slips)
    assert found.text == " ".join(line)
    assert found.confidence > 0.9


def test_reliable_volunteers_outweigh_a_majority():
    lines = [Known("the ship", 0.98), Known("the sheep", 0.6), Known("the sheep", 0.55)]
    assert decide(lines, PLAIN).text == "the ship"
    assert decide([Known(one.text, 0.85) for one in lines], PLAIN).text == "the sheep"


def test_a_machines_reading_counts_as_much_as_it_is_given():
    people = said("the ship", reliability=0.9)
    machine = Known("the sheep", 0.95)
    light = Known("the sheep", 0.95, weight=0.3)
    assert decide([*people, machine], PLAIN).text == "the sheep"
    assert decide([*people, light], PLAIN).text == "the ship"


def test_of_two_lines_one_stands_whole():
    found = decided("the red ship sank", "the rod sheep sank")
    assert found.text in {"the red ship sank", "the rod sheep sank"}
    assert found.method == "medoid"
    assert found.confidence < 0.6


def test_words_nobody_shares_go_to_the_most_central_letters():
    assert decided("Kofi Anan", "Kofi Annan", "Kofi Annam").text == "Kofi Annan"


def test_neighbouring_words_come_from_the_same_people():
    found = decided("kept air tight", "kept air tight", "kept airtight", "kept airtight", "kept airtight")  # fmt: skip
    assert found.text == "kept airtight"
    assert decided("kept air tight", "kept air tight", "kept airtight").text == "kept air tight"  # fmt: skip


def test_confidence_is_given_for_each_word_and_alternatives_are_kept():
    found = decided("in the sea", "in the see", "in the sea")
    assert len(found.words) == 3
    assert found.words[2] < min(found.words[:2])
    assert found.alternatives[0][0] == "in the see"
    assert found.confidence + sum(chance for _, chance in found.alternatives) <= 1


def test_case_and_punctuation_cost_no_word_its_votes():
    found = decided("Yes, sir", "yes sir", "Yes, Sir", "no sir")
    assert found.text == "Yes, sir"


def test_what_is_ignored_costs_no_confidence_and_the_typed_form_comes_out():
    lines = said("Yes, Sir!", "yes sir", "YES SIR")
    strict = decide(lines, PLAIN)
    loose = decide(lines, rules(["case", "punctuation"]))
    assert loose.text in {one.text for one in lines} | {"yes Sir!", "Yes, sir"}
    assert loose.confidence > 0.95 > strict.confidence


def test_blank_is_an_answer_that_wins_and_loses_as_a_whole():
    assert decided("", "", "smudge").text == ""
    assert decided("", "a line of words", "a line of words").text == "a line of words"
    assert decided("", "").confidence > 0.9
    assert ("", pytest.approx(0.1, abs=0.1)) in decided("", "a b", "a b").alternatives


def test_a_blank_line_keeps_the_form_that_was_typed_and_a_sign_is_no_blank():
    lines = [Known("", 0.99), Known("?", 0.55), Known("?", 0.55)]
    assert decide(lines, PLAIN).text == ""
    assert decide(said("-", "-", ""), rules(["punctuation"])).text == "-"


def test_a_text_of_several_lines_keeps_them():
    page = "first line\nsecond line"
    assert decided(page, page, "first line second lime").text == page


def test_scripts_without_spaces_are_voted_on_by_character():
    assert decided("日本語文", "日木語文", "日本語丈").text == "日本語文"
    assert decided("สวัสดี", "สวัสดึ", "สวัสดี").text == "สวัสดี"


def test_characters_may_be_joined_to_what_nobody_typed_whole():
    lines = said("Mdivani", "Mdavini", "Madivani", "Mdivamo")
    assert decide(lines, PLAIN, way="characters").text == "Mdivani"


def test_a_crowd_learns_who_types_well():
    rng = random.Random(1)
    names = [f"word{n}" for n in range(40)]
    rows = []
    for task in range(60):
        line = rng.sample(names, 8)
        for worker, slips in (("good", 0), ("fair", 1), ("poor", 4)):
            copy = line[:]
            for place in rng.sample(range(8), slips):
                copy[place] = rng.choice(names)
            rows.append(Typed(str(task), worker, " ".join(copy)))
    found = fit(rows, PLAIN)
    mean = {
        worker: sum(r for row, r in zip(rows, found.right, strict=True) if row.worker == worker) / 60
        for worker in ("good", "fair", "poor")
    }  # fmt: skip
    assert mean["good"] > 0.95 > mean["fair"] > 0.7 > mean["poor"]


def test_known_texts_are_what_lines_are_held_against():
    rows = [Typed(str(n), w, "a b c d") for n in range(30) for w in "xyz"]
    alone = fit(rows, PLAIN)
    told = fit(rows, PLAIN, known={str(n): "a b c e" for n in range(20)})
    assert told.crowd.doubt > 3 * alone.crowd.doubt
    assert told.lines["25"].confidence < alone.lines["25"].confidence
    assert min(told.right) == pytest.approx(0.75)


def test_what_a_crowd_is_like_goes_into_live_decisions():
    lines = said("a b c", "a b c")
    assert (
        decide(lines, PLAIN, Crowd(doubt=0.1)).confidence
        < decide(lines, PLAIN).confidence
    )


@pytest.mark.parametrize("way", WAYS)
@given(rows=CROWDS, seed=st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_order_and_names_change_nothing(way, rows, seed):
    rng = random.Random(seed)
    names = dict(zip("abcde", rng.sample("vwxyz", 5), strict=True))
    tasks = dict(zip("ptq", rng.sample("ptq", 3), strict=True))
    moved = [(tasks[t], names[w], text) for t, w, text in rows]
    rng.shuffle(moved)
    one, other = fit(typed(rows), PLAIN, way), fit(typed(moved), PLAIN, way)
    assert {tasks[t]: read for t, read in one.lines.items()} == other.lines
    assert one.crowd == other.crowd
    right = dict(zip(((t, w) for t, w, _ in moved), other.right, strict=True))
    assert [right[tasks[t], names[w]] for t, w, _ in rows] == one.right


@given(line=LINES, people=st.integers(2, 6))
@settings(max_examples=60, deadline=None)
def test_a_unanimous_line_comes_back_as_it_was_typed(line, people):
    found = decided(*[line] * people)
    assert found.text == line.strip()
    assert found.method == "exact"
    assert found.confidence > 0.8
    assert min(found.words, default=1) > 0.9
    assert len(found.words) == len(found.text.split())


@given(lines=st.lists(LINES, min_size=1, max_size=6))
@example(lines=["a -", "- a", "-"])
@settings(max_examples=200, deadline=None)
def test_every_decided_word_was_typed_by_somebody(lines):
    found = decided(*lines)
    given_words = {reading(unit, PLAIN) for line in lines for unit in words(line)}
    assert {reading(unit, PLAIN) for unit in words(found.text)} <= given_words
    assert 0 < found.confidence <= 1
    assert len(found.words) == len(found.text.split())


@given(lines=st.lists(LINES, min_size=1, max_size=6))
@settings(max_examples=100, deadline=None)
def test_every_decided_character_was_typed_by_somebody_and_is_whole(lines):
    found = decide(said(*lines), PLAIN, way="characters").text
    assume(found)
    units = {unit for line in lines for unit in characters(line)}
    assert set(clusters(found)) <= units | {" "}


@given(
    lines=st.lists(
        st.lists(st.sampled_from(["a", "b", "cd"]), max_size=3).map(" ".join),
        min_size=1,
        max_size=6,
    )
)
@settings(max_examples=100, deadline=None)
def test_an_agreeing_line_keeps_the_decision_and_its_confidence(lines):
    assume(len(lines) != 2)  # of two lines one is taken whole; a third begins a vote
    before = decided(*lines)
    after = decided(*lines, before.text)
    assert after.text == before.text
    assert after.confidence >= before.confidence - 1e-9


def test_a_crowd_without_answers_decides_nothing():
    assert fit([], PLAIN).lines == {}


def test_a_long_line_that_shares_nothing_ends_soon_and_whole():
    one, other = " ".join(f"a{n}" for n in range(900)), " ".join(["b"] * 700)
    assert decided(one, one, other).text == one


def test_the_medoid_is_the_text_nearest_to_the_others():
    texts = ["the cat sat", "the cat sits", "a dog"]
    found, confidence = medoid.medoid(texts, [1, 1, 1])
    assert found == "the cat sat"
    assert 0 < confidence <= medoid.MEDOID_CAP


def test_the_most_frequent_spelling_stands_and_a_tie_goes_by_sort_order():
    assert medoid.spelling(["b", "a", "b"]) == "b"
    assert medoid.spelling(["b", "a"]) == "a"
