"""Tasks whose class is known, from gold or from a reviewer, and what they say of everything else."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from microtasks.consensus.categories import methods, temperature
from microtasks.consensus.categories.table import factorise

METHODS = sorted(methods.METHODS)


def camps(seed=6):
    """Sixty tasks on which two workers are right and two swap the classes: answers alone cannot tell who is who."""
    rng = random.Random(seed)
    truth = [rng.randrange(2) for _ in range(60)]
    rows = [
        (f"t{n:02}", name, known if name in "ab" else 1 - known, False)
        for n, known in enumerate(truth)
        for name in "abxy"
    ]
    return factorise(rows, 2), truth


@pytest.mark.parametrize("method", METHODS)
def test_what_is_known_is_certain(method):
    table, truth = camps()
    belief = methods.posterior(table, method, {3: truth[3], 4: 1 - truth[4]})
    assert belief[3, truth[3]] == 1
    assert belief[4, 1 - truth[4]] == 1


@pytest.mark.parametrize("method", ["auto", "one-coin", "dawid-skene", "correlated"])
def test_a_few_known_tasks_tell_whom_to_believe(method):
    table, truth = camps()
    known = {n: truth[n] for n in range(12)}
    belief = methods.posterior(table, method, known)
    assert belief.argmax(axis=1).tolist() == truth


@pytest.mark.parametrize("method", METHODS)
def test_nothing_known_changes_nothing(method):
    table, _ = camps()
    plain = methods.posterior(table, method)
    assert np.array_equal(plain, methods.posterior(table, method, {}))


def oversure(seed=7, sure=0.97, right=0.75, tasks=400):
    """Beliefs that say 0.97 and keep 0.75, and the truth."""
    rng = np.random.default_rng(seed)
    first = rng.integers(0, 2, tasks)
    belief = np.full((tasks, 2), 1 - sure)
    belief[np.arange(tasks), first] = sure
    truth = np.where(rng.random(tasks) < right, first, 1 - first)
    return belief, dict(enumerate(truth.tolist()))


def test_known_classes_soften_what_is_too_sure():
    belief, truth = oversure()
    mended = temperature.calibrated(belief, truth)
    assert mended.max(axis=1).mean() == pytest.approx(0.75, abs=0.04)
    assert np.array_equal(mended.argmax(axis=1), belief.argmax(axis=1))


def test_known_classes_sharpen_what_is_too_modest():
    belief, truth = oversure(sure=0.6, right=0.95)
    assert temperature.calibrated(belief, truth).max(axis=1).mean() > 0.8


def test_a_few_known_classes_move_confidences_little_and_none_not_at_all():
    belief, truth = oversure()
    few = temperature.from_known(belief, dict(list(truth.items())[:3]))
    many = temperature.from_known(belief, truth)
    assert 1 / 2 < few < many
    assert temperature.calibrated(belief, {}) is belief


@given(
    belief=st.lists(
        st.lists(st.floats(0.01, 1), min_size=3, max_size=3), min_size=1, max_size=6
    ),
    heat=st.floats(0.3, 8),
)
def test_a_temperature_never_changes_which_class_is_first(belief, heat):
    shares = np.array(belief) / np.sum(belief, axis=1, keepdims=True)
    found = temperature.softened(shares, heat)
    assert found.sum(axis=1) == pytest.approx(1)
    best = shares.argmax(axis=1)
    rows = np.arange(len(shares))
    assert (found[rows, best] >= found.max(axis=1) - 1e-12).all()


def heat(skills, seed=9, tasks=300, workers=8):
    """Return the held-out temperature of a crowd whose skill goes through these from task to task."""
    rng = random.Random(seed)
    rows = [
        (f"t{n}", f"w{w}", truth if rng.random() < skill else 1 - truth, False)
        for n in range(tasks)
        for truth, skill in [(rng.randrange(2), skills[n % len(skills)])]
        for w in range(workers)
    ]
    table = factorise(rows, 2)
    belief = methods.posterior(table, "dawid-skene")
    return temperature.held_out(table, belief, np.arange(len(rows)))


def test_held_out_answers_ask_for_softness_where_some_tasks_are_guessed_by_all():
    assert heat([0.75]) == pytest.approx(1, abs=0.3)
    assert heat([0.95, 0.55]) > 1.3 * heat([0.75])
