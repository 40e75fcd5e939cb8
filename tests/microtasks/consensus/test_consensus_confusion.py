from __future__ import annotations

import random

import numpy as np
import pytest

from microtasks.consensus.categories import confusion, methods
from microtasks.consensus.categories.table import factorise


def crowd(seed=3):
    """Sixty tasks of two classes: three careful workers, one who swaps, one who always says the first class."""
    rng = random.Random(seed)
    rows = []
    for number in range(60):
        truth = rng.randrange(2)
        rows += [
            (f"t{number}", name, truth if rng.random() < 0.9 else 1 - truth, False)
            for name in ("a", "b", "c")
        ]
        rows.append((f"t{number}", "swaps", 1 - truth, False))
        rows.append((f"t{number}", "zero", 0, False))
    return factorise(rows, 2)


def test_each_row_of_a_confusion_matrix_is_a_distribution_without_zeros():
    table = crowd()
    found = confusion.confusions(table, methods.posterior(table, "auto"))
    assert found.shape == (5, 2, 2)
    assert found.min() > 0
    assert found.sum(axis=2) == pytest.approx(1)


def test_a_worker_who_swaps_is_seen_and_so_is_one_who_says_one_class():
    table = crowd()
    found = confusion.confusions(table, methods.posterior(table, "dawid-skene"))
    by_name = dict(zip(table.workers, found, strict=True))
    assert by_name["a"].diagonal().min() > 0.75
    assert by_name["swaps"].diagonal().max() < 0.25
    assert by_name["zero"][:, 0].min() > 0.8


def test_a_worker_with_one_answer_stays_near_the_crowd():
    rows = [(f"t{n}", w, n % 2, False) for n in range(40) for w in ("a", "b", "c")]
    table = factorise([*rows, ("t0", "new", 1, False)], 2)
    found = confusion.confusions(table, methods.posterior(table, "majority"))
    new = found[table.workers.index("new")]
    assert 0.5 < new[1, 1] < found[table.workers.index("a")][1, 1]


def test_renaming_classes_only_permutes_the_matrices():
    table = crowd()
    belief = methods.posterior(table, "dawid-skene")
    rows = [
        (table.tasks[t], table.workers[w], 1 - a, False)
        for t, w, a in zip(table.task, table.worker, table.answer, strict=True)
    ]
    swapped = confusion.confusions(factorise(rows, 2), belief[:, ::-1].copy())
    assert np.array_equal(confusion.confusions(table, belief), swapped[:, ::-1, ::-1])
