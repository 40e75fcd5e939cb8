from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microtasks.consensus.categories import table
from microtasks.consensus.numbers import centre, equal, mean, median
from microtasks.consensus.numbers.said import Said, groups
from microtasks.questions import Ballot, kind
from tests import crowds

NUMBER = kind("number")


def arrays(ballots):
    rows = [(b.task, b.worker, 0, False) for b in ballots]
    return Said(table.factorise(rows, 1), np.array([float(b.value) for b in ballots]))


def drawn(seed, answer, tasks=120, people=20, per_task=8):
    """A crowd whose answers `answer(rng, truth, person)` gives, with its truth."""
    rng = random.Random(seed)
    truth = {f"t{n}": rng.randrange(5, 60) for n in range(tasks)}
    ballots = [
        Ballot(task, f"w{person}", answer(rng, number, person))
        for task, number in truth.items()
        for person in rng.sample(range(people), per_task)
    ]
    return ballots, truth


def counting(rng, number, person):
    return number if rng.random() < 0.65 else max(number - rng.randrange(1, 4), 0)


def measuring(rng, number, person):
    """A third of the people are three times as exact as the rest, and one in four measures too high."""
    exact = 3 if person % 3 == 0 else 9
    return round(number + rng.gauss(4 if person % 4 == 1 else 0, exact), 1)


def careless(rng, number, person):
    """Measures with gross errors."""
    return round(number + rng.gauss(0, 2) + (rng.random() < 0.12) * 3000, 1)


def rmse(decisions, truth):
    return np.sqrt(np.mean([(decisions[t].value - x) ** 2 for t, x in truth.items()]))


def test_the_median_is_the_middle_or_the_mean_of_two_middles():
    assert centre.median([1, 100, 3], [1, 1, 1]) == 3
    assert centre.median([1, 2, 3, 100], [1, 1, 1, 1]) == 2.5
    assert centre.median([1, 2, 3, 100], [1, 1, 1, 1], whole=True) == 2
    assert centre.median([7], [1]) == 7


def test_the_median_follows_weight():
    assert centre.median([1, 2, 3], [0.1, 0.1, 0.9]) == 3


def test_scatter_lowers_closeness_and_never_reaches_a_policy():
    tight, wide = (
        centre.closeness([10, 10, 11], 10),
        centre.closeness([1, 10, 90], 10),
    )
    assert wide < tight < 0.6
    assert centre.closeness([5, 5], 5) == centre.MEDIAN_CAP


def test_the_range_of_a_median_holds_it_as_often_as_it_says():
    rng = random.Random(1)
    for size in (6, 9, 25, 400):
        held = 0
        for _ in range(800):
            low, high = centre.likely_range([rng.gauss(0, 1) for _ in range(size)])
            held += low <= 0 <= high
        assert held / 800 > 0.93
    assert centre.likely_range([3, 1, 2]) == (1, 3)
    assert centre.likely_range(list(range(2001)))[0] > 900


@pytest.mark.parametrize(
    ("answer", "method"),
    [(counting, "mode"), (measuring, "mean"), (careless, "median")],
)
@pytest.mark.parametrize("seed", [0, 1])
def test_the_answers_say_what_kind_of_numbers_they_are(seed, answer, method):
    ballots, truth = drawn(seed, answer)
    found = NUMBER.estimate(None, ballots).decisions
    named = [decision.method for decision in found.values()]
    assert named.count(method) > 0.7 * len(named)
    others = {"mode", "median", "mean"} - {method}
    chosen = rmse(found, truth)
    by_others = [
        rmse(NUMBER.estimate(None, ballots, m).decisions, truth) for m in others
    ]
    assert chosen <= min(by_others) * 1.05


def test_counts_are_exact_where_means_are_not():
    ballots, truth = drawn(3, counting)
    found = NUMBER.estimate(None, ballots).decisions
    assert np.mean([found[t].value == x for t, x in truth.items()]) > 0.95
    assert all(isinstance(decision.value, int) for decision in found.values())


def test_weights_bring_a_mean_nearer_than_plain_averaging():
    ballots, truth = drawn(4, measuring)
    plain = {}
    for ballot in ballots:
        plain.setdefault(ballot.task, []).append(ballot.value)
    by_mean = np.sqrt(np.mean([(np.mean(plain[t]) - x) ** 2 for t, x in truth.items()]))
    # What everybody leans to together nobody can know: a quarter of the people lie 4 too high.
    assert rmse(NUMBER.estimate(None, ballots).decisions, truth) < 0.95 * by_mean


