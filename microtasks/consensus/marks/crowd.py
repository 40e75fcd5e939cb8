"""What is known of a crowd that marks: who finds objects, who sees what is not there, whose hand is steady."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from microtasks.consensus.exact import Floats, Ints, on_grid
from microtasks.consensus.marks.sums import sigmoid, tally, total
from microtasks.consensus.marks.table import Table

#: How easy objects are to see, in log odds of being marked; between them any mixture is learnt.
EASE = np.arange(-6.0, 5.0)
#: Beforehand ease is spread like a normal distribution of this width, worth so many objects.
EASE_SPREAD, EASE_STRENGTH = 3.0, 3.0
#: Beforehand a worker marks this object in log odds (82 %), give or take sqrt(2).
SKILL, SKILL_STRENGTH = 1.5, 0.5
#: Beforehand a fifth of marks are strays; marks' worth of belief that a worker is like the crowd.
STRAY, STRENGTH = 0.2, 4.0
#: Objects' worth of belief that large and small ones are alike; and into how many sizes they are sorted.
KIND_STRENGTH, KINDS = 5.0, 5
LIMIT = 6.0
#: No hand is taken to scatter less than this share of what is usual.
STEADIEST = 0.5
#: Objects that one found object may at most stand for.
MOST_UNSEEN = 10.0


@dataclass(frozen=True, slots=True)
class Crowd:
    """By worker: skill (log odds of marking), share of strays, scatter (usual is 1), leaning by column.

    By kind of size: shares of ease, and how much oftener than usual marks of it are strays, objects of it real.
    By task: objects to be expected. `edges` part the kinds. By
    column: the quantile that is taken for the middle (`levels`).
    """

    skill: Floats
    stray: Floats
    scatter: Floats
    lean: Floats
    ease: Floats
    stray_kinds: Floats
    real_kinds: Floats
    objects: Floats
    edges: Floats
    levels: Floats


def beforehand(table: Table, sizes: Floats) -> Crowd:
    """Return what is believed of a crowd before its marks are compared; kinds only where sizes differ."""
    people = len(table.workers)
    inner = np.arange(1, KINDS) / KINDS
    edges = np.unique(np.quantile(sizes, inner)) if len(sizes) else np.zeros(0)
    if len(edges) == 1:
        edges = np.zeros(0)
    kinds = len(edges) + 1
    return Crowd(
        skill=np.full(people, SKILL),
        stray=np.full(people, STRAY),
        scatter=np.ones(people),
        lean=np.zeros((people, table.marks.shape[1])),
        ease=np.tile(_usual_ease(), (kinds, 1)),
        stray_kinds=np.ones(kinds),
        real_kinds=np.ones(kinds),
        objects=_usual_count(table),
        edges=edges,
        levels=np.full(table.marks.shape[1], 0.5),
    )


def _usual_count(table: Table) -> Floats:
    """Return how many marks an answer to each task has, and one: about what is there."""
    tasks = len(table.tasks)
    marks = np.bincount(table.answer_task, table.answer_marks, tasks)
    return marks / tally(table.answer_task, tasks) + 1


def kind_of(sizes: Floats, edges: Floats) -> Ints:
    """Return the kind of each size."""
    return np.searchsorted(edges, sizes).astype(np.int64)


def weights(crowd: Crowd) -> Floats:
    """Return one over each worker's scatter, the steadiest being 1, on a binary grid and never zero."""
    steady = 1 / crowd.scatter
    return np.maximum(on_grid(steady / steady.max(), 20), 2.0**-20)


def _usual_ease() -> Floats:
    bell = np.exp(-(EASE**2) / (2 * EASE_SPREAD**2))
    usual: Floats = bell / bell.sum()
    return usual


@dataclass(frozen=True, slots=True)
class Findings:
    """What a round found: by cluster its task, chance, ease and kind; by mark its cluster's chance, its size's kind.

    `offset` is each mark's way from its cluster's centre in the usual scatter's unit (leaning not taken off);
    `square` its squared distance over the cluster's looseness; both count as much as the mark is sure to be one of several. `unseen`: log chance that nobody marks an object, by task
    and ease.
    """

    task: Ints
    chance: Floats
    ease: Floats
    kind: Ints
    real: Floats
    mark_kind: Ints
    offset: Floats
    square: Floats
    freedom: Floats
    placed: Floats
    unseen: Floats


def learn(crowd: Crowd, table: Table, found: Findings, unit: float) -> Crowd:
    """Return the crowd as a round's findings show it; each rate is shrunk towards the whole crowd's."""
    by_task = _by_task(table, found)
    known = expect(crowd, table, found, unit)
    known = _learn_strays(known, table, found)
    known = _learn_hands(known, table, found, unit)
    known = _learn_kinds(known, found)
    return replace(known, skill=_skill(crowd.skill, table, found.real, by_task))


