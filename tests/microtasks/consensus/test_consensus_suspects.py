from __future__ import annotations

import numpy as np
import pytest

from microtasks.consensus import copies, suspects
from microtasks.consensus.categories import one_coin, table
from microtasks.questions import Ballot, kind
from tests import crowds

PEOPLE, TASKS = 40, 300
CHOICE = kind("choice")


def honest(seed, classes=4, per_task=6, hard=0.0):
    """Answers {(task, worker): class} of people who are right more often than not, also where a trap is set."""
    rng = np.random.default_rng(seed)
    truth, accuracy = rng.integers(0, classes, TASKS), rng.uniform(0.55, 0.95, PEOPLE)
    trap = (truth + rng.integers(1, classes, TASKS)) % classes
    is_hard = rng.random(TASKS) < hard
    said = {}
    for task in range(TASKS):
        for worker in rng.choice(PEOPLE, per_task, replace=False).tolist():
            if rng.random() < accuracy[worker] * (0.6 if is_hard[task] else 1):
                said[task, worker] = int(truth[task])
            elif is_hard[task]:
                said[task, worker] = int(trap[task])
            else:
                said[task, worker] = int((truth[task] + rng.integers(1, classes)) % classes)  # fmt: skip
    return said, rng


def fitted(said, classes=4):
    rows = [
        (f"t{task}", f"w{worker:02}", x, False) for (task, worker), x in said.items()
    ]
    crowd = table.factorise(rows, classes)
    return crowd, one_coin.posterior(crowd)


def pairs(crowd, belief):
    right = belief[crowd.task, crowd.answer]
    found = copies.find(
        copies.Answers(
            crowd.task, crowd.worker, crowd.answer, right, len(crowd.workers)
        )
    )
    return {frozenset(crowd.workers[at] for at in pair) for pair in found}


@pytest.mark.parametrize(
    "world", [{}, {"hard": 0.3}, {"per_task": 3}, {"classes": 2, "hard": 0.3}]
)
def test_honest_people_are_flagged_no_more_often_than_is_promised(world):
    flagged = {"constant": 0, "near_chance": 0, "copies": 0}
    for seed in range(20):
        crowd, belief = fitted(honest(seed, **world)[0], world.get("classes", 4))
        flagged["constant"] += bool(suspects.constant(crowd, belief))
        flagged["near_chance"] += bool(suspects.near_chance(crowd, belief))
        flagged["copies"] += bool(pairs(crowd, belief))
    # 5 % of 20 crowds; four or more would have a chance below 2 %.
    assert max(flagged.values()) <= 3


def test_who_copies_is_found_with_whom_they_copied():
    found, missed, others = 0, 0, 0
    for seed in range(6):
        said, rng = honest(seed)
        for task in range(TASKS):
            if (task, 3) in said and rng.random() < 0.8:
                said[task, 39] = said[task, 3]
        seen = pairs(*fitted(said))
        found += frozenset(("w03", "w39")) in seen
        missed += frozenset(("w03", "w39")) not in seen
        others += len(seen - {frozenset(("w03", "w39"))})
    assert found > missed
    assert others <= 1


def test_sharing_an_error_that_everybody_makes_is_no_sign_of_copying():
    said, rng = honest(1)
    for task, worker in said:
        if task < 120:
            said[task, worker] = int(rng.random() < 0.3)
    assert not pairs(*fitted(said))


def test_random_answers_and_constant_ones_are_seen():
    chance, always, clean = 0, 0, 0
    for seed in range(5):
        said, rng = honest(seed, per_task=10)
        for task, worker in said:
            if worker == 5:
                said[task, worker] = int(rng.integers(0, 4))
            elif worker == 6:
                said[task, worker] = 2
        crowd, belief = fitted(said)
        chance += 5 in suspects.near_chance(crowd, belief)
        always += 6 in suspects.constant(crowd, belief)
        clean += not set(suspects.constant(crowd, belief)) - {6}
    assert (always, clean) == (5, 5)
    assert chance >= 4


def test_always_saying_what_is_nearly_always_true_is_no_sin():
    rng = np.random.default_rng(2)
    said = {(task, worker): int(rng.random() < 0.01) for task in range(60) for worker in range(5)}  # fmt: skip
    assert not suspects.constant(*fitted(said, classes=2))


def test_flags_say_why_and_take_nobody_out():
    ballots = crowds.load_answers("rte")
    found = CHOICE.estimate(None, ballots, "one-coin")
    flagged = {name: of.flags for name, of in found.workers.items() if of.flags}
    assert 0 < len(flagged) < 30
    for name, flags in flagged.items():
        assert found.workers[name].answers > 0
        for flag in flags:
            assert any(character.isdigit() for character in flag.reason)
    words = {flag.word for flags in flagged.values() for flag in flags}
    assert words <= {"constant", "near_chance", "fast", "copies"}


def test_people_who_answer_before_they_can_have_looked_are_flagged_fast():
    ballots = [Ballot(f"t{n}", w, "ab"[n % 2], w == "q") for n in range(8) for w in "pqr"]  # fmt: skip
    found = CHOICE.estimate(None, ballots)
    assert [flag.word for flag in found.workers["q"].flags] == ["fast"]
    assert found.workers["q"].flags[0].reason == "8 of 8 answers came too fast"
    assert not found.workers["p"].flags


def test_the_crowds_confusion_is_stated_with_the_classes():
    ballots, truth = crowds.load("rte")
    found = CHOICE.estimate(None, ballots).confusion
    assert found.classes == tuple(sorted(set(truth.values())))
    assert sum(found.shares) == pytest.approx(1)
    for at, row in enumerate(found.rows):
        assert sum(row) == pytest.approx(1)
        assert row[at] > 0.5


def test_names_and_order_change_no_flag():
    said, rng = honest(4)
    for task in range(TASKS):
        if (task, 3) in said:
            said[task, 39] = said[task, 3]
    rows = [Ballot(f"t{t}", f"w{w:02}", str(x)) for (t, w), x in said.items()]
    other = [Ballot(f"u{t}", f"v{99 - w}", str(x)) for (t, w), x in said.items()]
    rng.shuffle(other)
    one, two = CHOICE.estimate(None, rows), CHOICE.estimate(None, other)
    for name, of in one.workers.items():
        same = two.workers[f"v{99 - int(name[1:])}"]
        assert [flag.word for flag in of.flags] == [flag.word for flag in same.flags]
