from __future__ import annotations

import random
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microtasks.errors import InvalidAnswer, InvalidInput
from microtasks.questions import Ballot, Question, Reliability, Vote, kind, kinds

VALUES = {
    "choice": ["water", "food", "none", None],
    "choices": [["water"], ["water", "food"], [], None],
    "text": ["Kofi", "Kofi ", "Kophi", "", None],
    "number": [3, 4, 4.5, 100, None],
}
OPTIONS = ["water", "food", "none"]
NAMES = sorted(kinds())


def ask(name, **given):
    if "choice" in name:
        given = {"options": OPTIONS, **given}
    return kind(name).check(Question(name, "What is it?", settings=given))


def votes(*values, reliability=0.85):
    return [Vote(f"w{i}", value, reliability) for i, value in enumerate(values)]


def decide(name, *values, **given):
    return kind(name).decide(ask(name, **given), votes(*values))


def ballots(name, seed=0, tasks=12, workers=5):
    rng = random.Random(seed)
    return [
        Ballot(f"t{task}", f"w{worker}", rng.choice(VALUES[name]), rng.random() < 0.1)
        for task in range(tasks)
        for worker in range(workers)
    ]


@pytest.mark.parametrize("name", NAMES)
def test_no_votes_are_refused(name):
    with pytest.raises(ValueError, match="no votes"):
        kind(name).decide(ask(name), [])
    with pytest.raises(ValueError, match="no answers"):
        kind(name).estimate(ask(name), [])


@pytest.mark.parametrize("name", NAMES)
def test_a_lone_vote_is_believed_as_far_as_its_volunteer(name):
    value = VALUES[name][0]
    decision = decide(name, value)
    assert decision.value == value
    assert 0.5 < decision.confidence <= 0.86


@pytest.mark.parametrize("name", NAMES)
def test_two_who_agree_meet_the_usual_policy(name):
    value = VALUES[name][1]
    decision = decide(name, value, value)
    assert kind(name).same(decision.value, value)
    assert decision.confidence >= 0.95


@pytest.mark.parametrize("name", NAMES)
def test_two_who_differ_settle_nothing(name):
    first, *_, last = [value for value in VALUES[name] if value is not None]
    assert decide(name, first, last).confidence < 0.6


@pytest.mark.parametrize("name", NAMES)
def test_those_who_cannot_tell_decide_when_they_outweigh_the_rest(name):
    value = VALUES[name][0]
    assert decide(name, None, None, value).value is None
    assert decide(name, value, value, None).value == value
    assert decide(name, None).value is None


@pytest.mark.parametrize("name", ["choices", "text", "number"])
def test_those_who_cannot_tell_are_no_evidence_on_the_value(name):
    value = VALUES[name][0]
    assert decide(name, value, value, None) == decide(name, value, value)


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_an_agreeing_vote_keeps_the_decision_and_its_confidence(name, data):
    said = [value for value in VALUES[name] if value is not None]
    drawn = data.draw(st.lists(st.sampled_from(said), min_size=1, max_size=6))
    question, given_votes = ask(name), votes(*drawn)
    before = kind(name).decide(question, given_votes)
    after = kind(name).decide(question, [*given_votes, Vote("more", before.value)])
    assert kind(name).same(after.value, before.value)
    assert after.confidence >= before.confidence - 1e-12


@pytest.mark.parametrize("name", NAMES)
@given(seed=st.integers(0, 999))
@settings(max_examples=20, deadline=None)
def test_neither_the_order_nor_the_names_of_workers_matter(name, seed):
    rng = random.Random(seed)
    given_ballots = ballots(name, seed)
    names = dict(
        zip(
            [f"w{i}" for i in range(5)],
            rng.sample([f"n{i}" for i in range(9)], 5),
            strict=True,
        )
    )
    moved = [
        Ballot(b.task, names[b.worker], b.value, b.suspicious) for b in given_ballots
    ]
    rng.shuffle(moved)
    one = kind(name).estimate(ask(name), given_ballots)
    other = kind(name).estimate(ask(name), moved)
    assert one.decisions == other.decisions
    assert one.alpha == other.alpha
    assert {names[w]: renamed(found, names) for w, found in one.workers.items()} == {
        w: renamed(found, {}) for w, found in other.workers.items()
    }


def renamed(found: Reliability, names: dict[str, str]) -> Reliability:
    """The same with the workers whom its flags name called otherwise, and the flags in an order of their own."""
    flags = [
        replace(
            flag,
            reason=re.sub(r"\bw\d\b", lambda old: names[old[0]], flag.reason),
        )
        for flag in found.flags
    ]
    return replace(found, flags=tuple(sorted(flags, key=lambda each: each.reason)))


