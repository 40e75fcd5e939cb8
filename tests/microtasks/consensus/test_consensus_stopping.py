"""Stopping: a policy's rules, and crowds asked again under them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microtasks.consensus import stopping
from microtasks.consensus.categories import methods
from microtasks.consensus.categories.table import factorise
from microtasks.consensus.replay import replay
from microtasks.consensus.stopping import Policy, next_estimate
from tests import crowds


def decide(table):
    return methods.posterior(table, "one-coin")


def asked_again(table, policy, seed=0):
    return replay(table, policy, np.random.default_rng(seed), decide)


def world(accuracies, tasks=150, classes=3, seed=0):
    """A table of people of these accuracies who all answered every task, and the tasks' classes."""
    rng = np.random.default_rng(seed)
    true = rng.integers(0, classes, tasks)
    rows = []
    for worker, accuracy in enumerate(accuracies):
        wrong = (true + rng.integers(1, classes, tasks)) % classes
        said = np.where(rng.random(tasks) < accuracy, true, wrong)
        rows += [(f"{t:03}", f"{worker:02}", int(a), False) for t, a in enumerate(said)]
    return factorise(rows, classes), true


def answers_of(table, outcome):
    return np.bincount(table.task[outcome.asked], minlength=len(table.tasks))


def test_a_policy_is_met_by_answers_enough_that_are_sure_enough():
    policy = Policy(2, 5, 0.9)
    assert policy.is_met(2, 0.9)
    assert not policy.is_met(1, 0.99)
    assert not policy.is_met(5, 0.89)


def test_only_what_is_clearly_less_sure_was_closed_in_error():
    policy = Policy(2, 5, 0.9)
    assert not policy.is_clearly_missed(0.9 - stopping.CLEARLY_BELOW)
    assert policy.is_clearly_missed(0.84)


@given(st.integers(0, 10**7))
def test_estimates_come_as_answers_grow_and_not_with_every_answer(answers):
    assert next_estimate(answers) >= answers + 100
    assert next_estimate(answers) <= answers + max(100, answers * 0.5)


@given(st.integers(2, 4), st.floats(0.6, 0.99), st.integers(0, 9))
@settings(max_examples=15, deadline=None)
def test_every_card_has_its_fewest_answers_and_none_more_than_there_are(
    fewest, confidence, seed
):
    table, _ = world([0.9, 0.8, 0.7, 0.6, 0.6], tasks=60, seed=seed)
    outcome = asked_again(table, Policy(fewest, 5, confidence), seed)
    counts = answers_of(table, outcome)
    assert counts.min() >= fewest
    assert counts.max() <= 5
    assert outcome.reopened <= len(table.tasks)


def test_a_replay_comes_out_the_same_each_time():
    table, _ = world([0.9, 0.8, 0.7, 0.6])
    one, other = (asked_again(table, Policy(), seed=4) for _ in range(2))
    assert one.asked.tobytes() == other.asked.tobytes()
    assert one.belief.tobytes() == other.belief.tobytes()


def test_a_good_crowd_is_asked_less_than_a_poor_one():
    good, poor = (world([accuracy] * 9)[0] for accuracy in (0.95, 0.6))
    shares = [asked_again(table, Policy()).asked.mean() for table in (good, poor)]
    assert shares[0] < 0.5 < shares[1]


def test_who_wants_to_be_surer_asks_more():
    table, _ = world([0.8] * 9)
    shares = [
        asked_again(table, Policy(2, 9, confidence)).asked.mean()
        for confidence in (0.7, 0.9, 0.99)
    ]
    assert shares == sorted(shares)
    assert shares[0] < shares[-1]


def test_uncertain_cards_ask_for_more():
    table, _ = world([0.8] * 9)
    hard = np.arange(len(table.tasks)) % 2 == 0
    guessed = np.random.default_rng(5).integers(0, 3, len(table.task))
    answer = np.where(hard[table.task], guessed, table.answer)
    rows = [
        (table.tasks[t], table.workers[w], int(a), False)
        for t, w, a in zip(table.task, table.worker, answer, strict=True)
    ]
    mixed = factorise(rows, 3)
    counts = answers_of(mixed, asked_again(mixed, Policy()))
    assert counts[hard].mean() > 1.5 * counts[~hard].mean()


@pytest.mark.parametrize(("name", "least"), [("rte", 0.35), ("face", 0.35)])
def test_a_real_crowd_is_spared_answers_at_little_loss(name, least):
    ballots, truth = crowds.load(name)
    options = sorted({b.value for b in ballots})
    rows = [(b.task, b.worker, options.index(b.value), False) for b in ballots]
    table = factorise(rows, len(options))
    true = np.array([options.index(truth[task]) for task in table.tasks])
    outcome = asked_again(table, Policy())
    whole = (decide(table).argmax(axis=1) == true).mean()
    asked = (outcome.belief.argmax(axis=1) == true).mean()
    assert 1 - outcome.asked.mean() > least
    assert whole - asked < 0.03
