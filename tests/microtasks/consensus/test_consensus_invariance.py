"""What must not matter does not, bit for bit; what should raise a confidence never lowers it."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microtasks.consensus.categories import dawid_skene, layers, methods
from microtasks.consensus.categories.table import Table, factorise
from microtasks.crowd_file import read_answers
from microtasks.questions import kind
from tests import crowds

METHODS = sorted(methods.METHODS)
CROWD = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 5), st.integers(0, 3), st.booleans()),
    min_size=1,
    max_size=60,
)


def table_of(rows, tasks, workers, labels):
    """Name tasks and workers and place classes by these permutations."""
    return factorise(
        [
            (f"t{tasks[t]:03}", f"w{workers[w]:03}", labels[a], fast)
            for t, w, a, fast in rows
        ],
        len(labels),
    )


def same_after_renaming(rows, method, seed, sizes):
    rng = random.Random(seed)
    plain = [list(range(size)) for size in sizes]
    renamed = [rng.sample(names, len(names)) for names in plain]
    first = table_of(rows, *plain)
    shuffled = rng.sample(rows, len(rows))
    second = table_of(shuffled, *renamed)
    one, other = methods.posterior(first, method), methods.posterior(second, method)
    place = {name: index for index, name in enumerate(second.tasks)}
    for index, name in enumerate(first.tasks):
        new = place[f"t{renamed[0][int(name[1:])]:03}"]
        assert np.array_equal(one[index], other[new][renamed[2]])


@pytest.mark.parametrize("method", METHODS)
@given(rows=CROWD, seed=st.integers(0, 999))
@settings(max_examples=15, deadline=None)
def test_names_of_tasks_workers_and_labels_and_order_change_no_bit(method, rows, seed):
    same_after_renaming(rows, method, seed, (8, 6, 4))


@pytest.mark.parametrize("name", ["bluebird", "zencrowd_us", "music"])
def test_on_real_crowds_too_names_and_order_change_no_bit(name):
    table = crowd(name)
    rows = list(
        zip(
            table.task.tolist(),
            table.worker.tolist(),
            table.answer.tolist(),
            [False] * len(table.task),
            strict=True,
        )
    )
    sizes = (len(table.tasks), len(table.workers), table.classes)
    same_after_renaming(rows, "auto", 7, sizes)


def crowd(name: str) -> Table:
    ballots = read_answers(crowds.folder(name) / "answers.csv", kind("choice"))
    labels = {label: at for at, label in enumerate(sorted({b.value for b in ballots}))}
    return factorise(
        [(b.task, b.worker, labels[b.value], False) for b in ballots], len(labels)
    )


def test_two_runs_are_bitwise_the_same():
    table = crowd("zencrowd_in")
    runs = [methods.posterior(table, "auto").tobytes() for _ in range(2)]
    assert runs[0] == runs[1]


ABOVE_CHANCE = st.lists(
    st.tuples(st.integers(0, 2), st.floats(0.36, 0.98)), min_size=1, max_size=12
)


@given(said=ABOVE_CHANCE, share=st.lists(st.floats(0.05, 1.0), min_size=3, max_size=3))
def test_an_agreeing_answer_never_lowers_a_labels_confidence(said, share):
    """Reliabilities are held fixed; the last voice is the one that is added."""
    before, after = (held_fixed(said[:count], share) for count in (-1, None))
    added = said[-1][0]
    assert after[added] >= before[added] - 1e-12


def held_fixed(said, share):
    """Return the belief about one task given fixed matrices, one per voice, above chance on every row."""
    if not said:
        return np.array(share) / sum(share)
    rows = [("t", f"w{n:02}", label, False) for n, (label, _) in enumerate(said)]
    matrices = np.array(
        [np.full((3, 3), (1 - p) / 2) + np.eye(3) * (p - (1 - p) / 2) for _, p in said]
    )
    sizes = np.array(share)[:, None] / sum(share) * 4 - 1
    placed = layers.arrange(factorise(rows, 3))
    return dawid_skene.believe(placed, matrices, sizes)[:, 0]


def many(seed=8):
    """A crowd with thick layers of tasks: half of them have one answer more than the other half."""
    rng = np.random.default_rng(seed)
    task = np.concatenate(
        [np.tile(np.arange(20_000), 2), np.arange(10_000), np.zeros(50)]
    )
    return Table(
        tasks=tuple(map(str, range(20_000))),
        workers=tuple(map(str, range(40))),
        classes=3,
        task=task.astype(np.int64),
        worker=rng.integers(0, 40, len(task)),
        answer=rng.integers(0, 3, len(task)),
        weight=rng.choice([0.25, 1.0], len(task)),
    )


def test_sums_in_layers_are_the_sums_answer_by_answer():
    table = many()
    placed = layers.arrange(table)
    assert len(placed.thick) >= 2
    assert len(placed.rest.cell) > 0
    rng = np.random.default_rng(9)
    belief = np.rint(rng.random((20_000, 3)) * 2**20) / 2**20
    found = placed.by_worker(placed.inwards(belief))
    plain = np.zeros((40, 3, 3))
    for column in range(3):
        weights = belief[table.task, column] * table.weight
        np.add.at(plain[:, column], (table.worker, table.answer), weights)
    assert np.array_equal(found, plain)
    evidence = np.rint(rng.random((40, 3, 3)) * 2**20) / 2**20
    scores = np.zeros((20_000, 3))
    said = evidence[table.worker, :, table.answer] * table.weight[:, None]
    np.add.at(scores, table.task, said)
    assert np.array_equal(placed.outwards(placed.by_task(evidence)), scores)