@pytest.mark.parametrize("name", NAMES)
@given(seed=st.integers(0, 999))
@settings(max_examples=20, deadline=None)
def test_the_order_of_votes_does_not_matter(name, seed):
    rng = random.Random(seed)
    given_votes = [
        Vote(
            f"w{i}",
            rng.choice(VALUES[name]),
            rng.choice([0.6, 0.85, 0.97]),
            rng.random() < 0.2,
        )
        for i in range(6)
    ]
    shuffled = rng.sample(given_votes, 6)
    assert kind(name).decide(ask(name), given_votes) == kind(name).decide(
        ask(name), shuffled
    )


@pytest.mark.parametrize("name", NAMES)
def test_an_estimate_covers_every_task_and_worker(name):
    found = kind(name).estimate(None, ballots(name))
    assert set(found.decisions) == {f"t{n}" for n in range(12)}
    assert set(found.workers) == {f"w{n}" for n in range(5)}
    for worker in found.workers.values():
        assert 0 <= worker.low <= worker.accuracy <= worker.high <= 1
    for decision in found.decisions.values():
        assert 0 <= decision.confidence <= 1
        assert decision.method


@pytest.mark.parametrize("name", NAMES)
def test_a_crowd_that_can_never_tell_has_an_estimate_too(name):
    found = kind(name).estimate(None, [Ballot("t", w, None) for w in "abc"])
    assert found.decisions["t"].value is None
    assert set(found.workers) == set("abc")
    assert found.alpha is None


@pytest.mark.parametrize(
    ("name", "methods"),
    [
        ("choice", "auto, majority, one-coin, dawid-skene"),
        ("choices", "auto, majority, one-coin, dawid-skene"),
        ("text", "auto, words, characters, exact, medoid"),
        ("number", "auto, mode, median, mean"),
    ],
)
def test_each_kind_has_its_methods_and_names_them(name, methods):
    for method in methods.split(", "):
        assert kind(name).estimate(ask(name), ballots(name), method).decisions
    with pytest.raises(InvalidInput, match=methods):
        kind(name).estimate(ask(name), ballots(name), "magic")


@pytest.mark.parametrize("name", ["choice", "choices"])
def test_an_option_that_the_question_does_not_have_is_refused(name):
    strange = "gold" if name == "choice" else ["gold"]
    with pytest.raises(InvalidAnswer, match="gold"):
        decide(name, strange)
    with pytest.raises(InvalidAnswer, match="gold"):
        kind(name).estimate(ask(name), [Ballot("t", "w", strange)])


def test_a_tied_choice_goes_to_the_option_listed_first():
    assert decide("choice", "food", "water").value == "water"
    assert decide("choice", "food", "water", options=["food", "water"]).value == "food"


def test_a_tied_option_of_choices_is_left_out():
    decision = decide("choices", ["water"], [])
    assert decision.value == []
    assert decision.confidence == 0.5


def test_choices_are_decided_option_by_option():
    decision = decide("choices", ["water", "food"], ["water"], ["water"])
    assert decision.value == ["water"]
    assert decision.confidence == pytest.approx(0.85)


def test_nothing_ever_ticked_is_decided_without_a_question():
    found = kind("choices").estimate(None, [Ballot("t", w, []) for w in "ab"])
    assert found.decisions["t"].value == []
    assert 0.8 < found.decisions["t"].confidence < 1


def test_a_text_comes_back_in_the_most_frequent_spelling():
    decision = decide("text", "Kofi  Annan", "Kofi Annan", "Kofi Annan ", "Kofi Annan")
    assert decision.value == "Kofi Annan"
    assert decision.method == "exact"


def test_texts_that_all_differ_have_their_most_central_one():
    decision = decide("text", "Kofi Anan", "Kofi Annan", "Kofi Annam")
    assert decision.value == "Kofi Annan"
    assert decision.confidence < 0.6
    assert decision.confidences[0] > 0.9 > decision.confidences[1]


def test_blank_is_an_answer():
    assert decide("text", "", "", "x").value == ""


def test_a_number_that_most_gave_is_a_count_and_others_have_a_median():
    assert decide("number", 7, 7, 900).method == "mode"
    assert decide("number", 7, 7, 900).value == 7
    spread = decide("number", 10, 12, 14.5)
    assert (spread.value, spread.method) == (12, "median")
    assert spread.confidence < 0.6


def test_a_whole_number_question_has_whole_answers():
    assert decide("number", 2, 3, integer=True).value == 2
    assert decide("number", 2, 3).value == 2.5


def test_agreement_on_one_of_two_numbers_may_be_chance():
    wide = decide("number", 1, 1, integer=True, min=0, max=1000)
    narrow = decide("number", 1, 1, integer=True, min=0, max=1)
    assert narrow.confidence < wide.confidence


def test_a_suspicious_vote_cannot_settle_a_card():
    question = ask("choice")
    fast = [
        Vote("a", "food", 0.95, suspicious=True),
        Vote("b", "food", 0.95, suspicious=True),
    ]
    assert kind("choice").decide(question, fast).confidence < 0.9
