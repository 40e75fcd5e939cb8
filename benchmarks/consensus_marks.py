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


def iou(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the intersection over union of two boxes."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    shared = max(wide, 0) * max(high, 0)
    areas = [(b[2] - b[0]) * (b[3] - b[1]) for b in (one, other)]
    return shared / (sum(areas) - shared)


def near(one: Sequence[float], other: Sequence[float]) -> float:
    """Return how alike two marks are; 1 and more is a match: within 3 pixels, or IoU of a half."""
    if len(one) == 4:
        return 2 * iou(one, other)
    return 3 / max(float(np.hypot(one[0] - other[0], one[1] - other[1])), 1e-9)


def hits(found: Sequence[Any], true: Sequence[Any]) -> int:
    """Count one-to-one matches, the likest first."""
    pairs = [
        (near(f, t), i, j) for i, f in enumerate(found) for j, t in enumerate(true)
    ]
    taken: set[tuple[str, int]] = set()
    count = 0
    for alike, i, j in sorted(pairs, reverse=True):
        if alike >= 1 and ("f", i) not in taken and ("t", j) not in taken:
            taken |= {("f", i), ("t", j)}
            count += 1
    return count


def f1(pairs: Sequence[tuple[Sequence[Any], Sequence[Any]]]) -> float:
    """Return F1 of (found, true) lists over all pictures together, in percent."""
    marks = sum(len(found) + len(true) for found, true in pairs)
    return 200 * sum(hits(found, true) for found, true in pairs) / marks


def quorum(given: Sequence[Sequence[Any]]) -> list[list[float]]:
    """Cluster one picture's marks greedily and keep what half of its workers marked."""
    left = [(who, mark) for who, marks in enumerate(given) for mark in marks]
    kept = []
    while left:
        groups = []
        for _, seed in left:
            group: dict[int, tuple[float, Any]] = {}
            for who, mark in left:
                alike = near(seed, mark)
                if alike >= 1 and alike > group.get(who, (0.0, None))[0]:
                    group[who] = (alike, mark)
            groups.append(group)
        best = max(groups, key=len)
        members = [(who, mark) for who, (_, mark) in best.items()]
        if 2 * len(members) < len(given):
            break
        kept.append(np.median([mark for _, mark in members], axis=0).tolist())
        left = [each for each in left if each not in members]
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
