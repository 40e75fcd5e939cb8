from __future__ import annotations

import json
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microtasks.consensus.categories import table
from microtasks.consensus.sets import competition, rereading, rivalry, ticks
from microtasks.questions import Ballot, kind
from tests import crowds

CHOICES = kind("choices")
OPTIONS = "abcde"


def collected(rows):
    answers = table.factorise([(t, w, 0, False) for t, w, _ in rows], 1)
    return ticks.collect(answers, [value for *_, value in rows], OPTIONS)


def ballots(rows):
    return [Ballot(task, worker, sorted(value)) for task, worker, value in rows]


def pickers(seed: int, tasks: int = 60):
    """A crowd that picks one of the options that hold, and errs in one answer of six."""
    rng = random.Random(seed)
    truth = {f"t{n}": set(rng.sample(OPTIONS, rng.choice([1, 1, 2]))) for n in range(tasks)}  # fmt: skip
    rows = [
        (
            task,
            f"w{w}",
            {rng.choice(sorted(holds) if rng.random() < 5 / 6 else OPTIONS)},
        )
        for task, holds in truth.items()
        for w in rng.sample(range(30), 12)
    ]
    return rows, truth


def tickers(seed: int, tasks: int = 60):
    """A crowd that ticks each option by itself, and errs in one of six."""
    rng = random.Random(seed)
    truth = {f"t{n}": set(rng.sample(OPTIONS, rng.randrange(4))) for n in range(tasks)}
    rows = [
        (task, f"w{w}", {o for o in OPTIONS if (o in holds) == (rng.random() < 5 / 6)})
        for task, holds in truth.items()
        for w in rng.sample(range(30), 6)
    ]
    return rows, truth


def f_measure(decisions, truth):
    told = {(t, o) for t, decision in decisions.items() for o in decision.value}
    held = {(t, o) for t, options in truth.items() for o in options}
    return 2 * len(told & held) / (len(told) + len(held))


@pytest.mark.parametrize("seed", range(3))
def test_what_two_options_share_is_held_against_neither(seed):
    rows, truth = pickers(seed)
    assert rivalry.rivals(collected(rows))
    found = CHOICES.estimate(None, ballots(rows))
    assert {d.method for d in found.decisions.values()} == {"sets"}
    by_majority = CHOICES.estimate(None, ballots(rows), "majority")
    assert f_measure(found.decisions, truth) > 0.93
    assert f_measure(found.decisions, truth) > f_measure(by_majority.decisions, truth)


@pytest.mark.parametrize("seed", range(3))
def test_options_that_are_ticked_by_themselves_are_decided_by_themselves(seed):
    rows, truth = tickers(seed)
    assert rivalry.independence(collected(rows)) > 0.8
    found = CHOICES.estimate(None, ballots(rows))
    assert {d.method for d in found.decisions.values()} == {"blend"}
    assert f_measure(found.decisions, truth) > 0.9


def test_relations_of_medical_terms_are_found_without_a_threshold():
    told = CHOICES.estimate(None, crowds.load_answers("medrel_a", "choices")).decisions
    truth = {r["task"]: json.loads(r["label"]) for r in crowds.raw("medrel_a", "truth.csv")}  # fmt: skip
    found = {}
    for option in ("TREATS", "CAUSES"):
        known = {
            task: holds[option] for task, holds in truth.items() if option in holds
        }
        ticked = {task for task in known if option in told[task].value}
        held = {task for task, holds in known.items() if holds}
        found[option] = 2 * len(ticked & held) / (len(ticked) + len(held))
    assert found["TREATS"] >= 0.925
    assert found["CAUSES"] >= 0.53


@given(seed=st.integers(0, 9_999))
@settings(max_examples=25, deadline=None)
def test_order_and_spelling_change_no_bit(seed):
    rng = random.Random(seed)
    rows, _ = pickers(seed, tasks=8)
    rows += [(task, f"x{n}", set(rng.sample(OPTIONS, rng.randrange(5)))) for n, (task, *_) in enumerate(rows[::5])]  # fmt: skip
    spelt = dict(zip(OPTIONS, rng.sample("vwxyz", 5), strict=True))
    of_task = {f"t{n}": f"k{p}" for n, p in enumerate(rng.sample(range(8), 8))}
    of_worker = {w: str(rng.random()) for _, w, _ in rows}
    moved = [(of_task[t], of_worker[w], {spelt[o] for o in v}) for t, w, v in rows]
    rng.shuffle(moved)
    one = CHOICES.estimate(None, ballots(rows))
    other = CHOICES.estimate(None, ballots(moved))
    for task, decision in one.decisions.items():
        same = other.decisions[of_task[task]]
        assert {spelt[option] for option in decision.value} == set(same.value)
        assert decision.confidence == same.confidence
    assert one.alpha == other.alpha
    for worker, record in one.workers.items():
        assert record.accuracy == other.workers[of_worker[worker]].accuracy


def test_nothing_ticked_is_a_set_of_its_own():
    rows = [("t", f"w{n}", set()) for n in range(5)] + [("u", f"w{n}", {"a"}) for n in range(5)]  # fmt: skip
    holds = competition.posterior(collected(rows).counted())
    assert holds[0].max() < 0.5 < holds[1, 0]


def test_more_options_than_are_weighed_leave_all_chances_defined():
    wide = table.factorise([("t", str(n), 0, False) for n in range(12)], 1)
    everything = ticks.collect(wide, [[str(n)] for n in range(12)], [str(n) for n in range(12)])  # fmt: skip
    holds = competition.posterior(everything.counted())
    assert np.allclose(holds, 1 / 12)


def test_a_worker_who_ticks_at_random_weighs_little_when_reread():
    rows = [(f"t{n}", w, {"a"} if n % 2 else {"b"}) for n in range(40) for w in "xy"]
    rows += [(f"t{n}", "z", {"a"} if n % 3 else {"b"}) for n in range(40)]
    crowd = collected(rows)
    shares = crowd.counted()[:, 0] / 3
    holds = rereading.reread(crowd.of(0), shares)
    odd = [int(name[1:]) % 2 for name in crowd.answers.tasks]
    assert ((holds > 0.5) == np.array(odd, dtype=bool)).all()
    assert np.abs(holds - 0.5).min() > np.abs(shares - 0.5).min()


def test_known_sets_are_certain_and_judge_their_workers():
    rows, truth = pickers(1)
    known = {task: sorted(holds) for task, holds in list(truth.items())[:20]}
    known["t0"] = []
    found = CHOICES.estimate(None, ballots(rows), known=known)
    assert found.decisions["t0"].value == []
    assert found.decisions["t0"].confidence == 1
