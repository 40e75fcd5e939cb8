"""Marks as answers: read, written, decided, judged."""

from __future__ import annotations

import json

import pytest

from microtasks.crowd_file import read_answers, write_result
from microtasks.errors import InvalidAnswer
from microtasks.questions import Ballot, Vote, answer_type

POINTS, BOXES, POLYGONS, PLACE = map(
    answer_type, ("points", "boxes", "polygons", "place")
)
SQUARE = [[0, 0], [10, 0], [10, 10], [0, 10]]


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        (POINTS, "[[1, 2], [3.5, -4]]"),
        (BOXES, "[[1, 2, 3, 4.5]]"),
        (POLYGONS, "[[[0, 0], [4, 0], [0, 3]]]"),
        (PLACE, "[[51.5, -0.12]]"),
        (POINTS, "[]"),
        (PLACE, "null"),
    ],
)
def test_what_is_read_is_written_the_same(kind, cell):
    assert kind.write(kind.read(cell)) == cell


def test_any_two_opposite_corners_make_the_same_box():
    for cell in ("[[1, 2, 3, 4]]", "[[3, 4, 1, 2]]", "[[1, 4, 3, 2]]"):
        assert BOXES.read(cell) == [[1, 2, 3, 4]]


@pytest.mark.parametrize(
    ("kind", "cell", "fault"),
    [
        (POINTS, "", "JSON"),
        (POINTS, "{}", "not a JSON list"),
        (POINTS, "[[1, 2], [3]]", "mark 2 is not a list of x, y"),
        (POINTS, "[[1, NaN]]", "mark 1: y is not a finite number"),
        (POINTS, "[[Infinity, 1]]", "mark 1: x is not a finite"),
        (POINTS, '[[1, "2"]]', "mark 1: y is not a number"),
        (POINTS, "[[true, 2]]", "mark 1: x is not a number"),
        (POINTS, "[[1e12, 2]]", "too far"),
        (POINTS, f"[[{10**400}, 2]]", "too far"),
        (POINTS, json.dumps([[1, 2]] * 10_001), "10001 marks"),
        (BOXES, "[[1, 2, 1, 4]]", "mark 1: the box has no area"),
        (POLYGONS, "[[[0, 0], [1, 1]]]", "three corners"),
        (POLYGONS, "[[[0, 0], [1, 1], [2, 2]]]", "on one line"),
        (PLACE, "[[91, 0]]", "beyond a pole"),
        (PLACE, "[[0, 181]]", "within 180"),
        (POINTS, "[" * 5000, "JSON"),
    ],
)
def test_a_faulty_mark_is_named(kind, cell, fault):
    with pytest.raises(InvalidAnswer, match=fault):
        kind.read(cell)


def test_outlines_of_three_people_become_one():
    wide = [[0, 0], [11, 0], [11, 10], [0, 10]]
    far = [[50, 50], [60, 50], [55, 60]]
    ballots = [
        Ballot("t", "a", [SQUARE, far]),
        Ballot("t", "b", [SQUARE, far]),
        Ballot("t", "c", [wide, far]),
    ]
    decision = POLYGONS.estimate(None, ballots).decisions["t"]
    assert decision.value == [SQUARE, far]
    assert len(decision.confidences) == 2


def test_a_table_of_results_has_a_confidence_for_each_mark(tmp_path):
    source, out = tmp_path / "a.csv", tmp_path / "r.csv"
    rows = [f't,w{i},"[[10, 10.001], [40, 5]]"\n' for i in range(3)]
    source.write_text("task,worker,label\n" + "".join(rows))
    ballots = read_answers(source, PLACE)
    write_result(out, PLACE, ballots, PLACE.estimate(None, ballots))
    header, row = out.read_text().splitlines()
    assert header == "task,label,confidence,answers,method,confidences,radii"
    assert row.startswith('t,"[[40, 5], [10, 10.001]]",')


def test_who_cannot_tell_says_nothing_of_the_marks():
    ballots = [Ballot("t", w, None) for w in "abc"] + [Ballot("t", "d", [[1, 2]])]
    estimate = POINTS.estimate(None, ballots)
    assert estimate.decisions["t"].value is None
    assert set(estimate.workers) == set("abcd")


def crowd():
    ballots = []
    for task in range(12):
        at = [[20 + 13 * task, 40], [200, 30 + 17 * task]]
        for w in "abcd":
            ballots.append(Ballot(f"t{task}", w, at))
        ballots.append(Ballot(f"t{task}", "x", [[90 + task, 280 - 9 * task]]))
    return ballots


def test_workers_are_judged_by_what_they_find_and_invent():
    workers = POINTS.estimate(None, crowd()).workers
    assert workers["a"].accuracy > 0.9
    assert workers["x"].accuracy < 0.3
    assert workers["x"].low < workers["x"].accuracy < workers["x"].high
    assert workers["a"].answers == 12


def test_settled_tasks_are_told_as_they_are_and_judge_their_workers():
    ballots = crowd()
    truth = {"t0": [[90, 280]]}
    estimate = POINTS.estimate(None, ballots, known=truth)
    assert estimate.decisions["t0"].value == truth["t0"]
    free = POINTS.estimate(None, ballots)
    assert estimate.workers["x"].accuracy > free.workers["x"].accuracy


def test_the_live_clock_weighs_by_what_an_estimate_wrote_down():
    estimate = POINTS.estimate(None, crowd())
    assert json.loads(json.dumps(estimate.crowd)) == estimate.crowd
    votes = [Vote(w, [[50, 50]], record=estimate.workers[w].record) for w in "ab"] + [
        Vote("x", [[200, 200]], record=estimate.workers["x"].record)
    ]
    known = POINTS.decide(None, votes, estimate.crowd)
    assert known.value == [[50, 50]]
    assert 0 < known.confidence < known.confidences[0] <= 1
    unknown = POINTS.decide(None, [Vote(v.worker, v.value) for v in votes[:2]])
    assert unknown.value == [[50, 50]]
