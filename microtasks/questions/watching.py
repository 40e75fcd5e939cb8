"""Adds to an estimate who deserves a second look, and how the crowd confuses classes."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace

import numpy as np

from microtasks.consensus import copies, reliability, suspects
from microtasks.consensus.categories.table import Table
from microtasks.consensus.exact import Floats
from microtasks.consensus.suspects import Flag
from microtasks.questions.kind import Ballot, Confusion, Estimate, Value

#: Classes beyond which a table of confusion is no use to anybody.
MOST_CLASSES = 100


def flagged(
    estimate: Estimate,
    ballots: Sequence[Ballot],
    keys: Sequence[Hashable],
    right: Sequence[float],
) -> Estimate:
    """Flag workers who were too fast or share errors; equal answers have equal keys, `right` is their chance."""
    names = sorted(estimate.workers)
    row = {name: number for number, name in enumerate(names)}
    tasks: dict[str, int] = {}
    said: dict[Hashable, int] = {}
    answers = copies.Answers(
        np.array([tasks.setdefault(b.task, len(tasks)) for b in ballots], np.int64),
        np.array([row[b.worker] for b in ballots], np.int64),
        np.array([said.setdefault(key, len(said)) for key in keys], np.int64),
        np.array(right, np.float64),
        len(names),
    )
    fast = np.array([b.suspicious for b in ballots], np.float64)
    return _with(estimate, _found(names, answers, fast))


def _found(
    names: Sequence[str], answers: copies.Answers, fast: Floats
) -> list[tuple[str, Flag]]:
    hasty = suspects.hasty(answers.worker, fast, len(names))
    pairs = [
        (names[one], names[other], flag)
        for (one, other), flag in copies.find(answers).items()
    ]
    return [
        *((names[at], flag) for at, flag in hasty.items()),
        *(
            (one, replace(flag, reason=flag.reason.format(other)))
            for one, other, flag in sorted(pairs, key=lambda pair: pair[:2])
        ),
    ]


def classed(
    estimate: Estimate, table: Table, belief: Floats, classes: Sequence[Value]
) -> Estimate:
    """Flag workers who chose among classes, by all tests, and state the crowd's confusion."""
    right = belief[table.task, table.answer]
    answers = copies.Answers(
        table.task, table.worker, table.answer, right, len(table.workers)
    )
    fast = (table.weight < 1).astype(np.float64)
    found = _found(table.workers, answers, fast)
    found += [
        (table.workers[at], flag)
        for test in (suspects.constant, suspects.near_chance)
        for at, flag in test(table, belief).items()
    ]
    if len(classes) > MOST_CLASSES:
        return _with(estimate, found)
    # A second class may be assumed that nobody has a name for.
    many = len(classes)
    sure = belief[:, :many].mean(axis=0)
    rows = reliability.crowd_confusion(table, belief)[:many, :many]
    confusion = Confusion(
        tuple(classes), tuple(sure.tolist()), tuple(map(tuple, rows.tolist()))
    )
    return replace(_with(estimate, found), confusion=confusion)


def _with(estimate: Estimate, found: Sequence[tuple[str, Flag]]) -> Estimate:
    workers = dict(estimate.workers)
    for name, flag in found:
        of = workers[name]
        workers[name] = replace(of, flags=(*of.flags, flag))
    return replace(estimate, workers=workers)
