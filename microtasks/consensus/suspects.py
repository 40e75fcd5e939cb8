"""Workers whose answers deserve a second look: flagged with the reason and the figures, never left out.

Each test compares what a worker did with what honest workers of this very crowd would do, and flags only what they would
do with a chance of 5 % or less in the whole crowd, all workers (for copies: all pairs) taken together. The words say what
was seen, not what was meant: `constant`, the same answer to everything; `near_chance`, answers that do not depend on
what is right; `fast`, mostly given faster than one can look; `copies`, the same errors as somebody else.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from microtasks.consensus import reliability
from microtasks.consensus.categories.table import Table
from microtasks.consensus.exact import Floats, Ints, on_grid
from microtasks.consensus.gamma import log_gamma

#: The chance of flagging anybody at all in a crowd of honest workers, for each test.
FALSE = 0.05
#: Answers below which nobody is called fast.
FEWEST_FAST = 5
#: Answers' worth of belief that a worker confuses classes as the crowd does, and how much less some follow the truth.
#: Picked on synthetic crowds: of 200 honest ones none had a flag; of people with 75 random answers among four classes 14
#: of 20 are flagged, with 150 answers 19.
LIKENESS, LESS = 8.0, 0.25


@dataclass(frozen=True, slots=True)
class Flag:
    """What was seen of a worker, in one word, and in a sentence with its figures."""

    word: str
    reason: str


def hasty(worker: Ints, fast: Floats, people: int) -> dict[int, Flag]:
    """Flag workers at least half of whose answers were suspiciously fast (1.0 where `fast`)."""
    given = np.bincount(worker, minlength=people)
    quick = np.bincount(worker, fast, minlength=people)
    found = np.flatnonzero((given >= FEWEST_FAST) & (2 * quick >= given))
    return {
        row: Flag("fast", f"{int(quick[row])} of {given[row]} answers came too fast")
        for row in found.tolist()
    }


def constant(table: Table, belief: Floats) -> dict[int, Flag]:
    """Flag workers who always say one class where an honest worker would hardly have seen but that class.

    The chance that all of a worker's answers name one class is summed over the classes.
    """
    expected = belief @ reliability.crowd_confusion(table, belief)
    surprise = on_grid(np.log(np.maximum(expected, 1e-12)))[table.task]
    people, given = len(table.workers), _given(table)
    alone = np.stack(
        [np.bincount(table.worker, column, minlength=people) for column in surprise.T]
    )
    chance = np.exp(alone).sum(axis=0)
    tally = np.zeros((people, table.classes))
    np.add.at(tally, (table.worker, table.answer), 1)
    same = (tally.max(axis=1) == given) & (chance <= FALSE / people)
    return {
        row: Flag(
            "constant",
            f"all {given[row]} answers are the same; the chance of that is {chance[row]:.1e}",
        )
        for row in np.flatnonzero(same).tolist()
    }


def near_chance(table: Table, belief: Floats) -> dict[int, Flag]:
    """Flag workers whose answers are better explained without the truth than with it.

    Two accounts of a worker's answers are weighed: that they follow the truth as the crowd's do or somewhat less, up to
    a Dirichlet prior of a few answers per class, and that they have frequencies of their own whatever is true. The
    odds pass a level with a chance of at most one over that level if the first holds. Raykar and Yu's spammer score (2012), the mean
    squared distance between rows of the confusion matrix (0 for independence, 1 for certainty), is told with it.
    """
    if table.classes > 50 or len(table.workers) * table.classes**2 > 20_000_000:
        return {}
    found = reliability.confusion_counts(table, belief)
    crowd = reliability.crowd_confusion(table, belief)
    marginal = np.bincount(table.answer, minlength=table.classes) / len(table.answer)
    poor = (1 - LESS) * crowd + LESS * marginal
    with_truth = np.logaddexp(
        _dirichlet(found, LIKENESS * crowd[None]),
        _dirichlet(found, LIKENESS * poor[None]),
    ) - np.log(2)
    without = _dirichlet(found.sum(axis=1, keepdims=True), np.full(table.classes, 0.5))
    odds = without - with_truth
    people, given = len(table.workers), _given(table)
    rows = np.flatnonzero(odds >= np.log(people / FALSE))
    return {
        row: Flag(
            "near_chance",
            f"{given[row]} answers hardly depend on what is right: spammer score {_score(found[row]):.3f}",
        )
        for row in rows.tolist()
    }


def _given(table: Table) -> Ints:
    return np.bincount(table.worker, minlength=len(table.workers))


def _dirichlet(counts: Floats, prior: Floats) -> Floats:
    """Return the log chance of such counts (workers, rows, classes) as a sequence, rows being independent."""
    wide = np.broadcast_to(prior, counts.shape)
    parts = (log_gamma(counts + wide) - log_gamma(wide)).sum(axis=(1, 2))
    whole = wide.sum(axis=2)
    told: Floats = parts - (log_gamma(counts.sum(axis=2) + whole) - log_gamma(whole)).sum(axis=1)  # fmt: skip
    return on_grid(told, 20)


def _score(counts: Floats) -> float:
    """Return Raykar and Yu's score of one worker's counts (true class, said class), smoothed by half an answer."""
    rows = counts + 0.5
    rows = rows / rows.sum(axis=1, keepdims=True)
    pairs = len(rows) * (len(rows) - 1)
    apart = ((rows[:, None] - rows[None]) ** 2).sum()
    return float(apart / 2 / pairs)
