"""A whole stage of texts or numbers at once: groups of equal answers, and how often each worker is in the right one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum
from typing import Any

from microtasks.consensus.live import Voice, open_ended

#: A worker's reliability before any answer, and the answers' worth of belief in it.
USUAL, STRENGTH = 0.85, 4.0
ROUNDS = 6


@dataclass(frozen=True, slots=True)
class Said:
    """One answer, reduced to the key under which equal answers meet."""

    task: str
    worker: str
    key: Any
    suspicious: bool = False


@dataclass(frozen=True, slots=True)
class Fit:
    """What the crowd's answers imply: each worker's reliability and each answer's chance of being right."""

    reliability: Mapping[str, float]
    right: Sequence[float]


def fit(rows: Sequence[Said], coincidence: float) -> Fit:
    """Alternate between deciding every task and re-reading every worker, a fixed number of rounds."""
    tasks: dict[str, list[int]] = {}
    workers: dict[str, list[int]] = {}
    for index, row in enumerate(rows):
        tasks.setdefault(row.task, []).append(index)
        workers.setdefault(row.worker, []).append(index)
    voices: list[Voice[Any]] = [Voice(row.key, USUAL, row.suspicious) for row in rows]
    right = [0.0] * len(rows)
    telling = _telling(rows, tasks)
    reliability = dict.fromkeys(workers, USUAL)
    for _ in range(ROUNDS):
        for members in tasks.values():
            chances = open_ended([voices[i] for i in members], coincidence)
            for i in members:
                right[i] = chances[rows[i].key]
        for name, given in workers.items():
            reliability[name] = _mean([right[i] for i in given if i in telling])
        voices = [
            replace(voice, reliability=reliability[row.worker])
            for voice, row in zip(voices, rows, strict=True)
        ]
    return Fit(reliability, right)


def _telling(rows: Sequence[Said], tasks: Mapping[str, Sequence[int]]) -> set[int]:
    # Where no two answers are equal nobody was shown right or wrong: such a task says nothing of its workers.
    found: set[int] = set()
    for members in tasks.values():
        if len({rows[i].key for i in members}) < len(members):
            found.update(members)
    return found


def _mean(right: Sequence[float]) -> float:
    return (fsum(right) + STRENGTH * USUAL) / (len(right) + STRENGTH)
