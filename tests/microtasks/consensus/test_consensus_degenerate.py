"""Crowds at the edges of sense: each method gives defined probabilities, or refuses in words."""

from __future__ import annotations

import random

import numpy as np
import pytest

from microtasks.consensus.categories import methods
from microtasks.consensus.categories.table import factorise, from_arrays
from microtasks.errors import InvalidInput

METHODS = sorted(methods.METHODS)
#: The estimate without a prior is for repeating what others published: it may be certain of anything.
HELD = [method for method in METHODS if method != "maximum-likelihood"]


def believed(rows, method, classes):
    table = factorise(rows, classes)
    belief = methods.posterior(table, method)
    assert belief.shape == (len(table.tasks), max(classes, 2))
    assert np.isfinite(belief).all()
    assert belief.min() >= 0
    assert belief.sum(axis=1) == pytest.approx(1, abs=1e-6)
    return dict(zip(table.tasks, belief, strict=True))


@pytest.mark.parametrize("method", METHODS)
def test_one_worker_is_followed(method):
    rows = [(f"t{n}", "w", n % 3, False) for n in range(12)]
    found = believed(rows, method, 3)
    assert [int(found[f"t{n}"].argmax()) for n in range(12)] == [
        n % 3 for n in range(12)
    ]


@pytest.mark.parametrize("method", HELD)
def test_workers_and_tasks_with_one_answer_each_are_believed_but_not_blindly(method):
    rows = [(f"t{n}", f"w{n}", n % 2, False) for n in range(20)]
    found = believed(rows, method, 2)
    for n in range(20):
        assert 0.5 < found[f"t{n}"][n % 2] < 0.999


@pytest.mark.parametrize("method", METHODS)
def test_ties_everywhere_stay_undecided_alike(method):
    rows = [(f"t{n}", f"w{w}", w, False) for n in range(10) for w in range(2)]
    found = believed(rows, method, 2)
    assert len({tuple(chances.tolist()) for chances in found.values()}) == 1


@pytest.mark.parametrize("method", HELD)
def test_a_class_that_nobody_chose_is_never_decided(method):
    rng = random.Random(4)
    rows = []
    for n in range(50):
        truth = rng.randrange(3)
        for w in range(4):
            said = truth if rng.random() < 0.8 else rng.randrange(3)
            rows.append((f"t{n}", f"w{w}", said, False))
    found = believed(rows, method, 5)
    assert {int(chances.argmax()) for chances in found.values()} == {0, 1, 2}
    assert max(chances[3:].max() for chances in found.values()) < 0.1


@pytest.mark.parametrize("method", ["auto", "dawid-skene", "correlated"])
def test_a_rare_class_is_found_where_workers_see_it(method):
    rng = random.Random(5)
    rows, rare = [], set()
    for n in range(300):
        truth = int(n % 20 == 0)
        if truth:
            rare.add(f"t{n}")
        for w in range(5):
            right = rng.random() < (0.8 if truth else 0.95)
            rows.append((f"t{n}", f"w{w}", truth if right else 1 - truth, False))
    found = believed(rows, method, 2)
    decided = {task for task, chances in found.items() if chances.argmax() == 1}
    assert len(decided & rare) >= 13
    assert len(decided - rare) <= 3


@pytest.mark.parametrize("method", ["auto", "dawid-skene", "correlated"])
def test_workers_who_always_say_the_same_do_not_sway_a_crowd(method):
    rng = random.Random(1)
    rows, truth = [], {}
    for number in range(80):
        task = f"t{number}"
        truth[task] = rng.randrange(2)
        for worker in ("a", "b", "c"):
            said = truth[task] if rng.random() < 0.9 else 1 - truth[task]
            rows.append((task, worker, said, False))
        rows += [(task, f"parrot{i}", 0, False) for i in range(3)]
    right = {
        name: sum(
            int(chances.argmax()) == truth[task]
            for task, chances in believed(rows, name, 2).items()
        )
        for name in (method, "majority")
    }
    assert right[method] >= 66 > right["majority"] + 10


def test_ten_thousand_classes_are_decided_by_what_needs_no_matrices():
    rows = [
        (f"t{n}", f"w{w}", (n * 7) % 10_000, False) for n in range(40) for w in "ab"
    ]
    for method in ("auto", "majority", "weighted-majority", "one-coin"):
        found = believed(rows, method, 10_000)
        assert all(int(found[f"t{n}"].argmax()) == (n * 7) % 10_000 for n in range(40))
    for method in ("dawid-skene", "correlated", "maximum-likelihood"):
        with pytest.raises(InvalidInput, match=f"too many for {method}"):
            methods.posterior(factorise(rows, 10_000), method)


def test_arrays_and_rows_make_the_same_table():
    rng = random.Random(2)
    rows = [
        (f"t{rng.randrange(9)}", f"w{rng.randrange(5)}", rng.randrange(3), bool(n % 2))
        for n in range(60)
    ]
    by_rows = factorise(rows, 3)
    tasks, workers, labels, fast = (
        np.array(column) for column in zip(*rows, strict=True)
    )
    by_arrays = from_arrays(tasks, workers, labels, 3, fast)
    assert by_arrays.tasks == by_rows.tasks
    assert by_arrays.workers == by_rows.workers
    for name in ("task", "worker", "answer", "weight"):
        assert np.array_equal(getattr(by_arrays, name), getattr(by_rows, name))


def test_names_may_be_numbers_small_or_huge():
    labels = np.array([0, 1, 1, 0])
    small = from_arrays(np.array([7, 2, 7, 9]), np.array([1, 1, 2, 2]), labels, 2)
    huge = from_arrays(
        np.array([7, 2, 7, 9]) * 10**12, np.array([1, 1, 2, 2]) - 5, labels, 2
    )
    assert small.tasks == ("2", "7", "9")
    assert np.array_equal(small.task, huge.task)
    assert np.array_equal(small.worker, huge.worker)


def test_arrays_that_do_not_fit_together_are_refused():
    one, two = np.array([0]), np.array([0, 1])
    with pytest.raises(ValueError, match="no answers"):
        from_arrays(one[:0], one[:0], one[:0], 2)
    with pytest.raises(ValueError, match="differ in length"):
        from_arrays(one, two, two, 2)
    with pytest.raises(ValueError, match="outside the classes"):
        from_arrays(one, one, np.array([5]), 3)
