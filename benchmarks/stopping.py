"""How many answers stopping in time saves, and what it costs, on real crowds asked again in random order.

Each set with five or more answers per task is replayed in several orders (`microtasks/consensus/replay.py`). The
loss is in points of accuracy, against the default method with all answers, on the tasks whose truth is known; its
interval is a bootstrap over tasks and orders. The truth is used for nothing but this score.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.result import Result
from microtasks.consensus import live
from microtasks.consensus.categories import methods
from microtasks.consensus.categories.table import Table, factorise
from microtasks.consensus.exact import Floats
from microtasks.consensus.replay import replay
from microtasks.consensus.stopping import Policy
from microtasks.crowd_file import read_answers, read_truth
from microtasks.questions import kind

CROWDS = Path(__file__).resolve().parents[2] / "shared" / "data" / "consensus"
SETS = (
    *("bluebird", "rte", "zencrowd_us", "zencrowd_in"),
    *("dog", "face", "web", "adult"),
)
#: One confidence for all sets, picked with their truth in view: at 0.9 more is saved and about twice as much lost.
POLICY = Policy(min_answers=2, confidence=0.95)
ORDERS = 5
RESAMPLES = 2000
#: Of a large set as many tasks without truth are replayed, so that people's records stay as long as they were.
MOST_UNJUDGED = 1000


@dataclass(frozen=True, slots=True)
class Saving:
    """One set: the share of answers saved, and for each order and judged task what was lost (1, 0 or -1)."""

    saved: float
    reopened: float
    lost: Floats

    @property
    def loss(self) -> float:
        """The mean loss in points of accuracy."""
        return 100 * float(self.lost.mean())

    def interval(self) -> tuple[float, float]:
        """Return the ends of the loss's 95 % interval, over tasks and orders drawn anew."""
        rng = np.random.default_rng(0)
        orders, tasks = self.lost.shape
        means = [
            self.lost[rng.integers(0, orders, orders)][:, rng.integers(0, tasks, tasks)].mean()
            for _ in range(RESAMPLES)
        ]  # fmt: skip
        low, high = np.quantile(means, (0.025, 0.975))
        return 100 * float(low), 100 * float(high)


def decide(table: Table) -> Floats:
    """Decide a crowd by the default method."""
    return methods.posterior(table, "auto")


def read(name: str) -> tuple[Table, dict[int, int]]:
    """Return a set's table and the true class of each task where it is known."""
    choice = kind("choice")
    ballots = read_answers(CROWDS / name / "answers.csv", choice)
    truth = read_truth(CROWDS / name / "truth.csv", choice)
    unjudged = sorted({ballot.task for ballot in ballots} - truth.keys())
    if len(unjudged) > MOST_UNJUDGED:
        chosen = np.random.default_rng(0).permutation(len(unjudged))[:MOST_UNJUDGED]
        kept = truth.keys() | {unjudged[index] for index in chosen.tolist()}
        ballots = [ballot for ballot in ballots if ballot.task in kept]
    options = sorted({ballot.value for ballot in ballots})
    rows = [(b.task, b.worker, options.index(b.value), b.suspicious) for b in ballots]
    table = factorise(rows, len(options))
    # A truth that nobody gave as an answer cannot be found by anybody: -1 is never decided.
    classes = {option: number for number, option in enumerate(options)}
    known = {
        row: classes.get(str(truth[task]), -1)
        for row, task in enumerate(table.tasks)
        if task in truth
    }
    return table, known


def save(name: str, policy: Policy = POLICY, orders: int = ORDERS) -> Saving:
    """Replay one set in several orders."""
    table, known = read(name)
    rows, true = np.array(list(known)), np.array(list(known.values()))
    whole = decide(table)[rows].argmax(axis=1) == true
    lost, saved, reopened = [], [], []
    for order in range(orders):
        outcome = replay(table, policy, np.random.default_rng(order), decide)
        right = outcome.belief[rows].argmax(axis=1) == true
        lost.append(whole.astype(np.float64) - right)
        saved.append(1 - outcome.asked.mean())
        reopened.append(outcome.reopened / len(table.tasks))
    return Saving(
        100 * float(np.mean(saved)), 100 * float(np.mean(reopened)), np.array(lost)
    )


def measure() -> Iterator[Result]:
    """Measure each set that is at hand, their means, and what one answer costs the live clock."""
    yield Result("stopping.live_update", microseconds(), "us")
    found = [name for name in SETS if (CROWDS / name / "answers.csv").is_file()]
    if not found:
        print("stopping: no labelled crowds here, skipped", file=sys.stderr)
        return
    savings = {}
    for name in found:
        savings[name] = each = save(name)
        low, high = each.interval()
        yield Result(f"stopping.saved.{name}", each.saved, "%")
        yield Result(f"stopping.loss.{name}", each.loss, "points")
        yield Result(f"stopping.loss_low.{name}", low, "points")
        yield Result(f"stopping.loss_high.{name}", high, "points")
        yield Result(f"stopping.reopened.{name}", each.reopened, "%")
    every = savings.values()
    yield Result("stopping.saved.mean", sum(s.saved for s in every) / len(found), "%")
    yield Result("stopping.loss.mean", sum(s.loss for s in every) / len(found), "points")  # fmt: skip


def microseconds(classes: int = 5, rounds: int = 20_000) -> float:
    """Return what hearing one answer and judging its card anew takes, without a database."""
    rows = [[-(300 + 7 * k) * (k != said) for k in range(classes)] for said in range(classes)]  # fmt: skip
    begun, scores = time.perf_counter(), [0] * classes
    for number in range(rounds):
        scores = live.heard(scores, rows[number % classes])
        POLICY.is_met(number, max(live.chances(scores)))
    return 1e6 * (time.perf_counter() - begun) / rounds
