"""Texts of real crowds: these figures guard against falling back (`benchmarks/consensus_text.py` has them all)."""

from __future__ import annotations

import random
import re

import pytest
from rapidfuzz.distance import Levenshtein

from microtasks.questions import Question, Vote, kind
from microtasks.questions.text import Text
from tests import crowds

TEXT = kind("text")


def plain(text):
    return " ".join(re.sub(r"[^\w\s']|_", " ", text.lower()).split())


def rate(pairs, cut):
    wrong = sum(Levenshtein.distance(cut(one), cut(other)) for one, other in pairs)
    return wrong / sum(len(cut(other)) for _, other in pairs)


def part(name, step):
    """Every so manyth task, to keep the tests short."""
    ballots, truth = crowds.load(name, "text")
    some = set(list(truth)[::step])
    return [b for b in ballots if b.task in some], {t: truth[t] for t in some}


def rates(decisions, truth):
    pairs = [(plain(decisions[t].value), plain(true)) for t, true in truth.items()]
    return rate(pairs, str.split), rate(pairs, list)


@pytest.mark.parametrize(
    ("name", "words", "characters"),
    [("crowdspeech_dev_clean", 0.056, 0.024), ("crowdspeech_dev_other", 0.113, 0.056)],
)
def test_transcriptions_are_decided_better_than_by_rover(name, words, characters):
    ballots, truth = part(name, 2)
    found = TEXT.estimate(None, ballots)
    word, character = rates(found.decisions, truth)
    assert word <= words
    assert character <= characters
    sure = [d for d in found.decisions.values() if d.confidence > 0.9]
    assert all(len(d.confidences) == len(d.value.split()) for d in sure)


def test_free_translations_are_decided_better_than_by_rover():
    ballots, truth = crowds.load("crowdwsa_t1", "text")
    word, _ = rates(TEXT.estimate(None, ballots).decisions, truth)
    assert word <= 0.503


def test_confident_lines_are_right_more_often_than_doubtful_ones():
    ballots, truth = part("crowdspeech_dev_clean", 4)
    asked = Text(["case", "punctuation"])
    decisions = asked.estimate(None, ballots).decisions
    ranked = sorted(decisions, key=lambda task: decisions[task].confidence)
    right = [plain(decisions[t].value) == plain(truth[t]) for t in ranked]
    third = len(right) // 3
    assert sum(right[-third:]) > 2 * sum(right[:third])
    gap = sum(decisions[t].confidence for t in ranked) - sum(right)
    assert abs(gap) / len(right) < 0.15


def test_the_live_clock_says_nearly_what_the_batch_says():
    given, _ = part("crowdspeech_dev_clean", 12)
    found = TEXT.estimate(None, given)
    question = TEXT.check(Question("text", "What is said?"))
    asked: dict[str, list[Vote]] = {}
    for b in given:
        worker = found.workers[b.worker]
        vote = Vote(b.worker, b.value, worker.accuracy, record=worker.record)
        asked.setdefault(b.task, []).append(vote)
    same = 0
    for task, votes in asked.items():
        random.Random(task).shuffle(votes)
        live = TEXT.decide(question, votes, found.crowd)
        same += plain(live.value) == plain(found.decisions[task].value)
    assert same >= 0.97 * len(asked)
