"""Worlds with planted objects and workers whose every habit is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from microtasks.consensus.marks.table import Answer

SIDE = 300.0


@dataclass(frozen=True, slots=True)
class Hand:
    """How a worker marks: the share found, strays per picture, scatter in pixels, leaning in pixels."""

    finds: float = 0.8
    strays: float = 0.5
    scatter: float = 2.0
    lean: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class World:
    answers: list[Answer]
    truth: dict[str, np.ndarray]


def scattered(rng: np.random.Generator, count: int, gap: float = 0.0) -> np.ndarray:
    """Plant so many points, none nearer to another than the gap."""
    found: list[np.ndarray] = []
    while len(found) < count:
        point = rng.uniform(10, SIDE - 10, 2)
        if all(np.hypot(*(point - other)) >= gap for other in found):
            found.append(point)
    return np.array(found).reshape(-1, 2)


def points(
    hands: Sequence[Hand],
    objects: Sequence[int],
    seed: int = 1,
    gap: float = 15.0,
    hard: float = 0.0,
) -> World:
    """Let every hand mark every picture; a share of objects is hard: found a quarter as often."""
    rng = np.random.default_rng(seed)
    answers, truth = [], {}
    for number, count in enumerate(objects):
        task = f"t{number}"
        truth[task] = scattered(rng, count, gap)
        ease = np.where(rng.random(count) < hard, 0.25, 1.0)
        for worker, hand in enumerate(hands):
            seen = truth[task][rng.random(count) < hand.finds * ease]
            near = seen + rng.normal(0, hand.scatter, seen.shape) + hand.lean
            far = rng.uniform(0, SIDE, (rng.poisson(hand.strays), 2))
            marks = tuple((float(x), float(y)) for x, y in np.concatenate([near, far]))
            answers.append(Answer(task, f"w{worker}", marks))
    return World(answers, truth)


def box_world(hands: Sequence[Hand], objects: Sequence[int], seed: int = 1) -> World:
    """Like `points`, each point the middle of a box of its own size that scatter moves edge by edge."""
    rng = np.random.default_rng(seed)
    answers, truth = [], {}
    for number, count in enumerate(objects):
        task = f"t{number}"
        middle = scattered(rng, count, 50.0)
        half = rng.uniform(8, 30, (count, 2))
        truth[task] = np.concatenate([middle - half, middle + half], axis=1)
        for worker, hand in enumerate(hands):
            seen = truth[task][rng.random(count) < hand.finds]
            near = seen + rng.normal(0, hand.scatter, seen.shape)
            corner = rng.uniform(0, SIDE - 60, (rng.poisson(hand.strays), 2))
            size = rng.uniform(16, 60, corner.shape)
            far = np.concatenate([corner, corner + size], axis=1)
            rows = np.concatenate([near, far]).tolist()
            answers.append(Answer(task, f"w{worker}", tuple(map(tuple, rows))))
    return World(answers, truth)


def matched(apart: np.ndarray, limit: float) -> int:
    """Count pairs within the limit, the nearest first, each row and column once."""
    pairs, apart = 0, apart.copy()
    while apart.size and apart.min() <= limit:
        row, column = np.unravel_index(apart.argmin(), apart.shape)
        apart[row, :] = apart[:, column] = np.inf
        pairs += 1
    return pairs


def straight(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return all distances between two lists of points."""
    return np.hypot(*np.moveaxis(one[:, None, :2] - other[None, :, :2], -1, 0))


def unlike(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return one minus intersection over union for all pairs of boxes."""
    low = np.maximum(one[:, None, :2], other[None, :, :2])
    high = np.minimum(one[:, None, 2:], other[None, :, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=2)
    areas = [(each[:, 2:] - each[:, :2]).prod(axis=1) for each in (one, other)]
    return 1 - shared / (areas[0][:, None] + areas[1][None, :] - shared)


def f1(found: dict, truth: dict, apart=straight, limit: float = 6.0) -> float:
    """Return F1 over all pictures together."""
    pairs = sum(matched(apart(found[t], truth[t]), limit) for t in truth)
    return 2 * pairs / sum(len(found[t]) + len(truth[t]) for t in truth)
