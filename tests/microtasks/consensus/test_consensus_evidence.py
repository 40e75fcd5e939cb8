"""What an answer weighs follows from who said what of tasks whose class is believed."""

from __future__ import annotations

import random

import numpy as np
import pytest

from microtasks.consensus import evidence, live
from microtasks.consensus.categories import methods
from microtasks.consensus.categories.table import factorise
from tests import crowds


def learnt(rows, true, classes=2):
    """Evidence of (task, worker, class) rows where each task's class is `true[task]`."""
    table = factorise([(*row, False) for row in rows], classes)
    belief = np.zeros((len(table.tasks), classes))
    belief[range(len(table.tasks)), [true[task] for task in table.tasks]] = 1.0
    found = evidence.learn(table, belief)
    return found, dict(zip(table.workers, found.workers.tolist(), strict=True))


@pytest.fixture(scope="module")
def leaning():
    """A good worker, one who says 1 whenever in doubt, one who always says 1, one who guesses; 200 tasks."""
    rng = random.Random(1)
    true = {f"t{n}": n % 2 for n in range(200)}
    rows = []
    for task, truth in true.items():
        good = truth if rng.random() < 0.95 else 1 - truth
        eager = 1 if truth or rng.random() < 0.5 else 0
        said = {"good": good, "eager": eager, "same": 1, "guess": rng.randrange(2)}
        rows += [(task, worker, value) for worker, value in said.items()]
    return learnt(rows, true)


def test_no_answer_speaks_against_the_class_it_names_or_for_another(leaning):
    found, _ = leaning
    for rows in (*found.workers, found.crowd):
        assert (np.diagonal(rows) == 0).all()
        assert (rows <= 0).all()
        assert (rows >= -evidence.CAP * live.UNIT - 1).all()


def test_who_leans_towards_a_class_is_believed_when_saying_another(leaning):
    _, by_name = leaning
    eager = by_name["eager"]
    assert eager[0][1] < 3 * eager[1][0]  # a "0" tells much, a "1" little
    assert by_name["good"][1][0] < eager[1][0]


def test_who_always_says_the_same_or_guesses_is_hardly_heard(leaning):
    _, by_name = leaning
    assert abs(by_name["same"][1][0]) < 0.1 * live.UNIT
    assert max(abs(by_name["guess"][a][1 - a]) for a in (0, 1)) < 0.5 * live.UNIT


def test_somebody_unknown_is_heard_less_than_the_best_of_the_crowd(leaning):
    found, by_name = leaning
    assert by_name["good"][1][0] < found.crowd[1, 0] <= 0


def test_who_answered_more_is_heard_more():
    true = {f"t{n:03}": n % 2 for n in range(200)}
    rows = [(task, "much", truth) for task, truth in true.items()]
    rows += [(task, "little", truth) for task, truth in list(true.items())[:8]]
    found, by_name = learnt(rows, true)
    assert by_name["much"][1][0] < by_name["little"][1][0] < found.crowd[1, 0] < 0


def test_frequent_classes_are_expected():
    rows = [(f"t{n}", "w", int(n < 10)) for n in range(100)]
    found, _ = learnt(rows, {task: value for task, _, value in rows})
    assert live.chances(found.prior.tolist())[1] == pytest.approx(11 / 102, abs=1e-3)


def test_renaming_people_and_shuffling_rows_changes_no_bit():
    ballots, _ = crowds.load("bluebird")
    rows = [(b.task, b.worker, int(b.value == "1"), False) for b in ballots]
    names = sorted({row[1] for row in rows})
    new = dict(zip(names, random.Random(2).sample(names, len(names)), strict=True))
    mixed = [(task, new[worker], *rest) for task, worker, *rest in rows]
    random.Random(3).shuffle(mixed)
    one, other = factorise(rows, 2), factorise(mixed, 2)
    ours = evidence.learn(one, methods.posterior(one, "dawid-skene"))
    theirs = evidence.learn(other, methods.posterior(other, "dawid-skene"))
    assert ours.prior.tolist() == theirs.prior.tolist()
    assert ours.crowd.tolist() == theirs.crowd.tolist()
    renamed = {new[n]: r for n, r in zip(one.workers, ours.workers.tolist(), strict=True)}  # fmt: skip
    assert renamed == dict(zip(other.workers, theirs.workers.tolist(), strict=True))


def test_a_crowd_too_wide_for_matrices_is_left_to_accuracies():
    rows = [(f"t{n}", "w", n, False) for n in range(evidence.MOST_CLASSES + 1)]
    assert not evidence.fits(factorise(rows, len(rows)))
    assert evidence.fits(factorise(rows[:-1], len(rows) - 1))
