"""How well a crowd's marks are joined: F1 against planted spots and experts' boxes, one worker and a quorum beside it.

The peer "quorum" is a greedy cluster around the mark with most neighbours, kept where half of the workers are in it,
with the radius at which marks are matched with truth: it is told what our side has to find out.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.result import Result
from microtasks.crowd_file import read_answers, read_truth
from microtasks.questions import Ballot, answer_type
from microtasks.questions.marks.mark_type import MarkType

CROWDS = Path(__file__).resolve().parents[2] / "shared" / "data" / "consensus"
SETS = {"spots_cells": "points", "pedestrians_a": "boxes"}
Marks = Mapping[str, Sequence[Any]]


def alike(one: Sequence[Any], other: Sequence[Any]) -> np.ndarray:
    """Return how alike all pairs of marks are; 1 and more is a match: within 3 pixels, or IoU of a half."""
    if not len(one) or not len(other):
        return np.zeros((len(one), len(other)))
    a, b = np.array(one)[:, None], np.array(other)[None]
    if a.shape[-1] == 2:
        return 3 / np.maximum(np.hypot(*np.moveaxis(a - b, -1, 0)), 1e-9)
    low, high = np.maximum(a[..., :2], b[..., :2]), np.minimum(a[..., 2:], b[..., 2:])
    shared = np.clip(high - low, 0, None).prod(axis=-1)
    areas = sum((box[..., 2:] - box[..., :2]).prod(axis=-1) for box in (a, b))
    return 2 * shared / (areas - shared)


def hits(found: Sequence[Any], true: Sequence[Any]) -> int:
    """Count one-to-one matches, the likest first."""
    left, count = alike(found, true), 0
    while left.size and left.max() >= 1:
        row, column = np.unravel_index(left.argmax(), left.shape)
        left[row, :] = left[:, column] = 0
        count += 1
    return count


def f1(pairs: Sequence[tuple[Sequence[Any], Sequence[Any]]]) -> float:
    """Return F1 of (found, true) lists over all pictures together, in percent."""
    marks = sum(len(found) + len(true) for found, true in pairs)
    return 200 * sum(hits(found, true) for found, true in pairs) / marks


def quorum(given: Sequence[Sequence[Any]]) -> list[list[float]]:
    """Cluster one picture's marks greedily and keep what half of its workers marked."""
    marks = [mark for each in given for mark in each]
    who = np.repeat(np.arange(len(given)), [len(each) for each in given])
    likeness = alike(marks, marks)
    own = (who[:, None] == np.arange(len(given))[None]).astype(np.float64)
    near = likeness >= 1
    by_worker = near.astype(np.float64) @ own
    kept = []
    while marks:
        support = (by_worker > 0).sum(axis=1)
        seed = int(support.argmax())
        if 2 * support[seed] < len(given) or not support[seed]:
            break
        group: dict[int, int] = {}
        for mark in np.flatnonzero(near[seed])[np.argsort(-likeness[seed][near[seed]])]:
            group.setdefault(int(who[mark]), int(mark))
        members = list(group.values())
        kept.append(np.median([marks[mark] for mark in members], axis=0).tolist())
        by_worker -= near[:, members].astype(np.float64) @ own[members]
        near[:, members] = False
        by_worker[members] = 0
    return kept


def set_of(name: str, kind: MarkType) -> Iterator[Result]:
    """Measure one set."""
    ballots: list[Ballot] = read_answers(CROWDS / name / "answers.csv", kind)
    truth: Marks = read_truth(CROWDS / name / "truth.csv", kind)
    begun = time.perf_counter()
    decisions = kind.estimate(None, ballots).decisions
    seconds = time.perf_counter() - begun
    given: dict[str, list[Any]] = {}
    for ballot in ballots:
        given.setdefault(ballot.task, []).append(ballot.value)
    ours = f1([(decisions[task].value, true) for task, true in truth.items()])
    one = f1([(b.value, truth[b.task]) for b in ballots if b.task in truth])
    plain = f1([(quorum(given[task]), true) for task, true in truth.items()])
    yield Result(f"consensus_marks.{name}", ours, "% F1", "quorum of half", plain)
    yield Result(f"consensus_marks.{name}", ours, "% F1", "one worker", one)
    yield Result(f"consensus_marks.{name}.seconds", seconds, "s")


def measure() -> Iterator[Result]:
    """Measure each set that is at hand."""
    for name, of in SETS.items():
        kind = answer_type(of)
        if (CROWDS / name / "answers.csv").is_file() and isinstance(kind, MarkType):
            yield from set_of(name, kind)
        else:
            print(f"consensus_marks: {name} is not here, skipped", file=sys.stderr)
