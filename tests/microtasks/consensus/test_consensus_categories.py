from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microtasks.consensus.categories import dawid_skene, methods
from microtasks.consensus.categories.table import SUSPICIOUS_WEIGHT, factorise
from microtasks.errors import InvalidInput

CROWD = st.lists(
    st.tuples(
        st.sampled_from([f"t{i}" for i in range(8)]),
        st.sampled_from([f"w{i}" for i in range(6)]),
        st.integers(0, 3),
        st.booleans(),
    ),
    min_size=1,
    max_size=60,
)
METHODS = sorted(methods.METHODS)
#: The estimate without a prior is for repeating what others published: it may be certain of anything.
HELD = [method for method in METHODS if method != "maximum-likelihood"]


def believe(rows, method="auto", classes=4):
    table = factorise(rows, classes)
    return dict(
        zip(table.tasks, methods.posterior(table, method).tolist(), strict=True)
    )


@pytest.mark.parametrize("method", METHODS)
@given(rows=CROWD, seed=st.integers(0, 999))
@settings(max_examples=25, deadline=None)
def test_the_order_of_rows_changes_no_bit(method, rows, seed):
    shuffled = rows[:]
    random.Random(seed).shuffle(shuffled)
    assert believe(rows, method) == believe(shuffled, method)


@pytest.mark.parametrize("method", METHODS)
@given(rows=CROWD, seed=st.integers(0, 999))
@settings(max_examples=25, deadline=None)
def test_the_names_of_workers_change_no_bit(method, rows, seed):
    names = [f"w{i}" for i in range(6)]
    others = random.Random(seed).sample([f"n{i}" for i in range(20)], 6)
    renamed = dict(zip(names, others, strict=True))
    assert believe(rows, method) == believe(
        [(task, renamed[worker], label, fast) for task, worker, label, fast in rows],
        method,
    )


@pytest.mark.parametrize("method", METHODS)
@given(rows=CROWD)
@settings(max_examples=25, deadline=None)
def test_every_task_has_probabilities(method, rows):
    found = believe(rows, method)
    assert set(found) == {row[0] for row in rows}
    for chances in found.values():
        assert sum(chances) == pytest.approx(1, abs=1e-6)
        assert min(chances) >= 0


@pytest.mark.parametrize("method", METHODS)
def test_no_answers_are_refused(method):
    with pytest.raises(ValueError, match="no answers"):
        believe([], method)


@pytest.mark.parametrize("method", HELD)
def test_one_answer_is_followed_without_certainty(method):
    chances = believe([("t", "w", 2, False)], method)["t"]
    assert int(np.argmax(chances)) == 2
    assert 0.25 < chances[2] < 0.99


@pytest.mark.parametrize("method", HELD)
def test_a_crowd_that_only_ever_says_one_thing_is_still_not_certain(method):
    rows = [(f"t{t}", f"w{w}", 0, False) for t in range(5) for w in range(2)]
    chances = believe(rows, method, classes=1)["t0"]
    assert len(chances) == 2
    assert 0.8 < chances[0] < 1


def test_majoritys_tie_goes_to_the_first_class():
    chances = believe([("t", "a", 3, False), ("t", "b", 1, False)], "majority")["t"]
    assert chances[1] == chances[3]
    assert int(np.argmax(chances)) == 1


def test_a_suspicious_answer_weighs_less():
    rows = [("t", "a", 0, True), ("t", "b", 1, False)]
    assert 0 < SUSPICIOUS_WEIGHT < 1
    for method in METHODS:
        assert int(np.argmax(believe(rows, method, classes=2)["t"])) == 1


def test_a_worker_who_always_says_the_same_does_not_sway_the_crowd():
    rng = random.Random(1)
    rows, truth = [], {}
    for number in range(60):
        task = f"t{number}"
        truth[task] = rng.randrange(2)
        for worker in ("a", "b", "c"):
            said = truth[task] if rng.random() < 0.85 else 1 - truth[task]
            rows.append((task, worker, said, False))
        rows += [(task, f"parrot{i}", 0, False) for i in range(3)]
    right = sum(
        int(np.argmax(chances)) == truth[task]
        for task, chances in believe(rows, "dawid-skene", classes=2).items()
    )
    plain = sum(
        int(np.argmax(chances)) == truth[task]
        for task, chances in believe(rows, "majority", classes=2).items()
    )
    assert right >= 50 > plain


def test_too_many_classes_for_confusion_matrices_leave_the_small_models():
    rows = [(f"t{n}", "w", n, False) for n in range(5000)]
    table = factorise(rows, 5000)
    assert not dawid_skene.fits(table)
    with pytest.raises(InvalidInput, match="too many for dawid-skene"):
        methods.posterior(table, "dawid-skene")
    belief = methods.posterior(table, "auto")
    by_name = dict(zip(table.tasks, belief.argmax(axis=1).tolist(), strict=True))
    assert by_name["t4999"] == 4999


def test_an_unknown_method_is_refused_with_the_known_ones():
    with pytest.raises(InvalidInput, match=r"auto, majority, one-coin, dawid-skene"):
        believe([("t", "w", 0, False)], "magic")