def expect(crowd: Crowd, table: Table, found: Findings, unit: float) -> Crowd:
    """Learn nothing of the workers, only how many objects each task may hold: what it seems to, and one usual task's."""
    there = _by_task(table, found).sum(axis=1)
    usual = (on_grid(there).sum() + 0.1) / len(table.tasks)
    return replace(crowd, objects=(there + 1) / (1 + 1 / usual))


def _by_task(table: Table, found: Findings) -> Floats:
    """Return how many real objects of each ease each task holds, with those that nobody marked.

    Where a share `u` of such objects escapes everybody, each that was found stands for 1 / (1 - u).
    """
    tasks = len(table.tasks)
    seen = found.chance[:, None] * found.ease
    marked = np.stack([total(found.task, column, tasks) for column in seen.T], 1)
    there: Floats = marked / np.maximum(-np.expm1(found.unseen), 1 / MOST_UNSEEN)
    return there


def _learn_strays(crowd: Crowd, table: Table, found: Findings) -> Crowd:
    people = len(table.workers)
    real = total(table.worker, found.real, people)
    given = tally(table.worker, people)
    astray = np.maximum(given - real, 0)
    usual = (astray.sum() + 2.5 * STRAY) / (given.sum() + 2.5)
    return replace(crowd, stray=(astray + STRENGTH * usual) / (given + STRENGTH))


def _learn_hands(crowd: Crowd, table: Table, found: Findings, unit: float) -> Crowd:
    people = len(table.workers)
    squares = total(table.worker, found.square, people)
    freedom = total(table.worker, found.freedom, people)
    usual = (squares.sum() + STRENGTH) / (freedom.sum() + STRENGTH)
    pull = STRENGTH * found.offset.shape[1]
    scatter = np.sqrt((squares + pull * usual) / (freedom + pull))
    # A hand that draws all centres to itself seems never to scatter: it is believed up to a limit.
    scatter = np.maximum(scatter, STEADIEST * np.sqrt(usual))
    placed = total(table.worker, found.placed, people)
    moved = np.stack([total(table.worker, o, people) for o in found.offset.T], 1)
    # How the crowd as a whole leans cannot be seen: only differences between workers are taken off.
    crowds = on_grid(moved).sum(axis=0) / max(float(on_grid(placed).sum()), 1.0)
    own = moved - placed[:, None] * crowds
    lean = own / (placed + STRENGTH)[:, None] * unit
    return replace(crowd, scatter=scatter, lean=lean)


def _learn_kinds(crowd: Crowd, found: Findings) -> Crowd:
    kinds = len(crowd.edges) + 1
    there = -np.expm1(found.unseen[found.task])
    expected = found.chance[:, None] * found.ease
    expected = expected / np.maximum(there, 1 / MOST_UNSEEN)
    usual = _sum(expected) + EASE_STRENGTH * _usual_ease()
    usual /= usual.sum()
    ease = np.stack([_sum(expected[found.kind == kind]) for kind in range(kinds)])
    ease += KIND_STRENGTH * usual
    ease /= ease.sum(axis=1, keepdims=True)
    astray = total(found.mark_kind, 1 - found.real, kinds) + KIND_STRENGTH / kinds
    real = total(found.kind, found.chance, kinds) + KIND_STRENGTH / kinds
    return replace(
        crowd,
        ease=ease,
        stray_kinds=kinds * astray / astray.sum(),
        real_kinds=kinds * real / real.sum(),
    )


def _sum(rows: Floats) -> Floats:
    summed: Floats = on_grid(rows).sum(axis=0)
    return summed


def _skill(skill: Floats, table: Table, real: Floats, by_task: Floats) -> Floats:
    """Find the skills that explain how many real objects each worker marked of those he saw (Newton's method)."""
    people = len(table.workers)
    got = total(table.worker, real, people)
    seen = by_task[table.answer_task]
    for _ in range(8):
        chance = sigmoid(skill[table.answer_worker][:, None] + EASE)
        due = total(table.answer_worker, (seen * chance).sum(axis=1), people)
        slope = (seen * chance * (1 - chance)).sum(axis=1)
        steep = total(table.answer_worker, slope, people) + SKILL_STRENGTH
        step = (got - due - (skill - SKILL) * SKILL_STRENGTH) / steep
        skill = np.clip(skill + np.clip(step, -1, 1), -LIMIT, LIMIT)
    return skill