def test_emotions_are_measured_and_come_nearer_than_their_plain_mean():
    ballots, truth = crowds.load("emotion", "number")
    found = NUMBER.estimate(None, ballots).decisions
    assert rmse(found, truth) <= 17.5
    given = {}
    for ballot in ballots:
        given.setdefault(ballot.task, []).append(ballot.value)
    for task, decision in found.items():
        assert min(given[task]) <= decision.value <= max(given[task])
        if len(set(given[task])) == 1:
            assert (decision.value, decision.method) == (given[task][0], "mode")


def test_intervals_of_means_hold_the_true_number_nearly_as_often_as_they_say():
    held = []
    for seed in range(4):
        ballots, truth = drawn(seed, lambda rng, x, _: x + rng.gauss(0, 8), 300, 20, 12)
        found = NUMBER.estimate(None, ballots, "mean").decisions
        held += [found[t].interval[0] <= x <= found[t].interval[1] for t, x in truth.items()]  # fmt: skip
    assert 0.91 < np.mean(held) < 0.98


def test_who_says_nought_to_everything_weighs_little():
    ballots, _ = drawn(6, measuring, people=9)
    idle = [
        Ballot(b.task, b.worker, 0 if b.worker == "w7" else b.value) for b in ballots
    ]
    said, _, _ = mean.scaled(arrays(idle))
    weight = mean.fit(said).weight
    names = np.array(said.table.workers)[said.table.worker]
    assert weight[names == "w7"].mean() < 0.5 * weight[names == "w0"].mean()


def test_popular_numbers_are_no_sign_of_exactness():
    noughts = arrays(crowds.load_answers("emotion", "number"))
    assert np.mean(noughts.value == 0) > 0.6
    assert equal.exactness(noughts, groups(noughts)) < 0.45
    exact = arrays(drawn(7, counting)[0])
    assert equal.exactness(exact, groups(exact)) == pytest.approx(0.65, abs=0.05)


def test_known_numbers_are_certain_and_judge_their_workers():
    ballots = [Ballot(f"t{n}", w, n) for n in range(8) for w in ("a", "b")]
    ballots += [Ballot(f"t{n}", "c", n + 1) for n in range(8)]
    known = {f"t{n}": n + 1 for n in range(6)}
    found = NUMBER.estimate(None, ballots, known=known)
    assert (found.decisions["t0"].value, found.decisions["t0"].confidence) == (1, 1)
    assert found.workers["c"].accuracy > found.workers["a"].accuracy


def test_weighted_medians_are_those_of_repeated_answers():
    rng = np.random.default_rng(8)
    task, value = rng.integers(0, 9, 80), rng.integers(0, 20, 80).astype(float)
    times = rng.integers(1, 4, 80)
    found = median.medians(task, value, times.astype(float))
    for each in range(9):
        mine = task == each
        assert found[each] == np.median(np.repeat(value[mine], times[mine]))


@given(
    seed=st.integers(0, 9_999), answer=st.sampled_from([counting, measuring, careless])
)
@settings(max_examples=20, deadline=None)
def test_order_and_names_change_no_bit(seed, answer):
    ballots, _ = drawn(seed, answer, tasks=35, people=9, per_task=5)
    rng = random.Random(seed)
    tasks = {f"t{n}": f"{rng.random()}" for n in range(35)}
    workers = {f"w{n}": f"{rng.random()}" for n in range(9)}
    moved = [Ballot(tasks[b.task], workers[b.worker], b.value) for b in ballots]
    rng.shuffle(moved)
    one, other = NUMBER.estimate(None, ballots), NUMBER.estimate(None, moved)
    for task, decision in one.decisions.items():
        assert decision == other.decisions[tasks[task]]
    for worker, record in one.workers.items():
        same = other.workers[workers[worker]]
        assert (record.accuracy, record.low) == (same.accuracy, same.low)
        assert [f.word for f in record.flags] == [f.word for f in same.flags]


@pytest.mark.parametrize("method", ["auto", "mode", "median", "mean"])
def test_crowds_of_next_to_nothing_have_results(method):
    for ballots in (
        [Ballot("t", "w", 3)],
        [Ballot("t", "w", 3), Ballot("t", "v", 5)],
        [Ballot("t", "w", 3), Ballot("u", "w", 3.5)],
        [Ballot(f"t{n}", "w", 1e15 * n) for n in range(40)],
        [Ballot(f"t{n}", f"w{n}", 7) for n in range(40)],
    ):
        found = NUMBER.estimate(None, ballots, method)
        assert len(found.decisions) == len({b.task for b in ballots})
        for decision in found.decisions.values():
            assert 0 < decision.confidence <= 1
            assert decision.interval[0] <= decision.value <= decision.interval[1]
