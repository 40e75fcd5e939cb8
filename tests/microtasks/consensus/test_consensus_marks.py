"""Marks on pictures: planted worlds whose truth and workers are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microtasks.consensus.marks.cards import cards
from microtasks.consensus.marks.fit import fit
from microtasks.consensus.marks.flat import Boxes, Points
from microtasks.consensus.marks.table import Answer, tabulate
from tests.microtasks.consensus import planted
from tests.microtasks.consensus.planted import Hand

CROWD = [
    Hand(0.9, 0.3, 1.5),
    Hand(0.8, 1.0, 2.0),
    Hand(0.7, 0.5, 2.5),
    Hand(0.8, 0.5, 2.0),
    Hand(0.6, 2.0, 3.0),
]


def decided(answers, space=None, columns=2):
    return cards(fit(tabulate(answers, columns), space or Points()))


def marks(world, space=None, columns=2):
    found = decided(world.answers, space, columns)
    return {task: card.marks for task, card in found.items()}


def test_planted_points_are_found_by_five_workers_better_than_by_any_of_them():
    world = planted.points(CROWD, [10] * 20)
    each = [
        {
            a.task: np.array(a.marks).reshape(-1, 2)
            for a in world.answers
            if a.worker == w
        }
        for w in {a.worker for a in world.answers}
    ]
    best = max(planted.f1(one, world.truth) for one in each)
    assert planted.f1(marks(world), world.truth) > max(0.98, best + 0.02)


def test_planted_boxes_are_found_and_fit_their_objects():
    world = planted.box_world(CROWD, [6] * 20)
    found = marks(world, Boxes(), 4)
    assert planted.f1(found, world.truth, planted.unlike, 0.5) > 0.94


def test_points_closer_than_the_scatter_reaches_are_told_apart_by_many_workers():
    world = planted.points(CROWD * 3, [40] * 2, gap=6.0)
    assert planted.f1(marks(world), world.truth, limit=3.0) > 0.97


def test_stated_chances_hold():
    world = planted.points(CROWD, [8] * 60, seed=3, hard=0.2)
    fitted = fit(tabulate(world.answers, 2), Points())
    chances, hits = [], []
    for number, task in enumerate(fitted.scene.table.tasks):
        here = fitted.clusters.task == number
        order = np.argsort(-fitted.chance[here], kind="stable")
        apart = planted.straight(fitted.clusters.centre[here][order], world.truth[task])
        for row in range(len(apart)):
            column = int(apart[row].argmin())
            hits.append(apart[row, column] < 7)
            chances.append(fitted.chance[here][order][row])
            if hits[-1]:
                apart[:, column] = np.inf
    chances, hits = np.array(chances), np.array(hits)
    sure = chances > 0.9
    assert hits[sure].mean() == pytest.approx(chances[sure].mean(), abs=0.03)
    assert chances.mean() == pytest.approx(hits.mean(), abs=0.12)


def test_positions_are_not_biased_by_one_who_leans():
    leaning = Hand(0.95, 0.1, 1.0, lean=(4.0, -3.0))
    world = planted.points([leaning, *CROWD], [10] * 20)
    offsets = []
    for task, found in marks(world).items():
        apart = planted.straight(found, world.truth[task])
        near = apart.min(axis=1) < 6
        offsets.extend((found - world.truth[task][apart.argmin(axis=1)])[near])
    # What is left of (4, -3) is that worker's share of how the crowd leans as a whole, which nobody can see.
    assert np.abs(np.mean(offsets, axis=0)).max() < 4 / len([leaning, *CROWD]) + 0.3


def test_a_few_who_click_everywhere_or_nowhere_spoil_nothing():
    spam = [Hand(0.0, 60.0), Hand(0.0, 60.0), Hand(0.0, 0.0)]
    world = planted.points([*CROWD, *spam], [10] * 15)
    assert planted.f1(marks(world), world.truth) > 0.97


def test_empty_pictures_stay_empty_and_full_ones_full():
    world = planted.points(CROWD, [0, 0, 5, 0, 1, 0, 0, 8] * 3)
    found = marks(world)
    empty = [task for task, truth in world.truth.items() if not len(truth)]
    assert sum(len(found[task]) for task in empty) == 0
    assert planted.f1(found, world.truth) > 0.97


def test_a_lone_workers_marks_are_kept_but_never_certain():
    world = planted.points([Hand(0.8, 0.3)], [6] * 10)
    for answer in world.answers:
        card = decided(world.answers)[answer.task]
        assert sorted(map(tuple, card.marks)) == sorted(answer.marks)
        assert (card.chances < 0.95).all()
        assert card.confidence < card.chances.min()


def test_nobody_marking_anything_decides_for_nothing_and_more_eyes_are_surer():
    alone = decided([Answer("t", "w", ())])["t"]
    many = decided([Answer("t", f"w{i}", ()) for i in range(6)])["t"]
    assert len(alone.marks) == len(many.marks) == 0
    assert 0.4 < alone.confidence < many.confidence < 1


def test_identical_marks_are_one_object_at_that_very_place():
    answers = [Answer("t", f"w{i}", ((10.0, 20.0), (200.0, 100.0))) for i in range(4)]
    card = decided(answers)["t"]
    assert card.marks.tolist() == [[10.0, 20.0], [200.0, 100.0]]
    assert (card.chances > 0.95).all()


def test_a_double_click_is_one_mark_and_two_near_marks_of_one_worker_never_share_an_object():
    twice = [Answer("t", f"w{i}", ((10.0, 20.0),) * 2) for i in range(3)]
    assert decided(twice)["t"].marks.tolist() == [[10.0, 20.0]]
    near = [Answer("t", f"w{i}", ((10.0, 20.0), (13.0, 20.0))) for i in range(5)]
    table = tabulate(near, 2)
    of = fit(table, Points()).clusters.of
    assert len(set(zip(table.answer.tolist(), of.tolist(), strict=True))) == len(of)


def test_a_mark_that_most_saw_and_did_not_make_is_dropped():
    seen = [Answer("t", f"w{i}", ((50.0, 50.0), (200.0, 90.0))) for i in range(6)]
    odd = Answer("t", "w9", ((51.0, 50.0), (201.0, 90.0), (120.0, 250.0)))
    assert len(decided([*seen, odd])["t"].marks) == 2


def test_suspiciously_fast_answers_weigh_less():
    slow = [Answer("t", f"w{i}", ((50.0, 50.0),)) for i in range(2)]
    none = [Answer("t", f"v{i}", ()) for i in range(2)]
    fast = [Answer(a.task, a.worker, a.marks, suspicious=True) for a in none]
    held, kept = (decided([*slow, *others])["t"] for others in (none, fast))
    assert kept.chances[0] > held.chances[0] if len(held.chances) else len(kept.chances)


def small_world(seed):
    rng = np.random.default_rng(seed)
    return planted.points(
        CROWD[: rng.integers(1, 6)], [int(rng.integers(0, 7))] * 4, seed
    )


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_order_and_names_change_not_a_bit(seed, random):
    answers = small_world(seed).answers
    workers = sorted({a.worker for a in answers})
    names = dict(zip(workers, random.sample(workers, len(workers)), strict=True))
    tasks = sorted({a.task for a in answers})
    moved = dict(zip(tasks, random.sample(tasks, len(tasks)), strict=True))
    other = [Answer(moved[a.task], names[a.worker], a.marks[::-1]) for a in answers]
    random.shuffle(other)
    first, second = decided(answers), decided(other)
    for task, card in first.items():
        again = second[moved[task]]
        assert card.marks.tolist() == again.marks.tolist()
        assert card.chances.tolist() == again.chances.tolist()
        assert card.confidence == again.confidence


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.25, 2.0, 64.0]))
def test_scaling_the_pictures_scales_the_marks(seed, factor):
    answers = small_world(seed).answers
    larger = [
        Answer(a.task, a.worker, tuple((x * factor, y * factor) for x, y in a.marks))
        for a in answers
    ]
    first, second = decided(answers), decided(larger)
    for task, card in first.items():
        assert second[task].marks == pytest.approx(card.marks * factor, rel=1e-6)
        assert second[task].chances == pytest.approx(card.chances, abs=1e-6)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(-500, 500))
def test_shifting_the_pictures_shifts_the_marks(seed, step):
    answers = small_world(seed).answers
    moved = [
        Answer(a.task, a.worker, tuple((x + step, y - step) for x, y in a.marks))
        for a in answers
    ]
    first, second = decided(answers), decided(moved)
    for task, card in first.items():
        there = card.marks + np.array([step, -step])
        assert second[task].marks == pytest.approx(there, abs=1e-4)


@settings(max_examples=10, deadline=None)
@given(st.integers(2, 5))
def test_one_more_who_agrees_never_lowers_a_chance(count):
    here = ((50.0, 50.0), (200.0, 90.0))
    answers = [Answer("t", f"w{i}", here) for i in range(count)]
    before = decided(answers)["t"].chances
    after = decided([*answers, Answer("t", "v", here)])["t"].chances
    assert (after >= before - 1e-9).all()
