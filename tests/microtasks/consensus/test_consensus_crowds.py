"""Real crowds whose truth, or whose published estimates, are known."""

from __future__ import annotations

import json

import pytest

from microtasks.consensus.categories import dawid_skene
from microtasks.consensus.categories.table import factorise
from microtasks.crowd_file import score
from microtasks.questions import kind
from tests import crowds


def accuracy(name: str, method: str) -> float:
    ballots, truth = crowds.load(name)
    choice = kind("choice")
    return (
        100
        * score(
            choice, choice.estimate(None, ballots, method).decisions, truth
        ).accuracy
    )


def test_dawid_skene_sees_through_a_crowd_with_leanings():
    assert accuracy("bluebird", "dawid-skene") > accuracy("bluebird", "majority") + 5


def test_dawid_and_skenes_own_patients_have_their_published_class_shares():
    ballots = crowds.load_answers("anaesthetic", repeats="all")
    assert len(ballots) == 315
    rows = [(b.task, b.worker, int(b.value) - 1, b.suspicious) for b in ballots]
    belief = dawid_skene.posterior(factorise(rows, 4), worth=0.05)
    assert belief.mean(axis=0) == pytest.approx([0.40, 0.42, 0.11, 0.07], abs=0.01)


def test_relations_in_sentences_are_found_by_choices():
    ballots = crowds.load_answers("medrel_a", "choices")
    truth = {
        row["task"]: json.loads(row["label"])
        for row in crowds.raw("medrel_a", "truth.csv")
    }
    decided = kind("choices").estimate(None, ballots).decisions
    pairs = [
        ("TREATS" in decided[task].value, known["TREATS"])
        for task, known in truth.items()
        if "TREATS" in known
    ]
    hits = sum(found and true for found, true in pairs)
    f1 = 2 * hits / (sum(found for found, _ in pairs) + sum(true for _, true in pairs))
    assert f1 > 0.85


def test_scores_of_emotions_come_as_near_as_the_plain_median():
    ballots, truth = crowds.load("emotion", "number")
    number = kind("number")
    found = score(number, number.estimate(None, ballots).decisions, truth)
    assert found.rmse is not None
    assert found.rmse < 21.5
